"""Which ``HybridCNNLSTMv2`` a set of weights belongs to, read from the shapes of the tensors."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from console.core.configs import ModelConfigV2
from console.core.errors import WeightsError

Shapes = Mapping[str, tuple[int, ...]]
_BLOCK = re.compile(r"blocks\.(\d+)\.conv\.weight")
_LAYER = re.compile(r"lstm\.weight_hh_l(\d+)")


def config_of_shapes(
    shapes: Shapes, base: ModelConfigV2, given: Mapping[str, Any]
) -> tuple[ModelConfigV2, tuple[str, ...]]:
    """The config of a network with these shapes, and the settings that shapes do not tell.

    What they do not tell is taken from ``given``, which also wins over them, else from ``base``.
    Settings that act only in training (dropout and the like) come from ``base`` unmentioned.

    Raises:
        WeightsError: these are not the weights of such a network.
        ConfigError: no network can have such shapes.
    """
    if "lstm.weight_hh_l0" not in shapes or not any(map(_BLOCK.fullmatch, shapes)):
        raise WeightsError(
            "These are not the weights of a HybridCNNLSTMv2: {missing} is missing.",
            remedy="Choose a model that this program trained or exported.",
            missing="lstm.weight_hh_l0" if "lstm.weight_hh_l0" not in shapes else "blocks.0",
        )  # fmt: skip
    told = {**_convolutions(shapes), **_recurrent(shapes), **_input(shapes)}
    values = {**told, **given}
    assumed: list[str] = []

    def settle(name: str, value: Any) -> Any:
        if name not in values:
            values[name] = value
            assumed.append(name)
        return values[name]

    if values["use_multi_head_attention"]:
        settle("attention_heads", _dividing(base.attention_heads, 2 * values["lstm_hidden"]))
    settle("use_residual", base.use_residual)
    settle("input_features", base.input_features)
    _settle_time(shapes, base, values, settle)
    return dataclasses.replace(base, **values), tuple(assumed)


def _convolutions(shapes: Shapes) -> dict[str, Any]:
    kernels = [shapes[f"blocks.{n}.conv.weight"] for n in range(_count(_BLOCK, shapes))]
    changes = [n for n, (after, before, _) in enumerate(kernels) if after != before]
    told: dict[str, Any] = {
        "cnn_channels": tuple(kernel[0] for kernel in kernels),
        "cnn_kernel_sizes": tuple(kernel[2] for kernel in kernels),
        "use_se_block": "blocks.0.excite.reduce.weight" in shapes,
    }
    if changes:  # where the channels stay as many, a skip connection has no weights
        told["use_residual"] = f"blocks.{changes[0]}.skip.weight" in shapes
    return told


def _recurrent(shapes: Shapes) -> dict[str, Any]:
    told: dict[str, Any] = {
        "lstm_hidden": shapes["lstm.weight_hh_l0"][1],
        "lstm_layers": _count(_LAYER, shapes),
        "use_layer_norm": "lstm_norm.weight" in shapes,
        "use_multi_head_attention": "attention.positions" in shapes,
    }
    if "attention.hidden.weight" in shapes:
        told["attention_units"] = shapes["attention.hidden.weight"][0]
    return told


def _input(shapes: Shapes) -> dict[str, Any]:
    first = shapes["blocks.0.conv.weight"][1]
    told: dict[str, Any] = {"input_norm": "none"}
    if "input_norm.time_weight" in shapes:
        told = {
            "input_norm": "bin", "input_features": shapes["input_norm.time_weight"][0],
            "sequence_length": shapes["input_norm.feature_weight"][0],
        }  # fmt: skip
    elif "input_norm.weight" in shapes:
        told = {"input_norm": "revin", "input_features": shapes["input_norm.weight"][0]}
    told["cnn_layout"] = "flattened" if first == 1 else "temporal"
    if told["cnn_layout"] == "temporal" or told.get("input_features") == 1:
        told |= {"input_features": first, "cnn_layout": "temporal"}
    return told


def _settle_time(shapes: Shapes, base: ModelConfigV2, values: dict[str, Any], settle: Any) -> None:
    """Rows in a window and halving blocks; learned positions only tell what is left of them."""
    blocks = len(values["cnn_channels"])
    usual = base.pooling if len(base.pooling) == blocks else ()
    if "attention.positions" not in shapes:
        settle("pooling", usual)
        settle("sequence_length", base.sequence_length)
        return
    steps = shapes["attention.positions"][0]
    width = values["input_features"] if values["cnn_layout"] == "flattened" else 1
    rows = values.get("sequence_length", base.sequence_length)
    choices = [usual, (), *((n * (True,) + (blocks - n) * (False,)) for n in range(blocks))]
    if "pooling" in values:
        choices = [tuple(values["pooling"])]
    fitting = [c for c in choices if _left(rows * width, c or (True,) * blocks) == steps]
    if fitting:
        settle("pooling", fitting[0])
        settle("sequence_length", rows)
        return
    settle("pooling", choices[0])
    halved = sum(values["pooling"] or (True,) * blocks)
    if steps * 2**halved % width:  # flattened, with a number of features that was only assumed
        raise WeightsError(
            "The shapes do not tell how many rows and features a window of this model has.",
            remedy="Give input_features and sequence_length by --set.",
        )
    settle("sequence_length", max(2, steps * 2**halved // width))


def _left(steps: int, pooled: tuple[bool, ...]) -> int:
    for halves in pooled:
        steps = steps // 2 if halves else steps
    return steps


def _dividing(wanted: int, width: int) -> int:
    return next(heads for heads in range(wanted, 0, -1) if width % heads == 0)


def _count(pattern: re.Pattern[str], shapes: Shapes) -> int:
    found = {int(match[1]) for match in map(pattern.fullmatch, shapes) if match}
    if found != set(range(len(found))):
        raise WeightsError(
            "These are not the weights of a HybridCNNLSTMv2: {missing} is missing.",
            remedy="Choose a model that this program trained or exported.",
            missing=pattern.pattern.replace("\\", "").replace("(d+)", "0"),
        )  # fmt: skip
    return len(found)
