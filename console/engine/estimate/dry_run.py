"""The dry run of a training: its own data, batches, steps and checkpoint, a few of each."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from console.core.checkpoints import list_checkpoints
from console.core.configs import OrchestratorConfig
from console.core.errors import WorkspaceError
from console.core.paths import Workspace, open_workspace
from console.engine.data.prepare import PreparedData
from console.engine.data_sources import load_rows
from console.engine.estimate import verdict
from console.engine.estimate.batch_memory import BatchMemory, measure_batches
from console.engine.estimate.memory import (
    PeakMemory,
    available_bytes,
    limit_memory,
    resident_bytes,
)
from console.engine.estimate.speed import Speed, measure_speed
from console.engine.estimate.verdict import EstimateProblem
from console.engine.run_machine import MachineChoice, choose
from console.engine.run_plan import make_plan
from console.engine.run_preparation import build_network, make_trainer, prepare_run_windows
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.rehearsal import Rehearsal, rehearse

STAGES = ("load", "memory", "threads", "speed")
SAFE_SHARE = 0.95  # of the free memory; the rest is for whatever else begins meanwhile
Tell = Callable[[float, str], None]


class DryRun:
    """Measures one training. ``tell`` hears the share done and the name of each stage.

    The process that does it limits its own memory and should be a child, made for it.
    """

    def __init__(self, config: OrchestratorConfig, tell: Tell) -> None:
        self._config, self._tell = config, tell
        self._plan = make_plan(config)
        self._workspace: Workspace = open_workspace(config.workspace).ensure()
        self._available = available_bytes()
        self._budget = int(SAFE_SHARE * self._available) + resident_bytes()
        self._peak = PeakMemory()
        self._notes: list[str] = []
        self._loading_s = 0.0

    def measure(self) -> dict[str, Any]:
        """The result of ``training-console estimate``.

        Raises:
            ConsoleError: the settings or the data are unusable.
        """
        limit_memory(int(SAFE_SHARE * self._available))
        try:
            prepared = self._load()
        except MemoryError:
            return {**self._frame(), **_unfit(verdict.rows_problem(self._budget))}
        model = self._plan.model_for(prepared.train.num_features, len(prepared.train))
        self._plan = dataclasses.replace(self._plan, model=model)
        trainer = make_trainer(build_network(model, self._plan), self._plan, prepared)
        frame = {**self._frame(), **_about(trainer, prepared)}
        self._begin("memory")
        batches = self._measure_batches(trainer, prepared)
        frame.update(gpu_peak_bytes=0, peak_memory_bytes=self._peak.note())
        if not batches.fits:
            problem = verdict.memory_problem(
                self._plan, batches, self._recomputing(prepared, batches.tried)
            )
            host = trainer.device.type != "cuda"
            name = "peak_memory_bytes" if host else "gpu_peak_bytes"
            return {**frame, name: batches.full_bytes, **_unfit(problem)}
        return {**frame, **self._measure_work(trainer, prepared)}

    def _load(self) -> PreparedData:
        self._begin("load")
        begun = time.perf_counter()
        rows = load_rows(self._config, self._plan.data, self._workspace, self._note)
        prepared = prepare_run_windows(rows, self._plan)
        self._loading_s = time.perf_counter() - begun
        return prepared

    def _measure_batches(
        self, trainer: ModelTrainerV2, prepared: PreparedData, largest: int = 0
    ) -> BatchMemory:
        budget = self._budget
        if trainer.device.type == "cuda":
            free, _whole = torch.cuda.mem_get_info(trainer.device)
            budget = int(SAFE_SHARE * free) + torch.cuda.memory_reserved(trainer.device)
        with rehearse(trainer, prepared.train, prepared.validation) as rehearsal:
            return measure_batches(rehearsal, self._peak, budget, largest=largest)

    def _recomputing(self, prepared: PreparedData, largest: int) -> BatchMemory | None:
        """What gradient checkpointing would take, judged by batches that are known to fit."""
        model = self._plan.model
        if model.use_gradient_checkpointing or not largest:
            return None
        model = dataclasses.replace(model, use_gradient_checkpointing=True)
        trainer = make_trainer(build_network(model, self._plan), self._plan, prepared)
        return self._measure_batches(trainer, prepared, largest)

    def _measure_work(self, trainer: ModelTrainerV2, prepared: PreparedData) -> dict[str, Any]:
        """Threads, speed and a checkpoint of a training that fits into memory."""
        self._begin("threads")
        machine = choose(trainer, prepared.train, prepared.validation)
        machine.apply(trainer)
        self._begin("speed")
        folder = Path(tempfile.mkdtemp(prefix=".estimate-", dir=self._workspace.runs))
        try:
            with rehearse(
                trainer, prepared.train, prepared.validation, checkpoint_dir=folder / "checkpoints"
            ) as rehearsal:
                speed = _speed(rehearsal, machine)
            checkpoint_bytes = max(info.size_bytes for info in list_checkpoints(folder))
        except WorkspaceError as error:
            problem = EstimateProblem("disk", error.message, error.remedy)
            return {**machine.to_plain(), **_unfit(problem)}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if trainer.device.type == "cuda":
            gpu = torch.cuda.max_memory_reserved(trainer.device)
        else:
            gpu = 0
        return {
            **machine.to_plain(),
            "peak_memory_bytes": self._peak.note(),
            "gpu_peak_bytes": gpu,
            **self._times(speed, prepared),
            **self._disk(checkpoint_bytes),
        }

    def _times(self, speed: Speed, prepared: PreparedData) -> dict[str, Any]:
        num_train, num_validation = prepared.train.num_samples, len(prepared.validation)
        low, high = speed.epoch_range(num_train, num_validation)
        fewest, most = verdict.epochs_range(self._plan.trainer)
        count = verdict.num_trainings(self._config, self._plan)
        test_s = len(prepared.test) * speed.evaluation_s[0]
        around = self._loading_s + test_s
        return {
            "seconds_per_epoch": round(speed.epoch_s(num_train, num_validation), 3),
            "seconds_per_epoch_range": [round(low, 3), round(high, 3)],
            "total_seconds_range": [
                round(count * (around + fewest * low), 1), round(count * (around + most * high), 1),
            ],
            "samples_per_second": round(speed.samples_per_second, 1),
        }  # fmt: skip

    def _disk(self, checkpoint_bytes: int) -> dict[str, Any]:
        kept = verdict.checkpoints_kept(self._plan.trainer)
        count = verdict.num_trainings(self._config, self._plan)
        needed = count * kept * checkpoint_bytes
        free = shutil.disk_usage(self._workspace.runs).free
        problems = []
        if needed > free:
            problems.append(verdict.disk_problem(self._plan, checkpoint_bytes, needed, free))
        return {
            "fits": not problems,
            "problems": [problem.to_plain() for problem in problems],
            "checkpoint_bytes": checkpoint_bytes,
            "checkpoints_kept": kept,
            "disk_bytes": needed,
            "disk_free_bytes": free,
        }

    def _frame(self) -> dict[str, Any]:
        """Every name of the result; None where nothing was measured."""
        trainer = self._plan.trainer
        unknown = (
            "seconds_per_epoch", "seconds_per_epoch_range", "total_seconds_range",
            "samples_per_second", "peak_memory_bytes", "gpu_peak_bytes", "checkpoint_bytes",
            "disk_bytes", "device", "num_parameters", "windows", "compile",
        )  # fmt: skip
        return {
            "status": "estimated",
            **dict.fromkeys(unknown),
            "epochs": trainer.epochs,
            "num_trainings": verdict.num_trainings(self._config, self._plan),
            "batch_size": trainer.batch_size,
            "threads": trainer.num_threads,
            "threads_timed": [],
            "memory_available_bytes": self._available,
            "checkpoints_kept": verdict.checkpoints_kept(trainer),
            "disk_free_bytes": shutil.disk_usage(self._workspace.runs).free,
            "notes": self._notes,
        }

    def _begin(self, stage: str) -> None:
        self._tell(STAGES.index(stage) / len(STAGES), stage)

    def _note(self, _code: str, message: str, _remedy: str) -> None:
        self._notes.append(message)


def _speed(rehearsal: Rehearsal, machine: MachineChoice) -> Speed:
    if machine.compilation is not None:
        rehearsal.use_compiled(machine.compilation.used)
    return measure_speed(rehearsal)


def _about(trainer: ModelTrainerV2, prepared: PreparedData) -> dict[str, Any]:
    return {
        "device": str(trainer.device),
        "num_parameters": sum(parameter.numel() for parameter in trainer.model.parameters()),
        "windows": {
            "train": prepared.train.num_samples,
            "validation": len(prepared.validation),
            "test": len(prepared.test),
        },
    }


def _unfit(problem: EstimateProblem) -> dict[str, Any]:
    return {"fits": False, "problems": [problem.to_plain()]}
