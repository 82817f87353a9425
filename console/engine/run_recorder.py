"""Writes what a run does into its directory: events, status, meters; hands commands in."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

import psutil

from console.core.errors import RunError, WorkspaceError
from console.core.events import FINAL_KINDS, Event, EventWriter
from console.core.rundir import RunDir
from console.engine.resources import ResourceMeter

HEARTBEAT_S = 2.5
BEATS_PER_READING = 2
_STATE_AFTER = {"run_started": "running", "paused": "paused", "unpaused": "running"}


class EventSink(Protocol):
    """Something that wants to hear every event, such as an experiment tracker."""

    def on_event(self, event: Event) -> None:
        """Take notice of one event."""

    def close(self) -> None:
        """The run has ended."""


class RunRecorder:
    """Owns the run's lock and its event file while a worker lives.

    A thread of its own tells every 2.5 seconds that the run is alive, and every 5 what it takes of
    the machine, also while the run is paused or loads its data.

    Use as a context manager; entering takes the lock.

    Raises:
        RunError: another process is working on the run.
    """

    def __init__(self, run: RunDir, on_event: Callable[[Event], None] | None = None) -> None:
        self.run = run
        self.sinks: list[EventSink] = []
        self._on_event = on_event
        self._lock = run.lock()
        self._requests: deque[dict[str, Any]] = deque()
        self._ended = threading.Event()
        self._telling, self._noting = threading.RLock(), threading.Lock()
        self._progress: dict[str, Any] = {}
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> RunRecorder:
        try:
            self._lock.acquire(timeout=10)
        except TimeoutError as error:
            raise RunError(
                "{run} is already being trained by another process.",
                remedy="Wait for it to end, or stop it first.",
                run=self.run.id,
            ) from error
        self._writer = EventWriter(self.run.events, self.run.id)
        self.run.take_commands()  # requests to an earlier attempt no longer count
        self._note(
            state="starting",
            pid=os.getpid(),
            process_started=psutil.Process().create_time(),
            attempt=self.attempt,
            message="",
        )
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._heart.join()
        for sink in self.sinks:
            sink.close()
        self._writer.close()
        self._lock.release()

    @property
    def attempt(self) -> int:
        """How often the run has been started, this time included."""
        return self._writer.attempt

    def last_seq(self) -> int:
        """The sequence number of the newest event."""
        return self._writer.seq

    def emit(
        self, kind: str, epoch: int = 0, step: int = 0, data: Mapping[str, Any] | None = None
    ) -> None:
        """Record one event: file first, then status, listener and trackers.

        Everybody hears the events of all threads one after another, in the order of the file.
        """
        with self._telling:
            if kind in FINAL_KINDS:
                self._ended.set()  # nothing is told after the end
            event = self._writer.emit(kind, epoch=epoch, step=step, data=data)
            self._update(event)
            if self._on_event is not None:
                self._on_event(event)
            for sink in self.sinks:
                sink.on_event(event)

    def stage(self, name: str, index: int, total: int) -> None:
        """Announce that a stage begins."""
        self.emit("stage", data={"name": name, "index": index, "total": total})

    def warn(self, code: str, message: str, remedy: str = "") -> None:
        """Record a warning the operator should see."""
        self.emit("warning", data={"code": code, "message": message, "remedy": remedy})

    def request(self, command: str) -> None:
        """A command from this very process, such as a signal handler's stop."""
        self._requests.append({"id": f"local-{time.time_ns()}", "command": command})

    def take_commands(self) -> list[dict[str, Any]]:
        """New commands, from this process and from the run's command folder."""
        local = [self._requests.popleft() for _ in range(len(self._requests))]
        return local + self.run.take_commands()

    def end(self, state: str, message: str = "") -> None:
        """Write the last status."""
        self._ended.set()
        self._heart.join()
        self._note(state=state, message=message)

    def _update(self, event: Event) -> None:
        if event.kind == "heartbeat":
            return  # being alive is no progress
        self._progress["progress"] = time.time()
        if event.epoch:
            self._progress["epoch"] = event.epoch
        if event.step:
            self._progress["step"] = event.step
        if "epochs" in event.data:
            self._progress["epochs"] = event.data["epochs"]
        if event.kind == "member_started":
            place = {"member": event.data["index"], "members": event.data["total"]}
            self._progress.update(place, epoch=0, step=0)
        state = _STATE_AFTER.get(event.kind)
        if state is not None:
            self._note(state=state)

    def _note(self, **changes: Any) -> None:
        try:
            with self._noting:  # or one thread writes back what another has just changed
                self.run.write_status(**self._progress.copy(), **changes)
        except WorkspaceError:
            return  # a full disk must not end a training; the lock still tells that it lives

    def _beat(self) -> None:
        meter = ResourceMeter(self.run.path)
        for beat in itertools.count(1):
            if self._ended.wait(HEARTBEAT_S):
                return
            self._note()
            if beat % BEATS_PER_READING == 0:
                self._tell_reading(meter.read())

    def _tell_reading(self, reading: Mapping[str, Any]) -> None:
        with self._telling:
            if not self._ended.is_set():
                epoch, step = (self._progress.get(name, 0) for name in ("epoch", "step"))
                self.emit("heartbeat", epoch, step, reading)
