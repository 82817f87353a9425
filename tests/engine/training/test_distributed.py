"""Several processes train what one process trains: real processes, real gloo."""

from __future__ import annotations

import signal
from itertools import chain
from pathlib import Path

import pytest
import torch

from console.core.checkpoints import list_checkpoints
from console.core.metrics import EpochMetrics
from tests.engine.training.group_training import (
    LOST,
    Result,
    result_of,
    start_member,
    train_together,
)
from tests.engine.training.small_training import (
    Recorder,
    Training,
    flat,
    make_training,
    reproducible,
)

EVERYTHING = {
    "gradient_shards": 6, "mixup_prob": 0.5, "gaussian_noise_std": 0.05, "time_mask_ratio": 0.2,
    "feature_dropout_ratio": 0.1, "gradient_accumulation_steps": 3, "use_class_weights": True,
}  # fmt: skip


def figures(history: list[EpochMetrics]) -> list[float]:
    """Every number of every epoch that does not depend on the clock on the wall."""
    return flat(reproducible(history))


def assert_close(result: Result, whole: Training, *, tolerance: float = 1e-6) -> None:
    """Metrics and weights of a process are those of one process alone."""
    assert result.exit_code == 0, result.text
    assert figures(result.history) == pytest.approx(figures(whole.trainer.history), abs=tolerance)
    test, expected = (flat(results) for results in (result.test, whole.trainer.test_results))
    assert test == pytest.approx(expected, abs=tolerance)
    for name, value in whole.weights.items():
        torch.testing.assert_close(result.weights[name], value, rtol=tolerance, atol=tolerance)


def test_that_two_processes_train_what_one_trains(tmp_path: Path) -> None:
    whole = make_training(oversample=True, epochs=2, **EVERYTHING)
    whole.run()
    first, second = train_together(2, tmp_path, changes={**EVERYTHING, "epochs": 2})
    for result in (first, second):
        assert_close(result, whole)
    assert not second.events  # one of them speaks for both
    assert len(first.of("epoch_metrics")) == 2
    assert all(first.weights[name].equal(second.weights[name]) for name in first.weights)
    assert len(list_checkpoints(tmp_path / "run")) >= 2


def test_that_commands_reach_all_processes_at_the_same_step(tmp_path: Path) -> None:
    """Also: another number of processes goes on with the same batches, and says that it is one."""
    plan = {
        3: [{"command": "set", "learning_rate": 1e-3}],
        5: [{"command": "pause"}],
        7: [{"command": "save"}, {"command": "resume"}],
        17: [{"command": "stop_now"}],
    }  # fmt: skip
    results = train_together(2, tmp_path, plan=plan, changes={"gradient_shards": 2})
    assert [result.exit_code for result in results] == [0, 0], [r.text for r in results]
    assert [result.stop_reason for result in results] == ["stopped", "stopped"]
    told = results[0].of("command_ack")
    assert [answer["command"] for answer in told] == ["set", "pause", "save", "resume", "stop_now"]
    assert all(answer["accepted"] for answer in told)
    whole_recorder = Recorder(plan | {17: []})
    whole = make_training(None, whole_recorder, oversample=True, gradient_shards=2)
    whole.run()
    recorder = Recorder()
    resumed = make_training(
        tmp_path / "run" / "checkpoints", recorder, oversample=True, gradient_shards=2
    )
    resumed.run(resume=True)
    (announced,) = recorder.of("resumed")
    assert announced["reasons"] == ["the number of processes was 2, is now 1"]
    ours, theirs = (figures(training.trainer.history) for training in (resumed, whole))
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_that_a_lost_process_ends_the_others(tmp_path: Path) -> None:
    settings = {
        "folder": str(tmp_path / "run" / "checkpoints"), "plan": {}, "changes": {"epochs": 500}
    }  # fmt: skip
    children = [start_member(rank, 2, tmp_path, settings) for rank in range(2)]
    try:
        while not list_checkpoints(tmp_path / "run"):
            assert children[0].poll() is None, children[0].stderr.read()  # type: ignore[union-attr]
        children[1].send_signal(signal.SIGKILL)
        first = result_of(children[0], tmp_path, 0)
    finally:
        for child in children:
            child.kill()
            child.communicate()
    assert first.exit_code == LOST and "another process of the training is gone" in first.text


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("storage", ["memory", "disk", "list"])
def test_that_one_two_and_three_processes_see_the_same_and_learn_the_same(
    storage: str, tmp_path: Path
) -> None:
    changes = {**EVERYTHING, "epochs": 4}
    task = {"changes": changes, "disk": storage == "disk", "listed": storage == "list"}
    if storage == "list":  # class weights of a list are those of its repeats
        changes["use_class_weights"] = False
    (alone,) = train_together(1, tmp_path / "1", **task)
    assert alone.exit_code == 0, alone.text
    for num_processes in (2, 3):
        results = train_together(num_processes, tmp_path / str(num_processes), **task)
        for result in results:
            assert result.exit_code == 0, result.text
            assert figures(result.history) == pytest.approx(figures(alone.history), abs=1e-6)
            for name, value in alone.weights.items():
                torch.testing.assert_close(result.weights[name], value, rtol=1e-6, atol=1e-6)
        if storage != "list":
            together = zip(*(result.seen for result in results), strict=True)
            assert [list(chain.from_iterable(parts)) for parts in together] == alone.seen
