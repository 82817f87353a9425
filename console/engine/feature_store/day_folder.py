"""One symbol's one day: a folder of Parquet files that grows by whole files.

::

    symbol=BTCUSDT/date=2026-11-24/
      000000000007-5f0c....parquet   rows of one append, or of all up to there, compacted
      compacted.json                 {"id": ..., "through": 7, "replaced": [names]}

**Order.** A file is numbered one above all that its writer found, so what is appended after another
append was acknowledged has a higher number. Files are read in name order, and of rows with one
timestamp the last counts. Appends that overlap in time may have one number, and either order.
Files of other programs have no number: they are read first, and never touched.

**Append.** A file is written under a hidden name, synced, renamed and the folder synced; its name
is unique, so writers need no lock. A reader sees all of it or nothing. When a compaction has begun
meanwhile that goes through its number, the writer may have been missed, and older rows end up above
its own: it writes the file again under a higher number, and only then acknowledges.

**Compaction** (one process at a time, under the store's lock):

1. write into ``compacted.json`` through which number it goes: the highest there is;
2. list the files, and merge those up to that number into one of that number;
3. replace ``compacted.json``, which now names the files that were merged;
4. delete those, and sync the folder.

A file that 2 does not list and that has no higher number was renamed after 1, so its writer sees 1
and writes it again. Killed before 3, the merged file is a file like any other that repeats rows of
others; killed after 3, the merged ones are ignored and the next compaction deletes them. Only files
named there are ever deleted, and only after the merged one is on disk. Each row thus counts once at
every moment: repeated rows have one timestamp, a merged file never stands above a newer row, and a
lost ``compacted.json`` only makes rows repeat.

**Reading.** A listing counts only when ``compacted.json`` was the same before and after, for then
nothing was deleted in between. A listed file may be deleted before it is opened; the reader then
begins again and holds compactions off meanwhile (see ``store.py``).
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Sequence, Set
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
    """The last compaction, begun or done; ``replaced`` files may have been deleted already."""

    id: str = ""
    through: int = 0
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
        while True:
            names = self._names()  # before the manifest, which knows of what vanished since
            if not names:
                self._create()
            number = 1 + max([self._manifest().through, *map(_number, names)])
            target = self.path / _name(number)
            write_bytes_atomic(target, content)
            if self._manifest().through < number:
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
        numbers = [_number(path.name) for path in self.files() if _number(path.name)]
        if len(numbers) < 2:
            return 0
        through = max(numbers)
        left = self._manifest().replaced & {*self._names()}
        self._declare(through, left)
        merged = [path for path in self.files() if 0 < _number(path.name) <= through]
        write_bytes_atomic(self.path / _name(through), merge(merged))
        self._declare(through, left | {path.name for path in merged})
        self._sweep()
        return len(merged)

    def _declare(self, through: int, replaced: Set[str]) -> None:
        content = {"id": uuid.uuid4().hex, "through": through, "replaced": sorted(replaced)}
        write_json_atomic(self.path / MANIFEST, content)

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
            replaced = frozenset(map(str, plain["replaced"]))
            return _Manifest(str(plain["id"]), int(plain["through"]), replaced)
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
