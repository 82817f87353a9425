"""The learning rate as a pure function of the config and the place in the training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from console.core.configs import TrainerConfigV2

_ONE_CYCLE_RISE = 0.3
_ONE_CYCLE_START_DIVISOR = 25.0
_ONE_CYCLE_END_DIVISOR = 1e4
_PLATEAU_THRESHOLD = 1e-4


class Schedule:
    """The learning rate of every step; ``reduce_on_plateau`` is the only kind with a memory.

    Warm restarts (Loshchilov, Hutter 2017), cosine, exponential and plateau change from epoch to
    epoch, one cycle (Smith, Topin 2018) from step to step. No kind goes below
    ``min_learning_rate``. ``config`` is read at every call, so a changed setting acts at once.
    """

    def __init__(self, config: TrainerConfigV2) -> None:
        self.config = config
        self._factor = 1.0
        self._best: float | None = None
        self._num_bad = 0

    def rate(self, epoch: int, step_in_epoch: int = 0, steps_per_epoch: int = 1) -> float:
        """The rate of one optimisation step.

        Args:
            epoch: finished epochs, from 0.
            step_in_epoch: finished steps of this epoch, from 0.
            steps_per_epoch: optimisation steps in an epoch.
        """
        config = self.config
        kind, top = config.scheduler_type, config.learning_rate
        if kind == "cosine_warm_restarts":
            rate = _warm_restarts(config, epoch)
        elif kind == "cosine":
            rate = _cosine(top, config.scheduler_eta_min, min(1.0, epoch / config.epochs))
        elif kind == "exponential":
            rate = top * config.scheduler_gamma**epoch
        elif kind == "one_cycle":
            position = epoch * steps_per_epoch + step_in_epoch
            rate = _one_cycle(top, position, config.epochs * steps_per_epoch)
        elif kind == "reduce_on_plateau":
            rate = top * self._factor
        else:
            rate = top
        return max(rate, config.min_learning_rate)

    def observe(self, val_loss: float) -> None:
        """Tell the plateau schedule the validation loss of an epoch; others do not listen.

        The rate is multiplied by ``scheduler_factor`` after more than ``scheduler_patience``
        epochs without a relative improvement of 1e-4, as PyTorch does. A loss that is not a
        finite number is none.
        """
        if self.config.scheduler_type != "reduce_on_plateau":
            return
        to_beat = math.inf if self._best is None else self._best * (1.0 - _PLATEAU_THRESHOLD)
        if val_loss < to_beat:
            self._best, self._num_bad = val_loss, 0
            return
        self._num_bad += 1
        if self._num_bad > self.config.scheduler_patience:
            self._factor, self._num_bad = self._factor * self.config.scheduler_factor, 0

    def state_dict(self) -> dict[str, Any]:
        """What the plateau schedule remembers, as plain values."""
        return {"factor": self._factor, "best": self._best, "num_bad": self._num_bad}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave."""
        self._factor = float(state["factor"])
        self._best = None if state["best"] is None else float(state["best"])
        self._num_bad = int(state["num_bad"])


def _warm_restarts(config: TrainerConfigV2, epoch: int) -> float:
    length, within = config.scheduler_T_0, epoch
    while within >= length:
        within -= length
        length *= config.scheduler_T_mult
    return _cosine(config.learning_rate, config.scheduler_eta_min, within / length)


def _one_cycle(top: float, position: int, total: int) -> float:
    start = top / _ONE_CYCLE_START_DIVISOR
    end = start / _ONE_CYCLE_END_DIVISOR
    peak = _ONE_CYCLE_RISE * total - 1.0
    position = min(position, total - 1)
    if position <= peak and peak > 0:
        return _cosine(start, top, position / peak)
    return _cosine(top, end, (position - peak) / (total - 1.0 - peak))


def _cosine(first: float, last: float, progress: float) -> float:
    return last + (first - last) * (1.0 + math.cos(math.pi * progress)) / 2.0
