"""Settings of the hybrid CNN-LSTM network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from console.core.errors import Problem
from console.core.fields import config, setting

CnnLayout = Literal["temporal", "flattened"]
InputNorm = Literal["none", "bin", "revin"]
InitMethod = Literal["kaiming", "xavier", "orthogonal"]


@config
class ModelConfigV2:
    """Shape and regularisation of ``HybridCNNLSTMv2``; lists hold one entry per CNN block."""

    input_features: int = setting(
        "Input features", "Number of feature columns of the data; follows the chosen data.",
        default=110, minimum=1, maximum=4096, group="Input",
    )  # fmt: skip
    sequence_length: int = setting(
        "Sequence length", "How many consecutive rows the network sees at once.", default=60,
        unit="rows", minimum=2, maximum=2000, group="Input",
    )  # fmt: skip
    input_norm: InputNorm = setting(
        "Input normalisation",
        "Learned normalisation inside the network: bilinear (Tran et al. 2021) or reversible "
        "instance normalisation (Kim et al. 2022).", default="none",
        choice_labels=("none", "bilinear (BiN)", "per window (RevIN)"), group="Input",
        advanced=True,
    )  # fmt: skip
    cnn_layout: CnnLayout = setting(
        "Convolution layout",
        "Temporal convolves over time with features as channels. Flattened is the slow "
        "arrangement of the old system, kept to load old checkpoints.", default="temporal",
        choice_labels=("temporal", "flattened (old)"), group="Convolution", advanced=True,
    )  # fmt: skip
    cnn_channels: tuple[int, ...] = setting(
        "Channels", "Output channels of each convolution block.", default=(32, 64, 128), minimum=1,
        maximum=2048, step=8, group="Convolution",
    )  # fmt: skip
    cnn_kernel_sizes: tuple[int, ...] = setting(
        "Kernel sizes", "Length of the convolution in each block; odd numbers.", default=(3, 5, 7),
        unit="steps", minimum=1, maximum=63, step=2, group="Convolution",
    )  # fmt: skip
    pooling: tuple[bool, ...] = setting(
        "Halve time in block", "Which blocks halve the time axis; leave empty for every block.",
        default=(), group="Convolution", advanced=True,
    )  # fmt: skip
    use_residual: bool = setting(
        "Residual connections", "Add each block's input to its output.", default=True,
        group="Convolution",
    )  # fmt: skip
    use_se_block: bool = setting(
        "Squeeze-excite", "Reweight channels by their global average in each block.",
        default=False, group="Convolution", advanced=True,
    )  # fmt: skip
    lstm_hidden: int = setting(
        "Hidden size", "Units of the LSTM in each direction.", default=128, unit="units",
        minimum=1, maximum=4096, step=16, group="Recurrent",
    )  # fmt: skip
    lstm_layers: int = setting(
        "Layers", "Stacked LSTM layers.", default=2, minimum=1, maximum=8, group="Recurrent",
    )  # fmt: skip
    lstm_dropout: float = setting(
        "LSTM dropout", "Dropout between LSTM layers; no effect with a single layer.", default=0.3,
        minimum=0.0, maximum=0.9, step=0.05, group="Recurrent", advanced=True,
    )  # fmt: skip
    use_layer_norm: bool = setting(
        "Layer normalisation", "Normalise the output of the LSTM.", default=True,
        group="Recurrent",
    )  # fmt: skip
    use_multi_head_attention: bool = setting(
        "Multi-head attention",
        "Multi-head attention with learned positions; off means simple additive attention.",
        default=True, group="Attention",
    )  # fmt: skip
    attention_heads: int = setting(
        "Heads", "Attention heads; must divide twice the hidden size.", default=4, minimum=1,
        maximum=64, group="Attention",
    )  # fmt: skip
    attention_units: int = setting(
        "Additive attention units", "Width of the additive attention, when multi-head is off.",
        default=64, unit="units", minimum=1, maximum=4096, step=16, group="Attention",
        advanced=True,
    )  # fmt: skip
    attention_dropout: float = setting(
        "Attention dropout", "Dropout on the attention weights.", default=0.1, minimum=0.0,
        maximum=0.9, step=0.05, group="Attention", advanced=True,
    )  # fmt: skip
    dropout: float = setting(
        "Dropout", "Dropout in the convolution blocks and in the heads.", default=0.4, minimum=0.0,
        maximum=0.9, step=0.05, group="Regularisation",
    )  # fmt: skip
    stochastic_depth_prob: float = setting(
        "Stochastic depth", "Chance to skip a residual block for a sample while training.",
        default=0.0, minimum=0.0, maximum=0.9, step=0.05, group="Regularisation", advanced=True,
    )  # fmt: skip
    num_classes: int = setting(
        "Classes", "SELL, HOLD and BUY.", default=3, minimum=3, maximum=3, group="Output",
        advanced=True, read_only=True,
    )  # fmt: skip
    init_method: InitMethod = setting(
        "Weight initialisation", "How the weights are drawn before training.", default="kaiming",
        group="Output", advanced=True,
    )  # fmt: skip
    use_gradient_checkpointing: bool = setting(
        "Gradient checkpointing",
        "Recompute the convolutions in the backward pass: less memory, slower.", default=False,
        group="Output", advanced=True,
    )  # fmt: skip

    @property
    def pooled_blocks(self) -> tuple[bool, ...]:
        """Whether each block halves time; an empty ``pooling`` means that all do."""
        return self.pooling or (True,) * len(self.cnn_channels)

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        blocks = len(self.cnn_channels)
        if blocks == 0:
            yield Problem("cnn_channels", self.cnn_channels, "at least one block is needed.")
            return
        if len(self.cnn_kernel_sizes) != blocks:
            yield Problem(
                "cnn_kernel_sizes", self.cnn_kernel_sizes,
                f"{len(self.cnn_kernel_sizes)} kernel sizes for {blocks} blocks; "
                "give one per block.",
            )  # fmt: skip
        if any(size % 2 == 0 for size in self.cnn_kernel_sizes):
            yield Problem(
                "cnn_kernel_sizes", self.cnn_kernel_sizes,
                "kernel sizes must be odd, so that time stays aligned.",
            )  # fmt: skip
        if self.pooling and len(self.pooling) != blocks:
            yield Problem(
                "pooling", self.pooling,
                f"{len(self.pooling)} entries for {blocks} blocks; give one per block or none.",
            )  # fmt: skip
        elif self.sequence_length < 2 ** sum(self.pooled_blocks):
            yield Problem(
                "sequence_length", self.sequence_length,
                f"{self.sequence_length} rows cannot be halved {sum(self.pooled_blocks)} times; "
                "use a longer window or fewer halving blocks.",
            )  # fmt: skip
        if self.use_multi_head_attention and 2 * self.lstm_hidden % self.attention_heads:
            yield Problem(
                "attention_heads", self.attention_heads,
                f"{self.attention_heads} heads do not divide twice the hidden size "
                f"({2 * self.lstm_hidden}).",
            )  # fmt: skip
