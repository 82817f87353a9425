"""Triple-barrier labels: which of two prices is met first before the time is up.

Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from console.engine.data.horizons import NO_ROW, Int
from console.engine.data.price_moves import known_prices
from console.engine.data.rows import Array, MarketRows

SELL, HOLD, BUY, UNLABELLED = 0, 1, 2, -1


@dataclass(frozen=True)
class BarrierLabels:
    """``classes`` (M,) int8: BUY at the upper barrier, SELL at the lower, HOLD when time ran out,
    -1 unlabelled. ``touch`` (M,) int64: the row at which that was known, -1 where unlabelled."""

    classes: npt.NDArray[np.int8]
    touch: Int


def triple_barrier(
    rows: MarketRows, at: Array, last: Int, above: Array, below: Array
) -> BarrierLabels:
    """Label rows ``at`` (M,) by the first touch up to row ``last`` (M,) of their holding period.

    ``above`` and ``below`` (M,) are the moves that touch, both positive. Unlabelled are rows whose
    holding period leaves the segment (``last`` is -1: to label only those that touch before would
    favour movement), whose barriers are unknown, or which meet an unknown price before a touch.
    """
    price = known_prices(rows)
    classes = np.full(len(at), UNLABELLED, dtype=np.int8)
    touch = np.full(len(at), NO_ROW, dtype=np.int64)
    usable = np.flatnonzero((last != NO_ROW) & (above > 0) & (below > 0) & np.isfinite(price[at]))
    now, end = at[usable], last[usable]
    upper, lower = _levels(rows, price[now], above[usable], below[usable])
    before = _quiet_until(price, now, end, upper, lower)
    met = np.minimum(before + 1, end)
    reached = price[met]
    outcome = np.where(reached >= upper, BUY, np.where(reached <= lower, SELL, HOLD))
    known = np.isfinite(reached)
    classes[usable[known]] = outcome[known]
    touch[usable[known]] = met[known]
    return BarrierLabels(classes, touch)


def _levels(rows: MarketRows, price: Array, above: Array, below: Array) -> tuple[Array, Array]:
    """Prices that touch: a relative mid moves by differences, a price by shares of itself."""
    unit = 1.0 if rows.mid_kind == "relative" else price
    return price + above * unit, price - below * unit


def _quiet_until(price: Array, now: Int, end: Int, upper: Array, lower: Array) -> Int:
    """The last row (M,) up to which no price after ``now`` touches or is unknown, at most ``end``.

    Advances by the largest powers of two first, told by the highest and lowest price of stretches
    of that size; O(N log(longest)).
    """
    place: Int = now.copy()
    if not len(now):
        return place
    for size, highest, lowest in reversed(_extremes(price, int((end - now).max()))):
        start = np.minimum(place + 1, len(highest) - 1)
        quiet = (place + size <= end) & (highest[start] < upper) & (lowest[start] > lower)
        place += np.where(quiet, size, 0)
    return place


def _extremes(price: Array, longest: int) -> list[tuple[int, Array, Array]]:
    """``(size, highest, lowest)`` of all stretches of 1, 2, 4 ... rows up to ``longest``."""
    found = [(1, price, price)]
    while 2 * found[-1][0] <= longest:
        size, high, low = found[-1]
        high = np.maximum(high[: len(high) - size], high[size:])
        low = np.minimum(low[: len(low) - size], low[size:])
        found.append((2 * size, high, low))
    return found
