"""From the files of a run to its rows, windows and network: the same to train and to look back."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from console.core.checkpoints import checkpoint_paths
from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig
from console.core.errors import DataChangedError, RunError
from console.core.fields import from_plain
from console.core.imported_models import find_imported
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.data_sources import load_rows
from console.engine.foreign_weights import load_checked, load_imported_weights
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_plan import RunPlan
from console.engine.training.distributed import ALONE, World
from console.engine.training.hooks import TrainingHooks
from console.engine.training.model_trainer_v2 import ModelTrainerV2


@dataclass(frozen=True)
class ReopenedRun:
    """A run that has begun, with its data and a network that is not trained yet.

    ``resolved`` is what its first start settled on.
    """

    plan: RunPlan
    resolved: dict[str, Any]
    prepared: PreparedData
    network: HybridCNNLSTMv2


def reopen_run(run: RunDir) -> ReopenedRun:
    """Read the data of ``run`` as it reads them itself; nothing is written into its folder.

    Raises:
        RunError: the folder is no run, or the run has not seen its data yet.
        DataChangedError: they are other data now.
        DataError: its data cannot be read.
    """
    content = run.read_run()
    resolved = read_resolved(run)
    if resolved is None:
        raise RunError(
            "{run} has not loaded its data yet.",
            remedy="Let it train until its first checkpoint.", run=run.id,
        )  # fmt: skip
    plan = RunPlan.from_plain(content["plan"])
    config = from_plain(OrchestratorConfig, content["config"])
    workspace = open_workspace(config.workspace)
    rows = load_rows(config, settled_data(run, plan), workspace, _unheard)
    check_same_data(run, rows, resolved)
    prepared = prepare_run_windows(rows, plan)
    model = from_plain(ModelConfigV2, resolved["model"])
    return ReopenedRun(plan, resolved, prepared, build_network(model, plan))


def read_resolved(run: RunDir) -> dict[str, Any] | None:
    """What the first start of ``run`` settled on; None before it."""
    path = run.path / "resolved.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else None


def settled_data(run: RunDir, plan: RunPlan) -> DataConfig:
    """The data config of a run, with its rows stored where its first start chose.

    The order of windows follows from it; runs that began before there was a choice were held in
    memory.
    """
    resolved = read_resolved(run)
    if resolved is None:
        return plan.data
    return dataclasses.replace(plan.data, storage=resolved.get("storage", "memory"))


def prepare_run_windows(rows: MarketRows, plan: RunPlan) -> PreparedData:
    """The windows of a run; ``rows`` in memory are scaled in place.

    Raises:
        DataError: the rows give no usable windows.
    """
    return prepare_windows(
        rows, plan.data, plan.balancing, plan.model.sequence_length, plan.trainer.seed
    )


def check_same_data(run: RunDir, rows: MarketRows, resolved: dict[str, Any]) -> None:
    """Refuse data that are not those of the first start.

    Raises:
        DataChangedError: the data changed since the run began.
    """
    if resolved["fingerprint"] != rows.fingerprint:
        raise DataChangedError(
            "The data of {run} have changed since it began: {name} is another version.",
            remedy="Start a new run, or import the earlier version of the data again.",
            run=run.id, name=rows.name,
        )  # fmt: skip


def build_network(model: ModelConfigV2, plan: RunPlan) -> HybridCNNLSTMv2:
    """The network with the first weights that the run's seed gives."""
    torch.manual_seed(plan.trainer.seed)
    return HybridCNNLSTMv2(model)


def make_trainer(
    network: HybridCNNLSTMv2,
    plan: RunPlan,
    prepared: PreparedData,
    *,
    checkpoint_dir: Path | None = None,
    hooks: TrainingHooks | None = None,
    world: World = ALONE,
) -> ModelTrainerV2:
    """The trainer of a run.

    Raises:
        ConsoleError: the device is not available.
    """
    return ModelTrainerV2(
        network, plan.trainer, checkpoint_dir=checkpoint_dir, hooks=hooks,
        return_scale=prepared.return_scale, world=world,
    )  # fmt: skip


def initial_weights_of(config: OrchestratorConfig) -> dict[str, str]:
    """Name and digest of the imported model that a run begins with; empty for new weights.

    Raises:
        WeightsError: there is no such model, or it is damaged.
    """
    if not config.initial_weights:
        return {}
    model = find_imported(open_workspace(config.workspace), config.initial_weights)
    return {"name": model.name, "sha256": str(model.details["weights_sha256"])}


def load_initial_weights(run: RunDir, config: OrchestratorConfig, network: HybridCNNLSTMv2) -> None:
    """Give ``network`` the weights it shall begin with; a run with checkpoints has its own.

    Raises:
        WeightsError: there is no such model, it is damaged, or of another shape.
    """
    if config.initial_weights and not checkpoint_paths(run.checkpoints):
        model = find_imported(open_workspace(config.workspace), config.initial_weights)
        load_checked(network, load_imported_weights(model), model.name)


def _unheard(code: str, message: str, remedy: str) -> None:
    """The run has already said so."""
