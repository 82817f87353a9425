"""Runs trainings for the command line: in this process with Ctrl-C, or in one of their own."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from console.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Invocation
from console.cli.progress import pooled_words, spread_words, watch
from console.core.configs import OrchestratorConfig
from console.core.errors import RunError
from console.core.rundir import RunDir

if TYPE_CHECKING:
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

START_TIMEOUT_S = 120.0
WHY_WORDS = {
    "best_validation": "the best on validation",
    "newest_data": "which trains on the newest data",
    "stopped": "the newest before the run was stopped",
}
Work = Callable[["TrainingOrchestratorV2"], Awaitable[dict[str, Any]]]


def train(invocation: Invocation, config: OrchestratorConfig) -> dict[str, Any]:
    """Train in this process until the end; Ctrl-C stops after the current step."""
    return _watched(invocation, config, lambda orchestrator: orchestrator.run_training())


def resume(invocation: Invocation, run: RunDir) -> dict[str, Any]:
    """Continue ``run`` in this process."""
    config = _config_of(run)
    return _watched(invocation, config, lambda orchestrator: orchestrator.resume(run))


def attach(invocation: Invocation, run: RunDir) -> dict[str, Any]:
    """Show ``run`` from its first event until it ends; Ctrl-C only stops looking."""
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

    with watch(invocation.output) as on_event:
        orchestrator = TrainingOrchestratorV2(_config_of(run), on_event=on_event)
        with _on_interrupt(orchestrator.detach):
            return asyncio.run(orchestrator.attach(run))


def start_detached(invocation: Invocation, config: OrchestratorConfig) -> None:
    """Start a training in a process of its own and say how to follow it."""
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

    run = TrainingOrchestratorV2(dataclasses.replace(config, execution="process")).prepare()
    _launch(invocation, run, resume=False)


def resume_detached(invocation: Invocation, run: RunDir) -> None:
    """Continue ``run`` in a process of its own and say how to follow it."""
    run.read_run()
    _launch(invocation, run, resume=True)


def finish(invocation: Invocation, result: Mapping[str, Any]) -> None:
    """Print what a training came to, and leave with the exit code that says so.

    Raises:
        Exit: 1 or 2 when it failed (2: wrong settings), 130 when it was interrupted.
    """
    output = invocation.output
    if result["status"] == "error":
        details = dict(result.get("error_details") or {})
        details.setdefault("message", str(result.get("error", "The training failed.")))
        output.error(details)
        raise typer.Exit(EXIT_USAGE if details.get("type") == "ConfigError" else EXIT_FAILED)
    output.say(_closing_words(result))
    output.result(result)
    if result["status"] == "stopped":
        raise typer.Exit(EXIT_INTERRUPTED)


def _watched(invocation: Invocation, config: OrchestratorConfig, work: Work) -> dict[str, Any]:
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

    here = dataclasses.replace(config, execution="thread")
    with watch(invocation.output) as on_event:
        orchestrator = TrainingOrchestratorV2(here, on_event=on_event)
        result: dict[str, Any] = asyncio.run(_awaited(work(orchestrator)))
    if orchestrator.run is not None:
        result = {"run": orchestrator.run.id, "run_dir": str(orchestrator.run.path), **result}
    return result


async def _awaited(work: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return await work


def _config_of(run: RunDir) -> OrchestratorConfig:
    from console.engine.training_orchestrator_v2 import load_config

    return load_config(run)


def _launch(invocation: Invocation, run: RunDir, *, resume: bool) -> None:
    from console.engine import supervisor

    process = supervisor.launch(run, resume=resume)
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and not run.is_locked() and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() not in (None, 0) or time.monotonic() >= deadline:
        failure = supervisor.failure_of(run)
        raise RunError(
            "{run} did not start: {why}", remedy="{what}",
            run=run.id, why=failure["message"], what=failure["remedy"],
        )  # fmt: skip
    process.returncode = 0  # it goes on without us: nobody waits for it here
    invocation.output.say(f"{run.id} trains in process {process.pid}.")
    invocation.output.say(f"Follow it with: training-console runs follow {run.id}")
    invocation.output.result(
        {"status": "started", "run": run.id, "run_dir": str(run.path), "pid": process.pid}
    )


def _closing_words(result: Mapping[str, Any]) -> str:
    best = dict(result.get("best_metrics") or {})
    known = {"success": "Done", "stopped": "Stopped", "released": "Paused, memory freed"}
    words = [known.get(result["status"], result["status"])]
    if "val_f1" in best:
        words.append(
            f"best epoch {best['epoch']}: validation loss {best['val_loss']:.4f}, "
            f"macro F1 {best['val_f1']:.3f}, MCC {best['val_mcc']:.3f}, "
            f"majority floor {best['val_majority_floor']:.3f}"
        )
    words += words_of_several(result)
    if result.get("model_path"):
        words.append(f"model {result['model_path']}")
    if result["status"] in ("stopped", "released"):
        words.append(f"go on with: training-console resume {result['run']}")
    return "\n".join(words)


def words_of_several(result: Mapping[str, Any]) -> list[str]:
    """Spread, pooled judgement and the training whose model is kept, of a run of several."""
    num_finished = sum(m["state"] == "finished" for m in result.get("members") or ())
    words = [
        spread_words(f"{part} over {num_finished} trainings", spread)
        for part, spread in (result.get("spread") or {}).items()
        if any(spread.values())
    ]
    if result.get("pooled"):
        words.append(pooled_words(result["pooled"]))
    if "chosen" in result:
        why = WHY_WORDS[result["chosen"]["why"]]
        words.append(f"the model is that of {result['chosen']['name']}, {why}")
    return words


@contextmanager
def _on_interrupt(first: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C calls ``first``; a second one interrupts as usual."""

    def handle(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        first()

    previous = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
