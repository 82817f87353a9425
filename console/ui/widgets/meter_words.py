"""What a run takes of the machine, in words: "CPU 96 %  RAM 1.2 GB"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.ui.i18n import tr


def percent_words(percent: float) -> str:
    """A share; 100 % of a processor is one core."""
    return tr("{n} %", n=f"{percent:.0f}")


def memory_words(size_bytes: float) -> str:
    """Memory as it is glanced at: 840 MB, 1.2 GB."""
    if size_bytes < 999_500_000:
        return tr("{n} MB", n=f"{size_bytes / 1e6:.0f}")
    return tr("{n} GB", n=f"{size_bytes / 1e9:.1f}")


def rate_words(bytes_per_s: float) -> str:
    """How fast bytes move."""
    return tr("{n} MB/s", n=f"{bytes_per_s / 1e6:.1f}")


def readout_words(reading: Mapping[str, Any]) -> str:
    """The newest reading in a few words; empty before there is one."""
    parts = []
    if "cpu_percent" in reading:
        parts.append(tr("CPU {share}", share=percent_words(reading["cpu_percent"])))
    if "memory_bytes" in reading:
        parts.append(tr("RAM {size}", size=memory_words(reading["memory_bytes"])))
    loads = [g["utilisation_percent"] for g in reading.get("gpus") or [] if _has_load(g)]
    if loads:
        parts.append(tr("GPU {share}", share=percent_words(sum(loads) / len(loads))))
    return "  ".join(parts)


def memory_details(reading: Mapping[str, Any], peak_bytes: int) -> str:
    """Memory now and at most."""
    if "memory_bytes" not in reading:
        return ""
    now = memory_words(reading["memory_bytes"])
    return tr("{now}, at most {peak}", now=now, peak=memory_words(peak_bytes))


def disk_details(reading: Mapping[str, Any]) -> str:
    """What is free; the curves show what moves."""
    if "disk_free_bytes" not in reading:
        return ""
    return tr("{size} free", size=memory_words(reading["disk_free_bytes"]))


def gpu_details(reading: Mapping[str, Any]) -> str:
    """Load and memory of the GPUs together."""
    gpus = reading.get("gpus") or []
    used = sum(gpu.get("memory_bytes", 0) for gpu in gpus)
    total = sum(gpu.get("memory_total_bytes", 0) for gpu in gpus)
    words = tr("{used} of {total}", used=memory_words(used), total=memory_words(total))
    loads = [gpu["utilisation_percent"] for gpu in gpus if _has_load(gpu)]
    return f"{percent_words(sum(loads) / len(loads))}, {words}" if loads else words


def _has_load(gpu: Mapping[str, Any]) -> bool:
    return "utilisation_percent" in gpu
