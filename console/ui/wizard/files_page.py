"""Step 1: which files or folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.i18n import tr, trn
from console.ui.theme import pixmap, theme_events
from console.ui.widgets.basics import button, card, label, text_block
from console.ui.wizard.draft import ImportDraft

LISTED = 200


class FilesPage(QWidget):
    """``chosen(paths)`` names the files or folders to import."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.files_button, self.folder_button = button(tr("Files…")), button(tr("Folder…"))
        self._icon, self._head = label(), label(size="title")
        self._words = text_block(
            tr("Drop files or a folder here. Parquet, CSV, LOBSTER, FI-2010, order-by-order "
               "captures and exchange streams are recognised."), tone="muted",
        )  # fmt: skip
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Chosen files"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._build_ui()
        self.files_button.clicked.connect(self.choose_files)
        self.folder_button.clicked.connect(self.choose_folder)
        theme_events().theme_changed.connect(self._draw_icon)
        self._draw_icon()

    def show_draft(self, draft: ImportDraft) -> None:
        """Show what has been chosen."""
        self.list.clear()
        self.list.addItems([str(path) for path in draft.paths[:LISTED]])
        count = len(draft.paths)
        self._head.setText(
            trn("{n} file or folder chosen", "{n} files or folders chosen", count)
            if count
            else tr("What should be imported?")
        )
        self.list.setVisible(bool(count))

    def problem(self, draft: ImportDraft) -> str:
        """Why no one can go on from here."""
        return "" if draft.paths else tr("Choose the data files.")

    @Slot()
    def choose_files(self) -> None:
        """Ask for data files."""
        filters = [
            tr("Market data") + " (*.parquet *.pq *.csv *.csv.gz *.csv.zst *.txt *.json *.gz *.ws)",
            tr("All files") + " (*)",
        ]
        self._take(file_dialogs().open_files(self, tr("Data files"), filters))

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of data files."""
        folder = file_dialogs().open_folder(self, tr("Folder of data files"))
        self._take([folder] if folder else [])

    def _take(self, paths: Sequence[Path]) -> None:
        if paths:
            self.chosen.emit(list(paths))

    def _build_ui(self) -> None:
        zone: QFrame = card()
        column = QVBoxLayout(zone)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setMinimumWidth(460)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.files_button)
        buttons.addWidget(self.folder_button)
        buttons.addStretch(1)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._head, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words)
        column.addLayout(buttons)
        column.addWidget(self.list, 2)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(zone)

    def _draw_icon(self, _theme: object = None) -> None:
        self._icon.setPixmap(pixmap("import", "accent", 32, self.devicePixelRatioF()))
