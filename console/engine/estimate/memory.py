"""How much memory there is, how much a piece of work takes at its peak, and a ceiling for it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_CGROUP = Path("/sys/fs/cgroup")
_FORGET_PEAK = "5"
_SAMPLE_S = 0.002


def available_bytes() -> int:
    """Memory that this process may take beside what it has: the machine's, or its container's."""
    free = int(psutil.virtual_memory().available)
    with contextlib.suppress(OSError, ValueError):
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        return max(0, min(free, limit - used))
    return free


def resident_bytes() -> int:
    """Memory that this process holds now."""
    return int(psutil.Process().memory_info().rss)


class PeakMemory:
    """The most memory that this process ever held, whole and piece by piece."""

    def __init__(self) -> None:
        self.whole = 0
        self._exact = _can_forget_peak()

    @contextmanager
    def of_piece(self) -> Iterator[list[int]]:
        """Measure the block; the list then holds one number, its peak in bytes."""
        found: list[int] = []
        self.note()
        if self._exact:
            _CLEAR.write_text(_FORGET_PEAK)
            try:
                yield found
            finally:
                found.append(_high_water())
        else:
            with _sampled(found):
                yield found
        self.whole = max(self.whole, found[0])

    def note(self) -> int:
        """The most held so far."""
        self.whole = max(self.whole, _high_water() if self._exact else resident_bytes())
        return self.whole


def limit_memory(extra_bytes: int) -> None:
    """Let this process fail, not the machine, when it asks for more than ``extra_bytes`` more.

    Linux alone keeps to it; it also ends this process first when memory runs out all the same.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    ceiling = _data_bytes() + extra_bytes
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (ceiling, resource.RLIM_INFINITY))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


@contextmanager
def _sampled(found: list[int]) -> Iterator[None]:
    """Without help of the system: look every few milliseconds."""
    ended, seen = threading.Event(), [resident_bytes()]

    def look() -> None:
        while not ended.wait(_SAMPLE_S):
            seen.append(max(seen.pop(), resident_bytes()))

    watcher = threading.Thread(target=look, name="peak memory", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        found.append(max(seen[-1], resident_bytes()))


def _can_forget_peak() -> bool:
    try:
        _CLEAR.write_text(_FORGET_PEAK)
    except OSError:
        return False
    return "VmHWM" in _STATUS.read_text() and os.name == "posix"


def _high_water() -> int:
    return _status_bytes("VmHWM")


def _data_bytes() -> int:
    return _status_bytes("VmData")


def _status_bytes(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0
