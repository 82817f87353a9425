"""What a run tells of itself while it lives, from a thread of its own."""

from __future__ import annotations

import threading

import psutil
import pytest

from console.core.events import Event, EventReader
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.engine import run_recorder
from console.engine.run_recorder import RunRecorder


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "meters", config={}, details={})


@pytest.fixture
def fast_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats a hundred times a second."""
    monkeypatch.setattr(run_recorder, "HEARTBEAT_S", 0.01)


class Listener:
    """Remembers what it hears, and when it has heard some readings."""

    def __init__(self, readings: int) -> None:
        self.events: list[Event] = []
        self.heard = threading.Event()
        self._missing = readings

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._missing -= event.kind == "heartbeat"
        if self._missing <= 0:
            self.heard.set()


def test_that_a_reading_comes_every_five_seconds() -> None:
    assert run_recorder.HEARTBEAT_S * run_recorder.BEATS_PER_READING == 5.0


def test_that_readings_come_also_while_the_trainer_says_nothing(
    run: RunDir, fast_heart: None
) -> None:
    listener = Listener(3)
    with RunRecorder(run, listener) as recorder:
        recorder.stage("load", 1, 6)
        recorder.emit("epoch_started", 2, 40)
        recorder.emit("paused", 2, 41)
        assert listener.heard.wait(30)
        assert run.status().state == "paused"
    readings = [event for event in EventReader(run.events).read() if event.kind == "heartbeat"]
    assert len(readings) >= 3
    assert (readings[-1].epoch, readings[-1].step) == (2, 41)
    assert readings[-1].data["memory_bytes"] > 0
    assert readings[-1].data["cpu_percent"] >= 0


def test_that_nothing_is_told_after_the_end(run: RunDir, fast_heart: None) -> None:
    listener = Listener(1)
    with RunRecorder(run, listener) as recorder:
        assert listener.heard.wait(30)
        recorder.emit("finished")
        recorder.end("finished")
    assert listener.events[-1].kind == "finished"
    assert run.status().state == "finished"


def test_that_everybody_hears_the_events_in_the_order_of_the_file(
    run: RunDir, fast_heart: None
) -> None:
    listener = Listener(5)
    with RunRecorder(run, listener) as recorder:
        while not listener.heard.is_set():
            recorder.emit("step", 1, 1, {"steps": [1]})
    heard = [event.seq for event in listener.events]
    assert heard == sorted(heard)
    assert heard == [event.seq for event in EventReader(run.events).read()]


def test_that_a_state_is_not_overwritten_by_a_beat(run: RunDir, fast_heart: None) -> None:
    with RunRecorder(run) as recorder:
        for number in range(60):
            kind, state = (("paused", "paused"), ("unpaused", "running"))[number % 2]
            recorder.emit(kind)
            assert run._raw_status()["state"] == state


def test_that_a_machine_that_cannot_be_read_does_not_stop_the_heart(
    run: RunDir, fast_heart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("no such sensor")

    monkeypatch.setattr(psutil, "virtual_memory", broken)
    warned, listener = threading.Event(), Listener(1)

    def hear(event: Event) -> None:
        listener(event)
        if event.kind == "warning":
            warned.set()

    with RunRecorder(run, hear) as recorder:
        assert warned.wait(30)
        assert recorder._heart.is_alive()
    [warning] = [event for event in listener.events if event.kind == "warning"]
    assert warning.data["code"] == "meter_failed"
    assert "no such sensor" in warning.data["message"]


def test_that_the_best_epoch_judged_at_the_end_does_not_take_the_run_back(run: RunDir) -> None:
    with RunRecorder(run) as recorder:
        recorder.emit("epoch_metrics", 4, 80)
        recorder.emit("evaluated", 2, 40, {"split": "test"})
        recorder.end("finished")
    assert (run.status().epoch, run.status().step) == (4, 80)
