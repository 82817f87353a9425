"""The building blocks of the hybrid network: convolution, attention, heads, initialisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from console.core.configs.model import InitMethod

_SQUEEZE_REDUCTION = 8


class SqueezeExcite(nn.Module):
    """Reweights channels by their average over time (Hu et al. 2018). (B, C, T) -> (B, C, T)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        squeezed = max(4, channels // _SQUEEZE_REDUCTION)
        self.reduce = nn.Linear(channels, squeezed)
        self.expand = nn.Linear(squeezed, channels)

    def forward(self, x_bct: Tensor) -> Tensor:
        """Scale every channel by a gate in (0, 1)."""
        gate = self.expand(functional.gelu(self.reduce(x_bct.mean(dim=2))))
        return x_bct * torch.sigmoid(gate).unsqueeze(2)


class StochasticDepth(nn.Module):
    """Drops a whole residual branch, sample by sample, while training (Huang et al. 2016).

    What is kept is divided by the chance to be kept, so that the expectation does not change.
    """

    def __init__(self, drop_prob: float) -> None:
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, branch_bct: Tensor) -> Tensor:
        """Zero the branch of the unlucky samples."""
        if not self.training or self.drop_prob == 0.0:
            return branch_bct
        keep = 1.0 - self.drop_prob
        shape = (branch_bct.shape[0], 1, 1)
        mask = torch.empty(shape, dtype=branch_bct.dtype, device=branch_bct.device)
        return branch_bct * mask.bernoulli_(keep) / keep


class ConvBlock(nn.Module):
    """Convolution, batch norm, GELU, dropout and, if asked, squeeze-excite, skip and pooling.

    (B, C_in, T) -> (B, C_out, T), or T // 2 when it pools. The skip connection passes a 1x1
    projection where the number of channels changes.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel_size: int,
        *,
        dropout: float,
        pool: bool,
        residual: bool,
        squeeze_excite: bool,
        drop_path: float,
        checkpointing: bool,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv1d(
            channels_in, channels_out, kernel_size, padding=kernel_size // 2, bias=False
        )
        self.norm = nn.BatchNorm1d(channels_out)
        self.excite = SqueezeExcite(channels_out) if squeeze_excite else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.drop_path = StochasticDepth(drop_path)
        self.skip: nn.Module | None = None
        if residual:
            same = channels_in == channels_out
            self.skip = nn.Identity() if same else nn.Conv1d(channels_in, channels_out, 1)
        self.pool = nn.MaxPool1d(2) if pool else nn.Identity()
        self._checkpointing = checkpointing

    def forward(self, x_bct: Tensor) -> Tensor:
        """Run the block, recomputing it in the backward pass when gradient checkpointing is on."""
        if self._checkpointing and self.training and torch.is_grad_enabled():
            out: Tensor = checkpoint(
                self._run, x_bct, use_reentrant=False, context_fn=self._checkpoint_contexts
            )
            return out
        return self._run(x_bct)

    def _run(self, x_bct: Tensor) -> Tensor:
        branch = self.excite(self.dropout(functional.gelu(self.norm(self.conv(x_bct)))))
        if self.skip is not None:
            branch = self.drop_path(branch) + self.skip(x_bct)
        pooled: Tensor = self.pool(branch)
        return pooled

    def _checkpoint_contexts(
        self,
    ) -> tuple[AbstractContextManager[None], AbstractContextManager[None]]:
        return nullcontext(), self._frozen_statistics()

    @contextmanager
    def _frozen_statistics(self) -> Iterator[None]:
        """The second forward pass must not move the running statistics a second time.

        The same kernel has to run in both passes, so the statistics stay tracked: with a momentum
        of 0 they keep their value, and the counter is put back.
        """
        momentum, counter = self.norm.momentum, self.norm.num_batches_tracked
        self.norm.momentum = 0.0
        self.norm.num_batches_tracked = None
        try:
            yield
        finally:
            self.norm.momentum, self.norm.num_batches_tracked = momentum, counter


class TemporalAttention(nn.Module):
    """Multi-head self-attention over time with learned positions (Vaswani et al. 2017).

    (B, T, D) -> (B, T, D), added to its input and, if asked, layer-normalised.
    """

    def __init__(
        self, num_steps: int, width: int, heads: int, dropout: float, layer_norm: bool
    ) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.positions = nn.Parameter(torch.randn(num_steps, width) * 0.02)
        self.project_in = nn.Linear(width, 3 * width)
        self.project_out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width) if layer_norm else nn.Identity()

    def forward(self, x_btd: Tensor, need_weights: bool = False) -> tuple[Tensor, Tensor | None]:
        """Attend; the weights (B, T) are the mean over heads and queries, or None."""
        queries, keys, values = (
            self.project_in(x_btd + self.positions)
            .unflatten(-1, (3, self.heads, -1))
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        dropout = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(queries, keys, values, dropout_p=dropout)
        out = self.norm(x_btd + self.project_out(mixed.transpose(1, 2).flatten(2)))
        if not need_weights:
            return out, None
        scores = queries @ keys.transpose(-2, -1) * keys.shape[-1] ** -0.5
        return out, scores.softmax(dim=-1).mean(dim=(1, 2))


class AdditiveAttention(nn.Module):
    """Additive attention (Bahdanau et al. 2015) with one learned query: (B, T, D) -> (B, D)."""

    def __init__(self, width: int, units: int, dropout: float) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, units)
        self.score = nn.Linear(units, 1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x_btd: Tensor) -> tuple[Tensor, Tensor]:
        """The weighted mean over time and its weights (B, T), which add up to 1."""
        weights = self.score(torch.tanh(self.hidden(x_btd))).squeeze(-1).softmax(dim=1)
        return (self.dropout(weights).unsqueeze(1) @ x_btd).squeeze(1), weights


def build_head(width: int, hidden: tuple[int, ...], num_outputs: int, dropout: float) -> nn.Module:
    """Linear layers with GELU and dropout in between: width -> hidden... -> num_outputs."""
    layers: list[nn.Module] = []
    for units in hidden:
        layers += [nn.Linear(width, units), nn.GELU(), nn.Dropout(dropout)]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, num_outputs))


@torch.no_grad()
def initialise(module: nn.Module, method: InitMethod) -> None:
    """Draw all weights anew: ``method`` for convolutions, linear layers and LSTM inputs.

    Recurrent weights are orthogonal (Saxe et al. 2014) and forget gates begin open (Jozefowicz
    et al. 2015), whichever method is chosen.
    """
    for part in module.modules():
        if isinstance(part, nn.Conv1d | nn.Linear):
            _draw(part.weight, method)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.LSTM):
            _initialise_lstm(part, method)


def _initialise_lstm(lstm: nn.LSTM, method: InitMethod) -> None:
    for name, parameter in lstm.named_parameters():
        if name.startswith("weight_hh"):
            for gate in parameter.chunk(4):
                nn.init.orthogonal_(gate)
        elif name.startswith("weight_ih"):
            for gate in parameter.chunk(4):
                _draw(gate, "xavier" if method == "kaiming" else method)
        else:
            nn.init.zeros_(parameter)
            if name.startswith("bias_ih"):
                parameter[lstm.hidden_size : 2 * lstm.hidden_size].fill_(1.0)


def _draw(weight: Tensor, method: InitMethod) -> None:
    if method == "kaiming":
        nn.init.kaiming_normal_(weight, nonlinearity="relu")
    elif method == "xavier":
        nn.init.xavier_uniform_(weight)
    else:
        nn.init.orthogonal_(weight)
