"""Training noise: every draw is a pure function of (seed, name, epoch, batch)."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from console.core.configs import TrainerConfigV2
from console.engine.training.losses import MixedTargets
from console.engine.training.rng import keyed_seed

_NOISE_BLOCK = 1 << 20
_NOISE_OFFSETS = 1 << 21


class Augmenter:
    """Applies the augmentations of a trainer config to one batch after another.

    The batch that is given is never changed. Gaussian noise is drawn once an epoch, as a table
    from which each batch reads another stretch (the noise table of Salimans et al. 2017): fresh
    draws for every batch took 5 % of the training time. The noisy windows lie in one buffer that
    is used again, so they are valid until the next call.
    """

    def __init__(self, config: TrainerConfigV2, device: torch.device) -> None:
        on = config.use_augmentation
        self.noise_std = config.gaussian_noise_std if on else 0.0
        self.mixup_alpha = config.mixup_alpha if on else 0.0
        self.mixup_prob = config.mixup_prob if on and config.mixup_alpha > 0 else 0.0
        self.time_mask_ratio = config.time_mask_ratio if on else 0.0
        self.feature_dropout_ratio = config.feature_dropout_ratio if on else 0.0
        self._seed = config.seed
        self._generator = torch.Generator(device)
        self._cpu_generator = torch.Generator()
        self._table, self._table_epoch = torch.empty(0, device=device), -1
        self._buffer = torch.empty(0, device=device)

    def __call__(
        self, x_btf: Tensor, labels_b: Tensor, returns_b: Tensor | None, epoch: int, batch: int
    ) -> tuple[Tensor, MixedTargets]:
        """The augmented windows (B, T, F) and their targets for batch ``batch`` of ``epoch``."""
        x_btf, targets = self._mix(x_btf, labels_b, returns_b, epoch, batch)
        x_btf = self._add_noise(x_btf, epoch, batch)
        x_btf = self._mask_time(x_btf, epoch, batch)
        return self._drop_features(x_btf, epoch, batch), targets

    def _mix(
        self, x: Tensor, labels: Tensor, returns: Tensor | None, epoch: int, batch: int
    ) -> tuple[Tensor, MixedTargets]:
        """MixUp (Zhang et al. 2018): each window blended with another one of the batch."""
        if self.mixup_prob == 0.0:
            return x, MixedTargets(labels, returns)
        draw = random.Random(keyed_seed(self._seed, "mixup", epoch, batch))
        if draw.random() >= self.mixup_prob:
            return x, MixedTargets(labels, returns)
        share = draw.betavariate(self.mixup_alpha, self.mixup_alpha)
        order = self._cpu_permutation(len(x), epoch, batch).to(x.device)
        mixed = torch.lerp(x.index_select(0, order), x, share)
        second_returns = None if returns is None else returns.index_select(0, order)
        second = labels.index_select(0, order)
        return mixed, MixedTargets(labels, returns, share, second, second_returns)

    def _add_noise(self, x: Tensor, epoch: int, batch: int) -> Tensor:
        if self.noise_std == 0.0:
            return x
        size = x.numel()
        table = self._noise_table(size + _NOISE_OFFSETS, epoch)
        offset = keyed_seed(self._seed, "noise_offset", epoch, batch) % _NOISE_OFFSETS
        noise = table[offset : offset + size].view(x.shape)
        if self._buffer.numel() < size:
            self._buffer = torch.empty_like(x).flatten()
        return torch.add(x, noise, out=self._buffer[:size].view(x.shape))

    def _noise_table(self, size: int, epoch: int) -> Tensor:
        """Normal draws of the epoch; a longer table begins with the same ones as a shorter."""
        if self._table_epoch != epoch or self._table.numel() < size:
            blocks = -(-size // _NOISE_BLOCK)
            self._table, self._table_epoch = self._table.new_empty(blocks * _NOISE_BLOCK), epoch
            for number, block in enumerate(torch.split(self._table, _NOISE_BLOCK)):
                self._generator.manual_seed(keyed_seed(self._seed, "noise", epoch, number))
                block.normal_(0.0, self.noise_std, generator=self._generator)
        return self._table

    def _mask_time(self, x: Tensor, epoch: int, batch: int) -> Tensor:
        """Zero one stretch of rows in each window, at most ``time_mask_ratio`` of its length."""
        num_rows = x.shape[1]
        longest = int(self.time_mask_ratio * num_rows)
        if longest == 0:
            return x
        self._key(self._cpu_generator, "time_mask", epoch, batch)
        length, place = torch.rand(2, len(x), 1, generator=self._cpu_generator)
        lengths = (length * (longest + 1)).long()
        begins = (place * (num_rows - lengths + 1)).long()
        rows = torch.arange(num_rows)
        hidden = (rows >= begins) & (rows < begins + lengths)
        return x.masked_fill(hidden.unsqueeze(2).to(x.device), 0.0)

    def _drop_features(self, x: Tensor, epoch: int, batch: int) -> Tensor:
        """Zero each feature of each window with probability ``feature_dropout_ratio``."""
        if self.feature_dropout_ratio == 0.0:
            return x
        self._key(self._cpu_generator, "feature_dropout", epoch, batch)
        chance = torch.rand(len(x), 1, x.shape[2], generator=self._cpu_generator)
        return x.masked_fill((chance < self.feature_dropout_ratio).to(x.device), 0.0)

    def _cpu_permutation(self, count: int, epoch: int, batch: int) -> Tensor:
        self._key(self._cpu_generator, "mixup_order", epoch, batch)
        return torch.randperm(count, generator=self._cpu_generator)

    def _key(self, generator: torch.Generator, name: str, epoch: int, batch: int) -> None:
        generator.manual_seed(keyed_seed(self._seed, name, epoch, batch))
