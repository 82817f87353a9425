"""The doctor beside a real run: recorded as it happens, once, also across a resume."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from console.core.configs import OrchestratorConfig
from console.core.diagnosis import Diagnosis
from console.core.doctor import Doctor, diagnoses_of
from console.core.events import Event, EventReader, visible
from console.core.rundir import RunDir
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

MakeConfig = Callable[..., OrchestratorConfig]
WILD = {"learning_rate": 0.1, "scheduler_type": "constant", "epochs": 2, "batch_size": 32}


def recorded(run: RunDir) -> list[Diagnosis]:
    events = visible(EventReader(run.events).read())
    return [Diagnosis.from_dict(event.data) for event in events if event.kind == "diagnosis"]


def test_that_a_run_that_learns_raises_no_alarm(small_config: MakeConfig) -> None:
    orchestrator = TrainingOrchestratorV2(small_config(trainer={"epochs": 3}))
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "success" and orchestrator.run is not None
    assert [found for found in recorded(orchestrator.run) if found.level != "info"] == []


def test_that_what_is_told_while_it_trains_is_what_the_record_says_later(
    small_config: MakeConfig,
) -> None:
    def stop(event: Event) -> None:
        if event.kind == "epoch_metrics" and event.epoch == 1 and orchestrator.run is not None:
            orchestrator.run.send("stop_now")

    config = small_config(trainer=WILD)
    orchestrator = TrainingOrchestratorV2(config, on_event=stop)
    asyncio.run(orchestrator.run_training())
    run = orchestrator.run
    assert run is not None and run.status().state == "stopped"
    asyncio.run(TrainingOrchestratorV2(config).resume(run))
    told = recorded(run)
    codes = [found.code for found in told if found.active]
    assert "learning_rate_exploding" in codes
    assert codes.count("learning_rate_exploding") == len(
        {found.level for found in told if found.code == "learning_rate_exploding" and found.active}
    )
    events = EventReader(run.events).read()
    again = [found for _event, found in diagnoses_of(run.read_run(), events)]
    assert again == told


def test_that_a_doctor_that_breaks_ends_no_training(
    small_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Doctor, _event: Event) -> list[Any]:
        raise ZeroDivisionError("a mistake of ours")

    events: list[Event] = []
    orchestrator = TrainingOrchestratorV2(
        small_config(trainer={"epochs": 1}), on_event=events.append
    )
    orchestrator.prepare()
    monkeypatch.setattr(Doctor, "apply", broken)
    assert asyncio.run(orchestrator.run_training())["status"] == "success"
    warnings = [event.data for event in events if event.kind == "warning"]
    assert [w["code"] for w in warnings].count("doctor_failed") == 1
    assert any("ZeroDivisionError: a mistake of ours" in w["message"] for w in warnings)
