"""The six stages of a run, in order, and the result they add up to."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig
from console.core.datasets import CLASS_NAMES
from console.core.errors import RunError
from console.core.fields import from_plain, to_plain
from console.core.files import write_json_atomic
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine import run_results
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.data_sources import load_rows
from console.engine.group_worker import SilentRecorder
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_plan import RunPlan
from console.engine.run_recorder import RunRecorder
from console.engine.training.distributed import ALONE, World
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks

STAGES = ("load", "analyse", "balance", "create_model", "train", "save")


class RunStages:
    """Carries one run through its stages; each is announced as it begins."""

    def __init__(
        self,
        run: RunDir,
        config: OrchestratorConfig,
        plan: RunPlan,
        recorder: RunRecorder | SilentRecorder,
        *,
        resume: bool,
        on_trainer: Callable[[ModelTrainerV2], None] | None = None,
        world: World = ALONE,
    ) -> None:
        self.run, self.config, self.plan = run, config, plan
        self.recorder, self.on_trainer, self.world = recorder, on_trainer, world
        self.resume = bool(world.sum_(torch.tensor(int(resume))))  # of several hosts one knows

    def execute(self) -> dict[str, Any]:
        """All stages; the result of ``run_training`` without its times.

        Of several processes only the first writes files and has a result.
        """
        self._begin("load")
        rows = self._load()

        self._begin("analyse")
        prepared = prepare_windows(
            rows,
            self.plan.data,
            self.plan.balancing,
            self.plan.model.sequence_length,
            self.plan.trainer.seed,
        )

        self._begin("balance")
        self._announce_data(rows, prepared)

        self._begin("create_model")
        model_config = self._model_config(rows, prepared)
        torch.manual_seed(self.plan.trainer.seed)
        model = HybridCNNLSTMv2(model_config)
        if self.world.is_first:
            self._write_preprocessing(rows, prepared)
        trainer = ModelTrainerV2(
            model,
            self.plan.trainer,
            checkpoint_dir=self.run.checkpoints,
            hooks=TrainingHooks(
                self.recorder.emit, self.recorder.take_commands, self.recorder.last_seq
            ),
            return_scale=prepared.return_scale,
            world=self.world,
        )
        if self.on_trainer is not None:
            self.on_trainer(trainer)

        self._begin("train")
        self._announce_start(trainer, prepared, rows)
        trainer.train(prepared.train, prepared.validation, prepared.test, resume=self.resume)

        self._begin("save")
        if not self.world.is_first:
            return {}
        return self._result(rows, prepared, trainer)

    def _begin(self, name: str) -> None:
        self.recorder.stage(name, STAGES.index(name) + 1, len(STAGES))

    def _announce_data(self, rows: MarketRows, prepared: PreparedData) -> None:
        self.recorder.emit("data_summary", data=run_results.data_stats(rows, prepared))
        for message in prepared.summary.get("warnings", ()):
            self.recorder.warn("data", str(message))

    def _load(self) -> MarketRows:
        """The rows; the first process reads them alone, the others then do as it did.

        Raises:
            RunError: another process of the training finds other data.
        """
        workspace, warn = open_workspace(self.config.workspace), self.recorder.warn
        data = dataclasses.replace(self._settled_data())
        chosen: dict[str, Any] = {}
        if self.world.is_first:
            rows = load_rows(self.config, data, workspace, warn)
            storage = "disk" if rows.on_disk else "memory"
            chosen = {"storage": storage, "fingerprint": rows.fingerprint}
        chosen = self.world.share(chosen)
        if not self.world.is_first:
            data.storage = chosen["storage"]
            rows = load_rows(self.config, data, workspace, warn)
        if rows.fingerprint != chosen["fingerprint"]:
            raise RunError(
                "The data of {run} are not the same on all its hosts.",
                remedy="Let all hosts use one workspace on a disk that they share.",
                run=self.run.id,
            )  # fmt: skip
        return rows

    def _settled_data(self) -> DataConfig:
        """The data config with the storage that the first start chose: the order follows from it.

        Runs that began before there was a choice were held in memory.
        """
        path = self.run.path / "resolved.json"
        if not path.exists():
            return self.plan.data
        storage = json.loads(path.read_text("utf-8")).get("storage", "memory")
        return dataclasses.replace(self.plan.data, storage=storage)

    def _model_config(self, rows: MarketRows, prepared: PreparedData) -> ModelConfigV2:
        """The model config of this run, which the first process settles for all."""
        settled = to_plain(self._settle_model(rows, prepared)) if self.world.is_first else None
        return from_plain(ModelConfigV2, self.world.share(settled))

    def _settle_model(self, rows: MarketRows, prepared: PreparedData) -> ModelConfigV2:
        """The model config of this run: decided at its first start, kept for every resume.

        Raises:
            RunError: the data changed since the run began.
            ConfigError: the caller's model config does not fit the data.
        """
        path = self.run.path / "resolved.json"
        if path.exists():
            resolved = json.loads(path.read_text("utf-8"))
            if resolved["fingerprint"] != rows.fingerprint:
                raise RunError(
                    "The data of {run} have changed since it began: {name} is another version.",
                    remedy="Start a new run, or import the earlier version of the data again.",
                    run=self.run.id, name=rows.name,
                )  # fmt: skip
            return from_plain(ModelConfigV2, resolved["model"])
        model = self.plan.model_for(len(rows.features), len(prepared.train))
        content = {**self.plan.to_plain(), "model": to_plain(model)}
        content["storage"] = "disk" if rows.on_disk else "memory"
        write_json_atomic(path, {**content, "fingerprint": rows.fingerprint})
        return model

    def _write_preprocessing(self, rows: MarketRows, prepared: PreparedData) -> None:
        """What a model needs beside its weights: features, scaler, label rule, return scale."""
        content = {
            "format": 1,
            "features": list(rows.features),
            "scaler": prepared.scaler.to_dict(),
            "label": prepared.label,
            "return_scale": prepared.return_scale,
            "sequence_length": prepared.train.sequence_length,
            "class_names": list(CLASS_NAMES),
            "dataset": rows.name,
            "fingerprint": rows.fingerprint,
            "simulated": rows.simulated,
        }
        write_json_atomic(self.run.path / "preprocessing.json", content)

    def _announce_start(
        self, trainer: ModelTrainerV2, prepared: PreparedData, rows: MarketRows
    ) -> None:
        config = self.plan.trainer
        self.recorder.emit(
            "run_started",
            data={
                "epochs": config.epochs,
                "batch_size": config.batch_size,
                "steps_per_epoch": math.ceil(prepared.train.num_samples / config.batch_size),
                "model": self.config.model_preset,
                "trainer": self.config.trainer_preset,
                "dataset": rows.name,
                "label": prepared.label["column"] or prepared.label["method"],
                "num_parameters": sum(
                    parameter.numel() for parameter in trainer.model.parameters()
                ),
                "device": str(trainer.device),
                "threads": config.num_threads or torch.get_num_threads(),
                "processes": self.world.size,
            },
        )

    def _result(
        self, rows: MarketRows, prepared: PreparedData, trainer: ModelTrainerV2
    ) -> dict[str, Any]:
        saved = run_results.save_model(self.run, Path(self.config.output_dir), trainer)
        training = run_results.training_results(trainer)
        return {
            "status": "stopped" if training["stop_reason"] == "stopped" else "success",
            "data_stats": run_results.data_stats(rows, prepared),
            "data_analysis": run_results.data_analysis(prepared, trainer),
            "training_results": training,
            "save_results": saved,
            "model_path": saved["model_path"],
            "best_metrics": training["best_metrics"],
            "test_metrics": trainer.test_results,
        }
