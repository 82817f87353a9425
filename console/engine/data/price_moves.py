"""Moves of the mid-price that labels are cut from: plain, smoothed, and in units of volatility.

Sums over stretches are put together from sums of 1, 2, 4 ... rows. Unlike differences of one
running total they lose no digits in long histories, and an unknown price spoils only the stretches
that hold it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import PriceMove
from console.engine.data.horizons import NO_ROW, Int
from console.engine.data.rows import Array, MarketRows

Float = npt.NDArray[np.float64]
ROUNDING = 1e-12  # moves and variances below this share are rounding, not movement


def stretch_sums(values: Array, first: Int, length: Int | int) -> Float:
    """Sum of ``values[first : first + length]`` for each of ``first`` (M,), NaN where one is.

    ``values`` (N,) float64, ``length`` (M,) or one number; every stretch lies inside ``values``.
    O(N log(longest)).
    """
    values = np.asarray(values, dtype=np.float64)
    if isinstance(length, int):
        return _equal_sums(values, length)[first] if len(first) else np.empty(0)
    total = np.zeros(len(first))
    if not len(first):
        return total
    usual = int(np.bincount(length).argmax())  # rows are mostly evenly spaced in time
    same = length == usual
    total[same] = _equal_sums(values, usual)[first[same]]
    rest = np.flatnonzero(~same)
    place, left = first[rest], length[rest]
    for size, sums in _doubled_sums(values, int(left.max(initial=0))):
        chosen = np.flatnonzero(left & size)
        total[rest[chosen]] += sums[place[chosen]]
        place[chosen] += size
    return total


def _equal_sums(values: Float, length: int) -> Float:
    """Sums of all stretches of ``length`` values, (N - length + 1,)."""
    count, place = len(values) - length + 1, 0
    total = np.zeros(count)
    for size, sums in _doubled_sums(values, length):
        if length & size:
            total += sums[place : place + count]
            place += size
    return total


def _doubled_sums(values: Float, longest: int) -> Iterator[tuple[int, Float]]:
    """``(size, sums of all stretches of that size)`` for 1, 2, 4 ... up to ``longest``."""
    size, sums = 1, values
    while size <= longest:
        yield size, sums
        if 2 * size <= longest:
            sums = sums[: len(sums) - size] + sums[size:]
        size *= 2


def known_prices(rows: MarketRows) -> Float:
    """The mid of every row (N,), NaN where it is unknown or, as a price, not positive."""
    if rows.mid is None:
        return np.full(len(rows), np.nan)
    if rows.mid_kind == "relative":
        return rows.mid
    return np.where(rows.mid > 0, rows.mid, np.nan)


def moves_to(rows: MarketRows, at: Array, later: Int) -> npt.NDArray[np.float32]:
    """Move of the mid from rows ``at`` (M,) to rows ``later`` (M,), (M,) float32.

    A relative mid gives the difference, a price gives p1 / p0 - 1. NaN where there is no later
    row, or where either price is unknown (or not positive).
    """
    price = known_prices(rows)
    moves = np.full(len(at), np.nan, dtype=np.float32)
    inside = later != NO_ROW
    moves[inside] = change(rows, price[at[inside]], price[later[inside]])
    return moves


def smoothed_moves(
    rows: MarketRows, at: Array, later: Int, kind: PriceMove, smoothing_rows: int
) -> npt.NDArray[np.float32]:
    """Moves (M,) between means of mids; ``at``, ``later`` as in ``moves_to``, k = later - at.

    ``point``: mid then against mid now.
    ``fi2010``: mean of the next k mids against the mid now (Ntakaris et al. 2018, eq. 2).
    ``deeplob``: mean of the next k against mean of the last k, now among them (Zhang, Zohren and
    Roberts 2019, eq. 2-4).
    ``tlob``: mean of the mids then and s rows before it, against the mean now and s rows before it,
    s = ``smoothing_rows`` (Berti and Kasneci 2025).
    NaN where a mid is unknown or a stretch would leave the segment.
    """
    if kind == "point":
        return moves_to(rows, at, later)
    moves = np.full(len(at), np.nan, dtype=np.float32)
    inside = later != NO_ROW
    now, then = at[inside], later[inside]
    ahead = then - now
    span = np.full_like(ahead, smoothing_rows + 1)
    back = {"fi2010": np.ones_like(ahead), "deeplob": ahead, "tlob": span}[kind]
    length = span if kind == "tlob" else ahead
    enough = now - segment_starts(rows)[now] + 1 >= back
    now, then, back, length = now[enough], then[enough], back[enough], length[enough]
    price = known_prices(rows)
    before, after = _means(price, now, back), _means(price, then, length)
    moves[np.flatnonzero(inside)[enough]] = change(rows, before, after)
    return moves


def _means(price: Float, last: Int, length: Int) -> Float:
    """Means (M,) of the ``length`` (M,) prices up to and with row ``last`` (M,)."""
    return stretch_sums(price, last - length + 1, length) / length


def past_sigma(rows: MarketRows, at: Array, look_back: int) -> Float:
    """Standard deviation (M,) of the last ``look_back`` one-row moves up to each row of ``at``.

    NaN where the segment began too late, a price is unknown, or all those moves are equal.
    """
    price = known_prices(rows)
    step = np.full(len(rows), np.nan)
    step[1:] = change(rows, price[:-1], price[1:])
    sigma = np.full(len(at), np.nan)
    enough = at - segment_starts(rows)[at] >= look_back
    first: Int = at[enough] - look_back + 1
    mean = stretch_sums(step, first, look_back) / look_back
    square = stretch_sums(step * step, first, look_back) / look_back
    variance = square - mean * mean
    variance[~(variance > ROUNDING * square)] = np.nan
    sigma[enough] = np.sqrt(variance)
    return sigma


def change(rows: MarketRows, before: Array, after: Array) -> Float:
    """Difference of a relative mid, ratio less 1 of a price; what is only rounding becomes 0."""
    if rows.mid_kind == "relative":
        moved, unit = after - before, np.abs(np.asarray(before))
    else:
        moved, unit = after / before - 1.0, np.ones(1)
    return np.where(np.abs(moved) <= ROUNDING * unit, 0.0, moved)


def segment_starts(rows: MarketRows) -> Int:
    """The first row of the segment of every row, (N,) int64."""
    new = np.flatnonzero(rows.segment[1:] != rows.segment[:-1]) + 1
    starts: Int = np.concatenate(([0], new))
    return np.repeat(starts, np.diff(starts, append=len(rows)))
