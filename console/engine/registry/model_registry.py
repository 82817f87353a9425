"""Which trained model is in production: one ``registry.json`` beside the models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from console.core.clock import utc_now
from console.core.errors import RunError
from console.core.files import write_json_atomic

COLLAPSED_SHARE = 0.99


@dataclass(frozen=True)
class Candidate:
    """A freshly trained model and how it was judged.

    ``judged_on`` identifies the test windows (data fingerprint and split), so that two models are
    only compared when they were judged on the same ones.
    """

    name: str
    version: str
    model_path: str
    metrics: Mapping[str, Any]
    judged_on: str


@dataclass(frozen=True)
class Decision:
    """Whether a model was promoted to production, and why or why not."""

    promoted: bool
    reason: str


class ModelRegistry:
    """Versions of models below one folder; exactly one production version per name."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "registry.json"
        self._lock = filelock.FileLock(folder / "registry.lock", timeout=30)

    def production(self, name: str) -> dict[str, Any] | None:
        """The production version of ``name``, or None."""
        for entry in self._read():
            if entry["name"] == name and entry["stage"] == "production":
                return entry
        return None

    def versions(self, name: str) -> list[dict[str, Any]]:
        """All registered versions of ``name``, oldest first."""
        return [entry for entry in self._read() if entry["name"] == name]

    def register(self, candidate: Candidate, *, promote: bool, min_accuracy: float) -> Decision:
        """Record a model and, if asked and deserved, make it the production version.

        Promotion needs the accuracy floor, better than always guessing the largest class, no
        collapse into one class, and a higher macro F1 and MCC than the production model on the
        very same test windows. Accuracy alone never promotes.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            entries = self._read()
            decision = (
                judge(candidate, self.production(candidate.name), min_accuracy)
                if promote
                else Decision(False, "promotion was not asked for")
            )
            if decision.promoted:
                for entry in entries:
                    if entry["name"] == candidate.name and entry["stage"] == "production":
                        entry["stage"] = "archived"
            entries.append(
                {
                    "name": candidate.name, "version": candidate.version,
                    "stage": "production" if decision.promoted else "none",
                    "model_path": candidate.model_path, "metrics": dict(candidate.metrics),
                    "judged_on": candidate.judged_on, "registered": utc_now(),
                    "reason": decision.reason,
                }
            )  # fmt: skip
            write_json_atomic(self.path, {"format": 1, "models": entries})
        return decision

    def _read(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        try:
            return list(json.loads(self.path.read_text("utf-8"))["models"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                "{path} is damaged: {reason}.",
                remedy="Move the file away; models stay where they are and can be added again.",
                path=self.path, reason=str(error),
            ) from error  # fmt: skip


def judge(
    candidate: Candidate, production: Mapping[str, Any] | None, min_accuracy: float
) -> Decision:
    """Whether ``candidate`` should replace ``production`` (None: there is none yet)."""
    accuracy = float(candidate.metrics.get("accuracy") or 0.0)
    floor = float(candidate.metrics.get("majority_floor") or 0.0)
    share = float(candidate.metrics.get("dominant_share") or 0.0)
    if accuracy < min_accuracy:
        return Decision(False, f"test accuracy {accuracy:.3f} is below {min_accuracy:.3f}")
    if accuracy <= floor:
        return Decision(False, f"test accuracy {accuracy:.3f} only equals the largest class")
    if share >= COLLAPSED_SHARE:
        return Decision(False, f"{share:.0%} of the predictions are one class")
    if production is None:
        return Decision(True, "first production version")
    if production["judged_on"] != candidate.judged_on:
        return Decision(False, f"{production['version']} was judged on other test windows")
    for name in ("f1", "mcc"):
        new = float(candidate.metrics.get(name) or 0.0)
        old = float(production["metrics"].get(name) or 0.0)
        if new <= old:
            return Decision(False, f"test {name} {new:.4f} does not beat {old:.4f} in production")
    return Decision(True, f"beats {production['version']} on the same test windows")
