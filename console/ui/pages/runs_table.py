"""All runs of the workspace as a table that sorts and filters ten thousand of them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from console.core.run_summary import RunSummary
from console.core.rundir import RunState
from console.ui.forms.format import duration_text
from console.ui.i18n import tr, tr_message
from console.ui.theme import current_theme, font, theme_events
from console.ui.widgets.run_words import STATE_ROLES, moment_words, run_name, state_words

_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, TITLE_ROOM, DOT_ROOM = 26, 24, 44
MOST_SINGLE_CHANGES = 50


@dataclass(frozen=True)
class Column:
    """One column: its title, its words, what it is sorted by, its width."""

    title: str
    text: Callable[[RunSummary], str]
    value: Callable[[RunSummary], Any]
    width: int
    is_number: bool = False


def data_words(run: RunSummary) -> str:
    """``ashare / label_20``."""
    return " / ".join(part for part in (run.dataset, run.label) if part) or "–"


def preset_words(run: RunSummary) -> str:
    """The presets of model and trainer, once where they are called the same."""
    return " · ".join(dict.fromkeys(part for part in (run.model, run.trainer) if part)) or "–"


def epoch_words(run: RunSummary) -> str:
    """``12 of 150``."""
    return tr("{epoch} of {epochs}", epoch=run.epoch, epochs=run.epochs) if run.epochs else "–"


def _state(run: RunSummary) -> str:
    return tr("Prepared") if run.state == "new" else state_words(run.state)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _duration(run: RunSummary) -> str:
    return duration_text(round(run.duration_s)) if run.started else "–"


NAME, STARTED, NOTE = 1, 8, 9  # positions in COLUMNS
COLUMNS = (
    Column("State", _state, lambda run: run.state, 116),
    Column("Run", lambda run: run_name(run.id), lambda run: run_name(run.id), 160),
    Column("Data", data_words, data_words, 140),
    Column("Presets", preset_words, preset_words, 136),
    Column("Epochs", epoch_words, lambda run: run.epoch, 84, is_number=True),
    Column("Best F1", lambda r: _figure(r.best_f1), lambda r: r.best_f1, 74, is_number=True),
    Column("Best MCC", lambda r: _figure(r.best_mcc), lambda r: r.best_mcc, 80, is_number=True),
    Column("Duration", _duration, lambda run: run.duration_s, 88, is_number=True),
    Column("Started", lambda r: moment_words(r.started), lambda r: r.started or r.created, 96),
    Column("Note", lambda run: run.note, lambda run: run.note or None, 160),
)  # fmt: skip


class RunsModel(QAbstractTableModel):
    """The runs that match, in the order asked for. Words are made only for what is seen.

    Signals:
        note_written(str, str): run and its new note.
    """

    note_written = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[RunSummary] = ()
        self._shown: list[RunSummary] = []
        self._words: list[str] = []
        self._haystacks: dict[str, tuple[RunSummary, str]] = {}
        self._column, self._descending = STARTED, True

    @property
    def runs(self) -> Sequence[RunSummary]:
        """The runs that are shown, top first."""
        return self._shown

    @property
    def num_runs(self) -> int:
        """How many runs there are, shown or not."""
        return len(self._all)

    def run_at(self, row: int) -> RunSummary | None:
        """The run of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Replace the runs; rows that stay where they are keep selection and place."""
        before, self._all = self._shown, runs
        shown = self._matching()
        if [run.id for run in before] != [run.id for run in shown]:
            self._replace(shown)
            return
        self._shown = shown
        changed = [row for row, run in enumerate(shown) if run is not before[row]]
        if len(changed) > MOST_SINGLE_CHANGES:
            changed = []
            self._tell(0, len(shown) - 1)
        for row in changed:
            self._tell(row, row)

    def filter_by(self, text: str) -> None:
        """Show only the runs that contain every word of ``text``."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._replace(self._matching())

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._haystacks.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._replace(self._matching())

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Another order; runs without the figure come last either way."""
        if 0 <= column < len(COLUMNS):
            self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
            self._replace(self._matching())

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of runs shown."""
        return 0 if parent.isValid() else len(self._shown)

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
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, dot, tool tip of a cell."""
        run, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[column].text(run)
        if role == Qt.ItemDataRole.EditRole:
            return run.note
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return dot(STATE_ROLES[run.state], current_theme().name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = run.id if column == NAME else COLUMNS[column].text(run)
            return tr_message(run.message) if run.message and column == 0 else told
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A note was typed; it is shown when it has been written."""
        run = self._shown[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() == run.note:
            return False
        self.note_written.emit(run.id, str(value).strip())
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Only notes can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE else flags

    def _matching(self) -> list[RunSummary]:
        words = self._words
        found: Iterable[RunSummary] = self._all
        if words:
            found = (run for run in self._all if _holds(self._haystack(run), words))
        value = COLUMNS[self._column].value
        keyed = [(value(run), run) for run in found]
        known = [pair for pair in keyed if pair[0] is not None]
        known.sort(key=_first, reverse=self._descending)
        return [run for _key, run in known] + [run for key, run in keyed if key is None]

    def _haystack(self, run: RunSummary) -> str:
        """What the filter looks through; made once for every run as it is."""
        kept = self._haystacks.get(run.id)
        if kept is None or kept[0] is not run:
            parts = (run.id, run.dataset, run.label, run.model, run.trainer, run.note)
            kept = run, f"{_state(run)} {' '.join(parts)}".casefold()
            self._haystacks[run.id] = kept
        return kept[1]

    def _replace(self, shown: list[RunSummary]) -> None:
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


class RunsTable(QTableView):
    """Shows a ``RunsModel``; the chosen runs stay chosen when rows come and go.

    Signals:
        opened(): Enter was pressed or a row double-clicked.
        delete_asked(): Delete was pressed.
    """

    opened = Signal()
    delete_asked = Signal()

    def __init__(self, model: RunsModel) -> None:
        super().__init__()
        self._runs = model
        self._kept: tuple[str, set[str], int] = ("", set(), 0)
        self.setModel(model)
        dress_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSortIndicator(STARTED, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._choose_again)
        theme_events().theme_changed.connect(self._on_theme)
        self.doubleClicked.connect(self._on_double_click)

    def retranslate(self) -> None:
        """Words in the language in force, and room for them."""
        self.setAccessibleName(tr("All runs"))
        self._runs.retranslate()
        fit_columns(self, [tr(c.title) for c in COLUMNS], [c.width for c in COLUMNS])
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(state_words(state)) for state in get_args(RunState))
        self.setColumnWidth(0, max(self.columnWidth(0), words + DOT_ROOM))

    @property
    def current(self) -> RunSummary | None:
        """The run of the current row."""
        return self._runs.run_at(self.currentIndex().row())

    @property
    def chosen(self) -> list[RunSummary]:
        """The selected runs, top first."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [run for row in rows if (run := self._runs.run_at(row)) is not None]

    def choose(self, run_ids: Collection[str], current: str = "") -> None:
        """Select runs by name."""
        selection = QItemSelection()
        place = -1
        for row, run in enumerate(self._runs.runs):
            if run.id == current:
                place = row
            if run.id in run_ids:
                first, last = self._runs.index(row, 0), self._runs.index(row, len(COLUMNS) - 1)
                selection.select(first, last)
        chooser = self.selectionModel()
        if place >= 0:
            index = self._runs.index(place, 0)
            chooser.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        chooser.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def edit_note(self) -> None:
        """Type a note on the current run."""
        if self.current is not None:
            index = self._runs.index(self.currentIndex().row(), NOTE)
            self.setCurrentIndex(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete deletes, F2 writes a note."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edit_note()
        else:
            super().keyPressEvent(event)

    def _keep(self) -> None:
        current = self.current
        chosen = {run.id for run in self.chosen}
        self._kept = current.id if current else "", chosen, self.verticalScrollBar().value()

    def _choose_again(self) -> None:
        current, chosen, scrolled = self._kept
        if chosen or current:
            self.choose(chosen, current)
        self.verticalScrollBar().setValue(scrolled)

    def _on_double_click(self, _index: QModelIndex) -> None:
        self.opened.emit()

    def _on_theme(self, _theme: object) -> None:
        dot.cache_clear()
        self.viewport().update()


def dress_table(table: QTableView) -> None:
    """The look that the tables of runs share."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setMinimumSectionSize(48)
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def fit_columns(table: QTableView, titles: Sequence[str], widths: Sequence[int]) -> None:
    """Give every column its width, or more where its title needs it."""
    metrics = QFontMetrics(font("small"))  # as the style sheet has it
    for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
        table.setColumnWidth(place, max(width, metrics.horizontalAdvance(title) + TITLE_ROOM))


@cache
def dot(role: str, _theme: str) -> QPixmap:
    """A dot in the colour of a role."""
    picture = QPixmap(24, 24)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current_theme().color(role))
    painter.drawEllipse(QRectF(2, 2, 8, 8))
    painter.end()
    return picture


def _first(pair: tuple[Any, RunSummary]) -> Any:
    return pair[0]


def _holds(haystack: str, words: Sequence[str]) -> bool:
    return all(word in haystack for word in words)


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
