"""Brings weights from elsewhere into the workspace: read in a cage, checked, written anew."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic
import safetensors.torch
import torch
from torch import Tensor

from console.core.clock import utc_now
from console.core.configs import ModelConfigV2
from console.core.errors import WeightsError
from console.core.fields import from_plain, to_plain
from console.core.files import disk_errors, fsync_dir, write_bytes_atomic, write_json_atomic
from console.core.imported_models import (
    DESCRIPTION,
    FORMAT_VERSION,
    WEIGHTS,
    ImportedModel,
    find_imported,
    model_dir,
)
from console.core.paths import Workspace
from console.engine.child import run_module
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.weight_shapes import config_of_shapes

READ_TIMEOUT_S = 180.0
_FIELD_TYPES = typing.get_type_hints(ModelConfigV2)
_KEPT_METADATA = ("features", "scaler", "label", "return_scale", "class_names", "run", "dataset")


def import_weights(
    workspace: Workspace,
    source: Path,
    *,
    name: str = "",
    base: ModelConfigV2 | None = None,
    given: Mapping[str, Any] | None = None,
) -> ImportedModel:
    """Import a ``.pt`` or ``.safetensors`` file as a model of the workspace.

    The config is the one our exports carry, else it follows from the shapes; ``given`` settings
    win, and ``base`` (default: the default config) fills in what neither tells.

    Raises:
        WeightsError: the file is damaged or unsafe, or its weights fit no such network.
        WorkspaceError: the workspace cannot be written.
    """
    source = Path(source).expanduser().resolve()
    name = name or re.sub(r"[^A-Za-z0-9._-]+", "-", source.stem).strip("-.") or "model"
    target = model_dir(workspace, name)
    if target.exists():
        raise WeightsError(
            "There is already an imported model '{name}'.",
            remedy="Choose another --name, or remove {path}.", name=name, path=target,
        )  # fmt: skip
    weights, metadata = _read_in_a_cage(source)
    config, assumed = _config_for(source, weights, metadata, base, given or {})
    network = HybridCNNLSTMv2(config)
    load_checked(network, weights, str(source))
    details = {
        "format": FORMAT_VERSION, "name": name, "imported": utc_now(), "source": str(source),
        "source_sha256": _digest(source), "model": to_plain(config), "assumed": list(assumed),
        **{key: metadata[key] for key in _KEPT_METADATA if key in metadata},
    }  # fmt: skip
    _publish(target, network.state_dict(), details)
    return find_imported(workspace, str(target))


def load_imported_weights(model: ImportedModel) -> dict[str, Tensor]:
    """The weights of an imported model, compared with the digest they were written with.

    Raises:
        WeightsError: missing or damaged.
    """
    path = model.path / WEIGHTS
    try:
        if _digest(path) != model.details["weights_sha256"]:
            raise ValueError("its SHA-256 differs from the description")
        return dict(safetensors.torch.load_file(path))
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
        raise WeightsError(
            "The imported model {path} is damaged: {reason}.",
            remedy="Import its file again under another name.",
            path=path, reason=str(error).splitlines()[0].rstrip("."),
        ) from error  # fmt: skip


def load_checked(network: HybridCNNLSTMv2, weights: Mapping[str, Tensor], where: str) -> None:
    """Put ``weights`` into ``network``.

    Raises:
        WeightsError: names or shapes differ, or a number is not finite.
    """
    own = network.state_dict()
    different = [
        f"{name} {_shape(weights.get(name))} there, {_shape(own.get(name))} here"
        for name in sorted({*own, *weights})
        if _shape(weights.get(name)) != _shape(own.get(name))
    ]
    if different:
        raise WeightsError(
            "The weights of {where} are of another model: {details}.",
            remedy="Choose the model settings they were trained with.", where=where,
            details="; ".join(different[:3]) + ("; ..." if len(different) > 3 else ""),
        )  # fmt: skip
    spoilt = [name for name, value in weights.items() if not torch.isfinite(value).all()]
    if spoilt:
        raise WeightsError(
            "The weights of {where} hold numbers that are not finite ({names}).",
            remedy="Use an earlier copy of the model.", where=where, names=", ".join(spoilt[:3]),
        )  # fmt: skip
    network.load_state_dict(dict(weights))


def _read_in_a_cage(source: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="training-console-") as folder:
        copy = Path(folder) / WEIGHTS
        told = run_module(
            "console.engine.foreign_reader", [str(source), str(copy)], timeout_s=READ_TIMEOUT_S
        )
        return safetensors.torch.load(copy.read_bytes()), dict(told.get("metadata") or {})


def _config_for(
    source: Path,
    weights: Mapping[str, Tensor],
    metadata: Mapping[str, Any],
    base: ModelConfigV2 | None,
    given: Mapping[str, Any],
) -> tuple[ModelConfigV2, tuple[str, ...]]:
    try:
        given = {name: _typed(name, value) for name, value in given.items()}
        if isinstance(metadata.get("model_config"), dict):
            return from_plain(ModelConfigV2, {**metadata["model_config"], **given}), ()
        shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
        return config_of_shapes(shapes, base or ModelConfigV2(), given)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            "No network has the shapes of {path}: {reason}.",
            remedy="Give the settings it was trained with by --model-preset or --set.",
            path=source, reason=str(error).splitlines()[0].rstrip("."),
        ) from error  # fmt: skip


def _typed(name: str, value: Any) -> Any:
    """A setting as its field holds it; a command line gives text."""
    return pydantic.TypeAdapter(_FIELD_TYPES[name]).validate_python(value)


def _publish(target: Path, weights: Mapping[str, Tensor], details: dict[str, Any]) -> None:
    """All files in a folder of their own, which then gets its name."""
    raw = safetensors.torch.save(dict(weights))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        unnamed = Path(tempfile.mkdtemp(prefix=".importing-", dir=target.parent))
        try:
            write_bytes_atomic(unnamed / WEIGHTS, raw)
            details["weights_sha256"] = hashlib.sha256(raw).hexdigest()
            write_json_atomic(unnamed / DESCRIPTION, details)
            unnamed.chmod(0o755)
            unnamed.rename(target)
            fsync_dir(target.parent)
        except BaseException:
            shutil.rmtree(unnamed, ignore_errors=True)
            raise


def _shape(tensor: Tensor | None) -> str:
    return "none" if tensor is None else "x".join(map(str, tensor.shape)) or "one number"


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
