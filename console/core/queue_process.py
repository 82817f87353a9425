"""The process that works the queue off: one per workspace, started when there is work for it."""

from __future__ import annotations

import subprocess
import sys

import filelock

from console.core.files import disk_errors
from console.core.paths import Workspace
from console.core.queue import RunQueue

LOG_NAME = "queue-runner.log"

# runners of this process: reaped when the next one is started
_started: list[subprocess.Popen[bytes]] = []


def runner_lock(workspace: Workspace) -> filelock.FileLock:
    """The lock that a runner holds while it lives."""
    return filelock.FileLock(workspace.root / "queue-runner.lock", timeout=0, thread_local=False)


def runner_is_alive(workspace: Workspace) -> bool:
    """Whether a runner works the queue off."""
    if not (workspace.root / "queue-runner.lock").exists():
        return False
    try:
        with runner_lock(workspace):
            return False
    except filelock.Timeout:
        return True


def ensure_runner(workspace: Workspace) -> bool:
    """Start a runner of its own where the queue has work and none lives; it outlives this process.

    A runner that is about to leave looks at the queue once more after it has let go of its lock,
    so that what was added before this look is never left lying.
    """
    if not RunQueue(workspace).read().has_work or runner_is_alive(workspace):
        return False
    log = workspace.root / LOG_NAME
    command = [sys.executable, "-m", "console", "queue", "run", "--workspace", str(workspace.root)]
    with disk_errors(log), open(log, "ab") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started[:] = [*(left for left in _started if left.poll() is None), process]
    return True
