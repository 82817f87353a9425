"""Writes what a run does into its directory: events, status, meters; hands commands in."""

from __future__ import annotations

import contextlib
import errno
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, TypeVar

from console.core.errors import RunError, WorkspaceError
from console.core.events import FINAL_KINDS, Event, EventWriter
from console.core.files import disk_errors
from console.core.processes import process_note
from console.core.rundir import LIVE_STATES, RunDir
from console.engine.resources import ResourceMeter

HEARTBEAT_S = 2.5
BEATS_PER_READING = 2
# Being alive is no progress, and what is judged at the end is an epoch of long ago.
_NO_PROGRESS = frozenset({"heartbeat", "evaluated", "exported"})
_STATE_AFTER = {"run_started": "running", "paused": "paused", "unpaused": "running"}
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)
TOO_LATE = "was asked of an earlier attempt, which ended first; ask again if it still holds"
DISK_REFUSES = "The disk takes no more: {count} events wait in memory until there is room."

Metered = TypeVar("Metered")


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
        self._born = time.time()
        self._known: dict[str, Any] = {}
        self._message = ""
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> RunRecorder:
        locks = self._take_lock()
        born = self._asked_for()
        try:
            self._writer = EventWriter(self.run.events, self.run.id)
        except WorkspaceError:
            self._lock.release()
            raise
        # all of it with every heartbeat: what somebody else wrote into the status does not stay
        self._known = {
            **process_note(), "attempt": self.attempt, "locks": locks, "launched": 0.0,
            "state": "starting",
        }  # fmt: skip
        self._note()
        self._heart.start()
        self.run.sweep(before=born)
        for command in self.run.take_commands(before=born):
            self._refuse(command)
        return self

    def _take_lock(self) -> bool:
        """Take the run for this process; False where the file system knows no locks.

        Raises:
            RunError: another process is working on the run.
            WorkspaceError: the folder cannot be written.
        """
        taken = RunError(
            "{run} is already being trained by another process.",
            remedy="Wait for it to end, or stop it first.",
            run=self.run.id,
        )
        try:
            self._lock.acquire(timeout=10)
        except TimeoutError as error:
            raise taken from error
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
                with disk_errors(self.run.path / "lock"):
                    raise
            status = self.run.status()
            if status.state in LIVE_STATES and status.pid != process_note()["pid"]:
                raise taken from error
            return False
        return self.run.locks_work()

    def _asked_for(self) -> float:
        """When this attempt was asked for: requests made since then are meant for it."""
        me = process_note()
        launched = self.run.launched()
        return launched if launched and self.run.status().pid == me["pid"] else self._born

    def _refuse(self, command: Mapping[str, Any]) -> None:
        self.emit(
            "command_ack",
            data={
                "id": command.get("id", ""), "command": command.get("command", ""),
                "accepted": False, "stale": True, "message": TOO_LATE,
            },
        )  # fmt: skip

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
        try:
            self._writer.close()
        finally:
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
        self._known.update(state=state, queued_at="")
        self._message = message
        self._note()

    def _update(self, event: Event) -> None:
        if event.kind in _NO_PROGRESS:
            return
        known = self._known
        known["progress"] = time.time()
        if event.epoch:
            known["epoch"] = event.epoch
        if event.step:
            known["step"] = event.step
        if "epochs" in event.data:
            known["epochs"] = event.data["epochs"]
        if event.kind == "member_started":
            place = {"member": event.data["index"], "members": event.data["total"]}
            known.update(place, epoch=0, step=0)
        if event.kind == "warning" and event.data.get("code") == "checkpoints_failing":
            self._message = f"{event.data['message']}\n{event.data['remedy']}"
        elif event.kind == "unpaused":
            self._message = ""
        state = _STATE_AFTER.get(event.kind)
        if state is not None:
            known["state"] = state
            self._note()

    def _note(self) -> None:
        waiting = self._writer.num_waiting
        message = self._message or (DISK_REFUSES.format(count=waiting) if waiting else "")
        try:
            with self._noting:  # or one thread writes back what another has just changed
                self.run.write_status(**self._known.copy(), message=message)
        except WorkspaceError:
            return  # a full disk must not end a training; the lock still tells that it lives

    def _beat(self) -> None:
        meter = self._metered(lambda: ResourceMeter(self.run.path))
        for beat in itertools.count(1):
            if self._ended.wait(HEARTBEAT_S):
                return
            with contextlib.suppress(OSError):
                self._writer.retry()
            self._note()
            if meter is not None and beat % BEATS_PER_READING == 0:
                reading = self._metered(meter.read)
                if reading is None:
                    meter = None
                else:
                    self._tell_reading(reading)

    def _metered(self, work: Callable[[], Metered]) -> Metered | None:
        """What ``work`` gives; None, and a warning, when the machine does not let itself be read.

        The heart beats on: without it the run would look as if it did not answer.
        """
        try:
            return work()
        except Exception as error:
            self.warn(
                "meter_failed",
                "What the run takes of the machine cannot be read: "
                f"{type(error).__name__}: {error}.",
                "The training itself goes on and is not touched.",
            )
            return None

    def _tell_reading(self, reading: Mapping[str, Any]) -> None:
        with self._telling:
            if not self._ended.is_set():
                epoch, step = (self._known.get(name, 0) for name in ("epoch", "step"))
                self.emit("heartbeat", epoch, step, reading)
