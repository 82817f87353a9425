"""One entry of the key beside a plot: a patch in the colour of a part, and its words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel

from console.ui.theme import Theme, current_theme, theme_events

PATCH, GAP = 12, 6


def band_brush(theme: Theme, kind: str, alpha: int) -> QBrush:
    """How the rows of a part are filled; what no part holds is hatched or empty."""
    if kind == "outside":
        return QBrush(Qt.BrushStyle.NoBrush)
    color = theme.color("muted") if kind == "left_out" else theme.series_color(kind)
    if kind == "left_out":
        return QBrush(color, Qt.BrushStyle.BDiagPattern)
    color.setAlpha(alpha)
    return QBrush(color)


class KeyLabel(QLabel):
    """Words beside a patch; ``kind`` is that of a ``Band``."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setProperty("tone", "muted")
        self.setProperty("type", "small")
        self.setIndent(PATCH + GAP)
        theme_events().theme_changed.connect(self._on_theme)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than patch and words."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the patch beside the words."""
        super().paintEvent(event)
        theme = current_theme()
        painter = QPainter(self)
        edge = theme.color("control")
        if self._kind not in ("left_out", "outside"):
            edge = theme.series_color(self._kind)
        painter.setPen(QPen(edge, 1.5))
        painter.setBrush(band_brush(theme, self._kind, 90))
        top = (self.height() - PATCH) / 2
        painter.drawRect(QRectF(0.75, top + 0.75, PATCH - 1.5, PATCH - 1.5))

    def _on_theme(self, _theme: object) -> None:
        self.update()
