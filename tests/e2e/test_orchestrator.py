"""The whole job through the Python API: train, kill, resume, stop, attach; real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig
from console.core.events import Event, EventReader, visible
from console.core.rundir import RunDir
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

MakeConfig = Callable[..., OrchestratorConfig]
SUCCESS_KEYS = {
    "status", "start_time", "end_time", "total_time_seconds", "data_stats", "data_analysis",
    "training_results", "save_results", "model_path", "best_metrics",
}  # fmt: skip
TIMES = ("epoch_time", "samples_per_second")


def train(
    config: OrchestratorConfig, on_event: Callable[[Event], None] | None = None
) -> tuple[dict[str, Any], RunDir]:
    """Train and return the result and the run."""
    orchestrator = TrainingOrchestratorV2(config, on_event=on_event)
    result = asyncio.run(orchestrator.run_training())
    assert orchestrator.run is not None
    return result, orchestrator.run


def newest_weights(run: RunDir) -> bytes:
    """The bytes of the newest checkpoint's weights."""
    return (sorted(run.checkpoints.glob("step-*"))[-1] / "model.safetensors").read_bytes()


def history(run: RunDir) -> list[dict[str, Any]]:
    """Every epoch that counts, without what depends on the clock."""
    events = visible(EventReader(run.events).read())
    kept = [dict(event.data) for event in events if event.kind == "epoch_metrics"]
    return [{k: v for k, v in data.items() if k not in TIMES} for data in kept]


class Killer:
    """Kills the worker of a run at the n-th event of a kind."""

    def __init__(self, kind: str, count: int = 1, number: int = signal.SIGKILL) -> None:
        self.kind, self.count, self.number = kind, count, number
        self.orchestrator: TrainingOrchestratorV2 | None = None

    def __call__(self, event: Event) -> None:
        self.count -= event.kind == self.kind
        if self.count == 0 and event.kind == self.kind:
            assert self.orchestrator is not None and self.orchestrator.run is not None
            os.kill(self.orchestrator.run.status().pid, self.number)


def train_with(config: OrchestratorConfig, killer: Killer) -> tuple[dict[str, Any], RunDir]:
    orchestrator = TrainingOrchestratorV2(config, on_event=killer)
    killer.orchestrator = orchestrator
    result = asyncio.run(orchestrator.run_training())
    assert orchestrator.run is not None
    return result, orchestrator.run


def test_that_a_thread_run_returns_everything_scripts_expect(small_config: MakeConfig) -> None:
    events: list[Event] = []
    result, run = train(small_config(), events.append)
    assert result["status"] == "success" and result.keys() >= SUCCESS_KEYS
    assert result["data_stats"].keys() >= {"symbols", "days", "source", "total_samples"}
    assert result["data_analysis"].keys() >= {
        "total_samples", "num_classes", "class_distribution", "imbalance_ratio",
        "estimated_params", "samples_per_param", "train_batches", "val_batches", "recommendations",
    }  # fmt: skip
    training = result["training_results"]
    assert training["epochs_trained"] == 3 and len(training["history"]) == 3
    assert Path(result["model_path"]).is_file()
    assert Path(result["save_results"]["metadata_path"]).is_file()
    stages = [event.data["name"] for event in events if event.kind == "stage"]
    assert stages == ["load", "analyse", "balance", "create_model", "train", "save"]
    assert [e.seq for e in events] == [e.seq for e in EventReader(run.events).read()]
    assert run.status().state == "finished"
    assert training["history"][-1]["val_f1"] > 0.6  # the first feature foretells the label


def test_that_a_process_run_trains_the_very_same_model(small_config: MakeConfig) -> None:
    events: list[Event] = []
    _, here = train(small_config())
    result, there = train(small_config(execution="process"), events.append)
    assert result["status"] == "success"
    assert newest_weights(here) == newest_weights(there)
    assert history(here) == history(there)
    assert [e.seq for e in events] == list(range(1, len(events) + 1))


@pytest.mark.parametrize(("kind", "count"), [("step", 3), ("epoch_metrics", 2), ("stage", 5)])
def test_that_a_killed_run_resumes_to_the_same_bytes(
    small_config: MakeConfig, kind: str, count: int
) -> None:
    trainer = {"batch_size": 8, "epochs": 2, "gradient_accumulation_steps": 3}
    _, whole = train(small_config(trainer=trainer))
    config = small_config(trainer=trainer, execution="process")
    result, run = train_with(config, Killer(kind, count))
    assert result["status"] == "error" and run.status().state == "crashed"
    assert "exit code -9" in result["error"] and "Resume the run" in result["error"]
    resumed = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert resumed["status"] == "success" and run.status().state == "finished"
    assert newest_weights(run) == newest_weights(whole)
    assert history(run) == history(whole)


def test_that_sigterm_saves_and_stops_and_the_run_resumes_exactly(
    small_config: MakeConfig,
) -> None:
    trainer = {"batch_size": 8, "epochs": 2}
    _, whole = train(small_config(trainer=trainer))
    config = small_config(trainer=trainer, execution="process")
    result, run = train_with(config, Killer("step", 2, signal.SIGTERM))
    assert result["status"] == "stopped" and run.status().state == "stopped"
    asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert newest_weights(run) == newest_weights(whole)


