"""What fills the main window: run bar, pages, and the objects behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.core.configs import OrchestratorConfig
from console.core.mends import Mend
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RESUMABLE_STATES, RunDir, list_runs
from console.runtime.jobs import JobRunner
from console.runtime.run_controller import RunController
from console.runtime.runs_desk import RunsDesk
from console.runtime.settings import Settings
from console.ui.actions import Condition
from console.ui.command_palette import Entry
from console.ui.crash_offer import CrashOffer
from console.ui.dialogs.prompts import prompts
from console.ui.i18n import tr
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.data_page import DataPage
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.queue_news import QueueNews
from console.ui.pages.runs_page import RunsPage
from console.ui.pages.train_page import TrainPage
from console.ui.widgets.notice import Notice
from console.ui.widgets.run_bar import RunBar
from console.ui.widgets.run_switcher import run_words

RUNS_LOOKED_AT, RUNS_IN_PALETTE = 200, 50


class Workbench(QWidget):
    """Wires the pages to each other and to the run in hand.

    Signals:
        page_changed(str): another page is open.
        state_changed(): what can be done now may be something else.
    """

    page_changed = Signal(str)
    state_changed = Signal()

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        super().__init__()
        self._workspace, self._settings = workspace, settings
        self.jobs = JobRunner(self, workspace=workspace)
        self.controller = RunController(workspace, self)
        self.desk = RunsDesk(workspace, self)
        self.shelf = DatasetShelf(workspace, self.jobs, self)
        self.run_bar = RunBar(self.controller)
        self.notice = Notice()
        self.crash_offer = CrashOffer(self.notice, self.controller, self.jobs, settings, self)
        self.data_page = DataPage(self.shelf, settings)
        self.configure_page = ConfigurePage(workspace, self.shelf, settings)
        self.train_page = TrainPage(self.controller, self.jobs, settings)
        self.runs_page = RunsPage(self.desk)
        self.news = QueueNews(self.desk, self.controller, self.notice, self.runs_page)
        self.pages: dict[str, QWidget] = {
            "data": self.data_page, "configure": self.configure_page, "train": self.train_page,
            "runs": self.runs_page,
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._build_ui()
        self._connect()
        self._share_choice()
        self._show_state()

    # Pages

    def show_page(self, name: str) -> None:
        """Open the page called ``name``."""
        page = self.pages[name]
        if page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
            self.page_changed.emit(name)
        page.setFocus()

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

    @Slot()
    def show_runs(self) -> None:
        """Open the Runs page."""
        self.show_page("runs")

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
    def add_to_queue(self) -> None:
        """Let what Configure shows wait for its turn."""
        self.configure_page.add_to_queue()

    @Slot()
    def check_data(self) -> None:
        """Check the data that Configure shows."""
        self.show_configure()
        self.configure_page.gate.check()

    @Slot()
    def show_findings(self) -> None:
        """List what was found about them."""
        self.show_configure()
        self.configure_page.show_findings()

    @Slot()
    def pause_or_resume(self) -> None:
        """Pause the live run, or let it go on, also when its memory was freed."""
        if self.controller.state.state == "paused":
            self.controller.resume()
        elif self.controller.state.state == "released":
            self.resume_run()
        else:
            self.controller.pause()

    @Slot()
    def release(self) -> None:
        """Pause the live run and free its memory."""
        self.controller.release()

    @Slot()
    def change_settings(self) -> None:
        """Change settings of the live run."""
        self.show_train()
        self.train_page.open_change()

    @Slot()
    def show_doctor(self) -> None:
        """Show what the doctor has found."""
        self.show_train()
        self.train_page.show_doctor()

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
    def check_resume(self) -> None:
        """Prove that the run in hand resumes exactly."""
        self.show_train()
        self.train_page.check_resume()

    @Slot()
    def find_setting(self) -> None:
        """Find a run on the Runs page, else a field of the forms."""
        if self.page == "runs":
            self.runs_page.focus_search()
            return
        self.show_configure()
        self.configure_page.focus_search()

    def palette_entries(self) -> list[Entry]:
        """Settings to go to and runs to show, for the command palette."""
        forms = self.configure_page.forms
        settings = [
            Entry(words, partial(self._show_setting, path), tr("Setting") + " · " + form)
            for path, words, form in forms.places()
        ]
        runs = [
            Entry(run_words(run), partial(self._show_run, run), tr("Run"))
            for run in list_runs(self._workspace)[:RUNS_IN_PALETTE]
        ]
        return [*settings, *runs]

    def _show_setting(self, path: str) -> None:
        self.show_configure()
        self.configure_page.forms.reveal(path)

    def _show_run(self, run: RunDir) -> None:
        if run != self.controller.run:
            self.controller.attach(run)
        self.show_train()

    # Life of the window

    def open_last(self, *, prepare_sample: bool) -> None:
        """Take the live run in hand, else the last one; make a sample where there is no data."""
        runs = list_runs(self._workspace)[:RUNS_LOOKED_AT]
        run = self._run_to_show(runs)
        if run is not None:
            self.controller.attach(run)
            if run.status().state in LIVE_STATES:
                self.show_train()
        self.crash_offer.offer([r for r in runs if r != run or self.page != "train"])
        if prepare_sample and not self.shelf.datasets:
            self.shelf.make_sample()
        self.desk.start()

    def may_close(self) -> bool:
        """Ask what becomes of a live run; False keeps the window open."""
        if not self.controller.is_live:
            return True
        chosen = prompts().choose(
            self,
            tr("A training is running"),
            tr("Training goes on without the window."),
            [tr("Keep running"), tr("Stop after this epoch"), tr("Don't close")],
        )
        if chosen == 1:
            self.controller.stop_after_epoch()
        return chosen in (0, 1)

    def close_down(self) -> None:
        """Keep what was chosen, leave the run to itself, end our own jobs."""
        self.configure_page.save_state()
        self.controller.shutdown()
        self.desk.shutdown()
        self.jobs.shutdown()

    def conditions(self) -> dict[Condition, bool]:
        """What holds now, for the actions that need it."""
        controller = self.controller
        has_run = controller.run is not None
        return {
            "always": True,
            "can_start": self.configure_page.can_start,
            "can_queue": self.configure_page.can_queue,
            "live": controller.is_live,
            "can_pause": controller.is_live or controller.state.state == "released",
            "has_run": has_run,
            "dead_run": has_run and controller.state.state in RESUMABLE_STATES,
        }

    @Slot(object)
    def show_crash(self, report: Mapping[str, str]) -> None:
        """An error that nobody expected: said in place, the window stays."""
        message = tr("The window met an error: {message}", message=report["message"])
        remedy = tr("A running training is not touched. Details: {log}", log=report["log"])
        self.notice.show_error({"message": message, "remedy": remedy})

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.data_page.retranslate()
        self.configure_page.retranslate()
        self.runs_page.retranslate()
        self._show_state()

    def _build_ui(self) -> None:
        for page in self.pages.values():
            page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.run_bar, 0), (self.notice, 0), (self._stack, 1)):
            column.addWidget(part, stretch)

    def _connect(self) -> None:
        self.run_bar.show_run_requested.connect(self.show_train)
        self.run_bar.show_doctor_requested.connect(self.show_doctor)
        self.run_bar.change_requested.connect(self.change_settings)
        self.train_page.settings_requested.connect(self._configure_anew)
        self.data_page.use_requested.connect(self._train_on)
        self.data_page.mend_requested.connect(self._mend)
        self.configure_page.start_requested.connect(self._start)
        self.configure_page.queue_requested.connect(self.desk.enqueue)
        self.runs_page.show_asked.connect(self._show_named)
        self.runs_page.resume_asked.connect(self._resume_named)
        self.runs_page.configure_asked.connect(self.show_configure)
        self.news.queue_asked.connect(self.show_runs)
        self.news.run_asked.connect(self._show_named)
        self.configure_page.import_asked.connect(self.import_data)
        self.configure_page.plan_changed.connect(self.state_changed)
        self.configure_page.plan_changed.connect(self._share_choice)
        self.train_page.configure_requested.connect(self.show_configure)
        self.shelf.added.connect(self.configure_page.strip.choose)
        self.crash_offer.taken_in_hand.connect(self.show_train)
        self.controller.run_changed.connect(self._on_run)
        self.controller.state_changed.connect(self._on_state)

    def _run_to_show(self, runs: Sequence[RunDir]) -> RunDir | None:
        """The newest live run, else the one last in hand, else the newest."""
        live = [run for run in runs if run.status().state in LIVE_STATES]
        last = [run for run in runs if run.id == self._settings.last_run]
        return next(iter(live + last + runs), None)

    @Slot(object)
    def _start(self, config: OrchestratorConfig) -> None:
        self.controller.start(config)
        self.show_train()

    @Slot(object)
    def _configure_anew(self, changes: Mapping[str, Any]) -> None:
        """Show the settings of the run in hand in Configure, some of the trainer's changed."""
        config = self.controller.run_config()
        if config is not None:
            self.configure_page.take_over(config, changes)
            self.show_configure()

    @Slot(str)
    def _show_named(self, run_id: str) -> None:
        self._show_run(RunDir(self._workspace.runs / run_id))

    @Slot(str)
    def _resume_named(self, run_id: str) -> None:
        self.controller.resume_run(RunDir(self._workspace.runs / run_id))
        self.show_train()

    @Slot(str)
    def _train_on(self, dataset: str) -> None:
        self.configure_page.strip.choose(dataset)
        self.show_configure()

    @Slot(str, object)
    def _mend(self, dataset: str, mend: Mend) -> None:
        self._train_on(dataset)
        self.configure_page.mending.apply(mend)

    @Slot()
    def _share_choice(self) -> None:
        self.data_page.set_configured(self.configure_page.data_choice)

    @Slot(object)
    def _on_run(self, run: RunDir | None) -> None:
        self._settings.last_run = run.id if run is not None else ""
        self._show_state()

    @Slot(object)
    def _on_state(self, _status: object) -> None:
        self._show_state()

    def _show_state(self) -> None:
        """Keep a second training from starting, and tell the menu."""
        live, run = self.controller.is_live, self.controller.run
        if run is not None and self.controller.state.state == "crashed" and self.page == "train":
            self.crash_offer.note_seen(run)
        reason = tr("A training is running. Stop it or wait until it ends.")
        self.configure_page.set_blocked(reason if live else "")
        self.state_changed.emit()
