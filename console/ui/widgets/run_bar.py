"""The bar above every page: what the run in hand is doing, how far it is, and its commands."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.core.rundir import RESUMABLE_STATES, RunStatus
from console.runtime.run_controller import RunController
from console.ui.forms.format import duration_text, grouped
from console.ui.i18n import language_events, tr, tr_message, trn
from console.ui.plots.numbers import value_text
from console.ui.theme import icon, theme_events
from console.ui.widgets.basics import ElidedLabel, label
from console.ui.widgets.member_words import member_place
from console.ui.widgets.run_figures import Figure, Progress, StateDot
from console.ui.widgets.run_switcher import RunSwitcher
from console.ui.widgets.run_words import (
    STATE_ROLES,
    metric_words,
    pending_words,
    reason_words,
    stage_words,
    state_words,
)
from console.ui.widgets.split_button import SplitButton

REFRESH_MS = 250


class RunBar(QFrame):
    """Always visible; reads everything from the controller.

    Signals:
        show_run_requested(): the operator clicked at the bar.
        show_doctor_requested(): what the doctor has found is to be shown.
        change_requested(): settings of the run are to be changed.
    """

    show_run_requested = Signal()
    show_doctor_requested = Signal()
    change_requested = Signal()

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self._controller = controller
        self._build_ui()
        self._connect()
        self.retranslate()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click beside the buttons opens the run's page."""
        super().mouseReleaseEvent(event)
        if self._controller.run is not None and event.button() == Qt.MouseButton.LeftButton:
            self.show_run_requested.emit()

    def _build_ui(self) -> None:
        self.dot, self.state_label = StateDot(self), label(bold=True)
        self.detail_label, self.answer_label = ElidedLabel(tone="muted"), label(tone="accent")
        self.doctor_button, self.resume_run_button = QPushButton(), QPushButton()
        self.doctor_button.setProperty("kind", "link")
        self.doctor_button.setVisible(False)
        self.pause_button = SplitButton("pause", self)
        self.pause_action = self.pause_button.menu.addAction("")
        self.release_action = self.pause_button.menu.addAction("")
        self.pause_button.menu.addSeparator()
        self.change_action = self.pause_button.menu.addAction("")
        self.resume_run_button.setProperty("kind", "primary")
        self.switcher = RunSwitcher(self._controller, self)
        self.stop_button = SplitButton("stop", self)
        self.stop_after_action = self.stop_button.menu.addAction("")
        self.stop_now_action = self.stop_button.menu.addAction("")
        self.stop_button.menu.addSeparator()
        self.save_action = self.stop_button.menu.addAction("")
        self.epoch_progress, self.total_progress = Progress(self), Progress(self)
        self.speed, self.left = Figure("888,888", self), Figure("888 h 88 m", self)
        self.rate, self.best = Figure("8.88e-88", self), Figure("8.888 – 888", self)
        self._layout()

    def _layout(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for widget in (self.dot, self.state_label):
            top.addWidget(widget)
        top.addSpacing(8)
        top.addWidget(self.detail_label, 1)
        for widget in (
            self.answer_label, self.doctor_button, self.pause_button, self.stop_button
        ):  # fmt: skip
            top.addWidget(widget)
        top.addWidget(self.resume_run_button)
        top.addWidget(self.switcher)
        bottom = QHBoxLayout()
        bottom.setSpacing(24)
        bottom.addWidget(self.epoch_progress, 3)
        bottom.addWidget(self.total_progress, 3)
        bottom.addStretch(1)
        for figure in (self.speed, self.left, self.rate, self.best):
            bottom.addWidget(figure)
        self._figures = QWidget()
        self._figures.setLayout(bottom)
        bottom.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._figures)

    def _connect(self) -> None:
        controller = self._controller
        controller.run_changed.connect(self._on_run)
        controller.state_changed.connect(self._on_state)
        controller.pending_changed.connect(self._on_pending)
        controller.epoch_metrics.connect(self._on_news)
        controller.events.connect(self._on_events)
        self.doctor_button.clicked.connect(self.show_doctor_requested)
        self.pause_button.clicked.connect(self._pause_or_resume)
        self.pause_action.triggered.connect(self._pause_or_resume)
        self.release_action.triggered.connect(controller.release)
        self.change_action.triggered.connect(self.change_requested)
        self.stop_button.clicked.connect(controller.stop_after_epoch)
        self.stop_after_action.triggered.connect(controller.stop_after_epoch)
        self.stop_now_action.triggered.connect(controller.stop_now)
        self.save_action.triggered.connect(controller.save_now)
        self.resume_run_button.clicked.connect(self._resume_run)
        theme_events().theme_changed.connect(self._draw_icons)
        language_events().language_changed.connect(self._on_language)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._draw_icons()

    def retranslate(self) -> None:
        """Write the words again."""
        self.stop_button.set_words(
            tr("Stop"), tr("Stop after this epoch"), tr("Other ways to stop")
        )
        self.stop_after_action.setText(tr("After this epoch"))
        self.stop_now_action.setText(tr("Now, keeping everything"))
        self.save_action.setText(tr("Save a checkpoint now"))
        self.release_action.setText(tr("Pause and free the memory"))
        self.release_action.setToolTip(tr("Everything is saved, then the process ends"))
        self.change_action.setText(tr("Change settings…"))
        self.switcher.retranslate()
        self.speed.set_caption(tr("windows/s"))
        self.left.set_caption(tr("time left"))
        self.rate.set_caption(tr("learning rate"))
        self.setAccessibleName(tr("Run"))
        self._reserve_pause_room()
        self._show_state()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Bring bars and figures up to date."""
        progress, state = self._controller.progress, self._controller.state
        self._show_epochs()
        speed = progress.samples_per_second if state.state == "running" else None
        self.speed.show_value("–" if not speed else grouped(round(speed)))
        left = progress.left_s if self._controller.is_live else None
        self.left.show_value("–" if left is None else duration_text(_calm(left)))
        self.rate.show_value(value_text(progress.learning_rate))
        best = progress.best
        self.best.set_caption(
            tr("best {metric}", metric=metric_words(best.metric if best else "val_loss"))
        )
        self.best.show_value(
            tr("{value} at epoch {epoch}", value=value_text(best.value), epoch=best.epoch)
            if best
            else "–"
        )
        self._show_doctor()
        self._show_words()

    def _show_doctor(self) -> None:
        """A small sign while the doctor has found more than a note."""
        alarms = self._controller.progress.findings.alarms
        shown = bool(alarms) and self._controller.run is not None
        self.doctor_button.setVisible(shown)
        if shown:
            worst = alarms[0].diagnosis
            severe = worst.level == "severe"
            self.doctor_button.setText(trn("{n} finding", "{n} findings", len(alarms)))
            self.doctor_button.setIcon(
                icon("problem" if severe else "warning", "bad" if severe else "warning")
            )
            self.doctor_button.setToolTip(tr_message(worst.message))

    def _show_epochs(self) -> None:
        progress = self._controller.progress
        if not progress.epochs:
            self.epoch_progress.show_share(tr("epoch"), None)
            self.total_progress.show_share(tr("whole run"), None)
            return
        words = tr(
            "epoch {epoch} of {epochs}", epoch=max(1, progress.epoch), epochs=progress.epochs
        )
        self.epoch_progress.show_share(words, progress.epoch_fraction)
        whole = tr("whole run")
        if progress.members:
            told = {"name": progress.member_name, "index": progress.member}
            whole = member_place({**told, "total": progress.members})
        self.total_progress.show_share(whole, progress.total_fraction)

    def _show_state(self) -> None:
        state = self._controller.state.state
        has_run = self._controller.run is not None or state == "starting"
        self.dot.set_role(STATE_ROLES[state])
        self.state_label.setText(state_words(state))
        live = self._controller.is_live
        paused = state == "paused"
        self.pause_button.setVisible(live)
        self.stop_button.setVisible(live)
        self.pause_button.setEnabled(state in ("running", "paused"))
        words = tr("Continue") if paused else tr("Pause")
        self.pause_button.set_words(words, words, tr("Other ways to pause"))
        self.pause_button.set_icon("play" if paused else "pause")
        keeping = tr("Pause, keeping the memory")
        self.pause_action.setText(tr("Continue") if paused else keeping)
        released = state == "released"
        self.resume_run_button.setText(tr("Continue") if released else tr("Resume run"))
        self.stop_button.setEnabled(live and self._controller.pending != "stop_now")
        self.resume_run_button.setVisible(
            self._controller.run is not None and state in RESUMABLE_STATES
        )
        self._figures.setVisible(has_run)
        if live and not self._timer.isActive():
            self._timer.start()
        elif not live:
            self._timer.stop()
        self._show_words()

    def _show_words(self) -> None:
        controller, progress = self._controller, self._controller.progress
        parts = []
        if progress.dataset:
            parts.append(" / ".join(part for part in (progress.dataset, progress.label) if part))
        if progress.model:
            parts.append(progress.model)
        if progress.trainer and progress.trainer != progress.model:
            parts.append(progress.trainer)
        if progress.simulated:
            parts.append(tr("simulated data"))
        state = controller.state.state
        if controller.is_live and progress.stage and progress.stage != "train":
            parts.append(stage_words(progress.stage))
        elif state == "starting" and not progress.stage:
            parts.append(tr("starting the training process"))
        elif state in ("finished", "stopped") and progress.reason:
            parts.append(reason_words(progress.reason))
        elif state == "new":
            parts.append(tr("Choose data and presets, then start a training."))
        text = " · ".join(parts)
        if text != self.detail_label.text():
            self.detail_label.setText(text)
            self.detail_label.setToolTip(controller.run.id if controller.run else "")
        self.answer_label.setText(pending_words(controller.pending, progress))

    def _reserve_pause_room(self) -> None:
        metrics = self.pause_button.main.fontMetrics()
        words = max(metrics.horizontalAdvance(text) for text in (tr("Pause"), tr("Continue")))
        self.pause_button.main.setFixedWidth(words + 62)

    @Slot()
    def _pause_or_resume(self) -> None:
        if self._controller.state.state == "paused":
            self._controller.resume()
        else:
            self._controller.pause()

    @Slot()
    def _resume_run(self) -> None:
        if self._controller.run is not None:
            self._controller.resume_run(self._controller.run)

    @Slot(object)
    def _on_run(self, _run: object) -> None:
        self._show_state()
        self.refresh()

    @Slot(object)
    def _on_state(self, _status: RunStatus) -> None:
        self._show_state()
        self.refresh()

    @Slot(str)
    def _on_pending(self, _command: str) -> None:
        self._show_state()

    @Slot(object)
    def _on_news(self, _metrics: object) -> None:
        self.refresh()

    @Slot(object)
    def _on_events(self, _events: object) -> None:
        if not self._timer.isActive():
            self.refresh()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    def _draw_icons(self, _theme: object = None) -> None:
        self.resume_run_button.setIcon(icon("play", "accent_text"))
        self._show_doctor()
        for child in self.findChildren(QLabel):
            child.update()


def _calm(seconds: float) -> float:
    """Time left in steps that do not flicker."""
    step = 1 if seconds < 20 else 5 if seconds < 120 else 60
    return round(seconds / step) * step
