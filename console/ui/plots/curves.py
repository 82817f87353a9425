"""One curve of a plot: where its points come from and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from console.core.series import Decimated, Floats, Series
from console.ui.theme import Theme

CurveKind = Literal["raw", "smooth", "line", "epochs", "floor", "others"]
CurveData = Series | tuple[Floats, Floats]
SMOOTH_POINTS = 1_000
RAW_ALPHA = {False: 70, True: 85}
_Z = {"others": 0, "floor": 1, "raw": 2, "smooth": 3, "line": 3, "epochs": 4}


@dataclass(frozen=True)
class CurveSpec:
    """What a curve is: ``label`` gives its name in the language in force, ``role`` its colour.

    ``raw`` is thin and pale, ``smooth`` and ``line`` are bold, ``epochs`` has a dot per epoch,
    ``floor`` is a level to compare with, ``others`` are pale lines with gaps between them.
    ``belongs_to`` hides a curve together with another one and keeps it out of the legend.
    """

    key: str
    label: Callable[[], str]
    role: str
    kind: CurveKind
    source: Callable[[], CurveData]
    belongs_to: str = ""


class Curve:
    """The graphics item of one ``CurveSpec``."""

    def __init__(self, spec: CurveSpec, item: pg.PlotItem) -> None:
        self.spec = spec
        self.shown = True
        self.item = pg.PlotCurveItem(connect="finite", skipFiniteCheck=False)
        self.dots = pg.ScatterPlotItem(pxMode=True) if spec.kind == "epochs" else None
        for part in self._parts():
            part.setZValue(_Z[spec.kind])
            item.addItem(part, ignoreBounds=True)

    def set_shown(self, shown: bool) -> None:
        """Draw the curve or not."""
        self.shown = shown
        for part in self._parts():
            part.setVisible(shown)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        color = self.color(theme)
        thin = self.spec.kind in ("raw", "floor", "others")
        pen = pg.mkPen(color, width=1 if thin else 2)
        if self.spec.kind == "floor":
            pen.setStyle(Qt.PenStyle.DashLine)
        self.item.setPen(pen)
        self.item.opts["antialias"] = not thin
        if self.dots is not None:
            self.dots.setBrush(pg.mkBrush(color))
            self.dots.setPen(pg.mkPen(theme.color("surface"), width=1))

    def color(self, theme: Theme) -> QColor:
        """The colour of the line."""
        color = theme.series_color(self.spec.role)
        if self.spec.kind in ("raw", "others"):
            color.setAlpha(RAW_ALPHA[theme.is_dark])
        return color

    def draw(self, low: float, high: float, log: bool) -> Decimated:
        """Take the newest data and draw what lies in ``[low, high]``; returns what was drawn."""
        drawn = self._visible_points(low, high)
        y = _log(drawn.y) if log else drawn.y
        self.item.setData(drawn.x, y)
        if self.dots is not None:
            fits = np.isfinite(y)
            size = 6 if len(y) <= 60 else 4 if len(y) <= 200 else 0
            self.dots.setData(drawn.x[fits], y[fits], size=max(size, 1))
            self.dots.setVisible(self.shown and size > 0)
        return drawn

    def bounds(self, low: float, high: float) -> tuple[float, float] | None:
        """The range of y worth showing in ``[low, high]``, outliers of raw curves left out."""
        data = self.spec.source()
        if isinstance(data, Series):
            return data.bounds(low, high, trim=0.003 if self.spec.kind == "raw" else 0.0)
        x, y = data
        y = y[(x >= low) & (x <= high) & np.isfinite(y)]
        return (float(y.min()), float(y.max())) if len(y) else None

    def value_at(self, x: float | None) -> float | None:
        """The value at the point nearest to ``x``, or the newest one."""
        data = self.spec.source()
        xs, ys = (data.x, data.y) if isinstance(data, Series) else data
        if not len(xs):
            return None
        if x is None or self.spec.kind == "floor":
            return float(ys[-1])
        right = int(np.clip(np.searchsorted(xs, x), 0, len(xs) - 1))
        left = max(right - 1, 0)
        return float(ys[left] if x - xs[left] <= xs[right] - x else ys[right])

    def points(self) -> tuple[Floats, Floats]:
        """Every point, for files."""
        data = self.spec.source()
        return (data.x, data.y) if isinstance(data, Series) else data

    def _visible_points(self, low: float, high: float) -> Decimated:
        data = self.spec.source()
        if isinstance(data, Series):
            if self.spec.kind == "smooth":
                return data.decimate(low, high, SMOOTH_POINTS)
            return data.decimate(low, high)
        x, y = data
        if self.spec.kind == "floor" and len(x):
            return Decimated(np.array([low, high]), np.array([y[-1], y[-1]]), 2)
        return Decimated(x, y, len(x))

    def _parts(self) -> list[pg.GraphicsObject]:
        return [self.item] if self.dots is None else [self.item, self.dots]


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(values)
    return np.where(np.isfinite(logs), logs, np.nan)
