"""The Train page: live curves, the figures of an epoch, checkpoints, log, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from console.core.events import Event
from console.core.members import model_run
from console.core.metrics import EpochMetrics
from console.core.rundir import RESUMABLE_STATES, RunDir, RunStatus
from console.runtime.jobs import JobRunner
from console.runtime.run_controller import RunController
from console.runtime.run_members import RunMembers
from console.runtime.settings import Settings
from console.ui.dialogs.change_dialog import ChangeDialog
from console.ui.dialogs.export_dialog import ExportDialog
from console.ui.i18n import language_events, tr
from console.ui.theme import pixmap, theme_events
from console.ui.widgets.basics import button, label, text_block
from console.ui.widgets.checkpoint_list import CheckpointList
from console.ui.widgets.doctor_view import DoctorView
from console.ui.widgets.epoch_panel import EpochPanel
from console.ui.widgets.failure_card import FailureCard
from console.ui.widgets.log_view import LogView
from console.ui.widgets.member_ribbon import MemberRibbon
from console.ui.widgets.meters_view import MeterReadout, MetersView
from console.ui.widgets.notice import Notice

if TYPE_CHECKING:
    from console.ui.plots.run_plots import RunPlots

PLOT_TICK_MS = 90
CHECKPOINT_KINDS = frozenset({"checkpoint_saved", "best_changed", "finished", "resumed"})


class TrainPage(QWidget):
    """Shows the run in hand of ``controller``.

    Signals:
        configure_requested(): the operator wants to set up a training.
        settings_requested(dict): settings of the run, with these trainer settings changed, are to
            be shown in Configure.
    """

    configure_requested = Signal()
    settings_requested = Signal(object)

    def __init__(
        self,
        controller: RunController,
        jobs: JobRunner,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._controller, self._jobs, self._settings = controller, jobs, settings
        self._seen_version, self._shown_curves = -1, controller.curves
        self.plots: RunPlots | None = None
        self._build_ui()
        self._connect()
        self.retranslate()
        self._on_run(controller.run)

    @Slot()
    def export(self) -> None:
        """Open the export dialog for the run in hand."""
        self.open_export("best")

    def open_export(self, checkpoint: str) -> ExportDialog | None:
        """Open the export dialog with a checkpoint chosen; None without a run."""
        run = self._controller.shown_run
        if run is None:
            return None
        if checkpoint == "best" and self._controller.run and not self._controller.members.picked:
            run = model_run(self._controller.run)  # of several trainings, the one that was chosen
        dialog = ExportDialog(run, self._jobs, self, checkpoint=checkpoint)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    @Slot()
    def check_resume(self) -> None:
        """Show the checkpoints and prove that the run in hand resumes exactly."""
        self.tabs.setCurrentIndex(self.tab_pages.indexOf(self.checkpoints))
        self.checkpoints.refresh()
        self.checkpoints.resume_check.start()

    @Slot()
    def change_settings(self) -> None:
        """Open the dialog that changes settings of the live run."""
        self.open_change()

    def open_change(self) -> ChangeDialog | None:
        """Open it; None without a run."""
        if self._controller.run is None:
            return None
        dialog = ChangeDialog(self._controller, self)
        dialog.open()
        return dialog

    @Slot()
    def show_doctor(self) -> None:
        """Show what the doctor has found."""
        self.tabs.setCurrentIndex(self.tab_pages.indexOf(self.doctor))

    def retranslate(self) -> None:
        """Write the words again."""
        self.empty_title.setText(tr("No run yet"))
        self.empty_text.setText(
            tr(
                "Here you watch a training live: loss and accuracy of every epoch, "
                "the best model so far, checkpoints and the log."
            )
        )
        self.configure_button.setText(tr("Set up a training"))
        self.export_button.setText(tr("Export..."))
        self.export_button.setToolTip(tr("Write the model to a file (Ctrl+E)"))
        self.change_button.setText(tr("Change…"))
        self.change_button.setToolTip(tr("Change settings of this run (Ctrl+L)"))
        self.tabs.setTabText(0, tr("Log"))
        self.tabs.setTabText(1, tr("Checkpoints"))
        self.tabs.setTabText(self.tab_pages.indexOf(self.meters), tr("Meters"))
        self.tabs.setAccessibleName(tr("More about the run"))
        self._name_doctor()
        self.waiting.setText(tr("Preparing the plots"))

    def showEvent(self, event: QShowEvent) -> None:
        """Make the plots after the first paint, and catch up."""
        super().showEvent(event)
        if self.plots is None:
            QTimer.singleShot(0, self, self.ensure_plots)

    @Slot()
    def ensure_plots(self) -> None:
        """Make the plots now; imports pyqtgraph."""
        if self.plots is not None:
            return
        from console.ui.plots.run_plots import RunPlots

        self.plots = RunPlots(self._settings.smoothing, self)
        self.plots.cursor_moved.connect(self.panel.hover)
        self.plots.epoch_picked.connect(self.panel.pin)
        self.plots.smoothing_changed.connect(self._on_smoothing)
        self.plots.problem.connect(self.notice.show_error)
        self.panel.pinned_changed.connect(self.plots.set_pinned)
        self.plots_place.addWidget(self.plots)
        self.plots_place.setCurrentWidget(self.plots)
        self._show_curves()

    def _build_ui(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._build_empty())
        self.stack.addWidget(self._build_run())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _build_empty(self) -> QWidget:
        page = QWidget()
        self.empty_icon = QLabel()
        self.empty_icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_title = label(size="title")
        self.empty_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text = text_block(tone="muted")
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_text.setFixedWidth(420)
        self.configure_button = button(kind="primary")
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(2)
        for widget in (
            self.empty_icon, self.empty_title, self.empty_text, self.configure_button
        ):  # fmt: skip
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page

    def _build_run(self) -> QWidget:
        page = QWidget()
        self.failure, self.notice, self.ribbon = FailureCard(), Notice(), MemberRibbon()
        self.panel, self.log, self.checkpoints = EpochPanel(), LogView(), CheckpointList(self._jobs)
        self.doctor = DoctorView(self._controller)
        self.waiting = label(tone="muted")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plots_place = QStackedWidget()
        self.plots_place.addWidget(self.waiting)
        upper = QWidget()
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.plots_place, 1)
        row.addWidget(self._build_side())
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(True)
        self.splitter.setHandleWidth(6)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self._build_lower())
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([560, 150])
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.failure)
        column.addWidget(self.notice)
        column.addWidget(self.ribbon)
        column.addWidget(self.splitter, 1)
        return page

    def _build_side(self) -> QScrollArea:
        side = QScrollArea()
        side.setWidget(self.panel)
        side.setWidgetResizable(True)
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setFixedWidth(self.panel.width())
        side.viewport().setAutoFillBackground(False)
        return side

    def _build_lower(self) -> QWidget:
        self.tabs, self.tab_pages = QTabBar(), QStackedWidget()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.change_button, self.export_button = button(), button()
        self.meters = MetersView(self._controller)
        self.readout = MeterReadout(self._controller)
        for page in (self.log, self.checkpoints, self.doctor, self.meters):
            self.tabs.addTab("")
            self.tab_pages.addWidget(page)
        self.tabs.currentChanged.connect(self._on_tab)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.log.tools)
        head.addWidget(self.change_button)
        head.addWidget(self.export_button)
        head.addWidget(self.readout)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.tab_pages, 1)
        return lower

    def _connect(self) -> None:
        controller = self._controller
        controller.run_changed.connect(self._on_run)
        controller.state_changed.connect(self._on_state)
        controller.events.connect(self._on_events)
        controller.epoch_metrics.connect(self._on_epoch)
        controller.failed.connect(self._on_failed)
        controller.refused.connect(self._on_refused)
        controller.members_changed.connect(self._on_members)
        self.ribbon.member_picked.connect(controller.show_member)
        self.configure_button.clicked.connect(self.configure_requested)
        self.change_button.clicked.connect(self.change_settings)
        self.export_button.clicked.connect(self.export)
        self.doctor.settings_requested.connect(self.settings_requested)
        self.doctor.changed.connect(self._name_doctor)
        self.failure.resume_requested.connect(self._resume_run)
        self.checkpoints.export_requested.connect(self._export_checkpoint)
        language_events().language_changed.connect(self._on_language)
        theme_events().theme_changed.connect(self._on_theme)
        self._timer = QTimer(self)
        self._timer.setInterval(PLOT_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._on_theme(None)

    @Slot()
    def _tick(self) -> None:
        """Draw what changed; once per tick, and only what is on screen."""
        self.readout.refresh()
        self.meters.refresh()
        curves = self._controller.curves
        if self.plots is None or not self.isVisible():
            return
        if curves.version != self._seen_version:
            self._seen_version = curves.version
            self.plots.mark_stale(self._controller.progress.epochs)
        self.plots.refresh()

    @Slot(object)
    def _on_run(self, _run: RunDir | None) -> None:
        self.log.clear()
        self.failure.clear()
        self.notice.clear()
        self.ribbon.show_members(self._controller.members)
        self._show_curves()
        self._show_stack()

    @Slot(object)
    def _on_members(self, members: RunMembers) -> None:
        """A training of a run of several has news, or another one is to be shown."""
        self.ribbon.show_members(members)
        if self._controller.curves is not self._shown_curves:
            self._show_curves()
        self._seen_version = -1  # the others, drawn pale, may have grown

    def _show_curves(self) -> None:
        """Show the curves that the controller holds for us now."""
        curves = self._shown_curves = self._controller.curves
        curves.batch_loss.weight = self._settings.smoothing
        self.panel.set_curves(curves)
        self.checkpoints.set_run(self._controller.shown_run)
        if self.plots is not None:
            stories = self._controller.members.stories.values()
            self.plots.set_curves(curves, [s.curves for s in stories if s.curves is not curves])
        self._seen_version = -1
        self._tick()

    @Slot(object)
    def _on_state(self, status: RunStatus) -> None:
        self._show_stack()
        if status.state == "crashed" and self._controller.failure is None:
            self._show_failure({"message": tr("The training process ended without a word.")})
        elif status.state not in ("failed", "crashed"):
            if self._controller.failure is None:
                self.failure.clear()
        elif self._controller.failure is not None:
            self._show_failure(self._controller.failure)
        self.checkpoints.refresh()

    @Slot(object)
    def _on_events(self, events: Sequence[Event]) -> None:
        self.log.add(events)
        kinds = {event.kind for event in events}
        if kinds & CHECKPOINT_KINDS:
            self.checkpoints.refresh()
        if "best_changed" in kinds or "resumed" in kinds:
            self.panel.refresh()

    @Slot()
    def _name_doctor(self) -> None:
        self.tabs.setTabText(self.tab_pages.indexOf(self.doctor), self.doctor.title())

    @Slot(object)
    def _on_epoch(self, _metrics: EpochMetrics) -> None:
        self.panel.refresh()
        self._tick()

    @Slot(object)
    def _on_failed(self, error: dict[str, str]) -> None:
        self._show_stack()
        self._show_failure(error)

    @Slot(object)
    def _on_refused(self, error: dict[str, str]) -> None:
        self.notice.show_error(error)

    def _show_failure(self, error: dict[str, str]) -> None:
        saved = self._controller.progress.last_saved
        self.failure.show_failure(
            error,
            kept_epoch=saved.epoch if saved else None,
            can_resume=self._controller.run is not None
            and self._controller.state.state in RESUMABLE_STATES,
        )
        self.stack.setCurrentIndex(1)

    def _show_stack(self) -> None:
        controller = self._controller
        empty = controller.run is None and not controller.is_live and controller.failure is None
        self.stack.setCurrentIndex(0 if empty else 1)
        self.export_button.setEnabled(controller.run is not None)
        self.change_button.setEnabled(controller.is_live)

    @Slot()
    def _resume_run(self) -> None:
        if self._controller.run is not None:
            self.failure.clear()
            self._controller.resume_run(self._controller.run)

    @Slot(object)
    def _export_checkpoint(self, info: object) -> None:
        self.open_export(str(getattr(info, "name", "best")))

    @Slot(float)
    def _on_smoothing(self, weight: float) -> None:
        self._settings.smoothing = weight
        self._controller.curves.batch_loss.weight = weight
        self._seen_version = -1
        self._tick()

    @Slot(int)
    def _on_tab(self, index: int) -> None:
        self.tab_pages.setCurrentIndex(index)
        self.log.tools.setVisible(index == 0)

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot(object)
    def _on_theme(self, _theme: object) -> None:
        self.empty_icon.setPixmap(pixmap("chart", "muted", 48, self.devicePixelRatioF()))
