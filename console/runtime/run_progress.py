"""Where a run stands: epoch, speed, time left, best figure, checkpoints; built event by event."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.core.events import Event
from console.runtime.run_findings import RunFindings
from console.runtime.run_meters import RunMeters

RECENT_EPOCHS = 5


@dataclass(frozen=True)
class Best:
    """The best epoch so far."""

    epoch: int
    metric: str
    value: float
    seq: int


@dataclass(frozen=True)
class Saved:
    """A checkpoint as its event told it."""

    name: str
    epoch: int
    step: int
    size_bytes: int
    reason: str
    best: bool
    seq: int


@dataclass
class RunProgress:
    """Plain figures for the run bar, the checkpoint list and the failure card.

    In a run of several trainings, ``member`` of ``members`` is at work: epochs, best figure and
    checkpoints are its own; ``total_fraction`` and ``left_s`` are those of the whole run.
    """

    dataset: str = ""
    label: str = ""
    model: str = ""
    trainer: str = ""
    simulated: bool = False
    stage: str = ""
    attempt: int = 0
    epochs: int = 0
    epoch: int = 0
    finished_epochs: int = 0
    done: int = 0
    steps_per_epoch: int = 0
    batch_size: int = 0
    samples_per_second: float | None = None
    learning_rate: float | None = None
    reason: str = ""
    last_seq: int = 0
    bests: list[Best] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    settings: dict[str, float] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)
    findings: RunFindings = field(default_factory=RunFindings)
    member: int = 0
    members: int = 0
    member_name: str = ""
    _member_over: bool = False
    _member_started: float = 0.0
    _member_times: list[float] = field(default_factory=list)
    meters: RunMeters = field(default_factory=RunMeters)
    _epoch_times: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPOCHS))
    _epoch_started: float = 0.0

    def apply(self, event: Event) -> None:
        """Take in one event; the events of a run must come in order, each once."""
        self.last_seq, self.attempt = event.seq, event.attempt
        self.findings.apply(event)
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event)

    @property
    def best(self) -> Best | None:
        """The best epoch so far, None before the first evaluation."""
        return self.bests[-1] if self.bests else None

    @property
    def last_saved(self) -> Saved | None:
        """The newest checkpoint, None before the first."""
        return self.saved[-1] if self.saved else None

    @property
    def epoch_fraction(self) -> float:
        """How much of the running epoch is done, 0 to 1."""
        if self.finished_epochs >= self.epoch:
            return 1.0 if self.epoch else 0.0
        return min(1.0, self.done / self.steps_per_epoch) if self.steps_per_epoch else 0.0

    @property
    def total_fraction(self) -> float:
        """How much of the whole run is done, 0 to 1."""
        if self.members:
            own = 1.0 if self._member_over else self._training_fraction
            return min(1.0, (self.member - 1 + own) / self.members)
        return self._training_fraction

    @property
    def _training_fraction(self) -> float:
        """How much of the training at work is done, if it uses all of its epochs."""
        if not self.epochs:
            return 0.0
        running = self.epoch_fraction if self.finished_epochs < self.epoch else 0.0
        return min(1.0, (self.finished_epochs + running) / self.epochs)

    @property
    def epoch_time_s(self) -> float | None:
        """Seconds an epoch takes: mean of the last ones of this attempt, else from the speed."""
        if self._epoch_times:
            return sum(self._epoch_times) / len(self._epoch_times)
        if self.samples_per_second and self.steps_per_epoch and self.batch_size:
            return self.steps_per_epoch * self.batch_size / self.samples_per_second
        return None

    @property
    def epoch_left_s(self) -> float | None:
        """Seconds until the running epoch ends; never negative, None while unknown."""
        each = self.epoch_time_s
        return None if each is None else max(0.0, (1.0 - self.epoch_fraction) * each)

    @property
    def left_s(self) -> float | None:
        """Seconds until the last epoch ends; never negative, None while unknown.

        Trainings to come are taken to last as long as those before, else as all of their epochs.
        """
        each = self.epoch_time_s
        if each is None or not self.epochs:
            return None
        own = max(0.0, (1.0 - self._training_fraction) * self.epochs * each)
        if not self.members:
            return own
        times = self._member_times or [self.epochs * each]
        to_come = (self.members - self.member) * sum(times) / len(times)
        return to_come if self._member_over else own + to_come

    def _on_started(self, event: Event) -> None:
        data = event.data
        self.dataset, self.label = _text(data, "dataset"), _text(data, "label")
        self.model, self.trainer = _text(data, "model"), _text(data, "trainer")
        self.epochs = int(data.get("epochs") or self.epochs)
        self.batch_size = int(data.get("batch_size") or 0)
        self.steps_per_epoch = int(data.get("steps_per_epoch") or 0)
        self.reason = ""
        self._forget_speed()

    def _on_member_started(self, event: Event) -> None:
        data = event.data
        index = int(data.get("index") or 0)
        if index != self.member:
            self.epoch = self.finished_epochs = self.done = 0
            self.bests, self.saved = [], []
        self.member, self.members = index, int(data.get("total") or 0)
        self.member_name, self._member_over = _text(data, "name"), False
        self._member_started = _seconds(event.t)

    def _on_member_finished(self, event: Event) -> None:
        if int(event.data.get("index") or 0) != self.member:
            return  # told late, of an earlier one
        self._member_over = event.data.get("state") == "finished"
        seconds = _seconds(event.t) - self._member_started
        if self._member_over and self._member_started and seconds > 0:
            self._member_times.append(seconds)

    def _on_summary(self, event: Event) -> None:
        self.simulated = bool(event.data.get("simulated"))
        self.label = _text(event.data, "label") or self.label

    def _on_stage(self, event: Event) -> None:
        self.stage = _text(event.data, "name")

    def _on_epoch(self, event: Event) -> None:
        self.epoch, self.done = event.epoch, 0
        self.epochs = int(event.data.get("epochs") or self.epochs)
        self.steps_per_epoch = int(event.data.get("steps") or self.steps_per_epoch)
        self.learning_rate = event.data.get("learning_rate", self.learning_rate)
        self.settings.update(event.data.get("settings") or {})
        self.waiting = {}
        self._epoch_started = _seconds(event.t)

    def _on_step(self, event: Event) -> None:
        self.epoch = event.epoch or self.epoch
        self.done = int(event.data.get("done") or 0)
        self.learning_rate = event.data.get("learning_rate", self.learning_rate)
        self.samples_per_second = event.data.get("samples_per_second", self.samples_per_second)

    def _on_metrics(self, event: Event) -> None:
        self.finished_epochs = self.epoch = event.epoch
        measured = event.data.get("epoch_time")
        if measured:
            self._epoch_times.append(float(measured))

    def _on_best(self, event: Event) -> None:
        self.bests.append(
            Best(
                int(event.data.get("epoch") or event.epoch), _text(event.data, "metric"),
                float(event.data.get("value") or 0.0), event.seq,
            )
        )  # fmt: skip

    def _on_saved(self, event: Event) -> None:
        data = event.data
        self.saved.append(
            Saved(
                _text(data, "name"), int(data.get("epoch") or event.epoch),
                int(data.get("step") or event.step), int(data.get("size_bytes") or 0),
                _text(data, "reason"), bool(data.get("best")), event.seq,
            )
        )  # fmt: skip

    def _on_answer(self, event: Event) -> None:
        if event.data.get("accepted") and event.data.get("command") == "set":
            self.waiting = dict(event.data.get("waiting") or {})

    def _on_setting(self, event: Event) -> None:
        name = _text(event.data, "name")
        self.waiting.pop(name, None)
        self.settings[name] = event.data.get("after", self.settings.get(name))
        if event.data.get("name") == "epochs":
            self.epochs = int(event.data.get("after") or self.epochs)

    def _on_resumed(self, event: Event) -> None:
        limit = int(event.data.get("after_seq", event.seq))
        self.bests = [best for best in self.bests if best.seq <= limit]
        self.saved = [saved for saved in self.saved if saved.seq <= limit]
        from_step = int(event.data.get("from_step") or 0)
        if self.steps_per_epoch:
            self.finished_epochs, self.done = divmod(from_step, self.steps_per_epoch)
            self.epoch = self.finished_epochs + (1 if self.done else 0)
        self.reason = ""
        self._forget_speed()

    def _on_heartbeat(self, event: Event) -> None:
        self.meters.apply(event)

    def _on_finished(self, event: Event) -> None:
        self.reason = _text(event.data, "reason")

    def _forget_speed(self) -> None:
        self._epoch_times.clear()
        self.samples_per_second = None


_HANDLERS: dict[str, Callable[[RunProgress, Event], None]] = {
    "run_started": RunProgress._on_started,
    "data_summary": RunProgress._on_summary,
    "stage": RunProgress._on_stage,
    "epoch_started": RunProgress._on_epoch,
    "step": RunProgress._on_step,
    "epoch_metrics": RunProgress._on_metrics,
    "best_changed": RunProgress._on_best,
    "checkpoint_saved": RunProgress._on_saved,
    "command_ack": RunProgress._on_answer,
    "setting_changed": RunProgress._on_setting,
    "resumed": RunProgress._on_resumed,
    "heartbeat": RunProgress._on_heartbeat,
    "finished": RunProgress._on_finished,
    "member_started": RunProgress._on_member_started,
    "member_finished": RunProgress._on_member_finished,
}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)


def _seconds(stamp: str) -> float:
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return 0.0
