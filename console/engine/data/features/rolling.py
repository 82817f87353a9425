"""Sums and their like over the last ``length`` values of each row, its own among them.

Every result is made of the same operations in the same order wherever in the array it lies, so it
is the same to the last bit however the rows are cut into batches. (Running sums are not: they keep
the rounding errors of all rows before.) Rows with too short a past are NaN.
"""

from __future__ import annotations

import numpy as np

from console.engine.data.features.feature import Floats


def before(values: Floats, rows: int = 1) -> Floats:
    """The value ``rows`` rows before."""
    made = np.full_like(values, np.nan)
    made[rows:] = values[: max(len(values) - rows, 0)]
    return made


def change(values: Floats, rows: int = 1) -> Floats:
    """The change over ``rows`` rows."""
    return values - before(values, rows)


def rolling_sum(values: Floats, length: int) -> Floats:
    """Sum of the last ``length`` values."""
    made = np.full_like(values, np.nan)
    count = len(values) - length + 1
    if count > 0:
        inside = values[:count].copy()
        for place in range(1, length):
            inside += values[place : place + count]
        made[length - 1 :] = inside
    return made


def rolling_mean(values: Floats, length: int) -> Floats:
    """Mean of the last ``length`` values."""
    return rolling_sum(values, length) / length


def rolling_std(values: Floats, length: int) -> Floats:
    """Standard deviation of the last ``length`` values around their own mean (population).

    Of distances from the row's own value: exactly 0 where all are equal, and precise far from 0.
    """
    made = np.full_like(values, np.nan)
    count = len(values) - length + 1
    if count > 0:
        own = values[length - 1 :]
        mean, squares = np.zeros(count), np.zeros(count)
        for place in range(length - 1):
            mean += values[place : place + count] - own
        mean /= length
        for place in range(length):
            squares += (values[place : place + count] - own - mean) ** 2
        made[length - 1 :] = np.sqrt(squares / length)
    return made


def ratio(above: Floats, below: Floats, otherwise: float = 0.0) -> Floats:
    """``above / below``; ``otherwise`` where ``below`` is 0."""
    made: Floats = np.divide(above, below, out=np.full_like(below, otherwise), where=below != 0)
    return made
