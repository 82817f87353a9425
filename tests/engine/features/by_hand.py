"""What computations by hand share: numbers per row of one stretch, NaN where one is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean

NAN = math.nan
Numbers = list[float]


def windows(values: Sequence[float], length: int, of: Callable[[Numbers], float]) -> Numbers:
    """``of`` the last ``length`` values, where all of them are known."""
    made = []
    for i in range(len(values)):
        part = list(values[max(0, i - length + 1) : i + 1])
        known = len(part) == length and not any(map(math.isnan, part))
        made.append(of(part) if known else NAN)
    return made


def lag(values: Sequence[float], rows: int) -> Numbers:
    return [values[i - rows] if i >= rows else NAN for i in range(len(values))]


def change(values: Sequence[float], rows: int = 1) -> Numbers:
    return [now - then for now, then in zip(values, lag(values, rows), strict=True)]


def share(bid: float, ask: float) -> float:
    return (bid - ask) / (bid + ask) if bid + ask else 0.0


def ratio_to_mean(values: Numbers, length: int) -> Numbers:
    means = windows(values, length, fmean)
    return [v / m if m else (NAN if m != m else 0.0) for v, m in zip(values, means, strict=True)]
