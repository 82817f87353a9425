"""An order-by-order book: orders by id, and the sizes of its prices in order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

UNIT = 1e-8  # sizes are whole multiples of this, so that a level empties exactly

# A resting order: whether it bids, its key (its price, negative on the ask side), its size in
# units, and whether it is fresh (False while only an opening snapshot knows it). A plain tuple,
# since one is made per message.
Order = tuple[bool, float, int, bool]


def units(size: float) -> int:
    """``size`` in whole units."""
    return round(size / UNIT)


class Side:
    """Price keys in rising order, the best last, and beside each the size there in units.

    Keys are packed, so that the best are copied at once; units are integers of any size, so that
    they add up exactly. ``touched`` tells whether one of the best ``levels`` changed since it was
    last set to False.
    """

    __slots__ = ("amounts", "keys", "levels", "touched")

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self.keys = array("d")
        self.amounts: list[int] = []
        self.touched = False

    def change(self, key: float, by: int) -> None:
        """Add ``by`` units at ``key``; an empty level goes."""
        keys, amounts = self.keys, self.amounts
        place, count = bisect_left(keys, key), len(keys)
        if place == count or keys[place] != key:
            keys.insert(place, key)
            amounts.insert(place, by)
            count += 1
        else:
            after = amounts[place] + by
            if after > 0:
                amounts[place] = after
            else:
                del keys[place]
                del amounts[place]
        if place >= count - self.levels:
            self.touched = True

    def fill(self, sizes: dict[float, int]) -> None:
        """Begin with ``sizes`` by key."""
        self.keys = array("d", sorted(sizes))
        self.amounts = [sizes[key] for key in self.keys]
        self.touched = bool(self.keys)


class OrderBook:
    """A book that is replayed message by message."""

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self.orders: dict[str | int, Order] = {}
        self.bids, self.asks = Side(levels), Side(levels)

    @property
    def touched(self) -> bool:
        """Whether one of the best levels changed since this was last set to False."""
        return self.bids.touched or self.asks.touched

    @touched.setter
    def touched(self, value: bool) -> None:
        self.bids.touched = self.asks.touched = value

    @property
    def has_both_sides(self) -> bool:
        """Whether there is a bid and an ask."""
        return bool(self.bids.keys and self.asks.keys)

    def fill(self, orders: dict[str | int, Order]) -> None:
        """Begin with ``orders``."""
        sizes: tuple[dict[float, int], dict[float, int]] = {}, {}
        for is_bid, key, size, _ in orders.values():
            side = sizes[is_bid]
            side[key] = side.get(key, 0) + size
        self.orders = orders
        self.asks.fill(sizes[False])
        self.bids.fill(sizes[True])

    def add(
        self, order_id: str | int, is_bid: bool, price: float, size: int, *, fresh: bool = True
    ) -> None:
        """A new resting order of ``size`` units; one of the same id is replaced."""
        if order_id in self.orders:
            self.remove(order_id)
        if size <= 0:
            return
        key = price if is_bid else -price
        self.orders[order_id] = is_bid, key, size, fresh
        (self.bids if is_bid else self.asks).change(key, size)

    def remove(self, order_id: str | int) -> bool:
        """Take an order out; False when it is unknown."""
        order = self.orders.pop(order_id, None)
        if order is None:
            return False
        is_bid, key, size, _ = order
        (self.bids if is_bid else self.asks).change(key, -size)
        return True

    def resize(self, order_id: str | int, size: int) -> bool:
        """Set what is left of an order, in units; False when it is unknown."""
        order = self.orders.get(order_id)
        if order is None:
            return False
        if size <= 0:
            return self.remove(order_id)
        is_bid, key, before, _ = order
        if size != before:
            (self.bids if is_bid else self.asks).change(key, size - before)
        self.orders[order_id] = is_bid, key, size, True
        return True

    def reduce(self, order_id: str | int, by: int) -> bool:
        """Take ``by`` units from an order; False when it is unknown."""
        order = self.orders.get(order_id)
        return order is not None and self.resize(order_id, order[2] - by)

    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask."""
        bids, asks = self.bids.keys, self.asks.keys
        return bool(bids and asks and bids[-1] >= -asks[-1])

    def drop_stale(self) -> list[str | int]:
        """Uncross the book and name the orders that went.

        A crossed book cannot rest: the snapshot's own orders at the best prices are phantoms, or
        else the orders that rest there longest are gone without a message.
        """
        gone: list[str | int] = []
        while self.crossed():
            best_keys = self.asks.keys[-1], self.bids.keys[-1]
            best = [
                (name, is_bid, fresh)
                for name, (is_bid, key, _, fresh) in self.orders.items()
                if key == best_keys[is_bid]
            ]
            stale = [name for name, _, fresh in best if not fresh]
            oldest = best[0][1]
            dropped = stale or [name for name, is_bid, _ in best if is_bid == oldest]
            for name in dropped:
                self.remove(name)
            gone.extend(dropped)
        return gone

    def drop_better(self, is_bid: bool, price: float) -> list[str | int]:
        """Drop orders of one side at prices better than ``price``, where a trade happened.

        Price priority: the trade would have met them first, so they were gone already.
        """
        traded = price if is_bid else -price
        side = self.bids if is_bid else self.asks
        if not side.keys or side.keys[-1] <= traded:
            return []
        gone = [
            name
            for name, (own_side, key, _, _) in self.orders.items()
            if own_side == is_bid and key > traded
        ]
        for name in gone:
            self.remove(name)
        return gone


def same_orders(book: OrderBook, expected: Iterable[tuple[str, bool, float, int]]) -> int:
    """How many orders of ``book`` and of ``expected`` (id, is bid, price, units) differ."""
    wanted = {
        name: (is_bid, price if is_bid else -price, size) for name, is_bid, price, size in expected
    }
    ours = {name: order[:3] for name, order in book.orders.items()}
    names = {*wanted, *ours}
    return sum(wanted.get(str(name)) != ours.get(name) for name in names)
