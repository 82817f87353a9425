"""The runs of the workspace and their queue for the window: read and changed in a thread."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.paths import Workspace
from console.core.queue import QueueContent, RunQueue
from console.core.queue_process import ensure_runner
from console.core.run_summary import RunSummary, write_note
from console.core.rundir import LIVE_STATES, RunDir
from console.core.runindex import RunIndex
from console.core.trash import move_to_trash, restore_from_trash
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from console.runtime.run_controller import anchored
from console.runtime.training_thread import describe_exception

LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Done:
    """What was asked for has been done. ``index`` is the place that a removed run had."""

    what: str
    runs: tuple[str, ...] = ()
    index: int = 0


class RunsDesk(QObject):
    """Everything about the many runs; one run in hand is the ``RunController``'s.

    All methods return at once and are carried out in order.

    Signals:
        runs_changed(tuple[RunSummary, ...]): the runs, newest first; only while ``watch`` is on.
        queue_changed(QueueContent): the queue is another one.
        run_begun(str): the queue has started a run, and its worker lives.
        done(Done): what was asked for has been done.
        failed(dict): it could not be done: {type, message, remedy, details}.
    """

    runs_changed = Signal(object)
    queue_changed = Signal(object)
    run_begun = Signal(str)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.runs: tuple[RunSummary, ...] = ()
        self.queue = QueueContent()
        self.is_read = False
        self._thread = _DeskThread(workspace)
        self._thread.runs_read.connect(self._on_runs)
        self._thread.queue_read.connect(self._on_queue)
        self._thread.run_begun.connect(self.run_begun)
        self._thread.done.connect(self.done)
        self._thread.failed.connect(self.failed)

    def start(self) -> None:
        """Begin to look, and see to it that a queue with work is worked off."""
        self._thread.ask("ensure_runner")
        self._thread.start()

    def watch(self, watched: bool) -> None:
        """Whether somebody looks at the list of runs: else only the queue is followed."""
        self._thread.watched = watched
        self._thread.ask("look")

    def enqueue(self, config: OrchestratorConfig) -> None:
        """Prepare a training and let it wait."""
        self._thread.ask("enqueue", anchored(config, self.workspace))

    def add(self, run_id: str, index: int | None = None) -> None:
        """Let a run wait that is prepared or can be gone on with."""
        self._thread.ask("add", run_id, index)

    def remove(self, run_id: str) -> None:
        """Take a waiting run out of the queue."""
        self._thread.ask("remove", run_id)

    def move(self, run_id: str, index: int) -> None:
        """Give a waiting run another place; 0 is next."""
        self._thread.ask("move", run_id, index)

    def retry(self, run_id: str) -> None:
        """Let a failed or stopped run wait once more."""
        self._thread.ask("retry", run_id)

    def set_held(self, held: bool) -> None:
        """Start nothing more, or go on."""
        self._thread.ask("set_held", held)

    def set_parallel(self, number: int) -> None:
        """How many runs may be at work at once."""
        self._thread.ask("set_parallel", number)

    def delete(self, run_ids: Sequence[str]) -> None:
        """Move runs to the trash."""
        self._thread.ask("delete", tuple(run_ids))

    def restore(self, run_ids: Sequence[str]) -> None:
        """Bring deleted runs back."""
        self._thread.ask("restore", tuple(run_ids))

    def write_note(self, run_id: str, text: str) -> None:
        """Replace the note on a run."""
        self._thread.ask("write_note", run_id, text)

    def shutdown(self) -> None:
        """End the thread and wait for it; the queue's runner goes on."""
        self._thread.leave()
        self._thread.wait()

    @Slot(object)
    def _on_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self.runs, self.is_read = runs, True
        self.runs_changed.emit(runs)

    @Slot(object)
    def _on_queue(self, content: QueueContent) -> None:
        self.queue = content
        self.queue_changed.emit(content)


