"""Work that takes longer than a blink, run as one of our own command lines in a child process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from console.core.paths import Workspace

KILL_AFTER_MS = 5_000
TAIL_CHARACTERS = 4_000


class Job(QObject):
    """One child process: ``training-console <arguments> --json``.

    Every line of its output that is a JSON object with ``progress`` is reported as progress. The
    last JSON line is the result when it exits with 0; otherwise its ``error`` says why.

    Signals:
        progress(dict): e.g. {"progress": 0.4, "message": "..."}.
        told(dict): any other JSON line, as soon as it is there.
        finished(dict): the last JSON line.
        failed(dict): {type, message, remedy, details}.
        cancelled(): ``cancel`` was called and the process has ended.
    """

    progress = Signal(object)
    told = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, arguments: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arguments = list(arguments)
        self.result: dict[str, Any] = {}
        self._rest = b""
        self._errors = ""
        self._cancelled = self._done = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read_output)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def command_line(self) -> str:
        """The same work as an operator would type it."""
        words = ["training-console", *self.arguments]
        return " ".join(f'"{word}"' if " " in word else word for word in words)

    @property
    def is_running(self) -> bool:
        """Whether the process is still at work."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Launch the process."""
        self._process.start(sys.executable, ["-m", "console", *self.arguments, "--json"])

    def send(self, content: Mapping[str, Any]) -> None:
        """Write one JSON line to the input of a process that listens to it."""
        self._process.write(json.dumps(content).encode() + b"\n")

    @Slot()
    def cancel(self) -> None:
        """Ask the process to end, and end it when it does not."""
        if not self.is_running:
            return
        self._cancelled = True
        self._process.terminate()
        QTimer.singleShot(KILL_AFTER_MS, self._process, self._process.kill)

    @Slot()
    def _read_output(self) -> None:
        block = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = block.split(b"\n")
        for line in lines:
            self._take(line)

    @Slot()
    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._errors = (self._errors + text)[-TAIL_CHARACTERS:]

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_output()
        self._read_errors()
        self._take(self._rest)
        if self._cancelled:
            self._end(self.cancelled)
        elif code == 0 and status == QProcess.ExitStatus.NormalExit:
            self._end(self.finished, self.result)
        else:
            self._end(self.failed, self._failure(code))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            reason = self._process.errorString()
            self._end(self.failed, _error("The command could not be started.", details=reason))

    def _take(self, line: bytes) -> None:
        try:
            content = json.loads(line)
        except ValueError:
            return
        if not isinstance(content, dict):
            return
        if "progress" in content:
            self.progress.emit(content)
        else:
            self.result = content
            self.told.emit(content)

    def _failure(self, code: int) -> dict[str, str]:
        told = self.result.get("error")
        if isinstance(told, dict):
            return {**_error(""), **{key: str(value) for key, value in told.items()}}
        if isinstance(told, str) and told:
            return _error(told, details=self._errors)
        last = self._errors.strip().splitlines()[-1:] or [f"exit code {code}"]
        return _error(f"The command ended early: {last[0]}", details=self._errors)

    def _end(self, signal: Any, *arguments: object) -> None:
        if not self._done:
            self._done = True
            signal.emit(*arguments)


class JobRunner(QObject):
    """Starts jobs and keeps them alive until they end."""

    def __init__(
        self, parent: QObject | None = None, *, workspace: Workspace | None = None
    ) -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []
        self._options = ["--workspace", str(workspace.root)] if workspace else []

    def start(self, arguments: Sequence[str]) -> Job:
        """Launch a job; connect to its signals at once."""
        self._forget_ended()
        job = Job([*arguments, *self._options], self)
        self.jobs.append(job)
        job.start()
        return job

    def shutdown(self) -> None:
        """End every job and wait for it."""
        for job in self.jobs:
            if job.is_running:
                job.cancel()
                job._process.waitForFinished(KILL_AFTER_MS)
                if job.is_running:
                    job._process.kill()
                    job._process.waitForFinished(KILL_AFTER_MS)
        self._forget_ended()

    def _forget_ended(self) -> None:
        for job in [job for job in self.jobs if not job.is_running]:
            self.jobs.remove(job)
            job.deleteLater()


def _error(message: str, details: str = "") -> dict[str, str]:
    return {"type": "Error", "message": message, "remedy": "", "details": details}
