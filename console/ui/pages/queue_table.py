"""The queue as a table whose waiting rows can be dragged or moved by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from console.core.queue import EntryState, QueueContent, QueueEntry
from console.core.run_summary import RunSummary
from console.core.rundir import LIVE_STATES
from console.ui.i18n import tr, tr_message
from console.ui.pages.runs_table import (
    data_words,
    dot,
    dress_table,
    epoch_words,
    fit_columns,
    preset_words,
)
from console.ui.theme import current_theme, theme_events
from console.ui.widgets.run_words import (
    STATE_ROLES,
    entry_words,
    moment_words,
    run_name,
    state_words,
)

_Index = QModelIndex | QPersistentModelIndex
MIME_TYPE = "application/x-training-console-run"
ENDED_SHOWN = 20
ROLES: Mapping[EntryState, str] = {
    "waiting": STATE_ROLES["queued"], "running": STATE_ROLES["running"],
    "done": STATE_ROLES["finished"], "failed": STATE_ROLES["failed"],
    "stopped": STATE_ROLES["stopped"], "removed": "muted",
}  # fmt: skip
TITLES = ("Place", "State", "Run", "Data", "Presets", "Added", "Began", "Ended", "Message")
WIDTHS = (56, 200, 164, 140, 136, 84, 84, 84, 150)


class QueueModel(QAbstractTableModel):
    """What is at work, what waits in order, and what has ended last.

    Signals:
        dropped(str, int): a waiting run was dropped at a place among those that wait.
    """

    dropped = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[QueueEntry] = []
        self._num_running = self._num_waiting = 0
        self._runs: Mapping[str, RunSummary] = {}

    def show_queue(self, content: QueueContent) -> None:
        """Replace the rows."""
        ended = [e for e in content.entries if e.state in ("done", "failed", "stopped")]
        ended.sort(key=lambda entry: entry.ended, reverse=True)
        entries = [*content.running, *content.waiting, *ended[:ENDED_SHOWN]]
        self.beginResetModel()
        self._entries = entries
        self._num_running, self._num_waiting = len(content.running), len(content.waiting)
        self.endResetModel()

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """What is known about the runs."""
        self._runs = {run.id: run for run in runs}
        if self._entries:
            last = self.index(len(self._entries) - 1, len(TITLES) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(TITLES) - 1)

    def entry_at(self, row: int) -> QueueEntry | None:
        """The entry of a row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of(self, run_id: str) -> int:
        """The row of a run, -1 when it has none."""
        return next((row for row, e in enumerate(self._entries) if e.run_id == run_id), -1)

    def place_of(self, row: int) -> int:
        """The place of a row among those that wait; 0 is next."""
        return row - self._num_running

    @property
    def num_waiting(self) -> int:
        """How many runs wait."""
        return self._num_waiting

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of entries."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles."""
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return tr(TITLES[section]) if wanted else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, dot, tool tip of a cell."""
        entry, column = self._entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(entry, index.row())[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            run = self._live(entry)
            role = STATE_ROLES[run.state] if run is not None else ROLES[entry.state]
            return dot(role, current_theme().name)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self._words(entry, index.row())
            return entry.run_id if column == 2 else words[column]
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """What waits can be dragged to another place."""
        flags = super().flags(index)
        if not index.isValid():
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        waits = self._entries[index.row()].state == "waiting"
        return flags | Qt.ItemFlag.ItemIsDragEnabled if waits else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows are moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Only our own rows."""
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The name of the dragged run."""
        told = QMimeData()
        told.setData(MIME_TYPE, self._entries[indexes[0].row()].run_id.encode())
        return told

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index
    ) -> bool:
        """Ask for the new place; the row moves when the queue says so."""
        if not data.hasFormat(MIME_TYPE):
            return False
        run_id = bytes(data.data(MIME_TYPE).data()).decode()
        target = row if row >= 0 else parent.row() if parent.isValid() else self.rowCount()
        place = min(max(self.place_of(target), 0), self._num_waiting)
        source = self.place_of(self.row_of(run_id))
        self.dropped.emit(run_id, place - 1 if place > source else place)
        return False  # nothing is to be removed by the view

    def _live(self, entry: QueueEntry) -> RunSummary | None:
        """What is known of a run that the queue has started and that is at work."""
        run = self._runs.get(entry.run_id)
        live = entry.state == "running" and run is not None and run.state in LIVE_STATES
        return run if live else None

    def _words(self, entry: QueueEntry, row: int) -> tuple[str, ...]:
        run, live = self._runs.get(entry.run_id), self._live(entry)
        state = entry_words(entry.state)
        if live is not None:
            state = state_words(live.state)
            if live.epochs:
                state = tr("{state}, epoch {epoch}", state=state, epoch=epoch_words(live))
        return (
            str(self.place_of(row) + 1) if entry.state == "waiting" else "",
            state,
            run_name(entry.run_id),
            data_words(run) if run is not None else "–",
            preset_words(run) if run is not None else "–",
            moment_words(entry.added),
            moment_words(entry.started),
            moment_words(entry.ended),
            tr_message(entry.message),
        )


class QueueTable(QTableView):
    """Shows a ``QueueModel``; the chosen row stays with its run.

    Signals:
        move_asked(int): by so many places; Alt+Up and Alt+Down.
        remove_asked(): Delete was pressed.
        opened(): Enter was pressed or a row double-clicked.
    """

    move_asked = Signal(int)
    remove_asked = Signal()
    opened = Signal()

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self._entries = model
        self._kept = ""
        self.setModel(model)
        dress_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._choose_again)
        self.doubleClicked.connect(self._on_double_click)
        theme_events().theme_changed.connect(self._on_theme)

    def retranslate(self) -> None:
        """Words in the language in force, and room for them."""
        self.setAccessibleName(tr("Queue"))
        self._entries.retranslate()
        fit_columns(self, [tr(title) for title in TITLES], WIDTHS)

    @property
    def current(self) -> QueueEntry | None:
        """The entry of the current row."""
        return self._entries.entry_at(self.currentIndex().row())

    def choose(self, run_id: str) -> None:
        """Make a run's row the current one."""
        row = self._entries.row_of(run_id)
        if row >= 0:
            self.setCurrentIndex(self._entries.index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves, Delete takes out, Enter opens."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_asked.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def _keep(self) -> None:
        self._kept = self.current.run_id if self.current else ""

    def _choose_again(self) -> None:
        if self._kept:
            self.choose(self._kept)

    def _on_double_click(self, _index: QModelIndex) -> None:
        self.opened.emit()

    def _on_theme(self, _theme: object) -> None:
        self.viewport().update()
