"""The one object through which the window holds a run: start, attach, command, and listen."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.events import Event
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RunDir, RunStatus
from console.engine.training_orchestrator_v2 import load_config
from console.runtime.run_curves import RunCurves
from console.runtime.run_members import RunMembers
from console.runtime.run_progress import RunProgress
from console.runtime.training_thread import (
    Ended,
    Failed,
    OrchestratorFactory,
    RunKnown,
    Task,
    TrainingThread,
    metrics_of,
)

TICK_MS = 90
STATUS_EVERY_TICKS = 8
DRAIN_BUDGET_S = 0.020
CHUNK = 60
DONE_WHEN_ANSWERED = frozenset({"save", "set"})
REPEATED = frozenset({"stop", "stop_now", "pause", "release"})
STATE_KINDS = frozenset({"run_started", "paused", "unpaused", "resumed", "finished", "failed"})


class RunController(QObject):
    """Facade over the run in hand.

    All methods return at once; what comes of them arrives by signal. ``curves`` and ``progress``
    hold the whole story of the run and are up to date whenever a signal arrives.

    Signals:
        run_changed(RunDir | None): another run is in hand; ``curves`` and ``progress`` are new.
        state_changed(RunStatus): the run's state, epoch or message changed.
        events(list[Event]): events in order, batched per tick.
        epoch_metrics(EpochMetrics): one per finished epoch, in order with ``events``.
        acknowledged(Event): the worker's answer to a command.
        failed(dict): the training failed or could not start: {type, message, remedy, details}.
        refused(dict): a command could not be given, same fields.
        pending_changed(str): the command that was given and is not carried out yet, or "".
        members_changed(RunMembers): a training of a run of several has another state or figure,
            or another one is shown.
    """

    run_changed = Signal(object)
    state_changed = Signal(object)
    events = Signal(object)
    epoch_metrics = Signal(object)
    acknowledged = Signal(object)
    failed = Signal(object)
    refused = Signal(object)
    pending_changed = Signal(str)
    members_changed = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        parent: QObject | None = None,
        *,
        factory: OrchestratorFactory | None = None,
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._curves, self.progress = RunCurves(), RunProgress()
        self.members = RunMembers()
        self._factory = factory
        self._run: RunDir | None = None
        self._state = RunStatus("new")
        self._pending = self._pending_id = ""
        self._failure: dict[str, str] | None = None
        self._thread: TrainingThread | None = None
        self._leaving: list[TrainingThread] = []
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def run(self) -> RunDir | None:
        """The run in hand."""
        return self._run

    @property
    def curves(self) -> RunCurves:
        """The curves to show: of a run of several trainings, those of one of them."""
        shown = self.members.shown
        return self._curves if shown is None else shown.curves

    @property
    def shown_run(self) -> RunDir | None:
        """The run directory of what is shown: that of one training, in a run of several."""
        shown = self.members.shown
        if self._run is None or shown is None or not shown.run_dir:
            return self._run
        return RunDir(self._run.path / shown.run_dir)

    @property
    def state(self) -> RunStatus:
        """The state last looked at; ``new`` when there is no run."""
        return self._state

    @property
    def is_live(self) -> bool:
        """Whether a worker is at work on the run in hand, or about to be."""
        return self._state.state in LIVE_STATES

    @property
    def pending(self) -> str:
        """The command given last, until it is carried out or refused."""
        return self._pending

    @property
    def failure(self) -> dict[str, str] | None:
        """Why the run in hand failed, None while it did not."""
        return self._failure

    def start(self, config: OrchestratorConfig) -> None:
        """Begin a new training in a process of its own, and take it in hand."""
        self._take_in_hand(None)
        self._begin(Task("train", anchored(config, self.workspace)))

    def attach(self, run: RunDir) -> None:
        """Take a run in hand, live or ended, and read its story from the start."""
        self._take_in_hand(run)
        self._begin(Task("attach", run=run))

    def resume_run(self, run: RunDir) -> None:
        """Go on with a stopped, failed or crashed run."""
        if run != self._run:
            self._take_in_hand(run)
        self._drain(budget_s=float("inf"))
        try:
            config = load_config(run).detached()
        except ConsoleError as error:
            self.refused.emit({**error.to_dict(), "details": ""})
            return
        self._failure = None
        self._begin(Task("resume", config, run, after_seq=self.progress.last_seq))

    @Slot()
    def pause(self) -> None:
        """Hold the training at the next step; it keeps its memory."""
        self._send("pause")

    @Slot()
    def release(self) -> None:
        """Pause and free the memory: everything is saved, then the process ends."""
        self._send("release")

    @Slot()
    def resume(self) -> None:
        """Let a paused training go on."""
        self._send("resume")

    @Slot()
    def stop_after_epoch(self) -> None:
        """Let the running epoch end, save, and stop."""
        self._send("stop")

    @Slot()
    def stop_now(self) -> None:
        """Stop after the running step, and save everything."""
        self._send("stop_now")

    @Slot()
    def save_now(self) -> None:
        """Write a checkpoint at the next step."""
        self._send("save")

    def change_setting(self, name: str, value: object) -> None:
        """Ask for another learning_rate, patience, epochs or save_every at the next epoch."""
        self.change_settings({name: value})

    def change_settings(self, values: Mapping[str, object]) -> str:
        """Ask for several of them at once; the id that ``acknowledged`` will carry, "" if none."""
        return self._send("set", **values)

    def run_config(self) -> OrchestratorConfig | None:
        """The config of the run in hand; None when it cannot be read."""
        try:
            return load_config(self._run) if self._run is not None else None
        except ConsoleError as error:
            self.refused.emit({**error.to_dict(), "details": ""})
            return None

    def show_member(self, index: int) -> None:
        """Show training ``index`` of a run of several; 0 shows the one at work, whichever it is."""
        self.members.picked = index
        self.members_changed.emit(self.members)

    @Slot()
    def detach(self) -> None:
        """Let go of the run in hand; it goes on without us."""
        self._take_in_hand(None)

    @Slot()
    def shutdown(self) -> None:
        """Detach and wait for the threads, as must be done before the program ends."""
        self._leave_thread()
        for thread in list(self._leaving):
            thread.wait()
        self._leaving.clear()
        self._timer.stop()

    def _begin(self, task: Task) -> None:
        self._leave_thread()
        self._set_pending("")
        if task.kind != "attach":
            self._set_state(RunStatus("starting", epochs=self._state.epochs))
        thread = TrainingThread(task, self._factory, self)
        for wake in (thread.epoch_metrics, thread.run_known, thread.failed, thread.ended):
            wake.connect(self._on_wake)
        thread.finished.connect(self._on_thread_finished)
        self._thread = thread
        thread.start()
        self._timer.start()

    def _leave_thread(self) -> None:
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        if thread.isFinished():
            thread.deleteLater()
            return
        self._leaving.append(thread)
        thread.detach()

    def _take_in_hand(self, run: RunDir | None) -> None:
        self._leave_thread()
        self._run = run
        self._curves = RunCurves(self.curves.batch_loss.weight)
        self.progress, self.members = RunProgress(), RunMembers()
        self._failure = None
        self._set_pending("")
        self.run_changed.emit(run)
        self._set_state(run.status() if run else RunStatus("new"))

    @Slot()
    def _tick(self) -> None:
        self._ticks += 1
        self._drain(DRAIN_BUDGET_S)
        if self._ticks % STATUS_EVERY_TICKS == 0:
            self._look_at_state()
        if self._thread is None or (self._thread.isFinished() and not self._thread.messages):
            self._look_at_state()
            self._timer.stop()

    @Slot(object)
    def _on_wake(self, _news: object) -> None:
        """The thread says that something deserves to be shown at once."""
        self._drain(DRAIN_BUDGET_S)

    @Slot()
    def _on_thread_finished(self) -> None:
        for thread in [t for t in self._leaving if t.isFinished()]:
            self._leaving.remove(thread)
            thread.deleteLater()

    def _drain(self, budget_s: float) -> None:
        """Take in the thread's messages in order, for at most ``budget_s`` at a time."""
        end = time.perf_counter() + budget_s
        batch: list[Event] = []
        while self._thread is not None and self._thread.messages:
            message = self._thread.messages.popleft()
            if not isinstance(message, Event):
                batch = self._hand_out(batch)
                self._on_message(message)
                continue
            batch.append(message)
            if message.kind == "epoch_metrics" or len(batch) >= CHUNK:
                batch = self._hand_out(batch)
                if time.perf_counter() > end:
                    break
        self._hand_out(batch)

    def _hand_out(self, batch: list[Event]) -> list[Event]:
        """Bring ``curves`` and ``progress`` up to date and tell everybody; returns a new batch."""
        members_changed = False
        for event in batch:
            self.progress.apply(event)
            members_changed |= self.members.apply(event)
            story = self.members.story_of(event)
            curves = self._curves if story is None else story.curves
            curves.apply(event)
            if event.kind == "epoch_metrics":
                curves.add_epoch(metrics_of(event), event.seq)
        if members_changed:
            self.members_changed.emit(self.members)
        if batch:
            self.events.emit(batch)
        for event in batch:
            if event.kind == "epoch_metrics":
                self.epoch_metrics.emit(metrics_of(event))
            elif event.kind == "command_ack":
                self._on_answer(event)
            elif event.kind == "failed":
                self._tell_failure(event)
        if any(event.kind in STATE_KINDS for event in batch):
            self._look_at_state()
        return []

    def _on_message(self, message: RunKnown | Failed | Ended) -> None:
        if isinstance(message, RunKnown):
            if self._run != message.run:
                self._run = message.run
                self.run_changed.emit(message.run)
            if self._pending and not self._pending_id:
                self._send(self._pending)  # it was asked before there was a folder to ask in
        elif isinstance(message, Failed):
            self._show_failure(message.error)
        else:
            self._set_pending("")
            self._look_at_state()

    def _on_answer(self, event: Event) -> None:
        refused = not event.data.get("accepted", True)
        if event.data.get("stale"):
            self._ask_again(event)
        elif refused or event.data.get("command") in DONE_WHEN_ANSWERED:
            self._set_pending("")
        self.acknowledged.emit(event)

    def _tell_failure(self, event: Event) -> None:
        error = dict(event.data.get("error") or {})
        self._show_failure({**error, "details": str(event.data.get("details") or "")})

    def _show_failure(self, error: dict[str, str]) -> None:
        if self._failure is not None and self._failure.get("message") == error.get("message"):
            return
        self._failure = {"type": "", "message": "", "remedy": "", "details": "", **error}
        self.failed.emit(self._failure)

    def _send(self, command: str, **arguments: Any) -> str:
        identity = ""
        if not self.is_live:
            return identity
        try:
            if self._run is not None:
                identity = self._pending_id = self._run.send(command, **arguments)
        except ConsoleError as error:
            self.refused.emit({**error.to_dict(), "details": ""})
        else:
            self._set_pending(command)
        return identity

    def _ask_again(self, event: Event) -> None:
        """A new attempt did not take over what was asked of the last; ours still holds."""
        if event.data.get("id") != self._pending_id:
            return
        if self._pending in REPEATED:
            self._send(self._pending)
        else:
            self._set_pending("")

    def _look_at_state(self) -> None:
        if self._run is None:
            if self._thread is None or self._thread.isFinished():
                self._set_state(RunStatus("new"))
            return
        status = self._run.status()
        working = self._thread is not None and self._thread.isRunning()
        if working and status.state not in LIVE_STATES and self._state.state == "starting":
            assert self._thread is not None
            if self._thread.task.kind in ("train", "resume"):
                return  # the worker has not come up yet
        self._set_state(status)

    def _set_state(self, status: RunStatus) -> None:
        shown = dataclasses.replace(status, step=0, updated=0.0)
        before = dataclasses.replace(self._state, step=0, updated=0.0)
        self._state = status
        if self._pending in ("pause", "release", "resume") and status.state != before.state:
            self._set_pending("")
        if status.state not in LIVE_STATES:
            self._set_pending("")
        if shown != before:
            self.state_changed.emit(status)

    def _set_pending(self, command: str) -> None:
        if not command:
            self._pending_id = ""
        if command != self._pending:
            self._pending = command
            self.pending_changed.emit(command)


def anchored(config: OrchestratorConfig, workspace: Workspace) -> OrchestratorConfig:
    """``config`` for a process of its own, with relative folders put into the workspace: a window
    has no working folder of its own."""
    root = workspace.root
    changes: dict[str, Any] = {}
    if not config.workspace:
        changes["workspace"] = str(root)
    changes["output_dir"] = str(root / Path(config.output_dir).expanduser())
    if "://" not in config.mlflow_tracking_uri:
        changes["mlflow_tracking_uri"] = str(root / config.mlflow_tracking_uri)
    return dataclasses.replace(config.detached(), **changes)
