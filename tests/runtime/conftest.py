"""The story of a run, told by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.run_controller import RunController

STORYTELLER = Path(__file__).with_name("storyteller.py")


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    """An empty run."""
    return create_run(workspace, "story", config={}, details={})


@pytest.fixture
def storyteller(run: RunDir) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a process that works on ``run`` as a worker would: lock, status, events, commands."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(STORYTELLER), str(run.path), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def controller(workspace: Workspace, qapp: object) -> Iterator[RunController]:
    """A controller with the real orchestrator."""
    made = RunController(workspace)
    yield made
    made.shutdown()
