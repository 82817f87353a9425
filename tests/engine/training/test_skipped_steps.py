"""Steps whose loss is no number are left out, counted, told, and survive a restart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from console.core.errors import NonFiniteError
from console.engine.data.windows import WindowSource
from tests.engine.training.small_training import (
    Recorder,
    Training,
    assert_same_weights,
    make_source,
    make_training,
    reproducible,
)

SKIPPING = {"non_finite_policy": "skip", "mixup_prob": 0.0}


def spoilt(bad: set[int], before: int) -> WindowSource:
    """Training windows of which some batches, counted over the training, are no numbers."""
    source = make_source(0, 327)
    plain, num_read = source.batch, before

    def batch(index: torch.Tensor) -> Mapping[str, torch.Tensor]:
        nonlocal num_read
        num_read += 1
        made = plain(index)
        return {**made, "sequence": made["sequence"] * math.nan} if num_read in bad else made

    source.batch = batch  # type: ignore[method-assign]
    return source


def run(training: Training, bad: set[int], *, before: int = 0, resume: bool = False) -> None:
    training.trainer.train(
        spoilt(bad, before), make_source(327, 500), make_source(500, 700), resume=resume
    )


def test_that_a_bad_step_is_left_out_told_with_its_place_and_counted() -> None:
    recorder = Recorder()
    training = make_training(None, recorder, **SKIPPING)
    run(training, {5, 6, 14})
    history = training.trainer.history
    assert len(history) == 3
    assert all(math.isfinite(metrics.train_loss) for metrics in history)
    assert all(math.isfinite(metrics.gradient_norm) for metrics in history)
    assert math.isfinite(training.trainer.test_results["loss"])
    told = recorder.of("warning")
    assert [(w["code"], w["in_a_row"], w["total"]) for w in told] == [
        ("step_skipped", 1, 1), ("step_skipped", 2, 2), ("step_skipped", 1, 3),
    ]  # fmt: skip
    assert "Step 14 (epoch 2, batch 4)" in told[2]["message"]
    losses = [loss for data in recorder.of("step") for loss in data["loss"]]
    assert [step for step, loss in enumerate(losses, start=1) if loss is None] == [5, 6, 14]


def test_that_skipping_is_free_while_every_step_is_good() -> None:
    stopping, skipping = make_training(), make_training(non_finite_policy="skip")
    for training in (stopping, skipping):
        training.run()
    assert_same_weights(skipping.weights, stopping.weights)
    assert reproducible(skipping.trainer.history) == reproducible(stopping.trainer.history)


@pytest.mark.parametrize("stop", [5, 6, 15])
def test_that_a_training_with_skipped_steps_resumes_exactly(stop: int, tmp_path: Path) -> None:
    bad = {5, 6, 14}
    whole = make_training(tmp_path / "whole" / "checkpoints", **SKIPPING)
    run(whole, bad)
    recorder = Recorder({stop: [{"command": "stop_now"}]})
    run(make_training(tmp_path / "checkpoints", recorder, **SKIPPING), bad)
    after = Recorder()
    resumed = make_training(tmp_path / "checkpoints", after, **SKIPPING)
    run(resumed, bad, before=stop, resume=True)
    assert_same_weights(resumed.weights, whole.weights)
    assert reproducible(resumed.trainer.history) == reproducible(whole.trainer.history)
    assert resumed.trainer._progress.skipped.total == 3


def test_that_too_many_in_a_row_end_the_training_with_the_last_good_state_kept(
    tmp_path: Path,
) -> None:
    recorder = Recorder()
    training = make_training(tmp_path / "checkpoints", recorder, **SKIPPING, max_skipped_steps=2)
    with pytest.raises(NonFiniteError, match=r"3 steps in a row, 3 in all, .* up to step 14"):
        run(training, {12, 13, 14})
    assert recorder.of("checkpoint_saved")[-1]["step"] == 10
    assert len(recorder.of("warning")) == 3


def test_that_the_steps_before_a_stop_are_told() -> None:
    recorder = Recorder()
    training = make_training(None, recorder)
    with pytest.raises(NonFiniteError, match="epoch 2, step 14"):
        run(training, {14})
    steps = [number for data in recorder.of("step") for number in data["steps"]]
    assert steps == list(range(1, 14))
