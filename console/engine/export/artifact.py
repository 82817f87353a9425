"""Everything of a run that an exported model carries: weights, model config, preprocessing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

import console
from console.core.configs import ModelConfigV2
from console.core.errors import ExportError
from console.core.fields import from_plain, to_plain
from console.core.rundir import RunDir
from console.engine.data.normalise import Scaler
from console.engine.export.choice import choose_checkpoint
from console.engine.training.checkpoint import read_model_weights

FORMAT_VERSION = 1


@dataclass(frozen=True)
class Artifact:
    """A trained model with all that is needed to use it on raw rows."""

    model_config: ModelConfigV2
    weights: dict[str, torch.Tensor]
    scaler: Scaler
    return_scale: float
    metadata: dict[str, Any]

    @property
    def window_shape(self) -> tuple[int, int]:
        """``(T, F)``: rows in a window and features in a row."""
        return self.model_config.sequence_length, len(self.scaler.features)


def load_artifact(run: RunDir, checkpoint: str = "best") -> Artifact:
    """Read a run's model from its files.

    Raises:
        RunError: the folder is no run.
        ExportError: the run has not been prepared far enough to have a model.
        CheckpointError: there is no such checkpoint, or it is damaged.
        DataError: the stored scaling is damaged.
    """
    run.read_run()
    chosen = choose_checkpoint(run, checkpoint)
    preprocessing = _read_json(run, "preprocessing.json")
    config = from_plain(ModelConfigV2, _read_json(run, "resolved.json")["model"])
    weights = read_model_weights(chosen.path)
    metadata = {
        "format": FORMAT_VERSION,
        "training_console": console.__version__,
        "run": run.id,
        "checkpoint": chosen.name,
        "epoch": chosen.epoch,
        "step": chosen.step,
        "weights_sha256": _digest(chosen.path / "model.safetensors"),
        "model_config": to_plain(config),
        **{name: value for name, value in preprocessing.items() if name != "format"},
    }
    return Artifact(
        config,
        weights,
        Scaler.from_dict(preprocessing["scaler"]),
        float(preprocessing.get("return_scale") or 1.0),
        metadata,
    )


def _read_json(run: RunDir, name: str) -> dict[str, Any]:
    path = run.path / name
    try:
        content = json.loads(path.read_text("utf-8"))
        if not isinstance(content, dict):
            raise ValueError("not an object")
        return content
    except (OSError, ValueError) as error:
        raise ExportError(
            "{run} has no model to export: {name} is missing or damaged ({reason}).",
            remedy="Train the run until its first checkpoint, then export again.",
            run=run.id, name=name, reason=str(error).splitlines()[0],
        ) from error  # fmt: skip


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
