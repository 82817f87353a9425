"""Axes of the window plot: row times below, feature names and prices at the left, σ at the right.

Positions along the time axis count rows from the last row of the window, which is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from console.core.series import Floats
from console.ui.plots.axes import RoundAxis
from console.ui.plots.numbers import linear_ticks, round_step, tick_text
from console.ui.theme import font

LEFT_WIDTH = 138
ROW_PX, TIME_PX = 11, 76


class RowTimeAxis(RoundAxis):
    """Names rows by their time."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._first = 0
        self._times: Floats = np.empty(0)

    def set_times(self, first: int, times: Floats) -> None:
        """``times`` (P,) in seconds of the rows from ``first`` on."""
        self._first, self._times = first, times
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Whole rows."""
        wanted = max(2, int(size / TIME_PX))
        step = max(1.0, round_step(high - low, wanted))
        return [(step, linear_ticks(low, high, wanted) if step > 1 else _whole(low, high))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Times of day, with parts of a second where rows need them."""
        fine = has_parts(self._times)
        return [self._text(round(value), fine) for value in values]

    def _text(self, row: int, fine: bool) -> str:
        place = row - self._first
        if not 0 <= place < len(self._times):
            return ""
        return clock_text(float(self._times[place]), fine)


class FeatureAxis(RoundAxis):
    """Names the rows of the heat map, all of them or as many as there is room for."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setWidth(LEFT_WIDTH)
        self._names: Sequence[str] = ()

    def set_names(self, names: Sequence[str]) -> None:
        """Names from the top down."""
        self._names = names
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """The middles of rows."""
        count = len(self._names)
        every = max(1, math.ceil(count * ROW_PX / max(size, 1.0)))
        return [(float(every), [index + 0.5 for index in range(0, count, every)])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Names, shortened where they do not fit."""
        metrics = QFontMetrics(font("small"))
        return [
            metrics.elidedText(
                readable(self._names[int(value)]), Qt.TextElideMode.ElideMiddle, LEFT_WIDTH - 14
            )
            for value in values
            if int(value) < len(self._names)
        ]


class PriceAxis(RoundAxis):
    """Prices, or changes in per cent."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setWidth(LEFT_WIDTH)
        self.is_relative = False

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Prices, or changes in per cent."""
        if not self.is_relative:
            return super().tickStrings(values, scale, spacing)
        return [f"{tick_text(100 * value, 100 * spacing)}\u00a0%" for value in values]


class SigmaAxis(RoundAxis):
    """Values of the colour bar."""

    def __init__(self) -> None:
        super().__init__("right")
        self.setWidth(44)
        self.unit = ""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Both ends, the middle and what lies halfway."""
        return [(high / 2 or 1.0, [low, low / 2, 0.0, high / 2, high])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Signed values."""
        return [f"{signed(value, '.3g')}{self.unit}" if value else "0" for value in values]


def has_parts(times: Floats) -> bool:
    """Whether rows follow each other within parts of a second."""
    return len(times) > 1 and float(np.median(np.diff(times))) < 1.0


def readable(name: str) -> str:
    """A feature's name with spaces, so that it reads as words."""
    return name.replace("_", " ")


def signed(value: float, digits: str) -> str:
    """A number with its sign, minus as long as plus."""
    return f"{value:+{digits}}".replace("-", "\u2212")


def clock_text(seconds: float, fine: bool = False) -> str:
    """The time of day of a moment."""
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.strftime("%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}" if fine else text


def _whole(low: float, high: float) -> list[float]:
    return [float(row) for row in range(math.ceil(low), math.floor(high) + 1)]
