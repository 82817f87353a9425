"""Features of candles (reference group ``candle``), and what an absent minute means.

An exchange writes no candle for a minute without a trade. Such a minute is known: its price is the
last close and its volume 0. So features see it as a flat candle, up to ``QUIET_MINUTES`` in a row;
no row of the result is made of it. A longer absence may be an outage: everything starts anew after
it. (In thinly traded pairs a tenth of the minutes is absent, nearly always one or two in a row;
starting anew at each would leave hardly a row with 50 minutes to look back on.)

Parkinson (1980) and Garman, Klass (1980) are the estimators of volatility. Shares that divide by a
span or a volume of 0 are 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from console.engine.data.features.feature import CANDLES, Columns, Feature, Floats
from console.engine.data.features.rolling import (
    before,
    change,
    ratio,
    rolling_mean,
    rolling_std,
    rolling_sum,
)

QUIET_MINUTES = 30
MINUTE_NS = 60_000_000_000
RECENT = 20  # candles that volatilities and mean volumes look back
NAMES = ("open", "high", "low", "close", "volume")


def with_quiet_minutes(
    time_ns: npt.NDArray[np.int64], candles: Columns
) -> tuple[Columns, npt.NDArray[np.intp]]:
    """``candles`` and ``time_s`` with a flat candle for each absent minute; places of the real."""
    steps = np.maximum(np.rint(np.diff(time_ns) / MINUTE_NS).astype(np.intp), 1)
    places = np.concatenate([[0], np.cumsum(steps)]).astype(np.intp)
    owner = np.repeat(np.arange(len(time_ns)), np.append(steps, 1))
    since = np.arange(len(owner)) - places[owner]
    quiet = since > 0
    made = {name: np.where(quiet, candles["close"][owner], candles[name][owner]) for name in NAMES}
    made["volume"] = np.where(quiet, 0.0, candles["volume"][owner])
    made["time_s"] = (time_ns[owner] + since * MINUTE_NS) / 1e9
    return made, places


def _own(name: str) -> Feature:
    return Feature(name, name, (CANDLES,), lambda x: x[name])


def _upper_shadow(x: Columns) -> Floats:
    return x["high"] - np.maximum(x["open"], x["close"])


def _lower_shadow(x: Columns) -> Floats:
    return np.minimum(x["open"], x["close"]) - x["low"]


def _parkinson(x: Columns) -> Floats:
    squares = np.log(x["high"] / x["low"]) ** 2
    made: Floats = np.sqrt(rolling_mean(squares, RECENT) / (4 * np.log(2)))
    return made


def _garman_klass(x: Columns) -> Floats:
    span = 0.5 * np.log(x["high"] / x["low"]) ** 2
    body = (2 * np.log(2) - 1) * np.log(x["close"] / x["open"]) ** 2
    made: Floats = np.sqrt(rolling_mean(span - body, RECENT))
    return made


def _recent_vwap(x: Columns) -> Floats:
    value = rolling_sum(x["typical_price"] * x["volume"], RECENT)
    volume = rolling_sum(x["volume"], RECENT)
    return np.where(volume > 0, ratio(value, volume), x["typical_price"] + 0 * volume)


def _doji(x: Columns) -> Floats:
    span = x["high"] - x["low"]
    return ratio(span - np.abs(x["close"] - x["open"]), span)


def _hammer(x: Columns) -> Floats:
    return ratio(_lower_shadow(x) - _upper_shadow(x), x["high"] - x["low"])


def _engulfing(x: Columns) -> Floats:
    body, last = x["close"] - x["open"], before(x["close"] - x["open"])
    covers = np.maximum(x["open"], x["close"]) >= np.maximum(before(x["open"]), before(x["close"]))
    covers &= np.minimum(x["open"], x["close"]) <= np.minimum(before(x["open"]), before(x["close"]))
    strength = ratio(np.abs(body) - np.abs(last), np.abs(body) + np.abs(last))
    engulfs = covers & (body * last < 0)
    return np.where(engulfs, np.sign(body) * strength, 0 * last)


SHAPE = (
    Feature(
        "returns", "close / close' - 1", ("close",),
        lambda x: x["close"] / before(x["close"]) - 1, 1,
    ),
    Feature(
        "log_returns", "ln(close / close')", ("close",),
        lambda x: np.log(x["close"] / before(x["close"])), 1,
    ),
    Feature(
        "high_low_range", "(high - low) / close", (CANDLES,),
        lambda x: (x["high"] - x["low"]) / x["close"],
    ),
    Feature(
        "close_open_diff", "(close - open) / open", (CANDLES,),
        lambda x: (x["close"] - x["open"]) / x["open"],
    ),
    Feature(
        "upper_shadow", "(high - max(open, close)) / open", (CANDLES,),
        lambda x: _upper_shadow(x) / x["open"],
    ),
    Feature(
        "lower_shadow", "(min(open, close) - low) / open", (CANDLES,),
        lambda x: _lower_shadow(x) / x["open"],
    ),
    Feature(
        "body_size", "|close - open| / open", (CANDLES,),
        lambda x: np.abs(x["close"] - x["open"]) / x["open"],
    ),
)  # fmt: skip
VOLATILITY = (
    Feature(
        "realized_volatility", f"standard deviation of {RECENT} log returns", ("log_returns",),
        lambda x: rolling_std(x["log_returns"], RECENT), RECENT - 1,
    ),
    Feature(
        "parkinson_volatility", f"sqrt(mean of ln(high / low)^2 over {RECENT} / (4 ln 2))",
        (CANDLES,), _parkinson, RECENT - 1,
    ),
    Feature(
        "garman_klass_volatility",
        f"sqrt(mean over {RECENT} of ln(high / low)^2 / 2 - (2 ln 2 - 1) ln(close / open)^2)",
        (CANDLES,), _garman_klass, RECENT - 1,
    ),
)  # fmt: skip
VOLUME = (
    Feature(
        "volume_ma_ratio", f"volume / mean of {RECENT} volumes", (CANDLES,),
        lambda x: ratio(x["volume"], rolling_mean(x["volume"], RECENT)), RECENT - 1,
    ),
    Feature(
        "volume_change_rate", "change of ln(1 + volume)", (CANDLES,),
        lambda x: change(np.log1p(x["volume"])), 1,
    ),
    Feature(
        "price_volume_trend", "volume * returns, of one candle", ("returns",),
        lambda x: x["volume"] * x["returns"],
    ),
    Feature(
        "volume_weighted_price", f"mean typical price of {RECENT} candles weighted by volume; the "
        "typical price where none was traded",
        ("typical_price",), _recent_vwap, RECENT - 1,
    ),
    Feature(
        "money_flow", "typical price * volume", ("typical_price",),
        lambda x: x["typical_price"] * x["volume"],
    ),
)  # fmt: skip
PATTERN = (
    Feature("doji_strength", "1 - |close - open| / (high - low)", (CANDLES,), _doji),
    Feature(
        "hammer_strength", "(lower shadow - upper shadow) / (high - low), from -1 to 1",
        (CANDLES,), _hammer,
    ),
    Feature(
        "engulfing_strength", "(|b| - |b'|) / (|b| + |b'|) with the sign of b, where the body b = "
        "close - open covers the last one and turns against it; else 0",
        (CANDLES,), _engulfing, 1,
    ),
    Feature(
        "gap_size", "open / close' - 1", (CANDLES,), lambda x: x["open"] / before(x["close"]) - 1, 1
    ),
)  # fmt: skip
FEATURES = (
    *(_own(name) for name in NAMES),
    Feature(
        "typical_price", "(high + low + close) / 3", (CANDLES,),
        lambda x: (x["high"] + x["low"] + x["close"]) / 3,
    ),
    *SHAPE, *VOLATILITY, *VOLUME, *PATTERN,
)  # fmt: skip
