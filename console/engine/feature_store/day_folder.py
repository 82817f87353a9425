"""One symbol's one day: a folder of Parquet files that grows by whole files.

::

    symbol=BTCUSDT/date=2026-11-24/
      000000000007-5f0c....parquet     rows of one append, or of several that were compacted
      compacted.json                   {"id": ..., "replaced": [names]}: the last compaction

**Order.** A file is numbered one above all that its writer found, so what is appended after another
append was acknowledged has a higher number. Files are read in name order, and of rows with one
timestamp the last counts. Appends that overlap in time have either order. Files of other programs
have no number: they are read first, and never touched.

**Append.** A file is written under a hidden name, synced, renamed and the folder synced; its name
is unique, so writers need no lock. A reader sees all of it or nothing.

**Compaction** (one process at a time, under the store's lock) merges the files it finds:

1. write the merged file, numbered as the highest of them;
2. replace ``compacted.json``, which names the files it replaced;
3. delete those, and sync the folder.

Killed before 2, the merged file is a file like any other that repeats rows of the others; killed
after 2, the replaced files are ignored and the next compaction deletes them. Only files named there
are ever deleted, and only after the merged one is on disk. Each row thus counts once at every
moment: repeated rows have one timestamp, the merged file stands where its newest part stood, and
a lost ``compacted.json`` only makes rows repeat. Files that appear meanwhile are not in the list
and stay.

**Reading.** A listing counts only when ``compacted.json`` was the same before and after, for then
nothing was deleted in between. A listed file may be deleted before it is opened; the reader then
begins again and holds compactions off meanwhile (see ``store.py``).
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.core.errors import DataError
from console.core.files import disk_errors, fsync_dir, write_bytes_atomic, write_json_atomic

MANIFEST = "compacted.json"
LEFTOVER_AFTER_S = 3600.0
_OWN = re.compile(r"(\d{12})-[0-9a-f]{32}\.parquet")
_HALF_WRITTEN = re.compile(r"\.(\d{12}-[0-9a-f]{32}\.parquet|compacted\.json)\.")


@dataclass(frozen=True)
class _Manifest:
    """The last compaction; ``replaced`` may have been deleted already."""

    id: str = ""
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DayFolder:
    """The files of one symbol and day; the folder need not exist yet."""

    path: Path

    def files(self) -> tuple[Path, ...]:
        """The files that together hold every row once or more, the newest last."""
        while True:
            before = self._manifest()
            names = self._names()
            if self._manifest() == before:
                live = [name for name in names if name not in before.replaced]
                return tuple(self.path / name for name in sorted(live, key=_place))

    def add(self, content: bytes) -> Path:
        """Keep a Parquet file; it is on disk when this returns.

        Raises:
            WorkspaceError: the disk is full or the folder cannot be written.
        """
        names = self._names()  # before the manifest: what vanished since is named there
        if not names:
            self._create()
        known = [*names, *self._manifest().replaced]
        target = self.path / _name(1 + max(map(_number, known), default=0))
        write_bytes_atomic(target, content)
        return target

    def compact(self, merge: Callable[[Sequence[Path]], bytes]) -> int:
        """Put the content of all own files into one, made by ``merge``; how many it replaced.

        The caller holds the store's lock.

        Raises:
            DataError: a file cannot be merged; nothing has changed then.
            WorkspaceError: the disk is full or the folder cannot be written.
        """
        if not self.path.is_dir():
            return 0
        self._sweep()
        merged = [path for path in self.files() if _number(path.name)]
        if len(merged) < 2:
            return 0
        name = _name(max(_number(path.name) for path in merged))
        write_bytes_atomic(self.path / name, merge(merged))
        replaced = {path.name for path in merged} | self._manifest().replaced & {*self._names()}
        content = {"id": uuid.uuid4().hex, "replaced": sorted(replaced)}
        write_json_atomic(self.path / MANIFEST, content)
        self._sweep()
        return len(merged)

    def _create(self) -> None:
        """Make the folder, so that it survives a power loss."""
        with disk_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            fsync_dir(self.path.parent)
            fsync_dir(self.path.parent.parent)

    def _names(self) -> list[str]:
        if not self.path.is_dir():
            return []
        found = (path.name for path in self.path.iterdir())
        return [name for name in found if name.endswith(".parquet") and not name.startswith(".")]

    def _manifest(self) -> _Manifest:
        path = self.path / MANIFEST
        try:
            plain = json.loads(path.read_text("utf-8"))
            return _Manifest(str(plain["id"]), frozenset(map(str, plain["replaced"])))
        except FileNotFoundError:
            return _Manifest()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(
                "{path} is damaged: {reason}.",
                remedy="Delete it; no rows are lost, the next compaction writes it again.",
                path=path, reason=getattr(error, "strerror", None) or str(error),
            ) from error  # fmt: skip

    def _sweep(self) -> None:
        """Delete replaced files, and what writers that died long ago left half-written."""
        gone = [self.path / name for name in self._manifest().replaced]
        oldest = time.time() - LEFTOVER_AFTER_S
        hidden = [path for path in self.path.glob(".*") if _HALF_WRITTEN.match(path.name)]
        gone += [path for path in hidden if _modified(path) < oldest]
        with disk_errors(self.path):
            for path in gone:
                try:
                    path.unlink(missing_ok=True)
                except PermissionError:  # Windows: somebody reads it; it is ignored until next time
                    continue
            fsync_dir(self.path)


def _name(number: int) -> str:
    return f"{number:012d}-{uuid.uuid4().hex}.parquet"


def _number(name: str) -> int:
    found = _OWN.fullmatch(name)
    return int(found.group(1)) if found else 0


def _place(name: str) -> tuple[int, str]:
    return _number(name), name


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its writer has just renamed it
        return time.time()
