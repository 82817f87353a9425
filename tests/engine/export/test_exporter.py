"""Exports are proved against the checkpoint before they appear."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from console.core.errors import CheckpointError, ExportError, WorkspaceError
from console.core.rundir import RunDir
from console.engine.data.normalise import Scaler
from console.engine.export import exporter
from console.engine.export.artifact import load_artifact
from console.engine.export.exporter import FORMATS, export_run, list_exports
from console.engine.export.parity import synthetic_windows
from console.engine.export.torch_file import load_exported
from tests.engine.export.conftest import FEATURES, MakeRun


@pytest.mark.parametrize("format", FORMATS)
def test_that_an_export_agrees_with_its_checkpoint(
    make_run: MakeRun, tmp_path: Path, format: str
) -> None:
    run = make_run()
    stages: list[str] = []
    result = export_run(run, format, tmp_path / "out" / f"m.{format}", progress=stages.append)

    assert result.max_difference < 1e-5
    assert result.num_windows == 1000
    assert result.path.stat().st_size == result.size_bytes
    assert stages == ["read", "write", "compare", "done"]
    assert [entry["sha256"] for entry in list_exports(run)] == [result.sha256]
    assert [path.name for path in result.path.parent.iterdir()] == [result.path.name]


def test_that_the_onnx_graph_takes_raw_rows_at_any_batch_size(
    make_run: MakeRun, tmp_path: Path
) -> None:
    run = make_run()
    result = export_run(run, "onnx", tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(result.path, providers=["CPUExecutionProvider"])
    for batch in (1, 2, 17):
        rows = synthetic_windows(load_artifact(run), batch)
        probabilities, logits, confidence, returns = session.run(None, {"rows": rows})
        assert probabilities.shape == logits.shape == (batch, 3)
        assert confidence.shape == returns.shape == (batch, 1)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    texts = session.get_modelmeta().custom_metadata_map
    assert json.loads(texts["features"]) == FEATURES
    assert json.loads(texts["label"])["column"] == "label_20"
    assert len(json.loads(texts["weights_sha256"])) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"input_norm": "bin"},
        {"input_norm": "revin"},
        {"use_multi_head_attention": False},
        {"use_se_block": True, "use_residual": False},
        {"cnn_layout": "flattened"},
    ],
)
@pytest.mark.slow
def test_that_every_kind_of_network_becomes_onnx(
    make_run: MakeRun, tmp_path: Path, changes: dict[str, object]
) -> None:
    result = export_run(make_run(**changes), "onnx", tmp_path / "m.onnx")
    assert result.max_difference < 1e-5


@pytest.mark.parametrize("format", FORMATS)
def test_that_scaling_in_groups_travels_with_the_export(
    make_run: MakeRun, tmp_path: Path, format: str
) -> None:
    run = make_run()
    names = ("bid1", "ask1", "bsize1", "spread")
    generator = np.random.default_rng(0)
    raw = (generator.normal(size=(500, 4)) * [100, 100, 0.4, 3.0] + [6e4, 6e4, 1, 5]).astype("f4")
    scaler = Scaler.fit(raw, np.ones(500, dtype=bool), names, "grouped", 5.0)
    stored = json.loads((run.path / "preprocessing.json").read_text())
    stored |= {"features": list(names), "scaler": scaler.to_dict()}
    (run.path / "preprocessing.json").write_text(json.dumps(stored))
    result = export_run(run, format, tmp_path / f"m.{format}")
    assert result.max_difference < 1e-5
    artifact = load_artifact(run)
    assert artifact.scaler == scaler
    if format != "onnx":
        model, metadata = load_exported(result.path)
        assert metadata["scaler"]["method"] == "grouped"
        scaled = model._scaled(torch.from_numpy(raw)).numpy()
        scaler.apply_(raw)
        np.testing.assert_allclose(scaled, raw, rtol=1e-6, atol=1e-6)


def test_that_a_pt_file_is_plain_and_holds_what_a_user_of_the_model_needs(
    make_run: MakeRun, tmp_path: Path
) -> None:
    run = make_run()
    export_run(run, "pt", tmp_path / "m.pt")
    content = torch.load(tmp_path / "m.pt", weights_only=True)

    assert content["metadata"]["features"] == FEATURES
    assert content["metadata"]["scaler"]["centre"][0] == 60_000.0
    assert content["metadata"]["run"] == run.id


@pytest.mark.parametrize("format", ["pt", "safetensors"])
def test_that_a_damaged_export_is_refused_by_name(
    make_run: MakeRun, tmp_path: Path, format: str
) -> None:
    path = export_run(make_run(), format, tmp_path / f"m.{format}").path
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ExportError, match="cannot be read as an exported model"):
        load_exported(path)


def test_that_an_export_that_differs_is_refused_and_nothing_is_lost(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, target = make_run(), tmp_path / "m.pt"
    target.write_bytes(b"an earlier export")
    write = exporter._WRITERS["pt"]

    def write_other_weights(artifact: object) -> bytes:
        artifact.weights["direction_head.0.weight"].mul_(1.5)
        content = write(artifact)
        artifact.weights["direction_head.0.weight"].div_(1.5)
        return content

    monkeypatch.setitem(exporter._WRITERS, "pt", write_other_weights)
    with pytest.raises(ExportError, match="differs from the checkpoint"):
        export_run(run, "pt", target)
    assert target.read_bytes() == b"an earlier export"
    assert list_exports(run) == []


def test_that_a_place_that_cannot_be_written_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(WorkspaceError, match="a file"):
        export_run(make_run(), "pt", blocked / "m.pt")


def test_that_a_full_disk_is_reported_and_leaves_no_half_file(make_run: MakeRun) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this machine")
    with pytest.raises(WorkspaceError, match="/dev/full"):
        export_run(make_run(), "pt", Path("/dev/full/m.pt"))


def test_that_an_unknown_format_is_answered_with_the_known_ones(
    make_run: MakeRun, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="safetensors"):
        export_run(make_run(), "safetensor", tmp_path / "m")


def test_that_an_unknown_checkpoint_is_answered_with_the_known_ones(
    make_run: MakeRun, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="step-000000010"):
        export_run(make_run(), "pt", tmp_path / "m.pt", checkpoint="step-000000011")


def test_that_a_run_without_a_checkpoint_says_what_to_do(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    (run.checkpoints / "step-000000010" / "manifest.json").unlink()
    with pytest.raises(CheckpointError, match="no checkpoint yet"):
        export_run(run, "pt", tmp_path / "m.pt")


def test_that_a_truncated_checkpoint_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    run: RunDir = make_run()
    weights = run.checkpoints / "step-000000010" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        export_run(run, "pt", tmp_path / "m.pt")
