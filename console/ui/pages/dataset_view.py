"""The chosen dataset: its name, a button that trains on it, and views of it as tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.core.datasets import DatasetInfo
from console.ui.i18n import tr
from console.ui.widgets.basics import button, label


class DatasetTab(Protocol):
    """What a widget must offer to be a tab."""

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Show a dataset, or nothing."""

    def retranslate(self) -> None:
        """Words in the language in force."""


@dataclass
class _Tab:
    """``make`` builds the widget when the tab is first opened; ``shown`` is what it shows."""

    key: str
    words: str
    make: Callable[[], QWidget]
    widget: QWidget | None = None
    shown: DatasetInfo | None = None

    @property
    def view(self) -> DatasetTab:
        """The widget as what it offers."""
        return cast(DatasetTab, self.widget)


class DatasetView(QFrame):
    """Tabs are added with ``add_tab``; each is built when it is first seen, and told the dataset.

    ``note`` stands at the end of the tabs.

    Signals:
        use_clicked(str): train on the dataset of this name.
    """

    use_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._info: DatasetInfo | None = None
        self._tabs: list[_Tab] = []
        self._title, self._mark = label(size="title"), label(tone="muted")
        self.use, self.note = button(kind="primary"), label(tone="muted", size="small")
        self.bar, self._pages = QTabBar(), QStackedWidget()
        self._build_ui()
        self.use.clicked.connect(self._ask_use)
        self.bar.currentChanged.connect(self._refresh)

    def add_tab(self, key: str, words: str, make: Callable[[], QWidget]) -> None:
        """Offer a tab with the English title ``words``; ``make`` returns a ``DatasetTab``."""
        self._tabs.append(_Tab(key, words, make))
        self.bar.addTab(tr(words))

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Show a dataset, or nothing."""
        self._info = info
        self._title.setText(info.name if info else "")
        self._mark.setText(tr("simulated") if info is not None and info.simulated else "")
        self.use.setEnabled(info is not None)
        self._refresh()

    def show_tab(self, key: str) -> None:
        """Open the tab called ``key``; one that does not exist is passed over."""
        keys = [tab.key for tab in self._tabs]
        if key in keys:
            self.bar.setCurrentIndex(keys.index(key))

    @property
    def tab(self) -> str:
        """The key of the open tab."""
        index = self.bar.currentIndex()
        return self._tabs[index].key if index >= 0 else ""

    def widget(self, key: str) -> QWidget | None:
        """The widget of a tab, None before it was first seen."""
        return next((tab.widget for tab in self._tabs if tab.key == key), None)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.use.setText(tr("Train on this data"))
        self.bar.setAccessibleName(tr("Views of the dataset"))
        for index, tab in enumerate(self._tabs):
            self.bar.setTabText(index, tr(tab.words))
            if tab.widget is not None:
                tab.view.retranslate()
        self.show_dataset(self._info)

    def showEvent(self, event: QShowEvent) -> None:
        """Build and fill what was held back while hidden."""
        super().showEvent(event)
        self._refresh()

    def _build_ui(self) -> None:
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._mark)
        head.addStretch(1)
        head.addWidget(self.use)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(4, 0, 12, 0)
        tabs.addWidget(self.bar)
        tabs.addStretch(1)
        tabs.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 10, 1, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(tabs)
        layout.addWidget(self._pages, 1)

    @Slot()
    def _refresh(self, _index: int = 0) -> None:
        """Show the open tab with the dataset, when it is seen and shows another."""
        index = self.bar.currentIndex()
        if index < 0 or not self.isVisible():
            return
        tab = self._tabs[index]
        if tab.widget is None:
            tab.widget = tab.make()
            self._pages.addWidget(tab.widget)
            tab.view.retranslate()
        if tab.shown is not self._info:
            tab.shown = self._info
            tab.view.show_dataset(self._info)
        self._pages.setCurrentWidget(tab.widget)

    @Slot()
    def _ask_use(self) -> None:
        if self._info is not None:
            self.use_clicked.emit(self._info.name)
