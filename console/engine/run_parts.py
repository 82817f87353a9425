"""The parts of a training as a run makes them, for all who need the same parts."""

from __future__ import annotations

from pathlib import Path

import torch

from console.core.configs import ModelConfigV2
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_plan import RunPlan
from console.engine.training.hooks import TrainingHooks
from console.engine.training.model_trainer_v2 import ModelTrainerV2


def prepare(rows: MarketRows, plan: RunPlan) -> PreparedData:
    """The windows of ``plan``; ``rows`` in memory are scaled in place.

    Raises:
        DataError: the rows give no usable windows.
    """
    length, seed = plan.model.sequence_length, plan.trainer.seed
    return prepare_windows(rows, plan.data, plan.balancing, length, seed)


def make_trainer(
    plan: RunPlan,
    model: ModelConfigV2,
    prepared: PreparedData,
    *,
    checkpoint_dir: Path | None = None,
    hooks: TrainingHooks | None = None,
) -> ModelTrainerV2:
    """A fresh network with the first weights of the plan's seed, and its trainer.

    Raises:
        ConsoleError: the device is not available.
    """
    torch.manual_seed(plan.trainer.seed)
    return ModelTrainerV2(
        HybridCNNLSTMv2(model), plan.trainer, checkpoint_dir=checkpoint_dir, hooks=hooks,
        return_scale=prepared.return_scale,
    )  # fmt: skip
