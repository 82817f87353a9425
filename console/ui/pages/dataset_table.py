"""The datasets as a table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from console.core.datasets import DatasetInfo
from console.ui.forms.format import grouped
from console.ui.i18n import tr
from console.ui.pages.data_words import span_text

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column:
    """One column: its words, and what it says about a dataset."""

    title: str
    text: Callable[[DatasetInfo], str]
    is_number: bool = False


def _labels(info: DatasetInfo) -> str:
    return ", ".join(label.column for label in info.labels) or tr("none")


def _remarks(info: DatasetInfo) -> str:
    words = [tr("simulated")] if info.simulated else []
    if info.warnings:
        words.append(tr("{n} to look at", n=len(info.warnings)))
    return ", ".join(words)


COLUMNS = (
    Column("Name", lambda info: info.name),
    Column("Rows", lambda info: grouped(info.num_rows), True),
    Column("Symbols", lambda info: grouped(len(info.symbols)), True),
    Column("Days", lambda info: grouped(info.num_days), True),
    Column("Span", span_text),
    Column("Features", lambda info: grouped(len(info.features)), True),
    Column("Labels", _labels),
    Column("Remarks", _remarks),
)
# Positions in COLUMNS, least needed first.
LEFT_OUT_FIRST = (5, 6, 4, 3, 2)


class DatasetTableModel(QAbstractTableModel):
    """One row per dataset."""

    def __init__(self) -> None:
        super().__init__()
        self._datasets: list[DatasetInfo] = []

    def show_datasets(self, datasets: Sequence[DatasetInfo]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._datasets = list(datasets)
        self.endResetModel()

    def dataset(self, row: int) -> DatasetInfo | None:
        """The dataset of a row."""
        return self._datasets[row] if 0 <= row < len(self._datasets) else None

    def row_of(self, name: str) -> int:
        """The row of the dataset called ``name``, -1 when there is none."""
        names = [info.name for info in self._datasets]
        return names.index(name) if name in names else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of datasets."""
        return 0 if parent.isValid() else len(self._datasets)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles, aligned like their figures."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words of a cell."""
        column, info = COLUMNS[index.column()], self._datasets[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(info)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
