"""Classes and returns from future prices, with limits that come from training windows only."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import BalancingConfig
from console.engine.data.horizons import NO_ROW, Horizon, Int, future_rows
from console.engine.data.price_moves import moves_to, past_sigma
from console.engine.data.rows import Array, MarketRows
from console.engine.data.triple_barrier import BUY, HOLD, SELL, UNLABELLED


def future_moves(rows: MarketRows, at: Array, horizon_rows: int) -> npt.NDArray[np.float32]:
    """Move of the mid-price from each row of ``at`` (M,) to ``horizon_rows`` later, (M,) float32.

    A relative mid gives the difference, a price gives p1 / p0 - 1. NaN where the later row is
    outside the segment, or where either price is unknown (or not positive).
    """
    return moves_to(rows, at, future_rows(rows, at, Horizon(horizon_rows)))


def class_limits(train_moves: Array, rule: BalancingConfig) -> tuple[float, float]:
    """``(low, high)``: moves below low are SELL, above high BUY; from training moves (M,) only.

    percentile takes the two percentiles, fixed the two signs of ``fixed_threshold``, mean_move
    those of half the mean absolute move (Berti and Kasneci 2025), adaptive the two limits whose
    shares of SELL and BUY come closest to ``target_mix`` even where many moves are equal (prices
    move in ticks). volatility expects moves in units of sigma and takes the two signs of
    ``volatility_factor``. Triple barriers have no limits: asking for them is our mistake.
    """
    if rule.label_method == "triple_barrier":
        raise ValueError("triple barriers follow the prices themselves and have no limits")
    if rule.label_method == "fixed":
        return -rule.fixed_threshold, rule.fixed_threshold
    if rule.label_method == "volatility":
        return -rule.volatility_factor, rule.volatility_factor
    moves = np.sort(train_moves[np.isfinite(train_moves)])
    if not len(moves):
        return 0.0, 0.0
    if rule.label_method == "mean_move":
        half = float(np.abs(moves).mean(dtype=np.float64)) / 2
        return -half, half
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


def horizon_sigma(rows: MarketRows, at: Array, later: Int, look_back: int) -> Array:
    """Sigma (M,) of the last ``look_back`` one-row moves times sqrt(rows to ``later``).

    NaN where the past or the later row is unknown.
    """
    ahead = np.where(later != NO_ROW, later - at, np.nan)
    return past_sigma(rows, at, look_back) * np.sqrt(ahead)


def describe_rule(rule: BalancingConfig, limits: tuple[float, float] | None) -> dict[str, Any]:
    """How the classes were made, as plain values that are kept with the run."""
    method = rule.label_method
    described: dict[str, Any] = {"method": method, "thresholds": list(limits) if limits else None}
    if method == "triple_barrier":
        described |= {"take_profit": rule.take_profit, "stop_loss": rule.stop_loss}
    else:
        described["move"] = rule.price_move
    if rule.price_move == "tlob" and method != "triple_barrier":
        described["smoothing_rows"] = rule.smoothing_rows
    if method in ("volatility", "triple_barrier"):
        described["volatility_rows"] = rule.volatility_rows
    return described


def _limit_for_share(ascending: Array, share: float) -> float:
    """The limit for which the share of moves strictly below it is closest to ``share``."""
    value = ascending[min(int(share * len(ascending)), len(ascending) - 1)]
    below = np.searchsorted(ascending, value, side="left") / len(ascending)
    with_equal = np.searchsorted(ascending, value, side="right") / len(ascending)
    if abs(below - share) <= abs(with_equal - share):
        return float(value)
    return float(np.nextafter(value, np.asarray(np.inf, dtype=ascending.dtype)))
