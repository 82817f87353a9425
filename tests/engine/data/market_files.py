"""Small market files and rows that the data tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from console.engine.data.rows import MarketRows

ENCODING = {0: "SELL", 1: "HOLD", 2: "BUY"}
PLAIN_MAPPING: dict[str, Any] = {
    "symbol": "symbol",
    "timestamp": {"column": "time", "unit": "s"},
    "labels": [{"column": "label", "horizon_rows": 5, "encoding": ENCODING}],
    "mid_price": {"column": "mid"},
    "max_gap_s": 10,
}


def make_frame(symbols: tuple[str, ...], num_rows: int, seed: int = 0) -> pl.DataFrame:
    """Rows of several symbols, one symbol after the other."""
    random = np.random.default_rng(seed)
    count = num_rows * len(symbols)
    return pl.DataFrame(
        {
            "symbol": np.repeat(symbols, num_rows),
            "time": np.tile(np.arange(num_rows) + 1_000_000, len(symbols)),
            "bid_size": random.random(count),
            "ask_size": random.random(count),
            "mid": 100.0 + random.normal(size=count).cumsum() * 0.01,
            "label": random.integers(0, 3, count),
        }
    )


def make_rows(
    segment_lengths: list[list[int]],
    *,
    num_features: int = 3,
    horizon: int = 5,
    rows_per_day: int | None = None,
    seed: int = 0,
) -> MarketRows:
    """Rows with given segment lengths per symbol, one row a second, 1000 s between segments.

    With ``rows_per_day`` the day number changes after that many rows of each symbol.
    """
    random = np.random.default_rng(seed)
    symbols = tuple(f"S{number}" for number in range(len(segment_lengths)))
    codes, segments, times, days = [], [], [], []
    number = 0
    for code, lengths in enumerate(segment_lengths):
        clock, done = 0.0, 0
        for length in lengths:
            codes.append(np.full(length, code))
            segments.append(np.full(length, number))
            times.append(clock + np.arange(length))
            days.append((done + np.arange(length)) // rows_per_day if rows_per_day else
                        np.zeros(length))  # fmt: skip
            clock += length + 1000.0
            done += length
            number += 1
    total = sum(map(sum, segment_lengths))
    return MarketRows(
        matrix=random.normal(size=(total, num_features)).astype(np.float32),
        symbol_code=np.concatenate(codes).astype(np.int32),
        segment=np.concatenate(segments).astype(np.int32),
        time=np.concatenate(times),
        day=np.concatenate(days).astype(np.int32),
        mid=100.0 + random.normal(size=total).cumsum() * 0.1,
        mid_kind="price",
        labels={"label": random.integers(0, 3, total).astype(np.int8)},
        label_horizons={"label": horizon},
        features=tuple(f"x{number}" for number in range(num_features)),
        symbols=symbols,
        source="dataset",
        name="made",
        fingerprint="0",
    )
