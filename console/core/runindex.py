"""The runs of a workspace, known at once: a small SQLite file that can be made again.

Each row is keyed by the run's name and carries what its files looked like when they were read, so
that only what has changed is read again, and of events only what was added.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from console.core.paths import Workspace
from console.core.run_summary import EventDigest, RunSummary, summarise
from console.core.rundir import LIVE_STATES, RunDir

FORMAT_VERSION = 1
BATCH, TELL_EVERY_S = 500, 0.3
CLOCK_TICK_NS = 50_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, stamp TEXT NOT NULL, summary BLOB NOT NULL, digest BLOB NOT NULL
) WITHOUT ROWID
"""
Stop = Callable[[], bool]
Batch = Callable[[tuple[RunSummary, ...]], None]


@dataclass(frozen=True)
class _Known:
    """A run as it was read last."""

    stamp: str
    summary: RunSummary


class RunIndex:
    """Lists the runs of a workspace, newest first. Belongs to the thread that made it.

    A file that is damaged or of another version is thrown away and made again.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._path = workspace.root / "index.sqlite"
        self._known: dict[str, _Known] = {}
        self._digests: dict[str, EventDigest] = {}  # of runs at work, and those not written yet
        try:
            self._store = self._open(str(self._path))
        except sqlite3.OperationalError:  # nothing can be written here: known while we live
            self._store = self._open(":memory:")
        except (sqlite3.DatabaseError, msgspec.MsgspecError):
            for leftover in self._path.parent.glob(f"{self._path.name}*"):
                leftover.unlink()
            self._store = self._open(str(self._path))
        self.listed = self._list()

    def refresh(self, on_batch: Batch | None = None, stop: Stop | None = None) -> bool:
        """Look at every run and read what is new; whether ``listed`` is another list now.

        ``on_batch`` is told the list so far while many runs are read for the first time. ``stop``
        ends the work early; what was read is kept.
        """
        found = dict(self._look())
        gone = [run_id for run_id in self._known if run_id not in found]
        for run_id in gone:
            del self._known[run_id]
        changed: list[str] = []
        differs, told = bool(gone), time.monotonic()
        for run_id in sorted(found, reverse=True):
            if stop is not None and stop():
                break
            if self._is_current(run_id, found[run_id]):
                continue
            differs |= self._read(run_id, found[run_id])
            changed.append(run_id)
            if len(changed) == BATCH:
                self._keep(changed, ())
                changed = []
            if on_batch is not None and time.monotonic() - told > TELL_EVERY_S:
                on_batch(self._list())
                told = time.monotonic()
        self._keep(changed, gone)
        if differs:
            self.listed = self._list()
        return differs

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _look(self) -> Iterator[tuple[str, str]]:
        """Every run with what its files look like now: two looks at the disk each."""
        try:
            folders = os.scandir(self._workspace.runs)
        except OSError:
            return
        now = time.time_ns()
        with folders:
            for folder in folders:
                try:
                    moved = folder.stat().st_mtime_ns  # when status or note were replaced
                except OSError:
                    continue
                try:
                    size = os.stat(f"{folder.path}/events.jsonl").st_size  # noqa: PTH116 - fast
                except OSError:
                    size = 0
                settled = now - moved > CLOCK_TICK_NS  # else it may move again unseen
                yield folder.name, f"{moved} {size}" if settled else f"fresh {now}"

    def _is_current(self, run_id: str, stamp: str) -> bool:
        """Whether nothing has moved; a process that died is silent, so live runs never are."""
        known = self._known.get(run_id)
        if known is None or known.stamp != stamp:
            return False
        return known.summary.state not in LIVE_STATES

    def _read(self, run_id: str, stamp: str) -> bool:
        """Read a run's files; whether it has another line now."""
        run = RunDir(self._workspace.runs / run_id)
        if not (run.path / "run.json").is_file():
            return False
        digest = self._digests.get(run_id) or self._kept_digest(run_id)
        digest.read_on(run)
        before = self._known.get(run_id)
        self._digests[run_id] = digest
        self._known[run_id] = _Known(stamp, summarise(run, digest))
        return before is None or before.summary != self._known[run_id].summary

    def _kept_digest(self, run_id: str) -> EventDigest:
        query = "SELECT digest FROM runs WHERE id = ?"
        row = self._store.execute(query, (run_id,)).fetchone()
        return msgspec.json.decode(row[0], type=EventDigest) if row else EventDigest()

    def _list(self) -> tuple[RunSummary, ...]:
        return tuple(self._known[run_id].summary for run_id in sorted(self._known, reverse=True))

    def _keep(self, changed: Sequence[str], gone: Sequence[str]) -> None:
        """Write what was read; where another program writes just now, the next time will do."""
        rows = []
        for run_id in changed:
            known = self._known.get(run_id)
            if known is not None:
                digest = self._digests[run_id]
                content = (msgspec.json.encode(known.summary), msgspec.json.encode(digest))
                rows.append((run_id, known.stamp, *content))
        try:
            with self._store:
                self._store.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", rows)
                self._store.executemany("DELETE FROM runs WHERE id = ?", [(name,) for name in gone])
        except sqlite3.OperationalError:
            return
        for run_id in changed:
            known = self._known.get(run_id)
            if known is None or known.summary.state not in LIVE_STATES:
                self._digests.pop(run_id, None)

    def _open(self, place: str) -> sqlite3.Connection:
        store = sqlite3.connect(place, timeout=5.0)
        try:
            (version,) = store.execute("PRAGMA user_version").fetchone()
            if version not in (0, FORMAT_VERSION):
                raise sqlite3.DatabaseError(f"version {version}")
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("PRAGMA synchronous = NORMAL")
            store.execute(_SCHEMA)
            store.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
            read = msgspec.json.Decoder(RunSummary).decode
            rows = store.execute("SELECT id, stamp, summary FROM runs")
            self._known = {run_id: _Known(stamp, read(line)) for run_id, stamp, line in rows}
        except BaseException:
            store.close()
            raise
        return store
