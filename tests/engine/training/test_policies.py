from __future__ import annotations

import json

import pytest

from console.core.configs import TrainerConfigV2
from console.core.metrics import EpochMetrics
from console.engine.training.policies import BestTracker, CollapseWatch, EarlyStopping, SkippedSteps

NAN = float("nan")


def epoch(number: int, **changes: object) -> EpochMetrics:
    values = {
        "train_loss": 1.0, "val_loss": 1.0, "train_accuracy": 0.5, "val_accuracy": 0.5,
        "val_precision": 0.5, "val_recall": 0.5, "val_f1": 0.5, "learning_rate": 1e-3,
        "epoch_time": 1.0, "val_confusion": ((10, 5, 5), (5, 10, 5), (5, 5, 10)), "step": number,
    }  # fmt: skip
    return EpochMetrics(epoch=number, **{**values, **changes})


def collapsed(number: int, share: float) -> EpochMetrics:
    return epoch(
        number, val_dominant_share=share, val_confusion=((0, 30, 0), (0, 40, 0), (0, 30, 0))
    )


def patient(patience: int, metric: str = "val_loss", delta: float = 0.0) -> EarlyStopping:
    return EarlyStopping(
        TrainerConfigV2(
            early_stopping_patience=patience, early_stopping_metric=metric,
            early_stopping_delta=delta,
        )
    )  # fmt: skip


def test_that_patience_counts_evaluations_without_progress() -> None:
    policy = patient(2)
    for number, (loss, stop) in enumerate([(1.0, 0), (0.9, 0), (0.95, 0), (0.9, 1)], start=1):
        policy.update(epoch(number, val_loss=loss))
        assert policy.should_stop is bool(stop)


def test_that_patience_zero_never_stops() -> None:
    policy = patient(0)
    for number in range(1, 200):
        policy.update(epoch(number, val_loss=float(number)))
    assert not policy.should_stop


def test_that_progress_below_the_delta_does_not_count() -> None:
    policy = patient(2, delta=0.1)
    for number, loss in enumerate([1.0, 0.95, 0.92], start=1):
        policy.update(epoch(number, val_loss=loss))
    assert policy.should_stop


@pytest.mark.parametrize("metric", ["val_f1", "val_accuracy", "val_mcc"])
def test_that_scores_are_better_when_larger(metric: str) -> None:
    policy, best = patient(1, metric), BestTracker(TrainerConfigV2(early_stopping_metric=metric))
    for number, value in enumerate([0.2, 0.3], start=1):
        policy.update(epoch(number, **{metric: value}))
        assert best.update(epoch(number, **{metric: value}))
    assert not policy.should_stop
    assert (best.epoch, best.value) == (2, 0.3)


def test_that_a_loss_that_is_no_number_is_never_progress_nor_best() -> None:
    policy, best = patient(1), BestTracker(TrainerConfigV2())
    policy.update(epoch(1, val_loss=NAN))
    assert not best.update(epoch(1, val_loss=NAN))
    assert policy.should_stop
    assert best.update(epoch(2, val_loss=5.0))
    assert best.epoch == 2


def test_that_a_worse_epoch_after_a_restart_does_not_become_best() -> None:
    before = BestTracker(TrainerConfigV2())
    before.update(epoch(3, val_loss=0.5))
    after = BestTracker(TrainerConfigV2())
    after.load_state_dict(json.loads(json.dumps(before.state_dict())))
    assert not after.update(epoch(4, val_loss=0.6))
    assert (after.epoch, after.value) == (3, 0.5)


def test_that_patience_used_up_so_far_survives_a_restart() -> None:
    before, after = patient(3), patient(3)
    for number in (1, 2, 3):
        before.update(epoch(number))
    after.load_state_dict(json.loads(json.dumps(before.state_dict())))
    after.update(epoch(4))
    assert after.should_stop


def test_that_another_deciding_figure_begins_anew() -> None:
    before, after = patient(1), patient(1, "val_f1")
    before.update(epoch(1))
    before.update(epoch(2))
    after.load_state_dict(before.state_dict())
    assert not after.should_stop


def test_that_a_collapse_is_reported_once_per_level_with_its_evidence() -> None:
    watch = CollapseWatch(TrainerConfigV2(collapse_grace_epochs=1))
    shares = [0.5, 0.75, 0.8, 0.9, 0.99, 0.5, 1.0]
    notices = [watch.update(collapsed(n, share)) for n, share in enumerate(shares, start=1)]
    codes = [notice.code.removeprefix("class_collapse_") if notice else "" for notice in notices]
    assert codes == ["", "mild", "", "severe", "total", "", "total"]
    assert "100.0% of the predictions are HOLD" in notices[-1].message
    assert "40.0%" in notices[-1].message
    assert not watch.should_stop


def test_that_an_untrained_network_is_given_time_before_a_collapse_is_reported() -> None:
    watch = CollapseWatch(TrainerConfigV2(collapse_grace_epochs=3))
    notices = [watch.update(collapsed(number, 1.0)) for number in range(1, 6)]
    assert [notice.code if notice else "" for notice in notices] == [
        "", "", "", "class_collapse_total", "",
    ]  # fmt: skip


def test_that_what_was_told_of_a_collapse_survives_a_restart() -> None:
    before, after = (CollapseWatch(TrainerConfigV2(collapse_grace_epochs=1)) for _ in range(2))
    assert before.update(collapsed(2, 1.0)) is not None
    after.load_state_dict(json.loads(json.dumps(before.state_dict())))
    assert after.update(collapsed(3, 1.0)) is None


def test_that_skipped_steps_are_counted_in_a_row_and_in_all() -> None:
    skipped = SkippedSteps(TrainerConfigV2(max_skipped_steps=2))
    for step in (3, 4):
        skipped.add(step)
    after = SkippedSteps(TrainerConfigV2(max_skipped_steps=2))
    after.load_state_dict(json.loads(json.dumps(skipped.state_dict())))
    assert (after.in_a_row, after.total, after.should_stop) == (2, 2, False)
    after.add(5)
    assert after.should_stop
    for step in range(10, 50, 2):
        skipped.add(step)
    assert (skipped.in_a_row, skipped.total, skipped.should_stop) == (1, 22, True)


def test_that_a_collapse_stops_only_when_asked_and_only_after_the_grace() -> None:
    watch = CollapseWatch(TrainerConfigV2(stop_on_collapse=True, collapse_grace_epochs=3))
    stops = []
    for number in range(1, 6):
        watch.update(collapsed(number, 1.0))
        stops.append(watch.should_stop)
    assert stops == [False, False, False, True, True]
    watch.update(collapsed(6, 0.95))
    assert not watch.should_stop
