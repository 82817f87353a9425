"""Does it fit, and what would: problems with the settings that one click can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.core.fields import field_of
from console.engine.estimate.batch_memory import BatchMemory
from console.engine.run_plan import RunPlan

KEPT_NEWEST, THE_BEST, IN_THE_WRITING = 2, 1, 1
LEAST_KEPT = 2
TIGHT = 0.85


@dataclass(frozen=True)
class EstimateProblem:
    """Why a training does not fit; ``changes`` are settings by ``section.field`` that mend it."""

    code: str
    message: str
    remedy: str
    changes: Mapping[str, Any] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """The problem for results."""
        return asdict(self)


def memory_problem(
    plan: RunPlan, batches: BatchMemory, recomputing: BatchMemory | None
) -> EstimateProblem:
    """The full batch does not fit: a smaller one, added up to the same step, or recomputing.

    ``recomputing`` is the same with gradient checkpointing, where that was measured.
    """
    trainer, changes = plan.trainer, {}
    largest = batches.largest_batch
    exact = batches.full_batch * trainer.gradient_accumulation_steps
    most = field_of(TrainerConfigV2, "gradient_accumulation_steps").maximum or 1
    if largest and exact <= largest * most:
        changes = _smaller(trainer, largest)
        remedy = (
            f"Batches of {changes['trainer.batch_size']} windows fit; "
            f"{changes['trainer.gradient_accumulation_steps']} of them added up make the same "
            "step. Gradient checkpointing or a smaller model takes less memory, too."
        )
    elif recomputing is not None and recomputing.largest_batch:
        changes = {"model.use_gradient_checkpointing": True}
        if recomputing.full_bytes > recomputing.budget_bytes:
            changes.update(_smaller(trainer, recomputing.largest_batch))
        remedy = "Recompute the convolutions in the backward pass: that takes less memory."
    elif largest:
        changes = _smaller(trainer, largest)
        remedy = (
            f"Batches of {changes['trainer.batch_size']} windows fit, though even "
            f"{changes['trainer.gradient_accumulation_steps']} of them make a smaller step."
        )
    else:
        remedy = "Choose a smaller model, a shorter window or the temporal layout."
    message = (
        f"A batch of {batches.full_batch} windows takes {_gb(batches.full_bytes)} GB of memory, "
        f"but {_gb(batches.budget_bytes)} GB are free."
    )
    return EstimateProblem("memory", message, remedy, changes)


def rows_problem(budget_bytes: int) -> EstimateProblem:
    """The data themselves do not fit into memory."""
    return EstimateProblem(
        "rows_memory",
        f"The data do not fit into the {_gb(budget_bytes)} GB of memory that are free.",
        "Hold the rows on disk, or choose fewer days or symbols.",
        {"data.storage": "disk"},
    )


def disk_problem(
    plan: RunPlan, checkpoint_bytes: int, needed_bytes: int, free_bytes: int
) -> EstimateProblem:
    """The checkpoints do not fit on the disk of the runs: keep fewer."""
    excess = needed_bytes - free_bytes
    fewer = -(-excess // max(1, checkpoint_bytes))
    kept = min(plan.trainer.keep_last, num_milestones(plan.trainer)) - fewer
    message = (
        f"The checkpoints take {_gb(needed_bytes)} GB, but {_gb(free_bytes)} GB are free on the "
        "disk of the runs."
    )
    if kept < LEAST_KEPT:
        return EstimateProblem("disk", message, "Free some space, or choose a smaller model.")
    remedy = f"Keep {kept} checkpoints, or free some space."
    return EstimateProblem("disk", message, remedy, {"trainer.keep_last": kept})


def num_milestones(trainer: TrainerConfigV2) -> int:
    """How many checkpoints are kept for good, if all of them may be."""
    return trainer.epochs // trainer.save_every_n_epochs


def checkpoints_kept(trainer: TrainerConfigV2) -> int:
    """The most that lie there at a time: milestones, the newest, the best, one in the making."""
    regular = min(trainer.keep_last, num_milestones(trainer))
    return min(regular + KEPT_NEWEST + THE_BEST, trainer.epochs + 1) + IN_THE_WRITING


def num_trainings(config: OrchestratorConfig, plan: RunPlan) -> int:
    """How many trainings, one after the other, the run is made of."""
    kind = getattr(config, "run_type", "single")
    if kind == "seeds":
        return int(getattr(config, "num_seeds", 1))
    return plan.data.num_folds if kind == "folds" else 1


def epochs_range(trainer: TrainerConfigV2) -> tuple[int, int]:
    """The fewest and the most epochs: patience ends a training that never improves after one."""
    patience = trainer.early_stopping_patience
    return (min(trainer.epochs, patience + 1) if patience else trainer.epochs), trainer.epochs


def _smaller(trainer: TrainerConfigV2, largest: int) -> dict[str, Any]:
    """A batch that fits, and as many of them as give the same step (or nearly, at the limit)."""
    wanted = trainer.batch_size * trainer.gradient_accumulation_steps
    most = int(field_of(TrainerConfigV2, "gradient_accumulation_steps").maximum or 1)
    count = min(most, -(-wanted // largest))
    while count < most and wanted % count:
        count += 1  # equal parts, so that the step keeps its size
    size = max(1, wanted // count) if wanted % count == 0 else largest
    return {
        "trainer.batch_size": max(8, min(size, largest)),
        "trainer.gradient_accumulation_steps": count,
    }


def _gb(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.1f}"
