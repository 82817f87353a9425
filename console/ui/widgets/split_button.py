"""A button with a default action and a small menu of other ways to do it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from console.ui.theme import icon, theme_events

_JOINED = """
QPushButton#splitMain { border-top-right-radius: 0; border-bottom-right-radius: 0; }
QPushButton#splitArrow {
    border-top-left-radius: 0; border-bottom-left-radius: 0; margin-left: -1px;
    padding-left: 5px; padding-right: 5px;
}
"""


class SplitButton(QWidget):
    """``clicked`` is the default; ``menu`` opens from the arrow beside it."""

    clicked = Signal()

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.main, self.arrow = QPushButton(self), QPushButton(self)
        self.main.setObjectName("splitMain")
        self.arrow.setObjectName("splitArrow")
        self.menu = QMenu(self)
        self.setStyleSheet(_JOINED)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.main)
        layout.addWidget(self.arrow)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.main.clicked.connect(self.clicked)
        self.arrow.clicked.connect(self._open)
        theme_events().theme_changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str) -> None:
        """Another picture for the default."""
        if name != self._icon_name:
            self._icon_name = name
            self._draw()

    def set_words(self, text: str, tip: str, more: str) -> None:
        """The default's text and tool tip, and what the arrow is for."""
        self.main.setText(text)
        self.main.setToolTip(tip)
        self.main.setAccessibleName(tip)
        self.arrow.setToolTip(more)
        self.arrow.setAccessibleName(more)

    @Slot()
    def _open(self) -> None:
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _draw(self, _theme: object = None) -> None:
        self.main.setIcon(icon(self._icon_name))
        self.arrow.setIcon(icon("chevron-down"))
        self.arrow.setIconSize(QSize(12, 12))
