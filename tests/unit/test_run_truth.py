"""The state of a run is true after kills, reboots, stolen numbers, sleep, and without locks."""

from __future__ import annotations

import errno
import fcntl
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from console.core import processes
from console.core.paths import Workspace
from console.core.processes import boot_id, host_name, lives, process_note
from console.core.rundir import STALLED_AFTER_S, RunDir, create_run
from console.engine import supervisor
from console.engine.run_recorder import RunRecorder

WORKER = """
import sys
from pathlib import Path
from console.core.rundir import RunDir
from console.engine.run_recorder import RunRecorder
if "--no-locks" in sys.argv:
    import errno, fcntl
    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks available")
    fcntl.flock = refuse
with RunRecorder(RunDir(Path(sys.argv[1]))) as recorder:
    recorder.emit("run_started", data={"epochs": 3})
    print("ready", flush=True)
    sys.stdin.read()
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "desk", config={"seed": 1}, details={"plan": {}})


@pytest.fixture
def start(run: RunDir) -> Iterator[Start]:
    """Starts a process that works on the run with the real recorder."""
    started: list[subprocess.Popen[str]] = []

    def begin(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(run.path), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def rewrite(run: RunDir, **changes: object) -> None:
    """Change ``status.json`` without a new heartbeat."""
    path = run.path / "status.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_that_a_zombie_is_a_crashed_run(run: RunDir, start: Start) -> None:
    process = start()
    assert run.status().state == "running"
    process.kill()
    begun = time.monotonic()
    while run.status().state != "crashed":
        assert time.monotonic() - begun < 5
    assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE  # nobody waited for it


def test_that_a_run_of_an_earlier_boot_is_crashed_even_if_its_number_lives(
    run: RunDir, start: Start
) -> None:
    start()
    rewrite(run, boot="another boot")
    assert run.is_locked()
    assert run.status().state == "crashed"


@pytest.mark.parametrize("state", ["starting", "running", "paused"])
def test_that_a_number_given_to_another_process_is_no_life(run: RunDir, state: str) -> None:
    with run.lock():
        pass  # the file is there, as after a kill
    note = process_note()
    run.write_status(**{**note, "process_ticks": note["process_ticks"] - 5}, state=state)
    assert run.status().state == "crashed"
    without_ticks = {**note, "process_ticks": 0, "process_started": note["process_started"] - 5}
    run.write_status(**without_ticks, state=state)
    assert run.status().state == "crashed"


def test_that_a_clock_that_is_set_does_not_end_a_process(run: RunDir, start: Start) -> None:
    start()
    rewrite(run, process_started=123.0)  # what another clock would make of the same process
    assert run.status().state == "running"


def test_that_a_wall_clock_set_back_is_not_believed(run: RunDir, start: Start) -> None:
    process = start()
    rewrite(run, updated=time.time() + 86_400)
    assert run.status().state == "running"
    process.send_signal(signal.SIGSTOP)
    beat = time.monotonic() - STALLED_AFTER_S - 1
    rewrite(run, updated=time.time() + 86_400, beat=beat, pid=0)
    assert run.status().state == "stalled"


def test_that_a_run_that_slept_with_its_machine_is_soon_running_again(
    run: RunDir, start: Start
) -> None:
    start()
    rewrite(run, updated=time.time() - 8 * 3600)  # the wall clock jumped, the heart did not beat
    assert run.status().state == "stalled"
    begun = time.monotonic()
    while run.status().state != "running":
        assert time.monotonic() - begun < 5


def test_that_a_stopped_process_does_not_answer_and_then_does_again(
    run: RunDir, start: Start
) -> None:
    process = start()
    process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    while run.status().state != "stalled":
        assert time.monotonic() - begun < 5
    process.send_signal(signal.SIGCONT)
    while run.status().state != "running":
        assert time.monotonic() - begun < 10


def test_that_without_locks_the_process_decides(
    run: RunDir, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    process = start("--no-locks")
    monkeypatch.setattr(fcntl, "flock", refuse)
    assert json.loads((run.path / "status.json").read_text())["locks"] is False
    assert run.status().state == "running"
    with pytest.raises(Exception, match="already being trained"):
        RunRecorder(run).__enter__()
    process.kill()
    process.wait()
    assert run.status().state == "crashed"


def test_that_a_run_of_another_machine_lives_by_its_heartbeat(run: RunDir) -> None:
    elsewhere = {"host": "elsewhere", "boot": "theirs", "pid": 1, "process_ticks": 1}
    run.write_status(**elsewhere, state="running")
    assert run.status().state == "running"
    rewrite(run, updated=time.time() - STALLED_AFTER_S - 1)
    assert run.status().state == "crashed"
    with run.lock():
        assert run.status().state == "stalled"


def test_that_a_worker_that_dies_before_the_lock_is_crashed_with_its_log(run: RunDir) -> None:
    content = run.read_run()
    (run.path / "run.json").write_text(json.dumps({**content, "plan": None}))
    process = supervisor.launch(run)
    assert run.status().state == "starting"
    assert process.wait() == 1
    assert run.status().state == "crashed"
    report = supervisor.crash_report(run, 1)
    assert "exit code 1" in report["message"]
    assert "Traceback" in report["details"]


def test_that_two_launches_at_once_leave_one_true_worker(run: RunDir, start: Start) -> None:
    process = start()
    second = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run.write_status(**process_note(second.pid), state="starting", locks=None, launched=time.time())
    second.communicate(b"\n")
    begun = time.monotonic()
    while (run.status().state, run.status().pid) != ("running", process.pid):
        assert time.monotonic() - begun < 5
    assert run.launched() == 0.0


def test_that_requests_to_an_earlier_attempt_are_refused_and_later_ones_kept(run: RunDir) -> None:
    old = run.send("stop")
    run.write_status(**process_note(), state="starting", launched=time.time())
    new = run.send("pause")
    with RunRecorder(run) as recorder:
        assert [command["id"] for command in recorder.take_commands()] == [new]
    events = [json.loads(line) for line in run.events.read_text().splitlines()]
    [answer] = [event["data"] for event in events if event["kind"] == "command_ack"]
    assert (answer["id"], answer["accepted"], answer["stale"]) == (old, False, True)
    assert "earlier attempt" in answer["message"]


def test_that_a_note_names_machine_boot_and_process() -> None:
    note = process_note()
    assert (note["host"], note["boot"]) == (host_name(), boot_id())
    assert lives(note)
    assert not lives({**note, "pid": 2**22 + 1})
    assert not lives({"pid": "many"})
    assert processes.age_s({}) > STALLED_AFTER_S


def test_that_looking_at_a_state_is_cheap(run: RunDir, start: Start) -> None:
    start()
    begun = time.process_time()
    for _ in range(100):
        assert run.status().state == "running"
    assert (time.process_time() - begun) / 100 < 0.005


@pytest.mark.parametrize(
    "content", ['{"state": 7}', '{"state": "running", "pid": "x", "updated": "soon"}', "[]", "\0"]
)
def test_that_wrong_types_in_a_status_are_no_errors(run: RunDir, content: str) -> None:
    (run.path / "status.json").write_text(content)
    assert run.status().state in ("new", "crashed")


def test_that_foreign_files_among_the_requests_are_no_errors(run: RunDir) -> None:
    folder = run.path / "commands"
    (folder / "list.json").write_text("[]")
    (folder / "folder.json").mkdir()
    (folder / "loop.json").symlink_to(Path("loop.json"))
    assert [command["command"] for command in run.take_commands()] == ["unreadable"] * 2
