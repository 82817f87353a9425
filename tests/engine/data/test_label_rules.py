"""Label rules against slow computations of their own, and proof that no label knows too much."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from pathlib import Path
from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.configs import BalancingConfig, DataConfig
from console.core.configs.balancing import LabelMethod, PriceMove
from console.engine.data.horizons import NO_ROW, Horizon, future_rows, longest_reach
from console.engine.data.labels import class_limits, classes_from, future_moves, horizon_sigma
from console.engine.data.prepare import prepare_windows
from console.engine.data.price_moves import past_sigma, smoothed_moves, stretch_sums
from console.engine.data.rows import MarketRows
from console.engine.data.targets import Target, choose_target, classify, label_moves
from console.engine.data.triple_barrier import triple_barrier
from console.engine.data.window_choice import used_ranges
from tests.engine.data.market_files import make_rows

KINDS: tuple[PriceMove, ...] = get_args(PriceMove)
METHODS: tuple[LabelMethod, ...] = get_args(LabelMethod)
SEGMENTS = st.lists(
    st.lists(st.integers(1, 40), min_size=1, max_size=4), min_size=1, max_size=2
)  # fmt: skip


def ticking_rows(lengths: list[list[int]], seed: int, kind: str = "price") -> MarketRows:
    """Prices that move in ticks (so that moves are often equal), at uneven times, some unknown."""
    rows = make_rows(lengths, seed=seed)
    random = np.random.default_rng(seed)
    mid = 100.0 + 0.5 * random.choice([-1, 0, 0, 1], len(rows)).cumsum()
    mid = mid if kind == "price" else (mid - 100.0) / 100.0
    mid[random.random(len(rows)) < 0.03] = np.nan if kind == "relative" else 0.0
    time = rows.time + np.sort(random.random(len(rows)) * 0.9)
    return dataclasses.replace(rows, mid=mid, mid_kind=kind, time=time)


def everywhere(rows: MarketRows) -> np.ndarray:
    return np.arange(len(rows))


# --- slow references -----------------------------------------------------------------------------


def slow_price(rows: MarketRows, row: int, segment: int) -> float:
    """The mid of ``row``; NaN outside ``segment`` or where it is unknown."""
    if not 0 <= row < len(rows) or rows.segment[row] != segment:
        return math.nan
    assert rows.mid is not None
    price = float(rows.mid[row])
    return price if rows.mid_kind == "relative" or price > 0 else math.nan


def slow_mean(rows: MarketRows, first: int, last: int, segment: int) -> float:
    prices = [slow_price(rows, row, segment) for row in range(first, last + 1)]
    return math.fsum(prices) / len(prices)


def slow_change(rows: MarketRows, before: float, after: float) -> float:
    if math.isnan(before) or math.isnan(after):
        return math.nan
    return after - before if rows.mid_kind == "relative" else after / before - 1


def slow_move(rows: MarketRows, row: int, later: int, kind: str, smoothing: int) -> float:
    if later == NO_ROW:
        return math.nan
    segment, k = int(rows.segment[row]), later - row
    before = {
        "point": (row, row), "fi2010": (row, row), "deeplob": (row - k + 1, row),
        "tlob": (row - smoothing, row),
    }[kind]  # fmt: skip
    after = {
        "point": (later, later), "fi2010": (row + 1, later), "deeplob": (row + 1, later),
        "tlob": (later - smoothing, later),
    }[kind]  # fmt: skip
    return slow_change(
        rows, slow_mean(rows, *before, segment), slow_mean(rows, *after, segment)
    )  # fmt: skip


def slow_sigma(rows: MarketRows, row: int, look_back: int) -> float:
    segment = int(rows.segment[row])
    prices = [slow_price(rows, r, segment) for r in range(row - look_back, row + 1)]
    steps = [slow_change(rows, a, b) for a, b in itertools.pairwise(prices)]
    if any(map(math.isnan, steps)):
        return math.nan
    sigma = statistics.pstdev(steps)
    return sigma if sigma > 1e-9 else math.nan


def slow_later(rows: MarketRows, row: int, horizon: Horizon) -> int:
    same = [r for r in range(len(rows)) if r > row and rows.segment[r] == rows.segment[row]]
    if horizon.seconds <= 0:
        return row + horizon.rows if row + horizon.rows in same else NO_ROW
    wanted = rows.time[row] + horizon.seconds
    near = [(abs(rows.time[r] - wanted), r) for r in same]
    near = [pair for pair in near if pair[0] <= horizon.tolerance_s]
    return min(near)[1] if near else NO_ROW


def slow_barrier(
    rows: MarketRows, row: int, last: int, above: float, below: float
) -> tuple[int, int]:
    segment = int(rows.segment[row])
    now = slow_price(rows, row, segment)
    if last == NO_ROW or math.isnan(above) or math.isnan(now):
        return -1, NO_ROW
    unit = 1.0 if rows.mid_kind == "relative" else now
    for then in range(row + 1, last + 1):
        price = slow_price(rows, then, segment)
        if math.isnan(price):
            return -1, NO_ROW
        if price >= now + above * unit:
            return 2, then
        if price <= now - below * unit:
            return 0, then
    return 1, last


# --- agreement -----------------------------------------------------------------------------------


@settings(max_examples=60)
@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), seed=st.integers(0, 9))
def test_that_stretch_sums_are_sums(values: list[float], seed: int) -> None:
    generator = np.random.default_rng(seed)
    first = generator.integers(0, len(values), 20)
    length = np.array([generator.integers(1, len(values) - a + 1) for a in first])
    expected = [math.fsum(values[a : a + n]) for a, n in zip(first, length, strict=True)]
    found = stretch_sums(np.array(values), first, length)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-7)


@settings(max_examples=40)
@given(
    lengths=SEGMENTS, seed=st.integers(0, 99), rows_ahead=st.integers(1, 12),
    seconds=st.sampled_from([0.0, 0.4, 3.0, 7.5]), tolerance=st.sampled_from([0.0, 0.3, 2.0]),
)  # fmt: skip
def test_that_the_future_row_is_the_nearest_one_in_the_segment(
    lengths: list[list[int]], seed: int, rows_ahead: int, seconds: float, tolerance: float
) -> None:
    rows = ticking_rows(lengths, seed)
    horizon = Horizon(rows_ahead, seconds, tolerance)
    later = future_rows(rows, everywhere(rows), horizon)
    assert later.tolist() == [slow_later(rows, row, horizon) for row in range(len(rows))]
    reach = longest_reach(rows, [(0, len(rows))], horizon)
    assert reach == rows_ahead if seconds == 0 else (later - everywhere(rows)).max() <= reach


@settings(max_examples=60)
@given(
    lengths=SEGMENTS, seed=st.integers(0, 99), kind=st.sampled_from(KINDS),
    mid_kind=st.sampled_from(["price", "relative"]), ahead=st.integers(1, 12),
    seconds=st.sampled_from([0.0, 5.0]), smoothing=st.integers(1, 15),
)  # fmt: skip
def test_that_moves_are_those_of_the_papers(
    lengths: list[list[int]], seed: int, kind: PriceMove, mid_kind: str, ahead: int, seconds: float,
    smoothing: int,
) -> None:  # fmt: skip
    rows = ticking_rows(lengths, seed, mid_kind)
    later = future_rows(rows, everywhere(rows), Horizon(ahead, seconds, 1.0))
    moves = smoothed_moves(rows, everywhere(rows), later, kind, smoothing)
    expected = [slow_move(rows, r, int(later[r]), kind, smoothing) for r in range(len(rows))]
    np.testing.assert_allclose(moves, expected, rtol=1e-5, atol=1e-9)


@settings(max_examples=40)
@given(
    lengths=SEGMENTS, seed=st.integers(0, 99), look_back=st.integers(2, 15),
    mid_kind=st.sampled_from(["price", "relative"]),
)  # fmt: skip
def test_that_sigma_is_the_deviation_of_the_past_moves(
    lengths: list[list[int]], seed: int, look_back: int, mid_kind: str
) -> None:
    rows = ticking_rows(lengths, seed, mid_kind)
    expected = [slow_sigma(rows, row, look_back) for row in range(len(rows))]
    np.testing.assert_allclose(
        past_sigma(rows, everywhere(rows), look_back), expected, rtol=1e-6, atol=1e-12
    )


@settings(max_examples=60)
@given(
    lengths=SEGMENTS, seed=st.integers(0, 99), ahead=st.integers(1, 12),
    above=st.floats(0.2, 3.0), below=st.floats(0.2, 3.0), seconds=st.sampled_from([0.0, 5.0]),
    mid_kind=st.sampled_from(["price", "relative"]),
)  # fmt: skip
def test_that_the_first_barrier_decides(
    lengths: list[list[int]], seed: int, ahead: int, above: float, below: float, seconds: float,
    mid_kind: str,
) -> None:  # fmt: skip
    rows = ticking_rows(lengths, seed, mid_kind)
    at = everywhere(rows)
    last = future_rows(rows, at, Horizon(ahead, seconds, 1.0))
    sigma = horizon_sigma(rows, at, last, 4)
    made = triple_barrier(rows, at, last, above * sigma, below * sigma)
    expected = [
        slow_barrier(rows, r, int(last[r]), above * float(sigma[r]), below * float(sigma[r]))
        for r in range(len(rows))
    ]
    assert list(zip(made.classes.tolist(), made.touch.tolist(), strict=True)) == expected
    labelled = made.classes >= 0
    assert (made.touch[labelled] <= last[labelled]).all()
    assert (made.touch[labelled] > at[labelled]).all()


def test_that_volatility_moves_are_in_units_of_what_the_horizon_usually_brings() -> None:
    rows = make_rows([[4000]], seed=5)
    rule = BalancingConfig(label_method="volatility", volatility_rows=200)
    moves = label_moves(rows, everywhere(rows), Horizon(16), rule)
    assert np.nanstd(moves) == pytest.approx(1.0, abs=0.15)
    assert class_limits(moves, rule) == (-0.5, 0.5)


def test_that_half_the_mean_move_is_the_limit() -> None:
    moves = np.array([-0.02, 0.01, np.nan, 0.03], dtype=np.float32)
    low, high = class_limits(moves, BalancingConfig(label_method="mean_move"))
    assert (low, high) == pytest.approx((-0.01, 0.01))


def test_that_a_price_at_rest_gives_hold_and_no_volatility() -> None:
    rows = make_rows([[3000]])
    rows = dataclasses.replace(rows, mid=np.full(3000, 0.1))
    at = everywhere(rows)
    for kind in KINDS:
        moves = smoothed_moves(rows, at, future_rows(rows, at, Horizon(7)), kind, 9)
        assert (moves[np.isfinite(moves)] == 0).all()
    assert np.isnan(past_sigma(rows, at, 20)).all()


# --- what a label may know -----------------------------------------------------------------------


def labels_of(rows: MarketRows, rule: BalancingConfig, horizon: Horizon, train: int) -> np.ndarray:
    """Classes of all rows, with limits from the first ``train`` rows only."""
    reach = longest_reach(rows, [(0, len(rows))], horizon)
    target = Target("prices", "", horizon, reach, None)
    (_, classes), _label = classify(rows, target, [np.arange(train), everywhere(rows)], rule)
    return classes


def cut_after(rows: MarketRows, stop: int) -> MarketRows:
    """The first ``stop`` rows alone."""
    per_row = ("matrix", "symbol_code", "segment", "time", "day", "mid")
    return dataclasses.replace(
        rows, **{name: getattr(rows, name)[:stop] for name in per_row}, labels={}
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 99), method=st.sampled_from(METHODS), kind=st.sampled_from(KINDS),
    ahead=st.integers(1, 9), seconds=st.sampled_from([0.0, 4.0]), stop=st.integers(60, 100),
)  # fmt: skip
def test_that_no_label_knows_more_than_its_reach(
    seed: int, method: LabelMethod, kind: PriceMove, ahead: int, seconds: float, stop: int
) -> None:
    rows = ticking_rows([[90, 40]], seed)
    rule = BalancingConfig(
        label_method=method, price_move=kind, smoothing_rows=4, volatility_rows=6,
        fixed_threshold=0.002,
    )  # fmt: skip
    horizon = Horizon(ahead, seconds, 1.0)
    reach = longest_reach(rows, [(0, len(rows))], horizon)
    before = labels_of(rows, rule, horizon, train=40)
    settled = stop - reach
    assert settled >= 50
    cut = labels_of(cut_after(rows, stop), rule, horizon, train=40)
    np.testing.assert_array_equal(cut[:settled], before[:settled])
    assert rows.mid is not None
    rows.mid[stop:] *= np.random.default_rng(seed).uniform(0.5, 2.0, len(rows) - stop)
    after = labels_of(rows, rule, horizon, train=40)
    np.testing.assert_array_equal(after[:settled], before[:settled])


def test_that_a_time_horizon_purges_by_the_rows_it_really_reaches() -> None:
    rows = make_rows([[1200]], rows_per_day=100)
    rows = dataclasses.replace(rows, time=rows.time / 4)
    data = DataConfig(label_source="prices", horizon=1, horizon_s=5.0, horizon_tolerance_s=0.1)
    target = choose_target(rows, used_ranges(rows, data), data)
    assert target.reach_rows == 20
    prepared = prepare_windows(rows, data, BalancingConfig(), 8, 1)
    assert prepared.label["horizon_rows"] == 20
    assert prepared.label["horizon_s"] == 5.0
    boundary = prepared.summary["boundaries"]["validation"]
    assert int(prepared.train.ends[-1]) + 20 < np.searchsorted(rows.day, boundary)
    end = int(prepared.test.ends[0])
    assert rows.mid is not None
    expected = rows.mid[end + 20] / rows.mid[end] - 1
    assert float(prepared.test.returns[0]) == pytest.approx(expected, rel=1e-5)


def test_that_barrier_labels_are_prepared_without_limits() -> None:
    rows = make_rows([[1000], [1000]], rows_per_day=100)
    rule = BalancingConfig(label_method="triple_barrier", volatility_rows=20)
    prepared = prepare_windows(rows, DataConfig(label_source="prices"), rule, 8, 1)
    assert prepared.label == {
        "source": "prices", "column": "", "horizon_rows": 20, "method": "triple_barrier",
        "thresholds": None, "take_profit": 1.0, "stop_loss": 1.0, "volatility_rows": 20,
    }  # fmt: skip
    assert prepared.summary["unlabelled"]["train"] > 0
    with pytest.raises(ValueError, match="have no limits"):
        class_limits(np.zeros(3), rule)


# --- real data -----------------------------------------------------------------------------------

STATED = {5: 0.0005, 10: 0.0005, 20: 0.001, 40: 0.001, 60: 0.001}


@pytest.mark.market_data
def test_that_the_stored_labels_of_real_data_follow_from_their_prices(market_data: Path) -> None:
    """All but 97 of 12 million; those lie within float32 rounding of the threshold.

    Prices are stored in float32 (spacing 9e-10 to 4e-9 at 0.008 to 0.07), the labels were cut
    before that: a move of exactly 0.001 can come out at 0.0010000002 or 0.0009999992.
    """
    path = market_data / "ashare_l2" / "snapshots_days_00_63.parquet"
    keys = ["sym", "date", "session"]
    columns = [*keys, "t_sec", "n_midprice", *(f"label_{n}" for n in STATED)]
    frame = pl.read_parquet(path, columns=columns).sort([*keys, "t_sec"])
    whole = make_rows([[1]])
    rows = dataclasses.replace(
        whole,
        segment=frame.select(pl.struct(keys).rle_id().cast(pl.Int32))["sym"].to_numpy(),
        mid=frame["n_midprice"].cast(pl.Float64).to_numpy(),
        mid_kind="relative",
    )
    compared = different = 0
    for ahead, threshold in STATED.items():
        moves = future_moves(rows, everywhere(rows), ahead)
        rule = BalancingConfig(label_method="fixed", fixed_threshold=threshold)
        classes = classes_from(moves, class_limits(moves, rule))
        known = classes >= 0
        stored = frame[f"label_{ahead}"].cast(pl.Int8).to_numpy()
        wrong = known & (classes != stored)
        compared += int(known.sum())
        different += int(wrong.sum())
        assert known.sum() == len(rows) - ahead * 1_225
        distance = np.abs(np.abs(moves[wrong].astype(np.float64)) - threshold)
        assert distance.max(initial=0.0) < 4e-9
    assert different <= 1e-5 * compared