class _DeskThread(QThread):
    """Carries out what is asked for, one after the other, and looks around in between."""

    runs_read = Signal(object)
    queue_read = Signal(object)
    run_begun = Signal(str)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.watched = False
        self._workspace, self._queue = workspace, RunQueue(workspace)
        self._asked: queue.SimpleQueue[tuple[str, tuple[Any, ...]]] = queue.SimpleQueue()
        self._leaving = False
        self._seen: QueueContent | None = None
        self._stamp: tuple[int, int] | None = None
        self._begun: set[str] | None = None
        self._told = False
        self._failure: dict[str, str] | None = None

    def ask(self, what: str, *arguments: object) -> None:
        """Have one of the ``_do_`` methods called in the thread."""
        self._asked.put((what, arguments))

    def leave(self) -> None:
        """End soon, also in the middle of reading many runs."""
        self._leaving = True
        self.ask("look")

    def run(self) -> None:
        """Work until ``leave``; never raises."""
        index: RunIndex | None = None
        while not self._leaving:
            try:
                self._carry_out()
                self._look_at_queue()
                if self.watched and not self._leaving:
                    index = index or RunIndex(self._workspace)
                    self._look_at_runs(index)
            except ConsoleError as error:
                self._fail({**error.to_dict(), "details": ""})
            except Exception as error:
                self._fail(describe_exception(error))
        if index is not None:
            index.close()

    def _fail(self, error: dict[str, str]) -> None:
        """Say what went wrong, once as long as nothing else is asked for."""
        if error != self._failure:
            self.failed.emit(error)
        self._failure = error

    def _carry_out(self) -> None:
        """All that has been asked for; after a while without a word, nothing."""
        try:
            what, arguments = self._asked.get(timeout=LOOK_EVERY_S)
            self._failure = None
            while not self._leaving:
                getattr(self, f"_do_{what}")(*arguments)
                what, arguments = self._asked.get_nowait()
        except queue.Empty:
            return

    def _look_at_queue(self) -> None:
        stamp = self._queue.stamp()
        if stamp != self._stamp or self._seen is None:
            content = self._queue.read()
            self._stamp = stamp
            if content != self._seen:
                self._seen = content
                self.queue_read.emit(content)
        self._look_for_begun(self._seen or QueueContent())

    def _look_for_begun(self, content: QueueContent) -> None:
        """Tell once of every run that the queue has started while we looked."""
        running = {entry.run_id for entry in content.running}
        if self._begun is None:
            self._begun = running
        for run_id in sorted(running - self._begun):
            if self._run(run_id).status().state in LIVE_STATES:
                self._begun.add(run_id)
                self.run_begun.emit(run_id)
        self._begun &= running

    def _look_at_runs(self, index: RunIndex) -> None:
        if not self._told and index.listed:
            self.runs_read.emit(index.listed)  # as they were known, until they are looked at
        changed = index.refresh(self.runs_read.emit, lambda: self._leaving)
        if changed or not self._told:
            self.runs_read.emit(index.listed)
        self._told = True

    def _run(self, run_id: str) -> RunDir:
        return RunDir(self._workspace.runs / run_id)

    def _do_look(self) -> None:
        """Nothing but the look that follows."""

    def _do_ensure_runner(self) -> None:
        ensure_runner(self._workspace)

    def _do_enqueue(self, config: OrchestratorConfig) -> None:
        run = TrainingOrchestratorV2(config).prepare()
        self._do_add(run.id, None)

    def _do_add(self, run_id: str, index: int | None) -> None:
        self._queue.add(self._run(run_id), index=index)
        ensure_runner(self._workspace)
        self.done.emit(Done("added", (run_id,)))

    def _do_remove(self, run_id: str) -> None:
        waiting = [entry.run_id for entry in self._queue.read().waiting]
        self._queue.remove(run_id)
        index = waiting.index(run_id) if run_id in waiting else len(waiting)
        self.done.emit(Done("removed", (run_id,), index))

    def _do_move(self, run_id: str, index: int) -> None:
        self._queue.move(run_id, index)

    def _do_retry(self, run_id: str) -> None:
        self._queue.retry(run_id)
        ensure_runner(self._workspace)
        self.done.emit(Done("added", (run_id,)))

    def _do_set_held(self, held: bool) -> None:
        if held:
            self._queue.hold()
        else:
            self._queue.release()
            ensure_runner(self._workspace)

    def _do_set_parallel(self, number: int) -> None:
        self._queue.set_parallel(number)
        ensure_runner(self._workspace)

    def _do_delete(self, run_ids: Sequence[str]) -> None:
        self._each(run_ids, "deleted")

    def _do_restore(self, run_ids: Sequence[str]) -> None:
        self._each(run_ids, "restored")

    def _each(self, run_ids: Sequence[str], what: str) -> None:
        """Delete or restore runs; what could be done counts, also when a later one fails."""
        finished: list[str] = []
        try:
            for run_id in run_ids:
                if what == "deleted":
                    move_to_trash(self._workspace, self._run(run_id))
                else:
                    restore_from_trash(self._workspace, run_id)
                finished.append(run_id)
        finally:
            if finished:
                self.done.emit(Done(what, tuple(finished)))

    def _do_write_note(self, run_id: str, text: str) -> None:
        write_note(self._run(run_id), text)
