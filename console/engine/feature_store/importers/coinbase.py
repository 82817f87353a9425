"""Coinbase full channel: an opening book of every order, then every message about one.

open adds an order, match takes its size from the maker, change sets a size, done takes an order
out; received changes nothing. Messages up to the opening book's sequence are already in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from console.core.errors import DataError
from console.engine.feature_store.importers.base import ImportLog
from console.engine.feature_store.importers.json_stream import json_items
from console.engine.feature_store.importers.order_book import OrderBook, units
from console.engine.feature_store.importers.raw_files import open_text, reading

State = tuple[str, int, int, list[float]]
MILLISECOND_NS = 1_000_000
BATCH = 20_000
BAD_VALUES = (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError)


def coinbase_states(opening: Path, messages: Path, levels: int, log: ImportLog) -> Iterator[State]:
    """``(symbol, time_ns, number of the message, state)`` for every change of the best levels.

    Raises:
        DataError: a file cannot be read, or the opening book is no book.
    """
    book, sequence = read_book(opening, levels)
    for symbol, time_ns, number in replay(book, sequence, messages, log):
        if book.touched:
            if book.crossed():
                log.reject("phantom", messages, book.drop_stale())
            book.touched = False
            yield symbol, time_ns, number, book.state()


def read_book(path: Path, levels: int) -> tuple[OrderBook, int]:
    """A level-3 snapshot as a book, and its sequence number.

    Raises:
        DataError: the file cannot be read or is no snapshot.
    """
    try:
        with reading(path), open_text(path) as stream:
            plain = json.load(stream)
        book = OrderBook(levels)
        for is_bid, name in ((True, "bids"), (False, "asks")):
            for price, size, order_id in plain[name]:
                book.add(str(order_id), is_bid, _price(price), units(float(size)), fresh=False)
        return book, int(plain["sequence"])
    except (*BAD_VALUES, RecursionError) as error:
        raise DataError(
            "{path} is no order-by-order book: {reason}.",
            remedy="Check that the file is whole and of the chosen format.",
            path=path, reason=(str(error).splitlines() or [type(error).__name__])[0].rstrip("."),
        ) from error  # fmt: skip


def replay(
    book: OrderBook, sequence: int, path: Path, log: ImportLog
) -> Iterator[tuple[str, int, int]]:
    """Apply the messages after ``sequence``; ``(symbol, time_ns, number)`` of each applied one."""
    for first, batch in _batches(json_items(path), BATCH):
        times = _times(batch)
        for number, (message, time_ns) in enumerate(zip(batch, times, strict=True), first):
            try:
                current = int(message["sequence"])
                if current <= sequence:
                    continue
                known = time_ns is not None and apply(book, message)
                symbol = str(message.get("product_id") or "")
            except BAD_VALUES:
                known, current, symbol = False, sequence, ""
            if not known or time_ns is None:
                log.reject("unreadable", path, [number])
                continue
            sequence = current
            yield symbol, time_ns, number


def apply(book: OrderBook, message: dict[str, Any]) -> bool:
    """Change ``book`` as ``message`` says; False when its kind is unknown.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or no number.
    """
    kind = message["type"]
    if kind == "open":
        is_bid = _is_bid(message["side"])
        size = units(float(message["remaining_size"]))
        book.add(message["order_id"], is_bid, _price(message["price"]), size)
    elif kind == "done":
        book.remove(message["order_id"])
    elif kind == "match":
        maker = message["maker_order_id"]
        order = book.orders.get(maker)
        if order is not None:
            book.resize(maker, order.size - units(float(message["size"])))
    elif kind == "change":
        if "new_size" in message:
            book.resize(message["order_id"], units(float(message["new_size"])))
    else:
        return kind in ("received", "activate", "heartbeat")
    return True


def _price(text: object) -> float:
    price = float(str(text))
    if not 0 < price < float("inf"):
        raise ValueError(f"{text} is no price")
    return price


def _is_bid(side: object) -> bool:
    if side not in ("buy", "sell"):
        raise ValueError(f"{side} is no side")
    return side == "buy"


def _times(batch: list[Any]) -> list[int | None]:
    """Whole milliseconds in nanoseconds, null where a message has no time."""
    text = [item.get("time") if isinstance(item, dict) else None for item in batch]
    series = pl.Series([word if isinstance(word, str) else None for word in text], dtype=pl.String)
    parsed = series.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ns", strict=False)
    clock = parsed.dt.epoch("ns") // MILLISECOND_NS * MILLISECOND_NS
    return clock.to_list()


def _batches(items: Iterator[Any], size: int) -> Iterator[tuple[int, list[Any]]]:
    batch: list[Any] = []
    first = 1
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield first, batch
            first, batch = first + size, []
    if batch:
        yield first, batch
