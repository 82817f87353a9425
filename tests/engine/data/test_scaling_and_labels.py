"""Scaling, labels from prices, returns and oversampling."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from console.core.configs import BalancingConfig
from console.core.errors import DataError
from console.engine.data.balance import oversample_index
from console.engine.data.feature_groups import group_of
from console.engine.data.labels import class_limits, classes_from, future_moves, return_scale
from console.engine.data.normalise import Scaler, rows_of_windows
from tests.engine.data.market_files import make_rows

NAMES = ("a", "b", "c", "flat", "rare")


def make_matrix(num_rows: int = 70_000) -> np.ndarray:
    """More rows than one chunk; large offset, heavy tail, a constant, mostly one value."""
    random = np.random.default_rng(3)
    matrix = np.empty((num_rows, 5), dtype=np.float32)
    matrix[:, 0] = random.normal(10_000, 0.5, num_rows)
    matrix[:, 1] = random.standard_t(2, num_rows)
    matrix[:, 2] = random.exponential(1e-6, num_rows)
    matrix[:, 3] = 7.0
    matrix[:, 4] = random.random(num_rows) < 0.01
    return matrix


def test_that_the_scaler_agrees_with_the_reference_on_the_rows_it_may_see() -> None:
    matrix = make_matrix()
    used = np.arange(len(matrix)) < 50_000
    reference = StandardScaler().fit(matrix[used].astype(np.float64))
    scaler = Scaler.fit(matrix, used, NAMES, "standard", 0.0)
    np.testing.assert_allclose(scaler.centre, reference.mean_, rtol=1e-9)
    np.testing.assert_allclose(scaler.scale, reference.scale_, rtol=1e-6)
    expected = reference.transform(matrix.astype(np.float64))
    scaler.apply_(matrix)
    np.testing.assert_allclose(matrix, expected, rtol=1e-5, atol=1e-6)
    assert scaler.constant == ("flat",)
    assert (matrix[:, 3] == 0).all()


def test_that_later_rows_never_change_the_scaler() -> None:
    matrix = make_matrix()
    used = np.arange(len(matrix)) < 50_000
    before = Scaler.fit(matrix, used, NAMES, "robust", 5.0)
    matrix[50_000:] = 1e9
    assert Scaler.fit(matrix, used, NAMES, "robust", 5.0) == before


def test_that_robust_takes_median_and_quartiles_and_falls_back_where_they_meet() -> None:
    matrix = make_matrix()
    used = np.ones(len(matrix), dtype=bool)
    scaler = Scaler.fit(matrix, used, NAMES, "robust", 0.0)
    low, middle, high = np.percentile(matrix[:, 1], [25, 50, 75])
    assert scaler.centre[1] == pytest.approx(middle)
    assert scaler.scale[1] == pytest.approx((high - low) / 1.3489795)
    assert scaler.scale[4] == pytest.approx(matrix[:, 4].std(), rel=1e-4)
    assert scaler.scale[3] == 1.0


BOOK = ("n_bid1", "n_ask1", "n_bsize1", "n_asize1", "amount_delta", "n_close")


def test_that_groups_share_one_mean_and_deviation_and_keep_bids_below_asks() -> None:
    random = np.random.default_rng(1)
    bid = random.normal(0.0, 0.01, 5000)
    sizes = random.exponential(3.0, (5000, 2))
    matrix = np.column_stack(
        [bid, bid + 0.0004, sizes, random.normal(7, 100, 5000), np.full(5000, 0.02)]
    ).astype(np.float32)
    raw = matrix.astype(np.float64)
    used = np.arange(5000) < 3000
    scaler = Scaler.fit(matrix, used, BOOK, "grouped", 3.0)
    for group in ([0, 1, 5], [2, 3], [4]):
        values = raw[used][:, group]
        np.testing.assert_allclose(np.array(scaler.centre)[group], values.mean(), rtol=1e-9)
        np.testing.assert_allclose(np.array(scaler.scale)[group], values.std(), rtol=1e-6)
    assert scaler.constant == ("n_close",)
    scaler.apply_(matrix)
    cut = np.abs(matrix[:, 0]) == 3.0
    assert (matrix[~cut, 0] < matrix[~cut, 1]).all()
    assert (matrix[:, 0] <= matrix[:, 1]).all()
    assert Scaler.from_dict(json.loads(json.dumps(scaler.to_dict()))) == scaler


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("price", ("n_bid1", "ask_p10", "bid_px_00", "ask_price_3", "n_midprice", "close",
                   "mid_price_lag4", "micro_price", "vwap_ask_10", "sma_50", "BidPrice1")),
        ("size", ("n_bsize5", "ask_s1", "bid_sz_00", "ask_size_2", "total_bid_volume",
                  "depth_ask_10", "bid_qty1")),
        ("", ("bid_ask_spread_abs", "bid_intensity", "volume", "amount_delta", "imbalance_5",
              "price_pressure", "close_open_diff", "session", "n", "", "42", "lag")),
    ],
)  # fmt: skip
def test_that_prices_and_sizes_are_known_by_their_names(group: str, names: tuple[str, ...]) -> None:
    assert {name: group_of(name) for name in names} == dict.fromkeys(names, group)


def test_that_values_are_cut_at_the_clip_and_kept_without_it() -> None:
    for clip, largest in ((2.0, 2.0), (0.0, None)):
        matrix = make_matrix()
        scaler = Scaler.fit(matrix, np.ones(len(matrix), dtype=bool), NAMES, "standard", clip)
        scaler.apply_(matrix)
        assert np.abs(matrix).max() == largest if largest else np.abs(matrix).max() > 5


def test_that_no_scaling_changes_nothing() -> None:
    matrix = make_matrix(100)
    before = matrix.copy()
    Scaler.fit(matrix, np.ones(100, dtype=bool), NAMES, "none", 5.0).apply_(matrix)
    np.testing.assert_array_equal(matrix, before)


def test_that_the_scaler_survives_json_exactly() -> None:
    matrix = make_matrix(500)
    scaler = Scaler.fit(matrix, np.ones(500, dtype=bool), NAMES, "standard", 5.0)
    assert Scaler.from_dict(json.loads(json.dumps(scaler.to_dict()))) == scaler


def test_that_damaged_scaling_is_said() -> None:
    with pytest.raises(DataError, match="stored scaling is damaged"):
        Scaler.from_dict({"method": "standard", "features": ["a"], "centre": [], "scale": [1.0],
                          "clip": 0})  # fmt: skip


def test_that_rows_of_windows_are_those_that_windows_cover() -> None:
    used = rows_of_windows(12, np.array([3, 4, 9]), 3)
    assert np.flatnonzero(used).tolist() == [1, 2, 3, 4, 7, 8, 9]


def test_that_future_moves_stay_inside_the_segment() -> None:
    rows = make_rows([[6, 6]])
    at = np.arange(12)
    moves = future_moves(rows, at, 2)
    assert rows.mid is not None
    known = np.isfinite(moves)
    assert np.flatnonzero(~known).tolist() == [4, 5, 10, 11]
    np.testing.assert_allclose(moves[0], rows.mid[2] / rows.mid[0] - 1, rtol=1e-6)
    relative = dataclasses.replace(rows, mid_kind="relative")
    np.testing.assert_allclose(
        future_moves(relative, at, 2)[0], rows.mid[2] - rows.mid[0], rtol=1e-6
    )


def test_that_a_price_of_zero_or_nothing_gives_no_move() -> None:
    rows = make_rows([[10]])
    assert rows.mid is not None
    rows.mid[3], rows.mid[6] = 0.0, np.nan
    moves = future_moves(rows, np.arange(10), 1)
    assert np.flatnonzero(~np.isfinite(moves)).tolist() == [2, 3, 5, 6, 9]


def test_that_percentiles_cut_the_training_moves() -> None:
    moves = np.random.default_rng(0).normal(size=10_000)
    limits = class_limits(moves, BalancingConfig(lower_percentile=10, upper_percentile=80))
    counts = np.bincount(classes_from(moves, limits)) / len(moves)
    np.testing.assert_allclose(counts, [0.1, 0.7, 0.2], atol=0.001)


def test_that_a_fixed_threshold_is_taken_as_it_is() -> None:
    rule = BalancingConfig(label_method="fixed", fixed_threshold=0.5)
    classes = classes_from(np.array([-0.6, -0.5, 0.0, 0.5, 0.6, np.nan]), class_limits([], rule))
    assert classes.tolist() == [0, 1, 1, 1, 2, -1]


def test_that_the_target_mix_is_met_even_where_prices_move_in_ticks() -> None:
    random = np.random.default_rng(0)
    ticks = random.choice([-2, -1, 0, 1, 2], size=20_000, p=[0.05, 0.27, 0.43, 0.1, 0.15])
    moves = (ticks * 0.001).astype(np.float32)
    adaptive = class_limits(moves, BalancingConfig(label_method="adaptive"))
    counts = np.bincount(classes_from(moves, adaptive), minlength=3) / len(moves)
    np.testing.assert_allclose(counts, [0.32, 0.43, 0.25], atol=0.01)
    percentile = class_limits(moves, BalancingConfig(lower_percentile=30, upper_percentile=70))
    plain = np.bincount(classes_from(moves, percentile), minlength=3) / len(moves)
    assert np.abs(plain - [0.3, 0.4, 0.3]).sum() > np.abs(counts - [0.3, 0.4, 0.3]).sum()


def test_that_the_return_scale_ignores_unknown_returns() -> None:
    assert return_scale(np.array([1.0, -1.0, np.nan], dtype=np.float32)) == 1.0
    assert return_scale(np.array([0.5, -0.5, np.nan], dtype=np.float32)) == 0.5
    assert return_scale(np.array([np.nan], dtype=np.float32)) == 1.0


def test_that_rare_classes_are_raised_to_the_ratio() -> None:
    labels = np.array([1] * 100 + [0] * 7 + [2] * 60)
    index = oversample_index(labels, 0.5, seed=4)
    assert np.bincount(labels[index]).tolist() == [50, 100, 60]
    seen = np.bincount(index, minlength=len(labels))
    assert (seen[labels != 0] == 1).all()
    assert set(seen[labels == 0].tolist()) <= {7, 8}
    np.testing.assert_array_equal(index, oversample_index(labels, 0.5, seed=4))
    assert not np.array_equal(index, oversample_index(labels, 0.5, seed=5))
