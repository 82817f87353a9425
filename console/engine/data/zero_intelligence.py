"""A zero-intelligence limit order book: Cont, Stoikov, Talreja (2010), many sessions at once.

"A stochastic model for order book dynamics", Operations Research 58(3). Limit orders of unit size
arrive i ticks from the opposite best quote at rate lambda(i), market orders at rate mu, and each
resting order is cancelled at rate theta(i), all independent Poisson processes. The rates are those
the paper estimates (table 2); beyond 5 ticks lambda follows its power law k / i**alpha and theta
stays at its last value. Instead of one event at a time, the events of a short step are drawn
together (tau-leaping, Gillespie 2001) for all sessions in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

LIMIT_RATES = (1.85, 1.51, 1.09, 0.88, 0.77)
CANCEL_RATES = (0.71, 0.81, 0.68, 0.56, 0.47)
MARKET_RATE = 0.94
POWER_K, POWER_ALPHA = 1.92, 0.52
DEPTH = 30  # ticks from the opposite best quote within which anything happens
GRID = 2048  # ticks of the price grid; the mid-price starts in the middle


@dataclass(frozen=True)
class BookRecord:
    """What was seen at the end of each row, R rows of S sessions, L levels a side.

    ``bid_price``, ``ask_price`` (R, S, L) int64 in ticks, best level first, -1 where the side has
    fewer levels; sizes (R, S, L) int64; ``bought`` and ``sold`` (R, S) are the market orders since
    the row before.
    """

    bid_price: Counts
    bid_size: Counts
    ask_price: Counts
    ask_size: Counts
    bought: Counts
    sold: Counts


class ZeroIntelligenceBook:
    """S independent order books that move in steps of ``step_length`` time units of the paper."""

    def __init__(self, num_sessions: int, step_length: float, seed: int) -> None:
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._sessions = np.arange(num_sessions)[:, None]
        distance = np.arange(1, DEPTH + 1)
        limit = POWER_K / distance**POWER_ALPHA
        limit[:5] = LIMIT_RATES
        cancel = np.full(DEPTH, CANCEL_RATES[-1])
        cancel[:5] = CANCEL_RATES
        self._limit = np.tile(limit * step_length, (num_sessions, 1))
        self._cancel = 1.0 - np.exp(-cancel * step_length)
        self._market = np.full(num_sessions, MARKET_RATE * step_length)
        self._offset = distance[None, :]
        self.bids = np.zeros((num_sessions, GRID), dtype=np.int64)
        self.asks = np.zeros((num_sessions, GRID), dtype=np.int64)
        self.bids[:, GRID // 2 - DEPTH : GRID // 2] = 2
        self.asks[:, GRID // 2 + 1 : GRID // 2 + 1 + DEPTH] = 2
        self._bid = np.full(num_sessions, GRID // 2 - 1)
        self._ask = np.full(num_sessions, GRID // 2 + 1)

    def step(self) -> tuple[Counts, Counts]:
        """One step of all books; returns the market orders (S,) that bought and sold.

        The two sides move one after the other, each seeing the other's latest best quote, so the
        book never crosses.
        """
        self._bid, sold = self._move(self.bids, self._ask, -1)
        self._ask, bought = self._move(self.asks, self._bid, +1)
        return bought, sold

    def record(self, num_rows: int, steps_per_row: int, num_levels: int = 5) -> BookRecord:
        """Run ``num_rows`` times ``steps_per_row`` steps and note the books after each row."""
        num_sessions = len(self._sessions)
        shape = (num_rows, num_sessions, num_levels)
        prices, sizes = np.empty((2, *shape), np.int64), np.empty((2, *shape), np.int64)
        trades = np.zeros((2, num_rows, num_sessions), np.int64)
        for row in range(num_rows):
            for _ in range(steps_per_row):
                bought, sold = self.step()
                trades[0, row] += bought
                trades[1, row] += sold
            prices[0, row], sizes[0, row] = self._levels(self.bids, self._ask, -1, num_levels)
            prices[1, row], sizes[1, row] = self._levels(self.asks, self._bid, +1, num_levels)
        return BookRecord(prices[0], sizes[0], prices[1], sizes[1], trades[0], trades[1])

    def _move(self, side: Counts, opposite: Counts, sign: int) -> tuple[Counts, Counts]:
        """Arrivals, cancellations and market orders of one side; its new best quote."""
        place = np.clip(opposite[:, None] + sign * self._offset, 0, GRID - 1)
        queue = side[self._sessions, place]
        queue -= self._random.binomial(queue, self._cancel)
        queue += self._random.poisson(self._limit)
        taken = self._random.poisson(self._market)
        before = np.cumsum(queue, axis=1) - queue
        queue -= np.clip(taken[:, None] - before, 0, queue)
        empty = ~queue.any(axis=1)
        queue[empty, -1] = 1
        side[self._sessions, place] = queue
        best = np.argmax(queue > 0, axis=1)
        return place[self._sessions[:, 0], best], taken

    def _levels(
        self, side: Counts, opposite: Counts, sign: int, num_levels: int
    ) -> tuple[Counts, Counts]:
        """The first non-empty prices and their sizes, (S, L) each."""
        place = np.clip(opposite[:, None] + sign * self._offset, 0, GRID - 1)
        queue = side[self._sessions, place]
        order = np.argsort(queue == 0, axis=1, kind="stable")[:, :num_levels]
        rows = self._sessions
        size = queue[rows, order]
        return np.where(size > 0, place[rows, order], -1), size
