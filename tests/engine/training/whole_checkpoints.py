"""Whole checkpoints compared at zero tolerance, and trainings that die at a chosen place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.core.checkpoints import list_checkpoints
from tests.engine.training.small_training import NOT_REPRODUCIBLE, Command, Recorder

TENSOR_FILES = ("model.safetensors", "optim.safetensors", "rng-0.safetensors")


class Killed(BaseException):
    """The process ends here: nothing that comes later may be needed."""


@dataclass
class Dying(Recorder):
    """Dies at the ``at_count``-th event of kind ``at_kind``, or at look number ``at_look``."""

    at_kind: str = ""
    at_count: int = 1
    at_look: int = 0
    seen: int = field(default=0, init=False)

    def emit(self, kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        """Record the event, or die before it is on the disk."""
        self.seen += kind == self.at_kind
        if kind == self.at_kind and self.seen == self.at_count:
            raise Killed
        super().emit(kind, epoch, step, data)

    def take(self) -> list[Command]:
        """Hand out what is planned, or die."""
        commands = super().take()
        if self.num_looks == self.at_look:
            raise Killed
        return commands


def assert_same_checkpoints(ours: Path, theirs: Path) -> None:
    """The newest checkpoints of two ``checkpoints`` folders hold the same, bit for bit."""
    first, second = (list_checkpoints(folder.parent)[0] for folder in (ours, theirs))
    assert (first.name.split("-r")[0], first.epoch) == (second.name.split("-r")[0], second.epoch)
    different = [
        name
        for name in TENSOR_FILES
        if (first.path / name).read_bytes() != (second.path / name).read_bytes()
    ]
    assert different == []
    assert lasting_state(first.path) == lasting_state(second.path)


def lasting_state(path: Path) -> dict[str, Any]:
    """``state.json`` without what depends on the clock on the wall or counts events."""
    state = json.loads((path / "state.json").read_text("utf-8"))
    del state["last_seq"], state["clock"]["seconds"], state["sums"]["seconds"]
    for metrics in state["history"]:
        for name in NOT_REPRODUCIBLE:
            del metrics[name]
    return dict(state)
