"""LOBSTER: message and orderbook files, pairs of them, or either alone.

Messages (lobsterdata.com): seconds after midnight, type, order id, size, price x 10000, direction
(1 buy, -1 sell); types 1 new, 2 partly cancelled, 3 deleted, 4 executed, 5 hidden execution, 6
cross, 7 halt. Orderbook rows: ask price, ask size, bid price, bid size per level, one per message.
Times of day stay the exchange's own, as if they were UTC.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping
from console.engine.feature_store.importers.base import (
    BATCH_ROWS,
    NO_TIMES,
    Importer,
    ImportLog,
    Progress,
)
from console.engine.feature_store.importers.book_stream import BookStream, Floats, book_mapping
from console.engine.feature_store.importers.lobster_replay import Replay
from console.engine.feature_store.importers.raw_files import (
    batches,
    find_raw,
    reading,
    scan_table,
    symbol_of,
)

PRICE_SCALE = 10_000
ABSENT = 9_000_000_000  # prices beyond are LOBSTER's sign of an absent level
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
START = re.compile(r"\d{4}-\d{2}-\d{2}_(\d+)_")
MESSAGE_COLUMNS = 6
ENDINGS = (".csv", ".csv.gz")


@dataclass(frozen=True)
class LobsterImporter(Importer):
    """Messages with the book beside them; a book alone is numbered, messages alone are replayed."""

    name = "lobster"
    title = "LOBSTER message and orderbook files"

    def mapping(self) -> ImportMapping:
        """Canonical book rows."""
        return book_mapping()

    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """Book rows with features, file by file in the order of their names."""
        works = _pairs(find_raw(paths, ENDINGS))
        for number, (messages, book) in enumerate(works):
            path = book or messages
            assert path is not None
            progress(number / len(works), path.name)
            symbol = self.options.symbol or symbol_of(path)
            levels = self._levels(book)
            stream = BookStream(symbol, levels, path, log)
            if book is None:
                yield from self._replayed(path, stream)
            else:
                yield from self._recorded(messages, book, stream)
            yield stream.end()

    def _levels(self, book: Path | None) -> int:
        if book is None:
            return self.options.levels
        with reading(book):
            width = len(_scan(book).collect_schema())
        if width % 4:
            raise DataError(
                "{path} is no LOBSTER orderbook: it has {count} columns, not four per level.",
                remedy="Check that the file is whole and of the chosen format.",
                path=book, count=width,
            )  # fmt: skip
        return min(self.options.levels, width // 4)

    def _recorded(
        self, messages: Path | None, book: Path, stream: BookStream
    ) -> Iterator[pl.DataFrame]:
        clock: Iterator[tuple[int, pl.DataFrame]] | None = None
        if messages is None:
            stream.log.notes.append(NO_TIMES.format(path=book))
        else:
            clock = batches(messages, _message_scan(messages), BATCH_ROWS)
        midnight = self._midnight_ns(book)
        opening = START.search(book.name)
        start_ns = midnight + (int(opening.group(1)) if opening else 0) * 1_000_000
        for first, frame in batches(book, _scan(book), BATCH_ROWS):
            numbers = np.arange(first, first + frame.height) + 1
            times = start_ns + numbers * 1_000_000
            if clock is not None and messages is not None:
                _, beside = next(clock, (0, pl.DataFrame()))
                _require_pair(messages, book, first + beside.height, first + frame.height)
                times = _times(beside, midnight)
            states = _numbers(frame)[:, : 4 * stream.levels]
            states[:, 0::2] = np.where(
                np.abs(states[:, 0::2]) > ABSENT, np.nan, states[:, 0::2] / PRICE_SCALE
            )
            good = times >= 0
            if not good.all():
                bad = numbers[~good]
                stream.log.reject("unreadable", stream.path, bad[:8].tolist(), len(bad))
            yield stream.push(times[good], states[good], numbers[good])
        if clock is not None and messages is not None:
            for first, beside in clock:
                _require_pair(messages, book, first + beside.height, first)

    def _replayed(self, messages: Path, stream: BookStream) -> Iterator[pl.DataFrame]:
        replay = Replay(stream.levels, messages, stream.log)
        midnight = self._midnight_ns(messages)
        for _first, frame in batches(messages, _message_scan(messages), BATCH_ROWS):
            replay.learn_opening(frame)
        replay.open()
        for first, frame in batches(messages, _message_scan(messages), BATCH_ROWS):
            times = _times(frame, midnight).tolist()
            for number in replay.changes(frame, first + 1):
                full = stream.add(times[number - first - 1], replay.book, number)
                if full is not None:
                    yield full

    def _midnight_ns(self, path: Path) -> int:
        named = DAY.search(path.name)
        try:
            day = self.options.day or datetime.date.fromisoformat(named.group() if named else "")
        except ValueError:
            day = datetime.date(1970, 1, 1)
        return (day - datetime.date(1970, 1, 1)).days * 86_400 * 1_000_000_000


def _pairs(files: Sequence[Path]) -> list[tuple[Path | None, Path | None]]:
    """(messages, orderbook) of each pair; None where a file is alone."""
    present = set(files)
    made: list[tuple[Path | None, Path | None]] = []
    for path in sorted(files):
        if "_orderbook" in path.name:
            other = path.with_name(path.name.replace("_orderbook", "_message"))
            made.append((other if other in present else None, path))
        elif "_message" in path.name:
            other = path.with_name(path.name.replace("_message", "_orderbook"))
            if other not in present:
                made.append((path, None))
        else:
            raise DataError(
                "{path} is no LOBSTER file: its name has neither _message nor _orderbook.",
                remedy="Keep the names as LOBSTER gives them.",
                path=path,
            )
    return made


def _scan(path: Path) -> pl.LazyFrame:
    first = pl.scan_csv(path, infer_schema=False, has_header=False, glob=False).head(1).collect()
    word = str(first.row(0)[0])
    return scan_table(path, header=bool(re.search("[A-Za-z]", word)) and word.lower() != "nan")


def _message_scan(path: Path) -> pl.LazyFrame:
    with reading(path):
        scan = _scan(path)
        names = scan.collect_schema().names()
    if len(names) < MESSAGE_COLUMNS:
        raise DataError(
            "{path} is no LOBSTER message file: it has {count} columns, not six.",
            remedy="Check that the file is whole and of the chosen format.",
            path=path, count=len(names),
        )  # fmt: skip
    kinds = ("time", "type", "order", "size", "price", "direction")
    text = [pl.col(old).str.strip_chars("\ufeff \t\r") for old in names[:MESSAGE_COLUMNS]]
    return scan.select(
        column.cast(pl.Float64 if kind == "time" else pl.Int64, strict=False).alias(kind)
        for column, kind in zip(text, kinds, strict=True)
    )


def _times(messages: pl.DataFrame, midnight_ns: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Times (N,) in nanoseconds; -1 where a message has none."""
    seconds = messages["time"].fill_null(float("nan")).to_numpy()
    usable = np.isfinite(seconds) & (seconds >= 0) & (seconds < 2 * 86_400)
    whole = np.where(usable, seconds, 0.0)
    clock = np.round(whole * 1e9).astype(np.int64) + midnight_ns
    return np.where(usable, clock, -1)


def _numbers(frame: pl.DataFrame) -> Floats:
    numbers = frame.select(pl.all().str.strip_chars("\ufeff \t\r").cast(pl.Float64, strict=False))
    made: Floats = numbers.fill_null(float("nan")).to_numpy(order="c", writable=True)
    return made


def _require_pair(messages: Path, book: Path, num_messages: int, num_states: int) -> None:
    if num_messages != num_states:
        raise DataError(
            "{messages} and {book} do not have the same number of rows; they part after {count}.",
            remedy="Bring both files of one download.",
            messages=messages, book=book, count=min(num_messages, num_states),
        )  # fmt: skip
