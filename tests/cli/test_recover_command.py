"""``runs recover`` and ``runs adopt`` on real trainings; signals to a training in a terminal."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.core.events import EventReader
from console.core.paths import open_workspace
from console.core.rundir import LIVE_STATES, RunDir, list_runs
from tests.cli.conftest import Command

QUICK = (
    "train", "--preset", "quick_experiment", "--data", "sample", "--no-onnx", "--no-check",
    "--set", "use_mlflow=false", "--set", "data.days=3", "--set", "trainer.num_threads=1",
    "--set", "model.cnn_channels=8,8", "--set", "model.lstm_hidden=8",
    "--set", "model.sequence_length=20",
)  # fmt: skip


def wait_until(holds: Callable[[], bool], timeout_s: float = 120.0) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < timeout_s
        threading.Event().wait(0.01)


def told(run: RunDir, kind: str) -> int:
    return sum(event.kind == kind for event in EventReader(run.events).read())


@pytest.fixture
def crashed(cli: Command) -> Iterator[RunDir]:
    """A training that was killed in its first epoch; what goes on is stopped at the end."""
    answer = cli(*QUICK, "--epochs", 500, "--patience", 0, "--detach", "--json")
    assert answer.code == 0, answer.out
    run = RunDir(Path(answer.result["run_dir"]))
    wait_until(lambda: told(run, "step") > 0)
    os.kill(run.status().pid, signal.SIGKILL)
    wait_until(lambda: run.status().state == "crashed", 5)
    yield run
    if run.status().state in LIVE_STATES:
        os.kill(run.status().pid, signal.SIGKILL)
        wait_until(lambda: run.status().state == "crashed", 5)


@pytest.mark.timeout(240)
def test_that_crashed_runs_are_listed_recovered_and_adopted(
    cli: Command, crashed: RunDir, tmp_path: Path
) -> None:
    copy = tmp_path / "from elsewhere"
    shutil.copytree(crashed.path, copy)
    assert cli("runs", "recover", "--json").result == {"status": "listed", "crashed": [crashed.id]}
    answer = cli("runs", "recover", "--all", "--json")
    assert [item["run"] for item in answer.result["recovered"]] == [crashed.id]
    wait_until(lambda: told(crashed, "resumed") == 1)
    assert crashed.status().state in LIVE_STATES
    refused = cli("runs", "recover", crashed.id)
    assert refused.code == 1 and "has not crashed" in refused.err

    other = tmp_path / "another workspace"
    adopted = cli("runs", "adopt", copy, "--json", "--workspace", other).result
    assert (adopted["run"], adopted["state"]) == (crashed.id, "crashed")
    assert adopted["checkpoints"] and not adopted["damaged"]
    assert RunDir(Path(adopted["run_dir"])).path.parent == other / "runs"
    again = cli("runs", "adopt", copy, "--workspace", other)
    assert again.code == 1 and "already" in again.err


def in_terminal(*words: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a command in a terminal of its own; the process and the terminal's other end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "console", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    return process, ours


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", ["terminal closed", "terminated", "interrupted twice"])
def test_that_a_training_in_a_terminal_ends_as_it_should(cli: Command, how: str) -> None:
    process, terminal = in_terminal(*QUICK, "--epochs", "500", "--patience", "0")
    os.set_blocking(terminal, False)

    def begun() -> bool:
        try:
            os.read(terminal, 1 << 16)
        except BlockingIOError:
            pass
        return any(told(run, "step") > 0 for run in list_runs(open_workspace()))

    wait_until(begun)
    [run] = list_runs(open_workspace())
    if how == "terminal closed":
        os.kill(process.pid, signal.SIGHUP)
        os.close(terminal)
    elif how == "terminated":
        os.kill(process.pid, signal.SIGTERM)
    else:
        os.kill(process.pid, signal.SIGSTOP)  # both arrive before the step is over
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGTERM)
        os.kill(process.pid, signal.SIGCONT)
    code = process.wait(timeout=120)
    state = run.status().state
    assert code == 130
    assert state == ("failed" if how == "interrupted twice" else "stopped")
    if state == "failed":
        assert "in the middle of a step" in run.status().message
    assert not run.is_locked()
    assert not any(path.name.startswith(".tmp-") for path in run.checkpoints.iterdir())
