"""What a book looked like at each of many moments, kept as plain numbers."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from console.engine.feature_store.importers.order_book import UNIT, OrderBook, Side

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class BookTape:
    """The best ``levels`` at each moment, copied from the book's own lists without an object each.

    A moment that looks like the one before it is left out when the tape is read.
    """

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self._best = slice(-levels, None)
        self._last: Floats | None = None
        self._clear()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, time_ns: int, book: OrderBook, number: int) -> None:
        """Note how ``book`` looks at ``time_ns`` after row ``number`` of the file."""
        self._times.append(time_ns)
        self._numbers.append(number)
        best = self._best
        asks, bids = book.asks, book.bids
        if len(asks.keys) < self.levels or len(bids.keys) < self.levels:
            self._pad(asks, bids)
        self._ask_keys.extend(asks.keys[best])
        self._ask_amounts.fromlist(asks.amounts[best])  # type: ignore[arg-type]  # takes integers
        self._bid_keys.extend(bids.keys[best])
        self._bid_amounts.fromlist(bids.amounts[best])  # type: ignore[arg-type]

    def read(self) -> tuple[Ints, Floats, Ints]:
        """Times (N,), states (N, 4 L) and row numbers (N,) since the last reading.

        A state is ask price, ask size, bid price, bid size of each level from the best; 0 where
        there is none.
        """
        if not self._times:
            return np.empty(0, np.int64), np.empty((0, 4 * self.levels)), np.empty(0, np.int64)
        times = np.frombuffer(self._times, np.int64)
        numbers = np.frombuffer(self._numbers, np.int64)
        states = np.empty((len(times), 4 * self.levels))
        columns = (self._ask_keys, self._ask_amounts, self._bid_keys, self._bid_amounts)
        for place, (column, factor) in enumerate(zip(columns, (-1, UNIT, 1, UNIT), strict=True)):
            deepest_first = np.frombuffer(column).reshape(len(times), self.levels)
            np.multiply(deepest_first[:, ::-1], factor, out=states[:, place::4])
        states += 0.0  # an absent ask is 0, not -0
        fresh = np.ones(len(times), bool)
        fresh[1:] = (states[1:] != states[:-1]).any(axis=1)
        if self._last is not None:
            fresh[0] = bool((states[0] != self._last).any())
        self._last = states[-1].copy()
        self._clear()
        return times[fresh], states[fresh], numbers[fresh]

    def _clear(self) -> None:
        self._times, self._numbers = array("q"), array("q")
        self._ask_keys, self._ask_amounts = array("d"), array("d")
        self._bid_keys, self._bid_amounts = array("d"), array("d")

    def _pad(self, asks: Side, bids: Side) -> None:
        """Zeros for the levels that a side does not have."""
        for side, keys, amounts in (
            (asks, self._ask_keys, self._ask_amounts),
            (bids, self._bid_keys, self._bid_amounts),
        ):
            absent = array("d", bytes(8 * max(0, self.levels - len(side.keys))))
            keys.extend(absent)
            amounts.extend(absent)
