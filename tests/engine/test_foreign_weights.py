"""Weights from elsewhere: nothing in a file is ever run, and only what fits is kept."""

from __future__ import annotations

import ast
import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

import console
from console.core.configs import ModelConfigV2
from console.core.errors import WeightsError
from console.core.imported_models import find_imported, imported_dir, list_imported
from console.core.paths import Workspace
from console.engine.export.torch_file import load_exported
from console.engine.foreign_reader import read_foreign
from console.engine.foreign_weights import import_weights, load_checked, load_imported_weights
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.weight_shapes import config_of_shapes
from tests.engine import hostile_files as hostile

SMALL = ModelConfigV2(
    input_features=5, sequence_length=16, cnn_channels=(8, 12), cnn_kernel_sizes=(3, 5),
    lstm_hidden=6, lstm_layers=1, attention_heads=2,
)  # fmt: skip


def network(config: ModelConfigV2) -> HybridCNNLSTMv2:
    """An untrained network in evaluation mode."""
    torch.manual_seed(4)
    return HybridCNNLSTMv2(config).eval()


def outputs(model: HybridCNNLSTMv2) -> list[torch.Tensor]:
    """What a network says about two fixed windows."""
    torch.manual_seed(5)
    windows = torch.randn(2, model.config.sequence_length, model.config.input_features)
    with torch.inference_mode():
        return list(model(windows).values())


def nothing_was_kept(workspace: Workspace) -> bool:
    return not list(imported_dir(workspace).glob("*"))


@pytest.mark.parametrize("make", hostile.EXECUTING, ids=lambda make: make.__name__)
def test_that_nothing_in_a_hostile_file_is_run(
    make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    witness, path = tmp_path / "it ran", tmp_path / "weights.pt"
    path.write_bytes(make(witness))
    with pytest.raises(WeightsError) as caught:
        read_foreign(path)
    assert not witness.exists()
    assert "weights.pt" in caught.value.message and caught.value.remedy
    assert "weights_only" not in caught.value.text and "trust" not in caught.value.text


def test_that_the_hostile_files_are_hostile(tmp_path: Path) -> None:
    for make in (hostile.at_the_top, hostile.in_a_tensor, hostile.in_the_old_format):
        witness, path = tmp_path / make.__name__, tmp_path / "weights.pt"
        path.write_bytes(make(witness))
        torch.load(path, weights_only=False)
        assert witness.exists()


def test_that_a_hostile_file_is_refused_in_a_process_of_its_own_with_its_reason(
    tmp_path: Path, workspace: Workspace
) -> None:
    witness, path = tmp_path / "it ran", tmp_path / "weights.pt"
    path.write_bytes(hostile.beside_the_weights(witness))
    with pytest.raises(WeightsError, match=r"asks for posix\.system, which weights do not need"):
        import_weights(workspace, path)
    assert not witness.exists() and nothing_was_kept(workspace)


@pytest.mark.parametrize("kept", [0, 3, 400, -40])
@pytest.mark.parametrize("legacy", [False, True])
def test_that_a_truncated_file_is_refused(kept: int, legacy: bool, tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(hostile.saved(hostile.weights(), legacy=legacy)[:kept])
    with pytest.raises(WeightsError, match="cannot be read") as caught:
        read_foreign(path)
    assert "trust" not in caught.value.text


def test_that_files_that_unpack_to_more_than_they_are_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(hostile.announcing_more_than_it_has())
    with pytest.raises(WeightsError, match="announces tensors of 4,000,"):
        read_foreign(path)
    many = torch.empty(1 << 40, dtype=torch.uint8, device="meta")
    path.write_bytes(hostile.saved({**hostile.weights(), "huge": many}, legacy=True))
    with pytest.raises(WeightsError, match="announces"):
        read_foreign(path)
    path.write_bytes(hostile.compressed_zeros())
    with pytest.raises(WeightsError, match="it holds compressed parts"):
        read_foreign(path)


def test_that_the_reading_process_can_neither_grow_nor_write_much(tmp_path: Path) -> None:
    program = (
        "import torch, sys, pathlib\n"
        "from console.engine.foreign_reader import _limit_this_process\n"
        "_limit_this_process(1_000_000)\n"
        "torch.zeros(1 << 20)\n"
        "try:\n    torch.zeros(1 << 30)\n"
        "except RuntimeError:\n    print('no memory')\n"
        "try:\n    pathlib.Path(sys.argv[1]).write_bytes(bytes(8_000_000))\n"
        "except OSError:\n    print('no file')\n"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "large")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"just text", b"\x80\x02."])
def test_that_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    for name in ("weights.pt", "weights.safetensors"):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(WeightsError):
            read_foreign(path)
    with pytest.raises(WeightsError, match="cannot be read"):
        read_foreign(tmp_path / "absent.pt")


@pytest.mark.parametrize("kind", ["pt", "legacy", "wrapped", "safetensors"])
def test_that_every_kind_of_file_gives_the_same_tensors(kind: str, tmp_path: Path) -> None:
    state = network(SMALL).state_dict()
    path = tmp_path / ("net.safetensors" if kind == "safetensors" else "net.pt")
    if kind == "safetensors":
        path.write_bytes(safetensors.torch.save(state))
    elif kind == "wrapped":
        parallel = {f"module.{name}": tensor for name, tensor in state.items()}
        path.write_bytes(hostile.saved({"model_state_dict": parallel, "epoch": 3}))
    else:
        path.write_bytes(hostile.saved(state, legacy=kind == "legacy"))
    tensors, metadata = read_foreign(path)
    assert tensors.keys() == state.keys() and metadata == {}
    assert all(tensors[name].equal(state[name]) for name in state)


