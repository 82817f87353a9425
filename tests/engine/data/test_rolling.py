"""Scaling by previous days: right by an independent computation, and blind to the future."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.configs import BalancingConfig, DataConfig
from console.core.errors import DataError
from console.engine.data.leakage import leaks, plan_from
from console.engine.data.normalise import Scaler
from console.engine.data.prepare import prepare_windows
from console.engine.data.rolling import fit_rolling
from console.engine.data.rows import Array, MarketRows
from console.engine.data.window_choice import choose_windows
from tests.engine.data.market_files import make_rows

T = 10
ROLLING = DataConfig(label="label", normalisation="rolling", rolling_days=3, clip_sigma=4.0)
BALANCING = BalancingConfig()


def drifting_rows() -> MarketRows:
    """Two symbols, 15 days of 40 rows; every day lies elsewhere; one feature never changes."""
    rows = make_rows([[600], [320, 280]], rows_per_day=40)
    matrix = rows.matrix * (1 + rows.day[:, None]) + 100 * rows.day[:, None]
    matrix[:, 2] = 7.0
    time = 86_400.0 * rows.day + np.arange(len(rows)) % 40
    return dataclasses.replace(rows, matrix=matrix.astype(np.float32), time=time)


def by_hand(matrix: Array, day: Array, of: int, window: int) -> tuple[Array, Array]:
    """Mean and deviation of the ``window`` days with rows before day ``of``, straight from them."""
    earlier = np.unique(day[day < of])[-window:]
    seen = matrix[np.isin(day, earlier)].astype(np.float64)
    scale = seen.std(axis=0)
    return seen.mean(axis=0), np.where(scale > 0, scale, 1.0)


def test_that_each_day_is_scaled_by_the_days_before_it() -> None:
    raw = drifting_rows()
    prepared = prepare_windows(drifting_rows(), ROLLING, BALANCING, T, 1)
    scaled = prepared.rows.matrix
    for day in range(1, 15):
        centre, scale = by_hand(raw.matrix, raw.day, day, 3)
        today = raw.day == day
        expected = np.clip((raw.matrix[today] - centre) / scale, -4, 4)
        np.testing.assert_allclose(scaled[today], expected, rtol=1e-5, atol=1e-6)
    centre, scale = by_hand(raw.matrix, raw.day, 15, 3)
    np.testing.assert_allclose(prepared.scaler.centre, centre)
    np.testing.assert_allclose(prepared.scaler.scale, scale)


def test_that_windows_of_the_first_day_are_left_out_and_counted() -> None:
    prepared = prepare_windows(drifting_rows(), ROLLING, BALANCING, T, 1)
    starts = prepared.train.ends.numpy() - (T - 1)
    assert prepared.rows.day[starts].min() == 1
    assert prepared.rows.day[prepared.train.ends.numpy()].min() == 1
    # of each symbol 31 windows end within day 0, and 9 more begin in it
    assert (
        "80 windows of the first day are left out: no day before it to scale them by."
        in prepared.summary["warnings"]
    )


def test_that_one_day_alone_is_refused() -> None:
    with pytest.raises(DataError, match="one day only, and scaling by previous days needs two"):
        prepare_windows(make_rows([[900]]), ROLLING, BALANCING, T, 1)


def test_that_only_the_asked_symbols_and_days_are_pooled() -> None:
    data = dataclasses.replace(ROLLING, symbols=("S1",), days=12)
    rows = drifting_rows()
    raw = rows.matrix.copy()
    prepared = prepare_windows(rows, data, BALANCING, T, 1)
    own = (rows.symbol_code == 1) & (rows.day >= 3)
    assert prepared.scaler.rolling is not None
    assert prepared.scaler.rolling.days == tuple(range(3, 15))
    centre, factor = prepared.scaler.rolling.of(5) or ((), ())
    expected = by_hand(raw[own], rows.day[own], 5, 3)
    np.testing.assert_allclose(centre, expected[0])
    np.testing.assert_allclose(factor, 1 / expected[1])
    assert prepared.scaler.rolling.of(3) is None


@settings(max_examples=30, deadline=None)
@given(
    num_days=st.integers(2, 9), per_day=st.integers(1, 30), window=st.integers(1, 6),
    cut=st.integers(1, 8), seed=st.integers(0, 99),
)  # fmt: skip
def test_that_later_days_change_nothing_earlier(
    num_days: int, per_day: int, window: int, cut: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    day = np.tile(np.repeat(np.arange(num_days, dtype=np.int32) * 2, per_day), 2)
    matrix = random.normal(5, 3, (len(day), 3)).astype(np.float32)
    used = random.random(len(day)) < 0.9
    used[np.unique(day, return_index=True)[1]] = True
    cut = 2 * min(cut, num_days - 1)
    changed = matrix.copy()
    changed[day >= cut] = random.normal(1e6, 1e6, ((day >= cut).sum(), 3))
    before, after = (fit_rolling(m, day, used, window)[0] for m in (matrix, changed))
    for number in range(0, cut + 1, 2):  # the day of the change itself is scaled by the days before
        one, other = before.of(number), after.of(number)
        assert (one is None) == (other is None) == (number == 0)
        if one is not None and other is not None:
            np.testing.assert_array_equal(one, other)
    earlier = day <= cut
    names = ("a", "b", "c")
    scaled = [Scaler.fit_rolling(m, day, used, names, 5.0, window) for m in (matrix, changed)]
    applied = [m.copy()[earlier & (day < cut)] for m in (matrix, changed)]
    for scaler, rows in zip(scaled, applied, strict=True):
        scaler.apply_(rows, day[earlier & (day < cut)])
    np.testing.assert_array_equal(*applied)


def test_that_a_large_offset_costs_no_digits() -> None:
    random = np.random.default_rng(0)
    day = np.repeat(np.arange(4, dtype=np.int32), 40_000)  # days longer than a chunk allows for
    matrix = random.normal(60_000, 0.5, (len(day), 2)).astype(np.float32)
    table, _ = fit_rolling(matrix, day, np.ones(len(day), dtype=bool), 2)
    centre, scale = by_hand(matrix, day, 3, 2)
    np.testing.assert_allclose(table.centre[2], centre, rtol=1e-12)
    np.testing.assert_allclose(table.scale[2], scale, rtol=1e-9)


def test_that_the_days_survive_json_and_scalers_of_earlier_versions_load() -> None:
    scaler = prepare_windows(drifting_rows(), ROLLING, BALANCING, T, 1).scaler
    stored = json.loads(json.dumps(scaler.to_dict()))
    assert Scaler.from_dict(stored) == scaler
    del stored["rolling"]  # other methods are stored without it
    assert Scaler.from_dict({**stored, "method": "standard"}).rolling is None
    broken = scaler.to_dict()
    broken["rolling"]["days"] = broken["rolling"]["days"][:-1]
    with pytest.raises(DataError, match="The stored scaling is damaged"):
        Scaler.from_dict(broken)


def reds(rows: MarketRows, scaler: Scaler, data: DataConfig = ROLLING) -> set[str]:
    plan = plan_from(rows, choose_windows(rows, data, BALANCING, T))
    return {f.code for f in leaks(rows, dataclasses.replace(plan, scaler=scaler), BALANCING)}


@pytest.mark.parametrize(
    "changes",
    [{}, {"days": 11}, {"symbols": ("S0",)}, {"rolling_days": 1}, {"window_stride": 3}],
)
def test_that_an_honest_rolling_scaler_is_no_leak(changes: dict[str, object]) -> None:
    rows, data = drifting_rows(), dataclasses.replace(ROLLING, **changes)
    scaled = dataclasses.replace(rows, matrix=rows.matrix.copy())
    scaler = prepare_windows(scaled, data, BALANCING, T, 1).scaler
    assert reds(rows, scaler, data) == set()


@pytest.mark.parametrize("ahead", [1, 3])
def test_that_a_scaler_that_saw_the_same_or_a_later_day_is_a_leak(ahead: int) -> None:
    rows = drifting_rows()
    everything = np.ones(len(rows), dtype=bool)
    shifted = Scaler.fit_rolling(rows.matrix, rows.day, everything, rows.features, 4.0, 3)
    assert shifted.rolling is not None
    table = shifted.rolling
    seen = dataclasses.replace(
        table,
        centre=(*table.centre[ahead:], *table.centre[-1:] * ahead),
        scale=(*table.scale[ahead:], *table.scale[-1:] * ahead),
    )
    assert reds(rows, dataclasses.replace(shifted, rolling=seen)) == {"scaler_sees_ahead"}
