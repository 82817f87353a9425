"""What lies over the window plot: the window, the label's horizon, the cell under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from console.ui.theme import Theme, current_theme, font

WINDOW_ALPHA, HORIZON_ALPHA = 26, 46
PAD = 6.0


@dataclass(frozen=True)
class Bands:
    """Which rows are the window and which the horizon, with the words over them.

    ``role`` is the series colour of the class; ``touch`` the row where a barrier was met, -1 for
    none. ``levels`` are prices that divide the classes, with their series colours.
    """

    first: int = 0
    horizon: int = 0
    role: str = "hold"
    window_words: str = ""
    horizon_words: str = ""
    touch: int = -1
    levels: tuple[tuple[float, str], ...] = ()


class BandsItem(pg.GraphicsObject):
    """Shades the bands behind a plot and writes what they are; ``on_path`` over the prices."""

    def __init__(self, view: pg.ViewBox, *, on_path: bool) -> None:
        super().__init__()
        self._view, self._on_path = view, on_path
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
        if frame is None or not self.bands.window_words:
            return
        theme, bands = current_theme(), self.bands
        levels = [(self._y(y), theme.series_color(role)) for y, role in bands.levels]
        painter.resetTransform()
        painter.setClipRect(frame)
        edges = [self._x(frame, at) for at in (bands.first - 0.5, 0.5, bands.horizon + 0.5)]
        series = theme.series_color(bands.role)
        if self._on_path:
            ground = _clear(theme.color("accent"), WINDOW_ALPHA)
            painter.fillRect(_between(frame, *edges[:2]), ground)
        alpha = HORIZON_ALPHA if self._on_path else HORIZON_ALPHA // 3
        painter.fillRect(_between(frame, *edges[1:]), _clear(series, alpha))
        painter.setPen(QPen(theme.color("muted"), 1.0))
        painter.drawLine(QPointF(edges[1], frame.top()), QPointF(edges[1], frame.bottom()))
        if bands.touch > 0:
            at = self._x(frame, bands.touch)
            painter.setPen(QPen(series, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))
        if self._on_path:
            for y, color in levels:
                painter.setPen(QPen(color, 1.0, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(edges[1], y), QPointF(edges[2], y))
            self._write(painter, theme, frame, edges)

    def _write(self, painter: QPainter, theme: Theme, frame: QRectF, edges: list[float]) -> None:
        bold = font("small", bold=True)
        metrics = QFontMetrics(bold)
        lines = self.bands.horizon_words.splitlines()
        width = max(metrics.horizontalAdvance(line) for line in lines)
        fits = edges[1] + width + 2 * PAD <= frame.right()
        ahead = edges[1] + PAD if fits else edges[1] - PAD - width
        baseline = frame.top() + metrics.ascent() + 3.0
        painter.setFont(bold)
        painter.setPen(theme.series_color(self.bands.role))
        for index, words in enumerate(lines):
            painter.drawText(QPointF(ahead, baseline + index * (metrics.height() + 1.0)), words)
        left = max(edges[0], frame.left()) + PAD
        painter.setFont(font("small"))
        painter.setPen(theme.color("muted"))
        words = painter.fontMetrics().elidedText(
            self.bands.window_words, Qt.TextElideMode.ElideRight, max(0, int(ahead - left - PAD))
        )
        painter.drawText(QPointF(left, baseline), words)

    def _x(self, frame: QRectF, x: float) -> float:
        view = self.boundingRect()
        return float(frame.left() + (x - view.left()) / (view.width() or 1.0) * frame.width())

    def _y(self, y: float) -> float:
        point = self.mapToDevice(QPointF(0.0, y))
        return float(point.y()) if point is not None else -1.0

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
        painter.setClipRect(frame.adjusted(-2.0, -2.0, 2.0, 2.0))
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
