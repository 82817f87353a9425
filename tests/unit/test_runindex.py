"""The index lists what the run directories say, and reads only what has changed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psutil
import pytest

from console.core import runindex
from console.core.events import EventWriter
from console.core.paths import Workspace
from console.core.run_summary import RunSummary, write_note
from console.core.rundir import RunDir, create_run
from console.core.runindex import RunIndex


@pytest.fixture
def index(workspace: Workspace) -> Iterator[RunIndex]:
    made = RunIndex(workspace)
    yield made
    made.close()


def make(workspace: Workspace, name: str, figures: list[tuple[float, float]] = ()) -> RunDir:
    """A stopped run with one epoch per (F1, MCC)."""
    config = {
        "data": {"dataset": "ashare", "label": "label_20"}, "model_preset": "small",
        "trainer_preset": "quick",
    }  # fmt: skip
    run = create_run(workspace, name, config=config, details={"plan": {"trainer": {"epochs": 9}}})
    if figures:
        tell(run, figures)
        run.write_status(state="stopped", epoch=len(figures), epochs=9)
    settle(run)
    return run


def tell(run: RunDir, figures: list[tuple[float, float]]) -> None:
    writer = EventWriter(run.events, run.id)
    for epoch, (f1, mcc) in enumerate(figures, start=1):
        writer.emit("step", epoch=epoch, data={"steps": [1, 2], "loss": [0.5, 0.4]})
        writer.emit("epoch_metrics", epoch=epoch, data={"val_f1": f1, "val_mcc": mcc})
    writer.close()


def settle(run: RunDir) -> None:
    """As if the run had been written a while ago."""
    stamp = run.path.stat().st_mtime - 60
    os.utime(run.path, (stamp, stamp))


def line(index: RunIndex, run: RunDir) -> RunSummary:
    index.refresh()
    return next(summary for summary in index.listed if summary.id == run.id)


def test_that_a_run_is_told_in_one_line(index: RunIndex, workspace: Workspace) -> None:
    run = make(workspace, "night", [(0.41, 0.2), (0.48, 0.1), (0.45, 0.3)])
    write_note(run, " wider net ")
    found = line(index, run)
    assert (found.state, found.epoch, found.epochs) == ("stopped", 3, 9)
    assert (found.dataset, found.label, found.model, found.trainer) == (
        "ashare", "label_20", "small", "quick",
    )  # fmt: skip
    assert (found.best_f1, found.best_mcc, found.note) == (0.48, 0.3, "wider net")
    assert found.started and found.duration_s >= 0


def test_that_runs_come_and_go_newest_first(index: RunIndex, workspace: Workspace) -> None:
    first, second = make(workspace, "a"), make(workspace, "b")
    assert index.refresh()
    assert [s.id for s in index.listed] == sorted([first.id, second.id], reverse=True)
    assert not index.refresh()
    second.path.rename(workspace.root / "elsewhere")
    assert index.refresh()
    assert [summary.id for summary in index.listed] == [first.id]


def test_that_only_what_has_changed_is_read(
    index: RunIndex, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [make(workspace, name, [(0.4, 0.1)]) for name in "abc"]
    index.refresh()
    index.close()
    read: list[str] = []
    summarise = runindex.summarise
    monkeypatch.setattr(
        runindex, "summarise", lambda run, digest: read.append(run.id) or summarise(run, digest)
    )
    again = RunIndex(workspace)
    assert [summary.best_f1 for summary in again.listed] == [0.4] * 3
    assert not again.refresh()
    assert read == []
    tell(runs[1], [(0.6, 0.2)])
    assert line(again, runs[1]).best_f1 == 0.6
    assert read == [runs[1].id]
    again.close()


def test_that_epochs_taken_back_by_a_resume_do_not_count(
    index: RunIndex, workspace: Workspace
) -> None:
    run = make(workspace, "run", [(0.4, 0.1), (0.9, 0.9)])
    assert line(index, run).best_f1 == 0.9
    writer = EventWriter(run.events, run.id)
    writer.emit("resumed", data={"from_step": 10, "after_seq": 2})
    writer.emit("epoch_metrics", epoch=2, data={"val_f1": 0.5, "val_mcc": 0.2})
    writer.close()
    assert line(index, run).best_f1 == 0.5


def test_that_a_worker_that_dies_silently_is_seen(index: RunIndex, workspace: Workspace) -> None:
    run = make(workspace, "live")
    with run.lock():
        started = psutil.Process().create_time()
        run.write_status(state="running", pid=os.getpid(), process_started=started)
        settle(run)
        assert line(index, run).state == "running"
    assert line(index, run).state == "crashed"


def test_that_time_between_attempts_is_no_time_at_work(workspace: Workspace) -> None:
    run = make(workspace, "run")
    moments = [(1, "00:00:00"), (1, "00:00:10"), (2, "05:00:00"), (2, "05:00:05")]
    lines = [
        f'{{"v":1,"run":"r","attempt":{attempt},"seq":{seq},"t":"2026-01-01T{moment}.000Z",'
        f'"kind":"stage","epoch":0,"step":0,"data":{{}}}}\n'
        for seq, (attempt, moment) in enumerate(moments, start=1)
    ]
    run.events.write_text("".join(lines) + '{"v":1,"torn')
    index = RunIndex(workspace)
    assert line(index, run).duration_s == 15.0
    index.close()


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0 and then nothing", b"x" * 5000])
def test_that_a_damaged_index_is_made_again(workspace: Workspace, damage: bytes) -> None:
    run = make(workspace, "run", [(0.4, 0.1)])
    (workspace.root / "index.sqlite").write_bytes(damage)
    index = RunIndex(workspace)
    assert line(index, run).best_f1 == 0.4
    index.close()


def test_that_a_damaged_run_is_listed_with_what_is_wrong(
    index: RunIndex, workspace: Workspace
) -> None:
    run = make(workspace, "run")
    (run.path / "run.json").write_text("{")
    assert "damaged" in line(index, run).message
