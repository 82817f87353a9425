"""Generated code instead of PyTorch's own kernels: asked for, checked, timed, and told."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sysconfig
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from console.core.configs.trainer import CompileMode
from console.core.errors import ConsoleError
from console.engine.training.rehearsal import Rehearsal

Forward = Callable[[Tensor], dict[str, Tensor]]
WORTH_IT = 1.10
_ROUNDS, _MODES = 5, {"compiled": "default", "cuda_graphs": "reduce-overhead"}


@dataclass(frozen=True)
class CompileReport:
    """What became of the wish to compile. ``used`` is the mode in force, "off" for none.

    ``reason`` says why it is not used; speeds are those of the same step, 0 where nothing ran.
    """

    asked: CompileMode
    used: CompileMode = "off"
    reason: str = ""
    compile_s: float = 0.0
    samples_per_second: float = 0.0
    eager_samples_per_second: float = 0.0

    def to_plain(self) -> dict[str, Any]:
        """The report for events and results."""
        return asdict(self)


def compile_problem(mode: CompileMode, device: torch.device) -> str:
    """Why ``mode`` cannot be had on this machine; empty when it can."""
    if device.type == "mps":
        return "PyTorch does not compile for Apple's GPU"
    if mode == "cuda_graphs" and device.type != "cuda":
        return f"CUDA graphs need a CUDA device, this one is {device.type}"
    if device.type == "cuda":
        return "" if importlib.util.find_spec("triton") else "the package triton is missing"
    if not any(map(shutil.which, (os.environ.get("CXX", "g++"), "g++", "clang++", "cl"))):
        return "there is no C++ compiler (g++, clang++ or cl)"
    header = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return "" if header.exists() else f"the C headers of Python are missing ({header})"


def not_compiled(report: CompileReport) -> tuple[str, str]:
    """The words of a warning for a wish that was not met: message and remedy."""
    return (
        f"The training runs without compilation: {report.reason}.",
        "Set Compilation to off, or provide what is missing.",
    )


def compiled(model: nn.Module, mode: CompileMode) -> Forward:
    """A compiled way through ``model``, which keeps its own parameters under its own names.

    Batches of another size (the last of an epoch) are compiled once more, not made dynamic.
    """
    chosen = torch.compile(model, mode=_MODES[mode], dynamic=False)
    return cast(Forward, chosen)


def try_compiling(mode: CompileMode, eager: Rehearsal, trial: Rehearsal) -> CompileReport:
    """Time compiled steps of ``trial`` against ``eager``, in turns, the best of several rounds.

    Both are rehearsals of the same trainer. Never raises for want of a compiler: the report says
    what is missing or went wrong.
    """
    problem = compile_problem(mode, eager.device)
    if problem:
        return CompileReport(mode, reason=problem)
    group = next(eager.groups())
    begun = time.perf_counter()
    try:
        trial.use_compiled(mode)
        trial.step(group)
    except ConsoleError:
        raise
    except Exception as error:  # a compiler can fail in every way there is
        first = str(error).strip().splitlines()[:1] or [""]
        return CompileReport(mode, reason=f"compiling failed: {type(error).__name__} {first[0]}")
    compile_s = time.perf_counter() - begun
    seconds: dict[str, float] = {}
    eager.step(group)
    for _ in range(_ROUNDS):
        for name, rehearsal in (("eager", eager), ("compiled", trial)):
            seconds[name] = min(seconds.get(name, float("inf")), rehearsal.step(group))
    num_samples = sum(map(len, group))
    worth = seconds["eager"] >= WORTH_IT * seconds["compiled"]
    reason = "" if worth else "it is not clearly faster than PyTorch's own kernels"
    return CompileReport(
        mode, mode if worth else "off", reason, round(compile_s, 3),
        round(num_samples / seconds["compiled"], 1), round(num_samples / seconds["eager"], 1),
    )  # fmt: skip
