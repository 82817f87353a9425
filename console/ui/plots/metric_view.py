"""The drawing area of a plot: follows the data until the operator zooms, then stays put."""

from __future__ import annotations

import math
import time

import pyqtgraph as pg
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from console.ui.plots.axes import RoundAxis
from console.ui.plots.marks import MarksItem
from console.ui.plots.numbers import leap
from console.ui.theme import Theme

FIT_EVERY_S = 0.6
LOOSE = 1.6


class TimeViewBox(pg.ViewBox):
    """The wheel zooms time only; over the left axis it zooms values."""

    def wheelEvent(self, event: object, axis: int | None = None) -> None:
        """Zoom."""
        super().wheelEvent(event, axis=0 if axis is None else axis)


class MetricView(pg.PlotWidget):
    """A ``PlotWidget`` with our axes, marks and following.

    Signals:
        follow_changed(bool): whether both axes follow the data.
    """

    follow_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.axes = {side: RoundAxis(side) for side in ("left", "bottom")}
        super().__init__(parent, viewBox=TimeViewBox(), axisItems=dict(self.axes))
        self.view = self.getPlotItem().getViewBox()
        self.follow_x = self.follow_y = True
        self.log = False
        self._fitted_at = 0.0
        self._build()

    @property
    def follows(self) -> bool:
        """Whether both axes follow the data."""
        return self.follow_x and self.follow_y

    def x_range(self) -> tuple[float, float]:
        """The visible part of the time axis."""
        low, high = self.view.viewRange()[0]
        return float(low), float(high)

    def follow(self) -> None:
        """Show everything again, and keep doing so."""
        self.follow_x = self.follow_y = True
        self._fitted_at = 0.0
        self.follow_changed.emit(True)

    def set_log(self, log: bool) -> None:
        """Draw values on a logarithmic scale; the caller redraws."""
        self.log = self.axes["left"].log = log
        self.follow_y, self._fitted_at = True, 0.0

    def fit_x(self, last_x: float, limit: int) -> bool:
        """Grow the time axis in leaps up to ``limit`` epochs; whether it moved."""
        if not self.follow_x:
            return False
        end = leap(last_x * 1.01)
        if limit:
            end = min(end, max(float(limit), last_x)) if last_x <= limit else end
        low, high = -0.012 * end, 1.012 * end
        if self.x_range() == (low, high):
            return False
        self.view.setXRange(low, high, padding=0)
        self._fitted_at = 0.0
        return True

    def fit_y(self, bounds: tuple[float, float] | None) -> bool:
        """Fit the values when they left the frame or it is too loose, but not too often.

        Returns whether it should be asked again because it was too soon.
        """
        if bounds is None or not self.follow_y:
            return False
        low, high = self._framed(bounds)
        shown_low, shown_high = self.view.viewRange()[1]
        slack = 0.05 * (high - low)
        fits = shown_low <= low + slack and high - slack <= shown_high
        if fits and (shown_high - shown_low) <= LOOSE * (high - low):
            return False
        now = time.monotonic()
        if now - self._fitted_at < FIT_EVERY_S:
            return True
        self._fitted_at = now
        self.view.setYRange(low, high, padding=0)
        return False

    def refit(self) -> None:
        """Fit the values at the next ``fit_y``."""
        self._fitted_at = 0.0

    def zoom(self, factor: float) -> None:
        """Zoom the time axis around its middle."""
        low, high = self.x_range()
        middle, half = (low + high) / 2.0, (high - low) / 2.0 * factor
        self._on_manual((True, False))
        self.view.setXRange(middle - half, middle + half, padding=0)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.setBackground(theme.color("surface"))
        for axis in self.axes.values():
            axis.apply_theme(theme)
        self.marks.update()

    def _build(self) -> None:
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setContentsMargins(0, 4, 8, 0)
        item.layout.setContentsMargins(0, 4, 8, 0)
        self.view.disableAutoRange()
        self.view.setLimits(minXRange=1e-3)
        self.axes["left"].setGrid(255)
        self.axes["left"].setZValue(-1000)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(120, 80)
        self.marks = MarksItem(self.view)
        self.view.addItem(self.marks, ignoreBounds=True)
        self.view.sigRangeChangedManually.connect(self._on_manual)
        self.view.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)

    @Slot(object)
    def _on_manual(self, moved: object) -> None:
        before = self.follows
        x, y = bool(moved[0]), bool(moved[1])  # type: ignore[index]
        self.follow_x, self.follow_y = self.follow_x and not x, self.follow_y and not y
        if before != self.follows:
            self.follow_changed.emit(self.follows)

    def _framed(self, bounds: tuple[float, float]) -> tuple[float, float]:
        low, high = bounds
        if self.log:
            low = math.log10(low) if low > 0 else math.log10(max(high, 1e-12)) - 3.0
            high = math.log10(high) if high > 0 else low + 1.0
        room = (high - low) or abs(high) * 0.1 or 0.1
        return low - 0.08 * room, high + 0.12 * room
