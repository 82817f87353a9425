"""Data: the datasets of the workspace, and how new ones come in."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.ui.i18n import tr, tr_message
from console.ui.pages.dataset_details import DatasetDetails
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.dataset_table import COLUMNS, LEFT_OUT_FIRST, DatasetTableModel
from console.ui.widgets.basics import button, card, label, text_block
from console.ui.widgets.notice import Notice
from console.ui.wizard.draft import ImportDraft
from console.ui.wizard.import_wizard import ImportWizard


class DataPage(QWidget):
    """``use_requested(name)`` asks to train on a dataset."""

    use_requested = Signal(str)

    def __init__(self, shelf: DatasetShelf) -> None:
        super().__init__()
        self.setObjectName("page")
        self._shelf = shelf
        self.dialog: ImportWizard | None = None
        self._draft = ImportDraft()
        self._title = label(size="title")
        self.import_button, self.sample_button = button(), button()
        self.notice = Notice()
        self.table, self._model = QTableView(), DatasetTableModel()
        self.details = DatasetDetails()
        self._empty = _EmptyState()
        self._busy = _BusyStrip()
        self._listing = QWidget()
        self._build_ui()
        self._connect()
        self._reload()
        self.retranslate()
        self._show_busy(shelf.busy)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._title.setText(tr("Data"))
        self.import_button.setText(tr("Import…"))
        self.sample_button.setText(tr("Make the simulated sample"))
        self.table.setAccessibleName(tr("Datasets"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._fit_columns()
        self.details.retranslate()
        self._empty.retranslate()
        self._show_busy(self._shelf.busy)

    @Slot()
    def open_import(self) -> None:
        """Ask what to import, going on where the operator left off."""
        self.notice.clear()
        shelf, names = self._shelf, [info.name for info in self._shelf.datasets]
        self.dialog = ImportWizard(self._draft, shelf.workspace, shelf.jobs, names, self)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.chosen.connect(self._import)
        self.dialog.open()

    def select(self, name: str) -> None:
        """Show the dataset called ``name``."""
        row = self._model.row_of(name)
        if row >= 0:
            self.table.selectRow(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out columns that the details beside the table say anyway, where room is short."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_columns)

    @Slot()
    def _fit_columns(self) -> None:
        header = self.table.horizontalHeader()
        shown = set(range(len(COLUMNS)))
        self.table.resizeColumnsToContents()
        widths = [max(self.table.sizeHintForColumn(i), header.sectionSizeHint(i)) for i in shown]
        room = self.table.viewport().width()
        for column in LEFT_OUT_FIRST:
            if sum(widths[index] for index in shown) > room:
                shown.discard(column)
        for index in range(len(COLUMNS)):
            self.table.setColumnHidden(index, index not in shown)
        header.setStretchLastSection(False)  # makes the view look for its last section again
        header.setStretchLastSection(True)

    def _build_ui(self) -> None:
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(32)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.sample_button)
        head.addWidget(self.import_button)
        columns = QHBoxLayout(self._listing)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        columns.addWidget(self.table, 1)
        columns.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self._busy)
        layout.addWidget(self._listing, 1)
        layout.addWidget(self._empty, 1)

    def _connect(self) -> None:
        shelf = self._shelf
        self.import_button.clicked.connect(self.open_import)
        self.sample_button.clicked.connect(shelf.make_sample)
        self._empty.import_button.clicked.connect(self.open_import)
        self._empty.sample_button.clicked.connect(shelf.make_sample)
        self._busy.cancel.clicked.connect(shelf.cancel)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.details.use_clicked.connect(self.use_requested)
        shelf.changed.connect(self._reload)
        shelf.busy_changed.connect(self._show_busy)
        shelf.progress.connect(self._busy.show_progress)
        shelf.failed.connect(self._show_failure)
        shelf.added.connect(self._show_added)

    @Slot()
    def _reload(self) -> None:
        chosen = self._model.dataset(self.table.currentIndex().row())
        self._model.show_datasets(self._shelf.datasets)
        some = bool(self._shelf.datasets)
        self._listing.setVisible(some)
        self._empty.setVisible(not some)
        has_sample = any(info.simulated for info in self._shelf.datasets)
        self.sample_button.setVisible(some and not has_sample)
        self._fit_columns()
        self.table.selectRow(max(0, self._model.row_of(chosen.name) if chosen else 0))
        if not some:
            self.details.show_dataset(None)

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        self.details.show_dataset(self._model.dataset(self.table.currentIndex().row()))

    @Slot(object, str)
    def _import(self, arguments: list[str], name: str) -> None:
        if self._shelf.busy:
            self.notice.say(tr("Wait until the work in hand is done, then import again."))
            return
        self._shelf.import_data(arguments, name)

    @Slot(str)
    def _show_busy(self, what: str) -> None:
        words = {
            "import": tr("Importing and checking…"),
            "sample": tr("Preparing the simulated sample…"),
        }
        self._busy.show_work(words.get(what, ""))
        for made in (self.import_button, self.sample_button, *self._empty.buttons):
            made.setEnabled(not what)
        if what:
            self.notice.clear()

    @Slot(object)
    def _show_failure(self, error: dict[str, str]) -> None:
        self.notice.show_error(error)

    @Slot(str)
    def _show_added(self, name: str) -> None:
        self.select(name)
        if name == self._draft.name:
            self._draft = ImportDraft()
        self.notice.say(tr("The dataset “{name}” is ready.", name=name), tone="good")


class _EmptyState(QFrame):
    """What the page is for, and the first thing to do."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = label(size="title"), text_block(tone="muted")
        self.import_button, self.sample_button = button(kind="primary"), button()
        self.buttons = (self.import_button, self.sample_button)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setFixedWidth(460)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.import_button)
        row.addWidget(self.sample_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row)
        layout.addStretch(3)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._title.setText(tr("No data yet"))
        self._words.setText(
            tr(
                "Import Parquet or CSV files of order-book features with a mapping that names "
                "their columns, or start with a simulated order book."
            )
        )
        self.import_button.setText(tr("Import…"))
        self.sample_button.setText(tr("Use the simulated sample"))


class _BusyStrip(QWidget):
    """What is going on, how far it is, and a way to give it up."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._bar = label(), QProgressBar()
        self._detail = label(tone="muted", size="small")
        self._bar.setTextVisible(False)
        self.cancel = button()
        frame = card(kind="notice")
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self._detail)
        row.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)

    def show_work(self, words: str) -> None:
        """Show what is going on; nothing hides the strip."""
        self.cancel.setText(tr("Cancel"))
        self._words.setText(words)
        self._bar.setAccessibleName(words)
        if not words or self.isHidden():
            self._bar.setRange(0, 0)
            self._detail.clear()
        self.setVisible(bool(words))

    @Slot(float, str)
    def show_progress(self, done: float, message: str) -> None:
        """Show the share done; below 0 it is not known."""
        self._bar.setRange(0, 1000 if done >= 0.0 else 0)
        self._bar.setValue(round(1000 * max(0.0, done)))
        self._detail.setText(tr_message(message))
