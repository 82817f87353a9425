"""Data: the datasets of the workspace, and how new ones come in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from console.core.gate import latest_result
from console.runtime.settings import Settings
from console.ui.i18n import tr, tr_message
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.dataset_details import DatasetDetails
from console.ui.pages.dataset_list import DatasetList, DatasetListModel
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.dataset_view import DatasetView
from console.ui.pages.profile_loader import ProfileLoader
from console.ui.pages.profile_tab import ProfileTab
from console.ui.widgets.basics import button, card, label, text_block
from console.ui.widgets.notice import Notice
from console.ui.wizard.draft import ImportDraft
from console.ui.wizard.import_wizard import ImportWizard

SETTINGS_NAME = "data/state"
TABS = (
    ("overview", "Overview"), ("columns", "Columns"), ("split", "Price and split"),
    ("windows", "Windows"),
)  # fmt: skip
FIRST_SIZES = (250, 900)  # pixels of the list and of the view


class DataPage(QWidget):
    """``use_requested(name)`` asks to train on a dataset, ``mend_requested(name, mend)`` to change
    the settings it is trained with."""

    use_requested = Signal(str)
    mend_requested = Signal(str, object)

    def __init__(self, shelf: DatasetShelf, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("page")
        self._shelf, self._settings = shelf, settings
        self._loader = ProfileLoader(shelf, self)
        self.dialog: ImportWizard | None = None
        self._draft = ImportDraft()
        self._title = label(size="title")
        self.import_button, self.sample_button = button(), button()
        self.notice = Notice()
        self._model = DatasetListModel()
        self.list, self.details = DatasetList(self._model), DatasetView()
        self._empty = _EmptyState()
        self._busy = _BusyStrip()
        self._listing = QSplitter(Qt.Orientation.Horizontal)
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
        self.list.retranslate()
        self.details.retranslate()
        self._empty.retranslate()
        self._show_note()
        self._show_busy(self._shelf.busy)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Ask about the import of these files."""
        self.open_import()
        self.dialog.take_files(list(paths))

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
            self.list.setCurrentIndex(self._model.index(row))

    def set_configured(self, choice: DataChoice | None) -> None:
        """What Configure would train on: its dataset is looked at with that choice."""
        self._loader.set_configured(choice)

    def showEvent(self, event: QShowEvent) -> None:
        """Another page may have checked a dataset."""
        super().showEvent(event)
        self._reload()

    def _build_ui(self) -> None:
        view = self.details
        makers = (self._make_overview, self._make_columns, self._make_split, self._make_windows)
        for (key, words), make in zip(TABS, makers, strict=True):
            view.add_tab(key, words, make)
        self._listing.addWidget(self.list)
        self._listing.addWidget(view)
        self._listing.setHandleWidth(12)
        self._listing.setChildrenCollapsible(False)
        self._listing.setStretchFactor(1, 1)
        kept = self._settings.mapping(SETTINGS_NAME).get("sizes")
        self._listing.setSizes(kept if _are_sizes(kept) else list(FIRST_SIZES))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.sample_button)
        head.addWidget(self.import_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self._busy)
        layout.addWidget(self._listing, 1)
        layout.addWidget(self._empty, 1)

    def _make_overview(self) -> QWidget:
        made = DatasetDetails(self._shelf, self._loader)
        made.checked.connect(self._reload)
        made.mend_asked.connect(self.mend_requested)
        return made

    def _make_columns(self) -> QWidget:
        return ProfileTab(self._loader, _columns_view)

    def _make_split(self) -> QWidget:
        return ProfileTab(self._loader, _split_view)

    def _make_windows(self) -> QWidget:
        from console.ui.pages.window_inspector import WindowInspector  # imports pyqtgraph

        made = WindowInspector(self._shelf.jobs, self._shelf.workspace, self._loader.choice_of)
        self._loader.changed.connect(made.refresh)
        return made

    def _connect(self) -> None:
        shelf = self._shelf
        self.import_button.clicked.connect(self.open_import)
        self.sample_button.clicked.connect(shelf.make_sample)
        self._empty.import_button.clicked.connect(self.open_import)
        self._empty.sample_button.clicked.connect(shelf.make_sample)
        self._busy.cancel.clicked.connect(shelf.cancel)
        self.list.selectionModel().currentChanged.connect(self._selected)
        self.details.use_clicked.connect(self.use_requested)
        self._listing.splitterMoved.connect(self._keep_sizes)
        self._loader.changed.connect(self._show_note)
        shelf.changed.connect(self._reload)
        shelf.busy_changed.connect(self._show_busy)
        shelf.progress.connect(self._busy.show_progress)
        shelf.failed.connect(self._show_failure)
        shelf.added.connect(self._show_added)

    @Slot()
    def _reload(self) -> None:
        shelf = self._shelf
        chosen = self._model.dataset(self.list.currentIndex().row())
        sizes = {info.name: shelf.size_bytes(info) for info in shelf.datasets}
        results = {info.name: latest_result(shelf.workspace, info.name) for info in shelf.datasets}
        self._model.show_datasets(shelf.datasets, sizes, results)
        some = bool(shelf.datasets)
        self._listing.setVisible(some)
        self._empty.setVisible(not some)
        has_sample = any(info.simulated for info in shelf.datasets)
        self.sample_button.setVisible(some and not has_sample)
        row = max(0, self._model.row_of(chosen.name) if chosen else 0)
        self.list.setCurrentIndex(self._model.index(row))
        if not some:
            self._selected(QModelIndex(), QModelIndex())

    @Slot(QModelIndex, QModelIndex)
    def _selected(self, now: QModelIndex, _before: QModelIndex) -> None:
        info = self._model.dataset(now.row())
        self._loader.show_dataset(info)
        self.details.show_dataset(info)

    @Slot()
    def _show_note(self) -> None:
        """Say whose choice of label and split the tabs show."""
        mine = self._loader.is_configured
        note = self.details.note
        note.setText(tr("split as in Configure") if mine else tr("split by default"))
        note.setToolTip(
            tr("Label, split and window length are those that Configure shows now.")
            if mine
            else tr("Choose this data in Configure to see it with your own label and split.")
        )
        note.setVisible(self._loader.choice is not None)

    @Slot(int, int)
    def _keep_sizes(self, _place: int, _index: int) -> None:
        self._settings.set_mapping(SETTINGS_NAME, {"sizes": self._listing.sizes()})

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


def _columns_view() -> QWidget:
    """Imports pyqtgraph, so that opening the page does not."""
    from console.ui.pages.columns_view import ColumnsView

    return ColumnsView()


def _split_view() -> QWidget:
    """Imports pyqtgraph, likewise."""
    from console.ui.pages.split_view import SplitView

    return SplitView()


def _are_sizes(kept: object) -> bool:
    return isinstance(kept, list) and len(kept) == 2 and all(isinstance(n, int) for n in kept)


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
                "Import your market data: tables of features, candles, order books or captured "
                "streams. Or start with a simulated order book."
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
