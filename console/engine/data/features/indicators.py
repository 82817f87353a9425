"""Technical indicators of candles (reference group ``indicator``).

By TA-Lib (https://ta-lib.org, its default start of smoothed values), with its usual lengths; those
it lacks follow their authors: Keltner bands (Raschke), Chaikin money flow, volume-price trend,
negative volume index (Fosback, from 1000), VWAP since midnight UTC. Bollinger bands are ours, since
its running squares lose the small deviations of flat prices. Smoothed and summed indicators (EMA,
RSI, OBV, ...) know the whole stretch since its start, so a stretch is computed at once.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from console.engine.data.features.feature import CANDLES, Columns, Feature, Floats
from console.engine.data.features.rolling import change, ratio, rolling_std, rolling_sum

DAY_S = 86_400
KELTNER_ATR = 2.0
CHAIKIN_CANDLES = 20
NVI_START = 1000.0


@cache
def _talib() -> ModuleType:
    import talib

    return talib


def _call(x: Columns, function: str, inputs: str, place: int, **lengths: float) -> Floats:
    """Output ``place`` of TA-Lib's ``function``."""
    made: Any = getattr(_talib(), function)(*(x[name] for name in inputs.split()), **lengths)
    output: Floats = made[place] if isinstance(made, tuple | list) else made
    return output


def _ta(
    name: str, formula: str, function: str, inputs: str, look_back: int, place: int = 0,
    **lengths: float,
) -> Feature:  # fmt: skip
    return Feature(
        name, formula, (CANDLES,),
        lambda x: _call(x, function, inputs, place, **lengths), look_back,
    )  # fmt: skip


def _band_place(x: Columns) -> Floats:
    low, high = x["bollinger_lower"], x["bollinger_upper"]
    return ratio(x["close"] - low, high - low, otherwise=0.5)


def _day_vwap(x: Columns) -> Floats:
    """Value over volume since midnight UTC or the start of the stretch."""
    typical = (x["high"] + x["low"] + x["close"]) / 3
    day = np.floor(x["time_s"] / DAY_S)
    first = np.append(True, day[1:] != day[:-1])[: len(day)]
    start = np.maximum.accumulate(np.where(first, np.arange(len(day)), 0))
    value, volume = (_since(part, start) for part in (typical * x["volume"], x["volume"]))
    return np.where(volume > 0, ratio(value, volume), typical)


def _since(values: Floats, start: np.ndarray[Any, np.dtype[np.intp]]) -> Floats:
    """Sum (N,) of ``values`` from row ``start`` (N,) to each row, summed afresh at each start."""
    made = np.empty_like(values)
    borders = np.append(np.unique(start), len(values))
    for begin, end in pairwise(borders):
        made[begin:end] = np.cumsum(values[begin:end])
    return made


def _chaikin_flow(x: Columns) -> Floats:
    span = x["high"] - x["low"]
    flow = x["volume"] * ratio(2 * x["close"] - x["high"] - x["low"], span)
    return ratio(rolling_sum(flow, CHAIKIN_CANDLES), rolling_sum(x["volume"], CHAIKIN_CANDLES))


def _volume_price_trend(x: Columns) -> Floats:
    flow = x["volume"] * x["returns"]
    flow[:1] = 0.0
    return np.cumsum(flow)


def _negative_volume_index(x: Columns) -> Floats:
    growth = np.where(change(x["volume"]) < 0, 1 + x["returns"], 1.0)
    made: Floats = NVI_START * np.multiply.accumulate(growth)
    return made


