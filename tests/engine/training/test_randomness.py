from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from console.core.configs import TrainerConfigV2
from console.engine.training.augmentation import Augmenter
from console.engine.training.rng import capture_rng, keyed_seed, reseed, restore_rng

CPU = torch.device("cpu")
ALL = {
    "mixup_prob": 1.0, "mixup_alpha": 1.0, "time_mask_ratio": 0.3, "feature_dropout_ratio": 0.3,
}  # fmt: skip


def windows(count: int = 64) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    x = 1.0 + torch.rand(count, 20, 6, generator=generator)
    return x, torch.arange(count) % 3, torch.rand(count, generator=generator)


def augmenter(**changes: object) -> Augmenter:
    off = {"mixup_prob": 0.0, "gaussian_noise_std": 0.0}
    return Augmenter(TrainerConfigV2(**{**off, **changes}), CPU)


def test_that_draws_depend_on_seed_epoch_and_batch_alone() -> None:
    config = {**ALL, "gaussian_noise_std": 0.05}
    x, labels, returns = windows()
    first, targets = augmenter(**config)(x, labels, returns, 2, 5)
    other = augmenter(**config)
    for epoch, batch in ((0, 0), (2, 4), (1, 5)):
        other(x[:10], labels[:10], returns[:10], epoch, batch)
    torch.manual_seed(99)
    again, same = other(x, labels, returns, 2, 5)
    assert again.equal(first)
    assert same.share == targets.share
    assert same.second.equal(targets.second)
    for epoch, batch, seed in ((2, 6, 42), (3, 5, 42), (2, 5, 43)):
        differs, _ = augmenter(**config, seed=seed)(x, labels, returns, epoch, batch)
        assert not differs.equal(first)


def test_that_noise_does_not_depend_on_the_size_of_earlier_batches() -> None:
    x, labels, returns = windows()
    small_first = augmenter(gaussian_noise_std=0.1)
    small_first(x[:3], labels[:3], returns[:3], 0, 0)
    expected, _ = augmenter(gaussian_noise_std=0.1)(x, labels, returns, 0, 1)
    assert small_first(x, labels, returns, 0, 1)[0].equal(expected)


def test_that_the_given_batch_is_never_changed() -> None:
    x, labels, returns = windows()
    before = x.clone()
    augmenter(**ALL, gaussian_noise_std=0.1)(x, labels, returns, 0, 0)
    assert x.equal(before)


def test_that_noise_is_gaussian_in_units_of_the_feature_and_new_for_every_batch() -> None:
    x, labels, returns = windows(512)
    make = augmenter(gaussian_noise_std=0.05)
    first = make(x, labels, returns, 0, 0)[0] - x
    second = make(x, labels, returns, 0, 1)[0] - x
    for noise in (first, second):
        assert noise.mean().abs() < 1e-3
        assert noise.std().item() == pytest.approx(0.05, rel=0.02)
        assert (noise.abs() > 0.1).float().mean().item() == pytest.approx(0.0455, abs=0.005)
    assert torch.corrcoef(torch.stack([first.flatten(), second.flatten()]))[0, 1].abs() < 0.02


def test_that_mixup_blends_windows_and_keeps_both_targets() -> None:
    x, labels, returns = windows()
    mixed, targets = augmenter(mixup_prob=1.0)(x, labels, returns, 0, 0)
    assert 0 < targets.share < 1
    partner = (mixed - targets.share * x) / (1 - targets.share)
    order = [int((x - row).abs().sum((1, 2)).argmin()) for row in partner]
    assert sorted(order) == list(range(len(x)))
    assert targets.second.equal(labels[order])
    assert targets.second_returns.equal(returns[order])


def test_that_mixup_happens_as_often_as_asked() -> None:
    make = augmenter(mixup_prob=0.3)
    x, labels, returns = windows(8)
    mixed = sum(make(x, labels, returns, 0, b)[1].second is not None for b in range(400))
    assert 80 < mixed < 160


def test_that_time_masks_hide_one_stretch_within_the_limit() -> None:
    x, labels, returns = windows(256)
    masked, _ = augmenter(time_mask_ratio=0.3)(x, labels, returns, 0, 0)
    hidden = (masked == 0).all(dim=2)
    assert ((masked == 0).any(dim=2) == hidden).all()
    lengths = hidden.sum(dim=1)
    assert int(lengths.max()) == 6
    assert int(lengths.min()) == 0
    edges = hidden.int().diff(dim=1).abs().sum(dim=1)
    assert int(edges.max()) <= 2


def test_that_feature_dropout_hides_whole_features() -> None:
    x, labels, returns = windows(512)
    dropped, _ = augmenter(feature_dropout_ratio=0.2)(x, labels, returns, 0, 0)
    hidden = (dropped == 0).all(dim=1)
    assert ((dropped == 0).any(dim=1) == hidden).all()
    assert hidden.float().mean().item() == pytest.approx(0.2, abs=0.03)


def test_that_one_switch_turns_all_augmentation_off() -> None:
    x, labels, returns = windows()
    off = augmenter(**ALL, gaussian_noise_std=0.1, use_augmentation=False)
    same, targets = off(x, labels, returns, 0, 0)
    assert same is x
    assert targets.second is None


def test_that_keyed_seeds_differ_in_every_argument() -> None:
    keys = {keyed_seed(*key) for key in ((1, "a", 2), (1, "a", 3), (1, "b", 2), (2, "a", 2))}
    assert len(keys) == 4
    assert keyed_seed(1, "a", 2, 3) == keyed_seed(1, "a", 2, 3)
    assert all(0 <= key < 2**63 for key in keys)


def test_that_reseeding_forgets_what_was_drawn_in_between() -> None:
    reseed(CPU, 42, "dropout", 0, 7)
    expected = torch.rand(5)
    torch.rand(1000)
    reseed(CPU, 42, "dropout", 0, 7)
    assert torch.rand(5).equal(expected)


def test_that_every_generator_is_captured_and_restored() -> None:
    random.gauss(0, 1)
    np.random.standard_normal()
    state = capture_rng()
    expected = (random.gauss(0, 1), random.random(), np.random.standard_normal(3), torch.rand(3))
    restore_rng(state)
    found = (random.gauss(0, 1), random.random(), np.random.standard_normal(3), torch.rand(3))
    assert expected[:2] == found[:2]
    assert np.array_equal(expected[2], found[2])
    assert expected[3].equal(found[3])
