"""From an export to an imported model to a training that begins with its weights."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from console.cli.app import run_command_line
from console.core.checkpoints import list_checkpoints
from console.core.configs import ModelConfigV2, OrchestratorConfig
from console.core.imported_models import find_imported
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.engine.export.exporter import export_run
from console.engine.export.torch_file import load_exported
from console.engine.foreign_weights import load_imported_weights
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.checkpoint import read_model_weights
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

MakeConfig = Callable[..., OrchestratorConfig]


def train(config: OrchestratorConfig) -> tuple[dict[str, Any], RunDir]:
    orchestrator = TrainingOrchestratorV2(config)
    result = asyncio.run(orchestrator.run_training())
    assert orchestrator.run is not None
    return result, orchestrator.run


def command(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run_command_line([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_that_an_export_comes_back_and_a_training_begins_with_its_weights(
    small_config: MakeConfig, workspace: Workspace, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    result, run = train(small_config(trainer={"epochs": 1}))
    path = tmp_path / "export.safetensors"
    export_run(run, "safetensors", path)
    for file in (Path(result["model_path"]), path):
        code, told = command(capsys, "models", "import", file, "--name", f"from-{file.suffix[1:]}")
        assert (code, told["assumed"]) == (0, []), told
    imported = find_imported(workspace, "from-pt")
    assert imported.details["run"] == run.id and imported.details["features"][0] == "signal"
    network, deployed = HybridCNNLSTMv2(imported.config).eval(), load_exported(path)[0]
    network.load_state_dict(load_imported_weights(imported))
    windows = torch.randn(4, 16, 6)
    with torch.inference_mode():
        assert network(windows)["direction_logits"].equal(
            deployed.network(windows)["direction_logits"]
        )

    _result, fresh = train(small_config(trainer={"epochs": 1}))
    _result, warm = train(small_config(trainer={"epochs": 1}, initial_weights="from-pt"))
    first = {
        name: read_model_weights(list_checkpoints(one.path)[-1].path)
        for name, one in (("fresh", fresh), ("warm", warm))
    }
    weights = load_imported_weights(imported)
    assert all(first["warm"][name].equal(weights[name]) for name in weights)
    assert not all(first["fresh"][name].equal(weights[name]) for name in weights)
    noted = warm.read_run()["resolved"]["initial_weights"]
    assert noted == {"name": "from-pt", "sha256": imported.details["weights_sha256"]}
    assert fresh.read_run()["resolved"]["initial_weights"] == {}


def test_that_unsuitable_weights_are_refused_before_a_step_is_made(
    small_config: MakeConfig, workspace: Workspace, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    config = small_config()
    assert isinstance(config.model, ModelConfigV2)
    other = HybridCNNLSTMv2(dataclasses.replace(config.model, lstm_hidden=10))
    path = tmp_path / "other.pt"
    torch.save(other.state_dict(), path)
    code, told = command(capsys, "models", "import", path, "--set", "sequence_length=16")
    assert code == 0 and "attention_heads" in told["assumed"]
    result, run = train(dataclasses.replace(config, initial_weights="other"))
    assert result["status"] == "error" and list_checkpoints(run.path) == []
    assert "The weights of other are of another model: " in result["error"]
    result, run = train(dataclasses.replace(config, initial_weights="absent"))
    assert "no imported model 'absent'" in result["error"]
    code, told = command(capsys, "train", "--data", "small", "--weights", str(path))
    assert code == 1 and "has not been checked yet" in told["error"]["message"]
    words = ["train", "--data", "small", "--preset", "quick_experiment", "--weights", "othre"]
    code, told = command(capsys, *words)
    assert code == 1 and "Did you mean 'other'?" in told["error"]["message"]


def test_that_a_training_takes_the_model_of_its_weights_unless_told_otherwise(
    small_config: MakeConfig, workspace: Workspace, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    config = small_config()
    assert isinstance(config.model, ModelConfigV2)
    path = tmp_path / "net.pt"
    torch.save(HybridCNNLSTMv2(config.model).state_dict(), path)
    code, _told = command(capsys, "models", "import", path, "--set", "sequence_length=16",
                          "--set", "attention_heads=2")  # fmt: skip
    assert code == 0
    words = ["train", "--data", "small", "--weights", "net", "--dry-run"]
    _code, plan = command(capsys, *words, "--set", "model.dropout=0.15")
    assert (plan["model"]["lstm_hidden"], plan["model"]["dropout"]) == (8, 0.15)
    code, listed = command(capsys, "models", "list")
    assert code == 0 and [model["name"] for model in listed["models"]] == ["net"]
