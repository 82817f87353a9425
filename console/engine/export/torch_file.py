"""Models as ``.pt`` and ``.safetensors`` files, and back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from console.core.configs import ModelConfigV2
from console.core.errors import ConsoleError, ExportError
from console.core.fields import from_plain
from console.core.files import jsonable
from console.engine.data.normalise import Scaler
from console.engine.export.artifact import Artifact
from console.engine.export.deploy import DeployedModel, assemble

KIND = "training-console model"


def to_pt(artifact: Artifact) -> bytes:
    """A ``.pt`` file of plain Python and tensors, readable with ``weights_only=True``."""
    buffer = io.BytesIO()
    content = {
        "kind": KIND,
        "metadata": jsonable(artifact.metadata),
        "state_dict": dict(artifact.weights),
    }
    torch.save(content, buffer)
    return buffer.getvalue()


def to_safetensors(artifact: Artifact) -> bytes:
    """A ``.safetensors`` file whose metadata hold every entry as a JSON string."""
    metadata = {name: json.dumps(jsonable(value)) for name, value in artifact.metadata.items()}
    tensors = {name: tensor.contiguous() for name, tensor in artifact.weights.items()}
    return safetensors.torch.save(tensors, {"kind": KIND, **metadata})


def load_exported(path: str | Path) -> tuple[DeployedModel, dict[str, Any]]:
    """Read an exported ``.pt`` or ``.safetensors`` model and its metadata.

    Raises:
        ExportError: the file is missing, damaged, or not one of ours.
    """
    path = Path(path)
    try:
        weights, metadata = _read(path)
        config = from_plain(ModelConfigV2, metadata["model_config"])
        scaler = Scaler.from_dict(metadata["scaler"])
        return assemble(config, weights, scaler, float(metadata["return_scale"])), metadata
    except ConsoleError as error:
        raise _unreadable(path, error.message) from error
    except Exception as error:  # whatever a damaged or foreign file makes the readers raise
        raise _unreadable(path, str(error) or type(error).__name__) from error


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    if path.read_bytes()[:2] != b"PK":
        with safetensors.safe_open(path, framework="pt") as stream:
            texts = dict(stream.metadata() or {})
            weights = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        if texts.pop("kind", "") != KIND:
            raise ValueError("not a model of this program")
        return weights, {name: json.loads(text) for name, text in texts.items()}
    content = torch.load(path, map_location="cpu", weights_only=True)
    if content["kind"] != KIND:
        raise ValueError("not a model of this program")
    return content["state_dict"], content["metadata"]


def _unreadable(path: Path, reason: str) -> ExportError:
    return ExportError(
        "{path} cannot be read as an exported model: {reason}.",
        remedy="Export the run again.",
        path=path, reason=reason.strip().splitlines()[0].rstrip("."),
    )  # fmt: skip
