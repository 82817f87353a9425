"""Learned normalisation of a window inside the network."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from console.core.configs.model import InputNorm

_EPSILON = 1e-5


class WindowNorm(nn.Module):
    """Z-score of every feature over the window, then a learned scale and shift per feature.

    The normalising half of RevIN (Kim et al. 2022); nothing is reversed, because the network
    predicts classes, not levels. (B, T, F) -> (B, T, F).
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))

    def forward(self, x_btf: Tensor) -> Tensor:
        """Normalise along time."""
        return _standardise(x_btf, dim=1) * self.weight + self.bias


class BilinearNorm(nn.Module):
    """Bilinear normalisation (BiN; Tran et al. 2021, eq. 1-8). (B, T, F) -> (B, T, F).

    One z-score along time and one along features, each with a learned scale and shift, mixed
    with two learned weights that softplus keeps positive; they begin at one half each.
    """

    def __init__(self, sequence_length: int, num_features: int) -> None:
        super().__init__()
        self.time_weight = nn.Parameter(torch.ones(num_features))
        self.time_bias = nn.Parameter(torch.zeros(num_features))
        self.feature_weight = nn.Parameter(torch.ones(sequence_length))
        self.feature_bias = nn.Parameter(torch.zeros(sequence_length))
        self.mix = nn.Parameter(torch.full((2,), math.log(math.expm1(0.5))))

    def forward(self, x_btf: Tensor) -> Tensor:
        """Normalise along both axes and mix."""
        along_time = _standardise(x_btf, dim=1) * self.time_weight + self.time_bias
        along_features = (
            _standardise(x_btf, dim=2) * self.feature_weight[:, None] + self.feature_bias[:, None]
        )
        mix = nn.functional.softplus(self.mix)
        return mix[0] * along_time + mix[1] * along_features


def build_input_norm(kind: InputNorm, sequence_length: int, num_features: int) -> nn.Module:
    """The module for ``ModelConfigV2.input_norm``; the identity for "none"."""
    if kind == "bin":
        return BilinearNorm(sequence_length, num_features)
    if kind == "revin":
        return WindowNorm(num_features)
    return nn.Identity()


def _standardise(x: Tensor, dim: int) -> Tensor:
    centred = x - x.mean(dim=dim, keepdim=True)
    variance = centred.square().mean(dim=dim, keepdim=True)
    return centred * torch.rsqrt(variance + _EPSILON)
