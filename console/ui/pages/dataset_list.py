"""The datasets as a compact list: health, name, size and span of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from console.core.datasets import DatasetInfo
from console.core.gate import GateResult
from console.ui.forms.format import grouped
from console.ui.i18n import tr, trn
from console.ui.pages.data_words import span_text
from console.ui.theme import current_theme, font, pixmap, theme_events
from console.ui.widgets.run_words import size_words

_Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole
LINE, PADDING, SIGN = 18, 8, 14
_SIGNS = {"red": ("problem", "bad"), "warning": ("warning", "warning"), "info": ("good", "good")}


@dataclass(frozen=True)
class Entry:
    """One dataset and what the list says about it; ``result`` is of its last check."""

    info: DatasetInfo
    size_bytes: int
    result: GateResult | None

    @property
    def health(self) -> str:
        """The last check in words."""
        if self.result is None:
            return tr("not checked yet")
        words = {"red": tr("red findings"), "warning": tr("warnings"), "info": tr("good health")}
        return words[self.result.health]

    @property
    def lines(self) -> tuple[str, str]:
        """How much there is, and of when."""
        info = self.info
        rows = trn("{count} row", "{count} rows", info.num_rows, count=grouped(info.num_rows))
        symbols = trn("{n} symbol", "{n} symbols", len(info.symbols))
        return f"{rows} · {symbols}", f"{span_text(info)} · {size_words(self.size_bytes)}"

    @property
    def words(self) -> str:
        """Everything, for screen readers and the tool tip."""
        simulated = [tr("simulated")] if self.info.simulated else []
        return ", ".join([self.info.name, *simulated, self.health, *self.lines])


class DatasetListModel(QAbstractListModel):
    """One row per dataset."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []

    def show_datasets(
        self,
        datasets: Sequence[DatasetInfo],
        sizes: Mapping[str, int],
        results: Mapping[str, GateResult | None],
    ) -> None:
        """Replace the rows; sizes on the disk and last checks are by name."""
        self.beginResetModel()
        self._entries = [
            Entry(info, sizes.get(info.name, 0), results.get(info.name)) for info in datasets
        ]
        self.endResetModel()

    def dataset(self, row: int) -> DatasetInfo | None:
        """The dataset of a row."""
        return self._entries[row].info if 0 <= row < len(self._entries) else None

    def row_of(self, name: str) -> int:
        """The row of the dataset called ``name``, -1 when there is none."""
        names = [entry.info.name for entry in self._entries]
        return names.index(name) if name in names else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of datasets."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name; everything else for the delegate, the tool tip and screen readers."""
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.info.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.words
        return entry if role == ENTRY_ROLE else None


class DatasetList(QListView):
    """Shows a ``DatasetListModel``; up and down choose."""

    def __init__(self, model: DatasetListModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_EntryDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMinimumWidth(190)
        theme_events().theme_changed.connect(self._on_theme)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.setAccessibleName(tr("Datasets"))
        self.viewport().update()

    def _on_theme(self, _theme: object) -> None:
        self.viewport().update()


class _EntryDelegate(QStyledItemDelegate):
    """Three lines: sign and name, size, span."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As high as three lines."""
        return QSize(180, 3 * LINE + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw an entry."""
        entry: Entry = index.data(ENTRY_ROLE)
        theme = current_theme()
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        widget: QWidget = option.widget  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.color("selection"))
        painter.setPen(QPen(theme.color("grid"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(PADDING + SIGN + 8, PADDING, -PADDING, -PADDING)
        sign = QRect(area.left() + PADDING, inner.top() + 2, SIGN, SIGN)
        self._paint_sign(painter, sign, entry, widget.devicePixelRatioF())
        first = QRect(inner.left(), inner.top(), inner.width(), LINE)
        if entry.info.simulated:
            self._text(painter, first, tr("simulated"), "muted", at_right=True)
            room = painter.fontMetrics().horizontalAdvance(tr("simulated")) + 8
            first.setWidth(first.width() - room)
        self._text(painter, first, entry.info.name, "text", bold=True)
        for number, text in enumerate(entry.lines, start=1):
            line = QRect(inner.left(), inner.top() + number * LINE, inner.width(), LINE)
            self._text(painter, line, text, "muted")
        painter.restore()

    def _paint_sign(self, painter: QPainter, area: QRect, entry: Entry, scale: float) -> None:
        if entry.result is None:
            painter.setPen(QPen(current_theme().color("control"), 1.5))
            painter.drawEllipse(area.adjusted(3, 3, -3, -3))
            return
        name, role = _SIGNS[entry.result.health]
        painter.drawPixmap(area.topLeft(), pixmap(name, role, SIGN, scale))

    def _text(
        self, painter: QPainter, area: QRect, text: str, role: str,
        *, bold: bool = False, at_right: bool = False,
    ) -> None:  # fmt: skip
        painter.setFont(font("body", bold=True) if bold else font("small"))
        painter.setPen(current_theme().color(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
