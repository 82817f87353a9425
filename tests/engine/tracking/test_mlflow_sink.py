"""Logging to a real MLflow file store."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from console.core.configs import OrchestratorConfig
from console.core.events import Event
from console.engine.tracking.mlflow_sink import MlflowSink

needs_mlflow = pytest.mark.skipif(
    importlib.util.find_spec("mlflow") is None, reason="the extra 'tracking' is not installed"
)
Warnings = list[tuple[str, str, str]]


def epoch(number: int, loss: float) -> Event:
    return Event("epoch_metrics", epoch=number, data={"epoch": number, "val_loss": loss})


def log(config: OrchestratorConfig, *events: Event) -> MlflowSink:
    sink = MlflowSink(config, "20260101-000000-x-abc123")
    for event in events:
        sink.on_event(event)
    sink.close()
    assert sink.problem == ""
    return sink


@pytest.fixture
def config(tmp_path: Path) -> OrchestratorConfig:
    return OrchestratorConfig(experiment_name="desk", mlflow_tracking_uri=str(tmp_path / "ml runs"))


def client(config: OrchestratorConfig) -> object:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=Path(config.mlflow_tracking_uri).as_uri())


@needs_mlflow
def test_that_settings_metrics_and_the_model_reach_mlflow(
    config: OrchestratorConfig, tmp_path: Path
) -> None:
    model = tmp_path / "model.pt"
    model.write_bytes(b"weights")
    finished = Event("finished", data={"reason": "completed", "model_path": str(model)})
    sink = log(config, epoch(1, 1.0), epoch(2, 0.5), finished)

    mlflow = client(config)
    run = mlflow.get_run(sink.mlflow_run_id)
    history = mlflow.get_metric_history(sink.mlflow_run_id, "val_loss")
    artifacts = mlflow.list_artifacts(sink.mlflow_run_id, "model")
    assert run.info.status == "FINISHED"
    assert run.data.params["trainer.learning_rate"] == "5e-05"
    assert run.data.params["model.dropout"] == "0.4"
    assert [(point.step, point.value) for point in history] == [(1, 1.0), (2, 0.5)]
    assert [item.path for item in artifacts] == ["model/model.pt"]


@needs_mlflow
def test_that_a_resumed_run_continues_its_mlflow_run(config: OrchestratorConfig) -> None:
    first = log(config, epoch(1, 1.0), Event("finished", data={"reason": "stopped"}))
    second = log(config, epoch(2, 0.5), Event("finished", data={"reason": "completed"}))

    history = client(config).get_metric_history(second.mlflow_run_id, "val_loss")
    assert first.mlflow_run_id == second.mlflow_run_id
    assert [point.step for point in history] == [1, 2]


@needs_mlflow
def test_that_a_place_that_cannot_be_written_costs_one_warning(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    warnings: Warnings = []
    config = OrchestratorConfig(mlflow_tracking_uri=str(blocked / "runs"))
    sink = MlflowSink(config, "run", lambda *words: warnings.append(words))
    sink.close()
    sink.on_event(epoch(1, 1.0))
    sink.on_event(epoch(2, 0.5))

    assert [code for code, _, _ in warnings] == ["mlflow_failed"]


def test_that_a_missing_mlflow_is_said_once(
    config: OrchestratorConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    warnings: Warnings = []
    sink = MlflowSink(config, "run", lambda *words: warnings.append(words))
    sink.on_event(epoch(1, 1.0))
    sink.on_event(epoch(2, 0.5))
    sink.close()

    assert len(warnings) == 1
    assert "training-console[tracking]" in warnings[0][2]
