"""Windows of the parts of a split, with purge and embargo, over many symbols at once.

The method is that of Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 7: between
two parts, rows are left out so that neither a window nor the future its label looks at is shared.
They are always taken from the part that judges less: from training before validation, and from
validation before test. So what is judged keeps its whole days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from console.engine.data.bands import PARTS, TEST, VALIDATION, Band, Clock, SplitRule, split_bands
from console.engine.data.rows import Array, MarketRows, row_numbers

__all__ = ["PARTS", "Split", "SplitRule", "split_windows", "strided", "window_ends"]
Int = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Split:
    """Window ends (row numbers, ascending) of the three parts, and where the parts lie.

    ``bands`` are in day numbers (``by`` "days") or in seconds (``by`` "time"); ``purged`` counts
    the windows each part lost to the parts beside it.
    """

    ends: tuple[Int, Int, Int]
    by: Clock
    bands: tuple[Band, ...]
    purged: tuple[int, int, int]

    @property
    def boundaries(self) -> tuple[float, float]:
        """Where validation and test begin; the end of the axis where there is no test."""
        firsts = [[b.first for b in self.bands if b.part == part] for part in (VALIDATION, TEST)]
        after = self.bands[-1].stop
        return min(firsts[0], default=after), min(firsts[1], default=after)


def split_windows(rows: MarketRows, ranges: Sequence[tuple[int, int]], rule: SplitRule) -> Split:
    """Split the windows of ``rows`` by common time boundaries over all symbols.

    ``ranges`` are ``(first row, one past the last row)`` of the symbols to use, ascending. Every
    window lies inside one segment and wholly inside one band of its part.

    Raises:
        DataError: fewer days or row times than blocks.
    """
    axis, bands = split_bands(rows, ranges, rule)
    limits = [edge for band in bands for edge in (band.first, band.stop)]
    inside = window_ends(rows.segment, rule.sequence_length)
    parts: list[list[Int]] = [[], [], []]
    purged = [0, 0, 0]
    for first, stop in ranges:
        edges = (first + np.searchsorted(axis.clock[first:stop], limits)).reshape(-1, 2)
        embargo = round(rule.embargo_fraction * (stop - first))
        for band, (begin, end) in zip(bands, edges.tolist(), strict=True):
            low, high = begin, end
            for other, (other_begin, other_end) in zip(bands, edges.tolist(), strict=True):
                if other.part > band.part and other.first >= band.stop:
                    high = min(high, other_begin - rule.rows_before - embargo)
                elif other.part > band.part:
                    low = max(low, other_end + rule.rows_after + embargo)
            kept = _between(inside, low + rule.sequence_length - 1, high)
            parts[band.part].append(kept)
            every = _between(inside, begin + rule.sequence_length - 1, end)
            purged[band.part] += len(every) - len(kept)
    train, validation, test = (np.concatenate(part) if part else _NONE for part in parts)
    return Split(
        (train, validation, test), axis.by, tuple(bands), (purged[0], purged[1], purged[2])
    )


_NONE: Int = np.empty(0, dtype=np.int64)


def window_ends(segment: Array, sequence_length: int) -> Int:
    """Ends of all windows of T rows that lie inside one segment; ``segment`` (N,) as in rows."""
    if len(segment) < sequence_length:
        return _NONE
    same = segment[sequence_length - 1 :] == segment[: len(segment) - sequence_length + 1]
    ends: Int = row_numbers(np.flatnonzero(same), len(segment))
    ends += sequence_length - 1
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
