"""Every feature of candles once more, row by row in plain Python from its formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

from tests.engine.features.by_hand import (
    NAN,
    Numbers,
    change,
    lag,
    ratio_to_mean,
    windows,
)


@dataclass(frozen=True)
class Candle:
    """One minute."""

    t: float
    open: float
    high: float
    low: float
    close: float
    volume: float

    @property
    def typical(self) -> float:
        return (self.high + self.low + self.close) / 3


Candles = Sequence[Candle]
CANDLE: dict[str, Callable[[Candles], Numbers]] = {}


def _own_candle(name: str, formula: Callable[[Candle], float]) -> None:
    CANDLE[name] = lambda rows: [formula(row) for row in rows]


def returns(rows: Candles) -> Numbers:
    return [NAN] + [b.close / a.close - 1 for a, b in pairwise(rows)]


def engulfing(rows: Candles) -> Numbers:
    made = [NAN]
    for then, now in pairwise(rows):
        old, new = then.close - then.open, now.close - now.open
        covers = max(now.open, now.close) >= max(then.open, then.close) and min(
            now.open, now.close
        ) <= min(then.open, then.close)
        strength = (abs(new) - abs(old)) / (abs(new) + abs(old)) if new or old else 0.0
        made.append(math.copysign(strength, new) if covers and new * old < 0 else 0.0)
    return made


def recent_mean_price(rows: Candles) -> Numbers:
    made = [NAN] * min(19, len(rows))
    for i in range(19, len(rows)):
        part = rows[i - 19 : i + 1]
        volume = sum(row.volume for row in part)
        value = sum(row.volume * row.typical for row in part)
        made.append(value / volume if volume else rows[i].typical)
    return made


def closes(rows: Candles) -> Numbers:
    return [row.close for row in rows]


def ema(values: Sequence[float], length: int, first: int = 0) -> Numbers:
    """From the mean of the ``length`` values from place ``first`` on."""
    made = [NAN] * len(values)
    start = first + length - 1
    if start < len(values):
        made[start] = fmean(values[first : start + 1])
    for i in range(start + 1, len(values)):
        made[i] = made[i - 1] + 2 / (length + 1) * (values[i] - made[i - 1])
    return made


def macd(rows: Candles) -> tuple[Numbers, Numbers]:
    values = closes(rows)
    fast, slow = ema(values, 12, first=14), ema(values, 26)  # both start with the 26th close
    line = [a - b for a, b in zip(fast, slow, strict=True)]
    signal = ema(line, 9, first=25)
    return [a if s == s else NAN for a, s in zip(line, signal, strict=True)], signal


def wilder(values: Sequence[float], length: int, start: int) -> Numbers:
    """Mean of the ``length`` values before and at ``start``, then Wilder's smoothing."""
    made = [NAN] * len(values)
    if start < len(values):
        made[start] = fmean(values[start - length + 1 : start + 1])
    for i in range(start + 1, len(values)):
        made[i] = (made[i - 1] * (length - 1) + values[i]) / length
    return made


def rsi(rows: Candles, length: int) -> Numbers:
    steps = change(closes(rows))
    up = wilder([max(step, 0.0) for step in steps], length, length)
    down = wilder([max(-step, 0.0) for step in steps], length, length)
    return [
        NAN if u != u else (100 * u / (u + d) if u + d > 0 else 0.0)
        for u, d in zip(up, down, strict=True)
    ]


def true_ranges(rows: Candles) -> Numbers:
    return [NAN] + [max(b.high, a.close) - min(b.low, a.close) for a, b in pairwise(rows)]


def directional(rows: Candles) -> tuple[Numbers, Numbers, Numbers]:
    """+DI, -DI and ADX of 14: sums of 13 moves, then Wilder's sums."""
    n = len(rows)
    plus_di, minus_di, adx = [NAN] * n, [NAN] * n, [NAN] * n
    ranges, plus, minus = true_ranges(rows), [NAN], [NAN]
    for then, now in pairwise(rows):
        up, down = now.high - then.high, then.low - now.low
        plus.append(up if up > 0 and up > down else 0.0)
        minus.append(down if down > 0 and down > up else 0.0)
    sums = [sum(values[1:14]) for values in (plus, minus, ranges)]
    spreads: Numbers = []
    for i in range(14, n):
        step = (plus[i], minus[i], ranges[i])
        sums = [total - total / 14 + own for total, own in zip(sums, step, strict=True)]
        plus_di[i] = 100 * sums[0] / sums[2] if sums[2] else 0.0
        minus_di[i] = 100 * sums[1] / sums[2] if sums[2] else 0.0
        both = plus_di[i] + minus_di[i]
        spreads.append(100 * abs(plus_di[i] - minus_di[i]) / both if both else 0.0)
        if len(spreads) == 14:
            adx[i] = fmean(spreads)
        elif len(spreads) > 14:
            adx[i] = (adx[i - 1] * 13 + spreads[-1]) / 14
    return plus_di, minus_di, adx


