"""The rules of the training doctor: one small function each, with its limits beside it.

A rule looks at the signs and gives a diagnosis or None. ``told`` says that it has been told and
has not passed: limits are wider then, so that nothing flickers. Limits without a source are ours,
chosen so that the built-in presets stay silent on data that can be learnt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from console.core.configs import TrainerConfigV2
from console.core.datasets import CLASS_NAMES
from console.core.diagnosis import Action, Diagnosis
from console.core.doctor_machine_rules import (
    checkpoints_failing,
    disk_low,
    memory_short,
    slow_checkpoints,
    slow_steps,
)
from console.core.doctor_signs import BAD_STEPS_WITHIN, NUM_RECENT, Signs
from console.core.fields import field_of

LEAST_STEPS = 500  # before them a network that names one class is only untrained
Look = Callable[[Signs, bool], Diagnosis | None]
_RATE = field_of(TrainerConfigV2, "learning_rate")
_STOP = Action("stop")


@dataclass(frozen=True)
class Rule:
    """A look at the signs after events of some kinds; ``Doctor`` explains the counts."""

    code: str
    kinds: frozenset[str]
    look: Look
    confirm: int = 1
    clear: int = 1


def non_finite(signs: Signs, told: bool) -> Diagnosis | None:
    """The training has ended on a loss or gradient that is no number."""
    if signs.error_type != "NonFiniteError":
        return None
    growth = signs.norm_growth
    if growth > 5 or signs.loss_growth > 1.5:
        return Diagnosis(
            "non_finite", "severe",
            f"Before the loss stopped being a number, the gradient norm had grown to {growth:.3g} "
            f"times its usual size, the loss to {signs.loss_growth:.3g} times its start.",
            cause="The learning rate is too high: the weights ran away.",
            action=_rate_action(signs, 0.1, "configure"),
        )  # fmt: skip
    return Diagnosis(
        "non_finite", "severe",
        f"Loss and gradient norm were as usual until step {signs.step}; the next step gave no "
        "number.",
        cause="Single windows with extreme or missing values.",
        action=Action("configure", "non_finite_policy", "skip"),
    )  # fmt: skip


def skipped_steps(signs: Signs, told: bool) -> Diagnosis | None:
    """Steps were left out; over when the last 500 were all good."""
    recent = [step for step in signs.bad_steps if step > signs.step - BAD_STEPS_WITHIN]
    if not recent:
        return None
    total = min(BAD_STEPS_WITHIN, signs.step)
    grown = signs.norm_growth > 5
    return Diagnosis(
        "skipped_steps", "severe" if len(recent) > 0.05 * total else "warning",
        f"{len(recent)} of the last {total} steps had a loss or gradient that is not a finite "
        f"number, the newest is step {recent[-1]}.",
        cause="The learning rate is too high: the weights run away." if grown
        else "Single windows with extreme or missing values.",
        action=_rate_action(signs, 0.1) if grown else _STOP,
    )  # fmt: skip


def gradient_exploding(signs: Signs, told: bool) -> Diagnosis | None:
    """The usual norm is many times what it was, or huge (Pascanu et al. 2013)."""
    reference = signs.norm_reference
    if reference is None or len(signs.norms) < NUM_RECENT:
        return None
    now = median(list(signs.norms)[-NUM_RECENT:])
    limit = 5.0 if told else 10.0
    if not (now > limit * reference and now > limit) and now < limit * 10:
        return None
    return Diagnosis(
        "gradient_exploding", "severe" if now > 1e3 else "warning",
        f"The gradient norm is {now:.3g}; it was {reference:.3g} in the first steps.",
        cause="The learning rate is too high, or single windows have extreme values.",
        action=_rate_action(signs, 0.3),
    )  # fmt: skip


def gradient_clipped(signs: Signs, told: bool) -> Diagnosis | None:
    """Nearly every step of three epochs was clipped: AdamW evens that out, so only a note."""
    shares, clip = signs.clipped_shares[-3:], signs.config.grad_clip_value
    if not clip or len(shares) < 3 or min(shares) < (0.8 if told else 0.95):
        return None
    usual = median(signs.norms)
    return Diagnosis(
        "gradient_clipped", "info",
        f"{min(shares):.0%} of the steps were clipped to a gradient norm of {clip:g}; {usual:.3g} "
        "is usual.",
        cause="The limit is below the usual gradient, so it decides the direction less than the "
        "length of every step.",
        action=Action("configure", "grad_clip_value", float(f"{min(1000.0, 2 * usual):.2g}")),
    )  # fmt: skip


def gradient_vanishing(signs: Signs, told: bool) -> Diagnosis | None:
    """No gradient although there is something left to learn (Glorot, Bengio 2010)."""
    if len(signs.norms) < 2 * NUM_RECENT or not signs.epochs:
        return None
    now, accuracy = median(signs.norms), signs.epochs[-1].train_accuracy
    if now > (1e-4 if told else 1e-5) or accuracy > 0.98:
        return None
    return Diagnosis(
        "gradient_vanishing", "warning",
        f"The gradient norm is {now:.1g}, at a training accuracy of {accuracy:.3f}.",
        cause="The network is saturated: its units no longer answer to the data.",
        action=_rate_action(signs, 0.1, "configure"),
    )  # fmt: skip


def learning_rate_dead(signs: Signs, told: bool) -> Diagnosis | None:
    """Six epochs in which the training loss stood still at a tiny rate, with many more to come."""
    last = signs.epochs[-6:]
    if len(last) < 6 or signs.num_epochs - signs.epoch < 5:
        return None
    losses = [metrics.train_loss for metrics in last]
    moved = (max(losses) - min(losses)) / max(abs(fmean(losses)), 1e-12)
    by_schedule = signs.config.scheduler_type in ("exponential", "reduce_on_plateau")
    top = signs.settings["learning_rate"]
    rate = last[-1].learning_rate if by_schedule else top
    floor = max(1e-6, top / 1000 if by_schedule else 0.0)
    if rate > floor or not moved < (0.07 if told else 0.05):
        return None
    return Diagnosis(
        "learning_rate_dead", "warning",
        f"Training loss has moved by {moved:.2%} in six epochs, at a learning rate of {rate:.1g}.",
        cause="The learning rate is too low to change anything.",
        action=_STOP if by_schedule else _rate_action(signs, 50.0),
    )  # fmt: skip


def learning_rate_exploding(signs: Signs, told: bool) -> Diagnosis | None:
    """The loss is well above its start, or was and has not recovered (Smith 2017, range test)."""
    growth, spike = signs.loss_growth, signs.loss_spike
    if growth < (1.2 if told else 1.5) and not (spike > 3 and growth > 0.85):
        return None
    return Diagnosis(
        "learning_rate_exploding", "severe" if growth > 3 or spike > 10 else "warning",
        f"The loss has risen to {spike:.3g} times that of the first steps and is now at "
        f"{growth:.3g} times.",
        cause="The learning rate is too high: every step overshoots.",
        action=_rate_action(signs, 0.1),
    )  # fmt: skip


def loss_oscillating(signs: Signs, told: bool) -> Diagnosis | None:
    """The training loss goes up and down by a fifth and more from epoch to epoch."""
    losses = [metrics.train_loss for metrics in signs.epochs[-7:]]
    if len(losses) < 7:
        return None
    moves = [after - before for before, after in pairwise(losses)]
    turns = sum(a * b < 0 for a, b in pairwise(moves))
    swing = fmean(map(abs, moves)) / max(abs(fmean(losses)), 1e-12)
    if turns < 4 or swing < (0.1 if told else 0.2):
        return None
    return Diagnosis(
        "loss_oscillating", "warning",
        f"Training loss has turned {turns} times in six epochs and moves by {swing:.0%} each time.",
        cause="The learning rate is too high: steps jump across the valley.",
        action=_rate_action(signs, 0.3),
    )  # fmt: skip


def overfit(signs: Signs, told: bool) -> Diagnosis | None:
    """Training loss falls, validation loss rises, and the best is long ago (Prechelt 1998)."""
    if len(signs.epochs) < 6 or signs.num_since_best < 5:
        return None
    best = min(signs.epochs, key=lambda metrics: metrics.val_loss)
    last = signs.epochs[-3:]
    train, val = (fmean(m[name] for m in last) for name in ("train_loss", "val_loss"))
    rise = val / max(best.val_loss, 1e-12)
    if signs.epoch - best.epoch < 5 or train > 0.97 * best.train_loss:
        return None
    if rise < (1.03 if told else 1.05):
        return None
    return Diagnosis(
        "overfit", "warning",
        f"Since epoch {best.epoch} training loss has fallen from {best.train_loss:.4f} to "
        f"{train:.4f}, while validation loss has risen from {best.val_loss:.4f} to {val:.4f}.",
        cause="The model learns the training windows by heart.",
        action=_STOP,
    )  # fmt: skip


def class_collapse(signs: Signs, told: bool) -> Diagnosis | None:
    """After the grace nearly every prediction is one class, well beyond that class's share."""
    last = signs.epochs[-1]
    share, floor = last.val_dominant_share, last.val_majority_floor
    untrained = last.epoch <= signs.config.collapse_grace_epochs or last.step < LEAST_STEPS
    if untrained and not told:
        return None
    if share < (0.8 if told else 0.9) or share < floor + 0.05 or not last.val_confusion:
        return None
    predicted = [sum(column) for column in zip(*last.val_confusion, strict=True)]
    name = CLASS_NAMES[predicted.index(max(predicted))]
    weights = Action("configure", "use_class_weights", True)
    return Diagnosis(
        "class_collapse", "severe" if share >= 0.99 else "warning",
        f"{share:.1%} of the predictions are {name}; the largest class has {floor:.1%} of the "
        "windows.",
        cause="The model has found that one answer is the cheapest.",
        action=_STOP if signs.config.use_class_weights else weights,
    )  # fmt: skip


