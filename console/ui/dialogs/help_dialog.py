"""All keys of the window, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.ui.actions import ACTIONS, MENUS, PLOT_KEYS, QUEUE_KEYS, WINDOW_KEYS
from console.ui.i18n import tr
from console.ui.widgets.basics import button, label


class HelpDialog(QDialog):
    """Keyboard shortcuts in two columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        columns = QHBoxLayout()
        columns.setSpacing(40)
        left, right = QVBoxLayout(), QVBoxLayout()
        for index, menu in enumerate(MENUS):
            keys = [
                (_key_text(record.key), tr(record.words))
                for record in ACTIONS
                if record.menu == menu and record.key
            ]
            (right if index > 1 else left).addLayout(_section(tr(menu), keys))
        left.addLayout(_section(tr("In plots"), [(tr(key), tr(words)) for key, words in PLOT_KEYS]))
        keys = [(tr(key), tr(words)) for key, words in QUEUE_KEYS]
        right.addLayout(_section(tr("On the Runs page"), keys))
        keys = [(tr(key), tr(words)) for key, words in WINDOW_KEYS]
        right.addLayout(_section(tr("In the window inspector"), keys))
        for column in (left, right):
            column.setSpacing(16)
            column.addStretch(1)
            columns.addLayout(column)
        close = button(tr("Close"), kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addLayout(foot)


def _section(title: str, keys: Iterable[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    grid.addWidget(label(title, bold=True), 0, 0, 1, 2)
    for row, (key, words) in enumerate(keys, start=1):
        grid.addWidget(label(words), row, 0)
        grid.addWidget(label(key, tone="muted"), row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(0, 1)
    return grid


def _key_text(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
