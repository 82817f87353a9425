"""What does not fit is said with figures, and one change of settings makes it fit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.engine.estimate import verdict
from console.engine.estimate.batch_memory import BatchMemory
from console.engine.run_plan import RunPlan, make_plan
from console.ui.i18n import catalog_path, load_catalog

GB = 10**9


def plan_with(**trainer: object) -> RunPlan:
    return make_plan(OrchestratorConfig(trainer=TrainerConfigV2(**trainer)))


def memory(batch: int, sample_bytes: int = 10**7, budget: int = 4 * GB) -> BatchMemory:
    return BatchMemory(batch, 16, GB // 2, sample_bytes, budget)


@pytest.mark.parametrize(("batch", "accumulation"), [(1024, 1), (512, 2), (1000, 1), (4096, 1)])
def test_that_a_smaller_batch_keeps_the_step(batch: int, accumulation: int) -> None:
    plan = plan_with(batch_size=batch, gradient_accumulation_steps=accumulation)
    batches = memory(batch)
    assert batches.full_bytes > batches.budget_bytes
    problem = verdict.memory_problem(plan, batches, None)
    changes = problem.changes
    smaller = dataclasses.replace(
        plan.trainer, **{name.partition(".")[2]: value for name, value in changes.items()}
    )
    assert smaller.batch_size <= batches.largest_batch
    step = smaller.batch_size * smaller.gradient_accumulation_steps
    assert step == batch * accumulation
    assert f"A batch of {batch} windows takes" in problem.message
    assert str(smaller.batch_size) in problem.remedy


def test_that_recomputing_is_proposed_where_batches_would_become_too_many() -> None:
    plan = plan_with(batch_size=4096, gradient_accumulation_steps=8)
    batches = memory(4096, sample_bytes=8 * 10**7)
    recomputing = memory(4096, sample_bytes=10**5)
    problem = verdict.memory_problem(plan, batches, recomputing)
    assert problem.changes == {"model.use_gradient_checkpointing": True}
    tighter = verdict.memory_problem(plan, batches, memory(4096, sample_bytes=10**7))
    assert tighter.changes["model.use_gradient_checkpointing"] is True
    assert tighter.changes["trainer.batch_size"] <= 310
    alone = verdict.memory_problem(plan, batches, None)
    assert alone.changes["trainer.gradient_accumulation_steps"] == 64
    assert "smaller step" in alone.remedy


def test_that_a_model_that_fits_with_no_batch_is_said_to_be_too_large() -> None:
    problem = verdict.memory_problem(plan_with(batch_size=64), memory(64, GB), None)
    assert problem.changes == {}
    assert "smaller model" in problem.remedy


def test_that_fewer_checkpoints_are_proposed_for_a_full_disk() -> None:
    plan = plan_with(epochs=100, save_every_n_epochs=5, keep_last=10)
    kept = verdict.checkpoints_kept(plan.trainer)
    assert kept == 10 + 2 + 1 + 1
    needed = kept * GB
    problem = verdict.disk_problem(plan, GB, needed, needed - 3 * GB + 1)
    assert problem.changes == {"trainer.keep_last": 7}
    fewer = dataclasses.replace(plan.trainer, keep_last=7)
    assert verdict.checkpoints_kept(fewer) * GB <= needed - 3 * GB + 1
    assert verdict.disk_problem(plan, GB, needed, GB).changes == {}


def test_that_no_more_checkpoints_are_counted_than_there_are_epochs() -> None:
    short = TrainerConfigV2(epochs=1, keep_last=50, save_every_n_epochs=1)
    assert verdict.checkpoints_kept(short) == 3  # the beginning, the epoch, one in the making
    assert verdict.epochs_range(TrainerConfigV2(epochs=50, early_stopping_patience=9)) == (10, 50)
    assert verdict.epochs_range(TrainerConfigV2(epochs=50, early_stopping_patience=0)) == (50, 50)


def test_that_every_verdict_has_its_russian_words(tmp_path: Path) -> None:
    from console.ui import i18n

    known = [i18n._pattern_of(t) for t in load_catalog(catalog_path("ru"), "ru").messages]
    plan = plan_with(batch_size=4096, gradient_accumulation_steps=8)
    wide = memory(4096, sample_bytes=8 * 10**7)
    problems = [
        verdict.memory_problem(plan_with(batch_size=1024), memory(1024), None),
        verdict.memory_problem(plan, wide, memory(4096, 10**5)),
        verdict.memory_problem(plan, wide, None),
        verdict.memory_problem(plan, memory(64, GB), None),
        verdict.rows_problem(GB),
        verdict.disk_problem(plan_with(keep_last=9, epochs=500), GB, 9 * GB, 8 * GB),
        verdict.disk_problem(plan_with(), GB, 9 * GB, 1),
    ]
    for problem in problems:
        for words in (problem.message, problem.remedy):
            assert any(pattern.fullmatch(words) for pattern in known), words
