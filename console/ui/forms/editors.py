"""One editor per kind of field; each has ``value()``, ``set_value()`` and ``edited``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from console.core.fields import FieldRecord
from console.ui.forms.format import number_text
from console.ui.forms.number_edit import NumberEdit
from console.ui.i18n import tr
from console.ui.widgets.switch import Switch

EDITOR_WIDTH = 174


class Editor(Protocol):
    """What a row of the form needs from its editor."""

    edited: SignalInstance

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...
    def retranslate(self) -> None: ...


class NumberEditor(NumberEdit):
    """A number with its unit."""

    def __init__(self, record: FieldRecord) -> None:
        super().__init__(record)
        self.setFixedWidth(EDITOR_WIDTH)
        self.retranslate()

    def retranslate(self) -> None:
        """Unit in the language in force."""
        self.set_unit(tr(self._record.unit) if self._record.unit else "")


class SwitchEditor(QWidget):
    """A switch at the left edge of the editor column."""

    edited = Signal(object)

    def __init__(self, record: FieldRecord) -> None:
        super().__init__()
        self.switch = Switch()
        self.setFocusProxy(self.switch)
        self.setFixedWidth(EDITOR_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.switch)
        layout.addStretch(1)
        self.switch.setEnabled(not record.read_only)
        self.switch.clicked.connect(self._clicked)

    def value(self) -> bool:
        """On or off."""
        return self.switch.isChecked()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.switch.setChecked(bool(value))

    def retranslate(self) -> None:
        """Nothing to say."""

    @Slot(bool)
    def _clicked(self, checked: bool) -> None:
        self.edited.emit(checked)


class CalmComboBox(QComboBox):
    """A combo box that leaves the wheel to the page unless it has the focus.

    Text that does not fit ends in dots; Qt would cut it in the middle of a letter.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As Qt paints it, with the text shortened to its field."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option,
            QStyle.SubControl.SC_ComboBoxEditField, self,
        )  # fmt: skip
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width()
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling over a form must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(CalmComboBox):
    """A choice among named values."""

    edited = Signal(object)

    def __init__(self, record: FieldRecord) -> None:
        super().__init__()
        self._record = record
        self.setFixedWidth(EDITOR_WIDTH)
        self.setEnabled(not record.read_only)
        for choice in record.choices:
            self.addItem(choice, choice)
        self.retranslate()
        self.activated.connect(self._activated)

    def value(self) -> str:
        """The chosen value, not its label."""
        return str(self.currentData())

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.setCurrentIndex(self.findData(value))

    def retranslate(self) -> None:
        """Labels in the language in force."""
        labels = self._record.choice_labels or self._record.choices
        for index, label in enumerate(labels):
            self.setItemText(index, tr(label) if self._record.choice_labels else label)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    @Slot(int)
    def _activated(self, _index: int) -> None:
        self.edited.emit(self.value())


class TextEditor(QLineEdit):
    """A word."""

    edited = Signal(object)

    def __init__(self, record: FieldRecord) -> None:
        super().__init__()
        self.setFixedWidth(EDITOR_WIDTH)
        self.setReadOnly(record.read_only)
        self.textEdited.connect(self._text_edited)

    def value(self) -> str:
        """The text."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        if self.value() != value:
            self.setText(str(value))

    def retranslate(self) -> None:
        """Nothing to say."""

    @Slot(str)
    def _text_edited(self, _text: str) -> None:
        self.edited.emit(self.value())


class ListEditor(TextEditor):
    """A short list, separated by commas or spaces."""

    def __init__(self, record: FieldRecord) -> None:
        self._record = record
        super().__init__(record)

    def value(self) -> Any:
        """The items; one that is no number stays text and is reported by the form."""
        return [
            self._item(part) for part in self.text().replace(";", ",").split(",") if part.strip()
        ]

    def set_value(self, value: Any) -> None:
        """Show a list."""
        if self.value() != list(value):
            self.setText(", ".join(number_text(item) for item in value))

    def _item(self, part: str) -> Any:
        kinds = {"int_list": int, "float_list": float}
        try:
            return kinds.get(self._record.kind, str)(part.strip())
        except ValueError:
            return part.strip()


_BY_KIND = {
    "int": NumberEditor, "float": NumberEditor, "bool": SwitchEditor, "choice": ChoiceEditor,
    "text": TextEditor, "int_list": ListEditor, "float_list": ListEditor, "text_list": ListEditor,
}  # fmt: skip


def make_editor(record: FieldRecord, *, read_only: bool = False) -> Any:
    """The editor for a field record, following ``Editor``."""
    return _BY_KIND[record.kind](replace(record, read_only=record.read_only or read_only))