def one_class_labels(signs: Signs, told: bool) -> Diagnosis | None:
    """The validation labels are all, or nearly all, of one class."""
    counts = [sum(row) for row in signs.epochs[-1].val_confusion]
    if not sum(counts) or max(counts) < 0.995 * sum(counts):
        return None
    return Diagnosis(
        "one_class_labels", "severe",
        f"{max(counts)} of {sum(counts)} validation windows have the label "
        f"{CLASS_NAMES[counts.index(max(counts))]}.",
        cause="The label rule calls nearly every move by one name: there is nothing to learn.",
        action=Action("configure"),
    )  # fmt: skip


def plateau(signs: Signs, told: bool) -> Diagnosis | None:
    """Many evaluations without progress while validation loss does not rise, either."""
    patience = signs.settings["patience"]
    limit = max(8, int(patience) // 2) if patience else 15
    waited = signs.num_since_best
    if waited < limit or signs.best is None:
        return None
    slow = patience == 0 and waited >= 2 * limit
    can_reduce = signs.config.scheduler_type in ("constant", "exponential")
    return Diagnosis(
        "plateau", "warning" if slow else "info",
        f"{waited} evaluations without progress; the best is epoch {signs.best.epoch}.",
        cause="The model has learnt what it can at this learning rate.",
        action=_rate_action(signs, 0.5) if can_reduce else _STOP,
    )  # fmt: skip


def validation_better(signs: Signs, told: bool) -> Diagnosis | None:
    """Three epochs with validation far above training, also when every class counts the same."""
    last = signs.epochs[-3:]
    if len(last) < 3 or last[0].epoch < 3:
        return None
    gaps = [min(m.val_accuracy, m.val_balanced_accuracy) - m.train_accuracy for m in last]
    if min(gaps) < (0.15 if told else 0.2):
        return None
    noisy = signs.config.use_augmentation
    return Diagnosis(
        "validation_better", "warning",
        f"Validation accuracy {last[-1].val_accuracy:.3f} is far above training accuracy "
        f"{last[-1].train_accuracy:.3f}.",
        cause="Augmentation makes the training windows much harder, or windows of the two parts "
        "overlap." if noisy else "Windows of the training and validation parts may overlap.",
        action=Action("configure", "use_augmentation", False) if noisy else Action("configure"),
    )  # fmt: skip


def below_floor(signs: Signs, told: bool) -> Diagnosis | None:
    """Three evaluations after epoch 10 below always naming the largest class, and no skill."""
    last = signs.epochs[-3:]
    if len(last) < 3 or last[0].epoch <= 10:
        return None
    if any(m.val_accuracy > m.val_majority_floor - 0.02 or m.val_mcc > 0.02 for m in last):
        return None
    return Diagnosis(
        "below_floor", "warning",
        f"Accuracy {last[-1].val_accuracy:.3f} is below the {last[-1].val_majority_floor:.3f} of "
        f"always naming the largest class; MCC is {last[-1].val_mcc:.3f}.",
        cause="The features say nothing about this label, or features and labels do not belong "
        "together.",
        action=Action("configure"),
    )  # fmt: skip


_STEP, _EPOCH = frozenset({"step"}), frozenset({"epoch_metrics"})
RULES = (
    Rule("non_finite", frozenset({"failed"}), non_finite),
    Rule("skipped_steps", _STEP, skipped_steps),
    Rule("gradient_exploding", _STEP, gradient_exploding, confirm=3, clear=20),
    Rule("gradient_vanishing", _EPOCH, gradient_vanishing, confirm=2, clear=2),
    Rule("gradient_clipped", _EPOCH, gradient_clipped, clear=2),
    Rule("learning_rate_exploding", _STEP, learning_rate_exploding, confirm=2, clear=20),
    Rule("learning_rate_dead", _EPOCH, learning_rate_dead, clear=2),
    Rule("loss_oscillating", _EPOCH, loss_oscillating, clear=3),
    Rule("overfit", _EPOCH, overfit, confirm=2, clear=2),
    Rule("class_collapse", _EPOCH, class_collapse, confirm=2, clear=2),
    Rule("one_class_labels", _EPOCH, one_class_labels),
    Rule("plateau", _EPOCH, plateau),
    Rule("validation_better", _EPOCH, validation_better, clear=2),
    Rule("below_floor", _EPOCH, below_floor, clear=2),
    Rule("slow_steps", _STEP, slow_steps, confirm=10, clear=10),
    Rule("slow_checkpoints", _EPOCH, slow_checkpoints, confirm=3, clear=2),
    Rule("checkpoint_unsaved", frozenset({"checkpoint_saved", "checkpoint_failed"}),
         checkpoints_failing),
    Rule("memory_short", frozenset({"heartbeat"}), memory_short, confirm=3, clear=3),
    Rule("disk_low", frozenset({"heartbeat"}), disk_low, confirm=2, clear=2),
)  # fmt: skip


def _rate_action(signs: Signs, factor: float, kind: str = "set") -> Action:
    """Another learning rate, within the limits of the setting; a stop where it cannot move."""
    now = signs.settings["learning_rate"]
    lowest = max(
        _RATE.minimum or 0.0, signs.config.min_learning_rate, signs.config.scheduler_eta_min
    )
    wanted = float(f"{min(max(now * factor, lowest), _RATE.maximum or 1.0):.2g}")
    if wanted == now:
        return _STOP
    return Action("configure" if kind == "configure" else "set", "learning_rate", wanted)
