"""Features of features (reference group ``derived``).

The reference gives only their names; a change is over one row, a momentum over ``MOMENTUM`` rows.
"""

from __future__ import annotations

import numpy as np

from console.engine.data.features.feature import Columns, Feature, Floats
from console.engine.data.features.rolling import before, change, ratio, rolling_mean

MOMENTUM = 5
RECENT = 50
REGIME = 100
BASIS_POINTS = 1e4


def _change_pct(x: Columns) -> Floats:
    now, then = x["imbalance_5"], before(x["imbalance_5"])
    return ratio(now - then, np.abs(now) + np.abs(then))


def _volume_weighted(x: Columns) -> Floats:
    depth = x["depth_bid_5"] + x["depth_ask_5"]
    return x["imbalance_5"] * ratio(depth, rolling_mean(depth, RECENT))


def _regime(x: Columns) -> Floats:
    volatility = x["orderbook_volatility"]
    return ratio(volatility, rolling_mean(volatility, REGIME), otherwise=1.0)


def _composite(x: Columns) -> Floats:
    return (x["imbalance_5"] + x["price_pressure"] + x["smart_money_index"] / 2) / 3


def _changed(name: str, column: str, rows: int) -> Feature:
    words = f"{column} - {column} {rows} row{'s' if rows > 1 else ''} before"
    return Feature(name, words, (column,), lambda x: change(x[column], rows), rows)


FEATURES = (
    _changed("imbalance_5_change", "imbalance_5", 1),
    Feature(
        "imbalance_5_change_pct", "(x - x') / (|x| + |x'|) of x = imbalance_5, from -1 to 1",
        ("imbalance_5",), _change_pct, 1,
    ),
    _changed("imbalance_5_momentum", "imbalance_5", MOMENTUM),
    Feature(
        "imbalance_ratio_5_10", "(1 + imbalance_5) / (1 + imbalance_10), of the bids' shares",
        ("imbalance_5", "imbalance_10"),
        lambda x: (1 + x["imbalance_5"]) / (1 + x["imbalance_10"]),
    ),
    Feature(
        "imbalance_vol_adjusted", "imbalance_5 / (1 + orderbook_volatility in basis points)",
        ("imbalance_5", "orderbook_volatility"),
        lambda x: x["imbalance_5"] / (1 + BASIS_POINTS * x["orderbook_volatility"]),
    ),
    Feature(
        "imbalance_volume_weighted", f"imbalance_5 * D^5 / mean D^5 of {RECENT} rows, where D^5 = "
        "D_b^5 + D_a^5",
        ("imbalance_5", "depth_bid_5", "depth_ask_5"), _volume_weighted, RECENT - 1,
    ),
    _changed("spread_change", "bid_ask_spread_abs", 1),
    _changed("spread_momentum", "bid_ask_spread_abs", MOMENTUM),
    Feature(
        "rsi_diff", "rsi_14 - rsi_28", ("rsi_14", "rsi_28"), lambda x: x["rsi_14"] - x["rsi_28"]
    ),
    _changed("rsi_14_momentum", "rsi_14", MOMENTUM),
    Feature(
        "composite_signal", "mean of imbalance_5, price_pressure and smart_money_index / 2",
        ("imbalance_5", "price_pressure", "smart_money_index"), _composite,
    ),
    _changed("smart_money_momentum", "smart_money_index", MOMENTUM),
    _changed("smart_money_acceleration", "smart_money_momentum", MOMENTUM),
    Feature(
        "trade_quote_ratio", "trade_arrival_rate / quote_intensity",
        ("trade_arrival_rate", "quote_intensity"), None,
    ),
    Feature(
        "volatility_regime", f"orderbook_volatility / its mean of {REGIME} rows",
        ("orderbook_volatility",), _regime, REGIME - 1,
    ),
)  # fmt: skip
