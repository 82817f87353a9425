"""What to import: files or a folder, the mapping that explains them, and a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.i18n import tr, trn
from console.ui.widgets.basics import button, label, text_block

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ImportDialog(QDialog):
    """``chosen(paths, mapping, name)`` is emitted once everything is filled in and accepted."""

    chosen = Signal(object, object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import data"))
        self.paths: list[Path] = []
        self.mapping: Path | None = None
        self._paths_text, self._mapping_text = QLineEdit(), QLineEdit()
        self.name = QLineEdit()
        self.accept_button = button(tr("Import"), kind="primary")
        self._reason = text_block(tone="muted", size="small")
        self._build_ui()
        self._check()

    def _build_ui(self) -> None:
        for box in (self._paths_text, self._mapping_text):
            box.setReadOnly(True)
            box.setMinimumWidth(320)
        self._paths_text.setPlaceholderText(tr("Parquet or CSV files"))
        self._mapping_text.setPlaceholderText(tr("Which column is what (YAML)"))
        self.name.setPlaceholderText(tr("Name in this workspace"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        rows = (
            (tr("Data"), self._paths_text, (("Files…", self.choose_files),
                                            ("Folder…", self.choose_folder))),
            (tr("Mapping"), self._mapping_text, (("File…", self.choose_mapping),)),
            (tr("Name"), self.name, ()),
        )  # fmt: skip
        for row, (words, box, actions) in enumerate(rows):
            grid.addWidget(label(words), row, 0)
            grid.addWidget(box, row, 1)
            box.setAccessibleName(words)
            grid.addLayout(_buttons(actions), row, 2)
        self.name.textChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(self._reason)
        layout.addWidget(self._foot())

    def _foot(self) -> QDialogButtonBox:
        foot = QDialogButtonBox()
        foot.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        foot.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        foot.accepted.connect(self._accept)
        foot.rejected.connect(self.reject)
        return foot

    @Slot()
    def choose_files(self) -> None:
        """Ask for data files."""
        filters = [tr("Market data") + " (*.parquet *.csv *.csv.gz)", tr("All files") + " (*)"]
        self._take_paths(file_dialogs().open_files(self, tr("Data files"), filters))

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of data files."""
        folder = file_dialogs().open_folder(self, tr("Folder of data files"))
        self._take_paths([folder] if folder else [])

    @Slot()
    def choose_mapping(self) -> None:
        """Ask for the mapping."""
        filters = [tr("Mappings") + " (*.yaml *.yml)"]
        path = file_dialogs().open_file(self, tr("Mapping of the columns"), filters)
        if path is not None:
            self.mapping = path
            self._mapping_text.setText(str(path))
            self._check()

    def _take_paths(self, paths: list[Path]) -> None:
        if not paths:
            return
        self.paths = paths
        more = len(paths) - 1
        words = trn("{path} and {n} more", "{path} and {n} more", more, path=paths[0])
        self._paths_text.setText(words if more else str(paths[0]))
        if not self.name.text():
            stem = paths[0].parent.name if more else paths[0].stem
            self.name.setText(re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:64])
        self._check()

    def _problem(self) -> str:
        if not self.paths:
            return tr("Choose the data files.")
        if self.mapping is None:
            return tr("Choose the mapping: it names the columns of symbol, time, label and prices.")
        if not _NAME.fullmatch(self.name.text()):
            return tr("A name is made of letters, digits, “.”, “-” and “_”.")
        return ""

    @Slot()
    def _check(self, _text: str = "") -> None:
        reason = self._problem()
        self._reason.setText(reason)
        self.accept_button.setEnabled(not reason)

    @Slot()
    def _accept(self) -> None:
        if not self._problem():
            self.accept()
            self.chosen.emit(self.paths, self.mapping, self.name.text())


def _buttons(actions: tuple[tuple[str, Callable[[], None]], ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for words, run in actions:
        made = button(tr(words))
        made.clicked.connect(run)
        row.addWidget(made)
    return row
