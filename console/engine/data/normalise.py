"""Scaling of features: fitted on the rows that training windows use, or on the days before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.data import Normalisation
from console.core.errors import DataError
from console.engine.data.feature_groups import pooled
from console.engine.data.rolling import RollingTable, fit_rolling
from console.engine.data.rows import CHUNK_ROWS, Array, row_blocks, runs

NORMAL_QUARTILES = 1.3489795  # distance of the quartiles of a normal distribution, in sigma
QUARTILE_BYTES = 256 * 2**20  # of columns held at once


@dataclass(frozen=True)
class Scaler:
    """``(x - centre) / scale`` per feature, then cut at ``clip`` (0 is off).

    ``constant`` names the features that never changed in the training rows; their scale is 1,
    or that of their group. With ``rolling`` each day has its own centre and scale, and ``centre``
    and ``scale`` are those of the day after the last: what an exported model scales by.
    """

    method: Normalisation
    features: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    clip: float = 0.0
    constant: tuple[str, ...] = ()
    rolling: RollingTable | None = None

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

    @classmethod
    def fit_rolling(
        cls,
        matrix: npt.NDArray[np.float32],
        day: Array,
        used: npt.NDArray[np.bool_],
        features: Sequence[str],
        clip: float,
        window: int,
    ) -> Scaler:
        """Fit each ``day`` (N,) on the ``window`` days before it, over the ``used`` (N,) rows.

        ``used`` marks rows of all parts: a day is never scaled by itself or by a later one.
        """
        table, (centre, scale) = fit_rolling(matrix, day, used, window)
        return cls(
            "rolling", tuple(features), tuple(centre.tolist()), tuple(scale.tolist()), clip,
            rolling=table,
        )  # fmt: skip

    def apply_(self, matrix: npt.NDArray[np.float32], day: Array | None = None) -> None:
        """Scale ``matrix`` (N, F) in place, chunk by chunk; ``day`` as in ``scale_into``."""
        if self.method == "none":
            return
        for start in range(0, len(matrix), CHUNK_ROWS):
            part = slice(start, start + CHUNK_ROWS)
            self.scale_into(matrix[part], matrix[part], None if day is None else day[part])

    def scale_into(
        self, out: npt.NDArray[np.float32], block: npt.NDArray[np.float32], day: Array | None
    ) -> None:
        """Write ``block`` (n, F), scaled, into ``out`` (n, F).

        Only rolling looks at ``day`` (n,); without it the rows are those of the day after the last.
        It leaves the rows of days without an earlier day as they are: no window uses them.
        """
        if self.method == "none":
            out[...] = block
        elif self.rolling is None or day is None:
            self._scale(out, block, *self._centre_and_factor)
        else:
            for first, stop in runs(day):
                part, target = block[first:stop], out[first:stop]
                found = self.rolling.of(int(day[first]))
                if found is None:
                    target[...] = part
                else:
                    self._scale(target, part, *found)

    @cached_property
    def _centre_and_factor(self) -> tuple[Array, Array]:
        centre = np.asarray(self.centre, dtype=np.float64)
        return centre, 1.0 / np.asarray(self.scale, dtype=np.float64)

    def _scale(self, out: Array, block: Array, centre: Array, factor: Array) -> None:
        scaled = (block - centre) * factor
        if self.clip > 0:
            np.clip(scaled, -self.clip, self.clip, out=scaled)
        out[...] = scaled

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values: dict[str, Any] = {
            "method": self.method,
            "features": list(self.features),
            "centre": list(self.centre),
            "scale": list(self.scale),
            "clip": self.clip,
            "constant": list(self.constant),
        }
        if self.rolling is not None:
            values["rolling"] = self.rolling.to_dict()
        return values

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
            table = RollingTable.from_dict(values["rolling"]) if "rolling" in values else None
            return cls(values["method"], features, centre, scale, clip, constant, table)
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
    covered: npt.NDArray[np.bool_] = np.cumsum(change, dtype=np.int32, out=change)[:-1] > 0
    return covered


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


def _used_blocks(matrix: Array, used: Array) -> Iterator[Array]:
    for start, block in row_blocks(matrix):
        chosen = used[start : start + CHUNK_ROWS]
        if chosen.any():
            yield block[chosen].astype(np.float64)


def _median_and_spread(matrix: Array, used: Array) -> tuple[Array, Array]:
    centre, spread = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    count = int(used.sum())
    at_once = max(1, QUARTILE_BYTES // (4 * max(1, count)))
    for first in range(0, matrix.shape[1], at_once):
        columns = _used_columns(matrix, used, count, slice(first, first + at_once))
        for column, values in enumerate(columns, start=first):
            low, middle, high = np.percentile(values, [25.0, 50.0, 75.0])
            centre[column], spread[column] = middle, (high - low) / NORMAL_QUARTILES
    return centre, spread


def _used_columns(matrix: Array, used: Array, count: int, columns: slice) -> Array:
    """Some columns of the used rows, (columns, ``count``), gathered in one pass over the rows."""
    found = np.empty((matrix[:1, columns].shape[1], count), dtype=matrix.dtype)
    filled = 0
    for start, block in row_blocks(matrix):
        part = block[used[start : start + CHUNK_ROWS], columns]
        found[:, filled : filled + len(part)] = part.T
        filled += len(part)
    return found
