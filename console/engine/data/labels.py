"""Classes and returns from future prices, with limits that come from training windows only."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import BalancingConfig
from console.engine.data.rows import Array, MarketRows

SELL, HOLD, BUY = 0, 1, 2
UNLABELLED = -1


def future_moves(rows: MarketRows, at: Array, horizon_rows: int) -> npt.NDArray[np.float32]:
    """Move of the mid-price from each row of ``at`` (M,) to ``horizon_rows`` later, (M,) float32.

    A relative mid gives the difference, a price gives p1 / p0 - 1. NaN where the later row is
    outside the segment, or where either price is unknown (or not positive).
    """
    moves = np.full(len(at), np.nan, dtype=np.float32)
    if rows.mid is None or not len(at):
        return moves
    later = np.minimum(at + horizon_rows, len(rows) - 1)
    inside = (at + horizon_rows < len(rows)) & (rows.segment[later] == rows.segment[at])
    now, then = rows.mid[at[inside]], rows.mid[later[inside]]
    if rows.mid_kind == "relative":
        moves[inside] = then - now
    else:
        known = (now > 0) & (then > 0)
        moves[inside] = np.where(known, then / np.where(known, now, 1.0) - 1.0, np.nan)
    return moves


def known_moves(rows: MarketRows, at: Array, label: str, horizon_rows: int) -> Array:
    """Future returns (M,) for the return head: those stored with ``label``, else from the mid."""
    if label in rows.movements:
        return rows.movements[label][at]
    return future_moves(rows, at, horizon_rows)


def class_limits(train_moves: Array, rule: BalancingConfig) -> tuple[float, float]:
    """``(low, high)``: moves below low are SELL, above high BUY; from training moves (M,) only.

    percentile takes the two percentiles, fixed the two signs of ``fixed_threshold``, adaptive the
    two limits whose shares of SELL and BUY come closest to ``target_mix`` even where many moves
    are equal (prices move in ticks).
    """
    if rule.label_method == "fixed":
        return -rule.fixed_threshold, rule.fixed_threshold
    moves = np.sort(train_moves[np.isfinite(train_moves)])
    if not len(moves):
        return 0.0, 0.0
    if rule.label_method == "percentile":
        low, high = np.percentile(moves, [rule.lower_percentile, rule.upper_percentile])
        return float(low), float(high)
    low = _limit_for_share(moves, rule.target_mix[0])
    high = -_limit_for_share(-moves[::-1], rule.target_mix[2])
    return min(low, high), max(low, high)


def classes_from(moves: Array, limits: tuple[float, float]) -> npt.NDArray[np.int8]:
    """Classes (M,) int8 of ``moves`` (M,); -1 where the move is unknown."""
    classes = np.full(len(moves), HOLD, dtype=np.int8)
    classes[moves < limits[0]] = SELL
    classes[moves > limits[1]] = BUY
    classes[~np.isfinite(moves)] = UNLABELLED
    return classes


def return_scale(train_returns: Array) -> float:
    """Standard deviation of the known training returns; 1.0 when there are none to speak of."""
    known = train_returns[np.isfinite(train_returns)].astype(np.float64)
    scale = float(known.std()) if len(known) > 1 else 0.0
    return scale if scale > 0 else 1.0


def describe_rule(rule: BalancingConfig, limits: tuple[float, float]) -> dict[str, Any]:
    """How the classes were made, as plain values that are kept with the run."""
    return {"method": rule.label_method, "thresholds": [limits[0], limits[1]]}


def _limit_for_share(ascending: Array, share: float) -> float:
    """The limit for which the share of moves strictly below it is closest to ``share``."""
    value = ascending[min(int(share * len(ascending)), len(ascending) - 1)]
    below = np.searchsorted(ascending, value, side="left") / len(ascending)
    with_equal = np.searchsorted(ascending, value, side="right") / len(ascending)
    if abs(below - share) <= abs(with_equal - share):
        return float(value)
    return float(np.nextafter(value, np.asarray(np.inf, dtype=ascending.dtype)))
