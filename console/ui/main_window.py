"""The main window: frame first, contents right after the first paint.

Only what the frame needs is imported here, so that the window is on the screen at once; the
pages with their forms, configs and plots follow in ``complete``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QWidget

import console
from console.core.paths import Workspace
from console.runtime.settings import Settings
from console.ui.actions import ACTIONS, MENUS
from console.ui.i18n import language_events, tr
from console.ui.theme import icon, theme_events, undressed
from console.ui.widgets.navigation_rail import NavigationRail

if TYPE_CHECKING:
    from console.ui.workbench import Workbench

PAGES = (
    ("data", "Data", "data", "Ctrl+1"),
    ("configure", "Configure", "configure", "Ctrl+2"),
    ("train", "Train", "chart", "Ctrl+3"),
    ("runs", "Runs", "runs", "Ctrl+4"),
)
FIRST_SIZE, LEAST_SIZE = (1280, 800), (960, 600)


class MainWindow(QMainWindow):
    """``ready`` is emitted when pages, runs and data are there."""

    ready = Signal()

    def __init__(
        self, workspace: Workspace, settings: Settings, *, prepare_sample: bool = True
    ) -> None:
        super().__init__()
        self._workspace, self._settings = workspace, settings
        self._prepare_sample = prepare_sample
        self._painted = False
        self._workbench: Workbench | None = None
        self.actions_by_name: dict[str, QAction] = {}
        self._build_ui()
        self._build_menu()
        self._connect()
        self._restore()

    @property
    def workbench(self) -> Workbench:
        """The contents; built now if they are not there yet."""
        self.complete()
        assert self._workbench is not None
        return self._workbench

    @Slot()
    def complete(self) -> None:
        """Build the contents, once."""
        if self._workbench is not None:
            return
        from console.ui.notifications import RunNotifier
        from console.ui.workbench import Workbench

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        with undressed(app):
            self._workbench = Workbench(self._workspace, self._settings)
            self._body.addWidget(self._workbench, 1)
        self._notifier = RunNotifier(self._workbench.controller, self._settings, self)
        self._connect_contents(self._workbench)
        self.show_page(self.page)
        self._workbench.open_last(prepare_sample=self._prepare_sample)
        self._enable_actions()
        self.ready.emit()

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Open the page called ``name``."""
        self.rail.show_page(name)
        self._settings.last_page = name
        if self._workbench is not None:
            self._workbench.show_page(name)

    @property
    def page(self) -> str:
        """The page that is open."""
        last = self._settings.last_page
        return last if last in self.rail.buttons else "configure"

    @Slot()
    def open_settings(self) -> None:
        """Theme and language."""
        from console.ui.dialogs.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self, self._settings, str(self._workspace.root))
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def open_palette(self) -> None:
        """Everything that can be done now, by typing."""
        from console.ui.command_palette import CommandPalette, Entry

        commands = [
            Entry(_plain(action.text()), action.trigger, tr(record.menu), _key_words(record.key))
            for record in ACTIONS
            if (action := self.actions_by_name[record.name]).isEnabled()
            and record.name != "palette"
        ]
        palette = CommandPalette(self, [*commands, *self.workbench.palette_entries()])
        palette.exec()
        palette.deleteLater()
        if palette.chosen is not None:
            palette.chosen.run()

    @Slot()
    def open_help(self) -> None:
        """Keyboard shortcuts."""
        from console.ui.dialogs.help_dialog import HelpDialog

        dialog = HelpDialog(self)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def open_about(self) -> None:
        """Name and version."""
        from console.ui.dialogs.prompts import prompts

        text = tr("Trains market-direction models and keeps you in command of them.")
        title = f"Training Console {console.__version__}"
        prompts().choose(self, title, text, [tr("Close")])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The contents follow the first paint."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.complete)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A live run goes on without the window, unless the operator wants otherwise."""
        if self._workbench is not None and not self._workbench.may_close():
            event.ignore()
            return
        self._settings.geometry = self.saveGeometry()
        if self._workbench is not None:
            self._workbench.close_down()
        self._settings.sync()
        event.accept()

    def retranslate(self) -> None:
        """Words in the language in force."""
        for menu, words in zip(self._menus, MENUS, strict=True):
            menu.setTitle(tr(words))
        for record in ACTIONS:
            self.actions_by_name[record.name].setText(tr(record.words))
        self.rail.retranslate()
        if self._workbench is not None:
            self._workbench.retranslate()

    def _build_ui(self) -> None:
        self.setWindowTitle("Training Console")
        self.setMinimumSize(*LEAST_SIZE)
        self.rail = NavigationRail(PAGES)
        body = QWidget()
        self._body = QHBoxLayout(body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self.rail)
        self._body.addStretch(0)
        self.setCentralWidget(body)

    def _build_menu(self) -> None:
        self._menus = [self.menuBar().addMenu(tr(words)) for words in MENUS]
        for record in ACTIONS:
            menu = self._menus[MENUS.index(record.menu)]
            if record.separator_before:
                menu.addSeparator()
            action = menu.addAction(tr(record.words))
            keys = [record.key, record.key.replace("Return", "Enter")] if record.key else []
            action.setShortcuts([QKeySequence(key) for key in dict.fromkeys(keys)])
            if hasattr(self, record.slot):
                action.triggered.connect(getattr(self, record.slot))
            else:
                action.setEnabled(False)  # until the contents are there
            self.actions_by_name[record.name] = action

    def _connect(self) -> None:
        self.rail.page_chosen.connect(self.show_page)
        self.rail.settings_clicked.connect(self.open_settings)
        theme_events().theme_changed.connect(self._draw_icons)
        language_events().language_changed.connect(self._on_language)

    def _connect_contents(self, contents: Workbench) -> None:
        for record in ACTIONS:
            if not hasattr(self, record.slot):
                slot = getattr(contents, record.slot)
                self.actions_by_name[record.name].triggered.connect(slot)
        contents.page_changed.connect(self.show_page)
        contents.state_changed.connect(self._enable_actions)
        self._draw_icons()

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.geometry):
            self.resize(*FIRST_SIZE)
        self.rail.show_page(self.page)

    @Slot()
    def _enable_actions(self) -> None:
        """Only what makes sense now can be chosen."""
        if self._workbench is None:
            return
        holds = self._workbench.conditions()
        for record in ACTIONS:
            self.actions_by_name[record.name].setEnabled(holds[record.enabled_when])

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot()
    def _draw_icons(self, _theme: object = None) -> None:
        for record in ACTIONS:
            if record.icon:
                self.actions_by_name[record.name].setIcon(icon(record.icon, "muted"))


def _plain(words: str) -> str:
    """A menu's words without the sign that more is asked."""
    return words.removesuffix("…")


def _key_words(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
