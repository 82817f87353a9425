"""The proof of an export: the file, loaded back, answers like the model it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from console.engine.export.artifact import Artifact
from console.engine.export.deploy import DeployedModel

NUM_WINDOWS = 1_000
NUM_SINGLE = 32
MAX_DIFFERENCE = 1e-4

Windows = npt.NDArray[np.float32]
Outputs = tuple[npt.NDArray[np.float32], ...]
Model = Callable[[Windows], Outputs]


@dataclass(frozen=True)
class Parity:
    """Largest difference between two models and the windows it was measured on."""

    max_difference: float
    num_windows: int
    on_real_windows: bool


def torch_model(model: DeployedModel) -> Model:
    """``model`` as a function from (B, T, F) to NumPy outputs."""

    def run(rows: Windows) -> Outputs:
        with torch.inference_mode():
            return tuple(output.numpy() for output in model(torch.from_numpy(rows)))

    return run


def compare(
    expected: Model, found: Model, windows: Windows, return_scale: float, is_real: bool
) -> Parity:
    """Compare two models on ``windows`` (N, T, F), all at once and some one at a time.

    Differences are absolute up to 1 and relative above it (large logits have fewer decimals);
    those of the expected return are taken in units of its training standard deviation, so that
    they weigh like the others. Not-a-number counts as infinite.
    """
    whole = _difference(expected(windows), found(windows), return_scale)
    singles = [windows[i : i + 1] for i in range(min(NUM_SINGLE, len(windows)))]
    single = [_difference(expected(one), found(one), return_scale) for one in singles]
    return Parity(max([whole, *single]), len(windows), is_real)


def synthetic_windows(artifact: Artifact, count: int = NUM_WINDOWS) -> Windows:
    """Seeded random windows (count, T, F) spread as the training rows were."""
    generator = np.random.default_rng(0)
    scaler = artifact.scaler
    noise = generator.standard_normal((count, *artifact.window_shape))
    windows: Windows = (noise * np.asarray(scaler.scale) + np.asarray(scaler.centre)).astype(
        np.float32
    )
    return windows


def _difference(expected: Outputs, found: Outputs, return_scale: float) -> float:
    scales = (1.0, 1.0, 1.0, return_scale or 1.0)
    worst = 0.0
    for one, other, scale in zip(expected, found, scales, strict=True):
        if one.shape != other.shape:
            return float("inf")
        distance = np.abs(one - other) / np.maximum(np.abs(one), scale)
        largest = float(np.max(distance))
        worst = max(worst, largest if np.isfinite(largest) else float("inf"))
    return worst
