"""The QThread that runs the orchestrator and hands its events to the window."""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from PySide6.QtCore import QObject, QThread, Signal

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.events import Event, EventReader
from console.core.metrics import EpochMetrics
from console.core.rundir import RunDir


class Orchestrator(Protocol):
    """What the thread needs of ``TrainingOrchestratorV2``."""

    run: RunDir | None

    def prepare(self) -> RunDir:
        """Create the run directory."""

    def run_training(self) -> Coroutine[Any, Any, dict[str, Any]]:
        """Train from the beginning."""

    def resume(self, run: RunDir) -> Coroutine[Any, Any, dict[str, Any]]:
        """Go on from the newest checkpoint."""

    def attach(self, run: RunDir) -> Coroutine[Any, Any, dict[str, Any]]:
        """Follow a run that somebody else started."""

    def detach(self) -> None:
        """Stop following."""


OrchestratorFactory = Callable[[OrchestratorConfig | None, Callable[[Event], None]], Orchestrator]


@dataclass(frozen=True)
class RunKnown:
    """The run directory exists."""

    run: RunDir


@dataclass(frozen=True)
class Failed:
    """The orchestrator could not do it; ``error`` is {type, message, remedy, details}."""

    error: dict[str, str]


@dataclass(frozen=True)
class Ended:
    """The orchestrator has returned ``result``."""

    result: dict[str, Any]


Message = Event | RunKnown | Failed | Ended


@dataclass(frozen=True)
class Task:
    """What the thread is asked to do.

    ``after_seq`` says up to which event the listener already has the story of ``run``.
    """

    kind: Literal["train", "resume", "attach"]
    config: OrchestratorConfig | None = None
    run: RunDir | None = None
    after_seq: int = 0


class TrainingThread(QThread):
    """Runs one task of the orchestrator.

    Everything that happens is appended in order to ``messages``, which the owner drains. The
    signals only announce what deserves to be shown at once; ``epoch_metrics`` carries the
    ``EpochMetrics`` of every finished epoch and is emitted from this thread.
    """

    epoch_metrics = Signal(object)
    run_known = Signal(object)
    failed = Signal(object)
    ended = Signal(object)

    def __init__(
        self, task: Task, factory: OrchestratorFactory | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.task = task
        self.messages: deque[Message] = deque()
        self._last_seq = task.after_seq
        self._orchestrator = (factory or make_orchestrator)(task.config, self._on_event)

    def run(self) -> None:
        """Work until the run ends or ``detach`` is called; never raises."""
        try:
            result = self._work()
        except ConsoleError as error:
            self._fail(error.to_dict())
        except Exception as error:
            self._fail(describe_exception(error))
        else:
            self._finish(result)

    def detach(self) -> None:
        """Stop following; a run in a process of its own goes on. Callable from any thread."""
        self._orchestrator.detach()

    def _work(self) -> dict[str, Any]:
        task, orchestrator = self.task, self._orchestrator
        if task.kind == "train":
            self._announce(orchestrator.prepare())
            return asyncio.run(orchestrator.run_training())
        assert task.run is not None
        self._announce(task.run)
        if task.kind == "attach":
            return asyncio.run(orchestrator.attach(task.run))
        for event in EventReader(task.run.events).read():
            self._on_event(event)
        return asyncio.run(orchestrator.resume(task.run))

    def _announce(self, run: RunDir) -> None:
        self.messages.append(RunKnown(run))
        self.run_known.emit(run)

    def _on_event(self, event: Event) -> None:
        if event.seq <= self._last_seq:
            return
        self._last_seq = event.seq
        self.messages.append(event)
        if event.kind == "epoch_metrics":
            self.epoch_metrics.emit(metrics_of(event))

    def _finish(self, result: dict[str, Any]) -> None:
        if result.get("status") == "error":
            details = result.get("error_details") or {"message": str(result.get("error", ""))}
            self._fail(dict(details), result)
            return
        self.messages.append(Ended(result))
        self.ended.emit(result)

    def _fail(self, error: dict[str, str], result: dict[str, Any] | None = None) -> None:
        complete = {"type": "Error", "message": "", "remedy": "", "details": "", **error}
        self.messages.append(Failed(complete))
        self.messages.append(Ended(result or {"status": "error", "error": complete["message"]}))
        self.failed.emit(complete)


def metrics_of(event: Event) -> EpochMetrics:
    """The record inside an ``epoch_metrics`` event; its step is that of the event."""
    metrics = EpochMetrics.from_dict(event.data)
    return metrics if metrics.step else replace(metrics, step=event.step)


def describe_exception(error: BaseException) -> dict[str, str]:
    """An unexpected exception as plain text, its trace apart under ``details``."""
    reason = str(error).strip() or type(error).__name__
    return {
        "type": type(error).__name__,
        "message": f"Something unexpected went wrong: {reason}",
        "remedy": "What was saved is kept. Copy the details if you report this.",
        "details": "".join(traceback.format_exception(error)),
    }


def make_orchestrator(
    config: OrchestratorConfig | None, on_event: Callable[[Event], None]
) -> Orchestrator:
    """The real orchestrator."""
    from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

    return TrainingOrchestratorV2(config, on_event=on_event)