HLC, HLCV = "high low close", "high low close volume"
TREND = (
    *(
        _ta(
            f"sma_{length}", f"mean of {length} closes", "SMA", "close", length - 1,
            timeperiod=length,
        )
        for length in (10, 20, 50)
    ),
    *(
        _ta(
            f"ema_{length}", f"exponential mean of closes, weight 2 / {length + 1}", "EMA", "close",
            length - 1, timeperiod=length,
        )
        for length in (10, 20, 50)
    ),
    _ta("macd", "EMA_12 - EMA_26 of closes", "MACD", "close", 33),
    _ta("macd_signal", "EMA_9 of macd", "MACD", "close", 33, 1),
    _ta("macd_histogram", "macd - macd_signal", "MACD", "close", 33, 2),
    _ta("adx", "average directional index, 14 (Wilder 1978)", "ADX", HLC, 27, timeperiod=14),
    _ta("plus_di", "directional indicator up, 14", "PLUS_DI", HLC, 14, timeperiod=14),
    _ta("minus_di", "directional indicator down, 14", "MINUS_DI", HLC, 14, timeperiod=14),
)  # fmt: skip
MOMENTUM = (
    _ta("rsi_14", "relative strength index, 14 (Wilder 1978)", "RSI", "close", 14, timeperiod=14),
    _ta("rsi_28", "relative strength index, 28", "RSI", "close", 28, timeperiod=28),
    _ta(
        "stochastic_k", "100 (close - lowest 14) / (highest 14 - lowest 14), mean of 3", "STOCH",
        HLC, 17, fastk_period=14, slowk_period=3, slowd_period=3,
    ),
    _ta(
        "stochastic_d", "mean of 3 stochastic_k", "STOCH", HLC, 17, 1,
        fastk_period=14, slowk_period=3, slowd_period=3,
    ),
    _ta(
        "williams_r", "-100 (highest 14 - close) / (highest 14 - lowest 14)", "WILLR", HLC, 13,
        timeperiod=14,
    ),
    _ta(
        "cci", "(typical price - its mean of 20) / (0.015 mean distance from that mean)", "CCI",
        HLC, 19, timeperiod=20,
    ),
    _ta("momentum_10", "close - close 10 candles before", "MOM", "close", 10, timeperiod=10),
    _ta("roc", "100 (close / close 10 candles before - 1)", "ROC", "close", 10, timeperiod=10),
    _ta("mfi", "money flow index, 14", "MFI", HLCV, 14, timeperiod=14),
)  # fmt: skip
VOLATILITY = (
    Feature(
        "bollinger_upper", "sma_20 + 2 standard deviations of 20 closes", ("close", "sma_20"),
        lambda x: x["sma_20"] + 2 * rolling_std(x["close"], 20), 19,
    ),
    Feature("bollinger_middle", "sma_20", ("sma_20",), lambda x: x["sma_20"]),
    Feature(
        "bollinger_lower", "sma_20 - 2 standard deviations of 20 closes", ("close", "sma_20"),
        lambda x: x["sma_20"] - 2 * rolling_std(x["close"], 20), 19,
    ),
    Feature(
        "bollinger_width", "(bollinger_upper - bollinger_lower) / bollinger_middle",
        ("bollinger_upper", "bollinger_middle", "bollinger_lower"),
        lambda x: (x["bollinger_upper"] - x["bollinger_lower"]) / x["bollinger_middle"],
    ),
    Feature(
        "bollinger_pct", "(close - bollinger_lower) / (bollinger_upper - bollinger_lower); 0.5 "
        "between bands that touch",
        ("close", "bollinger_upper", "bollinger_lower"), _band_place,
    ),
    _ta("atr_14", "average true range, 14 (Wilder 1978)", "ATR", HLC, 14, timeperiod=14),
    Feature(
        "keltner_upper", f"ema_20 + {KELTNER_ATR:g} atr_14", ("ema_20", "atr_14"),
        lambda x: x["ema_20"] + KELTNER_ATR * x["atr_14"],
    ),
    Feature(
        "keltner_lower", f"ema_20 - {KELTNER_ATR:g} atr_14", ("ema_20", "atr_14"),
        lambda x: x["ema_20"] - KELTNER_ATR * x["atr_14"],
    ),
)  # fmt: skip
VOLUME = (
    _ta("obv", "sum of volume signed by the change of close (Granville)", "OBV", "close volume", 0),
    Feature(
        "vwap", "mean typical price since midnight UTC weighted by volume", (CANDLES,), _day_vwap
    ),
    _ta("ad_line", "sum of volume (2 close - high - low) / (high - low)", "AD", HLCV, 0),
    Feature(
        "cmf", f"the same, over the volume, of {CHAIKIN_CANDLES} candles (Chaikin)", (CANDLES,),
        _chaikin_flow, CHAIKIN_CANDLES - 1,
    ),
    Feature("vpt", "sum of volume * returns", ("returns",), _volume_price_trend),
    Feature(
        "nvi", f"{NVI_START:g} times the returns of candles with less volume than the one before "
        "(Fosback 1976)",
        ("returns",), _negative_volume_index,
    ),
)  # fmt: skip
AROON = (
    _ta(
        "aroon_up", "100 (14 - candles since the highest high of 15) / 14", "AROON", "high low", 14,
        1, timeperiod=14,
    ),
    _ta(
        "aroon_down", "100 (14 - candles since the lowest low of 15) / 14", "AROON", "high low", 14,
        timeperiod=14,
    ),
)  # fmt: skip
FEATURES = (*TREND, *MOMENTUM, *VOLATILITY, *VOLUME, *AROON)
