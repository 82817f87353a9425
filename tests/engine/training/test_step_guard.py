"""The way of a GPU, which is not made to wait, tried with the CPU's fused optimizer."""

from __future__ import annotations

import pytest
import torch

from console.core.errors import ConsoleError
from console.engine.training.clock import Clock
from console.engine.training.step_guard import StepGuard

NAN = torch.tensor(float("nan"))


def test_that_a_bad_step_is_skipped_at_once_and_reported_later() -> None:
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([parameter], fused=True)
    guard = StepGuard(optimizer, torch.device("cpu"), half=False)
    guard._waits = False
    scaler = torch.amp.GradScaler("cpu", enabled=False)

    def step(gradient: float, number: int) -> None:
        parameter.grad = torch.full((3,), gradient)
        guard.check(torch.tensor(gradient), torch.tensor(gradient), Clock(1, number, number))
        optimizer.step()

    step(1.0, 0)
    after_good = parameter.detach().clone()
    guard.check_deferred(scaler)
    step(float("nan"), 1)
    step(float("inf"), 2)
    assert parameter.equal(after_good)
    with pytest.raises(ConsoleError, match="epoch 2, step 2"):
        guard.check_deferred(scaler)
    step(1.0, 3)
    guard.check_deferred(scaler)
    assert not parameter.equal(after_good)


@pytest.mark.parametrize(("loss", "what"), [(NAN, "loss"), (torch.tensor(1.0), "gradient")])
def test_that_a_cpu_is_told_at_once_whether_loss_or_gradient_is_to_blame(
    loss: torch.Tensor, what: str
) -> None:
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))], fused=True)
    guard = StepGuard(optimizer, torch.device("cpu"), half=False)
    with pytest.raises(ConsoleError, match=f"The {what} is not a finite number"):
        guard.check(loss, NAN, Clock())
