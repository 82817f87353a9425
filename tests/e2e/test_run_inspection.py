"""A run's windows with what its best checkpoint says about them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import numpy as np
import pytest
import torch

from console.core.configs import OrchestratorConfig
from console.core.errors import CheckpointError, RunError
from console.core.inspection import decode_window
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run, list_runs
from console.engine.data.inspection_requests import Requests
from console.engine.export.artifact import load_artifact
from console.engine.export.deploy import deployed
from console.engine.run_inspection import open_run_inspection
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2


@pytest.fixture
def trained(
    small_config: Callable[..., OrchestratorConfig], workspace: Workspace
) -> tuple[RunDir, dict[str, float]]:
    """A short training and its scores on the test part."""
    result = asyncio.run(TrainingOrchestratorV2(small_config(execution="thread")).run_training())
    return list_runs(workspace)[0], result["test_metrics"]


def test_that_predictions_are_those_that_the_run_was_judged_by(
    trained: tuple[RunDir, dict[str, float]],
) -> None:
    run, scores = trained
    inspection = open_run_inspection(run)
    requests, model = Requests(inspection), deployed(load_artifact(run))
    right = 0
    numbers = inspection.members("test")
    for at in range(len(numbers)):
        window = requests.find({"part": "test", "at": at})
        assert window is not None and window.prediction is not None
        told = window.prediction
        right += int(np.argmax(told.probabilities)) == window.label
        if at % 50 == 0:  # the exported model, fed with the stored values
            with torch.inference_mode():
                shares, _logits, confidence, expected = model(torch.from_numpy(window.raw)[None])
            assert shares[0].tolist() == pytest.approx(told.probabilities, abs=1e-5)
            assert float(confidence) == pytest.approx(told.confidence, abs=1e-5)
            assert float(expected) == pytest.approx(told.expected_return, abs=1e-8)
    assert right / len(numbers) == pytest.approx(scores["accuracy"], abs=1e-9)
    described = inspection.describe()
    assert (described.run, described.dataset) == (run.id, "small")


def test_that_the_command_line_shows_a_prediction(
    trained: tuple[RunDir, dict[str, float]], capsys: pytest.CaptureFixture[str]
) -> None:
    from console.cli.app import run_command_line

    run, _scores = trained
    capsys.readouterr()
    assert run_command_line(["data", "inspect", "--run", run.id, "--part", "test", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    window = decode_window(answer["window"])
    assert window.prediction is not None and sum(window.prediction.probabilities) == (
        pytest.approx(1.0, abs=1e-5)
    )


def test_that_changed_data_and_missing_models_are_refused(
    trained: tuple[RunDir, dict[str, float]], workspace: Workspace
) -> None:
    run, _scores = trained
    resolved = run.path / "resolved.json"
    content = json.loads(resolved.read_text())
    resolved.write_text(json.dumps({**content, "fingerprint": "another"}))
    with pytest.raises(RunError, match="have changed since it began"):
        open_run_inspection(run)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        open_run_inspection(create_run(workspace, "empty", config={}, details={}))
