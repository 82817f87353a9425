"""The one list of what survives a restart, and what makes a resume inexact."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from console.core.configs import TrainerConfigV2
from console.core.errors import CheckpointError
from console.core.fields import to_plain
from console.core.metrics import EpochMetrics
from console.engine.training.clock import Clock, EpochSums
from console.engine.training.commands import CommandDesk
from console.engine.training.hooks import TrainingHooks
from console.engine.training.optimizer import load_optimizer_tensors
from console.engine.training.policies import (
    BestTracker,
    CollapseWatch,
    EarlyStopping,
    SkippedSteps,
)
from console.engine.training.schedules import Schedule

_NOT_ABOUT_WEIGHTS = {
    "early_stopping_patience", "save_every_n_epochs", "keep_last", "num_threads", "device",
    "compile_model",  # what is in force is part of the environment
}  # fmt: skip
_SCHEDULES_THAT_KNOW_THE_END = ("cosine", "one_cycle")


@dataclass
class Progress:
    """Everything that changes while training, beside weights and moments."""

    clock: Clock
    sums: EpochSums
    history: list[EpochMetrics]
    schedule: Schedule
    best: BestTracker
    early_stopping: EarlyStopping
    collapse: CollapseWatch
    skipped: SkippedSteps
    desk: CommandDesk
    scaler: torch.amp.GradScaler

    def state_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "clock": dataclasses.asdict(self.clock),
            "sums": self.sums.state_dict(),
            "history": [metrics.to_dict() for metrics in self.history],
            **{name: part.state_dict() for name, part in self._parts()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave; the history list stays the same object."""
        self.clock = Clock(**state["clock"])
        self.sums.load_state_dict(state["sums"])
        self.history[:] = EpochMetrics.from_dicts(state["history"])
        for name, part in self._parts():
            if name == "skipped" and name not in state:
                continue  # a checkpoint of before steps could be skipped
            if name != "scaler" or (state[name] and self.scaler.is_enabled()):
                part.load_state_dict(state[name])

    def _parts(self) -> Iterator[tuple[str, Any]]:
        names = ("schedule", "best", "early_stopping", "collapse", "skipped", "desk", "scaler")
        for name in names:
            yield name, getattr(self, name)


def fresh_progress(
    config: TrainerConfigV2, hooks: TrainingHooks, device: torch.device, *, half: bool
) -> Progress:
    """The state before the first step; ``half`` switches the gradient scaler on."""
    return Progress(
        clock=Clock(),
        sums=EpochSums(device),
        history=[],
        schedule=Schedule(config),
        best=BestTracker(config),
        early_stopping=EarlyStopping(config),
        collapse=CollapseWatch(config),
        skipped=SkippedSteps(config),
        desk=CommandDesk(config, hooks),
        scaler=torch.amp.GradScaler(device.type, enabled=half),
    )


def environment_state(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
    compile_mode: str = "off",
    *,
    world_size: int = 1,
) -> dict[str, Any]:
    """What must be the same for a resume to be bit-exact, and what the model is."""
    return {
        "threads": torch.get_num_threads() if device.type == "cpu" else 0,
        "optimizer": "fused AdamW" if optimizer.defaults.get("fused") else "AdamW",
        "world_size": world_size,
        "device": device.type,
        "compilation": compile_mode,
        "torch": torch.__version__,
        **model_identity(model),
    }


def model_identity(model: nn.Module) -> dict[str, Any]:
    """Class, config and digest of a model."""
    config = getattr(model, "config", None)
    plain = to_plain(config) if dataclasses.is_dataclass(config) else {}
    identity = {"model_class": type(model).__name__, "model_config": plain}
    text = json.dumps(identity, sort_keys=True)
    return {**identity, "model_digest": hashlib.sha256(text.encode()).hexdigest()}


def check_same_model(model: nn.Module, state: Mapping[str, Any], where: str) -> None:
    """Refuse a checkpoint of another model.

    Raises:
        CheckpointError: names both models and what differs.
    """
    here, there = model_identity(model), state["environment"]
    if here["model_digest"] == there["model_digest"]:
        return
    ours, theirs = here["model_config"], there["model_config"]
    differing = sorted(n for n in {*ours, *theirs} if ours.get(n) != theirs.get(n))
    details = ", ".join(f"{n} {theirs.get(n)} there, {ours.get(n)} here" for n in differing)
    raise CheckpointError(
        "The checkpoint {where} is of another model: {theirs} there, {ours} here ({details}).",
        remedy="Choose the model settings it was trained with, or start a new run.",
        where=where, theirs=there["model_class"], ours=here["model_class"],
        details=details or "another class",
    )  # fmt: skip


def load_weights(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    weights: Mapping[str, Tensor],
    moments: Mapping[str, Tensor],
    where: str,
) -> None:
    """Put parameters, buffers and moments back.

    Raises:
        CheckpointError: the tensors do not fit the model.
    """
    try:
        model.load_state_dict(dict(weights), strict=True)
        load_optimizer_tensors(model, optimizer, moments)
    except (RuntimeError, KeyError) as error:
        raise CheckpointError(
            "The checkpoint {where} does not fit the model: {reason}.",
            remedy="Choose the model settings it was trained with, or start a new run.",
            where=where, reason=" ".join(str(error).split())[:300],
        ) from error  # fmt: skip


def inexact_reasons(
    state: Mapping[str, Any], environment: Mapping[str, Any], training: Mapping[str, Any]
) -> list[str]:
    """Why going on from ``state`` is not bit-exact, in words; empty when it is."""
    words = {
        "threads": "the number of CPU threads", "optimizer": "the optimizer",
        "world_size": "the number of processes", "device": "the device", "torch": "PyTorch",
        "compilation": "the compilation",
    }  # fmt: skip
    defaults = to_plain(TrainerConfigV2())  # a setting younger than the checkpoint
    before, reasons = {"compilation": "off", **state["environment"]}, []
    if environment["device"] != "cpu" and not training["deterministic"]:
        reasons.append("this device repeats its sums exactly with Deterministic kernels only")
    for name, label in words.items():
        if before[name] != environment[name]:
            reasons.append(f"{label} was {before[name]}, is now {environment[name]}")
    for name, value in training.items():
        earlier = state["training"].get(name, defaults.get(name))
        if name == "epochs" and training["scheduler_type"] not in _SCHEDULES_THAT_KNOW_THE_END:
            continue
        if earlier != value and name not in _NOT_ABOUT_WEIGHTS:
            reasons.append(f"{name} was {earlier}, is now {value}")
    return reasons
