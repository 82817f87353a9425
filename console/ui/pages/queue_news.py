"""What the queue does is told where the operator is, and what it starts is shown live."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from console.core.rundir import RunDir
from console.runtime.run_controller import RunController
from console.runtime.runs_desk import Done, RunsDesk
from console.ui.i18n import tr
from console.ui.widgets.notice import Notice
from console.ui.widgets.run_words import run_name


class QueueNews(QObject):
    """Tells by ``notice`` what ``runs_page`` does not tell itself because it is not seen.

    Signals:
        queue_asked(): the operator wants to see the queue.
        run_asked(str): the operator wants to see the run that the queue has started.
    """

    queue_asked = Signal()
    run_asked = Signal(str)

    def __init__(
        self, desk: RunsDesk, controller: RunController, notice: Notice, runs_page: QWidget
    ) -> None:
        super().__init__(notice)
        self._desk, self._controller = desk, controller
        self._notice, self._runs_page = notice, runs_page
        self._begun = ""  # the run that the notice offers to show
        desk.done.connect(self._on_done)
        desk.failed.connect(self._on_failed)
        desk.run_begun.connect(self._on_begun)

    @Slot(object)
    def _on_done(self, done: Done) -> None:
        """Tell on other pages what the queue took in; let go of a run that was deleted."""
        if done.what == "added" and not self._runs_page.isVisible():
            text = tr("{run} waits in the queue.", run=run_name(done.runs[0]))
            self._notice.say(text, action=tr("Show the queue"), run=self.queue_asked.emit)
        run = self._controller.run
        if done.what == "deleted" and run is not None and run.id in done.runs:
            self._controller.detach()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        if not self._runs_page.isVisible():  # there it is told in place
            self._notice.show_error(error)

    @Slot(str)
    def _on_begun(self, run_id: str) -> None:
        """Show a run that the queue has started live, unless the operator looks at another."""
        run, shown = RunDir(self._desk.workspace.runs / run_id), self._controller.run
        if shown is None or shown == run:
            self._controller.attach(run)
        elif not self._controller.is_live:
            self._begun = run_id
            text = tr("The queue has started {run}.", run=run_name(run_id))
            self._notice.say(text, action=tr("Show the run"), run=self._show_begun)

    def _show_begun(self) -> None:
        self.run_asked.emit(self._begun)
