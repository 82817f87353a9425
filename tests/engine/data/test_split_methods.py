"""Every fold of every split method judges what it promises, and trains on nothing near it."""

from __future__ import annotations

import dataclasses
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from console.core.configs.data import DataConfig
from console.core.errors import ConfigError, DataError
from console.engine.data.rows import MarketRows
from console.engine.data.splits import Split, SplitRule, split_windows
from tests.engine.data.market_files import make_rows

METHODS = ("chronological", "walk_forward", "rolling", "combinatorial")


def ranges_of(rows: MarketRows) -> list[tuple[int, int]]:
    return [(first, stop) for _, first, stop in rows.symbol_ranges()]


def folds_of(rows: MarketRows, rule: SplitRule) -> list[Split]:
    count = DataConfig(
        split_method=rule.method, num_blocks=rule.num_blocks, num_test_blocks=rule.num_test_blocks
    ).num_folds
    rules = [dataclasses.replace(rule, fold=fold) for fold in range(1, count + 1)]
    return [split_windows(rows, ranges_of(rows), each) for each in rules]


def reached(rows: MarketRows, ends: np.ndarray, length: int, horizon: int) -> np.ndarray:
    """Rows (N,) that windows and the future of their labels cover, row by row."""
    used = np.zeros(len(rows), dtype=bool)
    for end in ends.tolist():
        for row in range(end - length + 1, end + horizon + 1):
            if row < len(rows) and rows.symbol_code[row] == rows.symbol_code[end]:
                used[row] = True
    return used


def require_apart(rows: MarketRows, split: Split, rule: SplitRule) -> None:
    covered = [reached(rows, ends, rule.sequence_length, rule.horizon_rows) for ends in split.ends]
    assert (np.sum(covered, axis=0) <= 1).all()
    for part, ends in enumerate(split.ends):
        assert (np.diff(ends) > 0).all()
        starts = ends - rule.sequence_length + 1
        np.testing.assert_array_equal(rows.segment[starts], rows.segment[ends])
        clock = rows.day if split.by == "days" else rows.time
        for start, end in zip(clock[starts], clock[ends], strict=True):
            assert any(
                band.part == part and band.first <= start and end < band.stop
                for band in split.bands
            )


@settings(max_examples=120)
@given(
    lengths=st.lists(
        st.lists(st.integers(1, 70), min_size=1, max_size=4), min_size=1, max_size=3
    ),
    rows_per_day=st.one_of(st.none(), st.integers(4, 30)),
    method=st.sampled_from(METHODS),
    num_blocks=st.integers(2, 6),
    share=st.floats(0.0, 1.0),
    rule=st.builds(
        SplitRule, st.integers(1, 10), st.integers(1, 8),
        st.sampled_from([(0.7, 0.15, 0.15), (0.4, 0.2, 0.4), (0.2, 0.1, 0.7)]),
        st.sampled_from([0.0, 0.02, 0.1]), st.integers(0, 4),
    ),
)  # fmt: skip
def test_that_no_fold_shares_a_row_or_the_future_of_a_label(
    lengths: list[list[int]], rows_per_day: int | None, method: str, num_blocks: int,
    share: float, rule: SplitRule,
) -> None:  # fmt: skip
    rows = make_rows(lengths, rows_per_day=rows_per_day)
    tested = 1 + int(share * (num_blocks - 2))
    rule = dataclasses.replace(rule, method=method, num_blocks=num_blocks, num_test_blocks=tested)
    try:
        folds = folds_of(rows, rule)
    except DataError:
        assume(False)
    for split in folds:
        require_apart(rows, split, rule)


def bands_of(split: Split) -> list[tuple[int, float, float]]:
    return [(band.part, band.first, band.stop) for band in split.bands]


def test_that_walking_forward_judges_the_test_share_block_by_block() -> None:
    rows = make_rows([[2000], [2000]], rows_per_day=100)
    rule = SplitRule(10, 5, (0.4, 0.2, 0.4), method="walk_forward", num_blocks=4)
    growing = folds_of(rows, rule)
    assert [bands_of(split) for split in growing] == [
        [(0, 0.0, 8.0), (1, 8.0, 12.0), (2, 12.0, 14.0)],
        [(0, 0.0, 10.0), (1, 10.0, 14.0), (2, 14.0, 16.0)],
        [(0, 0.0, 12.0), (1, 12.0, 16.0), (2, 16.0, 18.0)],
        [(0, 0.0, 14.0), (1, 14.0, 18.0), (2, 18.0, 20.0)],
    ]
    rolling = folds_of(rows, dataclasses.replace(rule, method="rolling"))
    assert [bands_of(split)[0] for split in rolling] == [
        (0, 0.0, 8.0), (0, 2.0, 10.0), (0, 4.0, 12.0), (0, 6.0, 14.0),
    ]  # fmt: skip
    pooled = np.concatenate([rows.day[split.ends[2]] for split in growing])
    assert sorted(set(pooled.tolist())) == list(range(12, 20))
    last = split_windows(rows, ranges_of(rows), rule)
    assert last.bands == growing[-1].bands


