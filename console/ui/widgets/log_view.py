"""The run's log: events in plain words, with a level and the time of day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.core.events import Event
from console.ui.i18n import language_events, tr
from console.ui.theme import current_theme, theme_events
from console.ui.widgets.basics import IconButton
from console.ui.widgets.run_words import LogLine, log_line

AnyIndex = QModelIndex | QPersistentModelIndex
LEVELS = ("info", "good", "warning", "bad")
LINE_ROLE = Qt.ItemDataRole.UserRole
EVENT_ROLE = Qt.ItemDataRole.UserRole + 1
MAX_LINES = 20_000
ROW_HEIGHT, TIME_WIDTH, DOT = 22, 68, 6


class LogModel(QAbstractListModel):
    """Events that have words; the words are made when they are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events: list[Event] = []

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._events)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line at ``index``."""
        if not index.isValid():
            return None
        event = self._events[index.row()]
        if role == EVENT_ROLE:
            return event
        line = log_line(event)
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return f"{time_of_day(event.t)}  {line.text}"
        return None

    def add(self, events: Sequence[Event]) -> None:
        """Append the events that have words."""
        worded = [event for event in events if log_line(event) is not None]
        if not worded:
            return
        excess = len(self._events) + len(worded) - MAX_LINES
        if excess > 0:
            self.beginRemoveRows(QModelIndex(), 0, excess - 1)
            del self._events[:excess]
            self.endRemoveRows()
        first = len(self._events)
        self.beginInsertRows(QModelIndex(), first, first + len(worded) - 1)
        self._events.extend(worded)
        self.endInsertRows()

    def clear(self) -> None:
        """Forget everything."""
        self.beginResetModel()
        self._events.clear()
        self.endResetModel()


class LevelFilter(QSortFilterProxyModel):
    """Lines from a level on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lowest = 0

    def set_lowest(self, level: str) -> None:
        """Hide what is less important than ``level``."""
        self.beginFilterChange()
        self._lowest = LEVELS.index(level)
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: AnyIndex) -> bool:
        """Whether the line is important enough."""
        line = self.sourceModel().index(row, 0, parent).data(LINE_ROLE)
        return isinstance(line, LogLine) and LEVELS.index(line.level) >= self._lowest


class LogDelegate(QStyledItemDelegate):
    """Draws time, level and words."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """One text line."""
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one line."""
        line, event = index.data(LINE_ROLE), index.data(EVENT_ROLE)
        if not isinstance(line, LogLine):
            return
        theme, area = current_theme(), QRect(option.rect)  # type: ignore[attr-defined]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.fillRect(area, theme.color("selection"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        area.setLeft(area.left() + 10)
        painter.drawText(area, middle, time_of_day(event.t))
        center = QPointF(area.left() + TIME_WIDTH, area.center().y() + 1)
        role = line.level if line.level != "info" else "border"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(role))
        painter.drawEllipse(center, DOT / 2, DOT / 2)
        area.setLeft(area.left() + TIME_WIDTH + 12)
        painter.setPen(theme.color("bad" if line.level == "bad" else "text"))
        words = painter.fontMetrics().elidedText(
            line.text, Qt.TextElideMode.ElideRight, area.width() - 8
        )
        painter.drawText(area, middle, words)
        painter.restore()


class LogView(QWidget):
    """The log; stays at the end while the end is in view.

    ``tools`` holds the level filter and the copy button, for the owner to place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self.filtered = LevelFilter(self)
        self.filtered.setSourceModel(self.model)
        self.list, self.level = QListView(self), QComboBox(self)
        self.copy_button = IconButton("copy")
        self._build_ui()
        self.level.currentIndexChanged.connect(self._on_level)
        self.copy_button.clicked.connect(self.copy)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy)
        language_events().language_changed.connect(self._on_language)
        theme_events().theme_changed.connect(self._on_theme)
        self.retranslate()

    def add(self, events: Sequence[Event]) -> None:
        """Append events."""
        bar = self.list.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - ROW_HEIGHT
        self.model.add(events)
        if at_end:
            self.list.scrollToBottom()

    def clear(self) -> None:
        """Forget everything."""
        self.model.clear()

    def lines(self) -> list[str]:
        """What is listed, as text."""
        model = self.filtered
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    @Slot()
    def copy(self) -> None:
        """The selected lines, or all, to the clipboard."""
        chosen = sorted(self.list.selectedIndexes(), key=lambda index: index.row())
        lines = [str(index.data()) for index in chosen] or self.lines()
        QGuiApplication.clipboard().setText("\n".join(lines))

    def retranslate(self) -> None:
        """Write the words again."""
        self.list.setAccessibleName(tr("Log"))
        self.level.setAccessibleName(tr("Which lines to show"))
        self.copy_button.set_words(tr("Copy the log"))
        current = max(self.level.currentIndex(), 0)
        self.level.blockSignals(True)
        self.level.clear()
        self.level.addItems([tr("Everything"), tr("Warnings and errors"), tr("Errors")])
        self.level.setCurrentIndex(current)
        self.level.blockSignals(False)
        self.list.viewport().update()

    def _build_ui(self) -> None:
        self.list.setModel(self.filtered)
        self.list.setItemDelegate(LogDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(4)
        tools.addWidget(self.level)
        tools.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list, 1)

    @Slot(int)
    def _on_level(self, position: int) -> None:
        self.filtered.set_lowest(("info", "warning", "bad")[max(position, 0)])

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot(object)
    def _on_theme(self, _theme: object) -> None:
        self.list.viewport().update()


def time_of_day(stamp: str) -> str:
    """Local time of an ISO 8601 stamp."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return ""
