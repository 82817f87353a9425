"""The checkpoints of the run in hand: epoch, step, size, why it was kept, and the best one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from console.core.checkpoints import CheckpointInfo, list_checkpoints
from console.core.rundir import RunDir
from console.runtime.jobs import JobRunner
from console.ui.forms.format import grouped
from console.ui.i18n import language_events, tr
from console.ui.plots.numbers import value_text
from console.ui.theme import icon, theme_events
from console.ui.widgets.resume_check import ResumeCheck
from console.ui.widgets.run_words import size_words

AnyIndex = QModelIndex | QPersistentModelIndex
NUMERIC = frozenset({0, 1, 2, 3, 4})


class CheckpointModel(QAbstractTableModel):
    """Rows are checkpoints, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[CheckpointInfo] = ()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Seven columns."""
        return 0 if parent.isValid() else 7

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column names."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                tr("Epoch"), tr("Step"), tr("Validation loss"), tr("Macro F1"), tr("Size"),
                tr("Saved"), tr("Why"),
            )[section]  # fmt: skip
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell."""
        if not index.isValid():
            return None
        info, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(info, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column == 6 and info.is_best:
            return icon("best", "good")
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(info.path)
        return None

    def show_rows(self, rows: Sequence[CheckpointInfo]) -> None:
        """Replace the rows when they changed."""
        if list(rows) != list(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def row(self, index: AnyIndex) -> CheckpointInfo | None:
        """The checkpoint of a row."""
        return self._rows[index.row()] if index.isValid() else None

    def retranslate(self) -> None:
        """Have every word read again."""
        self.beginResetModel()
        self.endResetModel()


class CheckpointList(QWidget):
    """A table, where a double click asks for an export, and the check of the resume below it.

    Signals:
        export_requested(CheckpointInfo): the operator wants to export this one.
    """

    export_requested = Signal(object)

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunDir | None = None
        self.model, self.table = CheckpointModel(self), QTableView(self)
        self.resume_check = ResumeCheck(jobs)
        self._build_ui()
        self.table.doubleClicked.connect(self._on_double_click)
        language_events().language_changed.connect(self._on_language)
        theme_events().theme_changed.connect(self._on_theme)
        self.retranslate()

    def set_run(self, run: RunDir | None) -> None:
        """Show another run's checkpoints."""
        self._run = run
        self.resume_check.set_run(run)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look into the run's folder again."""
        known = list_checkpoints(self._run.path) if self._run else []
        self.model.show_rows(known)
        self.resume_check.refresh(known)

    def retranslate(self) -> None:
        """Write the words again."""
        self.table.setAccessibleName(tr("Checkpoints"))
        self.model.retranslate()
        self.resume_check.retranslate()

    def _build_ui(self) -> None:
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in enumerate((64, 92, 128, 96, 92, 160)):
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(6, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.resume_check)

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        info = self.model.row(index)
        if info is not None:
            self.export_requested.emit(info)

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()
        self.refresh()

    @Slot(object)
    def _on_theme(self, _theme: object) -> None:
        self.table.viewport().update()


def why_kept(info: CheckpointInfo) -> str:
    """Why a checkpoint was written."""
    words = {
        "epoch": tr("end of epoch"), "stop": tr("stopped"), "pause": tr("paused"),
        "release": tr("paused"), "command": tr("asked for"), "start": tr("before training"),
    }  # fmt: skip
    reason = words.get(info.reason, info.reason)
    if info.is_best:
        return ", ".join(part for part in (tr("best"), reason) if part)
    return reason


def _cell(info: CheckpointInfo, column: int) -> str:
    if column == 0:
        return str(info.epoch)
    if column == 1:
        return grouped(info.step)
    if column in (2, 3):
        value = info.metrics.get("val_loss" if column == 2 else "val_f1")
        return value_text(float(value) if isinstance(value, int | float) else None)
    if column == 4:
        return size_words(info.size_bytes)
    return _local(info.saved_at) if column == 5 else why_kept(info)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _local(stamp: str) -> str:
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return stamp
