"""The price of a symbol with the parts of the split behind it, and a crosshair that reads them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from console.core.profile import PricePath
from console.ui.i18n import tr
from console.ui.pages.data_words import part_text, time_text
from console.ui.plots.axes import RoundAxis
from console.ui.plots.bands_item import BandsItem
from console.ui.plots.metric_view import TimeViewBox
from console.ui.plots.place_axis import PlaceAxis
from console.ui.theme import Theme, current_theme, theme_events

ROOM = 0.01  # of the time axis, left and right of the data
CLOSEST = 1e-4  # of the time axis; nothing closer can be zoomed to


class SplitPlot(QFrame):
    """Wheel and + - zoom time, arrows, Home and End move the crosshair, F shows everything.

    Signals:
        read(str): time, price and part under the crosshair; empty without one.
    """

    read = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._path: PricePath | None = None
        self._unit = ""
        self._at: int | None = None
        self._places = self._times = self._prices = np.zeros(0)
        self._known = np.zeros(0, dtype=np.int64)
        self._axes = {"left": RoundAxis("left"), "bottom": PlaceAxis()}
        self.view = pg.PlotWidget(viewBox=TimeViewBox(), axisItems=dict(self._axes))
        self._box = self.view.getPlotItem().getViewBox()
        self.bands, self._curve = BandsItem(self._box), pg.PlotDataItem(connect="finite")
        self._dot = pg.ScatterPlotItem(size=9)
        self._build_ui()
        self._connect()
        self.apply_theme(current_theme())

    def show_path(self, path: PricePath, *, relative: bool) -> None:
        """Draw the price and the bands of a symbol; ``relative`` prices are drawn in percent."""
        self._path, self._unit = path, "\u00a0%" if relative else ""
        self._places, self._times = np.array(path.places), np.array(path.times)
        prices = np.array([np.nan if p is None else p for p in path.prices], dtype=float)
        self._prices = np.round(100 * prices, 3) if relative else prices
        known = np.flatnonzero(np.isfinite(prices))
        self._known = known if len(known) else np.arange(len(prices))
        bottom = self._axes["bottom"]
        assert isinstance(bottom, PlaceAxis)
        bottom.set_points(self._times, self._places)
        self._curve.setData(self._places, self._prices)
        self.bands.set_bands(path.bands)
        self.move_cursor(None)
        end = float(self._places[-1]) or 1.0
        self._box.setLimits(
            xMin=-2 * ROOM * end, xMax=(1 + 2 * ROOM) * end, minXRange=CLOSEST * end
        )
        self.show_all()

    @Slot()
    def show_all(self) -> None:
        """Zoom out to the whole time."""
        end = float(self._places[-1]) if len(self._places) else 1.0
        self._box.setXRange(-ROOM * end, (1 + ROOM) * end, padding=0)
        self._fit_prices()

    def move_cursor(self, at: int | None) -> None:
        """Put the crosshair on known price number ``at``, None takes it away."""
        self._at = at
        if at is None:
            self.bands.set_cursor(None)
            self._dot.clear()
            self.read.emit("")
            return
        at = int(self._known[at])
        price = float(self._prices[at])
        place = float(self._places[at])
        self.bands.set_cursor(place)
        self._dot.setData([place], [price])
        self.read.emit("   ".join([time_text(float(self._times[at])), *self._told(at, price)]))

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.setAccessibleName(tr("Price and split"))
        self.setAccessibleDescription(
            tr("Arrows move the crosshair, + and - zoom, F shows everything.")
        )
        self.bands.update()
        self.move_cursor(self._at)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.view.setBackground(theme.color("surface"))
        for axis in self._axes.values():
            axis.apply_theme(theme)
        self._curve.setPen(pg.mkPen(theme.color("text"), width=1))
        self._dot.setPen(pg.mkPen(theme.color("accent"), width=2))
        self._dot.setBrush(pg.mkBrush(theme.color("surface")))
        self.bands.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End, + and -, F, Escape."""
        key, last = Qt.Key, len(self._known) - 1
        start = last if self._at is None else self._at
        step = max(1, round(len(self._visible()) / 50))
        actions: dict[int, Callable[[], object]] = {
            key.Key_Left: lambda: self.move_cursor(max(0, start - step)),
            key.Key_Right: lambda: self.move_cursor(min(last, start + step)),
            key.Key_Home: lambda: self.move_cursor(0), key.Key_End: lambda: self.move_cursor(last),
            key.Key_Plus: lambda: self.zoom(0.5), key.Key_Equal: lambda: self.zoom(0.5),
            key.Key_Minus: lambda: self.zoom(2.0), key.Key_F: self.show_all,
            key.Key_Escape: lambda: self.move_cursor(None),
        }  # fmt: skip
        action = actions.get(event.key())
        if action is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or last < 0:
            super().keyPressEvent(event)
            return
        action()

    def zoom(self, factor: float) -> None:
        """Zoom the time around the crosshair, or around the middle."""
        low, high = self._box.viewRange()[0]
        at = None if self._at is None else self._known[self._at]
        middle = (low + high) / 2 if at is None else float(self._places[at])
        self._box.setXRange(
            middle - (middle - low) * factor, middle + (high - middle) * factor, padding=0
        )

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer left: no crosshair."""
        self.move_cursor(None)
        super().leaveEvent(event)

    def _build_ui(self) -> None:
        item = self.view.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        self._box.setMouseEnabled(x=True, y=False)
        self._axes["left"].setGrid(255)
        self._axes["left"].setZValue(-1000)
        self._axes["left"].setWidth(66)
        item.addItem(self.bands, ignoreBounds=True)
        item.addItem(self._curve, ignoreBounds=True)
        item.addItem(self._dot, ignoreBounds=True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMinimumHeight(120)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "true")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.view)

    def _connect(self) -> None:
        self._box.sigXRangeChanged.connect(self._fit_prices)
        self.view.scene().sigMouseMoved.connect(self._on_mouse)
        self.view.scene().sigMouseClicked.connect(self._on_click)
        theme_events().theme_changed.connect(self.apply_theme)

    def _visible(self) -> np.ndarray:
        low, high = self._box.viewRange()[0]
        return np.flatnonzero((self._places >= low) & (self._places <= high))

    @Slot(object, object)
    def _fit_prices(self, _box: object = None, _range: object = None) -> None:
        seen = self._prices[self._visible()]
        seen = seen[np.isfinite(seen)]
        if not len(seen):
            return
        low, high = float(seen.min()), float(seen.max())
        room = (high - low) or abs(high) * 0.01 or 1.0
        self._box.setYRange(low - 0.06 * room, high + 0.14 * room, padding=0)

    def _told(self, at: int, price: float) -> list[str]:
        """The price and the part at a point."""
        told = [f"{price:,.6g}{self._unit}"] if np.isfinite(price) else []
        place = self._places[at]
        for band in self._path.bands if self._path else ():
            if band.first_place <= place <= band.last_place:
                return [*told, part_text(band.kind)]
        return told

    @Slot(object)
    def _on_mouse(self, position: QPointF) -> None:
        if not len(self._places) or not self._box.sceneBoundingRect().contains(position):
            self.move_cursor(None)
            return
        x = self._box.mapSceneToView(position).x()
        self.move_cursor(int(np.abs(self._places[self._known] - x).argmin()))

    @Slot(object)
    def _on_click(self, event: object) -> None:
        if event.double():  # type: ignore[attr-defined]
            self.show_all()
