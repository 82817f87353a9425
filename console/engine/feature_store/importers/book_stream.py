"""Order-book states of any source as canonical rows with causal features.

Columns: time_ns, symbol, then per level l = 1 ... L ask_p{l}, ask_s{l}, bid_p{l}, bid_s{l}, then
mid_price and the features of ``book_features``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from console.engine.data.mapping import ImportMapping, mapping_from
from console.engine.feature_store.importers.base import BATCH_ROWS, ImportLog
from console.engine.feature_store.importers.book_tape import BookTape
from console.engine.feature_store.importers.order_book import OrderBook

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LARGEST = 1e15  # of a price or a size


def book_mapping(max_gap_s: float = 60.0) -> ImportMapping:
    """What the columns of canonical book rows mean."""
    return mapping_from(
        {
            "symbol": "symbol",
            "timestamp": {"column": "time_ns", "unit": "ns"},
            "mid_price": {"column": "mid_price", "kind": "price"},
            "duplicates": "last",
            "max_gap_s": max_gap_s,
        }
    )


def level_columns(levels: int) -> list[str]:
    """Names of the columns of a state (4 L) in their order."""
    kinds = ("ask_p", "ask_s", "bid_p", "bid_s")
    return [f"{kind}{level}" for level in range(1, levels + 1) for kind in kinds]


@dataclass
class BookStream:
    """States of one symbol in batches; features reach over the batches' borders.

    The last state of each batch waits for the next, since a state of the same time replaces it.
    """

    symbol: str
    levels: int
    path: Path
    log: ImportLog
    _time: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    _states: Floats | None = None
    _before: Floats | None = None
    _tape: BookTape = field(init=False)

    def __post_init__(self) -> None:
        self._tape = BookTape(self.levels)

    def add(self, time_ns: int, book: OrderBook, number: int) -> pl.DataFrame | None:
        """Take the state of a book; rows come back once a batch of them is full."""
        self._tape.add(time_ns, book, number)
        return self.flush() if len(self._tape) >= BATCH_ROWS else None

    def flush(self) -> pl.DataFrame:
        """The rows of the states taken one by one, but for the last."""
        return self.push(*self._tape.read())

    def push(self, time_ns: Ints, states: Floats, numbers: Ints) -> pl.DataFrame:
        """Rows for ``states`` (N, 4 L) at ``time_ns`` (N,), where ``numbers`` are rows of the file.

        Left out and counted: states with no price on a side, crossed books, times before the
        latest. Of states with one time the last stays. A missing deeper level takes the price of
        the level before it and size 0.
        """
        keep = self._usable(time_ns, states, numbers)
        held_time = self._time
        held = self._states if self._states is not None else states[:0]
        time_ns = np.concatenate([held_time, time_ns[keep]])
        states = np.concatenate([held, filled(states[keep])])
        if not len(time_ns):
            return self._frame(time_ns, states)
        last = np.append(time_ns[1:] != time_ns[:-1], True)
        self.log.fold(self.path, int((~last).sum()))
        time_ns, states = time_ns[last], states[last]
        self._time, self._states = time_ns[-1:], states[-1:]
        return self._frame(time_ns[:-1], states[:-1])

    def end(self) -> pl.DataFrame:
        """Everything that still waits."""
        parts = [self.flush()]
        if self._states is not None:
            parts.append(self._frame(self._time, self._states))
            self._time, self._states = self._time[:0], None
        return pl.concat(parts)

    def _usable(self, time_ns: Ints, states: Floats, numbers: Ints) -> npt.NDArray[np.bool_]:
        ask, bid = states[:, 0], states[:, 2]
        sizes = np.isfinite(states[:, 1]) & np.isfinite(states[:, 3])
        both = (ask > 0) & (bid > 0) & np.isfinite(ask) & np.isfinite(bid) & sizes
        both &= (states[:, 1] > 0) & (states[:, 3] > 0)
        huge = (states > LARGEST).any(axis=1) & both
        both &= ~huge
        crossed = both & (bid >= ask)
        good = both & ~crossed
        start = self._time[-1] if len(self._time) else np.iinfo(np.int64).min
        latest = np.maximum.accumulate(np.where(good, np.maximum(time_ns, start), start))
        backwards = good & (time_ns < latest)
        reasons = {
            "too_few": ~(both | huge),
            "unreadable": huge,
            "crossed": crossed,
            "backwards": backwards,
        }
        for reason, bad in reasons.items():
            if bad.any():
                self.log.reject(reason, self.path, numbers[bad][:8].tolist(), int(bad.sum()))
        return good & ~backwards

    def _frame(self, time_ns: Ints, states: Floats) -> pl.DataFrame:
        columns = dict(zip(level_columns(self.levels), states.T, strict=True))
        made = book_features(states, self._before)
        self._before = states[-1:] if len(states) else self._before
        return pl.DataFrame(
            {
                "time_ns": pl.Series(time_ns, dtype=pl.Int64),
                "symbol": pl.Series([self.symbol], dtype=pl.String).new_from_index(0, len(time_ns)),
                **columns,
                **made,
            }
        )


def filled(states: Floats) -> Floats:
    """``states`` (N, 4 L) with absent deeper levels at the price before them and with size 0."""
    states = states.copy()
    for place in range(4, states.shape[1], 2):
        price, size = states[:, place], states[:, place + 1]
        absent = ~(np.isfinite(price) & (price > 0) & np.isfinite(size) & (size > 0))
        states[absent, place] = states[absent, place - 4]
        states[absent, place + 1] = 0.0
    return states


def book_features(states: Floats, before: Floats | None = None) -> dict[str, Floats]:
    """Causal features of ``states`` (N, 4 L), where ``before`` (1, 4 L) is the state before them.

    mid_price; spread; micro_offset, the size-weighted mid less the mid (Stoikov 2018, first order);
    imbalance_{l} = (q_b - q_a) / (q_b + q_a) per level and imbalance over all levels; ofi_{l}, the
    order-flow imbalance of level l (Cont, Kukanov, Stoikov 2014; levels: Xu, Gould, Howison 2019)
    and ofi, their sum. The first state of all has no flow: 0.
    """
    ask, ask_size = states[:, 0::4], states[:, 1::4]
    bid, bid_size = states[:, 2::4], states[:, 3::4]
    mid = (ask[:, 0] + bid[:, 0]) / 2
    best = ask_size[:, 0] + bid_size[:, 0]
    micro = (ask[:, 0] * bid_size[:, 0] + bid[:, 0] * ask_size[:, 0]) / best
    imbalance = _ratio(bid_size, ask_size)
    total = _ratio(bid_size.sum(axis=1), ask_size.sum(axis=1))
    start = states[:1] if before is None else before
    flow = order_flow(np.concatenate([start, states]))
    levels = range(ask.shape[1])
    return {
        "mid_price": mid,
        "spread": ask[:, 0] - bid[:, 0],
        "micro_offset": micro - mid,
        **{f"imbalance_{level + 1}": imbalance[:, level] for level in levels},
        "imbalance": total,
        **{f"ofi_{level + 1}": flow[:, level] for level in levels},
        "ofi": flow.sum(axis=1),
    }


def order_flow(states: Floats) -> Floats:
    """Order-flow imbalance (N - 1, L) from each of ``states`` (N, 4 L) to the next.

    e = 1{pb >= pb'} qb - 1{pb <= pb'} qb' - 1{pa <= pa'} qa + 1{pa >= pa'} qa' with ' the state
    before (Cont, Kukanov, Stoikov 2014, eq. 4).
    """
    now, then = states[1:], states[:-1]
    ask, bid, old_ask, old_bid = now[:, 0::4], now[:, 2::4], then[:, 0::4], then[:, 2::4]
    bought = (bid >= old_bid) * now[:, 3::4] - (bid <= old_bid) * then[:, 3::4]
    sold = (ask <= old_ask) * now[:, 1::4] - (ask >= old_ask) * then[:, 1::4]
    flow: Floats = bought - sold
    return flow


def _ratio(bid: Floats, ask: Floats) -> Floats:
    total = bid + ask
    ratio: Floats = np.divide(bid - ask, total, out=np.zeros_like(total), where=total > 0)
    return ratio
