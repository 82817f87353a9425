"""The main window: rail, run bar, pages and menu. Everything else lives in the parts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

import console
from console.core.configs import OrchestratorConfig
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RESUMABLE_STATES, RunDir, list_runs
from console.runtime.jobs import JobRunner
from console.runtime.run_controller import RunController
from console.runtime.settings import Settings
from console.ui.actions import ACTIONS, MENUS, Condition
from console.ui.dialogs.help_dialog import HelpDialog
from console.ui.dialogs.prompts import prompts
from console.ui.dialogs.settings_dialog import SettingsDialog
from console.ui.i18n import language_events, tr
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.data_page import DataPage
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.train_page import TrainPage
from console.ui.theme import icon, theme_events
from console.ui.widgets.navigation_rail import NavigationRail
from console.ui.widgets.notice import Notice
from console.ui.widgets.run_bar import RunBar

PAGES = (
    ("data", "Data", "data", "Ctrl+1"),
    ("configure", "Configure", "configure", "Ctrl+2"),
    ("train", "Train", "chart", "Ctrl+3"),
)
FIRST_SIZE, LEAST_SIZE = (1280, 800), (960, 600)
RUNS_LOOKED_AT = 200


class MainWindow(QMainWindow):
    """``ready`` is emitted after the first paint, when runs and data have been looked for."""

    ready = Signal()

    def __init__(
        self, workspace: Workspace, settings: Settings, *, prepare_sample: bool = True
    ) -> None:
        super().__init__()
        self._workspace, self._settings = workspace, settings
        self._prepare_sample = prepare_sample
        self._opened = False
        self.jobs = JobRunner(self)
        self.controller = RunController(workspace, self)
        self.shelf = DatasetShelf(workspace, self.jobs, self)
        self.actions_by_name: dict[str, QAction] = {}
        self._build_ui()
        self._build_menu()
        self._connect()
        self._restore()

    # Pages

    def show_page(self, name: str) -> None:
        """Open the page called ``name``."""
        self._stack.setCurrentWidget(self.pages[name])
        self.pages[name].setFocus()
        self.rail.show_page(name)
        self._settings.last_page = name

    @property
    def page(self) -> str:
        """The page that is open."""
        current = self._stack.currentWidget()
        return next(name for name, widget in self.pages.items() if widget is current)

    @Slot()
    def show_data(self) -> None:
        """Open the Data page."""
        self.show_page("data")

    @Slot()
    def show_configure(self) -> None:
        """Open the Configure page."""
        self.show_page("configure")

    @Slot()
    def show_train(self) -> None:
        """Open the Train page."""
        self.show_page("train")

    # What the menu does

    @Slot()
    def import_data(self) -> None:
        """Import a dataset."""
        self.show_data()
        self.data_page.open_import()

    @Slot()
    def export_model(self) -> None:
        """Export a model of the run in hand."""
        self.show_train()
        self.train_page.export()

    @Slot()
    def start_training(self) -> None:
        """Start what Configure shows."""
        self.configure_page.start()

    @Slot()
    def pause_or_resume(self) -> None:
        """Pause the live run, or let it go on."""
        if self.controller.state.state == "paused":
            self.controller.resume()
        else:
            self.controller.pause()

    @Slot()
    def stop_after_epoch(self) -> None:
        """Stop the live run at the end of its epoch."""
        self.controller.stop_after_epoch()

    @Slot()
    def stop_now(self) -> None:
        """Stop the live run after its step."""
        self.controller.stop_now()

    @Slot()
    def resume_run(self) -> None:
        """Continue a run that stopped or crashed."""
        run = self.controller.run
        if run is not None:
            self.controller.resume_run(run)

    @Slot()
    def find_setting(self) -> None:
        """Find a field of the forms."""
        self.show_configure()
        self.configure_page.focus_search()

    @Slot()
    def open_settings(self) -> None:
        """Theme and language."""
        dialog = SettingsDialog(self, self._settings, str(self._workspace.root))
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def open_help(self) -> None:
        """Keyboard shortcuts."""
        dialog = HelpDialog(self)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def open_about(self) -> None:
        """Name and version."""
        text = tr("Trains market-direction models and keeps you in command of them.")
        title = f"Training Console {console.__version__}"
        prompts().choose(self, title, text, [tr("Close")])

    # Life of the window

    def showEvent(self, event: QShowEvent) -> None:
        """Look for runs and data once the window is on the screen."""
        super().showEvent(event)
        if not self._opened:
            self._opened = True
            QTimer.singleShot(0, self, self._after_first_paint)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A live run goes on without the window, unless the operator wants otherwise."""
        if self.controller.is_live and not self._may_leave_run():
            event.ignore()
            return
        self._settings.geometry = self.saveGeometry()
        self.configure_page.save_state()
        self._settings.sync()
        self.controller.shutdown()
        self.jobs.shutdown()
        event.accept()

    @Slot(object)
    def show_crash(self, report: Mapping[str, str]) -> None:
        """An error that nobody expected: said in place, the window stays."""
        self._notice.show_error(
            {
                "message": tr("The window met an error: {message}", message=report["message"]),
                "remedy": tr(
                    "A running training is not touched. Details: {log}", log=report["log"]
                ),
            }
        )

    def retranslate(self) -> None:
        """Words in the language in force."""
        for menu, words in zip(self._menus, MENUS, strict=True):
            menu.setTitle(tr(words))
        for record in ACTIONS:
            self.actions_by_name[record.name].setText(tr(record.words))
        self.rail.retranslate()
        self.data_page.retranslate()
        self.configure_page.retranslate()
        self._show_state()

    # Construction

    def _build_ui(self) -> None:
        self.setWindowTitle("Training Console")
        self.setMinimumSize(*LEAST_SIZE)
        self.rail = NavigationRail(PAGES)
        self.run_bar = RunBar(self.controller)
        self._notice = Notice()
        self.data_page = DataPage(self.shelf)
        self.configure_page = ConfigurePage(self._workspace, self.shelf, self._settings)
        self.train_page = TrainPage(self.controller, self.jobs, self._settings)
        self.pages: dict[str, QWidget] = {
            "data": self.data_page, "configure": self.configure_page, "train": self.train_page,
        }  # fmt: skip
        self._stack = QStackedWidget()
        for page in self.pages.values():
            page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._stack.addWidget(page)
        column = QVBoxLayout()
        column.setSpacing(0)
        for part, stretch in ((self.run_bar, 0), (self._notice, 0), (self._stack, 1)):
            column.addWidget(part, stretch)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
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
            action.triggered.connect(getattr(self, record.slot))
            self.actions_by_name[record.name] = action
        self._draw_icons()

    def _connect(self) -> None:
        self.rail.page_chosen.connect(self.show_page)
        self.rail.settings_clicked.connect(self.open_settings)
        self.run_bar.show_run_requested.connect(self.show_train)
        self.data_page.use_requested.connect(self._train_on)
        self.configure_page.start_requested.connect(self._start)
        self.configure_page.import_asked.connect(self.import_data)
        self.configure_page.plan_changed.connect(self._show_state)
        self.train_page.configure_requested.connect(self.show_configure)
        self.shelf.added.connect(self.configure_page.strip.choose)
        self.controller.run_changed.connect(self._on_run)
        self.controller.state_changed.connect(self._on_state)
        theme_events().theme_changed.connect(self._draw_icons)
        language_events().language_changed.connect(self._on_language)

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.geometry):
            self.resize(*FIRST_SIZE)
        page = self._settings.last_page
        self.show_page(page if page in self.pages else "configure")
        self._show_state()

    # What happens

    @Slot()
    def _after_first_paint(self) -> None:
        run = self._run_to_show()
        if run is not None:
            self.controller.attach(run)
            if run.status().state in LIVE_STATES:
                self.show_train()
        if not self.shelf.datasets and self._prepare_sample:
            self.shelf.make_sample()
        self.ready.emit()

    def _run_to_show(self) -> RunDir | None:
        """The newest live run, else the one that was in hand when the window was closed."""
        runs = list_runs(self._workspace)[:RUNS_LOOKED_AT]
        live = [run for run in runs if run.status().state in LIVE_STATES]
        last = [run for run in runs if run.id == self._settings.last_run]
        return next(iter(live + last), None)

    def _may_leave_run(self) -> bool:
        """Ask what becomes of the live run; False keeps the window open."""
        chosen = prompts().choose(
            self,
            tr("A training is running"),
            tr("Training goes on without the window."),
            [tr("Keep running"), tr("Stop after this epoch"), tr("Don't close")],
        )
        if chosen == 1:
            self.controller.stop_after_epoch()
        return chosen in (0, 1)

    @Slot(object)
    def _start(self, config: OrchestratorConfig) -> None:
        self.controller.start(config)
        self.show_train()

    @Slot(str)
    def _train_on(self, dataset: str) -> None:
        self.configure_page.strip.choose(dataset)
        self.show_configure()

    @Slot(object)
    def _on_run(self, run: RunDir | None) -> None:
        self._settings.last_run = run.id if run is not None else ""
        self._show_state()

    @Slot(object)
    def _on_state(self, _status: object) -> None:
        self._show_state()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot()
    def _show_state(self) -> None:
        """Enable the actions that make sense now; keep a second training from starting."""
        controller = self.controller
        reason = tr("A training is running. Stop it or wait until it ends.")
        self.configure_page.set_blocked(reason if controller.is_live else "")
        dead = controller.run is not None and controller.state.state in RESUMABLE_STATES
        holds: dict[Condition, bool] = {
            "always": True, "can_start": self.configure_page.can_start, "live": controller.is_live,
            "has_run": controller.run is not None, "dead_run": dead,
        }  # fmt: skip
        for record in ACTIONS:
            self.actions_by_name[record.name].setEnabled(holds[record.enabled_when])

    @Slot()
    def _draw_icons(self, _theme: object = None) -> None:
        for record in ACTIONS:
            if record.icon:
                self.actions_by_name[record.name].setIcon(icon(record.icon, "muted"))
