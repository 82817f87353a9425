from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch

from console.core.checkpoints import (
    checkpoint_name,
    checkpoint_problem,
    checkpoints_in,
    list_checkpoints,
)
from console.core.errors import CheckpointError, WorkspaceError
from console.engine.training.checkpoint import (
    CheckpointContent,
    CheckpointStore,
    read_checkpoint,
    read_model_weights,
)
from console.engine.training.tensor_file import file_parts
from tests.faults.limits import largest_file


@pytest.fixture
def store(tmp_path: Path) -> CheckpointStore:
    made = CheckpointStore(tmp_path / "run" / "checkpoints")
    made.prepare()
    return made


def content(step: int, *, best_step: int = 0, **about: object) -> CheckpointContent:
    known = {
        "epoch": step, "step": step, "reason": "epoch", "complete_epoch": True,
        "milestone": False, "best_step": best_step, "metrics": {"val_loss": 1.0},
    }  # fmt: skip
    tensors = {"weight": torch.full((100,), float(step)), "count": torch.tensor(step)}
    return CheckpointContent(
        tensors, {"exp_avg/weight": torch.ones(3)}, {"torch": torch.zeros(4, dtype=torch.uint8)},
        {"loss": 0.1 + 0.2, "nan": float("nan"), "torch": torch.__version__, "path": Path("a")},
        {**known, **about},
    )  # fmt: skip


def names(store: CheckpointStore) -> list[str]:
    return [info.name for info in checkpoints_in(store.folder)]


def test_that_a_checkpoint_has_the_documented_layout_and_reads_back(store: CheckpointStore) -> None:
    info = store.save(content(12345), best=True)
    assert info.name == "step-000012345"
    assert {path.name for path in info.path.iterdir()} == {
        "model.safetensors", "optim.safetensors", "rng-0.safetensors", "state.json",
        "manifest.json",
    }  # fmt: skip
    manifest = json.loads((info.path / "manifest.json").read_text())
    assert all(len(file["sha256"]) == 64 for file in manifest["files"].values())
    for hint in ("last", "best"):
        text = (store.folder.parent / f"{hint}.json").read_text()
        assert json.loads(text)["name"] == info.name
    back = read_checkpoint(info.path)
    assert back.state == {
        "loss": 0.1 + 0.2, "nan": None, "torch": str(torch.__version__), "path": "a",
    }  # fmt: skip
    assert back.model["weight"].equal(content(12345).model["weight"])
    assert read_model_weights(info.path)["count"] == 12345
    assert store.newest_valid() == (info.path, [])


def test_that_the_list_tells_what_the_window_shows(store: CheckpointStore) -> None:
    store.save(content(5, best_step=5), best=True)
    store.save(content(7, best_step=5, complete_epoch=False, reason="pause"), best=False)
    newest, older = list_checkpoints(store.folder.parent)
    assert (newest.name, newest.step, newest.is_best, newest.reason) == (
        "step-000000007", 7, False, "pause",
    )  # fmt: skip
    assert older.is_best
    assert older.metrics == {"val_loss": 1.0}
    assert older.size_bytes == sum(
        (older.path / name).stat().st_size
        for name in ("model.safetensors", "optim.safetensors", "rng-0.safetensors", "state.json")
    )
    assert older.saved_at.endswith("Z")
    assert list_checkpoints(store.folder) == []


def test_that_newest_is_a_matter_of_numbers_not_of_text(store: CheckpointStore) -> None:
    for step in (9, 10, 2_000_000_000, 999_999_999):
        store.save(content(step), best=False)
    path, _rejected = store.newest_valid()
    assert path is not None
    assert path.name == "step-2000000000"
    assert names(store)[1:] == ["step-999999999", "step-000000010", "step-000000009"]


def test_that_a_second_checkpoint_of_a_step_never_replaces_the_first(
    store: CheckpointStore,
) -> None:
    first, second = (store.save(content(3), best=False) for _ in range(2))
    assert second.name == checkpoint_name(3, 2) == "step-000000003-r2"
    assert first.path.is_dir()
    assert store.newest_valid()[0] == second.path


