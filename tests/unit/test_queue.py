"""The queue keeps its order and its entries, whoever writes and whatever breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import filelock
import pytest

from console.core import queue as queue_module
from console.core import queue_process
from console.core.errors import RunError
from console.core.paths import Workspace
from console.core.queue import RunQueue
from console.core.rundir import RunDir, create_run
from console.core.trash import move_to_trash, restore_from_trash

WRITER = """
import sys
from console.core.paths import open_workspace
from console.core.queue import RunQueue
from console.core.rundir import create_run
workspace = open_workspace(sys.argv[1])
queue = RunQueue(workspace)
for number in range(int(sys.argv[3])):
    queue.add(create_run(workspace, f"{sys.argv[2]} {number}", config={}, details={}))
    queue.set_parallel(1 + number % 8)
"""


@pytest.fixture
def queue(workspace: Workspace) -> RunQueue:
    return RunQueue(workspace)


@pytest.fixture
def make(workspace: Workspace) -> Callable[[str], RunDir]:
    return lambda name: create_run(workspace, name, config={}, details={})


def waiting(queue: RunQueue) -> list[str]:
    return [entry.run_id for entry in queue.read().waiting]


def test_that_runs_wait_in_the_order_in_which_they_were_put(
    queue: RunQueue, make: Callable[[str], RunDir]
) -> None:
    a, b, c = make("a"), make("b"), make("c")
    queue.add(a)
    queue.add(b)
    queue.add(c, index=0)
    assert waiting(queue) == [c.id, a.id, b.id]
    queue.move(b.id, 0)
    assert waiting(queue) == [b.id, c.id, a.id]
    queue.move(b.id, 99)
    assert waiting(queue) == [c.id, a.id, b.id]
    assert all(run.status().state == "queued" for run in (a, b, c))


def test_that_a_removed_run_is_what_it_was_and_can_come_back_to_its_place(
    queue: RunQueue, make: Callable[[str], RunDir]
) -> None:
    new, stopped, last = make("new"), make("stopped"), make("last")
    stopped.write_status(state="stopped")
    for run in (new, stopped, last):
        queue.add(run)
    for run, state in ((new, "new"), (stopped, "stopped")):
        queue.remove(run.id)
        assert run.status().state == state
        assert run.status().queued_at == ""
    assert waiting(queue) == [last.id]
    queue.add(stopped, index=0)
    assert waiting(queue) == [stopped.id, last.id]
    assert stopped.status().state == "queued"


def test_that_only_what_can_be_started_is_queued_and_only_once(
    queue: RunQueue, make: Callable[[str], RunDir]
) -> None:
    run, finished = make("run"), make("finished")
    finished.write_status(state="finished")
    queue.add(run)
    for wrong in (run, finished):
        with pytest.raises(RunError):
            queue.add(wrong)
    failed = make("failed")
    queue.add(failed, index=0)
    queue.take()
    queue.mark(failed.id, "failed")
    failed.path.rename(failed.path.with_name("gone"))
    with pytest.raises(RunError, match="not a run"):
        queue.retry(failed.id)
    assert not failed.path.exists()
    for call in (queue.remove, queue.retry, lambda name: queue.move(name, 0)):
        with pytest.raises(RunError):
            call("nobody")
    with pytest.raises(RunError):
        queue.set_parallel(9)
    assert waiting(queue) == [run.id]


def test_that_no_more_is_taken_than_may_run_at_once(
    queue: RunQueue, make: Callable[[str], RunDir]
) -> None:
    runs = [make(name) for name in "abc"]
    for run in runs:
        queue.add(run)
    queue.hold()
    assert queue.take() is None
    queue.release()
    queue.set_parallel(2)
    taken = [queue.take(), queue.take(), queue.take()]
    assert [entry.run_id if entry else None for entry in taken] == [runs[0].id, runs[1].id, None]
    queue.mark(runs[0].id, "failed", "no data")
    content = queue.read()
    entry = content.entry(runs[0].id)
    assert entry is not None and (entry.state, entry.message) == ("failed", "no data")
    assert entry.added <= entry.started <= entry.ended
    assert queue.take() is not None


def test_that_a_failed_run_is_retried_at_the_end(
    queue: RunQueue, make: Callable[[str], RunDir]
) -> None:
    failed, other = make("failed"), make("other")
    queue.add(failed)
    queue.take()
    failed.write_status(state="failed")
    queue.mark(failed.id, "failed", "no data")
    queue.add(other)
    queue.retry(failed.id)
    assert waiting(queue) == [other.id, failed.id]
    assert len(queue.read().entries) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"entries": [{"run_id": 3}]}', b"\xff"])
def test_that_a_damaged_file_is_kept_aside_and_the_queue_made_again(
    queue: RunQueue, make: Callable[[str], RunDir], workspace: Workspace, damage: bytes
) -> None:
    runs = [make(name) for name in "abc"]
    for run in runs:
        queue.add(run)
    bystander = make("bystander")
    queue.take()
    runs[0].write_status(state="crashed")
    queue.path.write_bytes(damage)
    content = queue.read()
    assert [entry.run_id for entry in content.running] == [runs[0].id]
    assert [entry.run_id for entry in content.waiting] == [runs[1].id, runs[2].id]
    assert content.entry(bystander.id) is None
    [aside] = workspace.root.glob("queue.json.damaged-*")
    assert aside.read_bytes() == damage
    assert "3 runs" in content.notice and aside.name in content.notice
    assert queue.read() == content
    assert queue.move(runs[2].id, 0).notice == ""


def test_that_a_lost_file_is_made_again(queue: RunQueue, make: Callable[[str], RunDir]) -> None:
    run = make("run")
    queue.add(run)
    queue.path.unlink()
    assert waiting(queue) == [run.id]
    assert "was gone" in queue.read().notice


def test_that_writers_in_several_processes_lose_no_entry(
    queue: RunQueue, workspace: Workspace
) -> None:
    each = 12
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(workspace.root), name, str(each)])
        for name in ("first", "second", "third")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    found = waiting(queue)
    assert len(found) == len(set(found)) == 3 * each
    numbers = [int(name.rpartition("-")[0].rpartition("-")[2]) for name in found if "first" in name]
    assert numbers == sorted(numbers)


def test_that_ended_entries_do_not_pile_up(
    queue: RunQueue, make: Callable[[str], RunDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "KEEP_ENDED", 3)
    for number in range(5):
        run = make(str(number))
        queue.add(run)
        queue.take()
        queue.mark(run.id, "done")
    assert len(json.loads(queue.path.read_text())["entries"]) == 3


def test_that_a_runner_is_started_only_for_work_and_where_none_lives(
    queue: RunQueue, make: Callable[[str], RunDir], workspace: Workspace
) -> None:
    assert not queue_process.ensure_runner(workspace)
    queue.hold()
    queue.add(make("run"))
    assert not queue_process.ensure_runner(workspace)
    queue.release()
    with filelock.FileLock(workspace.root / "queue-runner.lock"):
        assert queue_process.runner_is_alive(workspace)
        assert not queue_process.ensure_runner(workspace)
    assert not queue_process.runner_is_alive(workspace)


def test_that_a_deleted_run_comes_back_and_a_needed_one_is_not_deleted(
    queue: RunQueue, make: Callable[[str], RunDir], workspace: Workspace
) -> None:
    run, queued = make("run"), make("queued")
    queue.add(queued)
    with pytest.raises(RunError, match="queued"):
        move_to_trash(workspace, queued)
    trashed = move_to_trash(workspace, run)
    assert not run.path.exists() and trashed.read_run()["id"] == run.id
    assert restore_from_trash(workspace, run.id) == run
    assert run.status().state == "new"
    with pytest.raises(RunError):
        restore_from_trash(workspace, run.id)
