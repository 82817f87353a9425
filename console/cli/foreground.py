"""Runs trainings for the command line: in this process with Ctrl-C, or in one of their own."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from console.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Invocation
from console.cli.progress import pooled_words, spread_words, watch
from console.core.configs import OrchestratorConfig
from console.core.errors import RunError
from console.core.events import Event
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
    """Train until the end, in this process unless several are wanted.

    Ctrl-C stops after the current step.
    """
    return _watched(invocation, config, lambda orchestrator: orchestrator.run_training())


def resume(invocation: Invocation, run: RunDir, config: OrchestratorConfig) -> dict[str, Any]:
    """Continue ``run`` as ``train`` does, in as many processes as ``config`` says."""
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
    _launch(invocation, prepare(config), config.detached(), resume=False)


def prepare(config: OrchestratorConfig) -> RunDir:
    """The run directory of a training that will have a process of its own."""
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

    return TrainingOrchestratorV2(config.detached()).prepare()


def resume_detached(invocation: Invocation, run: RunDir, config: OrchestratorConfig) -> None:
    """Continue ``run`` in a process of its own and say how to follow it."""
    _launch(invocation, run, config.detached(), resume=True)


def join(invocation: Invocation, run: RunDir) -> dict[str, Any]:
    """Work for a run that another host has begun, until it ends here."""
    from console.engine import supervisor

    process = supervisor.join(run)
    invocation.output.say(f"This host works for {run.id}.")
    with _on_interrupt(process.terminate):
        code = process.wait()
    return {"status": "left", "run": run.id, "exit_code": code}


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

    together = config.together
    here = config if together else dataclasses.replace(config, execution="thread")
    with watch(invocation.output) as on_event:
        stop = _Stop(on_event)
        orchestrator = TrainingOrchestratorV2(here, on_event=stop.on_event)
        stop.orchestrator = orchestrator
        with _on_interrupt(stop.ask) if together else nullcontext():
            result: dict[str, Any] = asyncio.run(_awaited(work(orchestrator)))
    if orchestrator.run is not None:
        result = {"run": orchestrator.run.id, "run_dir": str(orchestrator.run.path), **result}
    return result


class _Stop:
    """Ctrl-C while other processes train: they stop after the current step.

    Processes that only come up forget older requests, so these are asked again.
    """

    orchestrator: TrainingOrchestratorV2

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event, self._wanted = on_event, False

    def ask(self) -> None:
        self._wanted = True
        if self.orchestrator.run is not None:
            self.orchestrator.run.send("stop_now")

    def on_event(self, event: Event) -> None:
        """Pass on an event."""
        if self._wanted and event.kind == "stage" and event.data.get("index") == 1:
            self.ask()
        self._on_event(event)


async def _awaited(work: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return await work


def _config_of(run: RunDir) -> OrchestratorConfig:
    from console.engine.training_orchestrator_v2 import load_config

    return load_config(run)


def launch(run: RunDir, config: OrchestratorConfig | None = None, *, resume: bool) -> int:
    """Start the process of ``run`` and wait until it has come up; its number.

    Raises:
        RunError: it did not start, or the run is alive already.
    """
    from console.engine import supervisor

    process = supervisor.launch(run, resume=resume, config=config)
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and run.launched() and time.monotonic() < deadline:
        time.sleep(0.05)
    died = process.poll() is not None and run.status().state in ("failed", "crashed")
    if died or time.monotonic() >= deadline:
        failure = supervisor.failure_of(run)
        raise RunError(
            "{run} did not start: {why}", remedy="{what}",
            run=run.id, why=failure["message"], what=failure["remedy"],
        )  # fmt: skip
    process.returncode = 0  # it goes on without us: nobody waits for it here
    return process.pid


def _launch(
    invocation: Invocation, run: RunDir, config: OrchestratorConfig, *, resume: bool
) -> None:
    pid = launch(run, config, resume=resume)
    invocation.output.say(f"{run.id} trains in process {pid}.")
    if config.num_hosts > 1:
        invocation.output.say(
            f"On each of the other {config.num_hosts - 1} hosts: "
            f"training-console runs join {run.id}"
        )
    invocation.output.say(f"Follow it with: training-console runs follow {run.id}")
    invocation.output.result(
        {"status": "started", "run": run.id, "run_dir": str(run.path), "pid": pid}
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
