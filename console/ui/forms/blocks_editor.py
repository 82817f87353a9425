"""The editor of the convolution blocks: channels, kernel and halving of time, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from console.core.fields import FieldRecord
from console.ui.forms.number_edit import NumberEdit
from console.ui.i18n import tr
from console.ui.widgets.basics import IconButton, button, label, set_style_property

BLOCK_FIELDS = ("cnn_channels", "cnn_kernel_sizes", "pooling")
_MOST_BLOCKS = 8


class BlocksEditor(QWidget):
    """Three list fields of equal length as one table with a row per block.

    The value is ``{field: list}``; an empty ``pooling`` stands for "every block".
    """

    edited = Signal(object)
    row_added = Signal(object)

    def __init__(self, records: Mapping[str, FieldRecord]) -> None:
        super().__init__()
        self._records = records
        self._rows: list[_BlockRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._heads = [label(tone="muted", size="small") for _ in range(4)]
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        self._grid.setColumnStretch(5, 1)
        self._add = button(kind="link")
        self._add.clicked.connect(self._add_block)
        self.retranslate()

    def value(self) -> dict[str, list[Any]]:
        """The three lists."""
        halves = [row.halve.isChecked() for row in self._rows]
        return {
            "cnn_channels": [row.channels.value() for row in self._rows],
            "cnn_kernel_sizes": [row.kernel.value() for row in self._rows],
            "pooling": [] if all(halves) else halves,
        }

    def set_value(self, value: Mapping[str, list[Any]]) -> None:
        """Show three lists; unequal lengths are shown as far as the longest reaches."""
        if self._rows and dict(value) == self.value():
            return
        channels, kernels, pooling = (list(value[name]) for name in BLOCK_FIELDS)
        self._set_count(max(len(channels), len(kernels)))
        for index, row in enumerate(self._rows):
            row.channels.set_value(channels[index] if index < len(channels) else "")
            row.kernel.set_value(kernels[index] if index < len(kernels) else "")
            row.halve.setChecked(pooling[index] if index < len(pooling) else not pooling)

    def retranslate(self) -> None:
        """Heads, buttons and names for screen readers."""
        words = (tr("block"), tr("channels"), tr("kernel"), tr("halve time"))
        for head, text in zip(self._heads, words, strict=True):
            head.setText(text)
        self._add.setText(tr("+ Add a block"))
        for row in self._rows:
            row.retranslate()

    def focus_first(self) -> None:
        """Put the cursor into the first block."""
        if self._rows:
            self._rows[0].channels.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_invalid(self, names: set[str]) -> None:
        """Mark the columns that have a problem."""
        for row in self._rows:
            row.mark(row.channels, "cnn_channels" in names)
            row.mark(row.kernel, "cnn_kernel_sizes" in names)

    def _set_count(self, count: int) -> None:
        while len(self._rows) > count:
            self._rows.pop().discard()
        while len(self._rows) < count:
            row = _BlockRow(self, len(self._rows), self._records)
            row.edited.connect(self._announce)
            row.removed.connect(self._remove_block)
            for column, widget in enumerate(row.widgets):
                self._grid.addWidget(widget, len(self._rows) + 1, column)
            self._rows.append(row)
            for widget in row.widgets[1:]:
                self.row_added.emit(widget)
        for row in self._rows:
            row.remove.setEnabled(count > 1)
        self._grid.addWidget(self._add, count + 1, 1, 1, 4, Qt.AlignmentFlag.AlignLeft)
        self._add.setVisible(count < _MOST_BLOCKS)
        self._order_tabs()

    def _order_tabs(self) -> None:
        stops = [widget for row in self._rows for widget in row.widgets[1:]] + [self._add]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _announce(self) -> None:
        self.edited.emit(self.value())

    @Slot()
    def _add_block(self) -> None:
        value = self.value()
        for name in BLOCK_FIELDS:
            if value[name]:
                value[name].append(value[name][-1])
        self.set_value(value)
        self._rows[-1].channels.setFocus()
        self._announce()

    @Slot(int)
    def _remove_block(self, index: int) -> None:
        value = self.value()
        for name in BLOCK_FIELDS:
            del value[name][index : index + 1]
        self.set_value(value)
        self._announce()


class _BlockRow(QObject):
    """The widgets of one block."""

    edited = Signal()
    removed = Signal(int)

    def __init__(self, parent: QWidget, index: int, records: Mapping[str, FieldRecord]) -> None:
        super().__init__(parent)
        self._index = index
        self.number = label(str(index + 1), tone="muted")
        self.channels = NumberEdit(records["cnn_channels"])
        self.kernel = NumberEdit(records["cnn_kernel_sizes"])
        self.halve = QCheckBox()
        self.remove = IconButton("minus")
        self.channels.setFixedWidth(64)
        self.kernel.setFixedWidth(52)
        self.widgets = (self.number, self.channels, self.kernel, self.halve, self.remove)
        self.channels.edited.connect(self._changed)
        self.kernel.edited.connect(self._changed)
        self.halve.clicked.connect(self._changed)
        self.remove.clicked.connect(self._removed)
        self.retranslate()

    def retranslate(self) -> None:
        """Names for screen readers."""
        number = self._index + 1
        self.channels.setAccessibleName(tr("Channels of block {n}", n=number))
        self.kernel.setAccessibleName(tr("Kernel size of block {n}", n=number))
        self.halve.setAccessibleName(tr("Block {n} halves time", n=number))
        self.remove.set_words(tr("Remove block {n}", n=number))

    def mark(self, widget: QWidget, invalid: bool) -> None:
        """Red frame on or off."""
        set_style_property(widget, "invalid", invalid)

    def discard(self) -> None:
        """Take the widgets of this block away."""
        for widget in self.widgets:
            widget.setParent(None)
            widget.deleteLater()
        self.deleteLater()

    @Slot()
    def _changed(self) -> None:
        self.edited.emit()

    @Slot()
    def _removed(self) -> None:
        self.removed.emit(self._index)