def test_that_good_weights_answer_as_before(tmp_path: Path, workspace: Workspace) -> None:
    model, path = network(SMALL), tmp_path / "my net.pt"
    path.write_bytes(hostile.saved(model.state_dict()))
    given = {"sequence_length": 16, "attention_heads": 2}
    found = import_weights(workspace, path, base=SMALL, given=given)
    assert found.name == "my-net" and list_imported(workspace) == ["my-net"]
    assert found.config == SMALL
    again = network(found.config)
    again.load_state_dict(load_imported_weights(find_imported(workspace, "my-net")))
    for ours, theirs in zip(outputs(again), outputs(model), strict=True):
        assert ours.equal(theirs)
    with pytest.raises(WeightsError, match="already an imported model 'my-net'"):
        import_weights(workspace, path)


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"input_norm": "bin"}, {"input_norm": "revin"}, {"use_se_block": True},
        {"use_residual": False}, {"use_layer_norm": False}, {"lstm_layers": 3},
        {"pooling": (False, False)}, {"pooling": (True, False)},
        {"cnn_layout": "flattened", "input_norm": "revin"},
        {"use_multi_head_attention": False, "attention_units": 7},
        {"cnn_channels": (5, 5), "use_residual": False},
    ],
    ids=lambda changes: "-".join(changes) or "plain",
)  # fmt: skip
def test_that_the_shapes_tell_the_config_or_say_what_they_do_not_tell(
    changes: dict[str, Any],
) -> None:
    config = dataclasses.replace(SMALL, **changes)
    shapes = {name: tuple(t.shape) for name, t in network(config).state_dict().items()}
    base = dataclasses.replace(ModelConfigV2(), sequence_length=60, attention_heads=4)
    found, assumed = config_of_shapes(shapes, base, {})
    same = {name: tuple(t.shape) for name, t in network(found).state_dict().items()}
    assert same == shapes
    training_only = {"dropout", "lstm_dropout", "attention_dropout", "stochastic_depth_prob"}
    unlike = {
        record.name
        for record in dataclasses.fields(config)
        if getattr(found, record.name) != getattr(config, record.name)
    } - training_only
    if not changes.get("use_multi_head_attention", True):
        unlike -= {"attention_heads"}  # has no part in additive attention
    assert unlike <= {*assumed, "pooling"} and "attention_units" not in assumed
    given = {name: getattr(config, name) for name in assumed}
    exact, left = config_of_shapes(shapes, base, given)
    assert left == ()
    model, again = network(config), network(exact)
    again.load_state_dict(model.state_dict())
    assert all(a.equal(b) for a, b in zip(outputs(again), outputs(model), strict=True))


def test_that_a_flattened_network_asks_for_what_its_shapes_hide() -> None:
    config = dataclasses.replace(SMALL, cnn_layout="flattened")
    shapes = {name: tuple(t.shape) for name, t in network(config).state_dict().items()}
    with pytest.raises(WeightsError, match="how many rows and features"):
        config_of_shapes(shapes, ModelConfigV2(), {})
    found, _ = config_of_shapes(
        shapes, ModelConfigV2(), {"sequence_length": 16, "input_features": 5}
    )
    assert found.cnn_layout == "flattened" and found.cnn_channels == (8, 12)


def test_that_weights_of_another_network_name_what_differs(
    tmp_path: Path, workspace: Workspace
) -> None:
    with pytest.raises(WeightsError, match="not the weights of a HybridCNNLSTMv2"):
        config_of_shapes({"conv.weight": (3,)}, SMALL, {})
    model = network(SMALL)
    spoilt = {**model.state_dict(), "lstm_norm.bias": torch.full((12,), float("nan"))}
    with pytest.raises(WeightsError, match=r"not finite \(lstm_norm.bias\)"):
        load_checked(model, spoilt, "net.pt")
    path = tmp_path / "other.pt"
    other = {**model.state_dict(), "direction_head.6.weight": torch.ones(4, 64)}
    path.write_bytes(hostile.saved(other))
    with pytest.raises(WeightsError, match=r"direction_head.6.weight 4x64 there, 3x64 here"):
        import_weights(workspace, path)
    assert nothing_was_kept(workspace)


def test_that_an_imported_model_that_was_changed_is_not_used(
    tmp_path: Path, workspace: Workspace
) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(hostile.saved(network(SMALL).state_dict()))
    model = import_weights(workspace, path)
    weights = model.path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightsError, match="SHA-256"):
        load_imported_weights(model)
    (model.path / "model.json").write_text(json.dumps({"format": 1}))
    with pytest.raises(WeightsError, match="is damaged"):
        find_imported(workspace, "net")
    with pytest.raises(WeightsError, match="has not been checked yet"):
        find_imported(workspace, str(path))
    with pytest.raises(WeightsError, match="Did you mean 'net'"):
        find_imported(workspace, "nett")


@pytest.mark.parametrize("make", hostile.EXECUTING, ids=lambda make: make.__name__)
def test_that_the_reader_of_our_exports_runs_nothing_either(
    make: Callable[[Path], bytes], tmp_path: Path
) -> None:
    from console.core.errors import ExportError

    witness, path = tmp_path / "it ran", tmp_path / "model.pt"
    path.write_bytes(make(witness))
    with pytest.raises(ExportError):
        load_exported(path)
    assert not witness.exists()


def test_that_every_torch_file_is_read_for_weights_only() -> None:
    calls = [
        node
        for path in Path(console.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load"
    ]
    assert len(calls) >= 2
    for call in calls:
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert given.get("weights_only") == "True", ast.unparse(call)
