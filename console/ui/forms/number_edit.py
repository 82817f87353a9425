"""A field for one number, with a unit inside, stepped linearly or by decades."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QWidget

from console.core.fields import FieldRecord
from console.ui.forms.format import number_text

_LADDER = (1.0, 2.0, 5.0, 10.0)


class NumberEdit(QAbstractSpinBox):
    """Takes any text, so that what is wrong can be said beside it instead of being swallowed.

    ``edited`` carries an int or a float, or the text where it is no number.
    """

    edited = Signal(object)

    def __init__(self, record: FieldRecord, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = record
        self._whole = record.kind in ("int", "int_list")
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setReadOnly(record.read_only)
        self._unit = QLabel(self)
        self._unit.setProperty("tone", "muted")
        self._unit.setProperty("type", "small")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.lineEdit().textEdited.connect(self._text_edited)

    def value(self) -> Any:
        """The number, or the text where it is none."""
        text = self.lineEdit().text().strip().replace(",", ".").replace("\u2212", "-")
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        return int(number) if self._whole and number.is_integer() else number

    def set_value(self, value: Any) -> None:
        """Show a value; what the operator is typing is left alone while it means the same."""
        if self.value() != value or not self.lineEdit().text():
            self.lineEdit().setText(number_text(value))

    def set_unit(self, text: str) -> None:
        """The unit, shown at the right edge inside the field."""
        self._unit.setText(text)
        self._place_unit()

    def stepBy(self, steps: int) -> None:
        """Go up or down: by the record's step, or along 1-2-5 on a logarithmic scale."""
        value = self.value()
        if isinstance(value, str) or self.isReadOnly():
            return
        stepped = self._log_step(value, steps) if self._is_log else self._linear_step(value, steps)
        self.lineEdit().setText(number_text(self._limited(stepped)))
        self.edited.emit(self.value())

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways, unless the field only shows a value."""
        flags = QAbstractSpinBox.StepEnabledFlag
        if self.isReadOnly():
            return flags.StepNone
        return flags.StepUpEnabled | flags.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Everything may be typed; the form says what is wrong."""
        return QValidator.State.Acceptable, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the unit at the right edge."""
        super().resizeEvent(event)
        self._place_unit()

    def showEvent(self, event: QShowEvent) -> None:
        """The unit has its final type size only now."""
        super().showEvent(event)
        self._place_unit()

    @property
    def _is_log(self) -> bool:
        return self._record.scale == "log"

    def _linear_step(self, value: float, steps: int) -> float:
        step = self._record.step or 1.0
        return round(value + steps * step, 10)

    def _log_step(self, value: float, steps: int) -> float:
        for _ in range(abs(steps)):
            value = _next_on_ladder(value, up=steps > 0, lowest=self._record.minimum or 1e-8)
        return value

    def _limited(self, value: float) -> float:
        record = self._record
        if record.minimum is not None:
            value = max(value, record.minimum)
        if record.maximum is not None:
            value = min(value, record.maximum)
        return int(value) if self._whole else float(value)

    def _place_unit(self) -> None:
        self._unit.ensurePolished()
        self._unit.adjustSize()
        room = self._unit.width() + 4 if self._unit.text() else 0
        self.lineEdit().setTextMargins(0, 0, room, 0)
        self._unit.move(
            self.width() - self._unit.width() - 9, (self.height() - self._unit.height()) // 2
        )

    @Slot(str)
    def _text_edited(self, _text: str) -> None:
        self.edited.emit(self.value())


def _next_on_ladder(value: float, *, up: bool, lowest: float) -> float:
    """The neighbour of ``value`` among 1, 2 and 5 times the powers of ten."""
    if value <= 0.0:
        return lowest if up else 0.0
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    mantissa = value / decade
    if up:
        factor = next(rung for rung in _LADDER if rung > mantissa * 1.0001)
    else:
        factor = next((rung for rung in reversed(_LADDER) if rung < mantissa * 0.9999), 0.5)
    return float(f"{factor * decade:.6g}")
