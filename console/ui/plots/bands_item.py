"""The parts of the split as bands behind a curve, and the line of the crosshair."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from console.core.profile import Band
from console.ui.pages.data_words import part_text
from console.ui.plots.key_label import band_brush
from console.ui.theme import current_theme, font

FILL_ALPHA, STRIP, LEAST_WIDTH = 36, 4.0, 2.0


class BandsItem(pg.GraphicsObject):
    """Paints bands over the whole height of the view, in pixels."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._view = view
        self.bands: Sequence[Band] = ()
        self.cursor: float | None = None
        self.setZValue(-10)
        view.sigRangeChanged.connect(self._on_range)
        view.sigResized.connect(self._on_range)

    def set_bands(self, bands: Sequence[Band]) -> None:
        """Draw other bands."""
        self.bands = bands
        self.update()

    def set_cursor(self, place: float | None) -> None:
        """Draw the line of the crosshair, or none."""
        self.cursor = place
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return QRectF(self._view.viewRect())

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw in device coordinates."""
        frame = self.mapRectToDevice(self.boundingRect())
        if frame is None:
            return
        painter.resetTransform()
        painter.setClipRect(frame)
        painter.setFont(font("small"))
        for band in self.bands:
            self._paint_band(painter, frame, band)
        if self.cursor is not None:
            self._paint_cursor(painter, frame, self.cursor)

    def _paint_band(self, painter: QPainter, frame: QRectF, band: Band) -> None:
        if band.kind == "outside":
            return
        theme = current_theme()
        left, right = (self._device_x(frame, x) for x in (band.first_place, band.last_place))
        area = QRectF(left, frame.top(), max(right - left, LEAST_WIDTH), frame.height())
        painter.fillRect(area, band_brush(theme, band.kind, FILL_ALPHA))
        role = theme.color("muted") if band.kind == "left_out" else theme.series_color(band.kind)
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), STRIP), role)
        words = part_text(band.kind)
        if band.kind == "left_out" or painter.fontMetrics().horizontalAdvance(words) > (
            min(area.right(), frame.right()) - max(area.left(), frame.left()) - 8
        ):
            return
        painter.setPen(theme.color("text"))
        at = max(area.left(), frame.left()) + 6
        painter.drawText(
            QPointF(at, area.top() + STRIP + painter.fontMetrics().ascent() + 3), words
        )

    def _paint_cursor(self, painter: QPainter, frame: QRectF, place: float) -> None:
        x = self._device_x(frame, place)
        painter.setPen(QPen(current_theme().color("muted"), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))

    def _device_x(self, frame: QRectF, x: float) -> float:
        view = self.boundingRect()
        return float(frame.left() + (x - view.left()) / (view.width() or 1.0) * frame.width())

    def _on_range(self, *_changed: object) -> None:
        self.prepareGeometryChange()
        self.update()
