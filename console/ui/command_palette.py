"""The command palette: everything that can be done now, found by typing a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.ui.i18n import tr
from console.ui.theme import current_theme

WIDTH, HEIGHT, TOP = 620, 420, 72
MOST_SHOWN = 60
_LIST_KEYS = frozenset(
    {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing to do. ``kind`` says what it is ("Training", "Setting", "Run"), ``key`` its key."""

    words: str
    run: Callable[[], object]
    kind: str = ""
    key: str = ""


def best_matches(entries: Sequence[Entry], text: str) -> list[Entry]:
    """The entries that hold every word of ``text``, best first; all of them for no text.

    A word at the start of the entry counts most, then one at the start of any of its words.
    """
    wanted = text.casefold().split()
    ranked = []
    for place, entry in enumerate(entries):
        ranks = [_rank(word, entry) for word in wanted]
        if all(rank < _NOT_THERE for rank in ranks):
            ranked.append((sum(ranks), place, entry))
    return [entry for _rank, _place, entry in sorted(ranked, key=lambda item: item[:2])]


_NOT_THERE = 9
_LEAST_OF_KIND = 3  # two letters of "Trainer" would bring every setting of it


def _rank(word: str, entry: Entry) -> int:
    words = entry.words.casefold()
    if words.startswith(word):
        return 0
    if f" {word}" in words:
        return 1
    if word in words:
        return 2
    meant = len(word) >= _LEAST_OF_KIND and f" {word}" in f" {entry.kind.casefold()}"
    return 3 if meant else _NOT_THERE


class CommandPalette(QDialog):
    """A box over the window: a line to type in, and what it finds.

    Enter does the marked entry, Escape leaves; the arrow keys move the mark while typing goes on.
    """

    def __init__(self, parent: QWidget, entries: Iterable[Entry]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._entries = list(entries)
        self._shown: list[Entry] = []
        self.chosen: Entry | None = None
        self._build_ui()
        self._connect()
        self._find("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys typed into the line move the mark in the list."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() in _LIST_KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _build_ui(self) -> None:
        self.setWindowTitle(tr("Commands"))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type what you want to do, a setting, or a run"))
        self.line.setAccessibleName(tr("Commands"))
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("What can be done"))
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        parent = self.parentWidget()
        assert parent is not None
        width, height = min(WIDTH, parent.width() - 48), min(HEIGHT, parent.height() - 2 * TOP)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.setGeometry(
            corner.x() + (parent.width() - width) // 2, corner.y() + TOP, width, height
        )

    def _connect(self) -> None:
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self._do_marked)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._do_marked)

    @Slot(str)
    def _find(self, text: str) -> None:
        self._shown = best_matches(self._entries, text)[:MOST_SHOWN]
        self.list.clear()
        muted = QColor(current_theme().color("muted"))
        for entry in self._shown:
            item = QTreeWidgetItem([entry.words, entry.kind, entry.key])
            for column in (1, 2):
                item.setForeground(column, muted)
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self.list.addTopLevelItem(item)
        if not self._shown:
            nothing = QTreeWidgetItem([tr("Nothing is called that")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            nothing.setForeground(0, muted)
            self.list.addTopLevelItem(nothing)
        self.list.setCurrentItem(self.list.topLevelItem(0) if self._shown else None)

    @Slot()
    def _do_marked(self) -> None:
        """Close first: what is done may open a window of its own."""
        place = self.list.indexOfTopLevelItem(self.list.currentItem())
        if 0 <= place < len(self._shown):
            self.chosen = self._shown[place]
            self.accept()
