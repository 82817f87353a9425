"""What a run takes of the machine: decided at its first start, kept for every resume."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import torch

from console.core.checkpoints import checkpoint_paths
from console.core.errors import ConsoleError
from console.core.files import write_json_atomic
from console.core.members import siblings_of
from console.core.rundir import RunDir
from console.engine.run_preparation import read_resolved
from console.engine.training.compilation import CompileReport, compile_problem, try_compiling
from console.engine.training.feeds import Loader
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.rehearsal import Rehearsal, rehearse
from console.engine.training.threads import (
    best_threads,
    plain_timings,
    thread_counts,
    time_threads,
)


@dataclass(frozen=True)
class MachineChoice:
    """The CPU threads of a run with the timings behind them, and what became of compiling.

    ``threads_timed`` is empty where nothing had to be timed; ``compilation`` is None where nobody
    asked for it.
    """

    threads: int
    threads_timed: list[Mapping[str, float]] = field(default_factory=list)
    compilation: CompileReport | None = None

    def to_plain(self) -> dict[str, Any]:
        """The choice for ``resolved.json``, events and results."""
        return {
            "threads": self.threads,
            "threads_timed": self.threads_timed,
            "compile": self.compilation.to_plain() if self.compilation else None,
        }

    def apply(self, trainer: ModelTrainerV2) -> None:
        """Have ``trainer`` work like this."""
        trainer.config.num_threads = self.threads
        if self.compilation is not None and self.compilation.used != "off":
            trainer.use_compiled(self.compilation.used)


def settle_machine(
    run: RunDir, trainer: ModelTrainerV2, train: Loader, validation: Loader
) -> MachineChoice:
    """Choose for ``run`` and write the choice into its ``resolved.json``, or read it from there.

    A run that began before there was a choice keeps what PyTorch gives this process. The trainings
    of one run keep the choice of the first: timed again, it could differ after a resume.
    """
    path = run.path / "resolved.json"
    resolved = json.loads(path.read_text("utf-8"))
    if "threads" in resolved:
        return kept_machine(resolved, trainer)
    of_others = [read_resolved(other) or {} for other in siblings_of(run)]
    decided = next((other for other in of_others if "threads" in other), None)
    if decided is not None:
        choice = kept_machine(decided, trainer)
    elif checkpoint_paths(run.checkpoints):
        choice = MachineChoice(trainer.config.num_threads or torch.get_num_threads())
    else:
        choice = choose(trainer, train, validation)
    write_json_atomic(path, {**resolved, **choice.to_plain()})
    return choice


def choose(trainer: ModelTrainerV2, train: Loader, validation: Loader) -> MachineChoice:
    """Time what the settings leave open, on copies; ``trainer`` and the generators stay untouched.

    A training that cannot take a single step is left to say so itself.
    """
    config = trainer.config
    counts = thread_counts()
    times_threads = not config.num_threads and trainer.device.type == "cpu" and len(counts) > 1
    threads = config.num_threads or (counts[-1] if times_threads else torch.get_num_threads())
    if not times_threads and config.compile_model == "off":
        return MachineChoice(threads)
    with suppress(ConsoleError), rehearse(trainer, train, validation) as rehearsal:
        timings = time_threads(rehearsal, counts) if times_threads else []
        threads = best_threads(timings) if timings else threads
        report = None
        if config.compile_model != "off":
            torch.set_num_threads(threads)
            trial = Rehearsal(trainer, train, validation)
            report = try_compiling(config.compile_model, rehearsal, trial)
        return MachineChoice(threads, plain_timings(timings), report)
    return MachineChoice(threads)


def kept_machine(resolved: Mapping[str, Any], trainer: ModelTrainerV2) -> MachineChoice:
    """The choice of an earlier start, less a compilation that this machine cannot do any more."""
    kept = resolved.get("compile")
    report = CompileReport(**kept) if kept else None
    if report is not None and report.used != "off":
        problem = compile_problem(report.used, trainer.device)
        report = CompileReport(report.asked, reason=problem) if problem else report
    return MachineChoice(int(resolved["threads"]), list(resolved["threads_timed"]), report)
