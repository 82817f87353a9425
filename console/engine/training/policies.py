"""Decisions taken after an evaluation: what is best, when to stop, when to warn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.core.configs import TrainerConfigV2
from console.core.datasets import CLASS_NAMES
from console.core.errors import NonFiniteError
from console.core.metrics import EpochMetrics

SKIPPED_IN_ALL = 10  # times max_skipped_steps
COLLAPSE_LEVELS = (("total", 0.99), ("severe", 0.90), ("mild", 0.75))


def judged(metrics: EpochMetrics, name: str) -> float:
    """The figure that decides, turned so that larger is better."""
    value = float(metrics[name])
    return -value if name == "val_loss" else value


class BestTracker:
    """Remembers which epoch had the best figure; only a finite figure can win."""

    def __init__(self, config: TrainerConfigV2) -> None:
        self.metric: str = config.early_stopping_metric
        self.epoch = 0
        self.step = 0
        self._score: float | None = None

    @property
    def value(self) -> float | None:
        """The best figure itself; None before the first evaluation."""
        if self._score is None:
            return None
        return -self._score if self.metric == "val_loss" else self._score

    def update(self, metrics: EpochMetrics) -> bool:
        """Take in an epoch; True when it is the best so far."""
        score = judged(metrics, self.metric)
        if not math.isfinite(score) or (self._score is not None and score <= self._score):
            return False
        self._score, self.epoch, self.step = score, metrics.epoch, metrics.step
        return True

    def forget(self) -> None:
        """Begin anew: the weights of the best epoch are lost."""
        self._score, self.epoch, self.step = None, 0, 0

    def state_dict(self) -> dict[str, Any]:
        """What is remembered, as plain values."""
        return {
            "metric": self.metric, "epoch": self.epoch, "step": self.step, "score": self._score,
        }  # fmt: skip

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave, unless another metric decides now."""
        if state["metric"] == self.metric:
            self.epoch, self.step = int(state["epoch"]), int(state["step"])
            self._score = None if state["score"] is None else float(state["score"])


class EarlyStopping:
    """Counts evaluations without progress of at least ``delta``; patience 0 never stops."""

    def __init__(self, config: TrainerConfigV2) -> None:
        self.config = config
        self.metric: str = config.early_stopping_metric
        self.num_without_progress = 0
        self._best: float | None = None

    @property
    def should_stop(self) -> bool:
        """Whether the patience that is in force now is used up."""
        patience = self.config.early_stopping_patience
        return 0 < patience <= self.num_without_progress

    def update(self, metrics: EpochMetrics) -> None:
        """Take in an epoch."""
        score = judged(metrics, self.metric)
        delta = self.config.early_stopping_delta
        if math.isfinite(score) and (self._best is None or score > self._best + delta):
            self._best, self.num_without_progress = score, 0
        else:
            self.num_without_progress += 1

    def state_dict(self) -> dict[str, Any]:
        """What is remembered, as plain values."""
        return {
            "metric": self.metric, "best": self._best,
            "num_without_progress": self.num_without_progress,
        }  # fmt: skip

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave, unless another metric decides now."""
        if state["metric"] == self.metric:
            self._best = None if state["best"] is None else float(state["best"])
            self.num_without_progress = int(state["num_without_progress"])


@dataclass(frozen=True)
class Notice:
    """A warning for the operator, with its evidence in the message."""

    code: str
    message: str
    remedy: str

    def to_dict(self) -> dict[str, str]:
        """The warning as event data."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}


