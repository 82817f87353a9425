"""Several seeds, or all folds, as one run: real trainings, real processes, real kills."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.errors import RunError
from console.core.events import Event, EventReader, visible
from console.core.files import jsonable
from console.core.members import members_of, model_run
from console.core.paths import Workspace
from console.core.rundir import RunDir, find_run
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.evaluation.predictions import read_predictions
from console.engine.export.exporter import export_run
from console.engine.run_execution import execute_run
from console.engine.run_inspection import open_run_inspection
from console.engine.run_plan import RunPlan, make_plan
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.e2e.conftest import MAPPING, market_table
from tests.e2e.test_orchestrator import Killer, history, newest_weights, train, train_with

MakeConfig = Callable[..., OrchestratorConfig]
FOLDS = DataConfig(
    dataset="small", label="label_1", split_method="walk_forward", num_blocks=3,
    train_fraction=0.5, validation_fraction=0.2, test_fraction=0.3,
)  # fmt: skip
QUICK = {"epochs": 2, "batch_size": 32}


@pytest.fixture
def folds_config(small_config: MakeConfig) -> MakeConfig:
    """A run of three walk-forward folds of two epochs."""

    def make(**changes: Any) -> OrchestratorConfig:
        trainer = {**QUICK, **changes.pop("trainer", {})}
        settings = {"run_type": "folds", "data": FOLDS, **changes}
        return small_config(trainer=trainer, **settings)

    return make


@pytest.fixture
def seeds_config(small_config: MakeConfig) -> MakeConfig:
    """A run of three seeds of two epochs."""

    def make(**changes: Any) -> OrchestratorConfig:
        trainer = {**QUICK, **changes.pop("trainer", {})}
        settings = {"run_type": "seeds", "num_seeds": 3, **changes}
        return small_config(trainer=trainer, **settings)

    return make


def events_of(run: RunDir) -> list[Event]:
    return visible(EventReader(run.events).read())


def story_of(run: RunDir, member: int) -> list[dict[str, Any]]:
    """The epochs of one member as the whole run tells them."""
    told = [e for e in events_of(run) if e.kind == "epoch_metrics" and e.data["member"] == member]
    return [{"epoch": e.epoch, "step": e.step, "loss": e.data["val_loss"]} for e in told]


def own_story(run: RunDir) -> list[dict[str, Any]]:
    """The epochs of a member as its own events tell them."""
    told = [event for event in events_of(run) if event.kind == "epoch_metrics"]
    return [{"epoch": e.epoch, "step": e.step, "loss": e.data["val_loss"]} for e in told]


def same_members(one: RunDir, other: RunDir) -> None:
    """See that two runs trained the very same models to the very same figures."""
    pairs = list(zip(members_of(one), members_of(other), strict=True))
    for a, b in pairs:
        assert newest_weights(a) == newest_weights(b)
        assert history(a) == history(b)
    for index, (a, b) in enumerate(pairs, start=1):
        assert story_of(one, index) == own_story(a) == story_of(other, index) == own_story(b)


@pytest.mark.slow
def test_that_every_member_is_the_run_that_its_own_config_trains(seeds_config: MakeConfig) -> None:
    result, run = train(seeds_config())
    assert result["status"] == "success", result
    members = members_of(run)
    assert [m.path.name for m in members] == ["01-seed-42", "02-seed-43", "03-seed-44"]
    base = seeds_config()
    for member, seed in zip(members, (42, 43, 44), strict=True):
        trainer = dataclasses.replace(base.trainer, seed=seed)
        _, alone = train(dataclasses.replace(base, run_type="single", trainer=trainer))
        assert newest_weights(member) == newest_weights(alone)
        assert history(member) == history(alone)
        content = member.read_run()
        config = dataclasses.replace(base, run_type="single", trainer=trainer)
        plan = RunPlan.from_plain(content["plan"])
        assert plan.trainer == make_plan(config).trainer


@pytest.mark.slow
@pytest.mark.parametrize("storage", ["memory", "disk"])
def test_that_a_fold_is_the_run_that_trains_this_fold_alone(
    folds_config: MakeConfig, storage: str
) -> None:
    data = dataclasses.replace(FOLDS, storage=storage)
    _, run = train(folds_config(data=data))
    for fold in (1, 3):
        one = dataclasses.replace(data, fold=fold)
        _, alone = train(folds_config(data=one, run_type="single"))
        assert newest_weights(members_of(run)[fold - 1]) == newest_weights(alone)
        assert history(members_of(run)[fold - 1]) == history(alone)


def test_that_seeds_are_told_as_a_spread_and_the_best_on_validation_is_kept(
    seeds_config: MakeConfig,
) -> None:
    result, run = train(seeds_config())
    f1s = [entry["test_metrics"]["f1"] for entry in result["members"]]
    spread = result["spread"]["test"]["f1"]
    assert spread["mean"] == pytest.approx(statistics.fmean(f1s))
    assert spread["std"] == pytest.approx(statistics.stdev(f1s))
    assert (spread["min"], spread["max"], spread["count"]) == (min(f1s), max(f1s), 3)
    losses = [entry["best_metrics"]["val_loss"] for entry in result["members"]]
    best = losses.index(min(losses))
    assert result["chosen"] == {
        "index": best + 1, "name": f"seed-{42 + best}", "why": "best_validation"
    }  # fmt: skip
    assert result["best_metrics"]["val_loss"] == min(losses)
    assert model_run(run) == members_of(run)[best]
    assert Path(result["model_path"]).name == f"{run.id}.pt"
    assert result["pooled"] is None
    finished = events_of(run)[-1]
    assert finished.kind == "finished" and finished.data["spread"] == result["spread"]
    assert run.status().state == "finished" and run.status().members == 3


def see_that_the_story_is_complete(run: RunDir) -> None:
    """Every fold with its days, its epochs and its end."""
    events = events_of(run)
    started = [event.data for event in events if event.kind == "member_started"]
    assert [s["index"] for s in started] == [1, 2, 3] and started[1]["name"] == "fold-2"
    assert started[1]["fold"] == 2 and started[1]["run_dir"] == "members/02-fold-2"
    for data, member in zip(started, members_of(run), strict=True):
        own = json.loads((member.path / "result.json").read_text("utf-8"))
        assert data["days"] == own["data_stats"]["part_days"]
    ended = [event.data for event in events if event.kind == "member_finished"]
    assert [e["state"] for e in ended] == ["finished"] * 3
    assert ended[0]["metrics"]["val_f1"] and ended[0]["test_metrics"]["f1"]
    same_members(run, run)


def test_that_folds_are_pooled_from_their_counts_and_told_one_by_one(
    folds_config: MakeConfig,
) -> None:
    result, run = train(folds_config())
    assert result["status"] == "success", result
    folds = [entry["test_metrics"] for entry in result["members"]]
    summed = [
        [sum(fold["confusion"][true][told] for fold in folds) for told in range(3)]
        for true in range(3)
    ]
    pooled = result["pooled"]
    assert [list(row) for row in pooled["confusion"]] == summed
    assert pooled["num_samples"] == sum(fold["num_samples"] for fold in folds)
    total = pooled["num_samples"]
    assert pooled["accuracy"] == pytest.approx(sum(summed[i][i] for i in range(3)) / total)
    nll = sum(fold["nll"] * fold["num_samples"] for fold in folds) / total
    assert pooled["nll"] == pytest.approx(nll, rel=1e-5)
    assert pooled["num_predictions"] == total and pooled["num_folds"] == 3
    assert result["chosen"] == {"index": 3, "name": "fold-3", "why": "newest_data"}
    told = [e for e in events_of(run) if e.kind == "evaluated" and e.data["split"] == "pooled"]
    assert len(told) == 1 and told[0].data["f1"] == pooled["f1"]
    see_that_the_story_is_complete(run)


@pytest.mark.slow
def test_that_each_window_of_combinatorial_folds_counts_once(folds_config: MakeConfig) -> None:
    data = dataclasses.replace(
        FOLDS, split_method="combinatorial", num_blocks=4, num_test_blocks=2, fold=2,
        embargo_fraction=0.0,
    )  # fmt: skip
    result, run = train(folds_config(data=data, trainer={"epochs": 1}))
    assert result["status"] == "success", result
    assert len(result["members"]) == 6 and result["chosen"]["index"] == 1
    rows = [row for m in members_of(run) for row in read_predictions(m.path)["row"].to_list()]
    pooled = result["pooled"]
    assert pooled["num_predictions"] == len(rows)
    assert pooled["num_samples"] == len(set(rows)) < len(rows)
    warnings = [e.data for e in events_of(run) if e.data.get("code") == "setting_ignored"]
    assert len(warnings) == 1 and "fold = 2 is ignored" in warnings[0]["message"]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("epoch_metrics", 3),
        pytest.param("member_started", 2, marks=pytest.mark.slow),
        pytest.param("member_finished", 1, marks=pytest.mark.slow),
    ],
)
def test_that_killed_folds_resume_to_the_same_bytes(
    folds_config: MakeConfig, kind: str, count: int
) -> None:
    whole_result, whole = train(folds_config())
    config = folds_config(execution="process")
    result, run = train_with(config, Killer(kind, count))
    assert result["status"] == "error" and run.status().state == "crashed"
    resumed = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert resumed["status"] == "success", resumed
    same_members(whole, run)
    assert resumed["pooled"] == jsonable(whole_result["pooled"])
    assert resumed["spread"] == whole_result["spread"]
    ended = [e.data["index"] for e in events_of(run) if e.kind == "member_finished"]
    assert ended == [1, 2, 3]


@pytest.mark.slow
def test_that_a_run_killed_again_and_again_ends_like_one_that_was_not(
    seeds_config: MakeConfig,
) -> None:
    whole_result, whole = train(seeds_config())
    config = seeds_config(execution="process")
    _, run = train_with(config, Killer("checkpoint_saved", 2))
    for kind, count in (("stage", 4), ("resumed", 1), ("epoch_metrics", 1), ("best_changed", 2)):
        killer = Killer(kind, count)
        killer.orchestrator = orchestrator = TrainingOrchestratorV2(config, on_event=killer)
        assert asyncio.run(orchestrator.resume(run))["status"] == "error", kind
        assert run.status().state == "crashed"
    resumed = asyncio.run(TrainingOrchestratorV2(config).resume(run))
    assert resumed["status"] == "success" and run.status().attempt == 6
    same_members(whole, run)
    assert resumed["spread"] == whole_result["spread"]


def test_that_a_stop_ends_the_whole_run_and_a_resume_goes_on(seeds_config: MakeConfig) -> None:
    _, whole = train(seeds_config())

    def stop(event: Event) -> None:
        if event.kind == "epoch_started" and event.data["member"] == 2 and event.epoch == 1:
            assert orchestrator.run is not None
            orchestrator.run.send("stop")

    orchestrator = TrainingOrchestratorV2(seeds_config(), on_event=stop)
    result = asyncio.run(orchestrator.run_training())
    run = orchestrator.run
    assert run is not None
    assert result["status"] == "stopped" and run.status().state == "stopped"
    assert [entry["state"] for entry in result["members"]] == ["finished", "stopped"]
    assert result["members"][1]["epochs_trained"] == 1 and result["members_planned"] == 3
    resumed = asyncio.run(TrainingOrchestratorV2(seeds_config()).resume(run))
    assert resumed["status"] == "success" and len(resumed["members"]) == 3
    same_members(whole, run)


@pytest.mark.slow
def test_that_pause_save_and_set_reach_the_training_at_work(seeds_config: MakeConfig) -> None:
    states: list[str] = []

    def command(event: Event) -> None:
        run = orchestrator.run
        assert run is not None
        if event.kind == "epoch_started" and (event.data["member"], event.epoch) == (2, 1):
            run.send("set", name="epochs", value=1)
            run.send("pause")
        elif event.kind == "paused":
            states.append(run.status().state)
            run.send("resume")

    orchestrator = TrainingOrchestratorV2(seeds_config(num_seeds=2), on_event=command)
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "success" and states == ["paused"]
    assert [entry["epochs_trained"] for entry in result["members"]] == [2, 1]
    run = orchestrator.run
    assert run is not None
    acks = [e.data for e in events_of(run) if e.kind == "command_ack"]
    assert [(a["command"], a["accepted"], a["member"]) for a in acks] == [
        ("set", True, 2), ("pause", True, 2), ("resume", True, 2)
    ]  # fmt: skip


@pytest.mark.slow
def test_that_all_trainings_take_the_threads_that_the_first_was_timed_for(
    seeds_config: MakeConfig,
) -> None:
    _, run = train(seeds_config(num_seeds=2, trainer={"epochs": 1, "num_threads": 0}))
    chosen = [member.read_run()["resolved"] for member in members_of(run)]
    assert chosen[0]["threads"] == chosen[1]["threads"]
    assert chosen[0]["threads_timed"] == chosen[1]["threads_timed"]


@pytest.mark.slow
def test_that_changed_data_refuse_the_trainings_to_come(
    seeds_config: MakeConfig, tmp_path: Path, workspace: Workspace
) -> None:
    def stop(event: Event) -> None:
        if event.kind == "epoch_started" and event.epoch == 2:
            assert orchestrator.run is not None
            orchestrator.run.send("stop")

    orchestrator = TrainingOrchestratorV2(seeds_config(), on_event=stop)
    asyncio.run(orchestrator.run_training())
    run = orchestrator.run
    assert run is not None and [m.status().state for m in members_of(run)] == ["finished"]
    market_table(seed=9).write_parquet(tmp_path / "other.parquet")
    import_dataset([tmp_path / "other.parquet"], ImportMapping(**MAPPING), "small", workspace)
    answer = asyncio.run(TrainingOrchestratorV2(seeds_config()).resume(run))
    assert answer["status"] == "error" and "changed since it began" in answer["error"]


def test_that_a_stop_with_the_last_epoch_of_a_member_trains_no_other(
    seeds_config: MakeConfig,
) -> None:
    def stop(event: Event) -> None:
        if event.kind == "epoch_started" and event.data["member"] == 1 and event.epoch == 2:
            assert orchestrator.run is not None
            orchestrator.run.send("stop")

    orchestrator = TrainingOrchestratorV2(seeds_config(), on_event=stop)
    result = asyncio.run(orchestrator.run_training())
    assert result["status"] == "stopped"
    assert [entry["state"] for entry in result["members"]] == ["finished"]


def test_that_a_member_is_found_exported_and_inspected_like_a_run(
    seeds_config: MakeConfig, workspace: Workspace, tmp_path: Path
) -> None:
    result, run = train(seeds_config(num_seeds=2, trainer={"epochs": 1}))
    second = members_of(run)[1]
    for reference in (f"{run.id}:2", "last:2", "last:seed-43", f"{run.id}/members/02-seed-43"):
        assert find_run(workspace, reference) == second
    assert find_run(workspace, second.id) == second and second.id == f"{run.id}-02-seed-43"
    with pytest.raises(RunError, match="01-seed-42, 02-seed-43"):
        find_run(workspace, "last:7")
    assert export_run(second, "pt", tmp_path / "second.pt").on_real_windows
    whole = export_run(run, "safetensors", tmp_path / "whole.safetensors")
    assert whole.checkpoint and result["chosen_member"] == model_run(run).path.name
    for chosen in (run, second):
        assert open_run_inspection(chosen).describe().features[0] == "signal"


def test_that_a_finished_member_is_not_trained_again(seeds_config: MakeConfig) -> None:
    _, run = train(seeds_config(num_seeds=2, trainer={"epochs": 1}))
    before = [member.events.read_bytes() for member in members_of(run)]
    again = execute_run(run, resume=True)
    assert again["status"] == "success"
    assert [member.events.read_bytes() for member in members_of(run)] == before


def test_that_folds_without_a_split_into_folds_are_refused(small_config: MakeConfig) -> None:
    result = asyncio.run(TrainingOrchestratorV2(small_config(run_type="folds")).run_training())
    assert result["status"] == "error" and "split_method=walk_forward" in result["error"]


def test_that_a_fold_that_cannot_be_trained_is_refused_before_the_first(
    folds_config: MakeConfig,
) -> None:
    data = dataclasses.replace(FOLDS, num_blocks=24, embargo_fraction=0.2)
    result, run = train(folds_config(data=data))
    assert result["status"] == "error" and run.status().state == "failed"
    assert members_of(run) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("run_type", "storage"), [("seeds", "memory"), ("seeds", "disk"), ("folds", "memory")]
)
def test_that_trainings_share_one_reading_of_the_rows(
    folds_config: MakeConfig, run_type: str, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.engine import run_data

    calls: list[str] = []
    load = run_data.load_rows

    def counted(*arguments: Any) -> Any:
        calls.append("read")
        return load(*arguments)

    monkeypatch.setattr(run_data, "load_rows", counted)
    data = dataclasses.replace(FOLDS, storage=storage)
    config = folds_config(data=data, run_type=run_type, num_seeds=2, trainer={"epochs": 1})
    result, _ = train(config)
    assert result["status"] == "success" and calls == ["read"]
