"""Coinbase full channel: an opening book of every order, then every message about one.

open adds an order, match takes its size from the maker, change sets a size, done takes an order
out; received changes nothing. Messages up to the opening book's sequence are already in it.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.feature_store.importers.base import ImportLog
from console.engine.feature_store.importers.json_stream import json_batches
from console.engine.feature_store.importers.order_book import UNIT, Order, OrderBook
from console.engine.feature_store.importers.raw_files import open_text, reading

State = tuple[str, int, int, OrderBook]
MILLISECOND_NS = 1_000_000
MILLISECOND_DIGITS = len("2018-07-13T20:47:11.025")
LARGEST = 1e15
BAD_VALUES = (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError)


class Message(msgspec.Struct, gc=False):
    """What of a message is used; a field may hold anything, and is judged where it is used."""

    type: Any = None
    sequence: Any = None
    time: Any = None
    product_id: Any = None
    order_id: Any = None
    maker_order_id: Any = None
    side: Any = None
    price: Any = None
    size: Any = None
    remaining_size: Any = None
    new_size: Any = None


def coinbase_states(opening: Path, messages: Path, levels: int, log: ImportLog) -> Iterator[State]:
    """``(symbol, time_ns, number of the message, book)`` for every change of the best levels.

    Raises:
        DataError: a file cannot be read, or the opening book is no book.
    """
    book, sequence = read_book(opening, levels)
    bids, asks = book.bids, book.asks
    for symbol, time_ns, number in replay(book, sequence, messages, log):
        if bids.touched or asks.touched:
            if book.crossed():
                log.reject("phantom", messages, book.drop_stale())
            bids.touched = asks.touched = False
            yield str(symbol or ""), time_ns, number, book


def read_book(path: Path, levels: int) -> tuple[OrderBook, int]:
    """A level-3 snapshot as a book, and its sequence number.

    Raises:
        DataError: the file cannot be read or is no snapshot.
    """
    try:
        with reading(path), open_text(path) as stream:
            plain = json.load(stream)
        orders: dict[str | int, Order] = {}
        for is_bid, name, sign in ((True, "bids", 1), (False, "asks", -1)):
            for price, size, order_id in plain[name]:
                order = is_bid, sign * _price(price), _units(size), False
                if order[2]:
                    orders[str(order_id)] = order
        book = OrderBook(levels)
        book.fill(orders)
        return book, int(plain["sequence"])
    except (*BAD_VALUES, RecursionError) as error:
        raise DataError(
            "{path} is no order-by-order book: {reason}.",
            remedy="Check that the file is whole and of the chosen format.",
            path=path, reason=(str(error).splitlines() or [type(error).__name__])[0].rstrip("."),
        ) from error  # fmt: skip


def replay(
    book: OrderBook, sequence: int, path: Path, log: ImportLog
) -> Iterator[tuple[Any, int, int]]:
    """Apply the messages after ``sequence``; ``(product, time_ns, number)`` of each applied one."""
    first = 1
    for batch in json_batches(path, Message):
        for number, (message, time_ns) in enumerate(zip(batch, _times(batch), strict=True), first):
            try:
                if message is None or time_ns is None:
                    known = False
                elif int(message.sequence) <= sequence:
                    continue
                else:
                    known = apply(book, message)
            except BAD_VALUES:
                known = False
            if message is None or time_ns is None or not known:
                log.reject("unreadable", path, [number])
                continue
            sequence = int(message.sequence)
            yield message.product_id, time_ns, number
        first += len(batch)


def apply(book: OrderBook, message: Message) -> bool:
    """Change ``book`` as ``message`` says; False when its kind is unknown.

    Raises:
        TypeError, ValueError: a field is missing or no number.
    """
    kind = message.type
    if kind == "received":
        return True
    if kind == "open":
        size = _units(message.remaining_size)
        book.add(_name(message.order_id), _is_bid(message.side), _price(message.price), size)
    elif kind == "done":
        book.remove(_name(message.order_id))
    elif kind == "match":
        book.reduce(_name(message.maker_order_id), _units(message.size))
    elif kind == "change":
        if message.new_size is not None:
            book.resize(_name(message.order_id), _units(message.new_size))
    else:
        return kind in ("activate", "heartbeat")
    return True


def _name(order_id: Any) -> str:
    if not isinstance(order_id, str):
        raise TypeError(f"{order_id} is no order")
    return order_id


def _price(text: Any) -> float:
    price = float(text)
    if not 0 < price < LARGEST:
        raise ValueError(f"{text} is no price")
    return price


def _units(text: Any) -> int:
    size = float(text)
    if not 0 <= size < LARGEST:
        raise ValueError(f"{text} is no size")
    return round(size / UNIT)


def _is_bid(side: object) -> bool:
    if side not in ("buy", "sell"):
        raise ValueError(f"{side} is no side")
    return side == "buy"


def _times(batch: list[Message | None]) -> list[int | None]:
    """Whole milliseconds in nanoseconds, None where a message has no time."""
    text: list[Any] = [message and message.time for message in batch]
    try:
        # Nearly all times are of one form, which numpy reads many times as fast.
        if all(word[MILLISECOND_DIGITS:-1].isdigit() and word[-1] == "Z" for word in text):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                cut = np.array([word[:MILLISECOND_DIGITS] for word in text], "datetime64[ms]")
            return list((cut.astype(np.int64) * MILLISECOND_NS).tolist())
    except (TypeError, ValueError, AttributeError, IndexError, UserWarning):
        pass
    return _parsed(text)


def _parsed(text: list[Any]) -> list[int | None]:
    series = pl.Series([word if isinstance(word, str) else None for word in text], dtype=pl.String)
    parsed = series.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ns", strict=False)
    return (parsed.dt.epoch("ns") // MILLISECOND_NS * MILLISECOND_NS).to_list()
