"""Splits keep the parts apart whatever the data look like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.engine.data.rows import MarketRows
from console.engine.data.splits import SplitRule, split_windows
from tests.engine.data.market_files import make_rows

SHARES = [(0.7, 0.15, 0.15), (0.5, 0.3, 0.2), (0.8, 0.2, 0.0), (0.34, 0.33, 0.33)]


def ranges_of(rows: MarketRows) -> list[tuple[int, int]]:
    return [(first, stop) for _, first, stop in rows.symbol_ranges()]


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.lists(
        st.lists(st.integers(1, 60), min_size=1, max_size=5), min_size=1, max_size=3
    ),
    rows_per_day=st.one_of(st.none(), st.integers(5, 40)),
    sequence_length=st.integers(1, 12),
    horizon=st.integers(1, 10),
    extra=st.integers(0, 5),
    embargo=st.sampled_from([0.0, 0.02, 0.1]),
    shares=st.sampled_from(SHARES),
)  # fmt: skip
def test_that_parts_share_no_row_and_no_label_reaches_the_next_part(
    lengths: list[list[int]],
    rows_per_day: int | None,
    sequence_length: int,
    horizon: int,
    extra: int,
    embargo: float,
    shares: tuple[float, float, float],
) -> None:
    rows = make_rows(lengths, rows_per_day=rows_per_day)
    rule = SplitRule(sequence_length, horizon, shares, embargo, extra)
    split = split_windows(rows, ranges_of(rows), rule)
    clock = rows.day if split.by == "days" else rows.time
    low = (-np.inf, *split.boundaries)
    high = (*split.boundaries, np.inf)
    covered = np.zeros(len(rows), dtype=int)
    for part, ends in enumerate(split.ends):
        starts = ends - sequence_length + 1
        used = np.zeros(len(rows), dtype=bool)
        for start, end in zip(starts, ends, strict=True):
            used[start : end + 1] = True
            assert rows.segment[start] == rows.segment[end]
            assert rows.symbol_code[start] == rows.symbol_code[end]
        covered += used
        assert (clock[starts] >= low[part]).all()
        assert (clock[ends] < high[part]).all()
        last = part == 2 or sum(shares[part + 1 :]) == 0
        for first, stop in ranges_of(rows):
            own = ends[(ends >= first) & (ends < stop)]
            if last or not len(own):
                continue
            boundary = first + int((clock[first:stop] < high[part]).sum())
            kept_free = horizon + sequence_length + extra + round(embargo * (stop - first))
            assert own.max() + kept_free < boundary
    assert covered.max(initial=0) <= 1


def test_that_whole_days_are_split_by_rounded_cumulative_shares() -> None:
    rows = make_rows([[6400], [6400]], rows_per_day=100)
    rule = SplitRule(10, 5, (0.75, 0.11, 0.14))
    split = split_windows(rows, ranges_of(rows), rule)
    assert split.by == "days"
    assert split.boundaries == (48.0, 55.0)
    test_days = np.unique(rows.day[split.ends[2]])
    assert (test_days[0], test_days[-1]) == (55, 63)
    first_test = split.ends[2][0] - 9
    assert rows.day[first_test] == 55
    assert rows.day[first_test - 1] == 54


def test_that_the_purge_comes_from_the_end_of_the_earlier_part() -> None:
    rows = make_rows([[1000]])
    split = split_windows(rows, [(0, 1000)], SplitRule(10, 5, (0.7, 0.15, 0.15), 0.02, 3))
    assert split.by == "time"
    assert split.boundaries == (700.0, 850.0)
    kept_free = 10 + 5 + 3 + 20
    assert split.ends[0][-1] == 700 - kept_free - 1
    assert split.ends[1][0] == 700 + 9
    assert split.ends[1][-1] == 850 - kept_free - 1
    assert split.ends[2][-1] == 999
    assert split.purged == (kept_free, kept_free, 0)


def test_that_all_symbols_meet_at_one_time() -> None:
    rows = make_rows([[1000], [400]])
    split = split_windows(rows, ranges_of(rows), SplitRule(5, 2, (0.7, 0.15, 0.15)))
    for part, ends in enumerate(split.ends[1:]):
        assert rows.time[ends].min() >= split.boundaries[part]
    assert rows.time[split.ends[0]].max() < split.boundaries[0]


@pytest.mark.parametrize("num_days", [8, 9, 30])
def test_that_every_part_with_a_share_gets_a_day(num_days: int) -> None:
    rows = make_rows([[num_days * 50]], rows_per_day=50)
    split = split_windows(rows, ranges_of(rows), SplitRule(5, 1, (0.97, 0.02, 0.01)))
    assert all(len(ends) for ends in split.ends)


def test_that_no_test_share_leaves_nothing_for_testing() -> None:
    rows = make_rows([[900]], rows_per_day=100)
    split = split_windows(rows, ranges_of(rows), SplitRule(5, 1, (0.7, 0.3, 0.0)))
    assert len(split.ends[2]) == 0
    assert split.ends[1][-1] == 899
    assert split.purged[1] == 0
