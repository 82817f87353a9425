"""Scaling by previous days: each day's mean and deviation come from the days before it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from console.engine.data.rows import Array, row_blocks, runs

Floats = npt.NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class RollingTable:
    """What each day's rows are scaled by: the ``window`` days with rows before it, or fewer.

    ``days`` (D,) ascending are the days that have rows; ``centre`` and ``scale`` hold (F,) of each
    day after the first, which has no day before it and cannot be used.
    """

    window: int
    days: tuple[int, ...]
    centre: Table
    scale: Table

    @cached_property
    def _places(self) -> Array:
        return np.asarray(self.days[1:])

    @cached_property
    def _centres(self) -> Floats:
        return np.asarray(self.centre, dtype=np.float64)

    @cached_property
    def _factors(self) -> Floats:
        return 1.0 / np.asarray(self.scale, dtype=np.float64)

    def of(self, day: int) -> tuple[Floats, Floats] | None:
        """``(centre, 1 / scale)`` (F,) of the rows of a day; None where no earlier day is known."""
        place = int(np.searchsorted(self._places, day))
        if place == len(self._places) or self._places[place] != day:
            return None
        return self._centres[place], self._factors[place]

    def distance(self, fitted: RollingTable) -> Floats:
        """How far another table of the same days lies away, (D - 1,), in its deviations."""
        if not self.centre:
            return np.empty(0)
        centres = np.abs(self._centres - fitted._centres) * fitted._factors
        scales = np.abs(fitted._factors / self._factors - 1.0)
        away: Floats = np.maximum(centres, scales).max(axis=1)
        return away

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "window": self.window,
            "days": list(self.days),
            "centre": [list(row) for row in self.centre],
            "scale": [list(row) for row in self.scale],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RollingTable:
        """Read what ``to_dict`` wrote; raises ValueError, TypeError or KeyError when damaged."""
        days = tuple(int(day) for day in values["days"])
        centre, scale = (_table(values[name]) for name in ("centre", "scale"))
        if not len(centre) == len(scale) == max(0, len(days) - 1):
            raise ValueError("days, centre and scale differ in length")
        return cls(int(values["window"]), days, centre, scale)


def fit_rolling(matrix: Array, day: Array, used: Array, window: int) -> tuple[RollingTable, Floats]:
    """The table of the rows that ``used`` (N,) marks, and ``(centre, scale)`` (2, F) after them.

    The second is the scaling of the day after the last: what a trained model meets next. Days are
    pooled over all symbols, in float64; a feature that did not change is divided by 1.
    """
    days, count, mean, squares = _day_moments(matrix, day, used)
    pooled = [
        _pool(count[first:stop], mean[first:stop], squares[first:stop])
        for first, stop in _stretches(len(days), window)
    ]
    table = RollingTable(
        window, tuple(days.tolist()),
        _table([centre for centre, _ in pooled[:-1]]), _table([scale for _, scale in pooled[:-1]]),
    )  # fmt: skip
    return table, np.stack(pooled[-1])


def _stretches(num_days: int, window: int) -> Iterator[tuple[int, int]]:
    """Days ``first`` ... ``stop - 1`` that scale day ``stop``, from the second to one too many."""
    for stop in range(1, num_days + 1):
        yield max(0, stop - window), stop


def _day_moments(matrix: Array, day: Array, used: Array) -> tuple[Array, Floats, Floats, Floats]:
    """Days (D,), their rows (D, 1), means and sums of squares about the mean (D, F)."""
    days = np.unique(day[used])
    count = np.zeros((len(days), 1))
    mean, squares = (np.zeros((len(days), matrix.shape[1])) for _ in range(2))
    for start, block in row_blocks(matrix):
        today, chosen = (array[start : start + len(block)] for array in (day, used))
        for first, stop in runs(today):
            part = block[first:stop][chosen[first:stop]].astype(np.float64)
            if len(part):
                place = int(np.searchsorted(days, today[first]))
                _merge(part, place, count, mean, squares)
    return days, count, mean, squares


def _merge(part: Floats, place: int, count: Floats, mean: Floats, squares: Floats) -> None:
    """Add rows (n, F) to the moments of a day (Chan, Golub and LeVeque 1979, eq. 2.1)."""
    known, more = float(count[place, 0]), len(part)
    centre = part.mean(axis=0)
    part -= centre
    away = centre - mean[place]
    squares[place] += np.einsum("nf,nf->f", part, part) + away**2 * (known * more / (known + more))
    mean[place] += away * (more / (known + more))
    count[place] = known + more


def _pool(count: Floats, mean: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation (F,) of some days together; a deviation of mere rounding becomes 1."""
    total = float(count.sum())
    centre = (count * mean).sum(axis=0) / total
    variance = (squares + count * (mean - centre) ** 2).sum(axis=0) / total
    scale = np.sqrt(variance)
    scale[~(scale > 1e-12 * np.maximum(np.abs(centre), 1e-12))] = 1.0
    return centre, scale


def _table(rows: Any) -> Table:
    return tuple(tuple(float(value) for value in row) for row in rows)
