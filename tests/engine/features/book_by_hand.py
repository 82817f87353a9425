"""Every feature of a book once more, row by row in plain Python from its formula."""

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
    share,
    windows,
)


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


Books = Sequence[State]
BOOK: dict[str, Callable[[Books], Numbers]] = {}


def _own_book(name: str, formula: Callable[[State], float]) -> None:
    BOOK[name] = lambda rows: [formula(row) for row in rows]


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

for _name in (
    "imbalance_5",
    "depth_imbalance_ratio",
    "imbalance_10",
    "volume_delta_5",
    "update_frequency",
    "quote_intensity",
    "orderbook_volatility",
    "bid_ask_spread_rel",
    "smart_money_index",
):
    for _rows in (1, 2, 4, 8):
        BOOK[f"{_name}_lag{_rows}"] = lambda rows, own=BOOK[_name], n=_rows: lag(own(rows), n)


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
