"""Runs one training from data to saved model; where the work happens is the config's choice.

Importing this module costs neither torch nor polars: they come in with the first stage, in the
process that does the work.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

import console
from console.core.clock import utc_now
from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError, RunError
from console.core.events import Event, follow
from console.core.fields import from_plain, to_plain
from console.core.paths import open_workspace
from console.core.rundir import LIVE_STATES, RunDir, create_run
from console.engine import supervisor
from console.engine.run_plan import make_plan

if TYPE_CHECKING:
    from console.engine.training.model_trainer_v2 import ModelTrainerV2

__all__ = ["OrchestratorConfig", "TrainingOrchestratorV2"]


class TrainingOrchestratorV2:
    """Plans a run, starts it in this thread or in a process of its own, and reports what happens.

    ``on_event`` receives every event of the run, in the thread that awaits the coroutine. ``run``
    is set as soon as the run directory exists; commands go through ``run.send(...)``. ``trainer``
    is set when training begins in this process.
    """

    def __init__(
        self,
        config: OrchestratorConfig | None = None,
        *,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.config = config or OrchestratorConfig()
        self.run: RunDir | None = None
        self.trainer: ModelTrainerV2 | None = None
        self._on_event = on_event or _ignore
        self._detached = threading.Event()

    def prepare(self, symbols: Sequence[str] | None = None, days: int | None = None) -> RunDir:
        """Check the configs and create the run directory.

        Raises:
            ConfigError: a preset or a value is wrong.
            WorkspaceError: the workspace cannot be written.
        """
        plan = make_plan(self.config, symbols, days)
        workspace = open_workspace(self.config.workspace)
        self.run = create_run(
            workspace,
            self.config.experiment_name,
            config=to_plain(self.config),
            details={
                "plan": plan.to_plain(),
                "environment": environment(),
                "command_line": sys.argv,
            },
        )
        return self.run

    async def run_training(
        self, symbols: Sequence[str] | None = None, days: int | None = None
    ) -> dict[str, Any]:
        """Train, and answer with the result as a dict.

        ``status`` is "success" (start_time, end_time, total_time_seconds, data_stats,
        data_analysis, training_results, save_results, model_path, best_metrics), "stopped" (the
        same keys, for a run the operator stopped), "released" (run, for one that is paused with its
        process gone; ``resume`` goes on), "detached" (run), or "error" (error, start_time,
        end_time). ``symbols`` and ``days`` replace those of the config.
        """
        start = utc_now()
        try:
            run = self.run or self.prepare(symbols, days)
            return self._work(run, resume=False)
        except ConsoleError as error:
            return _error_result(error.to_dict(), start)

    async def resume(self, run: RunDir) -> dict[str, Any]:
        """Continue a stopped, failed or crashed run from its newest valid checkpoint."""
        start = utc_now()
        self.run = run
        try:
            if run.status().state in LIVE_STATES:
                raise RunError(
                    "{run} is still {state}.",
                    remedy="Attach to it, or stop it first.",
                    run=run.id, state=run.status().state,
                )  # fmt: skip
            run.read_run()
            return self._work(run, resume=True)
        except ConsoleError as error:
            return _error_result(error.to_dict(), start)

    async def attach(self, run: RunDir) -> dict[str, Any]:
        """Report every event of a run from its first, then live, until it ends."""
        self.run = run
        return self._follow(run, offset=0, process=None)

    def detach(self) -> None:
        """Stop reporting; a run in a process of its own goes on. Callable from any thread."""
        self._detached.set()

    def _work(self, run: RunDir, *, resume: bool) -> dict[str, Any]:
        if self.config.execution == "thread" and not self.config.together:
            from console.engine.run_execution import execute_run

            return execute_run(
                run, resume=resume, on_event=self._on_event, on_trainer=self._keep_trainer
            )
        offset = run.events.stat().st_size if run.events.exists() else 0
        process = supervisor.launch(run, resume=resume, config=self.config)
        return self._follow(run, offset=offset, process=process)

    def _keep_trainer(self, trainer: ModelTrainerV2) -> None:
        self.trainer = trainer

    def _follow(
        self, run: RunDir, *, offset: int, process: subprocess.Popen[bytes] | None
    ) -> dict[str, Any]:
        watch = _EndWatch(run, process, self._detached)
        follow(run.events, self._on_event, until=watch.ended, offset=offset)
        if self._detached.is_set():
            return {"status": "detached", "run": run.id}
        return outcome_of(run, process.wait() if process is not None else None)


class _EndWatch:
    """Tells whether following should end: detached, process gone, or run no longer alive."""

    def __init__(
        self, run: RunDir, process: subprocess.Popen[bytes] | None, detached: threading.Event
    ) -> None:
        self._run, self._process, self._detached = run, process, detached

    def ended(self) -> bool:
        if self._detached.is_set():
            return True
        if self._process is not None:
            return self._process.poll() is not None
        return self._run.status().state not in LIVE_STATES


def outcome_of(run: RunDir, exit_code: int | None = None) -> dict[str, Any]:
    """The result of a run that is no longer alive, from what its directory says.

    ``exit_code`` is that of its process, where this program started it.
    """
    status = run.status()
    if status.state == "released":
        return {"status": "released", "run": run.id, "run_dir": str(run.path)}
    if status.state in ("finished", "stopped"):
        try:
            result = json.loads((run.path / "result.json").read_text("utf-8"))
            if isinstance(result, dict):
                return result
        except (OSError, ValueError):
            return {"status": "stopped", "run": run.id, "run_dir": str(run.path)}
    crashed = status.state != "failed"
    error = supervisor.crash_report(run, exit_code) if crashed else supervisor.failure_of(run)
    return {**_error_result(error, ""), "run": run.id, "run_dir": str(run.path)}


def load_config(run: RunDir) -> OrchestratorConfig:
    """The config a run was started with."""
    return from_plain(OrchestratorConfig, run.read_run()["config"])


def _error_result(error: dict[str, str], start: str) -> dict[str, Any]:
    text = f"{error.get('message', '')} {error.get('remedy', '')}".strip()
    return {
        "status": "error", "error": text, "error_details": error, "start_time": start,
        "end_time": utc_now(),
    }  # fmt: skip


def environment() -> dict[str, str]:
    """Versions of what a training depends on, here and now."""
    names = ("torch", "numpy", "polars", "safetensors")
    versions = {name: metadata.version(name) for name in names}
    return {
        "training_console": console.__version__, "python": platform.python_version(),
        "platform": platform.platform(), **versions,
    }  # fmt: skip


def _ignore(event: Event) -> None:
    """Without a listener, events only go to the run's file."""
