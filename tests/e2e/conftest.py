"""A small dataset that a small network can learn, and the configs to train on it quickly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig, TrainerConfigV2
from console.core.datasets import DatasetInfo
from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping

NUM_DAYS, ROWS_PER_DAY = 12, 120
NUM_FEATURES = 6


def market_table(seed: int = 0) -> pl.DataFrame:
    """Two symbols whose first feature foretells the next price move."""
    rng = np.random.default_rng(seed)
    tables = []
    for symbol in ("AAA", "BBB"):
        rows = NUM_DAYS * ROWS_PER_DAY
        signal = rng.normal(size=rows)
        noise = rng.normal(size=rows)
        moves = np.concatenate([[0.0], 2e-4 * signal[:-1] + 1e-4 * noise[:-1]])
        columns = {f"f{i}": rng.normal(size=rows).astype(np.float32) for i in range(5)}
        day = np.repeat(np.arange(NUM_DAYS), ROWS_PER_DAY)
        second = np.tile(np.arange(ROWS_PER_DAY), NUM_DAYS)
        future = np.concatenate([moves[1:], [0.0]])
        label = np.where(future < -1e-4, 0, np.where(future > 1e-4, 2, 1))
        tables.append(
            pl.DataFrame(
                {
                    "symbol": [symbol] * rows, "time": (day * 86400 + second).astype(float),
                    "signal": signal.astype(np.float32), **columns,
                    "mid": 100 * np.exp(np.cumsum(moves)), "day": day, "label_1": label,
                }
            )
        )  # fmt: skip
    return pl.concat(tables)


MAPPING = {
    "symbol": "symbol", "session": "day", "timestamp": {"column": "time", "unit": "s"},
    "features": ["signal", "f0", "f1", "f2", "f3", "f4"],
    "labels": [
        {
            "column": "label_1", "horizon_rows": 1, "drop_tail": True,
            "encoding": {0: "SELL", 1: "HOLD", 2: "BUY"},
        }
    ],
    "mid_price": {"column": "mid", "kind": "price"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths of the old defaults (models/trained, mlruns) stay inside the test."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small_dataset(tmp_path: Path, workspace: Workspace) -> DatasetInfo:
    """An imported dataset called "small": 2 symbols, 12 days, 2,880 rows, 6 features."""
    path = tmp_path / "market.parquet"
    market_table().write_parquet(path)
    return import_dataset([path], ImportMapping(**MAPPING), "small", workspace)


@pytest.fixture
def small_config(
    small_dataset: DatasetInfo, workspace: Workspace, tmp_path: Path
) -> Callable[..., OrchestratorConfig]:
    """Makes a config that trains on the small dataset in a few seconds."""

    def make(**changes: Any) -> OrchestratorConfig:
        trainer = {
            "epochs": 3, "batch_size": 16, "learning_rate": 5e-3, "num_threads": 1,
            "device": "cpu", **changes.pop("trainer", {}),
        }  # fmt: skip
        settings: dict[str, Any] = {
            "model": ModelConfigV2(
                input_features=NUM_FEATURES, sequence_length=16, cnn_channels=(8, 16),
                cnn_kernel_sizes=(3, 3), pooling=(False, False), lstm_hidden=8, lstm_layers=1,
                attention_heads=2, dropout=0.1,
            ),
            "trainer": TrainerConfigV2(**trainer),
            "data": DataConfig(dataset=small_dataset.name, label="label_1"),
            "workspace": str(workspace.root), "output_dir": str(tmp_path / "models"),
            "use_mlflow": False, "experiment_name": "small", **changes,
        }  # fmt: skip
        return OrchestratorConfig(**settings)

    return make
