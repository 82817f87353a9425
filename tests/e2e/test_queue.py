"""The queue is worked off whatever is killed: the runner, a worker, or both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from console.core import queue_process
from console.core.configs import DataConfig, OrchestratorConfig
from console.core.errors import RunError
from console.core.events import Event, EventReader
from console.core.paths import Workspace
from console.core.queue import QueueEntry, RunQueue
from console.core.queue_process import runner_is_alive, runner_lock
from console.core.rundir import RunDir
from console.engine.queue_runner import QueueRunner
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

LONG = {"epochs": 400, "early_stopping_patience": 0}
SHORT = {"epochs": 1}
Enqueue = Callable[..., RunDir]
Runner = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def queue(workspace: Workspace) -> RunQueue:
    return RunQueue(workspace)


@pytest.fixture
def enqueue(small_config: Callable[..., OrchestratorConfig], queue: RunQueue) -> Enqueue:
    """Prepares a training and lets it wait."""

    def add(**changes: object) -> RunDir:
        run = TrainingOrchestratorV2(small_config(execution="process", **changes)).prepare()
        queue.add(run)
        return run

    return add


@pytest.fixture
def runner(workspace: Workspace) -> Iterator[Runner]:
    """Starts runners; at the end neither they nor their workers are left."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "console", "queue", "run", *words]
        started.append(
            subprocess.Popen(
                [*command, "--workspace", str(workspace.root)], stdout=subprocess.DEVNULL
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
    for entry in RunQueue(workspace).read().running:
        run = RunDir(workspace.runs / entry.run_id)
        if run.is_locked():
            os.kill(run.status().pid, signal.SIGKILL)


def until(holds: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Look again and again, as the operator would."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def entry_of(queue: RunQueue, run: RunDir) -> QueueEntry:
    entry = queue.read().entry(run.id)
    assert entry is not None
    return entry


def told_by(run: RunDir, kind: str) -> list[Event]:
    return [event for event in EventReader(run.events).read() if event.kind == kind]


def epochs_of(run: RunDir) -> list[int]:
    return [event.epoch for event in told_by(run, "epoch_metrics")]


def kill_worker(run: RunDir) -> None:
    pid = run.status().pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not run.is_locked())


def test_that_the_queue_goes_on_after_a_failure(
    enqueue: Enqueue, queue: RunQueue, runner: Runner
) -> None:
    broken = enqueue(data=DataConfig(dataset="nowhere", label="label_1"))
    good = enqueue(trainer=SHORT)
    vanished = enqueue(trainer=SHORT)
    vanished.path.rename(vanished.path.with_name("elsewhere"))
    assert runner("--until-empty").wait(timeout=200) == 1
    states = [entry_of(queue, run).state for run in (broken, good, vanished)]
    assert states == ["failed", "done", "failed"]
    assert "nowhere" in entry_of(queue, broken).message
    assert "run.json" in entry_of(queue, vanished).message
    assert good.status().state == "finished"
    assert good.status().queued_at == ""
    entry = entry_of(queue, good)
    assert entry.added < entry.started < entry.ended


@pytest.mark.slow
def test_that_a_killed_runner_takes_no_worker_with_it_and_the_next_one_finds_them(
    enqueue: Enqueue, queue: RunQueue, runner: Runner
) -> None:
    first, second, third = enqueue(trainer=LONG), enqueue(trainer=LONG), enqueue(trainer=SHORT)
    queue.set_parallel(2)
    earlier = runner()
    until(lambda: bool(epochs_of(first)) and bool(epochs_of(second)))
    assert entry_of(queue, third).state == "waiting"
    earlier.kill()
    earlier.wait()
    seen = len(epochs_of(first))
    until(lambda: len(epochs_of(first)) > seen)
    workers = [run.status().pid for run in (first, second)]

    later = runner("--until-empty")
    until(lambda: runner_is_alive(queue.workspace))
    assert [run.status().pid for run in (first, second)] == workers
    first.send("stop_now")
    until(lambda: entry_of(queue, third).state == "done")
    assert entry_of(queue, first).state == "stopped"
    assert entry_of(queue, second).state == "running"
    second.send("stop_now")
    assert later.wait(timeout=60) == 0
    assert {event.attempt for event in EventReader(first.events).read()} == {1}


@pytest.mark.slow
def test_that_a_killed_worker_is_gone_on_with_once_and_then_given_up(
    enqueue: Enqueue, queue: RunQueue, runner: Runner
) -> None:
    run, after = enqueue(trainer={**LONG, "save_every_n_epochs": 1}), enqueue(trainer=SHORT)
    process = runner("--until-empty")
    until(lambda: 3 in epochs_of(run))
    kill_worker(run)
    until(lambda: bool(told_by(run, "resumed")))
    [resumed] = told_by(run, "resumed")
    assert resumed.attempt == 2 and resumed.data["from_step"] > 0
    kill_worker(run)
    assert process.wait(timeout=120) == 1
    assert entry_of(queue, run).state == "failed"
    assert entry_of(queue, after).state == "done"
    assert run.status().state == "crashed"

    queue.retry(run.id)
    again = runner("--until-empty")
    until(lambda: run.status().attempt == 3 and run.status().state == "running")
    run.send("stop_now")
    assert again.wait(timeout=60) == 0
    assert entry_of(queue, run).state == "stopped"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_that_a_run_goes_on_after_the_machine_went_down(
    number: signal.Signals, enqueue: Enqueue, queue: RunQueue, runner: Runner
) -> None:
    run = enqueue(trainer=LONG)
    process = runner()
    until(lambda: bool(epochs_of(run)))
    process.kill()
    process.wait()
    os.kill(run.status().pid, number)
    until(lambda: not run.is_locked())
    assert run.status().state == ("crashed" if number == signal.SIGKILL else "stopped")
    before = len(epochs_of(run))
    runner()
    until(lambda: len(epochs_of(run)) > before)
    assert entry_of(queue, run).state == "running"
    assert run.status().attempt == 2


@pytest.mark.slow
def test_that_a_runner_of_its_own_is_started_for_what_is_added(
    enqueue: Enqueue, queue: RunQueue, workspace: Workspace
) -> None:
    run = enqueue(trainer=SHORT)
    assert queue_process.ensure_runner(workspace)
    runner = queue_process._started[-1]
    try:
        until(lambda: runner_is_alive(workspace))
        assert not queue_process.ensure_runner(workspace)
        until(lambda: entry_of(queue, run).state == "done")
        second = enqueue(trainer=SHORT)
        until(lambda: entry_of(queue, second).state == "done")
        log = (workspace.root / queue_process.LOG_NAME).read_text()
        assert f"{run.id} started" in log and f"{second.id} done" in log
        assert os.getsid(runner.pid) == runner.pid  # no terminal's end is its end
    finally:
        runner.kill()
        runner.wait()


def test_that_there_is_one_runner_and_it_leaves_when_it_is_idle(
    workspace: Workspace, queue: RunQueue
) -> None:
    told: list[tuple[str, ...]] = []
    runner = QueueRunner(workspace, lambda *words: told.append(words), idle_exit_s=0.1)
    with runner_lock(workspace), pytest.raises(RunError, match="already"):
        runner.run()
    assert runner.run() == {"done": 0, "failed": 0, "stopped": 0}
    assert not runner_is_alive(workspace)
    assert told == []
