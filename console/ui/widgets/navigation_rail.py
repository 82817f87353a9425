"""The column of pages at the left edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout

from console.ui.i18n import tr
from console.ui.theme import icon, theme_events

WIDTH = 92


class NavigationRail(QFrame):
    """One checkable button per page, and one for the settings at the bottom.

    ``page_chosen(name)`` follows a click.
    """

    page_chosen = Signal(str)
    settings_clicked = Signal()

    def __init__(self, pages: Sequence[tuple[str, str, str, str]]) -> None:
        """``pages`` are (name, words, icon, key)."""
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._pages = {name: (words, picture, key) for name, words, picture, key in pages}
        self.buttons = {name: _button() for name in self._pages}
        self._settings = _button(checkable=False)
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 8)
        layout.setSpacing(4)
        for made in self.buttons.values():
            group.addButton(made)
            layout.addWidget(made)
        layout.addStretch(1)
        layout.addWidget(self._settings)
        group.buttonClicked.connect(self._clicked)
        self._settings.clicked.connect(self.settings_clicked)
        theme_events().theme_changed.connect(self._draw)
        self.retranslate()

    def show_page(self, name: str) -> None:
        """Mark the page that is open."""
        self.buttons[name].setChecked(True)
        self._draw()

    def retranslate(self) -> None:
        """Words in the language in force."""
        for name, (words, _picture, key) in self._pages.items():
            self.buttons[name].setText(tr(words))
            self.buttons[name].setAccessibleName(tr("Page {name}", name=tr(words)))
            self.buttons[name].setToolTip(f"{tr(words)}  ({key})")
        self._settings.setText(tr("Settings"))
        self._settings.setToolTip(tr("Settings") + "  (Ctrl+,)")
        self._settings.setAccessibleName(tr("Settings"))
        self._draw()

    @Slot()
    def _draw(self, _theme: object = None) -> None:
        for name, (_words, picture, _key) in self._pages.items():
            made = self.buttons[name]
            made.setIcon(icon(picture, "accent" if made.isChecked() else "muted"))
        self._settings.setIcon(icon("settings", "muted"))

    @Slot(QToolButton)
    def _clicked(self, clicked: QToolButton) -> None:
        self._draw()
        self.page_chosen.emit(next(name for name, b in self.buttons.items() if b is clicked))


def _button(*, checkable: bool = True) -> QToolButton:
    made = QToolButton()
    made.setProperty("rail", True)
    made.setCheckable(checkable)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    made.setIconSize(QSize(20, 20))
    made.setFixedSize(WIDTH - 12, 54)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
