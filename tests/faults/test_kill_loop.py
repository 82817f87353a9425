"""SIGKILL at any moment costs time and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from console.core.configs import OrchestratorConfig
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.e2e.conftest import own_folder, small_config, small_dataset
from tests.faults.kill_loop import KillLoop, history, losses, newest_files

__all__ = ["own_folder", "small_config", "small_dataset"]
MakeConfig = Callable[..., OrchestratorConfig]


def killed_and_whole(
    small_config: MakeConfig, num_kills: int, trainer: dict[str, object], first_aim: int = 0
) -> KillLoop:
    """Kill one run ``num_kills`` times, then compare it with one that nobody disturbed."""
    trainer = {"early_stopping_patience": 0, "save_every_n_epochs": 3, **trainer}
    whole = TrainingOrchestratorV2(small_config(trainer=trainer))
    assert asyncio.run(whole.run_training())["status"] == "success"
    run = TrainingOrchestratorV2(small_config(trainer=trainer, execution="process")).prepare()
    loop = KillLoop(run, seed=first_aim)
    loop.num_kills = first_aim
    while loop.num_kills < first_aim + num_kills:
        begun = run.events.exists()
        assert loop.kill_once(resume=begun), f"it ended after {loop.num_kills} kills: {loop.hits}"
    loop.finish()
    loop.assert_clean()
    loop.assert_counted_strictly()
    loop.assert_all_published_are_whole()
    assert whole.run is not None
    assert history(run) == history(whole.run)
    assert losses(run) == losses(whole.run)
    assert newest_files(run) == newest_files(whole.run)
    return loop


@pytest.mark.timeout(240)
def test_that_five_kills_cost_time_and_nothing_else(small_config: MakeConfig) -> None:
    assert killed_and_whole(small_config, 5, {"epochs": 4, "batch_size": 16}).num_kills == 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_that_a_hundred_kills_cost_time_and_nothing_else(small_config: MakeConfig) -> None:
    loop = killed_and_whole(small_config, 100, {"epochs": 40, "batch_size": 16})
    assert loop.hits["late"] < 15, loop.hits
    assert loop.hits["left .tmp-"] >= 15, loop.hits
