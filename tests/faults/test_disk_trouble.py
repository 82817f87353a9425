"""A disk that fills up or turns read-only while a run writes to it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from console.core.checkpoints import checkpoint_paths, checkpoint_problem
from console.core.configs import OrchestratorConfig
from console.core.errors import WorkspaceError
from console.core.events import Event, EventReader
from console.core.paths import open_workspace
from console.core.rundir import RunDir, create_run
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.run_recorder import RunRecorder
from console.engine.training import checkpoint
from console.engine.training.checkpoint import CheckpointStore
from console.engine.training.saving_cost import SavingCost
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
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [e.epoch for e in events if e.kind == "epoch_metrics"] == [1, 2, 3, 4, 5]
    assert [e for e in events if e.kind == "checkpoint_failed"]
    assert "seconds" in next(e for e in events if e.kind == "checkpoint_saved").data
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


def leave_free(folder: Path, num_bytes: int) -> None:
    """Fill the disk up to ``num_bytes``."""
    free = os.statvfs(folder)
    with open(folder / "filler", "wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, free.f_bavail * free.f_frsize - num_bytes)


@pytest.mark.parametrize("free_kb", [0, 8, 40, 44, 80, 84, 88, 92])
def test_that_a_disk_that_fills_up_at_any_file_leaves_what_was_there(
    small_disk: Path, free_kb: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "_SPARE_BYTES", -(1 << 30))  # nothing is noticed beforehand
    store = CheckpointStore(small_disk / "run" / "checkpoints")
    store.prepare()
    for step in (1, 2, 3):
        store.save(large_content(step), best=False)
    before = sorted(store.folder.iterdir())
    leave_free(small_disk, free_kb << 10)
    with pytest.raises(WorkspaceError, match="disk is full"):
        store.save(large_content(4), best=False)
    assert sorted(store.folder.iterdir()) == before
    assert all(checkpoint_problem(path) == "" for path in before)
    store.rotate(keep_last=0, best_step=0)  # takes no room, and gives some
    assert [path.name for path in checkpoint_paths(store.folder)] == [
        "step-000000003", "step-000000002",
    ]  # fmt: skip
    (small_disk / "filler").unlink()
    store.save(large_content(4), best=False)
    assert checkpoint_problem(store.newest_valid()[0] or store.folder) == ""


def large_content(step: int) -> checkpoint.CheckpointContent:
    """A checkpoint of some 100 kB in four files."""
    about = {
        "epoch": step, "step": step, "reason": "epoch", "complete_epoch": True,
        "milestone": False, "best_step": 0, "metrics": {},
    }  # fmt: skip
    half, small = torch.zeros(10_000), torch.zeros(4)
    return checkpoint.CheckpointContent(
        {"weight": half}, {"exp_avg/weight": half}, {"torch": small}, {"text": "x" * 6000}, about
    )


def test_that_a_full_disk_takes_the_state_but_no_command(small_disk: Path) -> None:
    run = create_run(open_workspace(small_disk / "workspace"), "full", config={}, details={})
    with RunRecorder(run) as recorder:
        recorder.emit("run_started", data={"epochs": 3})
        fill(small_disk)
        for _ in range(50):
            recorder.emit("warning", data={"code": "x", "message": "y" * 200, "remedy": ""})
        recorder.emit("paused")
        status = run.status()
        assert status.state == "paused"
        assert "events wait in memory" in status.message
        with pytest.raises(WorkspaceError, match="disk is full"):
            run.send("resume")
        (small_disk / "filler").unlink()
        run.send("resume")
        assert [command["command"] for command in recorder.take_commands()] == ["resume"]
        recorder.emit("unpaused")
        assert run.status().message == ""
    assert [event.seq for event in EventReader(run.events).read()] == list(range(1, 54))


def test_that_a_disk_that_turns_read_only_mid_run_delays_and_loses_nothing(
    small_disk: Path,
) -> None:
    run = create_run(open_workspace(small_disk / "workspace"), "ro", config={}, details={})
    with RunRecorder(run) as recorder:
        recorder.emit("run_started", data={"epochs": 3})
        status = json.loads((run.path / "status.json").read_text())
        (run.path / "status.json").write_text(json.dumps({**status, "updated": 0.0}))
        subprocess.run(["mount", "-o", "bind", str(small_disk), str(small_disk)], check=True)
        try:
            read_only = ["mount", "-o", "remount,ro,bind", str(small_disk)]
            subprocess.run(read_only, check=True)
            assert run.status().state == "running"  # silent, but it cannot speak
            with pytest.raises(WorkspaceError, match="read-only"):
                CheckpointStore(run.checkpoints).save(large_content(1), best=False)
            with pytest.raises(WorkspaceError, match="read-only"):
                run.send("pause")
        finally:
            subprocess.run(["umount", "--lazy", str(small_disk)], check=True)
        CheckpointStore(run.checkpoints).save(large_content(1), best=False)
        recorder.emit("epoch_started", epoch=1)
    assert [event.seq for event in EventReader(run.events).read()] == [1, 2]


def test_that_slow_saving_is_told_once_and_only_when_it_matters() -> None:
    cost = SavingCost()
    assert cost.add(9.0, 0.0) is None  # too early to say
    notice = cost.add(3.0, 20.0)
    assert notice is not None
    assert notice.message == ("Saving checkpoints takes 38% of the time, 3.0 s for the last one.")
    assert cost.add(30.0, 21.0) is None
    quick = SavingCost()
    assert [quick.add(1.0, 60.0 * number) for number in range(30)] == [None] * 30


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
