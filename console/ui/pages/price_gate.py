"""Knows what the chosen training will take, and has it measured once the choice has settled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import psutil
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.core.datasets import DatasetInfo
from console.core.fields import fields_of
from console.runtime.jobs import Job
from console.ui.pages.data_gate import CHEAP_CELLS, setting_text
from console.ui.pages.dataset_shelf import DatasetShelf

SETTLE_MS = 2_500
BUSY_PERCENT = 60.0  # of all cores: beside that a measurement disturbs, and says little
KEPT_RESULTS = 64
PriceState = Literal["none", "unmeasured", "measuring", "failed", "known"]
_RUN_FIELDS = ("run_type", "num_seeds")
_FREE_GROUPS = {"Schedule", "Loss"}
_FREE_FIELDS = {"learning_rate", "weight_decay", "early_stopping_delta", "grad_clip_value", "seed"}


@dataclass(frozen=True)
class PriceRequest:
    """One training, as the command that measures it; ``key`` is the same for the same price."""

    key: str
    arguments: tuple[str, ...]
    is_cheap: bool


def price_request(config: OrchestratorConfig, info: DatasetInfo) -> PriceRequest:
    """The request for ``config`` on the dataset ``info``."""
    words: dict[str, str] = {}
    for section in ("data", "model", "trainer", "balancing"):
        part = getattr(config, section)
        for record in fields_of(type(part)):
            words[f"{section}.{record.name}"] = setting_text(getattr(part, record.name))
    for name in _RUN_FIELDS:
        if hasattr(config, name):
            words[f"run.{name}"] = setting_text(getattr(config, name))
    arguments = ["estimate"]
    for name, text in words.items():
        arguments += ["--set", f"{name}={text}"]
    telling = {name: text for name, text in words.items() if name not in _free()}
    plain = json.dumps([telling, info.fingerprint], sort_keys=True)
    key = hashlib.sha256(plain.encode()).hexdigest()
    cheap = info.num_rows * len(info.features) <= CHEAP_CELLS
    return PriceRequest(key, tuple(arguments), cheap)


class PriceGate(QObject):
    """One child process at a time; one whose choice is no longer in force is given up.

    ``result`` is what was measured for the choice in force, ``earlier`` the last for any other.
    ``changed`` follows every change of what is known, and of how far a measurement is.
    """

    changed = Signal()

    def __init__(self, shelf: DatasetShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.request: PriceRequest | None = None
        self.earlier: Mapping[str, Any] | None = None
        self.failure: Mapping[str, str] | None = None
        self.share, self.doing = 0.0, ""
        self._results: dict[str, Mapping[str, Any]] = {}
        self._watched, self._resting, self._ready = False, False, False
        self._declined = ""  # the key whose measurement was ended, or failed
        self._job: Job | None = None
        self._measured: PriceRequest | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)

    @property
    def result(self) -> Mapping[str, Any] | None:
        """What was measured for the choice in force."""
        return self._results.get(self.request.key) if self.request is not None else None

    @property
    def problem(self) -> Mapping[str, Any] | None:
        """Why the choice in force does not fit; None while that is not known."""
        problems = self.result["problems"] if self.result else ()
        return problems[0] if problems else None

    @property
    def state(self) -> PriceState:
        """What is known about the choice in force."""
        if self.request is None:
            return "none"
        if self._is_own:
            return "measuring"
        if self.result is not None:
            return "known"
        return "failed" if self.failure is not None else "unmeasured"

    @property
    def _is_own(self) -> bool:
        measured, request = self._measured, self.request
        is_same = measured is not None and request is not None and measured.key == request.key
        return self._job is not None and is_same

    def show_request(self, request: PriceRequest | None) -> None:
        """Another training; None where it is not valid."""
        before = self.request.key if self.request is not None else ""
        self.request = request
        if request is None or request.key != before:
            self.failure = None
            if self._job is not None and not self._is_own:
                self._job.cancel()
            self._wait()

    def set_ready(self, ready: bool) -> None:
        """Whether the data have been checked: before that nothing is measured by itself."""
        if ready != self._ready:
            self._ready = ready
            self._wait()

    def set_watched(self, watched: bool) -> None:
        """Whether somebody looks: what nobody looks at is not measured by itself."""
        self._watched = watched
        self._wait()

    def set_resting(self, resting: bool) -> None:
        """Whether the machine is busy with a training: then only a request measures."""
        if resting != self._resting:
            self._resting = resting
            self._wait()

    @Slot()
    def measure(self) -> None:
        """Measure the choice in force now."""
        self._settle.stop()
        if self.request is None or self._job is not None:
            return
        self.failure, self._declined = None, ""
        self.share, self.doing = 0.0, ""
        self._measured = self.request
        self._results.pop(self.request.key, None)
        self._job = self._shelf.start_check(list(self.request.arguments))
        self._job.progress.connect(self._on_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_end)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give up the measurement in hand; it is not made again by itself."""
        if self._job is not None and self.request is not None:
            self._declined = self.request.key
            self._job.cancel()

    def _wait(self) -> None:
        self._settle.stop()
        if self._is_due():
            psutil.cpu_percent()  # how busy the machine is from now on
            self._settle.start()

    def _is_due(self) -> bool:
        request = self.request
        wanted = self._watched and self._ready and not self._resting
        if request is None or not wanted or self.state != "unmeasured":
            return False
        return request.is_cheap and request.key != self._declined

    @Slot()
    def _on_settled(self) -> None:
        if self._job is not None or psutil.cpu_percent() > BUSY_PERCENT:
            self._wait()
        elif self._is_due():
            self.measure()

    @Slot(object)
    def _on_progress(self, content: Mapping[str, object]) -> None:
        told = content.get("progress")
        if isinstance(told, Mapping) and self._is_own:
            done = told.get("fraction")
            self.share = float(done) if isinstance(done, int | float) else 0.0
            self.doing = str(told.get("message", ""))
            self.changed.emit()

    @Slot(object)
    def _on_finished(self, result: Mapping[str, Any]) -> None:
        if self._measured is not None and result.get("status") == "estimated":
            self._results[self._measured.key] = self.earlier = result
            for old in list(self._results)[:-KEPT_RESULTS]:
                del self._results[old]
        self._on_end()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        if self._is_own and self._measured is not None:
            self.failure, self._declined = error, self._measured.key
        self._on_end()

    @Slot()
    def _on_end(self) -> None:
        self._job = self._measured = None
        self._wait()
        self.changed.emit()


def _free() -> set[str]:
    """Settings on which neither time nor memory depend."""
    groups = {r.name for r in fields_of(TrainerConfigV2) if r.group in _FREE_GROUPS}
    return {f"trainer.{name}" for name in groups | _FREE_FIELDS}
