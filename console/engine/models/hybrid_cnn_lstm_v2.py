"""The hybrid network: convolutions over time, a bidirectional LSTM, attention, three heads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from console.core.configs import ModelConfigV2
from console.core.errors import ConsoleError, DataError
from console.engine.models.blocks import (
    AdditiveAttention,
    ConvBlock,
    TemporalAttention,
    build_head,
    initialise,
)
from console.engine.models.input_norm import build_input_norm

__all__ = ["HOLD", "HybridCNNLSTMv2", "ModelConfigV2"]

HOLD = 1
_STAGES = (
    "input_norm", "blocks", "lstm", "lstm_norm", "attention",
    "direction_head", "confidence_head", "return_head",
)  # fmt: skip


class HybridCNNLSTMv2(nn.Module):
    """Predicts direction (0 SELL, 1 HOLD, 2 BUY), confidence and expected return of a window.

    Layout "temporal" convolves over time with the F features as channels; "flattened" is the old
    arrangement, one channel of length T * F. Raises nothing at construction: the config has
    checked itself.
    """

    def __init__(self, config: ModelConfigV2 | None = None) -> None:
        super().__init__()
        self.config = config = config or ModelConfigV2()
        temporal = config.cnn_layout == "temporal"
        width = 2 * config.lstm_hidden
        self.input_norm = build_input_norm(
            config.input_norm, config.sequence_length, config.input_features
        )
        self.blocks = nn.Sequential(*self._conv_blocks(config.input_features if temporal else 1))
        self.lstm = nn.LSTM(
            config.cnn_channels[-1],
            config.lstm_hidden,
            config.lstm_layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.lstm_dropout if config.lstm_layers > 1 else 0.0,
        )
        self.lstm_norm = nn.LayerNorm(width) if config.use_layer_norm else nn.Identity()
        self.attention: TemporalAttention | AdditiveAttention = (
            TemporalAttention(
                self.num_steps, width, config.attention_heads, config.attention_dropout,
                config.use_layer_norm,
            )
            if config.use_multi_head_attention
            else AdditiveAttention(width, config.attention_units, config.attention_dropout)
        )  # fmt: skip
        self.direction_head = build_head(width, (128, 64), config.num_classes, config.dropout)
        self.confidence_head = build_head(width, (64,), 1, config.dropout)
        self.return_head = build_head(width, (64,), 1, config.dropout)
        self._initialise()

    @property
    def num_steps(self) -> int:
        """T', the time steps that are left after pooling; the LSTM runs over these."""
        steps = self.config.sequence_length
        if self.config.cnn_layout == "flattened":
            steps *= self.config.input_features
        for pooled in self.config.pooled_blocks:
            steps = steps // 2 if pooled else steps
        return steps

    def forward(self, x: Tensor, return_attention: bool = False) -> dict[str, Tensor]:
        """Run the network on windows (B, T, F) float32.

        Returns:
            direction_logits (B, 3), confidence (B, 1) in [0, 1], expected_return (B, 1) in units
            of the training standard deviation, and attention_weights (B, T') when asked.

        Raises:
            DataError: T or F differ from the config.
        """
        self._check_shape(x)
        x = self.input_norm(x)
        x = x.transpose(1, 2) if self.config.cnn_layout == "temporal" else x.flatten(1)[:, None]
        sequence, _ = self.lstm(self.blocks(x).transpose(1, 2))
        pooled, weights = self._attend(self.lstm_norm(sequence), return_attention)
        outputs = {
            "direction_logits": self.direction_head(pooled),
            "confidence": torch.sigmoid(self.confidence_head(pooled)),
            "expected_return": self.return_head(pooled),
        }
        if return_attention and weights is not None:
            outputs["attention_weights"] = weights
        return outputs

    @torch.no_grad()
    def predict(
        self, x: Tensor, temperature: float = 1.0, confidence_threshold: float = 0.0
    ) -> dict[str, Tensor]:
        """Evaluate windows without training noise and say what to do.

        Adds to the outputs of ``forward``: direction (B,) int64, direction_probs (B, 3), the
        softmax of logits / temperature, and should_trade (B,) bool: the direction is not HOLD and
        the confidence reaches the threshold.

        Raises:
            ConsoleError: the temperature is not positive.
        """
        if not temperature > 0:
            raise ConsoleError(
                "The temperature is {temperature}, but it must be above 0.",
                remedy="1 leaves the probabilities as they are.",
                temperature=temperature,
            )
        with self._evaluating():
            outputs = self(x)
        probs = (outputs["direction_logits"] / temperature).softmax(dim=-1)
        direction = probs.argmax(dim=-1)
        sure = outputs["confidence"].squeeze(-1) >= confidence_threshold
        return {
            **outputs,
            "direction": direction,
            "direction_probs": probs,
            "should_trade": sure & (direction != HOLD),
        }

    def get_model_size(self) -> dict[str, int | float]:
        """Counted parameters and their size: total_params, trainable_params, size_bytes, size_mb.

        The size includes buffers such as running statistics; one MB is 1,000,000 bytes.
        """
        parameters = list(self.parameters())
        size_bytes = sum(t.numel() * t.element_size() for t in (*parameters, *self.buffers()))
        return {
            "total_params": sum(p.numel() for p in parameters),
            "trainable_params": sum(p.numel() for p in parameters if p.requires_grad),
            "size_bytes": size_bytes,
            "size_mb": size_bytes / 1e6,
        }

    def get_layer_info(self) -> list[dict[str, Any]]:
        """The stages in order: name, type, num_params and output_shape for one window."""
        shapes: dict[str, tuple[int, ...]] = {}
        handles = [
            part.register_forward_hook(_record_shape(shapes, name)) for name, part in self._parts()
        ]
        try:
            with self._evaluating(), torch.no_grad():
                self(self._blank_window())
        finally:
            for handle in handles:
                handle.remove()
        return [
            {
                "name": name,
                "type": type(part).__name__,
                "num_params": sum(p.numel() for p in part.parameters()),
                "output_shape": shapes[name],
            }
            for name, part in self._parts()
        ]

    def _conv_blocks(self, channels: int) -> Iterator[ConvBlock]:
        config = self.config
        shape = zip(config.cnn_channels, config.cnn_kernel_sizes, config.pooled_blocks, strict=True)
        for channels_out, kernel_size, pool in shape:
            yield ConvBlock(
                channels, channels_out, kernel_size, dropout=config.dropout, pool=pool,
                residual=config.use_residual, squeeze_excite=config.use_se_block,
                drop_path=config.stochastic_depth_prob,
                checkpointing=config.use_gradient_checkpointing,
            )  # fmt: skip
            channels = channels_out

    def _attend(self, sequence: Tensor, need_weights: bool) -> tuple[Tensor, Tensor | None]:
        """Mean over time (weighted in additive attention) plus the last step: (B, D)."""
        if isinstance(self.attention, AdditiveAttention):
            mean, weights = self.attention(sequence)
            return mean + sequence[:, -1], weights
        attended, weights = self.attention(sequence, need_weights)
        return attended.mean(dim=1) + attended[:, -1], weights

    def _check_shape(self, x: Tensor) -> None:
        if x.ndim != 3:
            raise DataError(
                "The network takes windows (batch, rows, features); it was given {dims} "
                "dimensions.",
                remedy="Add a batch dimension to a single window.",
                dims=x.ndim,
            )
        asked = {
            "rows": (self.config.sequence_length, x.shape[1]),
            "features": (self.config.input_features, x.shape[2]),
        }
        for what, (expected, found) in asked.items():
            if found != expected:
                raise DataError(
                    "The model is set up for {expected} {what}, but the data has {found}.",
                    remedy="Set {field} of the model to {found}, or choose the data the model "
                    "was made for.",
                    expected=expected, found=found, what=what,
                    field="sequence_length" if what == "rows" else "input_features",
                )  # fmt: skip

    def _initialise(self) -> None:
        initialise(self, self.config.init_method)
        for head in (self.direction_head, self.confidence_head, self.return_head):
            last = head[-1]  # type: ignore[index]
            with torch.no_grad():  # an untrained network must not be sure of anything
                last.weight.mul_(1.0 / math.sqrt(last.in_features))

    def _parts(self) -> Iterator[tuple[str, nn.Module]]:
        for name in _STAGES:
            part = getattr(self, name)
            if name == "blocks":
                yield from ((f"blocks.{index}", block) for index, block in enumerate(part))
            else:
                yield name, part

    def _blank_window(self) -> Tensor:
        like = next(self.parameters())
        shape = (1, self.config.sequence_length, self.config.input_features)
        return torch.zeros(shape, dtype=like.dtype, device=like.device)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        was_training = self.training
        self.eval()
        try:
            yield
        finally:
            self.train(was_training)


def _record_shape(shapes: dict[str, tuple[int, ...]], name: str) -> Any:
    def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
        first = output[0] if isinstance(output, tuple) else output
        shapes[name] = tuple(first.shape)

    return hook
