"""Class weights from class counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.core.configs.trainer import ClassWeightMethod

_EFFECTIVE_BETA = 0.9999


def class_weights(counts: Sequence[int], method: ClassWeightMethod) -> tuple[float, ...]:
    """One weight per class with mean 1, larger for rarer classes.

    "balanced" is n / (C * n_c), "sqrt" its square root, "log" is log(1 + n / n_c), "effective" is
    (1 - beta) / (1 - beta^n_c) with beta 0.9999 (Cui et al. 2019, eq. 2). A class that is absent
    counts as one sample, so that its weight stays finite.
    """
    present = [max(1, int(count)) for count in counts]
    total = sum(present)
    if method == "effective":
        raw = [(1.0 - _EFFECTIVE_BETA) / (1.0 - _EFFECTIVE_BETA**count) for count in present]
    elif method == "log":
        raw = [math.log1p(total / count) for count in present]
    else:
        raw = [total / (len(present) * count) for count in present]
        raw = [math.sqrt(weight) for weight in raw] if method == "sqrt" else raw
    mean = sum(raw) / len(raw)
    return tuple(weight / mean for weight in raw)
