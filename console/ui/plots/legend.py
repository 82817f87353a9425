"""The legend above a plot: name, colour and the value at the cursor; a click hides the curve."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from console.ui.i18n import tr
from console.ui.plots.numbers import value_text
from console.ui.theme import current_theme, font

SWATCH, GAP, PADDING = 14, 5, 4
VALUE_ROOM = "8.8e-88"


class LegendEntry(QAbstractButton):
    """One curve of the legend. Click toggles it, double click shows it alone.

    The room of the value is reserved, so that nothing moves while numbers change.
    """

    isolated = Signal(str)

    def __init__(
        self,
        key: str,
        label: Callable[[], str],
        role: str,
        *,
        dashed: bool = False,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.key, self._label, self._role, self._dashed = key, label, role, dashed
        self._value: float | None = None
        self.setCheckable(True)
        self.setChecked(True)
        self.setFont(font("small"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the words again."""
        self.setText(self._label())
        self.setToolTip(tr("Click shows or hides, double click shows this curve alone"))
        self._describe()
        self.updateGeometry()
        self.update()

    def set_value(self, value: float | None) -> None:
        """Show the value at the cursor."""
        if value_text(value) != value_text(self._value):
            self._value = value
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """Room for the widest value."""
        metrics = QFontMetrics(self.font())
        words = metrics.horizontalAdvance(self.text()) + metrics.horizontalAdvance(VALUE_ROOM)
        return QSize(SWATCH + 2 * GAP + words + 2 * PADDING, metrics.height() + 6)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show this curve alone."""
        self.isolated.emit(self.key)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Swatch, name, value, focus ring."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2.0
        color = theme.series_color(self._role)
        if not self.isChecked():
            color = theme.color("border")
        style = Qt.PenStyle.DashLine if self._dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, 2.5, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(PADDING, middle), QPointF(PADDING + SWATCH, middle))
        metrics = painter.fontMetrics()
        left = PADDING + SWATCH + GAP
        painter.setPen(theme.color("muted"))
        area = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.isChecked():
            painter.setPen(theme.color("text"))
            area.setLeft(left + metrics.horizontalAdvance(self.text()) + GAP)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, value_text(self._value))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _describe(self) -> None:
        name = tr("{curve}: {value}", curve=self.text(), value=value_text(self._value))
        self.setAccessibleName(name)
