"""Random books and candles on which features are tried, plain and awkward ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from hypothesis import strategies as st

from console.engine.data.features.feature import Columns
from console.engine.feature_store.importers.feature_rows import SIDES
from tests.engine.features.book_by_hand import State
from tests.engine.features.candles_by_hand import Candle

LEVELS = 10
START_S = 1_700_000_000
MINUTE_NS = 60_000_000_000
SEEDS = st.integers(0, 100_000)
FLAT = st.sampled_from((0.0, 0.5, 0.95))
"""Share of rows in which nothing moves."""


def book_frame(count: int, seed: int, flat: float = 0.5, levels: int = LEVELS) -> pl.DataFrame:
    """Canonical rows of one symbol, a row each 10 to 990 ms, on a grid so that prices repeat."""
    generator = np.random.default_rng(seed)
    moves = generator.random(count) >= flat
    mid = 1000 + (generator.integers(-2, 3, count) * moves).cumsum()
    time = START_S * 10**9 + generator.integers(1, 100, count).cumsum() * 10_000_000
    columns: dict[str, npt.NDArray[np.float64]] = {}
    last = np.maximum.accumulate(np.where(moves, np.arange(count), 0))
    spread = generator.integers(1, 3, count)[last]
    for level in range(1, levels + 1):
        for side, sign in (("ask", 1), ("bid", -1)):
            size = generator.integers(1 if level == 1 else 0, 9, count)[last]
            columns[f"{side}_p{level}"] = (mid + sign * (spread + level - 1)) * 0.01
            columns[f"{side}_s{level}"] = size * 0.5
    return pl.DataFrame({"time_ns": time, "symbol": ["AAA"] * count, **columns})


def candle_frame(count: int, seed: int, flat: float = 0.3) -> pl.DataFrame:
    """Canonical candles of one symbol, a minute each; ``flat`` of them without a trade.

    Prices are 64ths, so that equal sums of them are equal to the last bit.
    """
    generator = np.random.default_rng(seed)
    moves = generator.random(count) >= flat
    close = 6400 + (np.rint(generator.standard_normal(count) * 5) * moves).cumsum()
    start = np.concatenate([[6400.0], close[:-1]]) + generator.integers(-3, 4, count)
    start = np.where(moves, start, close)
    high = np.maximum(start, close) + generator.integers(0, 3, count) * moves
    low = np.minimum(start, close) - generator.integers(0, 3, count) * moves
    return pl.DataFrame(
        {
            "time_ns": (START_S // 60 * 60) * 10**9 + np.arange(count) * MINUTE_NS,
            "symbol": ["AAA"] * count,
            "open": start / 64, "high": high / 64, "low": low / 64, "close": close / 64,
            "volume": np.round(generator.random(count) * 10, 2) * moves,
        }
    )  # fmt: skip


def book_columns(frame: pl.DataFrame) -> Columns:
    """Inputs of features, as arrays."""
    levels = range(1, sum(name.startswith("bid_p") for name in frame.columns) + 1)
    made: Columns = {"time_s": frame["time_ns"].to_numpy() / 1e9}
    for name, column in SIDES.items():
        made[name] = np.array([frame[f"{column}{level}"].to_numpy() for level in levels])
    return made


def candle_columns(frame: pl.DataFrame) -> Columns:
    """Inputs of features, as arrays."""
    names = ("open", "high", "low", "close", "volume")
    made = {name: frame[name].to_numpy() for name in names}
    return {**made, "time_s": frame["time_ns"].to_numpy() / 1e9}


def states(frame: pl.DataFrame) -> list[State]:
    """Rows for computations by hand."""
    levels = range(1, LEVELS + 1)
    return [
        State(
            row["time_ns"] / 1e9,
            tuple((row[f"ask_p{n}"], row[f"ask_s{n}"]) for n in levels),
            tuple((row[f"bid_p{n}"], row[f"bid_s{n}"]) for n in levels),
        )
        for row in frame.iter_rows(named=True)
    ]


def candles(frame: pl.DataFrame) -> list[Candle]:
    """Rows for computations by hand."""
    names = ("open", "high", "low", "close", "volume")
    return [
        Candle(row["time_ns"] / 1e9, *(row[name] for name in names))
        for row in frame.iter_rows(named=True)
    ]
