"""What a run takes of the machine, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def resource_line(readings: Sequence[dict[str, Any]]) -> str:
    """The newest of a run's ``heartbeat`` readings and its highest memory; unknown parts left out.

    CPU 96 %, memory 1.2 GB of 25.3 GB (1.4 GB at most), writes 0.2 MB/s, 78.1 GB of disk free.
    """
    newest = readings[-1]
    parts = []
    if "cpu_percent" in newest:
        parts.append(f"CPU {newest['cpu_percent']:.0f} %")
    if "memory_bytes" in newest:
        most = max(reading.get("memory_bytes", 0) for reading in readings)
        total = _gb(newest.get("memory_total_bytes", 0))
        parts.append(f"memory {_gb(newest['memory_bytes'])} of {total} ({_gb(most)} at most)")
    for verb in ("read", "write"):
        rate = newest.get(f"{verb}_bytes_per_s")
        if rate is not None:
            parts.append(f"{verb}s {rate / 1e6:.1f} MB/s")
    if "disk_free_bytes" in newest:
        parts.append(f"{_gb(newest['disk_free_bytes'])} of disk free")
    return ", ".join([*parts, *map(_gpu, newest.get("gpus") or [])])


def _gpu(gpu: dict[str, Any]) -> str:
    load = f"{gpu['utilisation_percent']:.0f} %, " if "utilisation_percent" in gpu else ""
    used, total = _gb(gpu.get("memory_bytes", 0)), _gb(gpu.get("memory_total_bytes", 0))
    return f"{gpu.get('name', 'GPU')} {load}{used} of {total}"


def _gb(size_bytes: float) -> str:
    return f"{size_bytes / 1e9:.1f} GB"
