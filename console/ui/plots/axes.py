"""Axes that choose round ticks, also on a logarithmic scale within one decade."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pyqtgraph as pg

from console.ui.plots.numbers import linear_ticks, log_ticks, round_step, tick_text
from console.ui.theme import Theme, font

PIXELS_PER_TICK = {"bottom": 64, "left": 36}


class RoundAxis(pg.AxisItem):
    """One axis; with ``log`` set its positions are powers of ten, its words the plain values.

    ``unit`` stands behind every word, such as hours.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=0)
        self.log, self.unit = False, ""
        self.setStyle(
            tickTextOffset=6, hideOverlappingLabels=orientation == "bottom", tickFont=font("small")
        )
        if orientation == "left":
            self.setWidth(54)
        elif orientation == "bottom":
            self.setHeight(24)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.setPen(pg.mkPen(theme.color("border")))
        self.setTextPen(pg.mkPen(theme.color("muted")))
        self.setTickPen(pg.mkPen(theme.color("grid")))

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """One level of ticks for the visible range."""
        wanted = max(3, int(size / PIXELS_PER_TICK[self.orientation]))
        if not self.log:
            if self.orientation == "bottom" and high - low >= 2.0:
                wanted = min(wanted, int(high - low) + 1)
            return [(round_step(high - low, wanted), linear_ticks(low, high, wanted))]
        values = log_ticks(10.0**low, 10.0**high, wanted)
        positions = [math.log10(value) for value in values]
        return [(1.0, positions)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The words at the ticks."""
        if not self.log:
            unit = f"\u00a0{self.unit}" if self.unit else ""
            return [tick_text(value * scale, spacing * scale) + unit for value in values]
        plain = [10.0**value for value in values]
        gaps = [after - before for before, after in itertools.pairwise(plain)]
        return [tick_text(value, min(gaps, default=value)) for value in plain]
