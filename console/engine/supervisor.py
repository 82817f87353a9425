"""Starts the process of a run and tells how it ended."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil

from console.core.errors import RunError
from console.core.events import EventReader
from console.core.rundir import LIVE_STATES, RunDir

LOG_TAIL_CHARS = 4000
# Threads that wait sleep instead of turning in circles: beside another busy process two spinning
# threads train at a tenth of the speed of one.
WORKER_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}

# workers of this process, also those it no longer follows: reaped at the next launch
_launched: list[subprocess.Popen[bytes]] = []


def launch(run: RunDir, *, resume: bool = False) -> subprocess.Popen[bytes]:
    """Start the run's worker as a process of its own that outlives this one.

    Raises:
        RunError: the run is already alive.
    """
    status = run.status()
    if status.state in LIVE_STATES:
        raise RunError(
            "{run} is already {state} in process {pid}.",
            remedy="Attach to it, or stop it first.",
            run=run.id, state=status.state, pid=status.pid,
        )  # fmt: skip
    command = [sys.executable, "-m", "console.engine.worker", str(run.path)]
    log = run.logs / f"worker-{status.attempt + 1}-0.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            command + (["--resume"] if resume else []),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**WORKER_ENVIRONMENT, **os.environ, "PYTHONUNBUFFERED": "1"},
        )
    _launched[:] = [*(left for left in _launched if left.poll() is None), process]
    started = _start_time(process.pid)
    run.write_status(state="starting", pid=process.pid, process_started=started, message="")
    return process


def crash_report(run: RunDir, exit_code: int | None = None) -> dict[str, str]:
    """Why a run died without saying so, from its exit code (None: unknown) and its newest log."""
    remedy = "Resume the run: it goes on from its newest checkpoint."
    if exit_code is None:
        error = RunError(
            "The training process of {run} ended without a word.", remedy=remedy, run=run.id
        )
    else:
        error = RunError(
            "The training process of {run} ended without a word, with exit code {code}.",
            remedy=remedy, run=run.id, code=exit_code,
        )  # fmt: skip
    return {**error.to_dict(), "details": _newest_log(run)[-LOG_TAIL_CHARS:].strip()}


def failure_of(run: RunDir) -> dict[str, str]:
    """The error of the last ``failed`` event, or a crash report when there is none."""
    events = EventReader(run.events).read()
    for event in reversed(events):
        if event.kind == "failed":
            error = dict(event.data.get("error", {}))
            return {**error, "details": str(event.data.get("details", ""))}
    return crash_report(run)


def _newest_log(run: RunDir) -> str:
    """The text of the newest log that says anything; a killed worker leaves an empty crash file."""
    telling = [path for path in run.logs.glob("*") if path.stat().st_size]
    newest = max(telling, key=lambda path: path.stat().st_mtime, default=None)
    return newest.read_text("utf-8", "replace") if newest is not None else ""


def _start_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0
