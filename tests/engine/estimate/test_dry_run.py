"""A dry run of what cannot fit: refused from small batches, with settings that would fit."""

from __future__ import annotations

import pytest
import torch

from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig, TrainerConfigV2
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.engine.estimate import dry_run
from console.engine.estimate.dry_run import DryRun
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2

GB = 10**9
FLAT = {
    "cnn_layout": "flattened", "cnn_channels": (64, 64), "cnn_kernel_sizes": (3, 3),
    "pooling": (False, True), "lstm_hidden": 4, "lstm_layers": 1, "attention_heads": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def two_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small machine, without a real ceiling for the process of the test."""
    monkeypatch.setattr(dry_run, "available_bytes", lambda: 2 * GB)
    monkeypatch.setattr(dry_run, "limit_memory", lambda extra_bytes: None)


def test_that_what_cannot_fit_is_refused_from_small_batches_with_what_would(
    workspace: Workspace,
) -> None:
    ensure_sample(workspace)
    config = OrchestratorConfig(
        model=ModelConfigV2(input_features=31, sequence_length=60, **FLAT),
        trainer=TrainerConfigV2(batch_size=1024, num_threads=1, device="cpu"),
        data=DataConfig(dataset="sample", days=3), workspace=str(workspace.root),
    )  # fmt: skip
    stages: list[str] = []
    result = DryRun(config, lambda share, stage: stages.append(stage)).measure()
    assert stages == ["load", "memory"]
    assert result["fits"] is False
    assert result["seconds_per_epoch"] is None and result["checkpoint_bytes"] is None
    assert result["peak_memory_bytes"] > 3 * GB
    assert result["windows"]["train"] > 1024
    [problem] = result["problems"]
    assert problem["code"] == "memory"
    changes = problem["changes"]
    assert 8 <= changes["trainer.batch_size"] <= 128
    assert changes["trainer.gradient_accumulation_steps"] * changes["trainer.batch_size"] == 1024
    assert list(workspace.runs.iterdir()) == []


def bytes_kept(recompute: bool) -> int:
    """What a forward pass of 16 windows keeps for the backward pass, each storage once."""
    model = ModelConfigV2(
        input_features=8, sequence_length=20, use_gradient_checkpointing=recompute, **FLAT
    )
    network, storages = HybridCNNLSTMv2(model).train(), {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storages[tensor.data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network(torch.randn(16, 20, 8))
    return sum(storages.values())


def test_that_gradient_checkpointing_keeps_less_memory_for_a_window() -> None:
    kept, again = bytes_kept(recompute=False), bytes_kept(recompute=True)
    print(f"16 windows keep {kept / 1e6:.2f} MB, with gradient checkpointing {again / 1e6:.2f} MB")
    assert 0 < again < 0.9 * kept