def test_that_a_released_run_frees_its_process_and_goes_on_exactly(
    small_config: MakeConfig,
) -> None:
    def release(event: Event) -> None:
        if event.kind == "step" and not asked:
            assert orchestrator.run is not None
            asked.append(orchestrator.run.send("release"))

    asked: list[str] = []
    trainer = {"batch_size": 8, "epochs": 2}
    _, whole = train(small_config(trainer=trainer))
    config = small_config(trainer=trainer, execution="process")
    orchestrator = TrainingOrchestratorV2(config, on_event=release)
    result = asyncio.run(orchestrator.run_training())
    run = orchestrator.run
    assert run is not None and result["status"] == "released"
    assert run.status().state == "released" and not run.is_locked()
    last = EventReader(run.events).read()[-1]
    assert last.kind == "paused" and last.data["released"]
    resumed = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert resumed["status"] == "success"
    assert newest_weights(run) == newest_weights(whole)
    assert history(run) == history(whole)


def test_that_stop_after_epoch_ends_at_the_epoch(small_config: MakeConfig) -> None:
    def stop(event: Event) -> None:
        if event.kind == "step" and event.epoch == 1:
            assert orchestrator.run is not None
            orchestrator.run.send("stop")

    config = small_config(trainer={"batch_size": 8, "epochs": 4}, execution="process")
    orchestrator = TrainingOrchestratorV2(config, on_event=stop)
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "stopped"
    assert result["training_results"]["epochs_trained"] == 1


def test_that_a_detached_run_goes_on_and_is_attached_without_a_gap(
    small_config: MakeConfig,
) -> None:
    seen: list[Event] = []

    def leave(event: Event) -> None:
        seen.append(event)
        if event.kind == "epoch_started":
            first.detach()

    config = small_config(trainer={"batch_size": 8}, execution="process")
    first = TrainingOrchestratorV2(config, on_event=leave)
    assert asyncio.run(first.run_training())["status"] == "detached"
    assert first.run is not None and first.run.status().state == "running"
    again: list[Event] = []
    result = asyncio.run(TrainingOrchestratorV2(on_event=again.append).attach(first.run))
    assert result["status"] == "success"
    assert [event.seq for event in again] == list(range(1, len(again) + 1))
    assert again[-1].kind == "finished" and again[: len(seen)] == seen


def test_that_a_run_is_never_trained_twice_at_once(small_config: MakeConfig) -> None:
    def leave(event: Event) -> None:
        if event.kind == "epoch_started":
            first.detach()

    config = small_config(trainer={"batch_size": 8, "epochs": 50}, execution="process")
    first = TrainingOrchestratorV2(config, on_event=leave)
    asyncio.run(first.run_training())
    assert first.run is not None
    answer = asyncio.run(TrainingOrchestratorV2(config).resume(first.run))
    assert answer["status"] == "error" and "still running" in answer["error"]
    first.run.send("stop_now")
    assert asyncio.run(TrainingOrchestratorV2().attach(first.run))["status"] == "stopped"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": DataConfig(dataset="smal")}, "Did you mean 'small'?"),
        ({"data": DataConfig(dataset="small", label="label_2")}, "label_1"),
        ({"model": ModelConfigV2(input_features=110)}, "expects 110 features, the data has 6"),
        ({"model": None, "model_preset": "produktion_small"}, "production_small"),
        ({"trainer_preset": "x", "trainer": None}, "there is no trainer preset 'x'"),
    ],
)
def test_that_a_wrong_setting_is_answered_with_its_remedy(
    small_config: MakeConfig, changes: dict[str, Any], words: str
) -> None:
    settings = dict(changes)
    trainer = {"trainer": settings.pop("trainer")} if "trainer" in settings else {}
    config = small_config(**settings)
    for name, value in trainer.items():
        setattr(config, name, value)
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["status"] == "error" and words in result["error"]
    assert result.keys() >= {"error", "start_time", "end_time"}


def test_that_failures_are_recorded_in_the_run(small_config: MakeConfig) -> None:
    config = small_config(model=ModelConfigV2(input_features=110), execution="process")
    result, run = train(config)
    assert "expects 110 features" in result["error"]
    assert run.status().state == "failed"
    last = EventReader(run.events).read()[-1]
    assert last.kind == "failed" and last.data["error"]["type"] == "ConfigError"


def test_that_changed_data_refuse_a_resume(
    small_config: MakeConfig, tmp_path: Path, workspace: Any
) -> None:
    from console.engine.data.importer import import_dataset
    from console.engine.data.mapping import ImportMapping
    from tests.e2e.conftest import MAPPING, market_table

    config = small_config(trainer={"epochs": 1})
    _, run = train(config)
    market_table(seed=9).write_parquet(tmp_path / "other.parquet")
    import_dataset([tmp_path / "other.parquet"], ImportMapping(**MAPPING), "small", workspace)
    answer = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert answer["status"] == "error" and "changed since it began" in answer["error"]


def test_that_importing_the_orchestrator_costs_no_torch() -> None:
    code = (
        "import sys, json\n"
        "from console.engine.training_orchestrator_v2 import OrchestratorConfig\n"
        "from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2\n"
        "print(json.dumps([m for m in ('torch', 'polars', 'PySide6') if m in sys.modules]))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(answer.stdout) == []
