"""Size and reach of the hybrid network, reckoned from its settings without building it."""

from __future__ import annotations

from console.core.configs.model import ModelConfigV2

_FLOAT_BYTES, _COPIES = 4, 4  # weights, gradients and the two moments of AdamW
_DIRECTION_UNITS, _OTHER_UNITS = (128, 64), (64,)  # hidden layers of the heads
_SQUEEZE_REDUCTION, _LEAST_SQUEEZED = 8, 4


def num_parameters(config: ModelConfigV2) -> int:
    """The trainable parameters of ``HybridCNNLSTMv2``."""
    width = 2 * config.lstm_hidden
    return (
        _input_norm(config)
        + _convolutions(config)
        + _lstm(config)
        + (2 * width if config.use_layer_norm else 0)
        + _attention(config, width)
        + _head(width, _DIRECTION_UNITS, config.num_classes)
        + 2 * _head(width, _OTHER_UNITS, 1)
    )


def training_bytes(config: ModelConfigV2) -> int:
    """Memory of the network itself while it trains, without what a batch takes."""
    return _COPIES * _FLOAT_BYTES * num_parameters(config)


def receptive_rows(config: ModelConfigV2) -> int:
    """How many rows one output of the convolutions sees, at most the window.

    In the flattened layout rows and features lie in one line: F places are one row.
    """
    reach, step = 1, 1
    for kernel, pooled in zip(config.cnn_kernel_sizes, config.pooled_blocks, strict=True):
        reach += (kernel - 1) * step
        if pooled:
            reach += step
            step *= 2
    if config.cnn_layout == "flattened":
        reach = -(-reach // config.input_features)
    return min(reach, config.sequence_length)


def num_steps(config: ModelConfigV2) -> int:
    """The time steps that are left after pooling; the LSTM runs over these."""
    steps = config.sequence_length
    if config.cnn_layout == "flattened":
        steps *= config.input_features
    for pooled in config.pooled_blocks:
        steps = steps // 2 if pooled else steps
    return steps


def _input_norm(config: ModelConfigV2) -> int:
    per_feature = 2 * config.input_features
    per_row_and_mix = 2 * config.sequence_length + 2
    return {"none": 0, "revin": per_feature, "bin": per_feature + per_row_and_mix}[
        config.input_norm
    ]


def _convolutions(config: ModelConfigV2) -> int:
    before = config.input_features if config.cnn_layout == "temporal" else 1
    total = 0
    for channels, kernel in zip(config.cnn_channels, config.cnn_kernel_sizes, strict=True):
        total += before * channels * kernel + 2 * channels
        if config.use_se_block:
            squeezed = max(_LEAST_SQUEEZED, channels // _SQUEEZE_REDUCTION)
            total += _linear(channels, squeezed) + _linear(squeezed, channels)
        if config.use_residual and before != channels:
            total += _linear(before, channels)
        before = channels
    return total


def _lstm(config: ModelConfigV2) -> int:
    hidden, total, inputs = config.lstm_hidden, 0, config.cnn_channels[-1]
    for _ in range(config.lstm_layers):
        total += 2 * (4 * hidden * (inputs + hidden) + 8 * hidden)
        inputs = 2 * hidden
    return total


def _attention(config: ModelConfigV2, width: int) -> int:
    if not config.use_multi_head_attention:
        return _linear(width, config.attention_units) + config.attention_units
    norm = 2 * width if config.use_layer_norm else 0
    positions = num_steps(config) * width
    return positions + _linear(width, 3 * width) + _linear(width, width) + norm


def _head(width: int, hidden: tuple[int, ...], outputs: int) -> int:
    total = 0
    for units in (*hidden, outputs):
        total += _linear(width, units)
        width = units
    return total


def _linear(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs
