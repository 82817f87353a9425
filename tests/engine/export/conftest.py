"""A run with an untrained but perturbed network, laid out as a trained run would be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from console.core.configs import ModelConfigV2, OrchestratorConfig
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_plan import make_plan
from console.engine.training.checkpoint import CheckpointContent, CheckpointStore

FEATURES = ["bid", "ask", "imbalance", "volume"]
MakeRun = Callable[..., RunDir]


@pytest.fixture
def make_run(workspace: Workspace, tmp_path: Path) -> MakeRun:
    """A factory of runs; ``changes`` go to the model config."""

    def make(**changes: object) -> RunDir:
        small = {"cnn_channels": (8, 8), "cnn_kernel_sizes": (3, 3), "lstm_hidden": 8}
        model = ModelConfigV2(input_features=4, sequence_length=12, **{**small, **changes})
        config = OrchestratorConfig(
            workspace=str(workspace.root), allow_simulated=False,
            feature_store_path=str(tmp_path / "none"), legacy_storage_path=str(tmp_path / "none"),
        )  # fmt: skip
        details = {"plan": make_plan(config).to_plain()}
        run = create_run(workspace, "export", config=to_plain(config), details=details)
        write_model(run, model)
        return run

    return make


def write_model(run: RunDir, model: ModelConfigV2) -> None:
    """Put weights, scaling and the resolved model config into ``run``."""
    torch.manual_seed(1)
    network = HybridCNNLSTMv2(model)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.dtype == torch.float32:  # running statistics too, away from 0 and 1
                tensor.add_(0.1 * torch.rand_like(tensor))
    about = {
        "format": 1, "epoch": 1, "step": 10, "best_step": 10, "saved_at": "2026-01-01T00:00:00Z",
        "complete_epoch": True,
    }  # fmt: skip
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    content = CheckpointContent(model=weights, optimizer={}, rng={}, state={}, about=about)
    CheckpointStore(run.checkpoints).save(content, best=True)
    (run.path / "resolved.json").write_text(json.dumps({"model": to_plain(model)}))
    scaler = {
        "method": "standard", "features": FEATURES, "centre": [60_000.0, 60_001.0, 0.1, 5.0],
        "scale": [120.0, 120.0, 0.4, 3.0], "clip": 5.0, "constant": [],
    }  # fmt: skip
    preprocessing = {
        "format": 1, "features": FEATURES, "scaler": scaler, "return_scale": 0.002,
        "label": {"column": "label_20", "horizon": 20}, "sequence_length": model.sequence_length,
        "class_names": ["SELL", "HOLD", "BUY"], "dataset": "", "fingerprint": "abc",
    }  # fmt: skip
    (run.path / "preprocessing.json").write_text(json.dumps(preprocessing))
