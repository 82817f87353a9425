"""The six stages of a run, in order, and the result they add up to."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from console.core.configs import ModelConfigV2, OrchestratorConfig
from console.core.datasets import CLASS_NAMES
from console.core.errors import RunError
from console.core.fields import from_plain, to_plain
from console.core.files import write_json_atomic
from console.core.members import is_member
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.engine import run_results
from console.engine.data.prepare import PreparedData
from console.engine.data.rows import MarketRows
from console.engine.evaluation.predictions import probabilities_of, write_predictions
from console.engine.group_worker import SilentRecorder
from console.engine.run_data import RunData
from console.engine.run_machine import MachineChoice, settle_machine
from console.engine.run_plan import RunPlan
from console.engine.run_preparation import (
    build_network,
    check_same_data,
    initial_weights_of,
    load_initial_weights,
    make_trainer,
    read_resolved,
    settled_data,
)
from console.engine.run_recorder import RunRecorder
from console.engine.training.compilation import not_compiled
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
        data: RunData | None = None,
        world: World = ALONE,
    ) -> None:
        self.run, self.config, self.plan = run, config, plan
        self.data = data or RunData()
        self.recorder, self.on_trainer, self.world = recorder, on_trainer, world
        self.resume = bool(world.sum_(torch.tensor(int(resume))))  # of several hosts one knows

    def execute(self) -> dict[str, Any]:
        """All stages; the result of ``run_training`` without its times.

        Of several processes only the first writes files and has a result.
        """
        self._begin("load")
        rows = self._load()

        self._begin("analyse")
        prepared = self.data.prepared(rows, self.plan)

        self._begin("balance")
        self._announce_data(rows, prepared)

        self._begin("create_model")
        model_config = self._model_config(rows, prepared)
        network = build_network(model_config, self.plan)
        load_initial_weights(self.run, self.config, network)
        if self.world.is_first:
            self._write_preprocessing(rows, prepared)
        recorder = self.recorder
        trainer = make_trainer(
            network, self.plan, prepared, checkpoint_dir=self.run.checkpoints, world=self.world,
            hooks=TrainingHooks(recorder.emit, recorder.take_commands, recorder.last_seq),
        )  # fmt: skip
        machine = self._settle_machine(trainer, prepared)
        if self.on_trainer is not None:
            self.on_trainer(trainer)

        self._begin("train")
        self._announce_start(trainer, prepared, rows, machine)
        trainer.train(prepared.train, prepared.validation, prepared.test, resume=self.resume)
        if is_member(self.run) and trainer.test_results:
            found = probabilities_of(trainer, prepared.test)
            write_predictions(self.run.path, rows, prepared.test, found)

        if trainer.stop_reason == "released":
            return {"status": "released"}  # paused, not ended: there is nothing to hand over yet
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
        data = dataclasses.replace(settled_data(self.run, self.plan))
        chosen: dict[str, Any] = {}
        if self.world.is_first:
            rows = self.data.rows(self.config, data, workspace, warn)
            storage = "disk" if rows.on_disk else "memory"
            chosen = {"storage": storage, "fingerprint": rows.fingerprint}
        chosen = self.world.share(chosen)
        if not self.world.is_first:
            data.storage = chosen["storage"]
            rows = self.data.rows(self.config, data, workspace, warn)
        if rows.fingerprint != chosen["fingerprint"]:
            raise RunError(
                "The data of {run} are not the same on all its hosts.",
                remedy="Let all hosts use one workspace on a disk that they share.",
                run=self.run.id,
            )  # fmt: skip
        return rows

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
        resolved = read_resolved(self.run)
        if resolved is not None:
            check_same_data(self.run, rows, resolved)
            return from_plain(ModelConfigV2, resolved["model"])
        model = self.plan.model_for(len(rows.features), len(prepared.train))
        content = {**self.plan.to_plain(), "model": to_plain(model)}
        content["storage"] = "disk" if rows.on_disk else "memory"
        content["fingerprint"] = rows.fingerprint
        content["initial_weights"] = initial_weights_of(self.config)
        write_json_atomic(self.run.path / "resolved.json", content)
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

    def _settle_machine(self, trainer: ModelTrainerV2, prepared: PreparedData) -> MachineChoice:
        """Threads and compilation of this run; a wish that could not be met is a warning."""
        if self.world.size > 1:
            return self._machine_of_several()
        machine = settle_machine(self.run, trainer, prepared.train, prepared.validation)
        machine.apply(trainer)
        report = machine.compilation
        if report is not None and report.used == "off":
            self.recorder.warn("not_compiled", *not_compiled(report))
        return machine

    def _machine_of_several(self) -> MachineChoice:
        """Several processes share the processors as the launcher divided them."""
        if self.plan.trainer.compile_model != "off":
            self.recorder.warn(
                "not_compiled", "Several processes train together; the model is not compiled.", ""
            )
        return MachineChoice(self.plan.trainer.num_threads or torch.get_num_threads())

    def _announce_start(
        self,
        trainer: ModelTrainerV2,
        prepared: PreparedData,
        rows: MarketRows,
        machine: MachineChoice,
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
                **machine.to_plain(),
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
