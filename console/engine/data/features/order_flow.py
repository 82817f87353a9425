"""Order flow per level and side, multi-level imbalance, depth slope (beyond the reference).

Flow of the bid side at level l from one state to the next: q where the price rose, q - q' where it
stayed, -q' where it fell; of the ask side with the directions of the price exchanged (Kolm, Turiel,
Westray 2023, "Deep order flow imbalance"). Their difference is the order-flow imbalance
of the level (Cont, Kukanov, Stoikov 2014; levels: Xu, Gould, Howison 2019).
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from console.engine.data.features.feature import Columns, Feature, Floats, book

LEVELS = 10
BASIS_POINTS = 1e4


def order_flow(x: Columns, side: str, level: int) -> Floats:
    """Flow (N,) of ``side`` at ``level`` into each row from the row before; NaN in the first."""
    price, size = x[side][level - 1], x[f"{side}_size"][level - 1]
    step = price[1:] - price[:-1] if side == "bid" else price[:-1] - price[1:]
    made: Floats = np.full_like(price, np.nan)
    made[1:] = (step >= 0) * size[1:] - (step <= 0) * size[:-1]
    return made


def _whole_imbalance(x: Columns) -> Floats:
    levels = range(1, len(x["bid"]) + 1)
    made: Floats = reduce(
        np.add, (order_flow(x, "bid", level) - order_flow(x, "ask", level) for level in levels)
    )
    return made


def _slope(x: Columns, side: str) -> Floats:
    """Least-squares slope through the mid of the size within a distance from it, (N,)."""
    mid = (x["ask"][0] + x["bid"][0]) / 2
    within = np.cumsum(x[f"{side}_size"], axis=0)
    distance = BASIS_POINTS * np.abs(x[side] - mid) / mid
    made: Floats = reduce(np.add, distance * within) / reduce(np.add, distance**2)
    return made


def _micro_offset(x: Columns) -> Floats:
    ask, bid, ask_size, bid_size = (x[k][0] for k in ("ask", "bid", "ask_size", "bid_size"))
    made: Floats = (ask - bid) / (ask + bid) * (bid_size - ask_size) / (bid_size + ask_size)
    return made


def _flow(side: str, level: int) -> Feature:
    return Feature(
        f"{side}_flow_{level}",
        f"q where the {side} price of level {level} got better, q - q' where it stayed, -q' where "
        "it got worse (Kolm, Turiel, Westray 2023)",
        (book(level),), lambda x: order_flow(x, side, level), look_back=1,
    )  # fmt: skip


def _imbalance(level: int) -> Feature:
    bid, ask = f"bid_flow_{level}", f"ask_flow_{level}"
    return Feature(
        f"ofi_{level}", f"{bid} - {ask} (Xu, Gould, Howison 2019)", (bid, ask),
        lambda x: x[bid] - x[ask],
    )  # fmt: skip


FEATURES = (
    *(_flow(side, level) for level in range(1, LEVELS + 1) for side in ("bid", "ask")),
    *(_imbalance(level) for level in range(1, LEVELS + 1)),
    Feature(
        "ofi", "sum of the order-flow imbalances of all levels", (book(1),),
        _whole_imbalance, look_back=1,
    ),
    Feature(
        "micro_offset", "(size-weighted mid - m) / m (Stoikov 2018, first approximation)",
        (book(1),), _micro_offset,
    ),
    Feature(
        "depth_slope_bid", "least-squares slope through the mid of the bid size within a distance, "
        "per basis point",
        (book(1),), lambda x: _slope(x, "bid"),
    ),
    Feature(
        "depth_slope_ask", "least-squares slope through the mid of the ask size within a distance, "
        "per basis point",
        (book(1),), lambda x: _slope(x, "ask"),
    ),
)  # fmt: skip
