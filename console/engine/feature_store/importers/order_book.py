"""An order-by-order book: orders by id, sizes by price, best levels by sorted prices."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

UNIT = 1e-8  # sizes are whole multiples of this, so that a level empties exactly


class Order(NamedTuple):
    """A resting order; ``key`` is its price, negative on the ask side, ``size`` in units."""

    is_bid: bool
    key: float
    size: int
    fresh: bool  # False while only an opening snapshot knows it


def units(size: float) -> int:
    """``size`` in whole units."""
    return round(size / UNIT)


@dataclass
class Side:
    """Sizes by price key; the best key is the last of the sorted keys."""

    sizes: dict[float, int] = field(default_factory=dict)
    keys: list[float] = field(default_factory=list)

    def change(self, key: float, by: int) -> None:
        """Add ``by`` units at ``key``; an empty level goes."""
        sizes = self.sizes
        before = sizes.get(key)
        if before is None:
            sizes[key] = by
            insort(self.keys, key)
            return
        after = before + by
        if after > 0:
            sizes[key] = after
            return
        del sizes[key]
        del self.keys[bisect_left(self.keys, key)]

    def level(self, depth: int) -> float:
        """The key of level ``depth`` from 1, or minus infinity where there are fewer."""
        return self.keys[-depth] if len(self.keys) >= depth else -float("inf")


class OrderBook:
    """A book that is replayed message by message.

    ``touched`` tells whether one of the best ``levels`` changed since it was last set to False.
    """

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self.orders: dict[str | int, Order] = {}
        self.bids, self.asks = Side(), Side()
        self.touched = False

    def add(
        self, order_id: str | int, is_bid: bool, price: float, size: int, *, fresh: bool = True
    ) -> None:
        """A new resting order of ``size`` units; one of the same id is replaced."""
        if order_id in self.orders:
            self.remove(order_id)
        if size <= 0:
            return
        key = price if is_bid else -price
        self.orders[order_id] = Order(is_bid, key, size, fresh)
        side = self.bids if is_bid else self.asks
        side.change(key, size)
        if key >= side.level(self.levels):
            self.touched = True

    def remove(self, order_id: str | int) -> bool:
        """Take an order out; False when it is unknown."""
        order = self.orders.pop(order_id, None)
        if order is None:
            return False
        side = self.bids if order.is_bid else self.asks
        if order.key >= side.level(self.levels):
            self.touched = True
        side.change(order.key, -order.size)
        return True

    def resize(self, order_id: str | int, size: int) -> bool:
        """Set what is left of an order, in units; False when it is unknown."""
        order = self.orders.get(order_id)
        if order is None:
            return False
        if size <= 0:
            return self.remove(order_id)
        side = self.bids if order.is_bid else self.asks
        if order.key >= side.level(self.levels):
            self.touched = True
        side.change(order.key, size - order.size)
        self.orders[order_id] = Order(order.is_bid, order.key, size, True)
        return True

    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask."""
        return bool(self.bids.keys and self.asks.keys and self.bids.keys[-1] >= -self.asks.keys[-1])

    def drop_stale(self) -> list[str | int]:
        """Uncross the book and name the orders that went.

        A crossed book cannot rest: the snapshot's own orders at the best prices are phantoms, or
        else the orders that rest there longest are gone without a message.
        """
        gone: list[str | int] = []
        while self.crossed():
            bid, ask = self.bids.keys[-1], self.asks.keys[-1]
            best = [
                (name, order)
                for name, order in self.orders.items()
                if order.key == (bid if order.is_bid else ask)
            ]
            stale = [name for name, order in best if not order.fresh]
            oldest = best[0][1].is_bid
            dropped = stale or [name for name, order in best if order.is_bid == oldest]
            for name in dropped:
                self.remove(name)
            gone.extend(dropped)
        return gone

    def drop_better(self, is_bid: bool, price: float) -> list[str | int]:
        """Drop orders of one side at prices better than ``price``, where a trade happened.

        Price priority: the trade would have met them first, so they were gone already.
        """
        key = price if is_bid else -price
        side = self.bids if is_bid else self.asks
        if not side.keys or side.keys[-1] <= key:
            return []
        gone = [
            name
            for name, order in self.orders.items()
            if order.is_bid == is_bid and order.key > key
        ]
        for name in gone:
            self.remove(name)
        return gone

    def state(self) -> list[float]:
        """The best levels as ask price, ask size, bid price, bid size each; 0 where absent."""
        levels = self.levels
        made = [0.0] * (4 * levels)
        asks, bids = self.asks, self.bids
        place = 0
        for key in asks.keys[: -levels - 1 : -1]:
            made[place] = -key
            made[place + 1] = asks.sizes[key] * UNIT
            place += 4
        place = 2
        for key in bids.keys[: -levels - 1 : -1]:
            made[place] = key
            made[place + 1] = bids.sizes[key] * UNIT
            place += 4
        return made


def same_orders(book: OrderBook, expected: Iterable[tuple[str, bool, float, int]]) -> int:
    """How many orders of ``book`` and of ``expected`` (id, is bid, price, units) differ."""
    wanted = {
        name: (is_bid, price if is_bid else -price, size) for name, is_bid, price, size in expected
    }
    ours = {name: (order.is_bid, order.key, order.size) for name, order in book.orders.items()}
    names = {*wanted, *ours}
    return sum(wanted.get(str(name)) != ours.get(name) for name in names)