def spans(rows: Candles, length: int) -> list[tuple[float, float]]:
    """(lowest low, highest high) of the last ``length`` candles."""
    low = windows([row.low for row in rows], length, min)
    high = windows([row.high for row in rows], length, max)
    return list(zip(low, high, strict=True))


def stochastic(rows: Candles) -> Numbers:
    fast = [
        NAN if low != low else (100 * (row.close - low) / (high - low) if high > low else 0.0)
        for row, (low, high) in zip(rows, spans(rows, 14), strict=True)
    ]
    return windows(fast, 3, fmean)


def williams(rows: Candles) -> Numbers:
    return [
        NAN if low != low else (-100 * (high - row.close) / (high - low) if high > low else 0.0)
        for row, (low, high) in zip(rows, spans(rows, 14), strict=True)
    ]


def cci(rows: Candles) -> Numbers:
    def of(part: Numbers) -> float:
        mean = fmean(part)
        spread = fmean(abs(value - mean) for value in part)
        return (part[-1] - mean) / (0.015 * spread) if spread else 0.0

    return windows([row.typical for row in rows], 20, of)


def mfi(rows: Candles) -> Numbers:
    up, down = [NAN], [NAN]
    for then, now in pairwise(rows):
        value = now.typical * now.volume
        up.append(value if now.typical > then.typical else 0.0)
        down.append(value if now.typical < then.typical else 0.0)
    return [
        NAN if u != u else (100 * u / (u + d) if u + d else 0.0)
        for u, d in zip(windows(up, 14, sum), windows(down, 14, sum), strict=True)
    ]


def band(rows: Candles, widths: float) -> Numbers:
    return windows(closes(rows), 20, lambda part: fmean(part) + widths * pstdev(part))


def keltner(rows: Candles, widths: float) -> Numbers:
    ranges = wilder(true_ranges(rows), 14, 14)
    return [a + widths * r for a, r in zip(ema(closes(rows), 20), ranges, strict=True)]


def running(steps: Sequence[float], start: float = 0.0) -> Numbers:
    made = []
    for step in steps:
        start += step
        made.append(start)
    return made


def obv(rows: Candles) -> Numbers:
    steps = [rows[0].volume]
    for then, now in pairwise(rows):
        steps.append(now.volume * ((now.close > then.close) - (now.close < then.close)))
    return running(steps)


def accumulated(row: Candle) -> float:
    span = row.high - row.low
    return row.volume * (2 * row.close - row.high - row.low) / span if span else 0.0


def chaikin(rows: Candles) -> Numbers:
    top = windows([accumulated(row) for row in rows], 20, sum)
    volume = windows([row.volume for row in rows], 20, sum)
    return [t / v if v else (NAN if v != v else 0.0) for t, v in zip(top, volume, strict=True)]


def day_mean_price(rows: Candles) -> Numbers:
    made, day, value, volume = [], None, 0.0, 0.0
    for row in rows:
        if row.t // 86_400 != day:
            day, value, volume = row.t // 86_400, 0.0, 0.0
        value, volume = value + row.typical * row.volume, volume + row.volume
        made.append(value / volume if volume else row.typical)
    return made


def negative_volume(rows: Candles) -> Numbers:
    made = [1000.0]
    for then, now in pairwise(rows):
        grown = now.close / then.close if now.volume < then.volume else 1.0
        made.append(made[-1] * grown)
    return made


def aroon(rows: Candles, high: bool) -> Numbers:
    values = [row.high if high else -row.low for row in rows]

    def of(part: Numbers) -> float:
        since = min(back for back in range(15) if part[14 - back] == max(part))
        return 100 * (14 - since) / 14

    return windows(values, 15, of)


for _name in ("open", "high", "low", "close", "volume"):
    _own_candle(_name, lambda row, name=_name: getattr(row, name))
