"""A tab that shows a profile, or what stands in the way of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from console.core.datasets import DatasetInfo
from console.core.profile import DataProfile
from console.ui.i18n import tr, tr_message
from console.ui.pages.profile_loader import ProfileLoader
from console.ui.widgets.basics import button, label, text_block


class ProfileView(Protocol):
    """What a widget must offer to fill the tab."""

    def show_profile(self, profile: DataProfile) -> None:
        """Show a profile."""

    def retranslate(self) -> None:
        """Words in the language in force."""


class ProfileTab(QStackedWidget):
    """Builds its contents with the first profile, since plots take a moment to load."""

    def __init__(self, loader: ProfileLoader, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._loader, self._make = loader, make
        self._shown: DataProfile | None = None
        self.contents: QWidget | None = None
        self.waiting = _WaitingPanel()
        self.addWidget(self.waiting)
        self.waiting.again.clicked.connect(loader.try_again)
        loader.changed.connect(self._refresh)

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """The loader follows the page by itself; only look again."""
        self._refresh()

    def retranslate(self) -> None:
        """Words in the language in force."""
        if self.contents is not None:
            self._view.retranslate()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Now somebody looks."""
        super().showEvent(event)
        self._refresh()

    @property
    def is_ready(self) -> bool:
        """Whether a profile, or the reason why there is none, is on the screen."""
        return self._loader.profile is not None or self._loader.failure is not None

    @property
    def _view(self) -> ProfileView:
        return cast(ProfileView, self.contents)

    @Slot()
    def _refresh(self) -> None:
        loader = self._loader
        if not self.isVisible():
            return
        if loader.profile is None and loader.failure is None and not loader.is_busy:
            loader.need()  # comes back here when something changed
        profile = loader.profile
        if profile is None:
            self.waiting.show_state(loader)
            self.setCurrentWidget(self.waiting)
            return
        if self.contents is None:
            self.contents = self._make()
            self.addWidget(self.contents)
            self._view.retranslate()
        if profile is not self._shown:
            self._shown = profile
            self._view.show_profile(profile)
        self.setCurrentWidget(self.contents)


class _WaitingPanel(QWidget):
    """A job at work, or why it failed and a button that tries again."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._remedy = text_block(), text_block(tone="muted")
        self._doing, self._bar = label(tone="muted", size="small"), QProgressBar()
        self.again = button()
        for part in (self._words, self._remedy, self._doing):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            part.setFixedWidth(420)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(300)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._words, self._remedy, self._bar, self._doing, self.again):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_state(self, loader: ProfileLoader) -> None:
        """Say how far the loader is."""
        failure = loader.failure
        busy = loader.is_busy and failure is None
        self.again.setText(tr("Try again"))
        self.again.setVisible(failure is not None)
        self._bar.setVisible(busy)
        self._doing.setVisible(busy)
        self._bar.setAccessibleName(tr("Looking through the data…"))
        self._bar.setRange(0, 1000 if loader.done >= 0 else 0)
        self._bar.setValue(round(1000 * max(0.0, loader.done)))
        self._doing.setText(tr_message(loader.doing))
        words = tr("Looking through the data…") if busy else ""
        if failure is not None:
            words = tr_message(failure.get("message", "")) or tr("Something went wrong.")
        self._words.setText(words)
        self._remedy.setText(tr_message(failure.get("remedy", "")) if failure else "")
        self._remedy.setVisible(failure is not None)
