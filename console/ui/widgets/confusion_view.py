"""The confusion matrix of three classes: counts, share of the true class, shading by share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.forms.format import grouped
from console.ui.i18n import tr
from console.ui.theme import Theme, current_theme, font

SIDE, HEAD, CELL_HEIGHT, GAP = 46, 18, 34, 2


class ConfusionView(QWidget):
    """Rows are the true class, columns the predicted one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ("SELL", "HOLD", "BUY")
        self._counts: Sequence[Sequence[int]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    def show_counts(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show a matrix; an empty one draws empty cells."""
        if (names, counts) != (self._names, self._counts):
            self._names, self._counts = names, counts
            self._describe()
            self.update()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._describe()

    def sizeHint(self) -> QSize:
        """Three rows and a head."""
        return QSize(220, HEAD + 3 * CELL_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw head, row names and cells."""
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        width = (self.width() - SIDE) / 3
        painter.setPen(theme.color("muted"))
        for index, name in enumerate(self._names):
            head = QRectF(SIDE + index * width, 0, width, HEAD)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, name)
            side = QRectF(0, HEAD + index * CELL_HEIGHT, SIDE - 6, CELL_HEIGHT)
            painter.drawText(side, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        for row in range(3):
            for column in range(3):
                cell = QRectF(
                    SIDE + column * width, HEAD + row * CELL_HEIGHT, width, CELL_HEIGHT
                ).adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)
                self._paint_cell(painter, theme, cell, row, column)

    def _paint_cell(
        self, painter: QPainter, theme: Theme, cell: QRectF, row: int, column: int
    ) -> None:
        share = self._share(row, column)
        ground = theme.color("raised")
        role = "good" if row == column else "bad"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_mix(ground, theme.color(role), 0.55 * (share or 0.0)))
        painter.drawRoundedRect(cell, 3, 3)
        if share is None:
            return
        painter.setPen(QPen(theme.color("text")))
        upper = QRectF(cell.left(), cell.top() + 2, cell.width(), cell.height() / 2)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, f"{100 * share:.0f} %")
        painter.setPen(QPen(_mix(theme.color("muted"), theme.color("text"), share)))
        lower = upper.translated(0, cell.height() / 2 - 3)
        count = self._counts[row][column]
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, grouped(count))

    def _share(self, row: int, column: int) -> float | None:
        if len(self._counts) != 3:
            return None
        total = sum(self._counts[row])
        return self._counts[row][column] / total if total else 0.0

    def _describe(self) -> None:
        self.setAccessibleName(tr("Confusion matrix"))
        lines = [
            tr("{true} taken for {predicted}: {count}", true=true, predicted=predicted, count=count)
            for true, counts in zip(self._names, self._counts, strict=False)
            for predicted, count in zip(self._names, counts, strict=False)
        ]
        self.setAccessibleDescription("; ".join(lines))
        self.setToolTip(tr("Rows: the true class. Columns: what the model said."))


def _mix(ground: QColor, color: QColor, share: float) -> QColor:
    def blend(low: int, high: int) -> int:
        return round(low + (high - low) * share)

    return QColor(
        blend(ground.red(), color.red()),
        blend(ground.green(), color.green()),
        blend(ground.blue(), color.blue()),
    )
