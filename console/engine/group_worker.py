"""One of several processes of a training, as torchrun's agent starts it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from console.core.rundir import RunDir

ENDED = frozenset({"finished", "stopped", "failed", "released"})
_LOOK_S = 0.5


def train_as_member(run: RunDir, *, rendezvous: Path | None, attempt: int, resume: bool) -> int:
    """Train together with the others; the exit code is 0 unless all must be started again."""
    restart = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"))
    if restart and run.status().state in ENDED:
        return 0  # it failed or ended before the others were lost: there is nothing to repeat
    _write_to(run.logs / f"worker-{attempt + restart}-{os.environ['RANK']}.log")
    agent = os.getppid()
    if not _is_agent(agent):
        return 1  # it was killed while this process came up
    threading.Thread(target=_end_with_agent, args=(agent,), daemon=True).start()
    from console.engine.run_execution import execute_run  # torch only from here on
    from console.engine.training.distributed import ProcessLostError, join_world

    try:
        with join_world(rendezvous or run.path) as world:
            execute_run(run, resume=resume or restart > 0, world=world, restart=restart)
    except ProcessLostError as error:
        print(error, flush=True)
        return 0 if run.status().state in ENDED else 1
    return 0


class SilentRecorder:
    """Stands in for the run's recorder in all processes but the first: nothing is written."""

    def __init__(self) -> None:
        self._requests: deque[dict[str, Any]] = deque()

    def emit(
        self, kind: str, epoch: int = 0, step: int = 0, data: Mapping[str, Any] | None = None
    ) -> None:
        """The first process says it."""

    def stage(self, name: str, index: int, total: int) -> None:
        """The first process says it."""

    def warn(self, code: str, message: str, remedy: str = "") -> None:
        """The first process says it."""

    def request(self, command: str) -> None:
        """A command from a signal handler of this process."""
        self._requests.append({"id": "", "command": command})

    def take_commands(self) -> list[dict[str, Any]]:
        """What signals asked for since the last call."""
        return [self._requests.popleft() for _ in range(len(self._requests))]

    def last_seq(self) -> int:
        """No events, no numbers."""
        return 0


def _write_to(log: Path) -> None:
    """Everything this process prints, C++ included, goes to a log of its own."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        for target in (sys.stdout, sys.stderr):
            target.flush()
            os.dup2(stream.fileno(), target.fileno())


def _is_agent(pid: int) -> bool:
    try:
        return "torch.distributed.run" in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _end_with_agent(agent: int) -> None:
    """End this process when its agent is gone: nobody would ever start or stop it again."""
    while os.getppid() == agent:
        time.sleep(_LOOK_S)
    os._exit(1)
