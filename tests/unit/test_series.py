"""Series: nothing is lost, extremes stay visible, smoothing equals its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.series import MAX_POINTS, Series, SmoothedSeries, ema

VALUES = st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=400)


def filled(values: np.ndarray, chunk: int = 97) -> Series:
    series = Series()
    for start in range(0, len(values), chunk):
        part = values[start : start + chunk]
        series.extend(np.arange(start, start + len(part), dtype=float), part)
    return series


@given(
    seed=st.integers(0, 2**32 - 1),
    length=st.integers(1, 9000),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    max_points=st.integers(40, MAX_POINTS),
    gaps=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_that_minimum_and_maximum_of_every_range_are_drawn(seed, length, share, max_points, gaps):
    rng = np.random.default_rng(seed)
    values = rng.standard_cauchy(length)
    if gaps:
        values[rng.random(length) < 0.3] = np.nan
    series = filled(values)
    low, high = sorted(part * length for part in share)
    inside = values[int(np.ceil(low)) : int(np.floor(high)) + 1]
    drawn = series.decimate(low, high, max_points)
    assert drawn.shown <= max_points
    assert drawn.total == len(inside)
    assert np.all(np.diff(drawn.x) > 0)
    seen = drawn.y[(drawn.x >= low) & (drawn.x <= high)]
    if np.isfinite(inside).any():
        assert np.nanmin(seen) == np.nanmin(inside)
        assert np.nanmax(seen) == np.nanmax(inside)
        assert seen[-1] == inside[-1] or np.isnan(inside[-1])


@given(values=VALUES, cut=st.integers(0, 400), chunk=st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_that_a_truncated_series_equals_one_that_never_had_the_points(values, cut, chunk):
    values = np.repeat(np.array(values), 7)
    series = filled(values, chunk)
    hidden = series.truncate_after(float(cut))
    kept = values[: cut + 1]
    fresh = filled(kept)
    assert hidden == series.superseded == max(0, len(values) - len(kept))
    for x in (series, fresh):
        x.extend([len(kept)], [0.5])
    np.testing.assert_array_equal(series.decimate(max_points=50).y, fresh.decimate(max_points=50).y)
    np.testing.assert_array_equal(series.y, fresh.y)


def test_that_few_points_are_drawn_as_they_are():
    series = filled(np.array([3.0, np.nan, 1.0]))
    drawn = series.decimate()
    np.testing.assert_array_equal(drawn.y, [3.0, np.nan, 1.0])
    assert (drawn.shown, drawn.total) == (3, 3)


def test_that_an_all_nan_stretch_stays_a_gap():
    values = np.ones(50_000)
    values[10_000:30_000] = np.nan
    assert np.isnan(filled(values, 5000).decimate().y).any()


def test_that_none_and_infinity_count_as_missing():
    series = Series()
    series.extend([1, 2, 3], [0.5, None, float("inf")])
    np.testing.assert_array_equal(series.y, [0.5, np.nan, np.nan])


@pytest.mark.parametrize(("x", "y"), [([2.0, 1.0], [0, 0]), ([1.0], [0, 0]), ([-1.0], [0])])
def test_that_wrong_points_are_refused(x, y):
    series = Series()
    series.append(0.0, 1.0)
    with pytest.raises(ValueError):
        series.extend(x, y)


@given(values=VALUES, weight=st.floats(0.0, 0.999), chunk=st.integers(1, 50))
@settings(max_examples=80, deadline=None)
def test_that_smoothing_equals_its_definition_in_any_chunks(values, weight, chunk):
    expected, total, remaining = [], 0.0, 1.0
    for value in values:
        if np.isnan(value):
            expected.append(np.nan)
            continue
        total = weight * total + (1 - weight) * value
        remaining *= weight
        expected.append(total / (1 - remaining))
    scale = np.nanmax(np.abs([1.0, *values]))
    np.testing.assert_allclose(ema(values, weight), expected, atol=1e-9 * scale)
    series = SmoothedSeries(weight)
    for start in range(0, len(values), chunk):
        part = values[start : start + chunk]
        series.extend(np.arange(start, start + len(part)), part)
    np.testing.assert_allclose(series.smooth.y, expected, atol=1e-9 * scale)


def test_that_another_weight_smooths_everything_again():
    values = np.sin(np.arange(3000) / 50)
    series = SmoothedSeries(0.5)
    series.extend(np.arange(3000), values)
    series.weight = 0.97
    np.testing.assert_allclose(series.smooth.y, ema(values, 0.97))
    series.truncate_after(99.0)
    np.testing.assert_allclose(series.smooth.y, ema(values[:100], 0.97))
    series.extend(np.arange(100, 3000), values[100:])
    np.testing.assert_allclose(series.smooth.y, ema(values, 0.97))


def test_that_bounds_leave_outliers_out_when_asked():
    values = np.concatenate([np.linspace(0, 1, 999), [1000.0]])
    series = filled(values)
    assert series.bounds() == (0.0, 1000.0)
    assert series.bounds(trim=0.01)[1] < 2.0
    assert series.bounds(5000, 6000) is None
