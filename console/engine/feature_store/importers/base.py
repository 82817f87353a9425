"""What every importer is: raw files in, batches of a canonical table and a mapping out."""

from __future__ import annotations

import datetime
import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl

from console.core.datasets import FeatureSet
from console.core.errors import DataError
from console.core.files import disk_errors
from console.engine.data.features.table import BASIC
from console.engine.data.mapping import ImportMapping
from console.engine.feature_store.importers.feature_rows import FeatureRows, featured

Progress = Callable[[float, str], None]
BATCH_ROWS = 100_000
LISTED = 5

REASONS = {
    "unreadable": "{path}: {count} rows cannot be read and were left out; the first: {rows}.",
    "backwards": "{path}: {count} rows go back in time and were left out; the first: {rows}.",
    "crossed": "{path}: {count} rows with a crossed book were left out; the first: {rows}.",
    "candle": "{path}: {count} candles with impossible prices or volumes were left out; the "
    "first: {rows}.",
    "unknown_order": "{path}: {count} messages about unknown orders were left out; the first: "
    "{rows}.",
    "phantom": "{path}: {count} orders that other orders prove gone were dropped; the first: "
    "{rows}.",
    "no_opening": "{path}: {count} changes of a book without its opening state were left out; the "
    "first: {rows}.",
    "too_few": "{path}: {count} books without both sides were left out; the first: {rows}.",
}
FOLDED = "{path}: {count} states were followed by another at the same time and folded into it."
NO_TIMES = "{path} has no times: its rows are numbered instead, a millisecond each."


@dataclass(frozen=True)
class ImportOptions:
    """What an operator may say about raw files that they do not say themselves.

    ``symbol`` overrides the files' own; ``day`` is the date of files with times of day only;
    ``levels`` is the depth of the book that is kept. ``features`` are the importer's own ("basic"),
    or those of the reference that its rows allow, or these and order flow ("all").
    """

    symbol: str = ""
    day: datetime.date | None = None
    levels: int = 10
    features: FeatureSet = BASIC


@dataclass
class ImportLog:
    """Rows that were left out, counted by file and reason, the first few by number."""

    counts: dict[tuple[str, Path], int] = field(default_factory=dict)
    first: dict[tuple[str, Path], list[str]] = field(default_factory=dict)
    folded: dict[Path, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def reject(self, reason: str, path: Path, rows: Sequence[object], count: int = 0) -> None:
        """Count ``rows`` (or ``count``, when only the first are known) of ``path``."""
        key = (reason, path)
        self.counts[key] = self.counts.get(key, 0) + (count or len(rows))
        listed = self.first.setdefault(key, [])
        listed.extend(str(row) for row in rows[: LISTED - len(listed)])

    def fold(self, path: Path, count: int) -> None:
        """Count states that another state of the same time replaced."""
        if count:
            self.folded[path] = self.folded.get(path, 0) + count

    def sentences(self) -> list[str]:
        """What an operator should know, one sentence per file and reason."""
        left_out = [
            REASONS[reason].format(path=path, count=count, rows=", ".join(self.first[reason, path]))
            for (reason, path), count in self.counts.items()
        ]
        folded = [FOLDED.format(path=path, count=count) for path, count in self.folded.items()]
        return [*self.notes, *left_out, *folded]


@dataclass(frozen=True)
class Importer(ABC):
    """One raw format. ``name`` is what ``--format`` takes, ``title`` what an operator reads.

    ``input`` is what its rows are to features; "own" where they are features already.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    input: ClassVar[Literal["book", "candles", "own"]] = "book"
    options: ImportOptions = ImportOptions()

    @abstractmethod
    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """Batches of canonical rows, each symbol's in time order.

        Raises:
            DataError: a file is missing, unreadable or of another format.
        """

    @abstractmethod
    def mapping(self) -> ImportMapping:
        """What the columns of the canonical table mean."""

    def rows(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """``frames`` with the features of the options.

        Raises:
            DataError: as ``frames``; features that cannot be made, or not of so few rows.
        """
        frames = self.frames(paths, log, progress)
        if self.options.features == BASIC:
            yield from frames
            return
        if self.input == "own":
            raise DataError(
                "Files of format {name} bring their own features; others cannot be made of them.",
                remedy="Leave --features at basic.",
                name=self.name,
            )
        mapping = self.mapping()
        price = mapping.mid_price.column if mapping.mid_price else ""
        made = FeatureRows(self.options.features, self.input, price, mapping.max_gap_s, log.notes)
        yield from featured(made, frames)

    def preview(self, paths: Sequence[str | Path], rows: int = 20) -> pl.DataFrame:
        """The first ``rows`` canonical rows.

        Raises:
            DataError: as ``frames``; or there is no row.
        """
        for frame in self.rows(paths, ImportLog(), _silent):
            if frame.height:
                return frame.head(rows)
        raise no_rows(paths)

    def convert(
        self, paths: Sequence[str | Path], out: Path, log: ImportLog, progress: Progress
    ) -> ImportMapping:
        """Write the canonical table into folder ``out``, a Parquet file per batch.

        Raises:
            DataError: as ``frames``; or there is no row.
        """
        number = 0
        columns: list[str] = []
        for frame in self.rows(paths, log, progress):
            if frame.height:
                columns = columns or frame.columns
                _require_same(columns, frame.columns, paths)
                _write(frame, out / f"part-{number:06}.parquet")
                number += 1
            del frame  # before the next is made
        if not number:
            raise no_rows(paths)
        return self.mapping()


def no_rows(paths: Sequence[str | Path]) -> DataError:
    """The error of files that hold nothing to learn from."""
    return DataError(
        "{path} has no rows that can be used.",
        remedy="Check that the file is whole and of the chosen format.",
        path=", ".join(str(path) for path in paths),
    )


def _require_same(first: Sequence[str], later: Sequence[str], paths: Sequence[str | Path]) -> None:
    unlike = sorted(set(first) ^ set(later))
    if unlike:
        raise DataError(
            "{path}: the files do not hold books of one depth; {columns} are not in all of them.",
            remedy="Import files of one depth together, or keep fewer levels with --levels.",
            path=", ".join(map(str, paths)), columns=", ".join(unlike[:LISTED]),
        )  # fmt: skip


def _write(frame: pl.DataFrame, path: Path) -> None:
    # Through a buffer: the dataframe library hides what the operating system said.
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4", statistics=False)
    with disk_errors(path):
        path.write_bytes(buffer.getbuffer())


def _silent(share: float, text: str) -> None:
    return None