_own_candle("typical_price", lambda row: row.typical)
CANDLE["returns"] = returns
CANDLE["log_returns"] = lambda rows: change([math.log(row.close) for row in rows])
_own_candle("high_low_range", lambda row: (row.high - row.low) / row.close)
_own_candle("close_open_diff", lambda row: row.close / row.open - 1)
_own_candle("upper_shadow", lambda row: (row.high - max(row.open, row.close)) / row.open)
_own_candle("lower_shadow", lambda row: (min(row.open, row.close) - row.low) / row.open)
_own_candle("body_size", lambda row: abs(row.close / row.open - 1))
CANDLE["realized_volatility"] = lambda rows: windows(CANDLE["log_returns"](rows), 20, pstdev)
CANDLE["parkinson_volatility"] = lambda rows: windows(
    [math.log(row.high / row.low) ** 2 for row in rows],
    20,
    lambda part: math.sqrt(sum(part) / (4 * 20 * math.log(2))),
)
CANDLE["garman_klass_volatility"] = lambda rows: windows(
    [
        math.log(row.high / row.low) ** 2 / 2
        - (2 * math.log(2) - 1) * math.log(row.close / row.open) ** 2
        for row in rows
    ],
    20,
    lambda part: math.sqrt(fmean(part)),
)
CANDLE["volume_ma_ratio"] = lambda rows: ratio_to_mean([row.volume for row in rows], 20)
CANDLE["volume_change_rate"] = lambda rows: change([math.log(1 + row.volume) for row in rows])
CANDLE["price_volume_trend"] = lambda rows: [
    row.volume * step for row, step in zip(rows, returns(rows), strict=True)
]
CANDLE["volume_weighted_price"] = recent_mean_price
_own_candle("money_flow", lambda row: row.typical * row.volume)
_own_candle(
    "doji_strength",
    lambda row: 1 - abs(row.close - row.open) / (row.high - row.low) if row.high > row.low else 0,
)
_own_candle(
    "hammer_strength",
    lambda row: (
        (min(row.open, row.close) - row.low - row.high + max(row.open, row.close))
        / (row.high - row.low)
        if row.high > row.low
        else 0
    ),
)
CANDLE["engulfing_strength"] = engulfing
CANDLE["gap_size"] = lambda rows: [NAN] + [b.open / a.close - 1 for a, b in pairwise(rows)]
for _length in (10, 20, 50):
    CANDLE[f"sma_{_length}"] = lambda rows, n=_length: windows(closes(rows), n, fmean)
    CANDLE[f"ema_{_length}"] = lambda rows, n=_length: ema(closes(rows), n)
CANDLE["macd"] = lambda rows: macd(rows)[0]
CANDLE["macd_signal"] = lambda rows: macd(rows)[1]
CANDLE["macd_histogram"] = lambda rows: [a - b for a, b in zip(*macd(rows), strict=True)]
CANDLE["plus_di"] = lambda rows: directional(rows)[0]
CANDLE["minus_di"] = lambda rows: directional(rows)[1]
CANDLE["adx"] = lambda rows: directional(rows)[2]
CANDLE["rsi_14"] = lambda rows: rsi(rows, 14)
CANDLE["rsi_28"] = lambda rows: rsi(rows, 28)
CANDLE["stochastic_k"] = stochastic
CANDLE["stochastic_d"] = lambda rows: windows(stochastic(rows), 3, fmean)
CANDLE["williams_r"] = williams
CANDLE["cci"] = cci
CANDLE["momentum_10"] = lambda rows: change(closes(rows), 10)
CANDLE["roc"] = lambda rows: [
    100 * (now / then - 1) for now, then in zip(closes(rows), lag(closes(rows), 10), strict=True)
]
CANDLE["mfi"] = mfi
CANDLE["bollinger_upper"] = lambda rows: band(rows, 2)
CANDLE["bollinger_middle"] = lambda rows: band(rows, 0)
CANDLE["bollinger_lower"] = lambda rows: band(rows, -2)
CANDLE["bollinger_width"] = lambda rows: windows(
    closes(rows), 20, lambda part: 4 * pstdev(part) / fmean(part)
)
CANDLE["bollinger_pct"] = lambda rows: windows(
    closes(rows),
    20,
    lambda part: 0.5 + (part[-1] - fmean(part)) / (4 * pstdev(part)) if pstdev(part) else 0.5,
)
CANDLE["atr_14"] = lambda rows: wilder(true_ranges(rows), 14, 14)
CANDLE["keltner_upper"] = lambda rows: keltner(rows, 2)
CANDLE["keltner_lower"] = lambda rows: keltner(rows, -2)
CANDLE["obv"] = obv
CANDLE["vwap"] = day_mean_price
CANDLE["ad_line"] = lambda rows: running([accumulated(row) for row in rows])
CANDLE["cmf"] = chaikin
CANDLE["vpt"] = lambda rows: running([0.0, *CANDLE["price_volume_trend"](rows)[1:]])
CANDLE["nvi"] = negative_volume
CANDLE["aroon_up"] = lambda rows: aroon(rows, high=True)
CANDLE["aroon_down"] = lambda rows: aroon(rows, high=False)

for _name in ("gap_size", "momentum_10", "rsi_28", "roc"):
    for _rows in (1, 2, 4, 8):
        CANDLE[f"{_name}_lag{_rows}"] = lambda rows, own=CANDLE[_name], n=_rows: lag(own(rows), n)
CANDLE["rsi_diff"] = lambda rows: [a - b for a, b in zip(rsi(rows, 14), rsi(rows, 28), strict=True)]
CANDLE["rsi_14_momentum"] = lambda rows: change(rsi(rows, 14), 5)
