"""Runs one of our modules in a process of its own and hears its JSON lines."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from typing import Any

from console.core import errors
from console.core.errors import ConsoleError

OnLine = Callable[[dict[str, Any]], None]


def run_module(
    module: str,
    arguments: Sequence[str],
    on_line: OnLine | None = None,
    *,
    timeout_s: float | None = None,
) -> dict[str, Any]:
    """Run ``python -m module arguments`` to its end and return its last JSON line.

    The process never outlives the call. Other lines go to ``on_line`` as they come.

    Raises:
        ConsoleError: the process said so (``{"error": {...}}``, as the class it names), it ran
            longer than ``timeout_s``, or it ended without a result.
    """
    last: dict[str, Any] = {}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip
        late = _Deadline(process, timeout_s)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                content = _parsed(line)
                if content is None:
                    continue
                last = content
                if on_line is not None and "error" not in content:
                    on_line(content)
            code = process.wait()
        finally:
            late.end()
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if "error" in last:
            raise _told(last["error"])
        if late.passed:
            raise ConsoleError(
                "The work took longer than {seconds} s and was ended.",
                remedy="Try again when the machine is less busy.", seconds=f"{timeout_s:g}",
            )  # fmt: skip
        if code != 0 or not last:
            complaints.seek(0)
            raise _ended_early(code, complaints.read().decode("utf-8", "replace"))
    return last


class _Deadline:
    """Kills a process that takes too long."""

    def __init__(self, process: subprocess.Popen[bytes], timeout_s: float | None) -> None:
        self.passed = False
        self._process = process
        self._timer = threading.Timer(timeout_s, self._kill) if timeout_s else None
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _kill(self) -> None:
        self.passed = True
        self._process.kill()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _told(error: dict[str, str]) -> ConsoleError:
    """The error of the child, as the class that it had there."""
    named = getattr(errors, str(error.get("type", "")), ConsoleError)
    fits = isinstance(named, type) and issubclass(named, ConsoleError)
    kind = named if fits and named is not errors.ConfigError else ConsoleError
    return kind(str(error.get("message", "")), remedy=str(error.get("remedy", "")))


def _ended_early(code: int, complaints: str) -> ConsoleError:
    last = complaints.strip().splitlines()[-1:] or ["no word"]
    return ConsoleError(
        "The process that did the work ended with exit code {code}: {last}.",
        remedy="Try again; if it happens again, please report it.",
        code=code, last=last[0].rstrip("."),
    )  # fmt: skip
