"""Features of one book state and of its recent past (reference group ``orderbook``).

Textbook quantities as in Bouchaud, Bonart, Donier, Gould, "Trades, Quotes and Prices" (2018).
Where the reference gives no more than a name, the formula here is ours, kept bounded where it can
be. ``micro_price`` is the size-weighted mid, the first approximation of the micro-price (Stoikov
2018): the full one is fitted to training rows, so it cannot be a column of a dataset.
Columns about trades have a formula, but no importer keeps trades beside the book, so none is made.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
import numpy.typing as npt

from console.engine.data.features.feature import TRADES, Columns, Feature, Floats, book
from console.engine.data.features.order_flow import order_flow
from console.engine.data.features.rolling import before, change, ratio, rolling_std, rolling_sum

RECENT = 50  # rows that rates and volatilities look back
CLUSTER = 2.0  # a level is a cluster when it has this many times the mean size of its side
NEAR, DEEP = book(5), book(10)


def total(levels: Floats) -> Floats:
    """Sum (N,) over ``levels`` (L, N), in the order of the levels."""
    made: Floats = reduce(np.add, levels)
    return made


def imbalance(bid: Floats, ask: Floats) -> Floats:
    """(bid - ask) / (bid + ask), from -1 to 1; 0 where both are 0."""
    return ratio(bid - ask, bid + ask)


def _vwap(x: Columns, side: str, levels: int) -> Floats:
    size = x[f"{side}_size"][:levels]
    return total(x[side][:levels] * size) / total(size)


def _depth(x: Columns, side: str, levels: int | None = None) -> Floats:
    return total(x[f"{side}_size"][:levels])


def _value(x: Columns, side: str, levels: int) -> Floats:
    return total(x[side][:levels] * x[f"{side}_size"][:levels])


def _price_pressure(x: Columns) -> Floats:
    weights = 1 / np.arange(1, len(x["bid"]) + 1)[:, None]
    return imbalance(total(weights * x["bid_size"]), total(weights * x["ask_size"]))


def _intensity(x: Columns, side: str) -> Floats:
    added = np.maximum(order_flow(x, side, 1), 0.0)
    return rolling_sum(added, RECENT) / _elapsed(x)


def _elapsed(x: Columns) -> Floats:
    """Seconds (N,) from RECENT rows before to this row."""
    return change(x["time_s"], RECENT)


def _at(levels: Floats, place: npt.NDArray[np.intp]) -> Floats:
    """Values (N,) of ``levels`` (L, N) at level ``place`` (N,)."""
    made: Floats = np.take_along_axis(levels, place[None], axis=0)[0]
    return made


def _largest(x: Columns, side: str, what: str) -> Floats:
    return _at(x[what], x[f"{side}_size"].argmax(axis=0))


def _is_cluster(x: Columns, side: str) -> npt.NDArray[np.bool_]:
    size = x[f"{side}_size"]
    made: npt.NDArray[np.bool_] = size >= CLUSTER * total(size) / len(size)
    return made


def _num_clusters(x: Columns, side: str) -> Floats:
    made: Floats = _is_cluster(x, side).sum(axis=0, dtype=np.float64)
    return made


def _nearest_cluster(x: Columns, side: str) -> Floats:
    clusters = _is_cluster(x, side)
    largest = x[f"{side}_size"].argmax(axis=0)
    return _at(x[side], np.where(clusters.any(axis=0), clusters.argmax(axis=0), largest))


def _ages(x: Columns) -> Floats:
    """Seconds (10, N) since the best five prices of each side changed, RECENT rows at most."""
    row = np.arange(len(x["time_s"]))
    ages = []
    for price in (*x["bid"][:5], *x["ask"][:5]):
        changed = np.append(False, price[1:] != price[:-1])
        since = np.maximum.accumulate(np.where(changed, row, 0))
        since = np.maximum(since, row - RECENT)
        ages.append(x["time_s"] - x["time_s"][since])
    made = np.array(ages)
    made[:, :RECENT] = np.nan
    return made


def _age_mean(x: Columns) -> Floats:
    ages = _ages(x)
    return total(ages) / len(ages)


def _age_std(x: Columns) -> Floats:
    ages = _ages(x)
    mean = total(ages) / len(ages)
    made: Floats = np.sqrt(total((ages - mean) ** 2) / len(ages))
    return made


def _quote_intensity(x: Columns) -> Floats:
    best = [x[name][0] for name in ("bid", "bid_size", "ask", "ask_size")]
    moved = reduce(np.logical_or, (values != before(values) for values in best))
    return rolling_sum(moved.astype(np.float64), RECENT) / _elapsed(x)


def _volatility(x: Columns) -> Floats:
    return rolling_std(change(np.log(x["mid_price"])), RECENT)


BOOK = book(1)
BASIC = (
    Feature("bid_ask_spread_abs", "p_a^1 - p_b^1", (BOOK,), lambda x: x["ask"][0] - x["bid"][0]),
    Feature(
        "bid_ask_spread_rel", "(p_a^1 - p_b^1) / m", (BOOK,),
        lambda x: 2 * (x["ask"][0] - x["bid"][0]) / (x["ask"][0] + x["bid"][0]),
    ),
    Feature("mid_price", "(p_a^1 + p_b^1) / 2", (BOOK,), lambda x: (x["ask"][0] + x["bid"][0]) / 2),
    Feature(
        "micro_price", "(p_a^1 q_b^1 + p_b^1 q_a^1) / (q_a^1 + q_b^1), the size-weighted mid",
        (BOOK,),
        lambda x: (x["ask"][0] * x["bid_size"][0] + x["bid"][0] * x["ask_size"][0])
        / (x["ask_size"][0] + x["bid_size"][0]),
    ),
    Feature("vwap_bid_5", "sum p_b^l q_b^l / D_b^5, l <= 5", (NEAR,), lambda x: _vwap(x, "bid", 5)),
    Feature("vwap_ask_5", "sum p_a^l q_a^l / D_a^5, l <= 5", (NEAR,), lambda x: _vwap(x, "ask", 5)),
    Feature(
        "vwap_bid_10", "sum p_b^l q_b^l / D_b^10, l <= 10", (DEEP,), lambda x: _vwap(x, "bid", 10)
    ),
    Feature(
        "vwap_ask_10", "sum p_a^l q_a^l / D_a^10, l <= 10", (DEEP,), lambda x: _vwap(x, "ask", 10)
    ),
    Feature("depth_bid_5", "D_b^5 = sum q_b^l, l <= 5", (NEAR,), lambda x: _depth(x, "bid", 5)),
    Feature("depth_ask_5", "D_a^5 = sum q_a^l, l <= 5", (NEAR,), lambda x: _depth(x, "ask", 5)),
    Feature("depth_bid_10", "D_b^10 = sum q_b^l, l <= 10", (DEEP,), lambda x: _depth(x, "bid", 10)),
    Feature("depth_ask_10", "D_a^10 = sum q_a^l, l <= 10", (DEEP,), lambda x: _depth(x, "ask", 10)),
    Feature(
        "total_bid_volume", "D_b, the size of all bid levels", (BOOK,), lambda x: _depth(x, "bid")
    ),
    Feature(
        "total_ask_volume", "D_a, the size of all ask levels", (BOOK,), lambda x: _depth(x, "ask")
    ),
    Feature(
        "book_depth_ratio", "D_b / D_a", ("total_bid_volume", "total_ask_volume"),
        lambda x: x["total_bid_volume"] / x["total_ask_volume"],
    ),
)  # fmt: skip
IMBALANCE = (
    Feature(
        "imbalance_5", "(D_b^5 - D_a^5) / (D_b^5 + D_a^5)", ("depth_bid_5", "depth_ask_5"),
        lambda x: imbalance(x["depth_bid_5"], x["depth_ask_5"]),
    ),
    Feature(
        "imbalance_10", "(D_b^10 - D_a^10) / (D_b^10 + D_a^10)", ("depth_bid_10", "depth_ask_10"),
        lambda x: imbalance(x["depth_bid_10"], x["depth_ask_10"]),
    ),
    Feature(
        "imbalance_total", "(D_b - D_a) / (D_b + D_a)", ("total_bid_volume", "total_ask_volume"),
        lambda x: imbalance(x["total_bid_volume"], x["total_ask_volume"]),
    ),
    Feature(
        "price_pressure", "imbalance of all levels, level l weighted 1 / l", (BOOK,),
        _price_pressure,
    ),
    Feature(
        "volume_delta_5", "D_b^5 - D_a^5", ("depth_bid_5", "depth_ask_5"),
        lambda x: x["depth_bid_5"] - x["depth_ask_5"],
    ),
    Feature(
        "order_flow_imbalance",
        "1{p_b >= p_b'} q_b - 1{p_b <= p_b'} q_b' - 1{p_a <= p_a'} q_a + 1{p_a >= p_a'} q_a' of "
        "level 1 (Cont, Kukanov, Stoikov 2014, eq. 4)",
        (BOOK,), lambda x: order_flow(x, "bid", 1) - order_flow(x, "ask", 1), look_back=1,
    ),
    Feature(
        "bid_intensity", f"size added at the best bid in {RECENT} rows, per second", (BOOK,),
        lambda x: _intensity(x, "bid"), look_back=RECENT,
    ),
    Feature(
        "ask_intensity", f"size added at the best ask in {RECENT} rows, per second", (BOOK,),
        lambda x: _intensity(x, "ask"), look_back=RECENT,
    ),
    Feature("buy_sell_ratio", "size bought / size sold by market orders", (TRADES,), None),
    Feature(
        "smart_money_index", "imbalance of levels 6 to 10 less imbalance of levels 1 to 5 (patient "
        "orders rest deep), from -2 to 2",
        ("depth_bid_5", "depth_ask_5", "depth_bid_10", "depth_ask_10", "imbalance_5"),
        lambda x: imbalance(
            total(x["bid_size"][5:10]), total(x["ask_size"][5:10])
        ) - x["imbalance_5"],
    ),
)  # fmt: skip
LEVELS = (
    Feature(
        "largest_bid_cluster_price", "price of the largest bid level", (BOOK,),
        lambda x: _largest(x, "bid", "bid"),
    ),
    Feature(
        "largest_bid_cluster_volume", "size of the largest bid level", (BOOK,),
        lambda x: _largest(x, "bid", "bid_size"),
    ),
    Feature(
        "largest_ask_cluster_price", "price of the largest ask level", (BOOK,),
        lambda x: _largest(x, "ask", "ask"),
    ),
    Feature(
        "largest_ask_cluster_volume", "size of the largest ask level", (BOOK,),
        lambda x: _largest(x, "ask", "ask_size"),
    ),
    Feature(
        "num_bid_clusters", f"bid levels of at least {CLUSTER:g} times the mean size of the side",
        (BOOK,), lambda x: _num_clusters(x, "bid"),
    ),
    Feature(
        "num_ask_clusters", f"ask levels of at least {CLUSTER:g} times the mean size of the side",
        (BOOK,), lambda x: _num_clusters(x, "ask"),
    ),
    Feature(
        "support_level_1", "price of the best bid cluster; of the largest level where none is",
        (BOOK,), lambda x: _nearest_cluster(x, "bid"),
    ),
    Feature(
        "resistance_level_1", "price of the best ask cluster; of the largest level where none is",
        (BOOK,), lambda x: _nearest_cluster(x, "ask"),
    ),
    Feature(
        "distance_to_support", "(m - support_level_1) / m", ("mid_price", "support_level_1"),
        lambda x: (x["mid_price"] - x["support_level_1"]) / x["mid_price"],
    ),
    Feature(
        "distance_to_resistance", "(resistance_level_1 - m) / m",
        ("mid_price", "resistance_level_1"),
        lambda x: (x["resistance_level_1"] - x["mid_price"]) / x["mid_price"],
    ),
)  # fmt: skip
LIQUIDITY = (
    Feature(
        "liquidity_bid_5", "sum p_b^l q_b^l, l <= 5", (NEAR,), lambda x: _value(x, "bid", 5)
    ),
    Feature(
        "liquidity_ask_5", "sum p_a^l q_a^l, l <= 5", (NEAR,), lambda x: _value(x, "ask", 5)
    ),
    Feature(
        "liquidity_asymmetry", "imbalance of liquidity_bid_5 and liquidity_ask_5",
        ("liquidity_bid_5", "liquidity_ask_5"),
        lambda x: imbalance(x["liquidity_bid_5"], x["liquidity_ask_5"]),
    ),
    Feature("effective_spread", "2 |trade price - m| / m", (TRADES,), None),
    Feature(
        "kyle_lambda", "slope of mid changes on signed traded size (Kyle 1985)", (TRADES,), None
    ),
    Feature("amihud_illiquidity", "mean |return| / traded value (Amihud 2002)", (TRADES,), None),
    Feature(
        "roll_spread", "2 sqrt(-cov(d_t, d_{t-1})) of trade price changes d (Roll 1984)",
        (TRADES,), None,
    ),
    Feature(
        "depth_imbalance_ratio", "ln(D_b^5 / D_a^5)", ("depth_bid_5", "depth_ask_5"),
        lambda x: np.log(x["depth_bid_5"] / x["depth_ask_5"]),
    ),
)  # fmt: skip
TEMPORAL = (
    Feature(
        "level_ttl_avg", "mean over both sides' best five levels of the seconds since their price "
        f"changed, {RECENT} rows at most",
        (NEAR,), _age_mean, look_back=RECENT,
    ),
    Feature(
        "level_ttl_std", "standard deviation of the same ages", (NEAR,), _age_std,
        look_back=RECENT,
    ),
    Feature(
        "orderbook_volatility", f"standard deviation of {RECENT} changes of ln m", ("mid_price",),
        _volatility, look_back=RECENT,
    ),
    Feature(
        "update_frequency", f"rows per second, over {RECENT} rows", (BOOK,),
        lambda x: RECENT / _elapsed(x), look_back=RECENT,
    ),
    Feature(
        "quote_intensity", f"changes of the best prices or sizes per second, over {RECENT} rows",
        (BOOK,), _quote_intensity, look_back=RECENT,
    ),
    Feature("trade_arrival_rate", "trades per second", (TRADES,), None),
    Feature(
        "spread_volatility", f"standard deviation of {RECENT} spreads", ("bid_ask_spread_abs",),
        lambda x: rolling_std(x["bid_ask_spread_abs"], RECENT), look_back=RECENT - 1,
    ),
)  # fmt: skip
FEATURES = (*BASIC, *IMBALANCE, *LEVELS, *LIQUIDITY, *TEMPORAL)
