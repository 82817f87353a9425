"""Marks on the time axis: best epoch, attempts, changed settings, checkpoints, the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from console.ui.theme import Theme, current_theme, font

MarkStyle = Literal["attempt", "setting", "checkpoint"]
TICK_PX, TRIANGLE_PX, FLAG_PX, NEAR_PX = 7.0, 5.0, 9.0, 8.0


@dataclass(frozen=True)
class PlotMark:
    """One mark at ``x``; ``label`` is short, ``tip`` says more; both are already translated."""

    style: MarkStyle
    x: float
    label: str = ""
    tip: str = ""


class MarksItem(pg.GraphicsObject):
    """Paints all marks of a plot in pixels, whatever its range and scale."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._view = view
        self.marks: Sequence[PlotMark] = ()
        self.best: tuple[float, float] | None = None
        self.cursor: float | None = None
        self.pinned: float | None = None
        self.setZValue(10)
        view.sigRangeChanged.connect(self._on_range)
        view.sigResized.connect(self._on_range)

    def set_marks(self, marks: Sequence[PlotMark], best: tuple[float, float] | None) -> None:
        """Replace the marks; ``best`` is (x, y) in the units of the view."""
        if (marks, best) != (self.marks, self.best):
            self.marks, self.best = marks, best
            self.update()

    def set_cursor(self, x: float | None) -> None:
        """Move the crosshair, None hides it."""
        if x != self.cursor:
            self.cursor = x
            self.update()

    def set_pinned(self, x: float | None) -> None:
        """Mark the epoch whose figures are pinned."""
        if x != self.pinned:
            self.pinned = x
            self.update()

    def tip_near(self, x: float) -> str:
        """What the marks near ``x``, in units of the view, have to say; empty for none."""
        pixel = float(self._view.viewPixelSize()[0])
        near = [m.tip for m in self.marks if m.tip and abs(m.x - x) <= NEAR_PX * pixel]
        return "\n".join(near)

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return QRectF(self._view.viewRect())

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw in device coordinates."""
        theme = current_theme()
        frame = self.mapRectToDevice(self.boundingRect())
        if frame is None:
            return
        painter.resetTransform()
        painter.setClipRect(frame)
        painter.setFont(font("small"))
        lines = sorted(self._device_x(frame, m.x) for m in self.marks if m.style != "checkpoint")
        for mark in self.marks:
            self._paint_mark(painter, theme, frame, mark, lines)
        if self.pinned is not None:
            self._line(painter, frame, self.pinned, QPen(theme.color("muted"), 1.0))
        if self.cursor is not None:
            pen = QPen(theme.color("muted"), 1.0, Qt.PenStyle.DashLine)
            self._line(painter, frame, self.cursor, pen)
        if self.best is not None:
            self._paint_best(painter, theme, frame, self.best)

    def _paint_mark(
        self,
        painter: QPainter,
        theme: Theme,
        frame: QRectF,
        mark: PlotMark,
        lines: Sequence[float],
    ) -> None:
        x = self._device_x(frame, mark.x)
        if not frame.left() <= x <= frame.right():
            return
        if mark.style == "checkpoint":
            painter.setPen(QPen(theme.color("good"), 2.0))
            painter.drawLine(QPointF(x, frame.bottom() - TICK_PX), QPointF(x, frame.bottom() - 1.0))
            return
        role = "warning" if mark.style == "attempt" else "accent"
        painter.setPen(QPen(theme.color(role), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        painter.setPen(theme.color(role))
        metrics, room = painter.fontMetrics(), 4.0
        if mark.style == "setting":
            self._paint_flag(painter, theme, QPointF(x, frame.top()))
            room += FLAG_PX
        width = metrics.horizontalAdvance(mark.label)
        right = next((line for line in lines if line > x), frame.right())
        if x + room + 2.0 + width < right:
            left = x + room
        elif right == frame.right():
            left = x - 4.0 - width
        else:
            return  # the next mark is too near: the tool tip says it
        painter.drawText(QPointF(left, frame.top() + metrics.ascent() + 2.0), mark.label)

    def _paint_flag(self, painter: QPainter, theme: Theme, top: QPointF) -> None:
        """A pennant at the head of the line, to be pointed at."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        points = (
            QPointF(0.0, 2.0),
            QPointF(FLAG_PX, 2.0 + FLAG_PX / 2),
            QPointF(0.0, 2.0 + FLAG_PX),
        )
        painter.drawPolygon(QPolygonF([top + point for point in points]))
        painter.restore()

    def _paint_best(
        self, painter: QPainter, theme: Theme, frame: QRectF, best: tuple[float, float]
    ) -> None:
        point = self.mapToDevice(QPointF(*best))
        if point is None or not frame.left() - 1 <= point.x() <= frame.right() + 1:
            return
        x = point.x()
        y = min(max(point.y() - 6.0, frame.top() + 2 * TRIANGLE_PX), frame.bottom() - 2.0)
        shape = QPolygonF(
            [
                QPointF(x, y),
                QPointF(x - TRIANGLE_PX, y - 1.7 * TRIANGLE_PX),
                QPointF(x + TRIANGLE_PX, y - 1.7 * TRIANGLE_PX),
            ]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("surface"), 1.0))
        painter.setBrush(theme.color("good"))
        painter.drawPolygon(shape)

    def _line(self, painter: QPainter, frame: QRectF, x: float, pen: QPen) -> None:
        at = self._device_x(frame, x)
        painter.setPen(pen)
        painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))

    def _device_x(self, frame: QRectF, x: float) -> float:
        view = self.boundingRect()
        return float(frame.left() + (x - view.left()) / (view.width() or 1.0) * frame.width())

    def _on_range(self, *_changed: object) -> None:
        self.prepareGeometryChange()
        self.update()
