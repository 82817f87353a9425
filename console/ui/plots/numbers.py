"""Ranges and ticks of axes: leaps instead of creeping, round numbers, sensible digits."""

from __future__ import annotations

import math

LEAPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def leap(value: float) -> float:
    """The next step of the ladder 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, ... at or above ``value``."""
    if value <= 1.0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(value))
    return next(step * scale for step in (*LEAPS, 20.0) if step * scale >= value * (1 - 1e-12))


def round_step(span: float, wanted: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides ``span`` into about ``wanted``."""
    if span <= 0.0 or not math.isfinite(span):
        return 1.0
    rough = span / max(1, wanted)
    scale = 10.0 ** math.floor(math.log10(rough))
    return next(step * scale for step in (1.0, 2.0, 5.0, 10.0) if step * scale >= rough)


def linear_ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round values in ``[low, high]``."""
    step = round_step(high - low, wanted)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round positive values in ``[low, high]``: decades when there are many, else linear ones."""
    if low <= 0.0 or high / low < 8.0:
        return [value for value in linear_ticks(max(low, 0.0), high, wanted) if value > 0.0]
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1.0,) if len(exponents) > wanted else (1.0, 2.0, 5.0)
    values = [factor * 10.0**exponent for exponent in exponents for factor in factors]
    return [value for value in values if low <= value <= high]


def tick_text(value: float, step: float) -> str:
    """``value`` with the digits that ``step`` makes meaningful."""
    if abs(value) < step * 1e-6:
        return "0"
    if abs(value) < 1e-3 or abs(value) >= 1e6:
        return f"{value:.3g}"
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 3
    return f"{value:,.{min(digits, 6)}f}"


def value_text(value: float | None) -> str:
    """A measured figure as it is shown beside a curve: 0.812, 3.1e-05, 1,240."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    if size != 0.0 and size < 1e-3:
        return f"{value:.1e}"
    if size >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.3f}" if size < 100.0 else f"{value:.1f}"
