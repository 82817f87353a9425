"""A group of rows under one heading that folds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from console.ui.forms.field_row import FieldRow
from console.ui.i18n import tr, trn
from console.ui.theme import icon, theme_events
from console.ui.widgets.basics import button, label


class FieldGroup(QWidget):
    """Shows its basic rows at once and its advanced rows on request.

    A group that holds only advanced rows starts folded.
    """

    def __init__(self, name: str, rows: Sequence[FieldRow]) -> None:
        super().__init__()
        self.name, self.rows = name, tuple(rows)
        self._basic = [row for row in rows if not row.is_advanced]
        self._advanced = [row for row in rows if row.is_advanced]
        self._is_open = bool(self._basic)
        self._shows_more = not self._basic
        self._kept: set[FieldRow] = set()
        self._needed: set[FieldRow] = set()
        self._head = QToolButton()
        self._head.setProperty("kind", "group")
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setIconSize(QSize(14, 14))
        self._note = label(tone="accent", size="small")
        self._more = button(kind="link")
        self._build_ui()
        self._head.clicked.connect(self._toggle)
        self._more.clicked.connect(self._toggle_more)
        theme_events().theme_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._head.setText(tr(self.name))
        for row in self.rows:
            row.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Show values and the count of changes, which stays visible while folded."""
        for row in self.rows:
            row.refresh()
        self._kept.update(row for row in self._advanced if row.is_changed or row.problem)
        changed = sum(row.is_changed for row in self.rows)
        wrong = sum(bool(row.problem) for row in self.rows)
        self._note.setText(
            trn("{n} problem", "{n} problems", wrong)
            if wrong
            else trn("{n} changed", "{n} changed", changed)
            if changed
            else ""
        )
        self._note.setProperty("tone", "bad" if wrong else "accent")
        self._note.style().polish(self._note)
        self._show()

    def reveal(self, row: FieldRow) -> None:
        """Unfold as far as needed to see ``row``."""
        self._is_open = True
        self._shows_more = self._shows_more or row.is_advanced
        self._show()

    def set_needed(self, names: Collection[str]) -> None:
        """Show these advanced rows with the basic ones: what else is chosen makes them matter."""
        needed = {row for row in self._advanced if set(row.names) & set(names)}
        if needed != self._needed:
            self._needed = needed
            self._show()

    @property
    def is_open(self) -> bool:
        """Whether the group is unfolded."""
        return self._is_open

    def _build_ui(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._head)
        top.addStretch(1)
        top.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(2)
        layout.addLayout(top)
        for row in (*self._basic, *self._advanced):
            layout.addWidget(row)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 0, 0)
        foot.addWidget(self._more)
        foot.addStretch(1)
        layout.addLayout(foot)

    @Slot()
    def _show(self, _theme: object = None) -> None:
        self._head.setIcon(icon("chevron-down" if self._is_open else "chevron-right", "muted"))
        self._head.setAccessibleName(
            tr("{group}, unfolded", group=tr(self.name))
            if self._is_open
            else tr("{group}, folded", group=tr(self.name))
        )
        for row in self._basic:
            row.setVisible(self._is_open)
        seen = self._kept | self._needed
        for row in self._advanced:
            row.setVisible(self._is_open and (self._shows_more or row in seen))
        hidden = [row for row in self._advanced if row not in seen]
        foldable = bool(self._basic) and bool(hidden)
        self._more.setVisible(self._is_open and foldable)
        self._more.setText(
            tr("Show less")
            if self._shows_more
            else trn("Show {n} more", "Show {n} more", len(hidden))
        )

    @Slot()
    def _toggle(self) -> None:
        self._is_open = not self._is_open
        self._show()

    @Slot()
    def _toggle_more(self) -> None:
        self._shows_more = not self._shows_more
        self._kept = {row for row in self._kept if row.is_changed or row.problem}
        self._show()
