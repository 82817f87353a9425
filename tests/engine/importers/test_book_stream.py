"""Canonical book rows: features against a second computation, causal, the same in any batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.engine.feature_store.importers.base import ImportLog
from console.engine.feature_store.importers.book_stream import BookStream, Floats, book_features
from console.engine.feature_store.importers.book_tape import BookTape
from console.engine.feature_store.importers.order_book import OrderBook

LEVELS = 2
PATH = Path("book.csv")


def states(count: int, seed: int) -> Floats:
    """Random books of two levels that never cross, on a grid so that prices repeat."""
    generator = np.random.default_rng(seed)
    mid = 1000 + generator.integers(-2, 3, count).cumsum()
    made = np.empty((count, 4 * LEVELS))
    for level in range(LEVELS):
        made[:, 4 * level] = mid + 1 + level
        made[:, 4 * level + 2] = mid - 1 - level
        made[:, 4 * level + 1 : 4 * level + 4 : 2] = generator.integers(1, 9, (count, 2))
    return made


def streamed(times: list[int], rows: Floats, batches: list[int]) -> tuple[pl.DataFrame, ImportLog]:
    log = ImportLog()
    stream = BookStream("AAA", LEVELS, PATH, log)
    parts, start = [], 0
    for stop in [*sorted(batches), len(rows)]:
        numbers = np.arange(start, stop) + 1
        parts.append(stream.push(np.array(times[start:stop], np.int64), rows[start:stop], numbers))
        start = stop
    return pl.concat([*parts, stream.end()]), log


def flow_by_hand(before: list[float], now: list[float]) -> float:
    """Order-flow imbalance of one level, case by case (Cont, Kukanov, Stoikov 2014)."""
    ask, ask_size, bid, bid_size = now
    old_ask, old_ask_size, old_bid, old_bid_size = before
    if bid > old_bid:
        bought = bid_size
    else:
        bought = bid_size - old_bid_size if bid == old_bid else -old_bid_size
    if ask < old_ask:
        sold = ask_size
    else:
        sold = ask_size - old_ask_size if ask == old_ask else -old_ask_size
    return bought - sold


@given(seed=st.integers(0, 10_000), count=st.integers(2, 40))
def test_that_features_equal_a_computation_by_hand(seed: int, count: int) -> None:
    rows = states(count, seed)
    made = book_features(rows)
    for i in range(1, count):
        for level in range(LEVELS):
            part = slice(4 * level, 4 * level + 4)
            by_hand = flow_by_hand(rows[i - 1, part].tolist(), rows[i, part].tolist())
            assert made[f"ofi_{level + 1}"][i] == by_hand
        ask, ask_size, bid, bid_size = rows[i, :4]
        assert made["imbalance_1"][i] == (bid_size - ask_size) / (bid_size + ask_size)
        weighted = (ask * bid_size + bid * ask_size) / (ask_size + bid_size)
        assert made["micro_offset"][i] == pytest.approx(weighted - (ask + bid) / 2)
    assert np.array_equal(made["ofi"], made["ofi_1"] + made["ofi_2"])


@given(
    seed=st.integers(0, 1000),
    steps=st.lists(st.integers(0, 2), min_size=2, max_size=40),
    borders=st.lists(st.integers(0, 40), max_size=5),
    cut=st.integers(1, 40),
)
def test_that_rows_depend_neither_on_batches_nor_on_the_future(
    seed: int, steps: list[int], borders: list[int], cut: int
) -> None:
    times = np.cumsum(steps).tolist()
    rows = states(len(steps), seed)
    whole, _ = streamed(times, rows, [])
    pieces, _ = streamed(times, rows, [min(border, len(rows)) for border in borders])
    assert whole.equals(pieces)
    cut = min(cut, len(rows))
    early, _ = streamed(times[:cut], rows[:cut], [])
    settled = early.filter(pl.col("time_ns") < times[cut - 1])
    assert settled.equals(whole[: settled.height])


def test_that_bad_states_are_counted_and_listed() -> None:
    rows = states(6, 1)
    rows[1, 0] = rows[1, 2]  # crossed
    rows[3, 3] = 0.0  # no bid
    rows[2, 4] = np.nan  # no second ask: filled
    made, log = streamed([1, 2, 3, 4, 6, 5], rows, [])
    assert made["time_ns"].to_list() == [1, 3, 6]
    assert {(reason, rows[0]) for (reason, _), rows in log.first.items()} == {
        ("crossed", "2"), ("too_few", "4"), ("backwards", "6"),
    }  # fmt: skip
    assert made["ask_p2"][1] == made["ask_p1"][1] and made["ask_s2"][1] == 0


def test_that_the_last_state_of_a_time_stays_and_the_others_are_counted() -> None:
    rows = states(5, 2)
    made, log = streamed([1, 1, 2, 2, 2], rows, [1, 3])
    assert made["ask_s1"].to_list() == rows[[1, 4], 1].tolist()
    assert log.folded == {PATH: 3}


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.booleans(), st.integers(1, 12), st.integers(0, 5)),
        max_size=60,
    )
)
def test_that_a_replayed_book_equals_one_made_from_its_orders(
    events: list[tuple[int, bool, int, int]],
) -> None:
    book = OrderBook(3)
    before = seen(book)
    for order_id, is_bid, price, size in events:
        book.touched = False
        if order_id % 2 and order_id in book.orders:
            book.resize(order_id, size)
        elif order_id in book.orders:
            book.remove(order_id)
        else:
            book.add(order_id, is_bid, float(price), size)
        state = seen(book)
        assert state == made_from_orders(book)
        assert book.touched or state == before
        before = state
    book.drop_stale()
    assert not book.crossed()
    assert seen(book) == made_from_orders(book)


def seen(book: OrderBook) -> list[float]:
    """The book as a tape takes it."""
    tape = BookTape(book.levels)
    tape.add(0, book, 1)
    states: list[float] = tape.read()[1][0].tolist()
    return states


def test_that_a_tape_leaves_out_what_looks_as_before() -> None:
    tape, book = BookTape(1), OrderBook(1)
    book.add(1, True, 10.0, 5)
    tape.add(1, book, 1)
    tape.add(2, book, 2)
    assert [column.tolist() for column in tape.read()] == [[1], [[0.0, 0.0, 10.0, 5e-8]], [1]]
    tape.add(3, book, 3)
    book.add(2, False, 11.0, 4)
    tape.add(4, book, 4)
    assert tape.read()[0].tolist() == [4]
    assert [column.tolist() for column in tape.read()] == [[], [], []]


def made_from_orders(book: OrderBook) -> list[float]:
    """The best three levels summed up from the orders."""
    made = [0.0] * 12
    for is_bid, offset in ((False, 0), (True, 2)):
        sizes: dict[float, int] = {}
        for own_side, key, size, _fresh in book.orders.values():
            if own_side == is_bid:
                sizes[key] = sizes.get(key, 0) + size
        for level, key in enumerate(sorted(sizes, reverse=True)[:3]):
            made[4 * level + offset] = abs(key)
            made[4 * level + offset + 1] = sizes[key] * 1e-8
    return made
