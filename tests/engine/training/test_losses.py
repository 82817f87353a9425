from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from console.core.configs import TrainerConfigV2
from console.engine.training.class_weights import class_weights
from console.engine.training.losses import (
    MixedTargets,
    MultiTaskLoss,
    confidence_loss,
    focal_loss,
    num_right,
    return_loss,
)

WEIGHTS = torch.tensor([0.5, 1.0, 1.5])


def batch(count: int = 32, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(count, 3, generator=generator)
    return logits, torch.randint(0, 3, (count,), generator=generator)


def outputs(count: int = 32) -> dict[str, torch.Tensor]:
    logits, _ = batch(count)
    return {
        "direction_logits": logits.requires_grad_(),
        "confidence": torch.full((count, 1), 0.4).requires_grad_(),
        "expected_return": torch.zeros(count, 1).requires_grad_(),
    }


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@given(smoothing=st.sampled_from([0.0, 0.1, 0.5]), seed=st.integers(0, 1000))
def test_that_gamma_zero_is_cross_entropy_with_the_same_weights_and_smoothing(
    weights: torch.Tensor | None, smoothing: float, seed: int
) -> None:
    logits, labels = batch(seed=seed)
    ours = focal_loss(logits, labels, gamma=0.0, smoothing=smoothing, class_weights=weights)
    theirs = functional.cross_entropy(logits, labels, weight=weights, label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)


def test_that_the_focal_loss_follows_its_formula_over_soft_targets() -> None:
    logits, labels = batch()
    probs = logits.softmax(dim=1)
    soft = 0.9 * functional.one_hot(labels, 3) + 0.1 / 3
    by_hand = (soft * (1 - probs).pow(2.5) * -probs.log()).sum(dim=1).mean()
    torch.testing.assert_close(focal_loss(logits, labels, gamma=2.5, smoothing=0.1), by_hand)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.5])
def test_that_the_focal_gradient_stays_finite_for_a_certain_prediction(gamma: float) -> None:
    logits = torch.tensor([[200.0, 0.0, -200.0]], requires_grad=True)
    focal_loss(logits, torch.tensor([0]), gamma=gamma, smoothing=0.1).backward()
    assert torch.isfinite(logits.grad).all()


def test_that_the_confidence_is_judged_by_the_direction_without_rewarding_it() -> None:
    logits, labels = batch()
    logits.requires_grad_()
    confidence = torch.full((32,), 0.3, requires_grad=True)
    loss = confidence_loss(confidence, logits, labels)
    share = (logits.argmax(dim=1) == labels).float().mean()
    by_hand = -(share * torch.tensor(0.3).log() + (1 - share) * torch.tensor(0.7).log())
    torch.testing.assert_close(loss, by_hand)
    loss.backward()
    assert logits.grad is None
    assert confidence.grad.abs().sum() > 0


def test_that_unknown_returns_are_left_out_and_known_ones_scaled() -> None:
    predicted = torch.tensor([1.0, 5.0, -2.0], requires_grad=True)
    returns = torch.tensor([0.02, float("nan"), 0.0])
    loss = return_loss(predicted, returns, scale=0.01)
    torch.testing.assert_close(loss, torch.tensor((0.5 + 1.5) / 2))
    loss.backward()
    assert predicted.grad[1] == 0
    assert predicted.grad[0] != 0
    unknown = torch.full((3,), float("nan"))
    assert return_loss(predicted, unknown, scale=1.0) == 0
    assert return_loss(predicted, None, scale=1.0) == 0


def test_that_all_three_heads_are_trained() -> None:
    made = outputs()
    criterion = MultiTaskLoss(TrainerConfigV2(), return_scale=0.01)
    criterion(made, MixedTargets(batch()[1], torch.linspace(-0.02, 0.02, 32))).backward()
    assert all(output.grad.abs().sum() > 0 for output in made.values())


def test_that_the_head_weights_act() -> None:
    targets = MixedTargets(batch()[1], torch.ones(32))
    losses = {
        name: MultiTaskLoss(TrainerConfigV2(**{name: 0.0}))(outputs(), targets).item()
        for name in ("direction_loss_weight", "confidence_loss_weight", "return_loss_weight")
    }
    whole = MultiTaskLoss(TrainerConfigV2())(outputs(), targets).item()
    assert len({whole, *losses.values()}) == 4
    assert 2 * whole == pytest.approx(sum(losses.values()))


def test_that_mixed_targets_give_the_two_term_form() -> None:
    criterion = MultiTaskLoss(TrainerConfigV2(), WEIGHTS, return_scale=2.0)
    first, second = batch()[1], batch(seed=7)[1]
    one, other = torch.ones(32), -torch.ones(32)
    mixed = criterion(outputs(), MixedTargets(first, one, 0.3, second, other))
    by_hand = 0.3 * criterion(outputs(), MixedTargets(first, one)) + 0.7 * criterion(
        outputs(), MixedTargets(second, other)
    )
    torch.testing.assert_close(mixed, by_hand)
    logits = outputs()["direction_logits"]
    share = num_right(logits, MixedTargets(first, None, 0.3, second))
    expected = 0.3 * (logits.argmax(1) == first).sum() + 0.7 * (logits.argmax(1) == second).sum()
    torch.testing.assert_close(share, expected)


def test_that_focal_loss_can_be_switched_off() -> None:
    config = TrainerConfigV2(
        use_focal_loss=False, confidence_loss_weight=0, return_loss_weight=0, label_smoothing=0
    )
    made, labels = outputs(), batch()[1]
    loss = MultiTaskLoss(config)(made, MixedTargets(labels))
    torch.testing.assert_close(loss, functional.cross_entropy(made["direction_logits"], labels))


@pytest.mark.parametrize("method", ["balanced", "sqrt", "log", "effective"])
@given(counts=st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_that_class_weights_have_mean_one_and_favour_rare_classes(
    method: str, counts: list[int]
) -> None:
    weights = class_weights(counts, method)
    assert len(weights) == 3
    assert sum(weights) / 3 == pytest.approx(1.0)
    ranked = sorted(range(3), key=lambda index: counts[index])
    assert all(weights[a] >= weights[b] - 1e-12 for a, b in itertools.pairwise(ranked))


def test_that_balanced_weights_agree_with_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    labels = [0] * 10 + [1] * 70 + [2] * 20
    theirs = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    assert class_weights((10, 70, 20), "balanced") == pytest.approx(theirs / theirs.mean())
