"""LOBSTER messages replayed into a book, where no orderbook file is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from console.engine.feature_store.importers.base import ImportLog
from console.engine.feature_store.importers.order_book import OrderBook, units

NEW, PARTLY_CANCELLED, DELETED, EXECUTED = 1, 2, 3, 4
REDUCING = (PARTLY_CANCELLED, DELETED, EXECUTED)
IGNORED = (5, 6, 7)  # hidden executions, crosses and halts do not change the visible book
PRICE_SCALE = 10_000


class Replay:
    """A book from messages alone, in two passes.

    The file does not say what rested before its first message; an order that is only ever reduced
    must have rested with the sum of what it lost, so the first pass learns the opening book.
    Messages reach down to a limited depth, so an order may go unseen: what a trade at a worse
    price or a crossing quote proves gone is dropped.
    """

    def __init__(self, levels: int, path: Path, log: ImportLog) -> None:
        self.book = OrderBook(levels)
        self._path, self._log = path, log
        self._opening: dict[int, tuple[bool, float, int]] = {}
        self._born: set[int] = set()

    def learn_opening(self, messages: pl.DataFrame) -> None:
        """Note the orders of a batch that no message opened."""
        for kind, order, size, price, direction in _rows(messages):
            if kind == NEW:
                self._born.add(order)
            elif kind in REDUCING and order not in self._born:
                _, _, before = self._opening.get(order, (False, 0.0, 0))
                self._opening[order] = (direction == 1, price / PRICE_SCALE, before + size)

    def open(self) -> None:
        """Begin with the learnt opening book."""
        for order, (is_bid, price, size) in self._opening.items():
            if price > 0 and size > 0:
                self.book.add(order, is_bid, price, units(size))
        self._opening, self._born = {}, set()
        self.book.drop_stale()
        self.book.touched = False

    def states(self, messages: pl.DataFrame, number: int) -> Iterator[tuple[int, list[float]]]:
        """``(row, state)`` after each message that changed the best levels; from ``number``."""
        book = self.book
        for row, (kind, order, size, price, direction) in enumerate(_rows(messages), number):
            if kind in IGNORED:
                continue
            if not self._apply(kind, order, size, price / PRICE_SCALE, direction == 1):
                self._log.reject("unknown_order", self._path, [row])
            if not book.touched:
                continue
            if book.crossed():
                self._log.reject("phantom", self._path, book.drop_stale())
            book.touched = False
            if book.bids.keys and book.asks.keys:
                yield row, book.state()

    def _apply(self, kind: int, order: int, size: int, price: float, is_bid: bool) -> bool:
        book = self.book
        if kind == NEW and price > 0 and size > 0:
            book.add(order, is_bid, price, units(size))
            return True
        if kind not in REDUCING:
            return False
        if kind == EXECUTED:
            gone = book.drop_better(is_bid, price)
            if gone:
                self._log.reject("phantom", self._path, gone)
        if kind == DELETED:
            return book.remove(order)
        known = book.orders.get(order)
        return known is not None and book.resize(order, known.size - units(size))


def _rows(messages: pl.DataFrame) -> Iterator[tuple[int, int, int, int, int]]:
    """(type, order, size, price, direction); -1 where one cannot be read."""
    frame = messages.select("type", "order", "size", "price", "direction").fill_null(-1)
    return zip(*(frame[name].to_list() for name in frame.columns), strict=True)
