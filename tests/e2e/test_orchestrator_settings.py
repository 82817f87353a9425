"""Walks every field of ``OrchestratorConfig``, and those of other configs that act in the plan."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.errors import ConfigError, ConsoleError
from console.core.events import EventReader
from console.core.fields import fields_of
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.engine.data_sources import load_rows
from console.engine.run_members import members_planned
from console.engine.run_plan import make_plan
from console.engine.torchrun import torchrun_command
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

MakeConfig = Callable[..., OrchestratorConfig]
IN_THE_PLAN: dict[str, Any] = {
    "model_preset": "conservative",
    "trainer_preset": "conservative",
    "balancing_preset": "conservative",
    "model": ModelConfigV2(dropout=0.1),
    "trainer": TrainerConfigV2(epochs=7),
    "data": DataConfig(dataset="other"),
    "balancing": BalancingConfig(oversample_ratio=0.9),
    "device": "cpu",
    "seed": 7,
    "feature_store_days": 3,
    "symbols": ("XRPUSDT",),
}
IN_THE_ROWS: dict[str, Any] = {
    "use_feature_store": False,
    "feature_store_path": "nowhere",
    "fallback_to_legacy": False,
    "legacy_storage_path": "nowhere",
    "allow_simulated": False,
    "auto_select_symbols": True,
    "max_symbols": 1,
}
IN_THE_RUN = (
    "output_dir", "experiment_name", "use_mlflow", "mlflow_tracking_uri", "execution", "workspace",
    "initial_weights",  # test_initial_weights.py
    "run_type", "num_seeds",
    "num_processes", "num_hosts", "rendezvous",
)  # fmt: skip


def test_that_every_orchestrator_setting_is_walked() -> None:
    walked = {*IN_THE_PLAN, *IN_THE_ROWS, *IN_THE_RUN}
    assert walked == {record.name for record in fields_of(OrchestratorConfig)}


@pytest.mark.parametrize("name", sorted(IN_THE_PLAN))
def test_that_the_setting_changes_the_plan(name: str) -> None:
    base = OrchestratorConfig()
    changed = dataclasses.replace(base, **{name: IN_THE_PLAN[name]})
    assert make_plan(changed) != make_plan(base)


@pytest.mark.parametrize("name", ["focal_gamma", "use_class_weights", "class_weight_method"])
def test_that_the_balancing_setting_reaches_the_trainer(name: str) -> None:
    values = {"focal_gamma": 1.0, "use_class_weights": True, "class_weight_method": "log"}
    base = BalancingConfig(use_class_weights=name == "class_weight_method")
    changed = dataclasses.replace(base, **{name: values[name]})
    before = make_plan(OrchestratorConfig(balancing=base)).trainer
    assert make_plan(OrchestratorConfig(balancing=changed)).trainer != before


def write_store(root: Path, num_rows: int) -> None:
    """A feature store of one day: BTCUSDT, ETHUSDT and, with the most rows, SOLUSDT."""
    tables = []
    for symbol, count in (("BTCUSDT", num_rows), ("ETHUSDT", num_rows), ("SOLUSDT", 2 * num_rows)):
        values = np.random.default_rng(1).normal(size=(count, 112)).astype(np.float32)
        columns = {f"f{i}": values[:, i] for i in range(112)}
        tables.append(
            pl.DataFrame(
                {
                    "symbol": [symbol] * count, "timestamp": 1.7e9 + np.arange(count), **columns,
                    "future_direction_10s": np.arange(count) % 3,
                    "current_mid_price": 100.0 + np.arange(count),
                }
            )
        )  # fmt: skip
    folder = root / "offline" / "training_features" / "date=2023-11-14"
    folder.mkdir(parents=True)
    pl.concat(tables).write_parquet(folder / "part-0.parquet")


def write_legacy(root: Path, num_rows: int) -> None:
    """Old files of one day of the same three symbols."""
    for symbol, count in (("BTCUSDT", num_rows), ("ETHUSDT", num_rows), ("SOLUSDT", 2 * num_rows)):
        for kind in ("features", "labels"):
            (root / symbol / kind).mkdir(parents=True)
        values = np.random.default_rng(2).normal(size=(count, 112)).astype(np.float32)
        np.save(root / symbol / "features" / "2023-11-14_batch_0000.npy", values)
        entries = [
            {
                "future_direction_10s": i % 3, "timestamp": int(1.7e12 + 1000 * i),
                "current_mid_price": 100.0 + i,
            }
            for i in range(count)
        ]  # fmt: skip
        label_file = root / symbol / "labels" / "2023-11-14_batch_0000.json"
        label_file.write_text(json.dumps(entries))
    (root / "labels.yaml").write_text("encoding: classes")


@pytest.mark.parametrize("name", sorted(IN_THE_ROWS))
def test_that_the_setting_changes_the_rows(name: str, tmp_path: Path, workspace: Workspace) -> None:
    write_store(tmp_path / "store", 40)
    write_legacy(tmp_path / "legacy", 50)
    base = OrchestratorConfig(
        feature_store_path=str(tmp_path / "store"), legacy_storage_path=str(tmp_path / "legacy")
    )
    if "legacy" in name or name == "allow_simulated":  # what is behind the store counts
        base = dataclasses.replace(base, use_feature_store=False)
    if name == "allow_simulated":
        base = dataclasses.replace(base, fallback_to_legacy=False)

    def rows_of(config: OrchestratorConfig) -> tuple[str, int, tuple[str, ...]] | str:
        data = make_plan(config).data
        try:
            rows = load_rows(config, data, workspace, lambda *words: None)
        except ConsoleError as error:
            return str(error)
        return rows.source, len(rows), rows.symbols

    changed = dataclasses.replace(base, **{name: IN_THE_ROWS[name]})
    assert rows_of(base) != rows_of(changed)


def test_that_a_stored_source_trains_and_falls_back_to_the_old_files(
    tmp_path: Path, small_config: MakeConfig
) -> None:
    write_legacy(tmp_path / "legacy", 1200)
    trainer = TrainerConfigV2(epochs=1, batch_size=64, num_threads=1, device="cpu")
    config = small_config(
        data=DataConfig(label="future_direction_10s", embargo_fraction=0.0),
        model=None, model_preset="quick_experiment",
        feature_store_path=str(tmp_path / "store"), legacy_storage_path=str(tmp_path / "legacy"),
    )  # fmt: skip
    config.trainer = trainer
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["status"] == "success", result
    assert result["data_stats"]["source"] == "legacy"
    write_store(tmp_path / "store", 1200)
    result = asyncio.run(TrainingOrchestratorV2(config).run_training())
    assert result["data_stats"]["source"] == "feature_store"
    assert result["data_stats"]["symbols"] == ["BTCUSDT", "ETHUSDT"]


def test_that_places_and_names_of_a_run_follow_the_config(
    small_config: MakeConfig, tmp_path: Path
) -> None:
    config = small_config(
        output_dir=str(tmp_path / "elsewhere"), experiment_name="Night run",
        trainer={"epochs": 1},
    )  # fmt: skip
    orchestrator = TrainingOrchestratorV2(config)
    result = asyncio.run(orchestrator.run_training())
    assert Path(result["model_path"]).is_relative_to(tmp_path / "elsewhere")
    assert orchestrator.run is not None and "-night-run-" in orchestrator.run.id
    assert orchestrator.run.path.is_relative_to(Path(config.workspace) / "runs")


def test_that_execution_chooses_the_process(small_config: MakeConfig) -> None:
    def logs_of(execution: str) -> list[str]:
        config = small_config(execution=execution, trainer={"epochs": 1})
        orchestrator = TrainingOrchestratorV2(config)
        asyncio.run(orchestrator.run_training())
        assert orchestrator.run is not None
        return [path.name for path in orchestrator.run.logs.iterdir()]

    assert logs_of("thread") == []
    assert logs_of("process") == ["worker-1-0.log"]


def test_that_run_type_and_num_seeds_choose_the_trainings() -> None:
    def names(**changes: Any) -> list[str]:
        config = OrchestratorConfig(data=DataConfig(split_method="walk_forward"), **changes)
        return [member.name for member in members_planned(config, make_plan(config))]

    assert names(run_type="seeds") == ["seed-42", "seed-43", "seed-44"]
    assert names(run_type="seeds", num_seeds=2, seed=7) == ["seed-7", "seed-8"]
    assert names(run_type="folds") == [f"fold-{fold}" for fold in range(1, 6)]


def test_that_torchrun_is_told_how_many_processes_meet_where(tmp_path: Path) -> None:
    def command(**changes: Any) -> str:
        config = OrchestratorConfig(execution="torchrun", **changes)
        run = RunDir(tmp_path / "run")
        words = torchrun_command(run, config, attempt=1, resume=False, is_first_host=True)
        return " ".join(words)

    here = command(num_processes=3)
    assert "--nproc-per-node=3" in here and "--nnodes=1" in here and "store_type=file" in here
    there = command(num_processes=2, num_hosts=4, rendezvous="first:29400")
    assert "--nnodes=4" in there and "--rdzv-endpoint=first:29400" in there


def test_that_several_processes_mean_torchrun_and_hosts_need_a_meeting_point() -> None:
    assert OrchestratorConfig(num_processes=2).together
    assert not OrchestratorConfig(execution="process").together
    for place in ("", "host", "host:port"):
        with pytest.raises(ConfigError, match="meeting point"):
            OrchestratorConfig(execution="torchrun", num_hosts=2, rendezvous=place)


def test_that_every_process_gets_a_shard_unless_shards_are_chosen() -> None:
    config = OrchestratorConfig(execution="torchrun", num_processes=3)
    assert make_plan(config).trainer.gradient_shards == 3
    config.trainer = TrainerConfigV2(gradient_shards=6)
    assert make_plan(config).trainer.gradient_shards == 6


@pytest.mark.parametrize("use_mlflow", [True, False])
def test_that_a_run_is_logged_where_mlflow_is_told_to(
    small_config: MakeConfig, tmp_path: Path, use_mlflow: bool
) -> None:
    pytest.importorskip("mlflow")
    config = small_config(
        use_mlflow=use_mlflow, mlflow_tracking_uri=str(tmp_path / "runs of mlflow"),
        trainer={"epochs": 1},
    )  # fmt: skip
    orchestrator = TrainingOrchestratorV2(config)
    asyncio.run(orchestrator.run_training())
    assert orchestrator.run is not None
    warnings = [e for e in EventReader(orchestrator.run.events).read() if e.kind == "warning"]
    assert (tmp_path / "runs of mlflow").exists() == use_mlflow, warnings
