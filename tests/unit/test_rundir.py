"""The run directory tells the truth about a run, whatever became of its process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from console.core.errors import RunError, WorkspaceError
from console.core.paths import Workspace, open_workspace
from console.core.rundir import (
    STALLED_AFTER_S,
    RunDir,
    create_run,
    find_run,
    list_runs,
    process_is,
)

HOLDER = """
import sys
from pathlib import Path
from console.core.rundir import RunDir
run = RunDir(Path(sys.argv[1]))
with run.lock():
    run.write_status(state=sys.argv[2], epoch=3, epochs=9)
    print("ready", flush=True)
    sys.stdin.read()
"""


def make(workspace: Workspace, name: str = "desk") -> RunDir:
    return create_run(workspace, name, config={"seed": 1}, details={"plan": {}})


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return make(workspace)


@pytest.fixture
def holder(run: RunDir) -> Iterator[subprocess.Popen[str]]:
    """A living process that holds the run's lock and says it is running."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path), "running"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_that_a_new_run_has_its_files(run: RunDir) -> None:
    content = run.read_run()
    assert (content["id"], content["config"], content["plan"]) == (run.id, {"seed": 1}, {})
    assert (run.path / "config.yaml").read_text() == "seed: 1\n"
    assert run.status().state == "new"
    assert "-desk-" in run.id


def test_that_a_run_is_running_while_its_process_holds_the_lock(
    run: RunDir, holder: subprocess.Popen[str]
) -> None:
    status = run.status()
    assert (status.state, status.epoch, status.epochs) == ("running", 3, 9)
    assert run.is_locked()


def test_that_a_killed_process_is_a_crashed_run(run: RunDir, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert not run.is_locked()
    status = run.status()
    assert (status.state, status.epoch) == ("crashed", 3)


def test_that_a_live_process_without_a_heartbeat_is_stalled(
    run: RunDir, holder: subprocess.Popen[str]
) -> None:
    path = run.path / "status.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "updated": time.time() - STALLED_AFTER_S - 1}))
    assert run.status().state == "stalled"


def test_that_a_run_whose_worker_is_started_again_is_not_crashed(
    run: RunDir, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    agent = psutil.Process()
    run.write_status(agent_pid=agent.pid, agent_started=agent.create_time())
    assert run.status().state == "starting"
    run.write_status(agent_started=agent.create_time() - 100)
    assert run.status().state == "crashed"


def test_that_a_launched_run_is_starting_as_long_as_its_process_lives(run: RunDir) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = psutil.Process(process.pid).create_time()
    run.write_status(state="starting", pid=process.pid, process_started=started)
    assert run.status().state == "starting"
    run.write_status(process_started=started - 100)  # another process took over that number
    assert run.status().state == "crashed"
    run.write_status(process_started=started)
    process.communicate(b"\n")
    assert run.status().state == "crashed"


@pytest.mark.parametrize("state", ["finished", "stopped", "failed", "new"])
def test_that_an_ended_run_stays_what_it_is(run: RunDir, state: str) -> None:
    run.write_status(state=state)
    assert run.status().state == state


@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": "running"'])
def test_that_a_damaged_status_is_no_state(run: RunDir, content: str) -> None:
    (run.path / "status.json").write_text(content)
    assert run.status().state == "new"


def test_that_commands_arrive_once_and_in_order(run: RunDir) -> None:
    sent = [
        run.send("pause"),
        run.send("set", name="learning_rate", value=1e-4),
        run.send("stop"),
    ]
    (run.path / "commands" / "zz.json").write_text("{")
    taken = run.take_commands()
    assert [command["id"] for command in taken] == [*sent, "zz"]
    assert taken[1]["value"] == 1e-4
    assert taken[3]["command"] == "unreadable"
    assert run.take_commands() == []


def test_that_an_unknown_command_is_answered_with_the_closest(run: RunDir) -> None:
    with pytest.raises(RunError, match="Did you mean 'pause'"):
        run.send("pasue")


def test_that_runs_are_found_by_path_id_part_and_last(workspace: Workspace) -> None:
    first, second = make(workspace, "alpha"), make(workspace, "beta")
    assert {run.id for run in list_runs(workspace)} == {first.id, second.id}
    assert find_run(workspace, str(first.path)) == first
    assert find_run(workspace, first.id) == first
    assert find_run(workspace, "beta") == second
    assert find_run(workspace, "last") in (first, second)
    with pytest.raises(RunError, match="names 2 runs"):
        find_run(workspace, first.id[:6])
    with pytest.raises(RunError, match="names no runs"):
        find_run(workspace, "gamma")


def test_that_two_runs_of_one_second_never_meet(workspace: Workspace) -> None:
    assert len({make(workspace).id for _ in range(20)}) == 20


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_that_a_damaged_run_is_named(run: RunDir, content: str | None) -> None:
    file = run.path / "run.json"
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(RunError, match="missing or damaged"):
        run.read_run()


def test_that_a_workspace_in_a_wrong_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="file"):
        make(open_workspace(tmp_path / "file"))


def test_that_a_process_is_known_by_number_and_start_time() -> None:
    me = psutil.Process()
    assert process_is(me.pid, me.create_time())
    assert not process_is(me.pid, me.create_time() - 60)
    assert not process_is(2**22 + 1, 0.0)


def test_that_half_written_files_of_a_kill_are_swept_and_nothing_else(run: RunDir) -> None:
    leftovers = [run.path / ".status.json.ab12cd34", run.path / "commands" / ".7.json.ab12cd34"]
    for path in (*leftovers, run.path / ".note", run.path / "config.yaml.bak"):
        path.write_text("half")
    run.sweep(before=time.time() - 60)
    assert all(path.exists() for path in leftovers)  # somebody may be writing them now
    run.sweep(before=time.time() + 1)
    assert not any(path.exists() for path in leftovers)
    assert (run.path / ".note").exists() and (run.path / "config.yaml.bak").exists()
