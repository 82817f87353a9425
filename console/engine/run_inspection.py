"""The windows of a run, with what its best checkpoint says about them."""

from __future__ import annotations

import torch
from torch import Tensor

from console.core.configs import OrchestratorConfig
from console.core.datasets import get_dataset
from console.core.errors import DataError
from console.core.fields import from_plain
from console.core.inspection import Prediction
from console.core.members import model_run
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine.data.inspection import Inspection, Predict
from console.engine.data.prepare import prepare_windows
from console.engine.data.stored_rows import StoredRows
from console.engine.data_sources import load_rows
from console.engine.export.artifact import load_artifact
from console.engine.export.deploy import deployed
from console.engine.run_plan import RunPlan
from console.engine.run_preparation import check_same_data


def open_run_inspection(run: RunDir) -> Inspection:
    """The windows that ``run`` was given, prepared as it prepared them, and its predictions.

    Of a run of several trainings, these are those of the training whose model it has chosen.

    Raises:
        RunError: the folder is no run, or its data have changed since.
        CheckpointError, ExportError: it has no model yet, or a damaged one.
        DataError: its data cannot be read, or are not those of a stored dataset.
    """
    run = model_run(run)
    content = run.read_run()
    predict = _predictor(run)
    config = from_plain(OrchestratorConfig, content["config"])
    plan = RunPlan.from_plain(content["plan"])
    workspace = open_workspace(config.workspace)
    rows = load_rows(config, plan.data, workspace, _unheard)
    resolved = content["resolved"]
    if rows.source not in ("dataset", "simulated"):
        raise DataError(
            "{run} was not trained on a dataset of the workspace, so its windows cannot be shown.",
            remedy="Import its data as a dataset and train on that.", run=run.id,
        )  # fmt: skip
    check_same_data(run, rows, resolved)
    length = int(resolved["model"]["sequence_length"])
    prepared = prepare_windows(rows, plan.data, plan.balancing, length, plan.trainer.seed)
    stored = StoredRows(get_dataset(workspace, rows.name), workspace, rows)
    return Inspection(prepared, plan.data, plan.balancing, stored, predict=predict, run=run.id)


def _predictor(run: RunDir) -> Predict:
    model = deployed(load_artifact(run, "best"))

    @torch.inference_mode()
    def predict(sequence: Tensor) -> Prediction:
        """What the network says about one window (1, T, F), scaled as in training."""
        output = model.network(sequence)
        probabilities = torch.softmax(output["direction_logits"], dim=-1)[0]
        expected = float(output["expected_return"]) * model.return_scale
        return Prediction(tuple(probabilities.tolist()), float(output["confidence"]), expected)

    return predict


def _unheard(code: str, message: str, remedy: str) -> None:
    """The run has already said so."""
