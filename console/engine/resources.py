"""What a run takes of its machine: processor, memory, disk and GPUs, over its process tree."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ProcessKey = tuple[int, float]
_THREADS_TELL_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children").exists()


@dataclass(frozen=True)
class _Look:
    """One process at one moment; ``key`` tells it from a later one with the same number."""

    key: ProcessKey
    cpu_s: float
    memory_bytes: int
    num_threads: int
    io_bytes: tuple[int, int] | None


class ResourceMeter:
    """Reads what process ``root_pid`` and all its descendants use; by default those of this run.

    A reading costs less than a millisecond. Rates are those since the reading before; the first
    one counts from the construction. A figure that the system does not give is left out.
    """

    def __init__(self, folder: Path, root_pid: int | None = None) -> None:
        self._folder = folder
        self._root_pid = run_root() if root_pid is None else root_pid
        self._memory_total = psutil.virtual_memory().total
        self._time, self._looks = time.monotonic(), self._look()

    def read(self) -> dict[str, Any]:
        """The figures of a ``heartbeat`` event, as far as they are known.

        cpu_percent (100 is one core), memory_bytes (resident), memory_total_bytes,
        disk_free_bytes, read_bytes_per_s, write_bytes_per_s, num_processes, num_threads, and gpus:
        a list of name, memory_bytes, memory_total_bytes, utilisation_percent.
        """
        now, looks = time.monotonic(), self._look()
        reading: dict[str, Any] = {
            **_rates(self._looks, looks, max(now - self._time, 1e-3)),
            "memory_total_bytes": self._memory_total,
            "num_processes": len(looks),
            "gpus": read_gpus(),
        }
        if looks:
            reading["memory_bytes"] = sum(look.memory_bytes for look in looks.values())
            reading["num_threads"] = sum(look.num_threads for look in looks.values())
        with contextlib.suppress(OSError):
            reading["disk_free_bytes"] = shutil.disk_usage(self._folder).free
        self._time, self._looks = now, looks
        return reading

    def _look(self) -> dict[ProcessKey, _Look]:
        found = (_look_at(pid) for pid in process_tree(self._root_pid))
        return {look.key: look for look in found if look is not None}


def run_root() -> int:
    """The process whose tree is the whole run: the launcher's where torchrun started us."""
    return os.getppid() if "TORCHELASTIC_RUN_ID" in os.environ else os.getpid()


def process_tree(root_pid: int) -> Iterator[int]:
    """The numbers of a process and its descendants that live now.

    Linux tells the children of a thread; asking every process of the machine for its parent, as
    psutil must elsewhere, takes milliseconds where hundreds of others run.
    """
    if _THREADS_TELL_CHILDREN:
        yield root_pid
        for child in _children(root_pid):
            yield from process_tree(child)
        return
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(root_pid)
        yield from (root_pid, *(child.pid for child in root.children(recursive=True)))


def _children(pid: int) -> Iterator[int]:
    tasks = Path(f"/proc/{pid}/task")
    with contextlib.suppress(OSError):
        for thread in os.listdir(tasks):
            with contextlib.suppress(OSError):  # the thread has ended meanwhile
                yield from map(int, (tasks / thread / "children").read_text("ascii").split())


def read_gpus() -> list[dict[str, Any]]:
    """The GPUs that this process uses through CUDA; nothing before it has used one.

    Memory is all that is taken on the device, as the driver tells it; without the driver's library
    (nvidia-ml-py, the extra "gpu") what this process holds.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return []
    return [_gpu(torch.cuda, index) for index in range(torch.cuda.device_count())]


def _gpu(cuda: Any, index: int) -> dict[str, Any]:
    properties = cuda.get_device_properties(index)
    reading = {"name": properties.name, "memory_total_bytes": properties.total_memory}
    try:
        reading["memory_bytes"] = cuda.device_memory_used(index)
        reading["utilisation_percent"] = cuda.utilization(index)
    except Exception:  # no nvidia-ml-py, or the driver refuses with an exception of its own
        reading.setdefault("memory_bytes", cuda.memory_reserved(index))
    return reading


def _look_at(pid: int) -> _Look | None:
    """One process, None where it has ended or may not be looked at."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            return _Look(
                (pid, process.create_time()), times.user + times.system,
                process.memory_info().rss, process.num_threads(), _io_bytes(process),
            )  # fmt: skip
    except psutil.Error:
        return None


def _io_bytes(process: psutil.Process) -> tuple[int, int] | None:
    try:
        counters = process.io_counters()
    except (psutil.Error, AttributeError, NotImplementedError):
        return None  # macOS does not count, and others may not be asked
    return counters.read_bytes, counters.write_bytes


def _rates(
    before: dict[ProcessKey, _Look], now: dict[ProcessKey, _Look], seconds: float
) -> dict[str, float]:
    """What the processes have done per second since ``before``; new ones since their birth."""
    if not now:
        return {}
    cpu_s = sum(
        look.cpu_s - (before[key].cpu_s if key in before else 0.0) for key, look in now.items()
    )
    rates = {"cpu_percent": 100.0 * cpu_s / seconds}
    moved = [
        (look.io_bytes, before[key].io_bytes if key in before else (0, 0))
        for key, look in now.items()
    ]
    counted = [(after, earlier) for after, earlier in moved if after and earlier]
    if counted:
        for place, name in enumerate(("read_bytes_per_s", "write_bytes_per_s")):
            total = sum(after[place] - earlier[place] for after, earlier in counted)
            rates[name] = total / seconds
    return rates