@pytest.mark.parametrize("name", ["model.safetensors", "optim.safetensors", "state.json"])
def test_that_truncation_damage_and_absence_are_told_apart(
    store: CheckpointStore, name: str
) -> None:
    path = store.save(content(1), best=False).path / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert f"{name} is truncated: {len(whole) - 1} of {len(whole)}" in checkpoint_problem(
        path.parent
    )
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert f"{name} is damaged" in checkpoint_problem(path.parent)
    path.unlink()
    assert f"{name} cannot be read" in checkpoint_problem(path.parent)
    with pytest.raises(CheckpointError, match=name) as caught:
        read_checkpoint(path.parent)
    assert str(path.parent) in caught.value.message
    assert caught.value.remedy


def test_that_a_checkpoint_of_another_format_is_refused(store: CheckpointStore) -> None:
    path = store.save(content(1), best=False).path
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    assert "format 99" in checkpoint_problem(path)
    (path / "manifest.json").write_text("[]")
    assert "missing or damaged" in checkpoint_problem(path)


def test_that_leftovers_are_swept_and_nothing_else(store: CheckpointStore) -> None:
    kept = store.save(content(1), best=False)
    for name in (".tmp-step-000000002", ".del-step-000000000"):
        (store.folder / name).mkdir()
        (store.folder / name / "model.safetensors").write_bytes(b"half")
    (store.folder / "notes").mkdir()
    CheckpointStore(store.folder).prepare()
    assert {path.name for path in store.folder.iterdir()} == {kept.name, "notes"}


def test_that_a_write_that_fails_half_way_leaves_nothing_behind(store: CheckpointStore) -> None:
    store.save(content(1), best=False)
    with largest_file(300), pytest.raises(WorkspaceError, match="step-000000002") as caught:
        store.save(content(2), best=False)
    assert caught.value.remedy
    assert [path.name for path in store.folder.iterdir()] == ["step-000000001"]
    store.save(content(2), best=False)
    assert names(store) == ["step-000000002", "step-000000001"]


def test_that_a_disk_without_room_is_noticed_before_writing(
    store: CheckpointStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    with pytest.raises(WorkspaceError, match="disk is full"):
        store.save(content(2), best=False)
    assert list(store.folder.iterdir()) == []


def test_that_rotation_keeps_newest_best_milestones_and_the_start(store: CheckpointStore) -> None:
    store.save(content(1), best=False)
    store.newest_valid()
    for step in range(2, 13):
        store.save(content(step, best_step=5, milestone=step % 2 == 0), best=step == 5)
        store.rotate(keep_last=3, best_step=min(step, 5))
    steps = [info.step for info in checkpoints_in(store.folder)]
    assert steps == [12, 11, 10, 8, 5, 1]


def test_that_rotation_never_counts_damaged_checkpoints(store: CheckpointStore) -> None:
    for step in (1, 2, 3, 4):
        store.save(content(step, best_step=1), best=step == 1)
    for step in (3, 4):
        (store.folder / checkpoint_name(step) / "model.safetensors").write_bytes(b"")
    again = CheckpointStore(store.folder)
    path, rejected = again.newest_valid()
    assert path is not None
    assert path.name == "step-000000002"
    assert [name for name, _reason in rejected] == ["step-000000004", "step-000000003"]
    again.save(content(3, best_step=1), best=False)
    again.rotate(keep_last=2, best_step=1)
    assert names(again) == ["step-000000003-r2", "step-000000002", "step-000000001"]


def test_that_the_list_needs_no_training_library(store: CheckpointStore) -> None:
    store.save(content(1), best=False)
    code = (
        "import sys; from pathlib import Path; from console.core.checkpoints import *;"
        "print(len(list_checkpoints(Path(sys.argv[1]))), 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(store.folder.parent)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["1", "False"]


def test_that_a_file_of_tensors_is_byte_for_byte_what_the_library_writes() -> None:
    kinds = (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.bfloat16, torch.float32, torch.float64,
    )  # fmt: skip
    tensors = {
        f"{name}{number}": torch.ones(shape).to(kind)
        for number, kind in enumerate(kinds)
        for name, shape in (("b", (3, 2)), ('a/ü"', (5,)), ("scalar", ()), ("none", (0, 3)))
    }
    assert b"".join(file_parts(tensors)) == safetensors.torch.save(tensors)
    assert b"".join(file_parts({})) == safetensors.torch.save({})
    tensors["complex"] = torch.ones(2, dtype=torch.complex64)
    assert b"".join(file_parts(tensors)) == safetensors.torch.save(tensors)
