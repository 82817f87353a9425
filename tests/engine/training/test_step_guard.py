"""The way of a GPU, which is not made to wait, tried with the CPU's fused optimizer."""

from __future__ import annotations

import pytest
import torch

from console.core.errors import ConsoleError
from console.engine.training.clock import Clock, EpochSums
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


@pytest.mark.parametrize("waits", [True, False])
def test_that_a_skipped_step_changes_nothing_at_all(waits: bool) -> None:
    model = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 1))
    optimizer = torch.optim.AdamW(model.parameters(), fused=True)
    sums, scaler = EpochSums(torch.device("cpu")), torch.amp.GradScaler("cpu", enabled=False)
    guard = StepGuard(
        optimizer, torch.device("cpu"), half=False, skips=True, buffers=list(model.buffers())
    )
    guard._waits = waits

    def step(x: torch.Tensor, number: int) -> None:
        guard.remember(sums)
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        sums.add_batch(loss, torch.tensor(2), 4)
        norm = torch.nn.utils.get_total_norm([p.grad for p in model.parameters()])
        if guard.check(loss, norm, Clock(0, number, number)):
            optimizer.step()
        sums.add_step(norm, 0.1)
        guard.take_back(sums, 4)

    def state() -> list[torch.Tensor]:
        moments = [t for state in optimizer.state.values() for t in state.values()]
        return [t.clone() for t in (*model.state_dict().values(), *moments)]

    step(torch.randn(4, 3), 0)
    before, means = state(), sums.means()
    step(torch.full((4, 3), float("nan")), 1)
    assert all(map(torch.equal, state(), before))
    assert sums.means() == means
    assert guard.has_news is waits
    assert [place.step for place in guard.check_deferred(scaler)] == [1]
    step(torch.randn(4, 3), 2)
    assert guard.check_deferred(scaler) == []
    assert not torch.equal(state()[0], before[0])


@pytest.mark.parametrize(("loss", "what"), [(NAN, "loss"), (torch.tensor(1.0), "gradient")])
def test_that_a_cpu_is_told_at_once_whether_loss_or_gradient_is_to_blame(
    loss: torch.Tensor, what: str
) -> None:
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))], fused=True)
    guard = StepGuard(optimizer, torch.device("cpu"), half=False)
    with pytest.raises(ConsoleError, match=f"The {what} is not a finite number"):
        guard.check(loss, NAN, Clock())
