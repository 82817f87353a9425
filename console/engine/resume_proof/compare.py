"""Two checkpoints and two series of losses, compared bit for bit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from console.engine.training.checkpoint import read_checkpoint

_STATES = ("schedule", "early_stopping", "collapse", "scaler")


@dataclass(frozen=True)
class Difference:
    """How far apart two things are; ``names`` are what differs, ``largest`` the worst number.

    What is no number, such as a random generator, counts as infinitely far apart.
    """

    names: tuple[str, ...] = ()
    largest: float = 0.0


def compare_losses(
    recorded: Mapping[int, float | None], replayed: Mapping[int, float]
) -> tuple[int | None, float]:
    """The first step whose losses differ in any bit (None: none does), and the largest distance."""
    first, largest = None, 0.0
    for step in sorted(replayed):
        was, now = recorded[step], replayed[step]
        if was is None and not math.isfinite(now):
            continue
        if was != now:
            first = step if first is None else first
            largest = max(largest, math.inf if was is None else _finite(abs(was - now)))
    return first, largest


def compare_checkpoints(recorded: Path, replayed: Path) -> Difference:
    """Every weight, moment, generator and policy of two checkpoint folders.

    Raises:
        CheckpointError: one of them is damaged.
    """
    ours, theirs = read_checkpoint(recorded), read_checkpoint(replayed)
    found = [
        *_tensors("weights", ours.model, theirs.model),
        *_tensors("moments", ours.optimizer, theirs.optimizer),
        *((name, math.inf) for name, _ in _tensors("generator", ours.rng, theirs.rng)),
        *_states(ours.state, theirs.state),
    ]
    return Difference(tuple(name for name, _ in found), max((far for _, far in found), default=0.0))


def _tensors(
    kind: str, ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]
) -> Iterator[tuple[str, float]]:
    for name in sorted({*ours, *theirs}):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None or one.shape != other.shape:
            yield f"{kind} {name}", math.inf
        elif not _same_bits(one, other):
            far = (one.double() - other.double()).abs().max().item()
            yield f"{kind} {name}", _finite(far)


def _same_bits(one: Tensor, other: Tensor) -> bool:
    """Not ``torch.equal``: it finds no NaN equal to itself, and 0.0 equal to -0.0."""
    if one.dtype != other.dtype:
        return False
    raw = (tensor.contiguous().reshape(-1).view(torch.uint8) for tensor in (one, other))
    return torch.equal(*raw)


def _states(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    same = {name: (ours[name], theirs[name]) for name in _STATES}
    for name in ("epoch", "cursor", "step", "samples"):
        same[f"clock {name}"] = ours["clock"][name], theirs["clock"][name]
    same["sums"] = ours["sums"]["sums"], theirs["sums"]["sums"]
    yield from ((name, math.inf) for name, (one, other) in same.items() if one != other)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.inf
