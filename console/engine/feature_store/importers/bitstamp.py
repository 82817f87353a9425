"""Bitstamp live orders: a row per order that is created, changed or deleted.

The first rows of one exchange time are a snapshot of what rested already, the last of one time are
its mirror image and end nothing in the market: both are found by their common time. A snapshot may
hold phantoms, orders that were gone by then; the book crosses where they stand, and they go.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import listed
from console.engine.feature_store.importers.base import BATCH_ROWS, ImportLog
from console.engine.feature_store.importers.order_book import UNIT, OrderBook
from console.engine.feature_store.importers.raw_files import (
    batches,
    reading,
    scan_table,
)

State = tuple[str, int, int, OrderBook]
COLUMNS = ("id", "exchange_timestamp", "price", "volume", "action", "direction")
MILLISECOND_NS = 1_000_000
ACTIONS = (CREATED, CHANGED, DELETED) = ("created", "changed", "deleted")
LARGEST = 1e10


def bitstamp_states(path: Path, levels: int, log: ImportLog) -> Iterator[State]:
    """``("", time_ns, row, book)`` at each exchange millisecond that changed the best levels.

    Raises:
        DataError: the file cannot be read or lacks a column.
    """
    book = OrderBook(levels)
    clock, opening, last_row = -1, -1, 0
    for first, frame in batches(path, _scan(path), BATCH_ROWS):
        frame = _usable(frame.with_row_index("row", first + 1), path, log)
        columns = (frame[name].to_list() for name in ("row", *COLUMNS))
        for row, name, time_ms, price, size, action, direction in zip(*columns, strict=True):
            if time_ms < clock:
                log.reject("backwards", path, [row])
                continue
            if time_ms > clock:
                if book.touched:
                    yield _settled(book, clock, last_row, path, log)
                opening = time_ms if opening < 0 else opening
                clock = time_ms
            last_row = row
            is_bid = direction == "bid"
            if action == DELETED:
                known = book.remove(name)
            elif action == CREATED or name not in book.orders:
                book.add(name, is_bid, price, size, fresh=time_ms > opening)
                known = True
            else:
                known = True
                if book.orders[name][1] == (price if is_bid else -price):
                    book.resize(name, size)
                else:
                    book.add(name, is_bid, price, size)
            if not known:
                log.reject("unknown_order", path, [row])
    if book.touched and book.has_both_sides:
        yield _settled(book, clock, last_row, path, log)


def _settled(book: OrderBook, clock: int, row: int, path: Path, log: ImportLog) -> State:
    if book.crossed():
        log.reject("phantom", path, book.drop_stale())
    book.touched = False
    return "", clock * MILLISECOND_NS, row, book


def _usable(frame: pl.DataFrame, path: Path, log: ImportLog) -> pl.DataFrame:
    """Rows whose every value is possible, with the volume in whole units; the others counted."""
    good = pl.all_horizontal(
        pl.col("id").is_not_null(),
        pl.col("exchange_timestamp").is_between(0, 1 << 42),
        pl.col("price").is_between(0, LARGEST, closed="right"),
        pl.col("volume").is_between(0, LARGEST),
        pl.col("action").is_in(ACTIONS),
        pl.col("direction").is_in(("bid", "ask")),
    ).fill_null(False)
    bad = frame.filter(~good)["row"]
    if len(bad):
        log.reject("unreadable", path, bad.head(8).to_list(), len(bad))
    return frame.filter(good).with_columns((pl.col("volume") / UNIT).round().cast(pl.Int64))


def _scan(path: Path) -> pl.LazyFrame:
    with reading(path):
        scan = scan_table(path)
        known = scan.collect_schema().names()
    missing = [name for name in COLUMNS if name not in known]
    if missing:
        raise DataError(
            "{path} is no file of orders: it has no column {missing}; it has: {known}.",
            remedy="Check that the file is whole and of the chosen format.",
            path=path, missing=", ".join(missing), known=listed(known),
        )  # fmt: skip
    kinds = dict(zip(COLUMNS, (pl.Int64, pl.Int64, pl.Float64, pl.Float64), strict=False))
    return scan.select(
        pl.col(name).cast(kinds.get(name, pl.String), strict=False) for name in COLUMNS
    )
