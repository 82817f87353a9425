"""Starts the process of a run and tells how it ended."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from console.core.configs import OrchestratorConfig
from console.core.errors import RunError, WorkspaceError
from console.core.events import EventReader
from console.core.fields import from_plain
from console.core.processes import process_note
from console.core.rundir import LIVE_STATES, RunDir
from console.engine.torchrun import torchrun_command, torchrun_environment

LOG_TAIL_CHARS = 4000
# Threads that wait sleep instead of turning in circles: beside another busy process two spinning
# threads train at a tenth of the speed of one.
WORKER_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}

# workers of this process, also those it no longer follows: reaped at the next launch
_launched: list[subprocess.Popen[bytes]] = []


def launch(
    run: RunDir, *, resume: bool = False, config: OrchestratorConfig | None = None
) -> subprocess.Popen[bytes]:
    """Start the run's worker as a process of its own that outlives this one.

    ``config`` says in how many processes, by default as the run began; of several, the one that
    is started here is torchrun's agent, which starts the workers.

    Raises:
        RunError: the run is already alive.
        WorkspaceError: its folder cannot be written.
    """
    status = run.status()
    if status.state in LIVE_STATES:
        raise RunError(
            "{run} is already {state} in process {pid}.",
            remedy="Attach to it, or stop it first.",
            run=run.id, state=status.state, pid=status.pid,
        )  # fmt: skip
    chosen = config or from_plain(OrchestratorConfig, run.read_run()["config"])
    start = _start_agent if chosen.together else _start_worker
    launched = time.time()
    process = start(run, chosen, status.attempt + 1, resume)
    note = process_note(process.pid)
    agent = {
        "agent_pid": process.pid if chosen.together else 0,
        "agent_started": note["process_started"],
    }
    try:
        run.write_status(
            **note, **agent, state="starting", locks=None, launched=launched, message=""
        )
    except WorkspaceError:
        process.kill()  # nobody could tell that it lives
        process.wait()
        raise
    return process


def join(run: RunDir) -> subprocess.Popen[bytes]:
    """Start this host's share of a run that another host has begun.

    Raises:
        RunError: the run is not one of several hosts.
    """
    config = from_plain(OrchestratorConfig, run.read_run()["config"])
    if config.num_hosts == 1:
        raise RunError(
            "{run} trains on one host; there is nothing to join.",
            remedy="Start it with --hosts and --rendezvous.", run=run.id,
        )  # fmt: skip
    return _start_agent(run, config, run.status().attempt or 1, resume=False, is_first_host=False)


def _start_worker(
    run: RunDir, config: OrchestratorConfig, attempt: int, resume: bool
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "console.engine.worker", str(run.path)]
    return _start(command + (["--resume"] if resume else []), run.logs / f"worker-{attempt}-0.log")


def _start_agent(
    run: RunDir, config: OrchestratorConfig, attempt: int, resume: bool, is_first_host: bool = True
) -> subprocess.Popen[bytes]:
    command = torchrun_command(
        run, config, attempt=attempt, resume=resume, is_first_host=is_first_host
    )
    name = "agent" if is_first_host else f"agent-of-{platform.node()}"
    return _start(command, run.logs / f"{name}-{attempt}.log", torchrun_environment(config))


def _start(
    command: Sequence[str], log: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.Popen[bytes]:
    """A process in a session of its own that writes to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**WORKER_ENVIRONMENT, **os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
    _launched[:] = [*(left for left in _launched if left.poll() is None), process]
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
    """The text of the newest log that says anything; a killed worker leaves an empty crash file.

    The log of torchrun's agent, which tells which process died of what, is shown below those of
    the processes themselves.
    """
    telling = [path for path in run.logs.glob("*") if path.stat().st_size]
    newest = max(telling, key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        return ""
    shown = [newest]
    if newest.name.startswith("agent"):
        of_workers = f"worker-{run.status().attempt}-"
        shown = [*sorted(p for p in telling if p.name.startswith(of_workers)), newest]
    most = LOG_TAIL_CHARS // len(shown)
    return "\n".join(path.read_text("utf-8", "replace")[-most:] for path in shown)
