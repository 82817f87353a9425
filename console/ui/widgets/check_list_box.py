"""A box that opens a list of names to tick, with a filter; for symbols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.ui.i18n import tr
from console.ui.widgets.basics import button


class CheckListBox(QComboBox):
    """A combo box whose list has ticks; ``selection_changed`` follows every tick."""

    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._chosen: set[str] = set()
        self.addItem("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.popup = _CheckListPopup(self)
        self.popup.ticked.connect(self._ticked)
        self.popup.all_set.connect(self._set_all)
        self.retranslate()

    def set_names(self, names: Sequence[str], chosen: Iterable[str] = ()) -> None:
        """The names to offer; without ``chosen`` all are ticked."""
        self._names = tuple(names)
        wanted = set(chosen) & set(names)
        self._chosen = wanted or set(names)
        self._show()

    def name_items(self, many: str, find: str) -> None:
        """What the names are, for those who listen to the window."""
        self.popup.list.setAccessibleName(many)
        self.popup.filter.setAccessibleName(find)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ticked names, in their order."""
        return tuple(name for name in self._names if name in self._chosen)

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return len(self._chosen) == len(self._names)

    def set_chosen(self, names: Iterable[str]) -> None:
        """Tick these and no others."""
        self._chosen = set(names) & set(self._names)
        self._show()
        self.selection_changed.emit()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.popup.retranslate()
        self._show()

    def showPopup(self) -> None:
        """Open the list with ticks instead of the plain one."""
        self.popup.fill(self._names, self._chosen)
        self.popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self.popup.show()
        self.popup.filter.setFocus()

    def hidePopup(self) -> None:
        """Close the list."""
        self.popup.hide()
        super().hidePopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """There is nothing to turn to."""
        event.ignore()

    def _show(self) -> None:
        self.setItemText(0, tr("{n} of {total}", n=len(self._chosen), total=len(self._names)))
        self.setEnabled(bool(self._names))

    @Slot(str, bool)
    def _ticked(self, name: str, on: bool) -> None:
        self._chosen.add(name) if on else self._chosen.discard(name)
        self._show()
        self.selection_changed.emit()

    @Slot(bool)
    def _set_all(self, on: bool) -> None:
        self.set_chosen(self._names if on else ())
        self.popup.fill(self._names, self._chosen)


class _CheckListPopup(QFrame):
    """The list under the button."""

    ticked = Signal(str, bool)
    all_set = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", "true")
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.list = QListWidget()
        self._all, self._none = button(kind="link"), button(kind="link")
        links = QHBoxLayout()
        links.addWidget(self._all)
        links.addWidget(self._none)
        links.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.filter)
        layout.addLayout(links)
        layout.addWidget(self.list)
        self.setFixedSize(240, 300)
        self.filter.textChanged.connect(self._narrow)
        self.list.itemChanged.connect(self._item_changed)
        self._all.clicked.connect(self._tick_all)
        self._none.clicked.connect(self._tick_none)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.filter.setPlaceholderText(tr("Find"))
        self.filter.setAccessibleName(tr("Find a symbol"))
        self.list.setAccessibleName(tr("Symbols"))
        self._all.setText(tr("Select all"))
        self._none.setText(tr("Select none"))

    def fill(self, names: Sequence[str], chosen: set[str]) -> None:
        """Show the names with their ticks."""
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = name in chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._narrow(self.filter.text())

    @Slot(str)
    def _narrow(self, text: str) -> None:
        for index in range(self.list.count()):
            item = self.list.item(index)
            item.setHidden(text.lower() not in item.text().lower())

    @Slot(QListWidgetItem)
    def _item_changed(self, item: QListWidgetItem) -> None:
        self.ticked.emit(item.text(), item.checkState() == Qt.CheckState.Checked)

    @Slot()
    def _tick_all(self) -> None:
        self.all_set.emit(True)

    @Slot()
    def _tick_none(self) -> None:
        self.all_set.emit(False)
