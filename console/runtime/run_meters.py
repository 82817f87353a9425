"""What a run has taken of the machine over its time, in a room that does not grow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from console.core.events import Event
from console.core.series import Floats

CAPACITY = 720
LONGEST_GAP_S = 30.0
NAMES = (
    "cpu_percent", "memory_bytes", "read_bytes_per_s", "write_bytes_per_s", "gpu_percent",
    "gpu_memory_bytes",
)  # fmt: skip
_PEAKS = np.array([name.endswith("memory_bytes") for name in NAMES])


class RunMeters:
    """The newest reading and a history over the hours in which the run lived.

    The history keeps at most ``CAPACITY`` rows: when it is full, two neighbours become one, their
    mean, or the higher one of memory. ``version`` grows with every reading.
    """

    def __init__(self) -> None:
        self.newest: Mapping[str, Any] = {}
        self.peak_memory_bytes = 0
        self.version = 0
        self._rows = np.empty((CAPACITY, len(NAMES)))
        self._hours = np.empty(CAPACITY)
        self._length, self._per_row = 0, 1
        self._waiting: list[list[float]] = []
        self._lived_s, self._last_s = 0.0, 0.0

    def apply(self, event: Event) -> None:
        """Take in a ``heartbeat`` event."""
        self._count_time(event.t)
        self.newest = event.data
        self.peak_memory_bytes = max(
            self.peak_memory_bytes, int(event.data.get("memory_bytes") or 0)
        )
        self._waiting.append(_figures(event.data))
        self.version += 1
        if len(self._waiting) < self._per_row:
            return
        self._rows[self._length] = _merged(np.array(self._waiting)[None])[0]
        self._hours[self._length] = self._lived_s / 3600.0
        self._length += 1
        self._waiting.clear()
        if self._length == CAPACITY:
            self._halve()

    @property
    def hours(self) -> float:
        """How long the run has lived, all its attempts together."""
        return self._lived_s / 3600.0

    def series(self, name: str) -> tuple[Floats, Floats]:
        """Hours and one figure (one of ``NAMES``); NaN where it was not known."""
        column = self._rows[: self._length, NAMES.index(name)]
        return self._hours[: self._length].copy(), column.copy()

    def _count_time(self, stamp: str) -> None:
        """Time between two attempts is not the run's."""
        try:
            now = datetime.fromisoformat(stamp).timestamp()
        except ValueError:
            return
        if self._last_s:
            self._lived_s += min(max(now - self._last_s, 0.0), LONGEST_GAP_S)
        self._last_s = now

    def _halve(self) -> None:
        half = CAPACITY // 2
        self._rows[:half] = _merged(self._rows.reshape(half, 2, len(NAMES)))
        self._hours[:half] = self._hours[1::2]
        self._length, self._per_row = half, 2 * self._per_row


def _figures(data: Mapping[str, Any]) -> list[float]:
    """The figures of ``NAMES``; GPUs together: memory added up, load averaged."""
    gpus = data.get("gpus") or []
    loads = [gpu["utilisation_percent"] for gpu in gpus if "utilisation_percent" in gpu]
    together = {
        "gpu_percent": sum(loads) / len(loads) if loads else None,
        "gpu_memory_bytes": sum(gpu.get("memory_bytes", 0) for gpu in gpus) if gpus else None,
    }
    values = ({**data, **together}.get(name) for name in NAMES)
    return [np.nan if value is None else float(value) for value in values]


def _merged(groups: Floats) -> Floats:
    """Groups of readings (G, N, figures) as one each (G, figures); what is not known counts not."""
    known = np.isfinite(groups)
    counts = known.sum(axis=1)
    sums = np.where(known, groups, 0.0).sum(axis=1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    peaks: Floats = np.fmax.reduce(groups, axis=1)
    return np.where(_PEAKS, peaks, means)
