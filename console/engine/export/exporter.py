"""Exporting a run's model: written, loaded back, compared, and only then put in place."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from console.core.clock import utc_now
from console.core.errors import ExportError, did_you_mean
from console.core.files import disk_errors, fsync_dir, write_bytes_atomic
from console.core.members import model_run
from console.core.rundir import RunDir
from console.engine.export.artifact import Artifact, load_artifact
from console.engine.export.deploy import deployed
from console.engine.export.onnx_file import OnnxModel, to_onnx
from console.engine.export.parity import (
    MAX_DIFFERENCE,
    Model,
    Parity,
    compare,
    synthetic_windows,
    torch_model,
)
from console.engine.export.torch_file import load_exported, to_pt, to_safetensors
from console.engine.export.windows import real_windows

ExportFormat = Literal["pt", "safetensors", "onnx"]
FORMATS: tuple[str, ...] = get_args(ExportFormat)
Progress = Callable[[str], None]
_WRITERS: dict[str, Callable[[Artifact], bytes]] = {
    "pt": to_pt, "safetensors": to_safetensors, "onnx": to_onnx,
}  # fmt: skip


@dataclass(frozen=True)
class ExportResult:
    """An exported model and the proof that it agrees with the run's checkpoint."""

    format: str
    path: Path
    size_bytes: int
    sha256: str
    checkpoint: str
    max_difference: float
    num_windows: int
    on_real_windows: bool

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {**self.__dict__, "path": str(self.path)}


def export_run(
    run: RunDir,
    format: str,
    output: Path,
    checkpoint: str = "best",
    progress: Progress | None = None,
) -> ExportResult:
    """Export a checkpoint of ``run`` to ``output`` as ``pt``, ``safetensors`` or ``onnx``.

    The file is loaded back and compared with the checkpoint on windows of the run's own data, or
    on random ones when the data is out of reach. What was at ``output`` before stays until then.

    Args:
        run: the run; of several trainings, that whose model the run has chosen is exported.
        format: one of ``FORMATS``.
        output: the file to write; its folder is made when missing.
        checkpoint: "best", "last", or a checkpoint's name.
        progress: is told each stage: "read", "write", "compare", "done".

    Raises:
        ExportError: an unknown format, nothing to export, or the file answers differently.
        CheckpointError: the checkpoint is missing or damaged.
        WorkspaceError: the file cannot be written.
    """
    if format not in FORMATS:
        raise _unknown_format(format)
    tell = progress or _untold
    output = Path(output).expanduser().resolve()
    tell("read")
    source = model_run(run)
    artifact = load_artifact(source, checkpoint)
    tell("write")
    content = _WRITERS[format](artifact)
    unproved = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    write_bytes_atomic(unproved, content, called=output)
    try:
        tell("compare")
        parity = _prove(source, artifact, format, unproved)
        with disk_errors(output):
            os.replace(unproved, output)
            fsync_dir(output.parent)
    finally:
        unproved.unlink(missing_ok=True)
    result = ExportResult(
        format, output, len(content), hashlib.sha256(content).hexdigest(),
        str(artifact.metadata["checkpoint"]), parity.max_difference, parity.num_windows,
        parity.on_real_windows,
    )  # fmt: skip
    _note(run, result)
    tell("done")
    return result


def list_exports(run: RunDir) -> list[dict[str, object]]:
    """Every export of ``run``, oldest first, as ``ExportResult.to_dict`` with its time."""
    try:
        lines = (run.export / "exports.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]
    except FileNotFoundError:
        return []


def _prove(run: RunDir, artifact: Artifact, format: str, path: Path) -> Parity:
    windows = real_windows(run, artifact.scaler.features, artifact.window_shape[0])
    is_real = windows is not None
    if windows is None:
        windows = synthetic_windows(artifact)
    expected = torch_model(deployed(artifact))
    parity = compare(expected, _load(format, path), windows, artifact.return_scale, is_real)
    if not parity.max_difference <= MAX_DIFFERENCE:
        raise ExportError(
            "The exported {format} model differs from the checkpoint by {difference:.2e}, more "
            "than {limit:.0e}; the file was removed.",
            remedy="Export another checkpoint or another format, and report this.",
            format=format, difference=parity.max_difference, limit=MAX_DIFFERENCE,
        )  # fmt: skip
    return parity


def _load(format: str, path: Path) -> Model:
    return OnnxModel(path) if format == "onnx" else torch_model(load_exported(path)[0])


def _note(run: RunDir, result: ExportResult) -> None:
    line = json.dumps({"t": utc_now(), **result.to_dict()}, ensure_ascii=False)
    with disk_errors(run.export):
        run.export.mkdir(exist_ok=True)
        with open(run.export / "exports.jsonl", "a", encoding="utf-8") as stream:
            stream.write(line + "\n")


def _unknown_format(format: str) -> ExportError:
    close = did_you_mean(format, FORMATS)
    return ExportError(
        "There is no export format '{format}'; known: {known}.{hint}",
        remedy="Choose one of them.",
        format=format, known=", ".join(FORMATS), hint=f" Did you mean '{close}'?" if close else "",
    )  # fmt: skip


def _untold(stage: str) -> None:
    """Nobody asked for progress."""
