"""The QThread: every event in order, every epoch as a signal, every failure in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, Slot

from console.core.errors import DataError
from console.core.events import Event
from console.core.metrics import EpochMetrics
from console.core.rundir import RunDir
from console.runtime.training_thread import Ended, Failed, RunKnown, Task, TrainingThread

FIGURES = {
    "epoch": 1, "train_loss": 0.9, "val_loss": 0.8, "train_accuracy": 0.5, "val_accuracy": 0.4,
    "val_precision": 0.4, "val_recall": 0.4, "val_f1": 0.4, "learning_rate": 1e-3,
    "epoch_time": 2.0,
}  # fmt: skip


class ScriptedOrchestrator:
    """Plays prepared events; stands in for the engine where only the thread is under test."""

    def __init__(self, script: list[Event], on_event: Callable[[Event], None]) -> None:
        self.script, self.on_event = script, on_event
        self.run: RunDir | None = None
        self.prepared: RunDir | None = None
        self.result: dict[str, Any] = {"status": "success"}
        self.error: Exception | None = None
        self.detached = False

    def prepare(self) -> RunDir:
        assert self.prepared is not None
        self.run = self.prepared
        return self.prepared

    async def run_training(self) -> dict[str, Any]:
        for event in self.script:
            self.on_event(event)
        if self.error is not None:
            raise self.error
        return self.result

    async def resume(self, run: RunDir) -> dict[str, Any]:
        return await self.run_training()

    async def attach(self, run: RunDir) -> dict[str, Any]:
        return await self.run_training()

    def detach(self) -> None:
        self.detached = True


class Listener(QObject):
    """Keeps what arrives, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []
        self.in_own_thread: list[bool] = []

    @Slot(object)
    def take(self, value: object) -> None:
        self.got.append(value)
        self.in_own_thread.append(QThread.currentThread() is self.thread())


def script() -> list[Event]:
    kinds = ("run_started", "epoch_started", "epoch_metrics", "epoch_metrics", "finished")
    return [
        Event(kind, "r", 1, seq, "", epoch=seq, step=10 * seq, data={**FIGURES, "epoch": seq})
        for seq, kind in enumerate(kinds, 1)
    ]


@pytest.fixture
def play(qtbot, run) -> Callable[..., tuple[TrainingThread, Listener, ScriptedOrchestrator]]:
    def start(**changes: Any) -> tuple[TrainingThread, Listener, ScriptedOrchestrator]:
        made: list[ScriptedOrchestrator] = []
        task = changes.pop("task", Task("train"))

        def factory(_config, on_event):
            made.append(ScriptedOrchestrator(changes.pop("script", script()), on_event))
            made[0].prepared = run
            for name, value in changes.items():
                setattr(made[0], name, value)
            return made[0]

        thread, listener = TrainingThread(task, factory), Listener()
        thread.epoch_metrics.connect(listener.take)
        with qtbot.waitSignal(thread.finished):
            thread.start()
        assert thread.wait()
        told = [m for m in thread.messages if getattr(m, "kind", "") == "epoch_metrics"]
        qtbot.waitUntil(lambda: len(listener.got) == len(told))
        return thread, listener, made[0]

    return start


def test_that_every_finished_epoch_arrives_as_epoch_metrics_in_the_listeners_thread(play):
    _thread, listener, _orchestrator = play()
    assert [type(value) for value in listener.got] == [EpochMetrics, EpochMetrics]
    assert [value.epoch for value in listener.got] == [3, 4]
    assert listener.got[0].step == 30
    assert all(listener.in_own_thread)


def test_that_messages_keep_their_order(play, run):
    thread, _listener, _orchestrator = play()
    messages = list(thread.messages)
    assert messages[0] == RunKnown(run)
    assert [event.seq for event in messages[1:-1]] == [1, 2, 3, 4, 5]
    assert messages[-1] == Ended({"status": "success"})


def test_that_events_already_known_are_not_told_twice(play, run):
    task = Task("attach", run=run, after_seq=3)
    thread, _listener, _orchestrator = play(task=task, script=script()[3:] + script()[3:])
    assert [message.seq for message in thread.messages if isinstance(message, Event)] == [4, 5]


def test_that_an_error_with_a_remedy_arrives_as_it_is(play):
    error = DataError("There is no file {path}.", remedy="Choose another.", path="x.parquet")
    thread, _listener, _orchestrator = play(error=error)
    failed = next(message for message in thread.messages if isinstance(message, Failed))
    assert failed.error["message"] == "There is no file x.parquet."
    assert failed.error["remedy"] == "Choose another."
    assert failed.error["details"] == ""


def test_that_an_unexpected_error_keeps_its_trace_under_details(play):
    thread, _listener, _orchestrator = play(error=ZeroDivisionError("by zero"))
    failed = next(message for message in thread.messages if isinstance(message, Failed))
    assert "by zero" in failed.error["message"]
    assert "Traceback" not in failed.error["message"] and "Traceback" in failed.error["details"]


def test_that_an_error_result_is_a_failure(play):
    result = {"status": "error", "error": "bad", "error_details": {"message": "bad", "type": "X"}}
    thread, _listener, _orchestrator = play(result=result)
    assert [type(message) for message in list(thread.messages)[-2:]] == [Failed, Ended]
