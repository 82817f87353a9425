"""What lies over the window plot: the window, the label's horizon, the cell under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from console.ui.theme import Theme, current_theme, font

WINDOW_ALPHA, HORIZON_ALPHA = 26, 46
PAD = 6.0


@dataclass(frozen=True)
class Bands:
    """Which rows are the window and which the horizon, with the words over them.

    ``role`` is the series colour of the class. ``beyond`` says that the horizon ends to the right
    of what is shown.
    """

    first: int = 0
    horizon: int = 0
    role: str = "hold"
    window_words: str = ""
    horizon_words: str = ""
    touch: int = -1


class BandsItem(pg.GraphicsObject):
    """Shades the bands behind a plot; with ``words`` also writes what they are."""

    def __init__(self, view: pg.ViewBox, *, words: bool) -> None:
        super().__init__()
        self._view, self._words = view, words
        self.bands = Bands()
        self.setZValue(-10)
        view.sigRangeChanged.connect(self._on_range)
        view.sigResized.connect(self._on_range)

    def set_bands(self, bands: Bands) -> None:
        """Show other bands."""
        self.bands = bands
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
        theme, bands = current_theme(), self.bands
        painter.resetTransform()
        painter.setClipRect(frame)
        edges = [self._x(frame, at) for at in (bands.first - 0.5, 0.5, bands.horizon + 0.5)]
        series = theme.series_color(bands.role)
        if self._words:
            painter.fillRect(
                _between(frame, *edges[:2]), _clear(theme.color("accent"), WINDOW_ALPHA)
            )
        painter.fillRect(_between(frame, *edges[1:]), _clear(series, HORIZON_ALPHA))
        painter.setPen(QPen(theme.color("muted"), 1.0))
        painter.drawLine(QPointF(edges[1], frame.top()), QPointF(edges[1], frame.bottom()))
        if bands.touch > 0:
            at = self._x(frame, bands.touch)
            painter.setPen(QPen(series, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))
        if self._words:
            self._write(painter, theme, frame, edges)

    def _write(self, painter: QPainter, theme: Theme, frame: QRectF, edges: list[float]) -> None:
        painter.setFont(font("small"))
        metrics = painter.fontMetrics()
        line = metrics.height() + 2.0
        painter.setPen(theme.color("muted"))
        left = max(edges[0], frame.left()) + PAD
        baseline = frame.top() + metrics.ascent() + 3.0
        room = edges[1] - left - PAD
        painter.drawText(
            QPointF(left, baseline),
            metrics.elidedText(self.bands.window_words, Qt.TextElideMode.ElideRight, int(room)),
        )
        painter.setFont(font("small", bold=True))
        painter.setPen(theme.series_color(self.bands.role))
        for index, words in enumerate(self.bands.horizon_words.splitlines()):
            painter.drawText(QPointF(edges[1] + PAD, baseline + index * line), words)

    def _x(self, frame: QRectF, x: float) -> float:
        view = self.boundingRect()
        return float(frame.left() + (x - view.left()) / (view.width() or 1.0) * frame.width())

    def _on_range(self, *_changed: object) -> None:
        self.prepareGeometryChange()
        self.update()


class CellItem(pg.GraphicsObject):
    """The outline of one cell of the heat map, with thin lines to its name and its time."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._view = view
        self.cell: tuple[int, int] | None = None
        self.setZValue(10)
        view.sigRangeChanged.connect(self._on_range)

    def set_cell(self, row: int, line: int) -> None:
        """Outline the cell of ``row`` in ``line`` of the heat map."""
        self.cell = (row, line)
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return QRectF(self._view.viewRect())

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw in device coordinates, one dark and one light line, seen on every colour."""
        if self.cell is None:
            return
        row, line = self.cell
        cell = self.mapRectToDevice(QRectF(row - 0.5, line, 1.0, 1.0))
        frame = self.mapRectToDevice(self.boundingRect())
        if cell is None or frame is None:
            return
        theme = current_theme()
        painter.resetTransform()
        painter.setClipRect(frame)
        guide = QPen(_clear(theme.color("text"), 110), 1.0)
        painter.setPen(guide)
        painter.drawLine(
            QPointF(frame.left(), cell.center().y()), QPointF(cell.left(), cell.center().y())
        )
        painter.drawLine(
            QPointF(cell.center().x(), cell.bottom()), QPointF(cell.center().x(), frame.bottom())
        )
        for grown, role in ((2.0, "surface"), (1.0, "text")):
            painter.setPen(QPen(theme.color(role), 1.0))
            painter.drawRect(cell.adjusted(-grown, -grown, grown, grown))

    def _on_range(self, *_changed: object) -> None:
        self.prepareGeometryChange()
        self.update()


def _between(frame: QRectF, left: float, right: float) -> QRectF:
    return QRectF(left, frame.top(), max(0.0, right - left), frame.height())


def _clear(color: QColor, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made
