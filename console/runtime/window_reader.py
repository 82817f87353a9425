"""Windows of a dataset or a run, read by a child process that prepares the data once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from console.core.inspection import InspectedData, decode_data, decode_window
from console.runtime.jobs import Job, JobRunner


class WindowReader(QObject):
    """Asks ``training-console data inspect ... --serve`` for one window after the other.

    Only the newest request counts: while one is under way, a newer one replaces any that waits.
    A process that died is started again by the next request.

    Signals:
        ready(InspectedData): the data are prepared.
        answered(InspectedWindow | None): the window asked for; None when there is none such.
        refused(dict): a request was wrong: {type, message, remedy}.
        failed(dict): the process has ended: {type, message, remedy, details}.
    """

    ready = Signal(object)
    answered = Signal(object)
    refused = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._arguments: list[str] = []
        self._job: Job | None = None
        self.data: InspectedData | None = None
        self._sent = 0
        self._in_flight = False
        self._waiting: Mapping[str, Any] | None = None

    @property
    def arguments(self) -> list[str]:
        """The command in hand, without ``--serve``; empty when there is none."""
        return self._arguments

    @property
    def is_preparing(self) -> bool:
        """Whether the process has been started and is not ready yet."""
        return self._job is not None and self.data is None

    @property
    def is_open(self) -> bool:
        """Whether there is a process."""
        return self._job is not None

    def open(self, arguments: Sequence[str]) -> None:
        """Read windows of another choice: the words of ``data inspect``, in a new process."""
        self.close()
        self._arguments = list(arguments)
        self._start()

    def ask(self, request: Mapping[str, Any]) -> None:
        """Ask for a window (see ``console.engine.data.inspection_requests``)."""
        self._waiting = request
        if self._job is None and self._arguments:
            self._start()
        self._send()

    @Slot()
    def close(self) -> None:
        """End the process; nothing more is told of it."""
        job, self._job = self._job, None
        self._arguments, self._waiting = [], None
        self._forget()
        if job is not None:
            for signal, slot in self._wires(job):
                signal.disconnect(slot)
            job.cancel()

    def _start(self) -> None:
        self._forget()
        self._job = self._jobs.start([*self._arguments, "--serve"])
        for signal, slot in self._wires(self._job):
            signal.connect(slot)

    def _wires(self, job: Job) -> list[tuple[Any, Any]]:
        return [(job.told, self._on_told), (job.finished, self._on_end), (job.failed, self._on_end)]

    def _forget(self) -> None:
        self.data = None
        self._in_flight = False

    def _send(self) -> None:
        if self._waiting is None or self._in_flight or self.data is None or self._job is None:
            return
        request, self._waiting = self._waiting, None
        self._sent += 1
        self._in_flight = True
        self._job.send({"id": self._sent, "do": "window", **request})

    @Slot(object)
    def _on_told(self, line: Mapping[str, Any]) -> None:
        if "ready" in line:
            self.data = decode_data(line["ready"])
            self.ready.emit(self.data)
        elif line.get("id") == self._sent and self._in_flight:
            self._in_flight = False
            if "error" in line:
                self.refused.emit(line["error"])
            else:
                plain = line["window"]
                self.answered.emit(None if plain is None else decode_window(plain))
        self._send()

    @Slot(object)
    def _on_end(self, told: Mapping[str, Any]) -> None:
        """The process is gone, although nobody closed it."""
        self._job, self._waiting = None, None
        self._forget()
        message = told.get("message") or "The process that reads windows has ended."
        self.failed.emit({"type": "Error", "remedy": "", **told, "message": message})
