"""How far a label looks ahead: some rows, or the row nearest to a time within a tolerance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from console.core.configs.data import DataConfig
from console.engine.data.rows import Array, MarketRows

Int = npt.NDArray[np.int64]
NO_ROW = -1


@dataclass(frozen=True)
class Horizon:
    """``rows`` ahead; or, with ``seconds`` above 0, the row nearest to that many seconds ahead,
    at most ``tolerance_s`` away from it."""

    rows: int
    seconds: float = 0.0
    tolerance_s: float = 0.0

    @classmethod
    def of(cls, data: DataConfig) -> Horizon:
        """The horizon that ``data`` asks for."""
        return cls(data.horizon, data.horizon_s, data.horizon_tolerance_s)


def future_rows(rows: MarketRows, at: Array, horizon: Horizon) -> Int:
    """The later row of each row of ``at`` (M,) ascending, (M,) int64.

    ``NO_ROW`` where there is none in the same segment. Of two rows equally near the earlier is
    taken; the row itself is never its own future.
    """
    if horizon.seconds > 0:
        return _nearest_in_time(rows, at, horizon)
    later: Int = np.minimum(at + horizon.rows, len(rows) - 1).astype(np.int64)
    inside = (at + horizon.rows < len(rows)) & (rows.segment[later] == rows.segment[at])
    later[~inside] = NO_ROW
    return later


def longest_reach(rows: MarketRows, ranges: Sequence[tuple[int, int]], horizon: Horizon) -> int:
    """The most rows that a label of the rows in ``ranges`` looks ahead; at least 1.

    Purging needs it before any window is drawn. It follows from the times of rows alone.
    """
    if horizon.seconds <= 0:
        return horizon.rows
    reach = 1
    for first, stop in ranges:
        at = np.arange(first, stop)
        reach = max(reach, int((future_rows(rows, at, horizon) - at).max(initial=1)))
    return reach


def _nearest_in_time(rows: MarketRows, at: Array, horizon: Horizon) -> Int:
    later = np.full(len(at), NO_ROW, dtype=np.int64)
    for _code, first, stop in rows.symbol_ranges():
        low, high = np.searchsorted(at, (first, stop)).tolist()
        now, time = at[low:high] - first, rows.time[first:stop]
        if not len(now):
            continue
        wanted = time[now] + horizon.seconds
        end = _segment_stops(rows.segment[first:stop])[now]
        after = np.minimum(np.searchsorted(time, wanted), end)
        before = after - 1
        off_before = np.where(before > now, wanted - time[before], np.inf)
        off_after = time[np.minimum(after, end - 1)] - wanted
        off_after[after == end] = np.inf
        near = np.where(off_before <= off_after, before, after)
        found = np.minimum(off_before, off_after) <= horizon.tolerance_s
        later[low:high] = np.where(found, near + first, NO_ROW)
    return later


def _segment_stops(segment: Array) -> Int:
    """One past the last row of the segment of every row, (N,)."""
    stops: Int = np.append(np.flatnonzero(segment[1:] != segment[:-1]) + 1, len(segment))
    lengths = np.diff(stops, prepend=0)
    return np.repeat(stops, lengths)
