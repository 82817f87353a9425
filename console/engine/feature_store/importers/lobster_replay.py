"""LOBSTER messages replayed into a book, where no orderbook file is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from console.engine.feature_store.importers.base import ImportLog
from console.engine.feature_store.importers.order_book import UNIT, OrderBook

NEW, PARTLY_CANCELLED, DELETED, EXECUTED = 1, 2, 3, 4
REDUCING = (PARTLY_CANCELLED, DELETED, EXECUTED)
IGNORED = (5, 6, 7)  # hidden executions, crosses and halts do not change the visible book
PRICE_SCALE = 10_000
UNITS = round(1 / UNIT)  # of a share
LARGEST = 2**62 // UNITS
ZERO = (False, 0.0, 0)


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
        self._born: dict[int, int] = {}  # what is left of each order that a message opened

    def learn_opening(self, messages: pl.DataFrame) -> None:
        """Note the orders of a batch that no message opened."""
        born, opening = self._born, self._opening
        for kind, order, size, price, is_bid in _events(messages):
            if kind == NEW:
                born[order] = size
            elif kind not in REDUCING:
                continue
            elif order not in born:
                opening[order] = is_bid, price, opening.get(order, ZERO)[2] + size
            elif kind == DELETED or born[order] <= size:
                del born[order]  # so that memory holds the living orders, not a day of them
            else:
                born[order] -= size

    def open(self) -> None:
        """Begin with the learnt opening book."""
        self.book.fill(
            {
                order: (is_bid, price if is_bid else -price, size, True)
                for order, (is_bid, price, size) in self._opening.items()
                if price > 0 and size > 0
            }
        )
        self._opening, self._born = {}, {}
        self.book.drop_stale()
        self.book.touched = False

    def changes(self, messages: pl.DataFrame, number: int) -> Iterator[int]:
        """The row, from ``number``, of each message after which the best levels are others."""
        book, apply = self.book, self._apply
        bids, asks = book.bids, book.asks
        for row, (kind, order, size, price, is_bid) in enumerate(_events(messages), number):
            if kind in IGNORED:
                continue
            if not apply(kind, order, size, price, is_bid):
                self._log.reject("unknown_order", self._path, [row])
            if not (bids.touched or asks.touched):
                continue
            if book.crossed():
                self._log.reject("phantom", self._path, book.drop_stale())
            bids.touched = asks.touched = False
            if bids.keys and asks.keys:
                yield row

    def _apply(self, kind: int, order: int, size: int, price: float, is_bid: bool) -> bool:
        book = self.book
        if kind == NEW:
            book.add(order, is_bid, price, size)
            return True
        if kind == DELETED:
            return book.remove(order)
        if kind == EXECUTED:
            gone = book.drop_better(is_bid, price)
            if gone:
                self._log.reject("phantom", self._path, gone)
        elif kind != PARTLY_CANCELLED:
            return False
        return book.reduce(order, size)


def _events(messages: pl.DataFrame) -> Iterator[tuple[int, int, int, float, bool]]:
    """(type, order, size in units, price, is bid); type 0 where one cannot be applied."""
    counted = pl.col("size").is_between(0, LARGEST)
    opens = counted & (pl.col("size") > 0) & (pl.col("price") > 0)
    usable = pl.when(pl.col("type") == NEW).then(opens).otherwise(counted)
    frame = messages.select(
        pl.when(usable | pl.col("type").is_in(IGNORED)).then("type").otherwise(0).fill_null(0),
        pl.col("order").fill_null(-1),
        size=pl.when(counted).then(pl.col("size") * UNITS).otherwise(0),
        is_bid=(pl.col("direction") == 1).fill_null(False),
    )
    price = messages["price"].fill_null(-1).to_numpy() / PRICE_SCALE
    kind, order, size, is_bid = (frame[name].to_list() for name in frame.columns)
    return zip(kind, order, size, price.tolist(), is_bid, strict=True)
