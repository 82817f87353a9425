"""Folds test every block they promise and train on nothing that touches it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from console.core.errors import DataError
from console.engine.data.folds import Fold, FoldRule, combinatorial_purged, walk_forward
from console.engine.data.rows import MarketRows
from tests.engine.data.market_files import make_rows


def ranges_of(rows: MarketRows) -> list[tuple[int, int]]:
    return [(first, stop) for _, first, stop in rows.symbol_ranges()]


def touched(rows: MarketRows, ends: np.ndarray, rule: FoldRule) -> np.ndarray:
    """Rows (N,) that windows and the future of their labels cover, row by row."""
    used = np.zeros(len(rows), dtype=bool)
    for end in ends.tolist():
        for row in range(end - rule.sequence_length + 1, end + rule.horizon_rows + 1):
            if row < len(rows) and rows.symbol_code[row] == rows.symbol_code[end]:
                used[row] = True
    return used


def require_apart(rows: MarketRows, fold: Fold, rule: FoldRule) -> None:
    assert not (touched(rows, fold.train, rule) & touched(rows, fold.test, rule)).any()
    for ends in (fold.train, fold.test):
        assert (np.diff(ends) > 0).all()
        starts = ends - rule.sequence_length + 1
        np.testing.assert_array_equal(rows.segment[starts], rows.segment[ends])
    tested = touched(rows, fold.test, FoldRule(rule.sequence_length, 0))
    for first, stop in ranges_of(rows):
        own = fold.train[(fold.train >= first) & (fold.train < stop)]
        for row in first + np.flatnonzero(tested[first:stop]):
            gone = (own < row) & (own + rule.before >= row)
            late = (own > row) & (own - rule.sequence_length + 1 <= row + rule.after)
            assert not gone.any()
            assert not late.any()


SHAPES = {
    "lengths": st.lists(
        st.lists(st.integers(1, 70), min_size=1, max_size=4), min_size=1, max_size=3
    ),
    "rows_per_day": st.one_of(st.none(), st.integers(5, 30)),
    "rule": st.builds(
        FoldRule, st.integers(1, 10), st.integers(1, 8), st.integers(0, 5), st.integers(0, 4)
    ),
}


def made(folds: Iterator[Fold]) -> list[Fold]:
    try:
        return list(folds)
    except DataError:
        assume(False)
        return []


@settings(max_examples=60)
@given(**SHAPES, num_folds=st.integers(1, 4), train_blocks=st.integers(1, 3),
       kind=st.sampled_from(["expanding", "rolling"]))  # fmt: skip
def test_that_walking_forward_trains_on_the_past_alone(
    lengths: list[list[int]], rows_per_day: int | None, rule: FoldRule, num_folds: int,
    train_blocks: int, kind: str,
) -> None:  # fmt: skip
    rows = make_rows(lengths, rows_per_day=rows_per_day)
    folds = made(walk_forward(rows, ranges_of(rows), rule, num_folds, kind=kind,
                              train_blocks=train_blocks))  # fmt: skip
    assert [fold.test_blocks for fold in folds] == [(train_blocks + n,) for n in range(num_folds)]
    # the days of these rows are counted per symbol and need not follow their times
    by_days = len(np.unique(rows.day)) >= num_folds + train_blocks
    clock = rows.day if by_days else rows.time
    for fold in folds:
        require_apart(rows, fold, rule)
        if len(fold.train) and len(fold.test):
            first_test = clock[fold.test - rule.sequence_length + 1].min()
            assert clock[fold.train].max() < first_test
    for earlier, later in itertools.pairwise(folds):
        assert not set(earlier.test) & set(later.test)
        if kind == "expanding":
            assert set(earlier.train) <= set(later.train)


@settings(max_examples=60)
@given(**SHAPES, num_blocks=st.integers(2, 6), share=st.floats(0.0, 1.0))
def test_that_combinations_keep_training_away_from_every_test_block(
    lengths: list[list[int]], rows_per_day: int | None, rule: FoldRule, num_blocks: int,
    share: float,
) -> None:  # fmt: skip
    rows = make_rows(lengths, rows_per_day=rows_per_day)
    num_test = 1 + int(share * (num_blocks - 2))
    folds = made(combinatorial_purged(rows, ranges_of(rows), rule, num_blocks, num_test))
    assert len({fold.test_blocks for fold in folds}) == len(folds) == comb(num_blocks, num_test)
    for fold in folds:
        require_apart(rows, fold, rule)


def test_that_nothing_more_is_left_out_than_the_rule_says() -> None:
    rows = make_rows([[600]])
    rule = FoldRule(sequence_length=10, horizon_rows=5, embargo_rows=7, extra_purge_rows=2)
    folds = list(combinatorial_purged(rows, [(0, 600)], rule, 3, 1))
    middle = folds[1]
    assert middle.test_blocks == (1,)
    assert (middle.test[0], middle.test[-1]) == (209, 399)
    before = middle.train[middle.train < 200]
    after = middle.train[middle.train >= 400]
    assert (before[0], before[-1]) == (9, 200 - (10 + 5 + 2) - 1)
    assert (after[0], after[-1]) == (400 + (5 + 2 + 7) + 9, 599)
    assert len(middle.train) == len(before) + len(after)
    expanding = list(walk_forward(rows, [(0, 600)], rule, 2))
    rolling = list(walk_forward(rows, [(0, 600)], rule, 2, kind="rolling"))
    assert [int(fold.train[0]) for fold in expanding] == [9, 9]
    assert [int(fold.train[0]) for fold in rolling] == [9, 209]
    assert [int(fold.train[-1]) for fold in rolling] == [182, 382]


def test_that_blocks_are_whole_days_where_there_are_enough() -> None:
    rows = make_rows([[700], [400]], rows_per_day=100)
    for fold in walk_forward(rows, ranges_of(rows), FoldRule(5, 2), 3):
        tested = set(rows.day[fold.test].tolist())
        assert not tested & set(rows.day[fold.train].tolist())
        assert len(tested) in (1, 2)


def test_that_too_many_blocks_are_refused() -> None:
    rows = make_rows([[6]])
    with pytest.raises(DataError, match="too few different row times for 9 blocks"):
        list(walk_forward(rows, [(0, 6)], FoldRule(2, 1), 8))
    with pytest.raises(ValueError, match="one trained on"):
        list(combinatorial_purged(rows, [(0, 6)], FoldRule(2, 1), 2, 2))
    with pytest.raises(ValueError, match="at least one fold"):
        list(walk_forward(rows, [(0, 6)], FoldRule(2, 1), 0))
