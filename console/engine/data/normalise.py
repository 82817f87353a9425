"""Scaling of features, fitted on the rows that training windows use, applied in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.data import Normalisation
from console.core.errors import DataError
from console.engine.data.feature_groups import pooled
from console.engine.data.rows import CHUNK_ROWS, Array

NORMAL_QUARTILES = 1.3489795  # distance of the quartiles of a normal distribution, in sigma


@dataclass(frozen=True)
class Scaler:
    """``(x - centre) / scale`` per feature, then cut at ``clip`` (0 is off).

    ``constant`` names the features that never changed in the training rows; their scale is 1,
    or that of their group.
    """

    method: Normalisation
    features: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    clip: float = 0.0
    constant: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        matrix: npt.NDArray[np.float32],
        used: npt.NDArray[np.bool_],
        features: Sequence[str],
        method: Normalisation,
        clip: float,
    ) -> Scaler:
        """Fit on the rows of ``matrix`` (N, F) that ``used`` (N,) marks, in float64.

        ``robust`` takes the median and the quartile distance over 1.349; a feature whose quartiles
        coincide although it changes takes its standard deviation instead. ``grouped`` takes one
        mean and one deviation for all prices and one for all sizes (see ``feature_groups``), so
        that bids stay below asks; the other features are scaled alone.
        """
        if method == "none":
            zeros, ones = (0.0,) * len(features), (1.0,) * len(features)
            return cls(method, tuple(features), zeros, ones)
        mean, deviation = column_statistics(matrix, used)
        centre, scale = mean, deviation.copy()
        if method == "robust":
            centre, spread = _median_and_spread(matrix, used)
            scale = np.where(spread > 0, spread, deviation)
        flat = _is_flat(mean, deviation)
        if method == "grouped":
            centre, scale = pooled(features, mean, deviation)
            scale[_is_flat(centre, scale)] = 1.0
        else:
            scale[flat] = 1.0
        constant = tuple(name for name, is_flat in zip(features, flat, strict=True) if is_flat)
        return cls(
            method, tuple(features), tuple(centre.tolist()), tuple(scale.tolist()), clip, constant
        )

    def apply_(self, matrix: npt.NDArray[np.float32]) -> None:
        """Scale ``matrix`` (N, F) in place, chunk by chunk."""
        if self.method == "none":
            return
        centre = np.asarray(self.centre, dtype=np.float64)
        factor = 1.0 / np.asarray(self.scale, dtype=np.float64)
        for start in range(0, len(matrix), CHUNK_ROWS):
            block = matrix[start : start + CHUNK_ROWS]
            scaled = (block - centre) * factor
            if self.clip > 0:
                np.clip(scaled, -self.clip, self.clip, out=scaled)
            block[...] = scaled

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "method": self.method,
            "features": list(self.features),
            "centre": list(self.centre),
            "scale": list(self.scale),
            "clip": self.clip,
            "constant": list(self.constant),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scaler:
        """Read what ``to_dict`` wrote.

        Raises:
            DataError: something is missing or of the wrong length.
        """
        try:
            features = tuple(str(name) for name in values["features"])
            centre = tuple(float(x) for x in values["centre"])
            scale = tuple(float(x) for x in values["scale"])
            clip, constant = float(values["clip"]), tuple(values.get("constant", ()))
            if not len(features) == len(centre) == len(scale):
                raise ValueError("features, centre and scale differ in length")
            return cls(values["method"], features, centre, scale, clip, constant)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                "The stored scaling is damaged: {reason}.",
                remedy="Take it from another copy of the run, or train again.",
                reason=str(error),
            ) from error


def rows_of_windows(num_rows: int, ends: Array, sequence_length: int) -> npt.NDArray[np.bool_]:
    """Which of N rows at least one window (by its last row) covers, (N,) bool."""
    change = np.zeros(num_rows + 1, dtype=np.int32)
    change[ends - (sequence_length - 1)] += 1  # ends differ, so no place is met twice
    change[ends + 1] -= 1
    return np.cumsum(change[:-1]) > 0


def column_statistics(matrix: Array, used: Array) -> tuple[Array, Array]:
    """Mean and standard deviation (F,) of the rows that ``used`` (N,) marks, in float64."""
    count = int(used.sum())
    total = np.zeros(matrix.shape[1])
    for block in _used_blocks(matrix, used):
        total += block.sum(axis=0)
    mean = total / max(count, 1)
    squares = np.zeros(matrix.shape[1])
    for block in _used_blocks(matrix, used):
        block -= mean
        squares += np.einsum("nf,nf->f", block, block)
    return mean, np.sqrt(squares / max(count, 1))


def _is_flat(mean: Array, deviation: Array) -> npt.NDArray[np.bool_]:
    """Where (F,) a deviation is nothing but rounding of the mean."""
    flat: npt.NDArray[np.bool_] = ~(deviation > 1e-12 * np.maximum(np.abs(mean), 1e-12))
    return flat


def _used_blocks(matrix: Array, used: Array) -> Any:
    for start in range(0, len(matrix), CHUNK_ROWS):
        chosen = used[start : start + CHUNK_ROWS]
        if chosen.any():
            yield matrix[start : start + CHUNK_ROWS][chosen].astype(np.float64)


def _median_and_spread(matrix: Array, used: Array) -> tuple[Array, Array]:
    centre, spread = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    for column in range(matrix.shape[1]):
        low, middle, high = np.percentile(matrix[used, column], [25.0, 50.0, 75.0])
        centre[column], spread[column] = middle, (high - low) / NORMAL_QUARTILES
    return centre, spread
