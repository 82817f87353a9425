from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.optim import lr_scheduler

from console.core.configs import TrainerConfigV2
from console.engine.training.schedules import Schedule

TOP = 1e-3
EPOCHS = 200


def config(kind: str, **changes: object) -> TrainerConfigV2:
    values = {"scheduler_type": kind, "learning_rate": TOP, "epochs": EPOCHS, **changes}
    return TrainerConfigV2(**{"scheduler_eta_min": 1e-6, "min_learning_rate": 0.0, **values})


def theirs(
    make: Callable[[torch.optim.Optimizer], lr_scheduler.LRScheduler], steps: int = EPOCHS
) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=TOP)
    schedule, rates = make(optimizer), []
    for number in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if number < steps - 1:
            schedule.step()
    return rates


@pytest.mark.parametrize(("first", "growth"), [(10, 2), (1, 1), (7, 1), (3, 3)])
def test_that_warm_restarts_agree_with_pytorch(first: int, growth: int) -> None:
    ours = Schedule(config("cosine_warm_restarts", scheduler_T_0=first, scheduler_T_mult=growth))
    expected = theirs(
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, first, growth, eta_min=1e-6)
    )
    assert [ours.rate(epoch) for epoch in range(EPOCHS)] == pytest.approx(expected, rel=1e-9)


def test_that_cosine_exponential_and_constant_agree_with_pytorch() -> None:
    cosine, decay = Schedule(config("cosine")), Schedule(config("exponential"))
    expected = theirs(lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS, eta_min=1e-6))
    assert [cosine.rate(epoch) for epoch in range(EPOCHS)] == pytest.approx(expected, rel=1e-9)
    expected = theirs(lambda o: lr_scheduler.ExponentialLR(o, 0.95))
    assert [decay.rate(epoch) for epoch in range(EPOCHS)] == pytest.approx(expected, rel=1e-9)
    assert {Schedule(config("constant")).rate(epoch) for epoch in range(EPOCHS)} == {TOP}


@pytest.mark.parametrize(("epochs", "steps"), [(200, 3), (1, 1), (1, 2), (3, 1), (10, 1), (37, 5)])
def test_that_one_cycle_agrees_with_pytorch_and_never_crashes(epochs: int, steps: int) -> None:
    ours = Schedule(config("one_cycle", epochs=epochs))
    expected = theirs(
        lambda o: lr_scheduler.OneCycleLR(o, TOP, total_steps=epochs * steps), epochs * steps
    )
    found = [ours.rate(epoch, step, steps) for epoch in range(epochs) for step in range(steps)]
    assert found == pytest.approx(expected, rel=1e-9)
    assert ours.rate(epochs + 5, 0, steps) == pytest.approx(expected[-1])


def test_that_plateau_agrees_with_pytorch() -> None:
    losses = [1.0 / (1 + epoch % 40) + 0.01 * (epoch // 40) for epoch in range(EPOCHS)]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=TOP)
    reference = lr_scheduler.ReduceLROnPlateau(optimizer, patience=5, factor=0.5, eps=0.0)
    ours = Schedule(config("reduce_on_plateau"))
    for loss in losses:
        assert ours.rate(0) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
        reference.step(loss)
        ours.observe(loss)
    assert ours.rate(0) < TOP


def test_that_a_plateau_goes_on_after_a_restart_as_if_nothing_had_happened() -> None:
    whole, before = Schedule(config("reduce_on_plateau")), Schedule(config("reduce_on_plateau"))
    for loss in [1.0] * 5:
        whole.observe(loss)
        before.observe(loss)
    after = Schedule(config("reduce_on_plateau"))
    after.load_state_dict(before.state_dict())
    for loss in [1.0] * 9:
        whole.observe(loss)
        after.observe(loss)
        assert whole.rate(0) == after.rate(0)
    assert whole.rate(0) == TOP / 4


@pytest.mark.parametrize(
    "kind", ["cosine_warm_restarts", "cosine", "one_cycle", "reduce_on_plateau", "exponential"]
)
def test_that_no_schedule_goes_below_the_floor(kind: str) -> None:
    schedule = Schedule(config(kind, min_learning_rate=3e-4, scheduler_patience=0))
    for _ in range(50):
        schedule.observe(1.0)
    rates = [schedule.rate(epoch) for epoch in range(EPOCHS)]
    assert min(rates) == 3e-4
    assert max(rates) <= TOP


def test_that_a_changed_learning_rate_acts_at_once() -> None:
    changed = config("cosine_warm_restarts")
    schedule = Schedule(changed)
    before = schedule.rate(5)
    changed.learning_rate = 2 * TOP
    assert before < schedule.rate(5) < 2 * TOP
