"""A strip that tells something in place and offers one action, instead of a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.core.errors import ConsoleError
from console.ui.i18n import language_events, tr, tr_message
from console.ui.widgets.basics import Badge, IconButton, button, card, text_block

_ICONS = {"info": ("info", "accent"), "good": ("good", "good"), "bad": ("problem", "bad")}
Action = Callable[[], None]


class Notice(QWidget):
    """Hidden until something is said; stays until it is closed or replaced.

    Signals:
        closed(): the operator closed the strip.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge("info", "accent")
        self._text, self._remedy = text_block(), text_block(tone="muted")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = button()
        self._close = IconButton("close")
        self._run: Action | None = None
        self._error: Mapping[str, str] | None = None
        self._build_ui()
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.close_strip)
        language_events().language_changed.connect(self._on_language)
        self._on_language()

    def _build_ui(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._remedy)
        frame = card(kind="notice")
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(12, 8, 8, 8)
        inner.setSpacing(10)
        inner.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addLayout(words, 1)
        inner.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def say(
        self, text: str, *, tone: str = "info", action: str = "", run: Action | None = None
    ) -> None:
        """Show a sentence; ``action`` labels a button that calls ``run`` and closes the strip."""
        self._show(tone, text, "", action, run)
        self._error = None

    def show_error(self, error: ConsoleError | Mapping[str, str]) -> None:
        """Show what is wrong and what to do about it."""
        told = error.to_dict() if isinstance(error, ConsoleError) else error
        text, remedy = tr_message(told.get("message", "")), tr_message(told.get("remedy", ""))
        self._show("bad", text or tr("Something went wrong."), remedy, "", None)
        self._error = told

    @property
    def text(self) -> str:
        """What the strip says, empty when it is hidden."""
        if self.isHidden():
            return ""
        return f"{self._text.text()} {self._remedy.text()}".strip()

    @Slot()
    def clear(self) -> None:
        """Take the strip away."""
        self._run = None
        self.setVisible(False)

    @Slot()
    def close_strip(self) -> None:
        """What the close button does."""
        self.clear()
        self.closed.emit()

    def click_action(self) -> None:
        """What the button does."""
        self._act()

    def _show(self, tone: str, text: str, remedy: str, action: str, run: Action | None) -> None:
        self._badge.set_icon(*_ICONS[tone])
        self._text.setText(text)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._run = run
        self.setVisible(True)

    @Slot()
    def _on_language(self, _code: str = "") -> None:
        """An error is told again in the new language; other words have had their time."""
        self._close.set_words(tr("Close this message"))
        if not self.isHidden() and self._error is not None:
            self.show_error(self._error)
        else:
            self.clear()

    @Slot()
    def _act(self) -> None:
        run = self._run
        self.clear()
        if run is not None:
            run()
