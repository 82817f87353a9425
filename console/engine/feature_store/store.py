"""Our own feature store: Parquet files by symbol and day, appended to while others read.

::

    <root>/schema.json                               what the columns are (see ``schema.py``)
    <root>/symbol=<S>/date=<YYYY-MM-DD>/*.parquet    rows of one UTC day (see ``day_folder.py``)
    <root>/.lock                                     held while files are compacted

``<S>`` is percent-quoted where a file system needs it. A row is known by symbol and timestamp:
appended again, the later one counts, so an append that was not acknowledged can be repeated. What
``append`` acknowledged is on disk. Writers need no lock; readers see whole appends of one symbol
and day. A reader whose file was compacted away under its hands begins again, holding the lock, so
that it needs at most two attempts.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import filelock
import polars as pl

from console.core.errors import DataError, WorkspaceError
from console.core.files import disk_errors, fsync_dir, write_json_atomic
from console.engine.data.rows import MarketRows, choose_symbols
from console.engine.feature_store.appending import fitted_days, last_of_each_time
from console.engine.feature_store.assembly import Room, in_memory
from console.engine.feature_store.day_folder import DayFolder
from console.engine.feature_store.places import Place
from console.engine.feature_store.schema import (
    SCHEMA_FILE,
    TIMESTAMP,
    StoreSchema,
    parse_schema,
)
from console.engine.feature_store.stored_days import (
    StoredDay,
    check_files,
    last_days,
    read_days,
    read_files,
    rows_per_symbol,
    symbol_and_date,
)

T = TypeVar("T")
LOCK_FILE = ".lock"
ROW_GROUP = 65_536


def is_store(root: str | Path) -> bool:
    """Whether folder ``root`` holds a store of ours, even one that has lost its schema."""
    root = Path(root)
    return (root / SCHEMA_FILE).exists() or any(root.glob("symbol=*/date=*"))


@dataclass(frozen=True)
class Appended:
    """The acknowledgement of an append: its rows are on disk, in ``files``."""

    num_rows: int
    files: tuple[Path, ...]


@dataclass(frozen=True)
class FeatureStore:
    """A store in the folder ``root``."""

    root: Path
    schema: StoreSchema

    @classmethod
    def open(cls, root: str | Path) -> FeatureStore:
        """The store in folder ``root``.

        Raises:
            DataError: there is none, its schema is damaged, or a newer program wrote it.
        """
        root = Path(root)
        path = root / SCHEMA_FILE
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            raise DataError(
                "There is no feature store in {root}: {file} is missing.",
                remedy="Correct the path; `training-console store append` begins a store, "
                "`training-console store convert` takes over an old one.",
                root=root, file=SCHEMA_FILE,
            ) from None  # fmt: skip
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(
                "{path} cannot be read: {reason}.",
                remedy="Bring it back from a copy of the store; it tells what the stored columns "
                "mean.",
                path=path, reason=getattr(error, "strerror", None) or str(error),
            ) from error  # fmt: skip
        return cls(root, parse_schema(text, path))

    @classmethod
    def create(cls, root: str | Path, schema: StoreSchema) -> FeatureStore:
        """Begin a store in folder ``root``, or open the one that is there with that schema.

        Raises:
            DataError: the one that is there has another schema.
            WorkspaceError: the folder cannot be written.
        """
        root = Path(root)
        with disk_errors(root):
            root.mkdir(parents=True, exist_ok=True)
            fsync_dir(root.parent)
        with _lock(root):
            if not (root / SCHEMA_FILE).exists():
                write_json_atomic(root / SCHEMA_FILE, schema.to_plain())
        store = cls.open(root)
        if store.schema != schema:
            raise DataError(
                "The feature store {root} keeps other columns: {difference}.",
                remedy="Choose another folder for these rows.",
                root=root, difference=_difference(store.schema, schema),
            )  # fmt: skip
        return store

    def append(self, rows: pl.DataFrame, place: Place = "the rows") -> Appended:
        """Keep ``rows``; they are on disk when this returns.

        Columns may have other numeric types than the schema. Times are seconds, milliseconds
        (above 1e10) or date-times. Rows whose symbol and timestamp are stored already replace the
        stored ones; inside ``rows`` the last counts. ``place`` names them in errors.

        Raises:
            DataError: the rows do not fit the schema; names the column and the row.
            WorkspaceError: the disk is full or the folder cannot be written. Days that were
                written before are kept; append the rows again.
        """
        parts = fitted_days(rows, self.schema, place)
        files = [
            self._day_folder(symbol, date).add(_parquet(part))
            for (symbol, date), part in parts.items()
        ]
        return Appended(sum(part.height for part in parts.values()), tuple(files))

    def compact(self, symbol: str, date: str) -> int:
        """Merge the files of one symbol and day into one; how many files it replaced.

        Safe to kill at any moment, and while others read and append.

        Raises:
            DataError: a file is damaged or does not fit the schema; nothing has changed then.
            WorkspaceError: the disk is full or the folder cannot be written.
        """

        def merge(files: Sequence[Path]) -> bytes:
            check_files(StoredDay(symbol, date, tuple(files)), self.schema)
            rows = read_files(files, self.schema.columns)
            return _parquet(last_of_each_time(rows).sort(TIMESTAMP))

        with _lock(self.root):
            return self._day_folder(symbol, date).compact(merge)

    def days(self, symbols: Sequence[str] = (), count: int = 0) -> list[StoredDay]:
        """The last ``count`` days (0 all) of ``symbols`` (empty all); no file is opened.

        Raises:
            DataError: an unknown symbol.
        """
        found = []
        for symbol in self.choose(symbols):
            for folder in sorted(self._symbol_folder(symbol).glob("date=*")):
                named = symbol_and_date(folder)
                if named is not None:
                    found.append(StoredDay(symbol, named[1], DayFolder(folder).files()))
        return last_days(found, count)

    def choose(self, symbols: Sequence[str] = ()) -> tuple[str, ...]:
        """``symbols``, or all that have a folder, in name order.

        Raises:
            DataError: an unknown symbol.
        """
        folders = self.root.glob("symbol=*")
        known = sorted(unquote(folder.name.removeprefix("symbol=")) for folder in folders)
        return choose_symbols(symbols, known, f"the feature store {self.root}")

    def rows_per_symbol(self, count: int = 0) -> dict[str, int]:
        """Stored rows of the last ``count`` days (0 all) by symbol.

        Rows that were appended twice count twice until they are compacted.

        Raises:
            DataError: a file cannot be read.
        """
        return self._retried(lambda: rows_per_symbol(self.days((), count)))

    def load(
        self,
        symbols: Sequence[str] = (),
        days: int = 0,
        *,
        max_gap_s: float | None = None,
        room: Room = in_memory,
    ) -> MarketRows:
        """Read the last ``days`` days (0 all) of ``symbols`` (empty all), only from their files.

        Raises:
            DataError: no rows, an unknown symbol, or a file that is damaged or does not fit the
                schema.
        """

        def read() -> MarketRows:
            stored = self.days(symbols, days)
            if not stored:
                raise DataError(
                    "The feature store {root} holds no rows.",
                    remedy="Add some with `training-console store append`.",
                    root=self.root,
                )
            return read_days(
                stored, self.choose(symbols), self.schema,
                name=self.root.name, max_gap_s=max_gap_s, room=room,
            )  # fmt: skip

        return self._retried(read)

    def _retried(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except DataError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
        with ExitStack() as held:
            with suppress(WorkspaceError):  # where we may not write, nothing can be held off
                held.enter_context(_lock(self.root))
            return read()

    def _symbol_folder(self, symbol: str) -> Path:
        return self.root / f"symbol={quote(symbol, safe='')}"

    def _day_folder(self, symbol: str, date: str) -> DayFolder:
        return DayFolder(self._symbol_folder(symbol) / f"date={date}")


def _parquet(frame: pl.DataFrame) -> bytes:
    # Through a buffer: the dataframe library hides what the operating system said.
    buffer = io.BytesIO()
    frame.write_parquet(buffer, row_group_size=ROW_GROUP)
    return buffer.getvalue()


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    lock = filelock.FileLock(root / LOCK_FILE)
    with disk_errors(root / LOCK_FILE):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _difference(stored: StoreSchema, wanted: StoreSchema) -> str:
    """The first column in which two schemas differ."""
    mine, theirs = (schema.to_plain()["columns"] for schema in (stored, wanted))
    pairs: Iterator[tuple[Any, Any]] = zip_longest(mine, theirs, fillvalue={})
    first, second = next((a, b) for a, b in pairs if a != b)
    return f"{_words(first)} instead of {_words(second)}"


def _words(column: Mapping[str, Any]) -> str:
    return " ".join(str(value) for value in column.values()) or "nothing"
