"""Every schedule against PyTorch's own over 200 epochs, taken up anew before each of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from console.core.configs import TrainerConfigV2
from console.engine.training.schedules import Schedule

TOP, EPOCHS, STEPS = 1e-3, 200, 3
Make = Callable[[torch.optim.Optimizer], Any]
THEIRS: dict[str, Make] = {
    "cosine_warm_restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(
        o, 10, 2, eta_min=1e-6
    ),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS, eta_min=1e-6),
    "one_cycle": lambda o: lr_scheduler.OneCycleLR(o, TOP, total_steps=EPOCHS * STEPS),
    "reduce_on_plateau": lambda o: lr_scheduler.ReduceLROnPlateau(
        o, patience=5, factor=0.5, eps=0.0
    ),
    "exponential": lambda o: lr_scheduler.ExponentialLR(o, 0.95),
    "constant": lambda o: lr_scheduler.ConstantLR(o, factor=1.0),
}


def ours(kind: str) -> Schedule:
    """A fresh schedule, as a restarted process makes it."""
    return Schedule(
        TrainerConfigV2(
            scheduler_type=kind, learning_rate=TOP, epochs=EPOCHS, scheduler_eta_min=1e-6,
            min_learning_rate=0.0,
        )
    )  # fmt: skip


def validation_losses(seed: int) -> list[float]:
    """A noisy descent with plateaus; now and then a loss that is no finite number."""
    draw = random.Random(seed)
    losses = [1.0 / (1 + epoch / 30) + draw.gauss(0.0, 0.02) for epoch in range(EPOCHS)]
    for epoch in draw.sample(range(EPOCHS), 6):
        losses[epoch] = draw.choice([float("nan"), float("inf")])
    return losses


def expected_rates(kind: str, losses: list[float]) -> list[float]:
    """The rate of every step as PyTorch's own scheduler sets it, stepped as its manual says."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=TOP)
    schedule, rates = THEIRS[kind](optimizer), []
    for epoch in range(EPOCHS):
        for step in range(STEPS):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            last = epoch == EPOCHS - 1 and step == STEPS - 1
            if kind == "one_cycle" and not last:
                schedule.step()
        if kind == "reduce_on_plateau":
            schedule.step(losses[epoch])
        elif kind != "one_cycle":
            schedule.step()
    return rates


@pytest.mark.parametrize("kind", sorted(THEIRS))
@pytest.mark.parametrize("seed", [0, 1])
def test_that_a_schedule_taken_up_anew_before_each_epoch_agrees_with_pytorch(
    kind: str, seed: int
) -> None:
    losses = validation_losses(seed)
    losses[0] = float("nan") if seed else losses[0]
    whole, resumed, rates = ours(kind), ours(kind), []
    for epoch in range(EPOCHS):
        state = json.loads(json.dumps(resumed.state_dict(), allow_nan=False))
        resumed = ours(kind)
        resumed.load_state_dict(state)
        for step in range(STEPS):
            rates.append(resumed.rate(epoch, step, STEPS))
            assert rates[-1] == whole.rate(epoch, step, STEPS)  # to the last bit
        for schedule in (whole, resumed):
            schedule.observe(losses[epoch])
        assert resumed.state_dict() == whole.state_dict()
    assert rates == pytest.approx(expected_rates(kind, losses), rel=1e-9)


@pytest.mark.parametrize("kind", sorted(set(THEIRS) - {"constant"}))
def test_that_the_comparison_notices_an_epoch_too_early_or_too_late(kind: str) -> None:
    losses = validation_losses(0)
    expected = expected_rates(kind, losses)[::STEPS]
    for shift in (-1, 1):
        schedule, rates = ours(kind), []
        for epoch in range(EPOCHS):
            rates.append(schedule.rate(max(0, epoch + shift), 0, STEPS))
            schedule.observe(losses[min(max(0, epoch + shift), EPOCHS - 1)])
        assert rates != pytest.approx(expected, rel=1e-9)
