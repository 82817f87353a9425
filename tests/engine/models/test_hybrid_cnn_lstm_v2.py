from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from console.core.configs import ModelConfigV2
from console.core.errors import ConsoleError
from console.core.presets import get_preset
from console.engine.models.blocks import ConvBlock, StochasticDepth
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2

FEATURES, ROWS = 6, 16
VARIANTS = [
    {},
    {"cnn_layout": "flattened"},
    {"use_residual": False, "use_layer_norm": False, "use_multi_head_attention": False},
    {"use_se_block": True, "stochastic_depth_prob": 0.5},
    {"input_norm": "bin"},
    {"input_norm": "revin", "pooling": (False, True)},
    {"use_gradient_checkpointing": True},
]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def small_config(**changes: object) -> ModelConfigV2:
    small = {
        "input_features": FEATURES, "sequence_length": ROWS, "cnn_channels": (8, 12),
        "cnn_kernel_sizes": (3, 5), "lstm_hidden": 8,
    }  # fmt: skip
    return ModelConfigV2(**{**small, **changes})


def small_network(**changes: object) -> HybridCNNLSTMv2:
    torch.manual_seed(0)
    return HybridCNNLSTMv2(small_config(**changes))


def windows(count: int = 5) -> torch.Tensor:
    return torch.randn(count, ROWS, FEATURES, generator=torch.Generator().manual_seed(1))


def total(outputs: dict[str, torch.Tensor]) -> torch.Tensor:
    return sum(output.square().sum() for output in outputs.values())


def test_that_the_class_is_known_by_its_public_name() -> None:
    name = "<class 'console.engine.models.hybrid_cnn_lstm_v2.HybridCNNLSTMv2'>"
    assert str(type(HybridCNNLSTMv2())) == name


@pytest.mark.parametrize("changes", VARIANTS)
def test_that_every_arrangement_gives_the_promised_outputs(changes: dict[str, object]) -> None:
    network = small_network(**changes).eval()
    outputs = network(windows(), return_attention=True)
    assert outputs["direction_logits"].shape == (5, 3)
    assert outputs["confidence"].shape == outputs["expected_return"].shape == (5, 1)
    assert ((outputs["confidence"] >= 0) & (outputs["confidence"] <= 1)).all()
    assert outputs["attention_weights"].shape == (5, network.num_steps)
    torch.testing.assert_close(outputs["attention_weights"].sum(dim=1), torch.ones(5))
    assert "attention_weights" not in network(windows())


@pytest.mark.parametrize("changes", VARIANTS)
def test_that_every_parameter_is_trained(changes: dict[str, object]) -> None:
    network = small_network(**{"dropout": 0.0, **changes})
    total(network(windows(32))).backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert idle == []


@pytest.mark.parametrize("layout", ["temporal", "flattened"])
def test_that_a_shape_mismatch_names_both_numbers(layout: str) -> None:
    network = small_network(cnn_layout=layout)
    with pytest.raises(ConsoleError, match=r"set up for 6 features, but the data has 7") as caught:
        network(torch.zeros(2, ROWS, 7))
    assert "input_features" in caught.value.remedy
    with pytest.raises(ConsoleError, match=r"set up for 16 rows, but the data has 20"):
        network(torch.zeros(2, 20, FEATURES))
    with pytest.raises(ConsoleError, match="batch dimension"):
        network(torch.zeros(ROWS, FEATURES))


def test_that_the_old_layout_keeps_its_825_steps_and_ours_stays_within_the_window() -> None:
    assert HybridCNNLSTMv2(ModelConfigV2(cnn_layout="flattened")).num_steps == 825
    assert HybridCNNLSTMv2(ModelConfigV2()).num_steps == 7
    unpooled = ModelConfigV2(pooling=(False, False, False))
    assert HybridCNNLSTMv2(unpooled).num_steps == 60


@pytest.mark.slow
def test_that_the_flattened_layout_trains_at_full_size_with_small_batches() -> None:
    network = HybridCNNLSTMv2(ModelConfigV2(cnn_layout="flattened"))
    total(network(torch.randn(8, 60, 110))).backward()
    assert all(torch.isfinite(p.grad).all() for p in network.parameters())


@pytest.mark.parametrize(
    "name", ["production_small", "production_large", "quick_experiment", "conservative"]
)
def test_that_every_preset_builds_and_its_parameters_are_counted(name: str) -> None:
    network = HybridCNNLSTMv2(get_preset("model", name).config())
    size = network.get_model_size()
    counted = sum(int(np.prod(p.shape)) for p in network.parameters())
    assert size["total_params"] == size["trainable_params"] == counted
    assert size["size_bytes"] > 4 * counted
    stages = network.get_layer_info()
    assert sum(stage["num_params"] for stage in stages) == counted
    assert next(s for s in stages if s["name"] == "direction_head")["output_shape"] == (1, 3)


