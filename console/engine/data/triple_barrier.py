"""Triple-barrier labels: which of two prices is met first before the time is up.

Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from console.engine.data.horizons import NO_ROW, Int
from console.engine.data.price_moves import change, known_prices
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
    usable = (last != NO_ROW) & (above > 0) & (below > 0) & np.isfinite(price[at])
    open_ = np.flatnonzero(usable)
    step = 0
    while len(open_):
        step += 1
        now = at[open_] + step
        moved = change(rows, price[at[open_]], price[now])
        ends = now == last[open_]
        outcome = np.where(moved >= above[open_], BUY, np.where(moved <= -below[open_], SELL, HOLD))
        known = np.isfinite(moved)
        done = known & (ends | (outcome != HOLD))
        classes[open_[done]] = outcome[done]
        touch[open_[done]] = now[done]
        open_ = open_[known & ~done]
    return BarrierLabels(classes, touch)
