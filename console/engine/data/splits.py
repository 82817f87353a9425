"""Chronological splits with purge and embargo, drawn on the windows of many symbols at once.

The method is that of Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 7: between
two parts, rows are left out so that neither a window nor the future its label looks at is shared.
Here they are always taken from the end of the earlier part, so later parts keep their whole days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from console.engine.data.rows import Array, MarketRows

PARTS = ("train", "validation", "test")
MIN_DAYS = 8
Int = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SplitRule:
    """How rows become parts.

    ``fractions`` are the shares of training, validation and test. Before a later part,
    ``horizon_rows`` + ``sequence_length`` + ``extra_purge_rows`` rows are purged, and
    ``embargo_fraction`` of the symbol's rows left out, per symbol.
    """

    sequence_length: int
    horizon_rows: int
    fractions: tuple[float, float, float]
    embargo_fraction: float = 0.0
    extra_purge_rows: int = 0

    @property
    def purge_rows(self) -> int:
        """Rows between the end of the last window of a part and the next part, less embargo."""
        return self.horizon_rows + self.sequence_length + self.extra_purge_rows


@dataclass(frozen=True)
class Split:
    """Window ends (row numbers, ascending) of the three parts, and where the parts meet.

    ``boundaries`` are the first day number (``by`` "days") or the first time in seconds (``by``
    "time") of validation and test; ``purged`` counts the windows each part lost to its follower.
    """

    ends: tuple[Int, Int, Int]
    by: Literal["days", "time"]
    boundaries: tuple[float, float]
    purged: tuple[int, int, int]


def split_windows(rows: MarketRows, ranges: Sequence[tuple[int, int]], rule: SplitRule) -> Split:
    """Split the windows of ``rows`` by one common time boundary over all symbols.

    ``ranges`` are ``(first row, one past the last row)`` of the symbols to use. With at least
    ``MIN_DAYS`` days the boundaries lie between whole days, else between row times. Every window
    lies inside one segment and wholly inside its part.
    """
    by, clock, boundaries = _boundaries(rows, ranges, rule.fractions)
    inside = window_ends(rows.segment, rule.sequence_length)
    parts: list[list[Int]] = [[], [], []]
    purged = [0, 0, 0]
    for first, stop in ranges:
        cuts = first + np.searchsorted(clock[first:stop], boundaries)
        edges = [first, int(cuts[0]), int(cuts[1]), stop]
        embargo = round(rule.embargo_fraction * (stop - first))
        for part in range(3):
            begin, end = edges[part], edges[part + 1]
            followed = any(share > 0 for share in rule.fractions[part + 1 :])
            limit = end - (rule.purge_rows + embargo if followed else 0)
            kept = _between(inside, begin + rule.sequence_length - 1, limit)
            every = _between(inside, begin + rule.sequence_length - 1, end)
            parts[part].append(kept)
            purged[part] += len(every) - len(kept)
    train, validation, test = (np.concatenate(part) for part in parts)
    return Split((train, validation, test), by, boundaries, (purged[0], purged[1], purged[2]))


def window_ends(segment: Array, sequence_length: int) -> Int:
    """Ends of all windows of T rows that lie inside one segment; ``segment`` (N,) as in rows."""
    if len(segment) < sequence_length:
        return np.empty(0, dtype=np.int64)
    same = segment[sequence_length - 1 :] == segment[: len(segment) - sequence_length + 1]
    ends: Int = np.flatnonzero(same) + (sequence_length - 1)
    return ends


def strided(ends: Int, segment: npt.NDArray[np.int32], sequence_length: int, stride: int) -> Int:
    """Every ``stride``-th window of each segment, beginning with the segment's first."""
    if stride <= 1 or not len(ends):
        return ends
    starts = np.flatnonzero(np.concatenate(([True], segment[1:] != segment[:-1])))
    first: Int = starts[np.searchsorted(starts, ends, side="right") - 1]
    chosen: Int = ends[(ends - first - (sequence_length - 1)) % stride == 0]
    return chosen


def _between(ends: Int, low: int, high: int) -> Int:
    a, b = np.searchsorted(ends, (low, max(low, high))).tolist()
    return ends[a:b]


def _boundaries(
    rows: MarketRows, ranges: Sequence[tuple[int, int]], fractions: tuple[float, float, float]
) -> tuple[Literal["days", "time"], Array, tuple[float, float]]:
    days = np.unique(np.concatenate([np.unique(rows.day[a:b]) for a, b in ranges]))
    shares = (fractions[0], fractions[0] + fractions[1])
    if len(days) >= MIN_DAYS:
        cuts = _whole_days(len(days), shares, fractions)
        after = float(days[-1]) + 1
        limits = [float(days[cut]) if cut < len(days) else after for cut in cuts]
        return "days", rows.day, (limits[0], limits[1])
    times = np.sort(np.concatenate([rows.time[a:b] for a, b in ranges]))
    after = float(np.nextafter(times[-1], np.inf))
    places = [round(share * len(times)) for share in shares]
    limits = [float(times[place]) if place < len(times) else after for place in places]
    if fractions[2] == 0:
        limits[1] = after
    return "time", rows.time, (limits[0], limits[1])


def _whole_days(
    count: int, shares: tuple[float, float], fractions: tuple[float, float, float]
) -> tuple[int, int]:
    """First validation day and first test day; every part with a share gets at least one day."""
    least_test = 1 if fractions[2] > 0 else 0
    test = count if not least_test else min(round(shares[1] * count), count - least_test)
    validation = min(max(1, round(shares[0] * count)), test - 1)
    return validation, test
