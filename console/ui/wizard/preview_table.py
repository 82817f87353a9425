"""The first rows of a file, or of what would be stored, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from console.ui.theme import current_theme, font
from console.ui.wizard.roles import role_words

_Index = QModelIndex | QPersistentModelIndex
NARROWEST, WIDEST, PADDING = 64, 240, 24
MEASURED_ROWS = 20  # Qt's own measuring of all cells takes a second for 187 columns
MISSING = "–"


class RowsModel(QAbstractTableModel):
    """Cells of text; columns without a role are muted."""

    def __init__(self) -> None:
        super().__init__()
        self._names: Sequence[str] = ()
        self._rows: Sequence[Sequence[str | None]] = ()
        self._roles: Mapping[str, str] = {}

    def show_rows(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str | None]],
        roles: Mapping[str, str] | None = None,
    ) -> None:
        """Replace everything; ``roles`` by column name are shown under the names."""
        self.beginResetModel()
        self._names, self._rows, self._roles = names, rows, roles or {}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell and how it is drawn."""
        if role == Qt.ItemDataRole.DisplayRole:
            cell = self._rows[index.row()][index.column()]
            return MISSING if cell is None else cell
        if role == Qt.ItemDataRole.ForegroundRole and self._is_unused(index.column()):
            return current_theme().color("muted")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's name, its role below."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self._names):
            return None
        name = self._names[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name}\n{role_words(self._roles[name])}" if name in self._roles else name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _is_unused(self, column: int) -> bool:
        return self._roles.get(self._names[column], "unknown") == ""


class PreviewTable(QTableView):
    """A read-only table of text that scrolls both ways; Tab leaves it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.rows = RowsModel()
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setFont(font("small"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(120)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(NARROWEST)
        header.setMaximumSectionSize(2000)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_rows(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str | None]],
        roles: Mapping[str, str] | None = None,
    ) -> None:
        """Show rows with columns as wide as their text, within reason."""
        place = self.horizontalScrollBar().value()
        self.rows.show_rows(names, rows, roles)
        self.horizontalHeader().setStretchLastSection(len(names) == 1)
        measure = self.fontMetrics().horizontalAdvance
        for column in range(len(names)):
            words = str(self.rows.headerData(column, Qt.Orientation.Horizontal)).split("\n")
            cells = [row[column] or MISSING for row in rows[:MEASURED_ROWS]]
            width = measure(max([*words, *cells], key=len)) + PADDING
            self.setColumnWidth(column, max(NARROWEST, min(WIDEST, width)))
        self.horizontalScrollBar().setValue(place)
