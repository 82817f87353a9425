"""Which process is meant by a note in a file: on which machine, since which boot, and does it live.

A number alone names nobody: it is given away again after a reboot, in another container, on another
machine that shares the folder, and on the same machine as soon as its process has ended.
"""

from __future__ import annotations

import functools
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
Whereabouts = Literal["here", "earlier boot", "elsewhere"]


def process_note(pid: int = 0) -> dict[str, Any]:
    """What makes process ``pid`` (0: this one) recognisable later; empty start when it is gone.

    ``process_started`` is in seconds since 1970; ``process_ticks`` is the kernel's own figure,
    which does not move when somebody sets the clock; 0 where the system has none.
    """
    pid = pid or os.getpid()
    try:
        started = psutil.Process(pid).create_time()
    except psutil.Error:
        started = 0.0
    return {
        "pid": pid, "process_started": started, "process_ticks": _proc_stat(pid)[1],
        "host": host_name(), "boot": boot_id(),
    }  # fmt: skip


def clock_note() -> dict[str, float]:
    """This moment on the clock on the wall and on the one that only runs forward since the boot."""
    return {"updated": time.time(), "beat": time.monotonic()}


def age_s(note: Mapping[str, Any]) -> float:
    """Seconds since ``clock_note``. A wall clock that was set back is not believed."""
    age = time.time() - _number(note, "updated")
    if age < 0.0 and "beat" in note and whereabouts(note) == "here":
        return max(0.0, time.monotonic() - _number(note, "beat"))
    return age


def whereabouts(note: Mapping[str, Any]) -> Whereabouts:
    """Where the process of a note lived: here, here before a reboot, or on another machine."""
    if note.get("host", host_name()) != host_name():
        return "elsewhere"
    return "here" if note.get("boot", boot_id()) == boot_id() else "earlier boot"


def lives(note: Mapping[str, Any]) -> bool:
    """Whether the process of a note of this machine and boot is still the same living one."""
    try:
        pid = int(note.get("pid") or 0)
    except (TypeError, ValueError):
        return False
    state, ticks = _proc_stat(pid)
    if ticks and note.get("process_ticks"):
        return state not in "ZXx" and ticks == note["process_ticks"]
    return process_is(pid, _number(note, "process_started"))


def is_suspended(note: Mapping[str, Any]) -> bool:
    """Whether the process of a note was halted from outside (SIGSTOP, a debugger)."""
    return _proc_stat(int(_number(note, "pid")))[0] in ("T", "t")


def process_is(pid: int, started: float) -> bool:
    """Whether process ``pid`` lives and is the one that started at ``started`` (epoch seconds)."""
    try:
        process = psutil.Process(pid)
        return (
            abs(process.create_time() - started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, ValueError):
        return False


@functools.cache
def boot_id() -> str:
    """A text that is another one after every start of the machine."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return f"{psutil.boot_time():.0f}"


@functools.cache
def host_name() -> str:
    """The machine's name; every container has its own."""
    return platform.node()


def _proc_stat(pid: int) -> tuple[str, int]:
    """State letter and start in clock ticks since the boot; ("", 0) where /proc has no answer."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        fields = text.rpartition(")")[2].split()
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return "", 0


def _number(note: Mapping[str, Any], name: str) -> float:
    value = note.get(name, 0.0)
    return float(value) if isinstance(value, int | float) else 0.0
