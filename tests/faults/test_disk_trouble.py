"""A disk that fills up or turns read-only while a run writes to it."""

from __future__ import annotations

import asyncio
import errno
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.core.configs import OrchestratorConfig
from console.core.events import Event, EventReader
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.e2e.conftest import MAPPING, market_table, own_folder, small_config, small_dataset

__all__ = ["own_folder", "small_config", "small_dataset"]
MakeConfig = Callable[..., OrchestratorConfig]


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with open(folder / "filler", "wb", buffering=0) as stream:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    stream.write(b"\0" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC


def workspace_on(disk: Path, tmp_path: Path) -> str:
    """A workspace on ``disk`` that holds the small dataset."""
    workspace = open_workspace(disk / "workspace").ensure()
    market_table().write_parquet(tmp_path / "rows.parquet")
    import_dataset([tmp_path / "rows.parquet"], ImportMapping(**MAPPING), "small", workspace)
    return str(workspace.root)


def test_that_training_goes_on_over_a_full_disk_and_saves_again_after(
    small_disk: Path, tmp_path: Path, small_config: MakeConfig
) -> None:
    def trouble(event: Event) -> None:
        if event.kind == "epoch_metrics" and event.epoch == 2:
            fill(small_disk)
        if event.kind == "epoch_metrics" and event.epoch == 4:
            (small_disk / "filler").unlink()

    trainer = {"epochs": 5}
    undisturbed = TrainingOrchestratorV2(small_config(trainer=trainer))
    asyncio.run(undisturbed.run_training())
    config = small_config(trainer=trainer, workspace=workspace_on(small_disk, tmp_path))
    orchestrator = TrainingOrchestratorV2(config, on_event=trouble)
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "success", result
    run = orchestrator.run
    assert run is not None and undisturbed.run is not None
    events = EventReader(run.events).read()
    assert [e.epoch for e in events if e.kind == "epoch_metrics"][-1] == 5
    assert weights(run) == weights(undisturbed.run)
    assert run.status().state == "finished"


def test_that_a_full_disk_is_answered_in_words_before_a_run_begins(
    small_disk: Path, tmp_path: Path, small_config: MakeConfig
) -> None:
    config = small_config(workspace=workspace_on(small_disk, tmp_path))
    fill(small_disk)
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["status"] == "error"
    assert "disk is full" in result["error"] and "Free some space" in result["error"]


def test_that_a_read_only_disk_is_answered_in_words(
    small_disk: Path, tmp_path: Path, small_config: MakeConfig
) -> None:
    config = small_config(workspace=workspace_on(small_disk, tmp_path))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["status"] == "error"
    assert "read-only" in result["error"] and "Choose another folder" in result["error"]


@pytest.mark.parametrize("damage", ["truncate", "remove"])
def test_that_a_damaged_newest_checkpoint_falls_back_to_the_one_before(
    small_config: MakeConfig, damage: str
) -> None:
    config = small_config(trainer={"epochs": 3})
    whole = TrainingOrchestratorV2(config)
    asyncio.run(whole.run_training())
    config = small_config(trainer={"epochs": 3}, execution="thread")

    def stop(event: Event) -> None:
        if event.kind == "epoch_metrics" and event.epoch == 2:
            assert first.run is not None
            first.run.send("stop_now")

    first = TrainingOrchestratorV2(config, on_event=stop)
    asyncio.run(first.run_training())
    assert first.run is not None and whole.run is not None
    newest = sorted(first.run.checkpoints.glob("step-*"))[-1] / "model.safetensors"
    if damage == "truncate":
        newest.write_bytes(newest.read_bytes()[:-100])
    else:
        newest.unlink()
    told: list[Event] = []
    result: dict[str, Any] = asyncio.run(
        TrainingOrchestratorV2(config, on_event=told.append).resume(first.run)
    )
    assert result["status"] == "success", result
    assert any(newest.parent.name in str(e.data) for e in told if e.kind == "warning")
    assert weights(first.run) == weights(whole.run)


def weights(run: RunDir) -> bytes:
    """The bytes of the newest checkpoint's weights."""
    return (sorted(run.checkpoints.glob("step-*"))[-1] / "model.safetensors").read_bytes()
