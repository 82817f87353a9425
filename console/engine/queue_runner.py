"""Works the queue off: starts workers, waits for them, notes what became of them.

Workers are processes of their own that do not need the runner: when it dies they go on, and the
next runner finds them by the queue and by what their run directories say.
"""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Collection

import filelock
import psutil

from console.core.errors import ConsoleError, RunError
from console.core.events import EventReader
from console.core.paths import Workspace
from console.core.queue import EntryState, QueueEntry, RunQueue
from console.core.queue_process import runner_lock
from console.core.rundir import LIVE_STATES, RunDir
from console.engine import supervisor

LOOK_EVERY_S = 1.0
IDLE_EXIT_S = 60.0
MOST_RESUMES = 1
# a run whose memory the operator freed waits for him, not for the queue
_ENDINGS: dict[str, EntryState] = {
    "finished": "done", "stopped": "stopped", "released": "stopped",
}  # fmt: skip
Tell = Callable[[str, str, str], None]


class QueueRunner:
    """One per workspace: ``run`` holds the runner's lock until it leaves.

    ``tell(run_id, state, message)`` hears of every start and end. With ``until_empty`` the runner
    leaves as soon as nothing is left to do, else after ``idle_exit_s`` without work.
    """

    def __init__(
        self,
        workspace: Workspace,
        tell: Tell,
        *,
        until_empty: bool = False,
        idle_exit_s: float = IDLE_EXIT_S,
    ) -> None:
        self._workspace, self._tell = workspace, tell
        self._queue = RunQueue(workspace)
        self._patience_s = 0.0 if until_empty else idle_exit_s
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._at_work: set[str] = set()
        self._said: tuple[str, ...] = ()
        self.counts = {"done": 0, "failed": 0, "stopped": 0}

    def run(self) -> dict[str, int]:
        """Work until there is nothing left to do; how many runs ended in which way.

        Raises:
            RunError: another runner works the queue off.
        """
        while True:
            try:
                with runner_lock(self._workspace):
                    self._work()
            except filelock.Timeout as error:
                raise RunError(
                    "The queue of {folder} is being worked off already.",
                    remedy="See `training-console queue list`.", folder=self._workspace.root,
                ) from error  # fmt: skip
            if not self._queue.read().has_work:  # nothing came while the lock was let go of
                return self.counts

    def _work(self) -> None:
        idle_since = time.monotonic()
        found = {entry.run_id for entry in self._queue.read().running}  # of a runner before us
        while True:
            try:
                self._catch_up(found)
                self._fill()
            except ConsoleError as error:  # a full disk or a held lock: it will be better later
                self._say("", "waiting", error.message)
            found = set()
            if self._at_work:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since >= self._patience_s:
                return
            self._wait()

    def _catch_up(self, found: Collection[str]) -> None:
        """See to every entry at work that nobody waits for: found at the start, or just ended."""
        for entry in self._queue.read().running:
            if entry.run_id in self._at_work:
                continue
            run = self._run(entry.run_id)
            if entry.run_id in found and run.status().state == "stopped" and _by_signal(run):
                self._launch(entry, resume=True)  # the machine went down in good order
            else:
                self._settle(entry)

    def _fill(self) -> None:
        """Start what may be started now."""
        while (entry := self._queue.take()) is not None:
            if self._run(entry.run_id).status().state in ("finished", *LIVE_STATES):
                self._settle(entry)  # somebody else has started it
            else:
                self._launch(entry, resume=self._run(entry.run_id).events.exists())

    def _wait(self) -> None:
        """Until a worker ends, or until it is time to look at the queue again."""
        try:
            self._at_work.discard(self._ended.get(timeout=LOOK_EVERY_S))
        except queue.Empty:
            return

    def _settle(self, entry: QueueEntry) -> None:
        """Go by what the run says: it lives, it has ended, or it needs another start."""
        run = self._run(entry.run_id)
        status = run.status()
        if status.state in LIVE_STATES:
            self._watch(entry.run_id, None)
        elif status.state in _ENDINGS:
            self._note(entry.run_id, _ENDINGS[status.state])
        elif status.state == "failed":
            self._note(entry.run_id, "failed", supervisor.failure_of(run)["message"])
        elif status.state in ("new", "queued"):  # taken, but never started
            self._launch(entry, resume=run.events.exists())
        elif entry.resumes < MOST_RESUMES:
            self._queue.count_resume(entry.run_id)
            self._launch(entry, resume=True)
        else:
            run.write_status(queued_at="")
            self._note(entry.run_id, "failed", supervisor.crash_report(run)["message"])

    def _launch(self, entry: QueueEntry, *, resume: bool) -> None:
        run = self._run(entry.run_id)
        try:
            run.read_run()
            process = supervisor.launch(run, resume=resume)
        except (ConsoleError, OSError) as error:
            if run.path.exists() and run.status().state in LIVE_STATES:
                self._watch(entry.run_id, None)
            else:
                message = error.message if isinstance(error, ConsoleError) else str(error)
                self._note(entry.run_id, "failed", message)
            return
        self._say(entry.run_id, "resumed" if resume else "started", "")
        self._watch(entry.run_id, process)

    def _watch(self, run_id: str, process: subprocess.Popen[bytes] | None) -> None:
        """Have a thread wait for the end of a worker, ours or one that we have found."""
        self._at_work.add(run_id)
        arguments = (self._run(run_id), process, self._ended)
        threading.Thread(target=_wait_for_end, args=arguments, name=run_id, daemon=True).start()

    def _note(self, run_id: str, state: EntryState, message: str = "") -> None:
        self._queue.mark(run_id, state, message)
        self.counts[state] += 1
        self._say(run_id, state, message)

    def _say(self, *words: str) -> None:
        """Tell it once; who cannot listen, such as a log on a full disk, misses it."""
        if words == self._said:
            return
        self._said = words
        with contextlib.suppress(OSError):
            self._tell(*words)

    def _run(self, run_id: str) -> RunDir:
        return RunDir(self._workspace.runs / run_id)


def _by_signal(run: RunDir) -> bool:
    """Whether a run was stopped by a signal, such as at shutdown, and not by the operator."""
    answers = [
        event.data
        for event in EventReader(run.events).read()
        if event.kind == "command_ack" and event.data.get("command") in ("stop", "stop_now")
    ]
    return bool(answers) and str(answers[-1].get("id", "")).startswith("local-")


def _wait_for_end(
    run: RunDir, process: subprocess.Popen[bytes] | None, ended: queue.SimpleQueue[str]
) -> None:
    """Sleep until the worker's process is gone; then say so."""
    if process is not None:
        process.wait()
    pause = threading.Event()
    while (status := run.status()).state in LIVE_STATES:
        try:
            psutil.Process(status.pid).wait(timeout=10 * LOOK_EVERY_S)
        except psutil.TimeoutExpired:
            continue
        except psutil.Error:
            pass  # it has just gone, and its lock will follow
        pause.wait(LOOK_EVERY_S)
    ended.put(run.id)
