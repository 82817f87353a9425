"""Offers, when the window opens, to go on with trainings that crashed while nobody was looking."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from console.core.rundir import RunDir
from console.runtime.jobs import JobRunner
from console.runtime.run_controller import RunController
from console.runtime.settings import Settings
from console.ui.i18n import tr, trn
from console.ui.widgets.notice import Notice

_SEEN = "runs/seen_crashes"
_NAMES_SHOWN = 3


class CrashOffer(QObject):
    """One notice with one button. What was recovered, dismissed or looked at is not offered again.

    A crash is remembered by run and attempt: a run that crashes again is offered again.

    Signals:
        taken_in_hand(): the one run that was offered goes on in this window.
    """

    taken_in_hand = Signal()

    def __init__(
        self,
        notice: Notice,
        controller: RunController,
        jobs: JobRunner,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notice, self._controller = notice, controller
        self._jobs, self._settings = jobs, settings
        self._offered: list[RunDir] = []
        notice.closed.connect(self._remember_offered)

    def offer(self, runs: Sequence[RunDir]) -> None:
        """Look through ``runs`` and say which of them crashed and were not looked at."""
        seen = self._settings.mapping(_SEEN)
        states = [(run, run.status()) for run in runs]
        crashed = [(run, status) for run, status in states if status.state == "crashed"]
        self._offered = [run for run, status in crashed if seen.get(run.id) != status.attempt]
        if not self._offered:
            return
        names = ", ".join(run.id for run in self._offered[:_NAMES_SHOWN])
        more = len(self._offered) - _NAMES_SHOWN
        text = trn(
            "A training crashed: {names}. Its newest checkpoint is kept.",
            "{n} trainings crashed: {names}. Their newest checkpoints are kept.",
            len(self._offered),
            names=tr("{names} and {n} more", names=names, n=more) if more > 0 else names,
        )
        several = len(self._offered) > 1
        action = tr("Resume all") if several else tr("Resume run")
        self._notice.say(text, tone="bad", action=action, run=self._recover)

    def note_seen(self, run: RunDir) -> None:
        """The operator has this run and its crash on the screen."""
        self._remember([run])

    def _recover(self) -> None:
        """Go on with everything offered: one run in hand, several by themselves."""
        runs = [run for run in self._offered if run.status().state == "crashed"]
        self._remember_offered()
        if len(runs) == 1 and not self._controller.is_live:
            self._controller.resume_run(runs[0])
            self.taken_in_hand.emit()
        elif runs:
            job = self._jobs.start(["runs", "recover", *(run.id for run in runs)])
            job.finished.connect(self._on_recovered)
            job.failed.connect(self._on_failed)

    @Slot()
    def _remember_offered(self) -> None:
        self._remember(self._offered)
        self._offered = []

    def _remember(self, runs: Sequence[RunDir]) -> None:
        if not runs:
            return
        known = self._settings.mapping(_SEEN)
        known |= {run.id: run.status().attempt for run in runs}
        workspace = self._controller.workspace.runs
        kept = {name: attempt for name, attempt in known.items() if (workspace / name).is_dir()}
        self._settings.set_mapping(_SEEN, kept)

    @Slot(object)
    def _on_recovered(self, result: dict[str, object]) -> None:
        started = result.get("recovered")
        count = len(started) if isinstance(started, list) else 0
        self._notice.say(trn("{n} training goes on.", "{n} trainings go on.", count), tone="good")

    @Slot(object)
    def _on_failed(self, error: dict[str, str]) -> None:
        self._notice.show_error(error)
