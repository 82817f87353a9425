"""The data gate's record: what a check found, kept beside the dataset for whoever asks later."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from console.core.clock import utc_now
from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import DatasetInfo, dataset_dir
from console.core.fields import fields_of, to_plain
from console.core.files import write_json_atomic
from console.core.mends import Mend
from console.core.paths import Workspace

VERSION = 2
KEPT_RESULTS = 32
LABEL_GROUP = "Labels"  # the balancing fields that act before the split is judged
Severity = Literal["red", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("red", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing found: what it is, the figures behind it, why it happens, and what to do.

    ``code`` names the check and never changes; ``red`` blocks a training. ``mend`` does what the
    remedy says where a program can; ``figures`` are those of the evidence that others reckon with.
    """

    severity: Severity
    code: str
    message: str
    evidence: str
    cause: str = ""
    remedy: str = ""
    mend: Mend | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GateResult:
    """What one check of one choice of data found, worst first."""

    key: str
    checked: str
    findings: tuple[Finding, ...]

    @property
    def health(self) -> Severity:
        """The worst severity found."""
        return min((f.severity for f in self.findings), key=SEVERITIES.index, default="info")

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that forbid a training."""
        return tuple(finding for finding in self.findings if finding.severity == "red")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` by severity, otherwise in their order."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def gate_key(
    info: DatasetInfo, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> str:
    """Digest of all that the findings depend on: the rows, and how they are labelled and split.

    Settings that act only after the split (class weights, oversampling), and where the rows are
    held, are not part of it.
    """
    label_fields = [f.name for f in fields_of(BalancingConfig) if f.group == LABEL_GROUP]
    parts = {
        "version": VERSION,
        "fingerprint": info.fingerprint,
        "data": {**to_plain(data), "dataset": info.name, "storage": ""},
        "labels": {name: to_plain(getattr(balancing, name)) for name in label_fields},
        "sequence_length": sequence_length,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def store_result(workspace: Workspace, name: str, key: str, findings: Iterable[Finding]) -> None:
    """Keep the findings about dataset ``name``; the oldest results give way.

    Raises:
        WorkspaceError: the dataset's folder cannot be written.
    """
    path = _path(workspace, name, key)
    plain = [dataclasses.asdict(finding) for finding in findings]
    write_json_atomic(path, {"version": VERSION, "checked": utc_now(), "findings": plain})
    kept = sorted(path.parent.glob("*.json"), key=_age)
    for old in kept[:-KEPT_RESULTS]:
        old.unlink(missing_ok=True)


def read_result(workspace: Workspace, name: str, key: str) -> GateResult | None:
    """The findings kept under ``key``; None when this choice was never checked.

    A result that cannot be read counts as none: checking again mends it.
    """
    try:
        plain: dict[str, Any] = json.loads(_path(workspace, name, key).read_text("utf-8"))
        if plain["version"] != VERSION:
            return None
        findings = tuple(finding_from(entry) for entry in plain["findings"])
        if any(finding.severity not in SEVERITIES for finding in findings):
            return None
        return GateResult(key, str(plain["checked"]), findings)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def finding_from(plain: Mapping[str, Any]) -> Finding:
    """Read what ``dataclasses.asdict`` made of a finding.

    Raises:
        TypeError: a field is missing or unknown.
        ValueError: the mend is none.
    """
    values = dict(plain)
    if values.get("mend") is not None:
        values["mend"] = Mend.from_plain(values["mend"])
    return Finding(**{**values, "figures": dict(values.get("figures") or {})})


def latest_result(workspace: Workspace, name: str) -> GateResult | None:
    """What the last check of dataset ``name`` found, whatever choice it looked at."""
    folder = _path(workspace, name, "").parent
    for path in sorted(folder.glob("*.json"), key=_age, reverse=True):
        result = read_result(workspace, name, path.stem)
        if result is not None:
            return result
    return None


def _path(workspace: Workspace, name: str, key: str) -> Path:
    return dataset_dir(workspace, name) / "checks" / f"{key[:24]}.json"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