def test_that_combinations_test_every_block_equally_often() -> None:
    rows = make_rows([[3000]], rows_per_day=100)
    rule = SplitRule(10, 5, (0.7, 0.15, 0.15), method="combinatorial", num_blocks=6)
    folds = folds_of(rows, rule)
    assert len(folds) == comb(6, 2)
    counts = np.zeros(30, dtype=int)
    for split in folds:
        counts[np.unique(rows.day[split.ends[2]])] += 1
        assert sum(band.stop - band.first for band in split.bands) == 30
    assert set(counts.tolist()) == {5}


def test_that_nothing_more_is_left_out_than_the_rule_says() -> None:
    rows = make_rows([[600]])
    rule = SplitRule(
        10, 5, (0.7, 0.15, 0.15), 0.01, 2, method="combinatorial", num_blocks=3, num_test_blocks=1,
        fold=2,
    )  # fmt: skip
    split = split_windows(rows, [(0, 600)], rule)
    embargo, training, validation = 6, 329, 71  # 71 of the 400 untested rows
    assert bands_of(split) == [
        (0, 0.0, 200.0), (2, 200.0, 400.0), (0, 400.0, 200.0 + training),
        (1, 529.0, np.nextafter(599.0, np.inf))
    ]  # fmt: skip
    assert validation == round(0.15 / 0.85 * 400)
    before = split.ends[0][split.ends[0] < 200]
    after = split.ends[0][split.ends[0] >= 400]
    assert (before[0], before[-1]) == (9, 200 - (10 + 5 + 2) - embargo - 1)
    assert (after[0], after[-1]) == (400 + (5 + 2) + embargo + 9, 529 - 17 - embargo - 1)
    assert (split.ends[2][0], split.ends[2][-1]) == (209, 399)
    assert (split.ends[1][0], split.ends[1][-1]) == (538, 599)


def test_that_no_label_of_the_test_reaches_over_a_short_training_stretch() -> None:
    """The second symbol has three rows between its test and its validation; labels look 8 ahead."""
    rows = make_rows([[600], [483]], rows_per_day=20)
    days = rows.day.copy()  # ten are tested from 10 on, four judged from 26 on
    days[1000:] = [20] * 3 + sorted([26, 27, 28, 29] * 20)
    rows = dataclasses.replace(rows, day=days)
    rule = SplitRule(
        4, 8, (0.7, 0.15, 0.15), method="combinatorial", num_blocks=3, num_test_blocks=1, fold=2
    )
    split = split_windows(rows, ranges_of(rows), rule)
    assert split.ends[2][-1] == 600 + 399
    assert split.ends[1][split.ends[1] >= 600][0] == 600 + 400 + rule.rows_after + 3
    require_apart(rows, split, rule)


def test_that_one_choice_of_millions_is_found_without_making_them_all() -> None:
    rows = make_rows([[4800]], rows_per_day=100)
    rule = SplitRule(
        4, 2, (0.7, 0.15, 0.15), method="combinatorial", num_blocks=24, num_test_blocks=12
    )
    tested = {fold: set() for fold in (1, 0)}
    for fold in tested:
        split = split_windows(rows, ranges_of(rows), dataclasses.replace(rule, fold=fold))
        tested[fold] = set((rows.day[split.ends[2]] // 2).tolist())
    assert tested == {1: set(range(12)), 0: set(range(12, 24))}


def test_that_too_many_blocks_are_refused() -> None:
    rows = make_rows([[12]])
    rule = SplitRule(2, 1, (0.5, 0.2, 0.3), method="walk_forward", num_blocks=8)
    with pytest.raises(DataError, match="too few different row times for 8 blocks"):
        split_windows(rows, [(0, 12)], rule)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"split_method": "walk_forward", "fold": 6}, "fold"),
        ({"fold": 2}, "fold"),
        ({"split_method": "combinatorial", "fold": 11}, "fold"),
        ({"split_method": "combinatorial", "num_test_blocks": 5}, "num_test_blocks"),
        ({"split_method": "rolling", "train_fraction": 0.8, "validation_fraction": 0.2,
          "test_fraction": 0.0}, "test_fraction"),
    ],
)  # fmt: skip
def test_that_impossible_folds_are_refused_by_the_form(values: dict, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        DataConfig(**values)
    assert [problem.field for problem in caught.value.problems] == [field]
