"""Threads are chosen at the first start of a run, told, and kept for every resume."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Iterator

import pytest
import torch

from console.core.configs import OrchestratorConfig
from console.core.events import Event, EventReader
from console.core.rundir import RunDir
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.e2e.test_orchestrator import train

MakeConfig = Callable[..., OrchestratorConfig]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads that wait for each other beside other processes take minutes for seconds."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def started(run: RunDir) -> list[dict[str, object]]:
    return [dict(e.data) for e in EventReader(run.events).read() if e.kind == "run_started"]


def test_that_the_choice_is_written_told_and_not_made_again_at_a_resume(
    small_config: MakeConfig,
) -> None:
    config = small_config(trainer={"num_threads": 0, "epochs": 2})
    orchestrators: list[TrainingOrchestratorV2] = []

    def stop_early(event: Event) -> None:
        if event.kind == "epoch_started":
            run = orchestrators[0].run
            assert run is not None
            run.send("stop_now")

    orchestrators.append(TrainingOrchestratorV2(config, on_event=stop_early))
    result = asyncio.run(orchestrators[0].run_training())
    run = orchestrators[0].run
    assert result["status"] == "stopped" and run is not None
    assert started(run)[0]["threads"] == 1
    path = run.path / "resolved.json"
    resolved = json.loads(path.read_text("utf-8"))
    assert (resolved["threads"], resolved["threads_timed"], resolved["compile"]) == (1, [], None)
    timed = [{"threads": 1, "samples_per_second": 5.0}, {"threads": 2, "samples_per_second": 4.0}]
    path.write_text(json.dumps({**resolved, "threads_timed": timed}), "utf-8")
    torch.set_num_threads(2)  # as on a machine that would now choose otherwise
    orchestrator = TrainingOrchestratorV2(dataclasses.replace(config))
    assert asyncio.run(orchestrator.resume(run))["status"] == "success"
    assert started(run)[1]["threads"] == 1
    assert started(run)[1]["threads_timed"] == timed
    [resumed] = [e.data for e in EventReader(run.events).read() if e.kind == "resumed"]
    assert resumed["exact"], resumed["reasons"]
    assert torch.get_num_threads() == 2


def test_that_the_same_number_gives_the_same_weights_however_it_was_reached(
    small_config: MakeConfig,
) -> None:
    _, timed = train(small_config(trainer={"num_threads": 0, "epochs": 1}))
    [told] = started(timed)
    _, fixed = train(small_config(trainer={"num_threads": told["threads"], "epochs": 1}))
    newest = [sorted(run.checkpoints.glob("step-*"))[-1] for run in (timed, fixed)]
    for name in ("model", "optim"):
        first, second = ((path / f"{name}.safetensors").read_bytes() for path in newest)
        assert first == second


def test_that_a_run_from_before_the_choice_keeps_the_threads_of_its_process(
    small_config: MakeConfig,
) -> None:
    _, run = train(small_config(trainer={"num_threads": 0, "epochs": 1}))
    path = run.path / "resolved.json"
    resolved = json.loads(path.read_text("utf-8"))
    for name in ("threads", "threads_timed", "compile"):
        del resolved[name]
    path.write_text(json.dumps(resolved), "utf-8")
    orchestrator = TrainingOrchestratorV2(small_config(trainer={"num_threads": 0, "epochs": 1}))
    asyncio.run(orchestrator.resume(run))
    assert started(run)[-1]["threads"] == 1
    assert started(run)[-1]["threads_timed"] == []


def test_that_a_wish_to_compile_that_is_not_met_is_a_warning(small_config: MakeConfig) -> None:
    events: list[Event] = []
    result, run = train(
        small_config(trainer={"compile_model": "cuda_graphs", "epochs": 1}), events.append
    )
    assert result["status"] == "success"
    [warning] = [e.data for e in events if e.data.get("code") == "not_compiled"]
    assert "CUDA graphs need a CUDA device" in warning["message"]
    report = started(run)[0]["compile"]
    assert isinstance(report, dict) and report["used"] == "off"
