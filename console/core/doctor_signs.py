"""What the training doctor remembers of a run: losses, gradient norms, epochs, speed, machine."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from statistics import fmean, median
from typing import Any

from console.core.configs import TrainerConfigV2
from console.core.events import Event
from console.core.metrics import EpochMetrics

NUM_START_LOSSES, NUM_IN_SPIKE = 3, 5
NUM_RECENT = 50
NORMS_SKIPPED, NORMS_IN_REFERENCE = 20, 100
BAD_STEPS_WITHIN = 500
SPEED_WINDOW_S, WARM_UP_S = 60.0, 10.0
_SETTINGS = {"learning_rate": "learning_rate", "patience": "early_stopping_patience"}


class Signs:
    """Grows by one event at a time and never holds more than a few hundred steps."""

    def __init__(self, config: TrainerConfigV2) -> None:
        self.config = config
        self.settings: dict[str, float] = {n: getattr(config, f) for n, f in _SETTINGS.items()}
        self.num_epochs = config.epochs
        self.rate: float | None = None
        self.step = 0
        self.start_losses: list[float] = []
        self.losses: deque[float] = deque(maxlen=NUM_RECENT)
        self.loss_spike = 1.0
        self.norms: deque[float] = deque(maxlen=2 * NUM_RECENT)
        self.bad_steps: deque[int] = deque(maxlen=BAD_STEPS_WITHIN)
        self.clipped_shares: list[float] = []
        self.epochs: list[EpochMetrics] = []
        self.best: EpochMetrics | None = None
        self.readings: Mapping[str, Any] = {}
        self.checkpoint_s = 0.0
        self.checkpoint_bytes = 0
        self.failed_checkpoints = 0
        self.error_type = ""
        self._early_norms: list[float] = []
        self._num_clipped = self._num_norms = 0
        self._first_time = 0.0
        self._base_speeds: list[float] = []
        self._speeds: deque[tuple[float, float]] = deque()

    def take(self, event: Event) -> None:
        """Remember what an event says."""
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event)

    @property
    def epoch(self) -> int:
        """The newest finished epoch, 0 before the first."""
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def num_since_best(self) -> int:
        """Evaluations since the deciding figure was last better by the smallest progress."""
        return self.epoch - self.best.epoch if self.best is not None else 0

    @property
    def norm_reference(self) -> float | None:
        """The usual gradient norm of the first steps; None until enough are known."""
        enough = len(self._early_norms) == NORMS_IN_REFERENCE
        return median(self._early_norms) if enough else None

    @property
    def norm_growth(self) -> float:
        """How many times the usual gradient norm the last ten are; 1 while unknown."""
        reference = self.norm_reference
        last = list(self.norms)[-10:]
        if not last:
            return 1.0
        return median(last) / max(reference or median(self.norms), 1e-12)

    @property
    def loss_growth(self) -> float:
        """The mean of the last losses over that of the first ones; 1 while unknown."""
        if len(self.losses) < NUM_RECENT or not self.start_losses:
            return 1.0
        return fmean(self.losses) / max(min(self.start_losses), 1e-12)

    def speeds(self) -> tuple[float, float] | None:
        """Usual windows a second, and those of the last minute; None before two minutes."""
        if not self._base_speeds or not self._speeds:
            return None
        (first, _), (last, _) = self._speeds[0], self._speeds[-1]
        if last - self._first_time < 2 * SPEED_WINDOW_S or last - first < 0.8 * SPEED_WINDOW_S:
            return None
        return median(self._base_speeds), median(speed for _time, speed in self._speeds)

    def _on_started(self, event: Event) -> None:
        self._first_time = 0.0
        self._base_speeds.clear()
        self._speeds.clear()

    def _on_epoch_started(self, event: Event) -> None:
        self.num_epochs = int(event.data.get("epochs") or self.num_epochs)
        known = event.data.get("settings") or {}
        self.settings.update({n: float(known[n]) for n in _SETTINGS if n in known})

    def _on_setting(self, event: Event) -> None:
        name, value = str(event.data.get("name", "")), event.data.get("after")
        if name in self.settings and isinstance(value, int | float):
            self.settings[name] = float(value)
        elif name == "epochs" and isinstance(value, int):
            self.num_epochs = value

    def _on_step(self, event: Event) -> None:
        data = event.data
        steps, losses = data.get("steps") or [], data.get("loss") or []
        norms = data.get("gradient_norm") or [math.nan] * len(losses)
        half = self.config.use_mixed_precision == "fp16"
        told = bool(data.get("gradient_norm"))
        self.rate = data.get("learning_rate", self.rate)
        for step, loss, norm in zip(steps, losses, norms, strict=False):
            self.step = int(step)
            if not _is_number(loss) or (told and not half and not _is_number(norm)):
                self.bad_steps.append(self.step)
                continue
            self._add_loss(float(loss))
            if _is_number(norm):
                self._add_norm(float(norm))
        self._add_speed(_seconds(event.t), data.get("samples_per_second"))

    def _add_loss(self, loss: float) -> None:
        if len(self.start_losses) < NUM_START_LOSSES:
            self.start_losses.append(loss)
        self.losses.append(loss)
        if len(self.losses) >= NUM_IN_SPIKE:
            now = fmean(list(self.losses)[-NUM_IN_SPIKE:])
            self.loss_spike = max(self.loss_spike, now / max(min(self.start_losses), 1e-12))

    def _add_norm(self, norm: float) -> None:
        self.norms.append(norm)
        self._num_norms += 1
        clip = self.config.grad_clip_value
        self._num_clipped += 0 < clip < norm
        late = self.step > NORMS_SKIPPED
        if late and len(self._early_norms) < NORMS_IN_REFERENCE:
            self._early_norms.append(norm)

    def _add_speed(self, time: float, speed: Any) -> None:
        if not time or not _is_number(speed) or speed <= 0:
            return
        self._first_time = self._first_time or time
        age = time - self._first_time
        if WARM_UP_S <= age < WARM_UP_S + SPEED_WINDOW_S:
            self._base_speeds.append(float(speed))
        self._speeds.append((time, float(speed)))
        while time - self._speeds[0][0] > SPEED_WINDOW_S:
            self._speeds.popleft()

    def _on_metrics(self, event: Event) -> None:
        metrics = EpochMetrics.from_dict(event.data)
        self.epochs.append(metrics)
        if self._num_norms:
            self.clipped_shares.append(self._num_clipped / self._num_norms)
        self._num_clipped = self._num_norms = 0
        name = self.config.early_stopping_metric
        score = float(metrics[name]) * (-1.0 if name == "val_loss" else 1.0)
        if math.isnan(score):
            return
        before = -math.inf
        if self.best is not None:
            before = float(self.best[name]) * (-1.0 if name == "val_loss" else 1.0)
        if score > before + self.config.early_stopping_delta:
            self.best = metrics

    def _on_saved(self, event: Event) -> None:
        self.failed_checkpoints = 0
        self.checkpoint_s = float(event.data.get("seconds") or 0.0)
        self.checkpoint_bytes = int(event.data.get("size_bytes") or 0)

    def _on_save_failed(self, _event: Event) -> None:
        self.failed_checkpoints += 1

    def _on_heartbeat(self, event: Event) -> None:
        self.readings = event.data

    def _on_failed(self, event: Event) -> None:
        self.error_type = str((event.data.get("error") or {}).get("type", ""))


_HANDLERS: dict[str, Callable[[Signs, Event], None]] = {
    "run_started": Signs._on_started,
    "resumed": Signs._on_started,
    "unpaused": Signs._on_started,
    "epoch_started": Signs._on_epoch_started,
    "setting_changed": Signs._on_setting,
    "step": Signs._on_step,
    "epoch_metrics": Signs._on_metrics,
    "checkpoint_saved": Signs._on_saved,
    "checkpoint_failed": Signs._on_save_failed,
    "heartbeat": Signs._on_heartbeat,
    "failed": Signs._on_failed,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _seconds(stamp: str) -> float:
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return 0.0
