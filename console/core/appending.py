"""Appending lines to a file so that a full disk delays them instead of losing or tearing them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

WAITING_BYTES = 32 << 20


class LineAppender:
    """Appends whole lines in order; what the disk does not take waits in memory.

    Lines that may be dropped go first when more than ``WAITING_BYTES`` wait, oldest first. A line
    of which a part is on the disk already is always completed.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._waiting: list[tuple[bytes, bool]] = []
        self._num_bytes = 0
        if _ends_torn(path):
            self.append(b"\n")

    @property
    def num_waiting(self) -> int:
        """How many lines are not, or not completely, on the disk."""
        return len(self._waiting)

    def append(self, line: bytes, *, may_be_dropped: bool = False) -> None:
        """Write ``line``, which ends with a newline, behind those that wait."""
        self._waiting.append((line, may_be_dropped))
        self._num_bytes += len(line)
        with contextlib.suppress(OSError):
            self.write_waiting()
        if self._num_bytes > WAITING_BYTES:
            self._drop()

    def write_waiting(self) -> None:
        """Write as many waiting lines as the disk takes.

        Raises:
            OSError: it does not take all of them.
        """
        done = 0
        try:
            for done, (line, may_be_dropped) in enumerate(self._waiting):
                while line:
                    written = os.write(self._handle, line)
                    self._num_bytes -= written
                    line = line[written:]
                    # begun lines are finished: a reader must not meet half of one
                    self._waiting[done] = (line, may_be_dropped and not written)
            done = len(self._waiting)
        finally:
            del self._waiting[:done]

    def close(self) -> None:
        """Write what waits, sync, and close.

        Raises:
            OSError: lines are left over.
        """
        try:
            self.write_waiting()
            os.fsync(self._handle)
        finally:
            os.close(self._handle)

    def _drop(self) -> None:
        """Forget the older half of what may be dropped; when nothing may, the oldest lines."""
        droppable = [place for place, (_, may) in enumerate(self._waiting) if may]
        doomed = set(droppable[: (len(droppable) + 1) // 2])
        if not doomed:
            doomed = set(range(1, 1 + len(self._waiting) // 2))
        kept = [item for place, item in enumerate(self._waiting) if place not in doomed]
        self._waiting = kept
        self._num_bytes = sum(len(line) for line, _may in kept)


def _ends_torn(path: Path) -> bool:
    with open(path, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size == 0:
            return False
        stream.seek(size - 1)
        return stream.read(1) != b"\n"
