"""Takes another run of the workspace in hand: live, or from last week."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from console.core.rundir import LIVE_STATES, RunDir, list_runs
from console.runtime.run_controller import RunController
from console.ui.i18n import current_language, tr
from console.ui.theme import icon, theme_events
from console.ui.widgets.run_words import STAMP_CHARS, run_name, state_words

RUNS_SHOWN = 20
RUNS_LOOKED_AT = 200


class RunSwitcher(QPushButton):
    """A button whose menu lists the newest runs; what it finds is read when it opens."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.menu_of_runs = QMenu(self)
        self.clicked.connect(self._open)
        self.menu_of_runs.triggered.connect(self._chosen)
        theme_events().theme_changed.connect(self._draw)
        self._draw()
        self.retranslate()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.setText(tr("Runs"))
        self.setToolTip(tr("Show another run"))
        self.setAccessibleName(tr("Show another run"))

    def fill(self) -> None:
        """List every live run, then the newest others, the one in hand marked."""
        self.menu_of_runs.clear()
        runs = list_runs(self._controller.workspace)[:RUNS_LOOKED_AT]
        live = [run for run in runs if run.status().state in LIVE_STATES]
        others = [run for run in runs if run not in live]
        for run in [*live, *others[: max(0, RUNS_SHOWN - len(live))]]:
            action = self.menu_of_runs.addAction(run_words(run))
            action.setData(str(run.path))
            action.setCheckable(True)
            action.setChecked(run == self._controller.run)
        if self.menu_of_runs.isEmpty():
            self.menu_of_runs.addAction(tr("No run yet")).setEnabled(False)

    @Slot()
    def _open(self) -> None:
        self.fill()
        self.menu_of_runs.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        run = RunDir(Path(str(action.data())))
        if run != self._controller.run:
            self._controller.attach(run)

    def _draw(self, _theme: object = None) -> None:
        self.setIcon(icon("log"))


def run_words(run: RunDir) -> str:
    """``23.11.26 04:58   night-run   finished``."""
    started = QDateTime.fromString(run.id[:STAMP_CHARS], "yyyyMMdd-HHmmss")
    when = QLocale(current_language()).toString(started, QLocale.FormatType.ShortFormat)
    return f"{when}   {run_name(run.id)}   {state_words(run.status().state)}"
