"""A switch: on or off, painted from the roles of the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from console.ui.theme import current_theme

_WIDTH, _HEIGHT, _KNOB, _FRAME = 34, 18, 12, 3


class Switch(QAbstractButton):
    """A checkable button that looks like a sliding switch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Room for the switch and its focus ring."""
        return QSize(_WIDTH + 2 * _FRAME, _HEIGHT + 2 * _FRAME)

    def minimumSizeHint(self) -> QSize:
        """The switch does not shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, knob and focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _HEIGHT) / 2
        track = QRectF(_FRAME, top, _WIDTH, _HEIGHT)
        fill, line, knob = self._colors()
        painter.setPen(QPen(line, 1.2))
        painter.setBrush(fill)
        painter.drawRoundedRect(track, _HEIGHT / 2, _HEIGHT / 2)
        left = track.right() - _KNOB - 3 if self.isChecked() else track.left() + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(knob)
        painter.drawEllipse(QRectF(left, top + 3, _KNOB, _KNOB))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(current_theme().color("focus"), 2))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), _HEIGHT / 2 + 2, _HEIGHT / 2 + 2)

    def _colors(self) -> tuple[QColor, QColor, QColor]:
        theme = current_theme()
        if not self.isEnabled():
            return theme.color("hover"), theme.color("border"), theme.color("border")
        if self.isChecked():
            return theme.color("accent"), theme.color("accent"), theme.color("accent_text")
        return theme.color("surface"), theme.color("muted"), theme.color("muted")
