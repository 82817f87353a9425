"""Shares of SELL, HOLD and BUY as one bar with their figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.core.datasets import CLASS_NAMES
from console.ui.i18n import tr
from console.ui.theme import current_theme, font

_BAR_HEIGHT, _GAP = 8, 4
_SERIES = ("sell", "hold", "buy")


class ClassBar(QWidget):
    """A stacked bar above three figures; empty while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Sequence[int]) -> None:
        """Show how often each class occurs."""
        total = sum(counts)
        self._shares = tuple(count / total for count in counts) if total else ()
        self.setAccessibleName(tr("Class shares"))
        self.setAccessibleDescription(self.words())
        self.setVisible(bool(self._shares))
        self.update()

    def words(self) -> str:
        """The shares as text."""
        pairs = zip(CLASS_NAMES, self._shares, strict=False)
        return "   ".join(f"{name} {100 * share:.0f}\u00a0%" for name, share in pairs)

    def sizeHint(self) -> QSize:
        """The bar and one line of figures."""
        return QSize(180, _BAR_HEIGHT + _GAP + 16)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for three figures."""
        return QSize(150, _BAR_HEIGHT + _GAP + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bar in the colours of the classes, figures below."""
        if not self._shares:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_bar(painter)
        self._draw_figures(painter)

    def _draw_bar(self, painter: QPainter) -> None:
        theme = current_theme()
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(0, 0, self.width(), _BAR_HEIGHT), 3, 3)
        painter.save()
        painter.setClipPath(outline)
        left = 0.0
        for series, share in zip(_SERIES, self._shares, strict=True):
            width = share * self.width()
            painter.fillRect(QRectF(left, 0, width - 1, _BAR_HEIGHT), theme.series_color(series))
            left += width
        painter.restore()

    def _draw_figures(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(font("small"))
        top, column = _BAR_HEIGHT + _GAP, self.width() / 3
        flags = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for index, (name, share) in enumerate(zip(CLASS_NAMES, self._shares, strict=True)):
            painter.setPen(theme.color("muted"))
            area = QRectF(index * column, top, column, 16)
            painter.drawText(
                area,
                int(flags[index] | Qt.AlignmentFlag.AlignVCenter),
                f"{name} {100 * share:.0f}\u00a0%",
            )