class CollapseWatch:
    """Notices when nearly all predictions are one class: mild, severe, total.

    An untrained network often predicts one class, so nothing is said or done in the grace epochs.
    After them it warns when the level is above the one told last, and stops, if asked, at total.
    """

    def __init__(self, config: TrainerConfigV2) -> None:
        self.config = config
        self.level = ""
        self._told = ""
        self._epoch = 0

    @property
    def should_stop(self) -> bool:
        """Whether the collapse is one to stop for."""
        return self.config.stop_on_collapse and self.level == "total" and self._grace_is_over

    def update(self, metrics: EpochMetrics) -> Notice | None:
        """Take in an epoch; a warning when the level is higher than the one told last."""
        self._epoch = metrics.epoch
        share = metrics.val_dominant_share
        self.level = next((name for name, limit in COLLAPSE_LEVELS if share >= limit), "")
        ranks = ("", "mild", "severe", "total")
        told, self._told = self._told, min(self._told, self.level, key=ranks.index)
        if not self._grace_is_over or ranks.index(self.level) <= ranks.index(told):
            return None
        self._told = self.level
        return _collapse_warning(self.level, metrics)

    def state_dict(self) -> dict[str, Any]:
        """What is remembered, as plain values."""
        return {"level": self.level, "told": self._told, "epoch": self._epoch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave."""
        self.level, self._epoch = str(state["level"]), int(state["epoch"])
        self._told = str(state.get("told", self.level))

    @property
    def _grace_is_over(self) -> bool:
        return self._epoch > self.config.collapse_grace_epochs


class SkippedSteps:
    """Counts the steps that were left out because their loss or gradient was no number."""

    def __init__(self, config: TrainerConfigV2) -> None:
        self.config = config
        self.in_a_row = 0
        self.total = 0
        self._last = -1

    @property
    def should_stop(self) -> bool:
        """Whether more were left out than may be, in a row or over the whole run."""
        limit = self.config.max_skipped_steps
        return self.in_a_row > limit or self.total > SKIPPED_IN_ALL * limit

    def add(self, step: int) -> None:
        """Count one; steps are told in order."""
        self.in_a_row = self.in_a_row + 1 if step == self._last + 1 else 1
        self.total, self._last = self.total + 1, step

    def state_dict(self) -> dict[str, Any]:
        """What is remembered, as plain values."""
        return {"in_a_row": self.in_a_row, "total": self.total, "last": self._last}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave."""
        self.in_a_row, self.total = int(state["in_a_row"]), int(state["total"])
        self._last = int(state["last"])


DOUBLE_COMPENSATION = Notice(
    "double_compensation",
    "Rare classes are both repeated and given more weight in the loss.",
    "Use oversampling or class weights, not both.",
)


def checkpoints_failing(count: int) -> Notice:
    """The notice after ``count`` failed checkpoints in a row."""
    message = f"{count} checkpoints in a row could not be saved; training is paused."
    remedy = "Free some space or repair the folder, then resume."
    return Notice("checkpoints_failing", message, remedy)


def precision_unsupported(device: str, wanted: str) -> Notice:
    """The notice that ``device`` lacks the half precision that was asked for."""
    message = f"This {device} has no {wanted} arithmetic; float32 is used."
    return Notice("precision_unsupported", message, "Set Mixed precision to off.")


def checkpoint_before_release_failed() -> Notice:
    """The notice that a run keeps its memory because its state could not be saved."""
    message = "The checkpoint could not be saved; training is paused and keeps its memory."
    remedy = "Free some space or repair the folder, then ask again."
    return Notice("release_failed", message, remedy)


def step_skipped(epoch: int, batch: int, step: int) -> Notice:
    """The notice that a step was left out; batches are counted in their epoch from 1."""
    message = (
        f"Step {step} (epoch {epoch}, batch {batch}) was left out: its loss or gradient is not a "
        "finite number. Nothing was changed by it."
    )
    remedy = "Check the data for extreme values; a lower learning rate may help, too."
    return Notice("step_skipped", message, remedy)


def too_many_skipped(skipped: SkippedSteps, step: int) -> NonFiniteError:
    """The error when more steps were left out than ``max_skipped_steps`` allows."""
    return NonFiniteError(
        "{in_a_row} steps in a row, {total} in all, had a loss or gradient that is not a finite "
        "number, up to step {step}; they were left out.",
        remedy="Check the data for extreme values, or lower the learning rate; then resume.",
        in_a_row=skipped.in_a_row, total=skipped.total, step=step,
    )  # fmt: skip


def non_finite_error(what: str, epoch: int, step: int) -> NonFiniteError:
    """The error for a loss or gradient that is not a number, raised before weights are changed."""
    return NonFiniteError(
        "The {what} is not a finite number in epoch {epoch}, step {step}; the weights were left "
        "as they were before this step.",
        remedy="Lower the learning rate, keep gradient clipping on, switch mixed precision off, "
        "and check the data for extreme values; then resume.",
        what=what, epoch=epoch, step=step,
    )  # fmt: skip


def _collapse_warning(level: str, metrics: EpochMetrics) -> Notice:
    predicted = [sum(column) for column in zip(*metrics.val_confusion, strict=True)]
    true_counts = [sum(row) for row in metrics.val_confusion]
    index = predicted.index(max(predicted))
    message = (
        f"Epoch {metrics.epoch}: {metrics.val_dominant_share:.1%} of the predictions are "
        f"{_class_name(index, predicted)}, while {true_counts[index] / sum(true_counts):.1%} of "
        f"the windows are ({level} class collapse)."
    )
    remedy = "Give it a few epochs; then try class weights, oversampling, or a higher rate."
    return Notice(f"class_collapse_{level}", message, remedy)


def _class_name(index: int, counts: Sequence[int]) -> str:
    return CLASS_NAMES[index] if len(counts) == len(CLASS_NAMES) else f"class {index}"
