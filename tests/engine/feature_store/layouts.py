"""Writes stores in the older layouts, as they are documented, and rows of our own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from console.engine.feature_store.columns import BASE_FEATURES
from console.engine.feature_store.schema import StoredLabel, StoreSchema

START = 1_700_006_400  # a midnight in UTC
DAY = 86_400
LABEL = "future_direction_10s"
SCHEMA = StoreSchema(("bid", "ask"), (StoredLabel(LABEL, 10.0, "classes", True),), True)
FIRST_DAY = date(2023, 11, 15)


def store_frame(
    day: int,
    num_rows: int,
    symbols: tuple[str, ...],
    seed: int = 0,
    features: tuple[str, ...] = BASE_FEATURES,
) -> pl.DataFrame:
    """One day of the feature store: rows of all symbols interleaved in time."""
    random = np.random.default_rng(seed + day)
    count = num_rows * len(symbols)
    seconds = np.repeat(np.arange(num_rows), len(symbols)) + START + day * 86_400
    columns: dict[str, Any] = {
        "symbol": list(symbols) * num_rows,
        "timestamp": seconds * 1000,
        **{name: random.normal(size=count).astype(np.float32) for name in features},
        "future_direction_10s": random.integers(0, 3, count),
        "future_movement_10s": random.normal(size=count) / 1000,
        "current_mid_price": 100 + random.normal(size=count),
        "signal_type": ["none"] * count,
        "signal_confidence": random.random(count),
    }
    return pl.DataFrame(columns)


def write_store(root: Path, frames: list[pl.DataFrame]) -> Path:
    for number, frame in enumerate(frames):
        day = FIRST_DAY + timedelta(days=number)
        folder = root / "offline" / "training_features" / f"date={day}"
        folder.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(folder / "part-0.parquet")
    return root


def write_batch(
    root: Path, symbol: str, day: int, number: int, features: np.ndarray, labels: list[Any]
) -> Path:
    """One pair of files of the older layout."""
    stem = f"{FIRST_DAY + timedelta(days=day)}_batch_{number:04d}"
    for kind in ("features", "labels", "metadata"):
        (root / symbol / kind).mkdir(parents=True, exist_ok=True)
    np.save(root / symbol / "features" / f"{stem}.npy", features)
    (root / symbol / "labels" / f"{stem}.json").write_text(json.dumps(labels), "utf-8")
    (root / symbol / "metadata" / f"{stem}.json").write_text("{}", "utf-8")
    return root


def batch(num_rows: int, first_second: int = 0, values: tuple[int, ...] = (-1, 0, 1)) -> Any:
    """Features and labels of one batch of the older layout."""
    random = np.random.default_rng(first_second)
    labels = [
        {
            "timestamp": (START + first_second + row) * 1000,
            "future_direction_10s": values[row % 3],
            "future_direction_30s": None,
            "future_movement_10s": 0.001 * row,
            "current_mid_price": 100.0 + row,
        }
        for row in range(num_rows)
    ]
    return random.normal(size=(num_rows, 4)).astype(np.float32), labels


def table(seconds: list[int], symbol: str = "AAA", value: float = 0.0) -> pl.DataFrame:
    """Rows at ``seconds`` after START whose features and labels follow from the time."""
    time = np.array(seconds)
    return pl.DataFrame(
        {
            "symbol": [symbol] * len(time), "timestamp": (time + START) * 1000,
            "bid": time + value, "ask": time + value + 0.5, LABEL: time % 3,
            "future_movement_10s": time / 1e6, "current_mid_price": 100.0 + time,
        },
        schema_overrides={LABEL: pl.Int64, "timestamp": pl.Int64, "bid": pl.Float64},
    )  # fmt: skip
