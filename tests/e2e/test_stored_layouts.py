"""Every stored layout trains through the orchestrator, and an emptied store falls back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from console.core.configs import DataConfig, OrchestratorConfig, TrainerConfigV2
from console.engine.feature_store.columns import ALL_FEATURES, BASE_FEATURES
from console.engine.feature_store.convert import convert
from console.engine.feature_store.store import FeatureStore
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.engine.feature_store.layouts import store_frame, write_batch, write_store

MakeConfig = Callable[..., OrchestratorConfig]
LABEL, NUM_DAYS, ROWS_PER_DAY = "future_direction_10s", 8, 150
SYMBOLS = ("BTCUSDT", "ETHUSDT")
PARQUET_112, PARQUET_187, OWN, URL = "Parquet 112", "Parquet 187", "own", "own by URL"


def write_parquet(root: Path, features: tuple[str, ...]) -> Path:
    days = range(NUM_DAYS)
    frames = [store_frame(day, ROWS_PER_DAY, SYMBOLS, features=features) for day in days]
    return write_store(root, frames)


def write_legacy(root: Path, features: tuple[str, ...]) -> Path:
    """The same rows as .npy and .json files, with labels -1, 0, 1."""
    for day in range(NUM_DAYS):
        for (symbol,), rows in store_frame(day, ROWS_PER_DAY, SYMBOLS, features=features).group_by(
            "symbol"
        ):
            names = ("timestamp", LABEL, "future_movement_10s", "current_mid_price")
            labels = rows.select(names).with_columns(pl.col(LABEL) - 1).to_dicts()
            matrix = rows.select(features).to_numpy().astype(np.float32)
            write_batch(root, str(symbol), day, 1, matrix, labels)
    return root


def write_layout(root: Path, layout: str) -> str:
    """A store in ``layout``; returns its place for the config."""
    if layout in (PARQUET_112, PARQUET_187):
        return str(write_parquet(root, ALL_FEATURES if layout == PARQUET_187 else BASE_FEATURES))
    convert(write_parquet(root.with_name("before"), ALL_FEATURES), root)
    return root.as_uri() if layout == URL else str(root)


def train(make: MakeConfig, **places: str) -> dict[str, Any]:
    config = make(
        data=DataConfig(label=LABEL, embargo_fraction=0.0), use_feature_store=True,
        model=None, model_preset="quick_experiment", allow_simulated=False, **places,
    )  # fmt: skip
    config.trainer = TrainerConfigV2(epochs=1, batch_size=64, num_threads=1, device="cpu")
    orchestrator = TrainingOrchestratorV2(config)
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "success", result
    assert orchestrator.run is not None
    resolved = orchestrator.run.read_run()["resolved"]
    return {
        **result["data_stats"], "num_features": resolved["model"]["input_features"],
        "loss": result["training_results"]["best_val_loss"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layout", "num_features"),
    [(PARQUET_112, 112), (PARQUET_187, 187), (OWN, 187), (URL, 187)],
)
def test_that_a_store_trains_and_emptied_falls_back_to_the_old_files(
    tmp_path: Path, small_config: MakeConfig, layout: str, num_features: int
) -> None:
    place = write_layout(tmp_path / "store", layout)
    legacy = str(write_legacy(tmp_path / "legacy", BASE_FEATURES))
    stats = train(small_config, feature_store_path=place, legacy_storage_path=legacy)
    assert (stats["source"], stats["num_features"]) == ("feature_store", num_features)
    assert (stats["symbols"], stats["days"]) == (list(SYMBOLS), NUM_DAYS)
    for path in (tmp_path / "store").rglob("*.parquet"):
        path.unlink()
    stats = train(small_config, feature_store_path=place, legacy_storage_path=legacy)
    assert (stats["source"], stats["num_features"]) == ("legacy", 112)


def test_that_old_files_of_187_features_train(tmp_path: Path, small_config: MakeConfig) -> None:
    legacy = str(write_legacy(tmp_path / "legacy", ALL_FEATURES))
    nothing = str(tmp_path / "nothing")
    stats = train(small_config, feature_store_path=nothing, legacy_storage_path=legacy)
    assert (stats["source"], stats["num_features"]) == ("legacy", 187)


def test_that_layouts_of_the_same_rows_train_alike(
    tmp_path: Path, small_config: MakeConfig
) -> None:
    old = write_parquet(tmp_path / "old", BASE_FEATURES)
    convert(old, tmp_path / "new")
    found = [
        train(small_config, feature_store_path=str(place), legacy_storage_path="none")
        for place in (old, tmp_path / "new")
    ]
    assert found[0] | {"dataset": ""} == found[1] | {"dataset": ""}


def test_that_a_store_without_its_schema_is_named_and_not_passed_over(
    tmp_path: Path, small_config: MakeConfig
) -> None:
    place = write_layout(tmp_path / "store", OWN)
    (FeatureStore.open(place).root / "schema.json").unlink()
    config = small_config(data=None, model=None, feature_store_path=place)
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["status"] == "error" and "schema.json is missing" in result["error"]
