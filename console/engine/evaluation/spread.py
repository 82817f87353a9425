"""How far several trainings of one thing lie apart: mean, deviation, lowest and highest."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

FIGURES = ("f1", "mcc", "accuracy", "loss")


def spread_of(values: Sequence[float | None]) -> dict[str, Any] | None:
    """Mean, standard deviation (of a sample, n - 1), minimum and maximum; None without values.

    Figures that are not numbers are left out; a single one has the deviation None.
    """
    numbers = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not numbers:
        return None
    return {
        "mean": statistics.fmean(numbers),
        "std": statistics.stdev(numbers) if len(numbers) > 1 else None,
        "min": min(numbers), "max": max(numbers), "count": len(numbers),
    }  # fmt: skip


def spread(members: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The spread of test and best-validation figures over the results of finished members."""
    parts = {
        "test": [member.get("test_metrics") or {} for member in members],
        "validation": [_validation(member.get("best_metrics") or {}) for member in members],
    }
    return {
        part: {name: spread_of([values.get(name) for values in found]) for name in FIGURES}
        for part, found in parts.items()
    }


def _validation(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of an epoch without the prefix that tells them from those of training."""
    return {name: metrics.get(f"val_{name}") for name in FIGURES}
