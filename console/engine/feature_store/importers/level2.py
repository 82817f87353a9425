"""Snapshots of the best levels, a row each: a time and ask_p1, ask_s1, bid_p1, bid_s1, ..."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping, listed
from console.engine.feature_store.importers.base import BATCH_ROWS, Importer, ImportLog, Progress
from console.engine.feature_store.importers.book_stream import (
    BookStream,
    book_mapping,
    level_columns,
)
from console.engine.feature_store.importers.raw_files import (
    batches,
    find_raw,
    reading,
    require_flat,
    scan_table,
    symbol_of,
)
from console.engine.feature_store.importers.times import Clock

ENDINGS = (".parquet", ".pq", ".csv", ".csv.gz", ".csv.zst")
TIMES = ("ts", "ts_ns", "ts_us", "ts_ms", "time_ns", "time", "timestamp", "datetime")
SYMBOLS = ("symbol", "sym", "ticker", "pair")


@dataclass(frozen=True)
class Level2Importer(Importer):
    """Parquet or CSV with as many levels as there are columns, at most ``options.levels``."""

    name = "l2"
    title = "Order-book snapshots (Parquet or CSV with ask_p1, ask_s1, bid_p1, bid_s1, ...)"

    def mapping(self) -> ImportMapping:
        """Canonical book rows."""
        return book_mapping()

    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """Book rows with features, file by file."""
        files = find_raw(paths, ENDINGS)
        for number, path in enumerate(files):
            progress(number / len(files), path.name)
            with reading(path):
                scan, time, levels = self._scan(path)
            streams: dict[str, BookStream] = {}
            clock = Clock(time)
            for first, frame in batches(path, scan, BATCH_ROWS):
                times = clock.read(frame["time"]).alias("time_ns")
                frame = frame.with_columns(times).with_row_index("row", first + 1)
                readable = frame["time_ns"].is_not_null() & frame["symbol"].is_not_null()
                bad = frame.filter(~readable)["row"]
                if len(bad):
                    log.reject("unreadable", path, bad.head(8).to_list(), len(bad))
                for part in frame.filter(readable).partition_by("symbol", maintain_order=True):
                    symbol = part["symbol"][0]
                    if symbol not in streams:
                        streams[symbol] = BookStream(symbol, levels, path, log)
                    yield _pushed(part, streams[symbol])
            yield from (stream.end() for stream in streams.values())

    def _scan(self, path: Path) -> tuple[pl.LazyFrame, str, int]:
        """The columns time, symbol and levels; the time's own name; the number of levels.

        Raises:
            DataError: there is no time, or not one whole level.
        """
        scan = scan_table(path)
        schema = scan.collect_schema()
        known = schema.names()
        time = next((name for name in TIMES if name in known), None)
        levels = 0
        while levels < self.options.levels and set(level_columns(levels + 1)) <= set(known):
            levels += 1
        if time is None or not levels:
            raise DataError(
                "{path} has no columns of book snapshots: a time and ask_p1, ask_s1, bid_p1, "
                "bid_s1 are needed; it has: {known}.",
                remedy="Rename the columns, or import it as a table with a mapping.",
                path=path, known=listed(known),
            )  # fmt: skip
        own = next((name for name in SYMBOLS if name in known), None)
        require_flat(path, schema, [time, *level_columns(levels), *([own] if own else [])])
        symbol = pl.lit(self.options.symbol or symbol_of(path))
        if own is not None and not self.options.symbol:
            symbol = pl.col(own).cast(pl.String)
        numbers = pl.col(level_columns(levels)).cast(pl.Float64, strict=False)
        return (
            scan.select(pl.col(time).alias("time"), symbol.alias("symbol"), numbers),
            time,
            levels,
        )


def _pushed(part: pl.DataFrame, stream: BookStream) -> pl.DataFrame:
    states = part.select(level_columns(stream.levels)).fill_null(float("nan"))
    numbers = part["row"].cast(pl.Int64).to_numpy()
    values = np.ascontiguousarray(states.to_numpy(), dtype=np.float64)
    return stream.push(part["time_ns"].to_numpy(), values, numbers)
