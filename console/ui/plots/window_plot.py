"""One window: the price path above, below it the tensor as a heat map on the same time axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from console.core.inspection import InspectedData, InspectedWindow
from console.ui.i18n import tr
from console.ui.plots.heat_colors import STEPS, heat_colors
from console.ui.plots.numbers import leap
from console.ui.plots.window_axes import FeatureAxis, PriceAxis, RowTimeAxis, SigmaAxis
from console.ui.plots.window_marks import Bands, BandsItem, CellItem
from console.ui.theme import Theme, current_theme, theme_events

MOST_AHEAD = 1.0  # in windows: a horizon longer than that is cut off at the right
UNCLIPPED_SIGMA = 5.0
NARROWER = (1, 2, 5, 10, 20)


class WindowPlot(QFrame):
    """Shows a window and a cell of it.

    Signals:
        cell_changed(): another cell is under the cursor.
    """

    cell_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setProperty("ring", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._data: InspectedData | None = None
        self.window_shown: InspectedWindow | None = None
        self._order: Sequence[int] = ()
        self._row = self._line = self._narrowing = 0
        self._build_ui()
        theme_events().theme_changed.connect(self.apply_theme)
        self._canvas.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.apply_theme(current_theme())
        self.retranslate()

    @property
    def cell(self) -> tuple[int, int] | None:
        """The row (0 is the last one, the others are below 0) and the feature under the cursor."""
        if self.window_shown is None or not self._order:
            return None
        return self._row, self._order[self._line]

    def show_data(self, data: InspectedData, order: Sequence[int]) -> None:
        """Which features are shown, from the top down."""
        before = self.cell
        self._data, self._order = data, order
        if before is not None and before[1] in order:
            self._line = list(order).index(before[1])
        self._line = min(self._line, max(0, len(order) - 1))
        self.prices.is_relative = data.mid_kind == "relative"
        self._names.set_names([data.features[index] for index in order])
        self._heat_view.setYRange(0, max(1, len(order)), padding=0)
        self._sigma.unit = "\u00a0σ" if data.is_scaled else ""
        if self.window_shown is not None:
            self._draw_heat(self.window_shown)

    def show_bands(self, bands: Bands) -> None:
        """What is shaded, and the words over it."""
        for item in self._bands:
            item.set_bands(bands)

    def show_window(self, window: InspectedWindow) -> None:
        """Another window."""
        self.window_shown = window
        self._row = max(self._row, 1 - window.num_rows)
        self._times.set_times(window.path_first, window.path_time)
        self._draw_path(window)
        self._draw_heat(window)

    def clear(self) -> None:
        """Show nothing."""
        self.window_shown = None
        for curve in (self._past, self._future):
            curve.setData([], [])
        self._image.clear()
        self.show_bands(Bands())
        self._cell.cell = None

    def move_cell(self, rows: int, lines: int) -> None:
        """Move the cursor by so many rows and lines."""
        if self.window_shown is not None:
            self._set_cell(self._row + rows, self._line + lines)

    @Slot()
    def narrow(self) -> None:
        """Spend the colours on smaller values."""
        self._set_narrowing(self._narrowing + 1)

    @Slot()
    def widen(self) -> None:
        """Spend the colours on larger values, up to where they are clipped."""
        self._set_narrowing(self._narrowing - 1)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.setAccessibleName(tr("Window over the price path"))

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._canvas.setBackground(theme.color("surface"))
        for axis in (self.prices, self._names, self._times, self._sigma):
            axis.apply_theme(theme)
        self._past.setPen(pg.mkPen(theme.color("text"), width=1.5))
        self._future.setPen(pg.mkPen(theme.color("text"), width=1.5, style=Qt.PenStyle.DashLine))
        colors = heat_colors(theme)
        self._image.setLookupTable(colors)
        self._bar.setLookupTable(colors)
        for item in (*self._bands, self._cell):
            item.update()

    def _build_ui(self) -> None:
        self._canvas = pg.GraphicsLayoutWidget()
        self._canvas.setFrameShape(QFrame.Shape.NoFrame)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._canvas.setMinimumSize(200, 160)
        grid = self._canvas.ci
        grid.layout.setContentsMargins(2, 4, 2, 0)
        grid.layout.setHorizontalSpacing(4)
        grid.layout.setVerticalSpacing(4)
        self.prices, self._names = PriceAxis(), FeatureAxis()
        self._times, self._sigma = RowTimeAxis(), SigmaAxis()
        path = grid.addPlot(0, 0, axisItems={"left": self.prices})
        heat = grid.addPlot(1, 0, axisItems={"left": self._names, "bottom": self._times})
        path.hideAxis("bottom")
        self._path_view, self._heat_view = path.getViewBox(), heat.getViewBox()
        for plot in (path, heat):
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.setMouseEnabled(False, False)
            plot.getViewBox().disableAutoRange()
        self._heat_view.invertY(True)
        self._path_view.setXLink(self._heat_view)
        grid.layout.setRowStretchFactor(0, 2)
        grid.layout.setRowStretchFactor(1, 5)
        self.prices.setGrid(255)
        self.prices.setZValue(-1000)
        self._add_items()
        self._add_bar(grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self._canvas)

    def _add_items(self) -> None:
        self._past, self._future = (
            pg.PlotCurveItem(connect="finite", skipFiniteCheck=False, antialias=True)
            for _ in range(2)
        )
        self._image = pg.ImageItem(axisOrder="col-major")
        self._cell = CellItem(self._heat_view)
        self._bands = (
            BandsItem(self._path_view, on_path=True), BandsItem(self._heat_view, on_path=False),
        )  # fmt: skip
        for item in (self._bands[0], self._past, self._future):
            self._path_view.addItem(item, ignoreBounds=True)
        for item in (self._bands[1], self._image, self._cell):
            self._heat_view.addItem(item, ignoreBounds=True)

    def _add_bar(self, grid: pg.GraphicsLayout) -> None:
        part = grid.addLayout(1, 1)
        part.layout.setContentsMargins(0, 0, 0, self._times.height())
        view = part.addViewBox(0, 0, enableMouse=False, enableMenu=False)
        view.setFixedWidth(12)
        self._bar = pg.ImageItem(np.linspace(-1, 1, STEPS)[None, :], axisOrder="col-major")
        view.addItem(self._bar, ignoreBounds=True)
        view.setXRange(0, 1, padding=0)
        self._bar_view = view
        part.addItem(self._sigma, 0, 1)
        self._sigma.linkToView(view)

    def _draw_path(self, window: InspectedWindow) -> None:
        first = max(window.path_first, -2 * window.num_rows)
        last = min(window.horizon_rows, round(MOST_AHEAD * window.num_rows))
        rows = np.arange(first, last + 1)
        mid = window.path_mid[first - window.path_first :][: len(rows)]
        self._past.setData(rows[rows <= 0], mid[rows <= 0])
        self._future.setData(rows[rows >= 0], mid[rows >= 0])
        self._heat_view.setXRange(first - 0.5, max(last, 1) + 0.5, padding=0)
        known = mid[np.isfinite(mid)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        room = (high - low) or abs(high) * 1e-3 or 1.0
        self._path_view.setYRange(low - 0.1 * room, high + 0.35 * room, padding=0)

    def _draw_heat(self, window: InspectedWindow) -> None:
        if not self._order:
            self._image.clear()
            return
        shown = window.scaled[:, list(self._order)]
        level = self._level(window)
        self._image.setImage(shown, autoLevels=False, levels=(-level, level))
        self._image.setRect(QRectF(0.5 - len(shown), 0.0, len(shown), shown.shape[1]))
        self._bar.setLevels((-1.0, 1.0))
        self._bar.setRect(QRectF(0.0, -level, 1.0, 2 * level))
        self._bar_view.setYRange(-level, level, padding=0)
        self._set_cell(self._row, self._line)

    def _level(self, window: InspectedWindow) -> float:
        """The value at both ends of the colours."""
        if self._data is not None and self._data.is_scaled:
            whole = self._data.clip or UNCLIPPED_SIGMA
        else:
            whole = leap(float(np.nanmax(np.abs(window.scaled), initial=1e-9)))
        return whole / NARROWER[self._narrowing]

    def _set_narrowing(self, place: int) -> None:
        self._narrowing = min(max(place, 0), len(NARROWER) - 1)
        if self.window_shown is not None:
            self._draw_heat(self.window_shown)

    def _set_cell(self, row: int, line: int) -> None:
        assert self.window_shown is not None
        self._row = min(max(row, 1 - self.window_shown.num_rows), 0)
        self._line = min(max(line, 0), max(0, len(self._order) - 1))
        self._cell.set_cell(self._row, self._line)
        self.cell_changed.emit()

    @Slot(object)
    def _on_mouse_moved(self, position: QPointF) -> None:
        if self.window_shown is None or not self._heat_view.sceneBoundingRect().contains(position):
            return
        point = self._heat_view.mapSceneToView(position)
        row = round(point.x())
        if 1 - self.window_shown.num_rows <= row <= 0:
            self._set_cell(row, int(point.y()))
