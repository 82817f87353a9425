"""Captured exchange streams: a line ``<unix time>: <json>`` per message, other lines skipped.

The time of a row is when the message was received, in whole milliseconds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from console.engine.data.mapping import ImportMapping
from console.engine.feature_store.importers.base import Importer, ImportLog, Progress
from console.engine.feature_store.importers.book_stream import BookStream, book_mapping
from console.engine.feature_store.importers.order_book import OrderBook, units
from console.engine.feature_store.importers.raw_files import find_raw, lines
from console.engine.feature_store.importers.websocket_messages import (
    BAD_VALUES,
    BookChange,
    book_changes,
)

ENDINGS = (".0.gz", ".ws.gz", ".ws", ".txt", ".txt.gz", ".log", ".log.gz")
LINE = re.compile(r"(\d+(?:\.\d+)?): (.*)")
OWN_NOTE = re.compile(r"(?:wss?|https?)://|configuration: ")  # the capturing program's, no message
MILLISECOND_NS = 1_000_000
LATEST_S = 4e9


@dataclass
class _Symbol:
    """The book of one symbol and its rows."""

    stream: BookStream
    book: OrderBook
    is_whole: bool = False


@dataclass(frozen=True)
class WebsocketImporter(Importer):
    """Books from snapshots and changes; Binance's best quotes stand in where it has no snapshot."""

    name = "websocket"
    title = "Exchange websocket captures (Binance, Bybit, Coinbase, Kraken, OKX)"

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
            symbols: dict[str, _Symbol] = {}
            for row, line in lines(path):
                for time_ns, change in _changes(path, row, line, log):
                    full = self._apply(symbols, time_ns, change, path, row, log)
                    if full is not None:
                        yield full
            yield from (symbol.stream.end() for symbol in symbols.values())

    def _apply(
        self, symbols: dict[str, _Symbol], time_ns: int, change: BookChange, path: Path, row: int,
        log: ImportLog,
    ) -> pl.DataFrame | None:  # fmt: skip
        levels = self.options.levels
        symbol = symbols.get(change.symbol)
        if symbol is None:
            stream = BookStream(change.symbol, levels, path, log)
            symbol = symbols[change.symbol] = _Symbol(stream, OrderBook(levels))
        if change.is_quote and symbol.is_whole:
            return None
        if change.is_snapshot:
            symbol.book, symbol.is_whole = OrderBook(levels), not change.is_quote
        elif not symbol.is_whole:
            log.reject("no_opening", path, [row])
            return None
        book = symbol.book
        for is_bid, price, size in change.levels:
            book.add(f"{is_bid}{price}", is_bid, price, units(size))
        if not book.has_both_sides:
            return None
        if book.crossed():
            log.reject("crossed", path, [row])
            return None
        return symbol.stream.add(time_ns, book, row)


def _changes(path: Path, row: int, line: str, log: ImportLog) -> Iterator[tuple[int, BookChange]]:
    if not line or OWN_NOTE.match(line):
        return
    found = LINE.fullmatch(line)
    try:
        if found is None or not 0 < float(found[1]) < LATEST_S:
            raise ValueError(line)
        time_ns = math.floor(float(found[1]) * 1000) * MILLISECOND_NS
        changes = book_changes(json.loads(found[2]))
    except (*BAD_VALUES, RecursionError):
        log.reject("unreadable", path, [row])
        return
    yield from ((time_ns, change) for change in changes)
