"""The closed formulas agree with the network that is built."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.configs import ModelConfigV2
from console.core.model_size import num_parameters, num_steps, receptive_rows, training_bytes
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2


@st.composite
def configs(draw: st.DrawFn) -> ModelConfigV2:
    blocks = draw(st.integers(1, 3))
    sizes = st.sampled_from((1, 3, 5))
    heads = draw(st.sampled_from((1, 2, 4)))
    return ModelConfigV2(
        input_features=draw(st.integers(1, 9)), sequence_length=draw(st.integers(8, 30)),
        input_norm=draw(st.sampled_from(("none", "bin", "revin"))),
        cnn_layout=draw(st.sampled_from(("temporal", "flattened"))),
        cnn_channels=tuple(draw(st.integers(1, 40)) for _ in range(blocks)),
        cnn_kernel_sizes=tuple(draw(sizes) for _ in range(blocks)),
        pooling=tuple(draw(st.booleans()) for _ in range(blocks)),
        use_residual=draw(st.booleans()), use_se_block=draw(st.booleans()),
        lstm_hidden=2 * heads, lstm_layers=draw(st.integers(1, 3)),
        use_layer_norm=draw(st.booleans()), use_multi_head_attention=draw(st.booleans()),
        attention_heads=heads, attention_units=draw(st.integers(1, 9)),
    )  # fmt: skip


@settings(max_examples=40)
@given(configs())
def test_that_the_parameters_are_counted_without_building_the_network(
    config: ModelConfigV2,
) -> None:
    model = HybridCNNLSTMv2(config)
    counted = sum(parameter.numel() for parameter in model.parameters())
    assert num_parameters(config) == counted
    assert num_steps(config) == model.num_steps
    assert training_bytes(config) == 16 * counted


@settings(max_examples=25)
@given(configs(), st.integers(0, 2**31))
def test_that_no_row_beyond_the_reach_changes_an_output_of_the_convolutions(
    config: ModelConfigV2, seed: int
) -> None:
    if config.cnn_layout == "flattened" or config.use_se_block:
        return  # one place is no row there; squeeze-excite looks at all of them
    torch.manual_seed(seed)
    model = HybridCNNLSTMv2(config).eval()
    x = torch.randn(1, config.input_features, config.sequence_length, requires_grad=True)
    model.blocks(x)[0, :, -1].sum().backward()
    assert x.grad is not None
    seen = int((x.grad[0].abs().sum(0) > 0).sum())
    assert seen <= receptive_rows(config)
    middle = torch.zeros_like(x).requires_grad_()
    model.blocks(middle)[0, :, model.num_steps // 2].sum().backward()
    assert int((middle.grad[0].abs().sum(0) > 0).sum()) <= receptive_rows(config)  # type: ignore[index]
