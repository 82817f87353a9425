"""Errors nobody caught: into a log file, and one signal for one dialog."""

from __future__ import annotations

import faulthandler
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal

from console.core.paths import config_dir
from console.runtime.training_thread import describe_exception

LOG_NAME = "window-errors.log"
KEEP_BYTES = 512 * 1024


class CrashReporter(QObject):
    """Takes over ``sys.excepthook`` and ``threading.excepthook`` until ``uninstall``.

    ``crashed({type, message, remedy, details, log})`` is emitted at most once per kind of error,
    from whatever thread it happened in; connect it to a method of a QObject of the window.
    """

    crashed = Signal(object)

    def __init__(self, log: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = log or config_dir() / "logs" / LOG_NAME
        self._seen: set[str] = set()
        self._guard = threading.Lock()
        self._faults: IO[str] | None = None
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over from now on; a hard crash writes its stack to the same log."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            if self.log.exists() and self.log.stat().st_size > KEEP_BYTES:
                self.log.unlink()
            self._faults = open(self.log, "a", encoding="utf-8")  # noqa: SIM115
            faulthandler.enable(self._faults)
        except OSError as error:
            print(f"no crash log at {self.log}: {error}", file=sys.stderr)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        report = describe_exception(error.with_traceback(trace))
        with self._guard:
            first = report["message"] not in self._seen
            self._seen.add(report["message"])
            if self._faults is not None:
                self._faults.write(f"{datetime.now().isoformat()}\n{report['details']}\n")
                self._faults.flush()
        print(report["details"], file=sys.stderr)
        if first:
            self.crashed.emit({**report, "log": str(self.log)})

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._on_exception(caught.exc_type, caught.exc_value, caught.exc_traceback)