def test_that_predict_tells_what_to_do_and_leaves_the_mode_alone() -> None:
    network = small_network()
    assert network.training
    plain = network.predict(windows(64))
    assert network.training
    torch.testing.assert_close(plain["direction_probs"].sum(dim=1), torch.ones(64))
    assert plain["direction"].equal(plain["direction_logits"].argmax(dim=1))
    assert plain["should_trade"].equal(plain["direction"] != 1)
    hot = network.predict(windows(64), temperature=1000.0, confidence_threshold=1.01)
    torch.testing.assert_close(
        hot["direction_probs"], torch.full((64, 3), 1 / 3), atol=1e-2, rtol=0
    )
    assert hot["direction"].equal(plain["direction"])
    assert not hot["should_trade"].any()
    with pytest.raises(ConsoleError, match="above 0"):
        network.predict(windows(), temperature=0.0)


def test_that_evaluation_does_not_depend_on_the_other_windows_of_a_batch() -> None:
    network = small_network(use_se_block=True, input_norm="bin").eval()
    x = windows(9)
    torch.testing.assert_close(
        network(x)["direction_logits"][3:4], network(x[3:4])["direction_logits"]
    )


def test_that_gradient_checkpointing_changes_neither_gradients_nor_statistics() -> None:
    plain, saving = small_network(), small_network(use_gradient_checkpointing=True)
    for network in (plain, saving):
        torch.manual_seed(5)
        total(network(windows())).backward()
    for (name, ours), theirs in zip(plain.named_parameters(), saving.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, msg=name)
    for ours, theirs in zip(plain.buffers(), saving.buffers(), strict=True):
        assert ours.equal(theirs)


def test_that_stochastic_depth_drops_whole_samples_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    layer = StochasticDepth(0.25).train()
    out = layer(torch.ones(4000, 3, 2))
    per_sample = out.flatten(1)
    assert ((per_sample == 0).all(dim=1) | (per_sample == 1 / 0.75).all(dim=1)).all()
    assert out.mean().item() == pytest.approx(1.0, abs=0.05)
    assert layer.eval()(out) is out


def test_that_a_residual_block_adds_its_input() -> None:
    shape = {"dropout": 0.0, "pool": False, "squeeze_excite": False, "drop_path": 0.0}
    block = ConvBlock(4, 4, 3, residual=True, checkpointing=False, **shape)
    torch.nn.init.zeros_(block.conv.weight)
    x = torch.randn(2, 4, 8)
    torch.testing.assert_close(block(x), x)


def test_that_input_normalisation_removes_level_and_scale() -> None:
    x = windows()
    moved = x * torch.linspace(1, 9, FEATURES) + 100.0
    revin = small_network(input_norm="revin").input_norm
    torch.testing.assert_close(revin(x), revin(moved), atol=1e-3, rtol=1e-3)
    bilinear = small_network(input_norm="bin").input_norm
    mean, std = x.mean(dim=(1,), keepdim=True), x.std(dim=1, unbiased=False, keepdim=True)
    across = (x - x.mean(2, keepdim=True)) / x.std(2, unbiased=False, keepdim=True)
    torch.testing.assert_close(
        bilinear(x), 0.5 * (x - mean) / std + 0.5 * across, atol=1e-3, rtol=1e-3
    )


def test_that_the_initialisation_methods_differ_and_follow_the_seed() -> None:
    drawn = {
        method: small_network(init_method=method).blocks[0].conv.weight
        for method in ("kaiming", "xavier", "orthogonal")
    }
    assert not drawn["kaiming"].equal(drawn["xavier"])
    assert not drawn["xavier"].equal(drawn["orthogonal"])
    assert drawn["kaiming"].equal(small_network().blocks[0].conv.weight)


def test_that_an_untrained_network_is_not_sure_of_anything() -> None:
    network = HybridCNNLSTMv2()
    probs = network.predict(torch.randn(64, 60, 110))["direction_probs"]
    assert probs.max() < 0.8


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("changes", [{}, {"use_multi_head_attention": False, "input_norm": "bin"}])
def test_that_it_exports_to_onnx_with_a_free_batch_size(
    changes: dict[str, object], tmp_path: Path
) -> None:
    import onnxruntime

    network = small_network(**changes).eval()
    batch = torch.export.Dim("batch")
    program = torch.onnx.export(
        network, (windows(2),), dynamo=True, dynamic_shapes={"x": {0: batch}}, verbose=False,
        input_names=["x"],
    )  # fmt: skip
    program.save(tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    for count in (1, 2, 17):
        expected = network(windows(count))["direction_logits"].detach().numpy()
        found = session.run(None, {"x": windows(count).numpy()})[0]
        np.testing.assert_allclose(found, expected, atol=1e-5)
