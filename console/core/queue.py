"""The queue of runs of a workspace: one file, replaced atomically, under one lock.

``queue.json`` holds the order; what a queued run will do is frozen in its own directory. Everything
that can be lost with the file is told again by the runs: those that wait say "queued", those that
the queue has started carry ``queued_at`` until they end.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import filelock
import msgspec

from console.core.clock import utc_now
from console.core.errors import RunError
from console.core.files import disk_errors, write_json_atomic
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RESUMABLE_STATES, RunDir, list_runs

EntryState = Literal["waiting", "running", "done", "failed", "stopped", "removed"]
RETRIABLE = frozenset({"failed", "stopped"})
MOST_PARALLEL = 8
KEEP_ENDED = 200
LOCK_TIMEOUT_S = 30.0
_ADDABLE = RESUMABLE_STATES | {"new", "queued"}


@dataclass(frozen=True)
class QueueEntry:
    """One run in the queue, with its times apart: when it was added, begun, ended.

    ``before`` is the state to which a removal returns the run; ``resumes`` counts how often the
    queue went on with it after a crash.
    """

    run_id: str
    added: str
    state: EntryState = "waiting"
    started: str = ""
    ended: str = ""
    message: str = ""
    before: str = "new"
    resumes: int = 0


@dataclass(frozen=True)
class QueueContent:
    """The whole queue: entries that ended, then those at work, then those that wait, in order."""

    entries: tuple[QueueEntry, ...] = ()
    held: bool = False
    parallel: int = 1
    notice: str = ""

    @property
    def waiting(self) -> tuple[QueueEntry, ...]:
        """What will be started, next first."""
        return tuple(entry for entry in self.entries if entry.state == "waiting")

    @property
    def running(self) -> tuple[QueueEntry, ...]:
        """What the queue has started and not seen end."""
        return tuple(entry for entry in self.entries if entry.state == "running")

    def entry(self, run_id: str) -> QueueEntry | None:
        """The entry of a run."""
        return next((entry for entry in self.entries if entry.run_id == run_id), None)

    @property
    def has_work(self) -> bool:
        """Whether a runner would find something to do."""
        return bool(self.running) or (bool(self.waiting) and not self.held)


class RunQueue:
    """Reads and changes the queue; any number of processes may do so at once.

    Changing methods return the content as it is afterwards.

    Raises:
        RunError: what is asked for makes no sense, or another process keeps the queue locked.
        WorkspaceError: the file cannot be written.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.path = workspace.root / "queue.json"

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the file does."""
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def read(self) -> QueueContent:
        """The queue as it is; a damaged file is kept aside and made again from the runs."""
        try:
            return _decode(self.path)
        except FileNotFoundError:
            if not self._lock_path.exists():
                return QueueContent()  # nobody has queued anything yet
        except (OSError, msgspec.MsgspecError, ValueError):
            pass
        with self._locked():
            return self._load()

    def add(self, run: RunDir, *, index: int | None = None) -> QueueContent:
        """Let ``run`` wait: at the end, or at ``index`` among those that wait (0 is next)."""
        run.read_run()  # what is gone or damaged is refused
        state = run.status().state
        before = "new" if state == "queued" else state

        def change(content: QueueContent) -> QueueContent:
            known = content.entry(run.id)
            if known is not None and known.state in ("waiting", "running"):
                raise RunError(
                    "{run} is in the queue already.",
                    remedy="Move it with `training-console queue move`.", run=run.id,
                )  # fmt: skip
            if state not in _ADDABLE:
                raise RunError(
                    "{run} cannot be queued: it is {state}.",
                    remedy="Only a prepared, stopped, failed or crashed run can wait in the queue.",
                    run=run.id, state=state,
                )  # fmt: skip
            return _inserted(content, QueueEntry(run.id, utc_now(), before=before), index)

        def say(content: QueueContent) -> None:
            run.write_status(state="queued", queued_at=_added(content, run.id))

        return self._change(change, say)

    def remove(self, run_id: str) -> QueueContent:
        """Take a waiting run out; it is again what it was before it was queued."""

        def say(content: QueueContent) -> None:
            entry = content.entry(run_id)
            run = self._run(run_id)
            if entry is not None and (run.path / "run.json").is_file():
                run.write_status(state=entry.before, queued_at="")

        return self._change(
            lambda content: _with(content, self._waiting(content, run_id), state="removed"), say
        )

    def move(self, run_id: str, index: int) -> QueueContent:
        """Put a waiting run at ``index`` among those that wait; 0 is next."""
        return self._change(lambda c: _inserted(c, self._waiting(c, run_id), index))

    def retry(self, run_id: str) -> QueueContent:
        """Let a run wait once more that failed or was stopped; it goes on where it was."""
        entry = self.read().entry(run_id)
        if entry is None or entry.state not in RETRIABLE:
            raise RunError(
                "{run} has not failed in the queue.",
                remedy="See `training-console queue list`.", run=run_id,
            )  # fmt: skip
        return self.add(self._run(run_id))

    def hold(self) -> QueueContent:
        """Start nothing more; what is at work goes on."""
        return self._change(lambda content: dataclasses.replace(content, held=True))

    def release(self) -> QueueContent:
        """Go on starting."""
        return self._change(lambda content: dataclasses.replace(content, held=False))

    def set_parallel(self, number: int) -> QueueContent:
        """How many runs may be at work at once."""
        if not 1 <= number <= MOST_PARALLEL:
            raise RunError(
                "The queue runs 1 to {most} trainings at once, not {number}.",
                remedy="Give a number in this range.", most=MOST_PARALLEL, number=number,
            )  # fmt: skip
        return self._change(lambda content: dataclasses.replace(content, parallel=number))

    def take(self) -> QueueEntry | None:
        """The next run to start, marked as running; None when nothing may start now."""
        taken: list[QueueEntry] = []

        def change(content: QueueContent) -> QueueContent:
            free = content.parallel - len(content.running)
            if content.held or free < 1 or not content.waiting:
                return content
            entry = content.waiting[0]
            taken.append(entry)
            return _with(content, entry, state="running", started=utc_now(), ended="", message="")

        self._change(change)
        return taken[0] if taken else None

    def mark(self, run_id: str, state: EntryState, message: str = "") -> QueueContent:
        """What became of a run that the queue has started."""
        changes = {"state": state, "ended": utc_now(), "message": message}
        return self._change(lambda c: _with(c, c.entry(run_id), **changes))

    def count_resume(self, run_id: str) -> QueueContent:
        """Remember that a crashed run is being gone on with."""

        def change(content: QueueContent) -> QueueContent:
            entry = content.entry(run_id)
            return _with(content, entry, resumes=entry.resumes + 1) if entry else content

        return self._change(change)

    def _run(self, run_id: str) -> RunDir:
        return RunDir(self.workspace.runs / run_id)

    def _waiting(self, content: QueueContent, run_id: str) -> QueueEntry:
        entry = content.entry(run_id)
        if entry is None or entry.state != "waiting":
            raise RunError(
                "{run} does not wait in the queue.",
                remedy="See `training-console queue list`.", run=run_id,
            )  # fmt: skip
        return entry

    @property
    def _lock_path(self) -> Path:
        return self.workspace.root / "queue.lock"

    def _change(
        self,
        change: Callable[[QueueContent], QueueContent],
        then: Callable[[QueueContent], None] | None = None,
    ) -> QueueContent:
        """Change the content under the lock; ``then`` tells the run before the lock is released."""
        with self._locked():
            before = self._load()
            after = change(before)
            if after != before:
                self._write(after)
            if then is not None:
                then(after)
            return after

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.workspace.ensure()
        lock = filelock.FileLock(self._lock_path, thread_local=False)
        try:
            lock.acquire(timeout=LOCK_TIMEOUT_S)
        except filelock.Timeout as error:
            raise RunError(
                "The queue of {folder} is kept locked by another process.",
                remedy="Try again in a moment.", folder=self.workspace.root,
            ) from error  # fmt: skip
        try:
            yield
        finally:
            lock.release()

    def _load(self) -> QueueContent:
        """The content under the lock; a damaged or lost file is made again."""
        aside = None
        try:
            return _decode(self.path)
        except FileNotFoundError:
            pass
        except (msgspec.MsgspecError, ValueError):
            aside = self._put_aside()
        entries = self._told_by_runs()
        content = QueueContent(entries, notice=_notice(len(entries), aside))
        self._write(content)
        return content

    def _put_aside(self) -> Path:
        stamp = f"{datetime.now():%Y%m%d-%H%M%S}-{time.time_ns() % 1_000_000:06d}"
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        with disk_errors(aside):
            self.path.replace(aside)
        return aside

    def _told_by_runs(self) -> tuple[QueueEntry, ...]:
        """The entries of runs that say they belong to the queue, in the order of their adding."""
        found = []
        for run in list_runs(self.workspace):
            status = run.status()
            at_work = status.state in LIVE_STATES or status.state == "crashed"
            if not status.queued_at or not (at_work or status.state == "queued"):
                continue
            before = "stopped" if run.events.exists() else "new"
            state: EntryState = "running" if at_work else "waiting"
            found.append(QueueEntry(run.id, status.queued_at, state, before=before))
        found.sort(key=lambda entry: (entry.state == "waiting", entry.added, entry.run_id))
        return tuple(found)

    def _write(self, content: QueueContent) -> None:
        ended = [entry for entry in content.entries if entry.state not in ("waiting", "running")]
        at_work, waiting = list(content.running), list(content.waiting)
        kept = [*ended[-KEEP_ENDED:], *at_work, *waiting]
        plain: dict[str, Any] = dataclasses.asdict(content)
        entries = [dataclasses.asdict(entry) for entry in kept]
        write_json_atomic(self.path, {"format": 1, **plain, "entries": entries})


def _decode(path: Path) -> QueueContent:
    raw = path.read_bytes()
    content = msgspec.json.decode(raw, type=QueueContent)
    names = [entry.run_id for entry in content.entries]
    if len(set(names)) != len(names) or not 1 <= content.parallel <= MOST_PARALLEL:
        raise ValueError("not a queue of ours")
    return content


def _inserted(content: QueueContent, entry: QueueEntry, index: int | None) -> QueueContent:
    """``entry`` at ``index`` among those that wait; the notice has been read by now."""
    others = [known for known in content.entries if known.run_id != entry.run_id]
    waiting = [known for known in others if known.state == "waiting"]
    place = len(waiting) if index is None else max(0, min(index, len(waiting)))
    waiting.insert(place, entry)
    rest = [known for known in others if known.state != "waiting"]
    return dataclasses.replace(content, entries=(*rest, *waiting), notice="")


def _with(content: QueueContent, entry: QueueEntry | None, **changes: Any) -> QueueContent:
    if entry is None:
        return content
    changed = dataclasses.replace(entry, **changes)
    entries = tuple(changed if known == entry else known for known in content.entries)
    return dataclasses.replace(content, entries=entries)


def _added(content: QueueContent, run_id: str) -> str:
    entry = content.entry(run_id)
    return entry.added if entry is not None else ""


def _notice(count: int, aside: Path | None) -> str:
    """What is said of a queue that had to be made again; nothing where there was none to lose."""
    if aside is not None:
        told = RunError(
            "The queue was damaged and was made again from {count} runs, in the order in which "
            "they were added; the damaged file is kept as {file}.",
            count=count, file=aside.name,
        )  # fmt: skip
    else:
        told = RunError(
            "The file of the queue was gone; it was made again from {count} runs.", count=count
        )
    return told.message if aside is not None or count else ""
