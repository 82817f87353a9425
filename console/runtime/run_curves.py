"""The curves of one run, built event by event; what a resume has superseded is hidden."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from console.core.events import Event
from console.core.metrics import EpochMetrics
from console.core.series import Floats, Series, SmoothedSeries

MARK_KINDS = frozenset({"resumed", "setting_changed", "checkpoint_saved"})
DEFAULT_CLASSES = ("SELL", "HOLD", "BUY")


@dataclass(frozen=True)
class Mark:
    """Something worth a line on the time axis; ``x`` is in epochs."""

    kind: str
    x: float
    event: Event


class RunCurves:
    """Everything that is drawn of a run. x is in epochs: 2.5 is the middle of the third epoch."""

    def __init__(self, smoothing: float = 0.97) -> None:
        self.batch_loss = SmoothedSeries(smoothing)
        self.learning_rate = Series()
        self.gradient_norm = Series()
        self.epochs: dict[int, EpochMetrics] = {}
        self.marks: list[Mark] = []
        self.best_epoch = 0
        self.class_names: Sequence[str] = DEFAULT_CLASSES
        self.steps_per_epoch = 1
        self.version = 0
        self._epoch_seq: dict[int, int] = {}
        self._bests: list[tuple[int, int]] = []

    def apply(self, event: Event) -> None:
        """Take in one event; the events of a run must come in order, each once."""
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event)
            self.version += 1
        if event.kind in MARK_KINDS:
            self.marks.append(Mark(event.kind, self.position(event), event))
            self.version += 1

    def add_epoch(self, metrics: EpochMetrics, seq: int) -> None:
        """Take in the figures of a finished epoch, told by event number ``seq``."""
        self.epochs[metrics.epoch] = metrics
        self._epoch_seq[metrics.epoch] = seq
        if metrics.gradient_norm is not None:
            self.gradient_norm.truncate_after(metrics.epoch - 1e-9)
            self.gradient_norm.append(metrics.epoch, metrics.gradient_norm)
        self.version += 1

    def position(self, event: Event) -> float:
        """Where on the time axis an event belongs."""
        if event.kind == "resumed":
            return int(event.data.get("from_step") or 0) / self.steps_per_epoch
        return event.step / self.steps_per_epoch if event.step else float(event.epoch)

    def epoch_series(self, name: str, index: int | None = None) -> tuple[Floats, Floats]:
        """Epoch numbers and one figure of ``EpochMetrics``; ``index`` picks one class of three."""
        chosen = [self.epochs[epoch] for epoch in sorted(self.epochs)]
        values = [_number(getattr(metrics, name), index) for metrics in chosen]
        return np.array([float(m.epoch) for m in chosen]), np.array(values, dtype=float)

    @property
    def last_epoch(self) -> int:
        """The newest finished epoch, 0 before the first."""
        return max(self.epochs, default=0)

    @property
    def last_x(self) -> float:
        """The right end of all curves, in epochs."""
        ends = [float(self.last_epoch)]
        ends += [float(s.x[-1]) for s in (self.batch_loss.raw, self.learning_rate) if len(s)]
        return max(ends)

    def _on_started(self, event: Event) -> None:
        self.steps_per_epoch = max(1, int(event.data.get("steps_per_epoch") or 1))

    def _on_summary(self, event: Event) -> None:
        names = event.data.get("class_names")
        if isinstance(names, list | tuple) and len(names) == len(DEFAULT_CLASSES):
            self.class_names = tuple(str(name) for name in names)

    def _on_step(self, event: Event) -> None:
        steps, losses = event.data.get("steps") or [], event.data.get("loss") or []
        count = min(len(steps), len(losses))
        x = np.asarray(steps[:count], dtype=float) / self.steps_per_epoch
        if not count or (len(self.batch_loss.raw) and x[0] < self.batch_loss.raw.x[-1]):
            return
        self.batch_loss.extend(x, losses[:count])
        rate = event.data.get("learning_rate")
        if rate is not None:
            self.learning_rate.append(float(x[-1]), rate)

    def _on_best(self, event: Event) -> None:
        self.best_epoch = int(event.data.get("epoch") or event.epoch)
        self._bests.append((event.seq, self.best_epoch))

    def _on_resumed(self, event: Event) -> None:
        limit = int(event.data.get("after_seq", event.seq))
        x = int(event.data.get("from_step") or 0) / self.steps_per_epoch
        for series in (self.batch_loss, self.learning_rate, self.gradient_norm):
            series.truncate_after(x + 1e-9)
        for epoch in [e for e, seq in self._epoch_seq.items() if seq > limit]:
            del self.epochs[epoch], self._epoch_seq[epoch]
        self.marks = [
            mark for mark in self.marks if mark.event.seq <= limit or mark.kind == "resumed"
        ]
        self._bests = [(seq, epoch) for seq, epoch in self._bests if seq <= limit]
        self.best_epoch = self._bests[-1][1] if self._bests else 0


_HANDLERS: dict[str, Callable[[RunCurves, Event], None]] = {
    "run_started": RunCurves._on_started,
    "data_summary": RunCurves._on_summary,
    "step": RunCurves._on_step,
    "best_changed": RunCurves._on_best,
    "resumed": RunCurves._on_resumed,
}


def _number(value: object, index: int | None) -> float:
    if index is not None:
        value = value[index] if isinstance(value, tuple) and index < len(value) else None
    return float(value) if isinstance(value, int | float) else math.nan
