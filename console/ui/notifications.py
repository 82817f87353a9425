"""Tells the operator who looks elsewhere that a run has ended or needs a decision."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from console.core.events import Event
from console.core.rundir import LIVE_STATES, RunStatus
from console.runtime.run_controller import RunController
from console.runtime.settings import Settings
from console.ui.i18n import tr, tr_message
from console.ui.plots.numbers import value_text
from console.ui.widgets.member_words import summary_words
from console.ui.widgets.run_words import metric_words, reason_words, state_words

NOTIFY, SOUND = "notify/end", "notify/sound"  # settings: on by default, and off by default
NEEDS_DECISION = frozenset({"checkpoints_failing", "release_failed"})


class RunNotifier(QObject):
    """Listens to the run in hand. While the window is the active one, nothing is announced: what
    happened can be seen there.

    Signals:
        notified(title, text): an announcement was made.
    """

    notified = Signal(str, str)

    def __init__(self, controller: RunController, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._settings, self._window = controller, settings, window
        self._tray: QSystemTrayIcon | None = None
        self._was_live = False
        controller.run_changed.connect(self._on_run)
        controller.state_changed.connect(self._on_state)
        controller.events.connect(self._on_events)

    @Slot(object)
    def _on_run(self, _run: object) -> None:
        self._was_live = False

    @Slot(object)
    def _on_state(self, status: RunStatus) -> None:
        live = status.state in LIVE_STATES
        ended, self._was_live = self._was_live and not live, live
        if ended:
            self._announce(self._title(state_words(status.state)), self._ending(status))

    @Slot(object)
    def _on_events(self, events: Sequence[Event]) -> None:
        for event in events:
            if self._was_live and _needs_decision(event):
                words = tr_message(str(event.data.get("message", "")))
                self._announce(self._title(tr("Needs you")), words)

    def _title(self, what: str) -> str:
        progress = self._controller.progress
        return f"{what}: {progress.dataset or 'Training Console'}"

    def _ending(self, status: RunStatus) -> str:
        failure, progress = self._controller.failure, self._controller.progress
        if failure is not None:
            return tr_message(failure["message"])
        if status.state == "crashed":
            return tr("The training process ended without a word.")
        parts = [reason_words(progress.reason)] if progress.reason else []
        if self._controller.members:
            parts.append(summary_words(self._controller.members))
        elif progress.best is not None:
            parts.append(
                tr(
                    "best {metric} {value} at epoch {epoch}",
                    metric=metric_words(progress.best.metric),
                    value=value_text(progress.best.value), epoch=progress.best.epoch,
                )
            )  # fmt: skip
        return "\n".join(parts)

    def _announce(self, title: str, text: str) -> None:
        if not self._settings.flag(NOTIFY, True) or self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if self._settings.flag(SOUND):
            QApplication.beep()
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon_in_tray().showMessage(title, text, self._window.windowIcon())
        self.notified.emit(title, text)

    def _icon_in_tray(self) -> QSystemTrayIcon:
        """Made with the first announcement: before it, there is nothing to say."""
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._tray.setToolTip("Training Console")
            self._tray.messageClicked.connect(self._show_window)
            self._tray.activated.connect(self._show_window)
        self._tray.show()
        return self._tray

    @Slot()
    def _show_window(self, _why: object = None) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if self._tray is not None:
            self._tray.hide()


def _needs_decision(event: Event) -> bool:
    """A warning that waits for an answer, or a diagnosis that is severe."""
    data = event.data
    if event.kind == "diagnosis":
        return data.get("level") == "severe" and bool(data.get("active", True))
    return data.get("code") in NEEDS_DECISION
