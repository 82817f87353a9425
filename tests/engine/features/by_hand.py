"""Every feature once more, row by row in plain Python from its formula, for tests to compare with.

A function takes the rows of one stretch and gives a number per row, NaN where it is not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

NAN = math.nan
Numbers = list[float]


@dataclass(frozen=True)
class State:
    """One book: (price, size) per level, best first."""

    t: float
    asks: tuple[tuple[float, float], ...]
    bids: tuple[tuple[float, float], ...]

    def side(self, name: str) -> tuple[tuple[float, float], ...]:
        return self.asks if name == "ask" else self.bids

    def depth(self, side: str, levels: int = 99) -> float:
        return sum(size for _price, size in self.side(side)[:levels])

    @property
    def mid(self) -> float:
        return (self.asks[0][0] + self.bids[0][0]) / 2


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


Books = Sequence[State]
Candles = Sequence[Candle]
BOOK: dict[str, Callable[[Books], Numbers]] = {}
CANDLE: dict[str, Callable[[Candles], Numbers]] = {}


def _own_book(name: str, formula: Callable[[State], float]) -> None:
    BOOK[name] = lambda rows: [formula(row) for row in rows]


def _own_candle(name: str, formula: Callable[[Candle], float]) -> None:
    CANDLE[name] = lambda rows: [formula(row) for row in rows]


def windows(values: Sequence[float], length: int, of: Callable[[Numbers], float]) -> Numbers:
    """``of`` the last ``length`` values, where all of them are known."""
    made = []
    for i in range(len(values)):
        part = list(values[max(0, i - length + 1) : i + 1])
        known = len(part) == length and not any(map(math.isnan, part))
        made.append(of(part) if known else NAN)
    return made


def lag(values: Sequence[float], rows: int) -> Numbers:
    return [values[i - rows] if i >= rows else NAN for i in range(len(values))]


def change(values: Sequence[float], rows: int = 1) -> Numbers:
    return [now - then for now, then in zip(values, lag(values, rows), strict=True)]


def share(bid: float, ask: float) -> float:
    return (bid - ask) / (bid + ask) if bid + ask else 0.0


# -- order book ---------------------------------------------------------------------------------


def weighted(row: State) -> float:
    (ask, ask_size), (bid, bid_size) = row.asks[0], row.bids[0]
    return (ask * bid_size + bid * ask_size) / (ask_size + bid_size)


def mean_price(row: State, side: str, levels: int) -> float:
    return sum(p * q for p, q in row.side(side)[:levels]) / row.depth(side, levels)


def largest(row: State, side: str) -> tuple[float, float]:
    best = row.side(side)[0]
    for level in row.side(side):
        if level[1] > best[1]:
            best = level
    return best


def clusters(row: State, side: str) -> list[tuple[float, float]]:
    mean = row.depth(side) / len(row.side(side))
    return [level for level in row.side(side) if level[1] >= 2 * mean]


def nearest(row: State, side: str) -> float:
    found = clusters(row, side)
    return found[0][0] if found else largest(row, side)[0]


def flow(rows: Books, side: str, level: int) -> Numbers:
    """Kolm, Turiel, Westray (2023), case by case."""
    made = [NAN]
    for then, now in pairwise(rows):
        (old, old_size), (new, new_size) = then.side(side)[level - 1], now.side(side)[level - 1]
        better = new > old if side == "bid" else new < old
        if new == old:
            made.append(new_size - old_size)
        else:
            made.append(new_size if better else -old_size)
    return made


def elapsed(rows: Books) -> Numbers:
    return change([row.t for row in rows], 50)


def added(rows: Books, side: str) -> Numbers:
    grown = [max(0.0, size) if size == size else NAN for size in flow(rows, side, 1)]
    sums = windows(grown, 50, sum)
    return [size / time for size, time in zip(sums, elapsed(rows), strict=True)]


def ages(rows: Books, of: Callable[[Numbers], float]) -> Numbers:
    made = [NAN] * min(50, len(rows))
    for i in range(50, len(rows)):
        found = []
        for side in ("bid", "ask"):
            for level in range(5):
                back = 0
                while (
                    back < 50
                    and rows[i - back].side(side)[level][0]
                    == rows[i - back - 1].side(side)[level][0]
                ):
                    back += 1
                found.append(rows[i].t - rows[i - back].t)
        made.append(of(found))
    return made


def quotes(rows: Books) -> Numbers:
    moved = [NAN] + [
        float((a.asks[0], a.bids[0]) != (b.asks[0], b.bids[0])) for a, b in pairwise(rows)
    ]
    return [n / time for n, time in zip(windows(moved, 50, sum), elapsed(rows), strict=True)]


def slope(row: State, side: str) -> float:
    distance = [abs(price - row.mid) / row.mid * 10_000 for price, _size in row.side(side)]
    within = [row.depth(side, level + 1) for level in range(len(distance))]
    return sum(d * q for d, q in zip(distance, within, strict=True)) / sum(d * d for d in distance)


_own_book("bid_ask_spread_abs", lambda row: row.asks[0][0] - row.bids[0][0])
_own_book("bid_ask_spread_rel", lambda row: (row.asks[0][0] - row.bids[0][0]) / row.mid)
_own_book("mid_price", lambda row: row.mid)
_own_book("micro_price", weighted)
_own_book("micro_offset", lambda row: weighted(row) / row.mid - 1)
_own_book("vwap_bid_5", lambda row: mean_price(row, "bid", 5))
_own_book("vwap_ask_5", lambda row: mean_price(row, "ask", 5))
_own_book("vwap_bid_10", lambda row: mean_price(row, "bid", 10))
_own_book("vwap_ask_10", lambda row: mean_price(row, "ask", 10))
_own_book("depth_bid_5", lambda row: row.depth("bid", 5))
_own_book("depth_ask_5", lambda row: row.depth("ask", 5))
_own_book("depth_bid_10", lambda row: row.depth("bid", 10))
_own_book("depth_ask_10", lambda row: row.depth("ask", 10))
_own_book("total_bid_volume", lambda row: row.depth("bid"))
_own_book("total_ask_volume", lambda row: row.depth("ask"))
_own_book("book_depth_ratio", lambda row: row.depth("bid") / row.depth("ask"))
_own_book("imbalance_5", lambda row: share(row.depth("bid", 5), row.depth("ask", 5)))
_own_book("imbalance_10", lambda row: share(row.depth("bid", 10), row.depth("ask", 10)))
_own_book("imbalance_total", lambda row: share(row.depth("bid"), row.depth("ask")))
_own_book(
    "price_pressure",
    lambda row: share(
        sum(size / place for place, (_p, size) in enumerate(row.bids, 1)),
        sum(size / place for place, (_p, size) in enumerate(row.asks, 1)),
    ),
)
_own_book("volume_delta_5", lambda row: row.depth("bid", 5) - row.depth("ask", 5))
_own_book(
    "smart_money_index",
    lambda row: (
        share(sum(size for _p, size in row.bids[5:10]), sum(size for _p, size in row.asks[5:10]))
        - share(row.depth("bid", 5), row.depth("ask", 5))
    ),
)
for _side in ("bid", "ask"):
    _own_book(f"largest_{_side}_cluster_price", lambda row, side=_side: largest(row, side)[0])
    _own_book(f"largest_{_side}_cluster_volume", lambda row, side=_side: largest(row, side)[1])
    _own_book(f"num_{_side}_clusters", lambda row, side=_side: float(len(clusters(row, side))))
    _own_book(
        f"liquidity_{_side}_5", lambda row, side=_side: sum(p * q for p, q in row.side(side)[:5])
    )
    _own_book(f"depth_slope_{_side}", lambda row, side=_side: slope(row, side))
    BOOK[f"{_side}_intensity"] = lambda rows, side=_side: added(rows, side)
    for _level in range(1, 11):
        BOOK[f"{_side}_flow_{_level}"] = lambda rows, s=_side, n=_level: flow(rows, s, n)
for _level in range(1, 11):
    BOOK[f"ofi_{_level}"] = lambda rows, n=_level: [
        bid - ask for bid, ask in zip(flow(rows, "bid", n), flow(rows, "ask", n), strict=True)
    ]
BOOK["order_flow_imbalance"] = BOOK["ofi_1"]
BOOK["ofi"] = lambda rows: [
    sum(level) for level in zip(*(BOOK[f"ofi_{n}"](rows) for n in range(1, 11)), strict=True)
]
_own_book("support_level_1", lambda row: nearest(row, "bid"))
_own_book("resistance_level_1", lambda row: nearest(row, "ask"))
_own_book("distance_to_support", lambda row: 1 - nearest(row, "bid") / row.mid)
_own_book("distance_to_resistance", lambda row: nearest(row, "ask") / row.mid - 1)
_own_book(
    "liquidity_asymmetry",
    lambda row: share(sum(p * q for p, q in row.bids[:5]), sum(p * q for p, q in row.asks[:5])),
)
_own_book("depth_imbalance_ratio", lambda row: math.log(row.depth("bid", 5) / row.depth("ask", 5)))
BOOK["level_ttl_avg"] = lambda rows: ages(rows, fmean)
BOOK["level_ttl_std"] = lambda rows: ages(rows, pstdev)
BOOK["orderbook_volatility"] = lambda rows: windows(
    change([math.log(row.mid) for row in rows]), 50, pstdev
)
BOOK["update_frequency"] = lambda rows: [50 / time for time in elapsed(rows)]
BOOK["quote_intensity"] = quotes
BOOK["spread_volatility"] = lambda rows: windows(BOOK["bid_ask_spread_abs"](rows), 50, pstdev)

# -- candles ------------------------------------------------------------------------------------


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


def ratio_to_mean(values: Numbers, length: int) -> Numbers:
    means = windows(values, length, fmean)
    return [v / m if m else (NAN if m != m else 0.0) for v, m in zip(values, means, strict=True)]


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

# -- lagged and derived -------------------------------------------------------------------------

for _table, _names in (
    (BOOK, ("imbalance_5", "depth_imbalance_ratio", "imbalance_10", "volume_delta_5",
            "update_frequency", "quote_intensity", "orderbook_volatility", "bid_ask_spread_rel",
            "smart_money_index")),
    (CANDLE, ("gap_size", "momentum_10", "rsi_28", "roc")),
):  # fmt: skip
    for _name in _names:
        for _rows in (1, 2, 4, 8):
            _table[f"{_name}_lag{_rows}"] = lambda rows, own=_table[_name], n=_rows: lag(
                own(rows), n
            )


def of_book(*names: str) -> Callable[[Callable[..., float]], Callable[[Books], Numbers]]:
    def made(formula: Callable[..., float]) -> Callable[[Books], Numbers]:
        return lambda rows: [
            formula(*values) for values in zip(*(BOOK[name](rows) for name in names), strict=True)
        ]

    return made


BOOK["imbalance_5_change"] = lambda rows: change(BOOK["imbalance_5"](rows))
BOOK["imbalance_5_change_pct"] = lambda rows: [
    (now - then) / (abs(now) + abs(then)) if now or then else 0.0
    for now, then in zip(BOOK["imbalance_5"](rows), lag(BOOK["imbalance_5"](rows), 1), strict=True)
]
BOOK["imbalance_5_momentum"] = lambda rows: change(BOOK["imbalance_5"](rows), 5)
BOOK["imbalance_ratio_5_10"] = of_book("imbalance_5", "imbalance_10")(
    lambda five, ten: (1 + five) / (1 + ten)
)
BOOK["imbalance_vol_adjusted"] = of_book("imbalance_5", "orderbook_volatility")(
    lambda five, volatility: five / (1 + 10_000 * volatility)
)
BOOK["imbalance_volume_weighted"] = lambda rows: [
    five * depth
    for five, depth in zip(
        BOOK["imbalance_5"](rows),
        ratio_to_mean([row.depth("bid", 5) + row.depth("ask", 5) for row in rows], 50),
        strict=True,
    )
]
BOOK["spread_change"] = lambda rows: change(BOOK["bid_ask_spread_abs"](rows))
BOOK["spread_momentum"] = lambda rows: change(BOOK["bid_ask_spread_abs"](rows), 5)
BOOK["composite_signal"] = of_book("imbalance_5", "price_pressure", "smart_money_index")(
    lambda five, pressure, smart: (five + pressure + smart / 2) / 3
)
BOOK["smart_money_momentum"] = lambda rows: change(BOOK["smart_money_index"](rows), 5)
BOOK["smart_money_acceleration"] = lambda rows: change(BOOK["smart_money_momentum"](rows), 5)
BOOK["volatility_regime"] = lambda rows: [
    own / mean if mean else (NAN if mean != mean else 1.0)
    for own, mean in zip(
        BOOK["orderbook_volatility"](rows),
        windows(BOOK["orderbook_volatility"](rows), 100, fmean),
        strict=True,
    )
]
CANDLE["rsi_diff"] = lambda rows: [a - b for a, b in zip(rsi(rows, 14), rsi(rows, 28), strict=True)]
CANDLE["rsi_14_momentum"] = lambda rows: change(rsi(rows, 14), 5)
