"""Whole runs from rows on disk and with scaling by previous days."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import get_dataset
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.rows import load_dataset
from console.engine.export.exporter import export_run
from console.engine.export.torch_file import load_exported
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

MakeConfig = Callable[..., OrchestratorConfig]


def train(config: OrchestratorConfig) -> tuple[dict[str, Any], RunDir]:
    orchestrator = TrainingOrchestratorV2(config)
    result = asyncio.run(orchestrator.run_training())
    assert orchestrator.run is not None
    assert result["status"] == "success", result
    return result, orchestrator.run


def data(config: OrchestratorConfig, **changes: object) -> DataConfig:
    return DataConfig(dataset="small", label="label_1", **changes)


def test_that_the_storage_is_chosen_once_and_told(
    small_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config()
    result, run = train(config)
    assert result["data_stats"]["storage"]["kind"] == "memory"
    assert not open_workspace(config.workspace).cache.exists()
    config.data = data(config, storage="disk")
    result, _ = train(config)
    assert result["data_stats"]["storage"]["kind"] == "disk"
    assert len(list(open_workspace(config.workspace).cache.iterdir())) == 1
    assert result["test_metrics"]["accuracy"] > 0.5  # what it learnt from blocks

    class Full:
        available = total = 1000

    config.data = data(config)
    monkeypatch.setattr(psutil, "virtual_memory", Full)
    result, run = train(config)
    assert result["data_stats"]["storage"]["kind"] == "disk"
    assert "more than half" in result["data_stats"]["storage"]["reason"]
    monkeypatch.undo()
    config.trainer.epochs = 4
    again = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert again["data_stats"]["storage"]["kind"] == "disk", "a resume keeps the order of windows"


@pytest.mark.parametrize("format", ["pt", "onnx"])
def test_that_a_rolling_run_exports_the_scaling_of_tomorrow(
    small_config: MakeConfig, tmp_path: Path, format: str
) -> None:
    config = small_config(trainer={"epochs": 1})
    config.data = data(config, normalisation="rolling", rolling_days=4)
    result, run = train(config)
    assert any("first day are left out" in words for words in result["data_stats"]["warnings"])
    exported = export_run(run, format, tmp_path / f"model.{format}")
    assert exported.max_difference < 1e-5

    workspace = open_workspace(config.workspace)
    rows = load_dataset(get_dataset(workspace, "small"), workspace)
    last = rows.matrix[np.isin(rows.day, np.unique(rows.day)[-4:])].astype(np.float64)
    stored = json.loads((run.path / "preprocessing.json").read_text())["scaler"]
    np.testing.assert_allclose(stored["centre"], last.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(stored["scale"], last.std(axis=0), rtol=1e-9)
    assert len(stored["rolling"]["days"]) == 12
    if format == "pt":
        model, metadata = load_exported(exported.path)
        assert metadata["scaler"] == stored
        scaled = model._scaled(torch.from_numpy(last.astype(np.float32))).numpy()
        expected = np.clip((last - last.mean(axis=0)) / last.std(axis=0), -5, 5)
        np.testing.assert_allclose(scaled, expected, atol=1e-5)
