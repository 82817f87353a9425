"""Preparation: every data setting acts, nothing of later parts leaks, errors name the part."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from console.core.configs import BalancingConfig, DataConfig
from console.core.errors import DataError
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import MarketRows
from tests.engine.data.market_files import make_rows

T = 8


def rows_of_ten_days(**changes: Any) -> MarketRows:
    rows = make_rows([[1000], [1000]], rows_per_day=100)
    return dataclasses.replace(rows, **changes)


def prepare(
    data: dict[str, Any] | None = None,
    balancing: dict[str, Any] | None = None,
    rows: MarketRows | None = None,
    seed: int = 1,
) -> PreparedData:
    chosen = DataConfig(**{"label": "label", **(data or {})})
    return prepare_windows(
        rows or rows_of_ten_days(), chosen, BalancingConfig(**(balancing or {})), T, seed
    )


def test_that_the_matrix_is_scaled_in_place_by_training_rows_only() -> None:
    rows, other = rows_of_ten_days(), rows_of_ten_days()
    last_training_day = other.day < 7
    other.matrix[~last_training_day] *= 100.0
    raw = rows.matrix.copy()
    prepared, changed = prepare(rows=rows), prepare(rows=other)
    assert prepared.train.matrix.data_ptr() == rows.matrix.ctypes.data
    assert prepared.scaler == changed.scaler
    used = np.zeros(len(rows), dtype=bool)
    for end in prepared.train.ends.tolist():
        used[end - T + 1 : end + 1] = True
    np.testing.assert_allclose(prepared.scaler.centre, raw[used].mean(axis=0), rtol=1e-3, atol=1e-6)
    again = raw.copy()
    prepared.scaler.apply_(again)
    np.testing.assert_array_equal(again, rows.matrix)


def test_that_rows_cannot_be_scaled_twice() -> None:
    rows = rows_of_ten_days()
    prepare(rows=rows)
    with pytest.raises(ValueError, match="already scaled"):
        prepare(rows=rows)


def test_that_limits_from_prices_ignore_later_parts() -> None:
    rows = rows_of_ten_days()
    assert rows.mid is not None
    before = prepare({"label": "", "label_source": "prices"}, rows=rows).label["thresholds"]
    wild = rows_of_ten_days()
    assert wild.mid is not None
    wild.mid[wild.day >= 7] *= 1.0 + np.arange((wild.day >= 7).sum()) % 5
    after = prepare({"label": "", "label_source": "prices"}, rows=wild).label["thresholds"]
    assert before == after


@pytest.mark.parametrize(
    ("data", "has_mid", "source", "horizon"),
    [
        ({"label": "label"}, True, "given", 5),
        ({"label": ""}, True, "prices", 20),
        ({"label": ""}, False, "given", 5),
        ({"label": "", "label_source": "given"}, True, "given", 5),
        ({"label": "label", "label_source": "prices", "horizon": 3}, True, "prices", 3),
    ],
)
def test_that_the_label_source_is_chosen_as_documented(
    data: dict[str, Any], has_mid: bool, source: str, horizon: int
) -> None:
    rows = rows_of_ten_days() if has_mid else rows_of_ten_days(mid=None)
    label = prepare(data, rows=rows).label
    assert (label["source"], label["horizon_rows"]) == (source, horizon)
    assert (label["thresholds"] is None) == (source == "given")


def fingerprint(prepared: PreparedData) -> tuple[Any, ...]:
    """Everything a training would see, in a form that can be compared."""
    parts = (prepared.train, prepared.validation, prepared.test)
    return (
        *(part.ends.tolist() for part in parts),
        *(part.labels.tolist() for part in parts),
        prepared.train.sample_index.tolist(),
        prepared.train.matrix[::50].tolist(),
    )


@pytest.mark.parametrize(
    ("data", "balancing"),
    [
        ({"symbols": ("S1",)}, {}),
        ({"days": 9}, {}),
        ({"window_stride": 3}, {}),
        ({"train_fraction": 0.6, "validation_fraction": 0.25}, {}),
        ({"validation_fraction": 0.2, "test_fraction": 0.1}, {}),
        ({"embargo_fraction": 0.05}, {}),
        ({"extra_purge_rows": 7}, {}),
        ({"normalisation": "robust"}, {}),
        ({"normalisation": "none"}, {}),
        ({"clip_sigma": 1.0}, {}),
        ({"label_source": "prices", "horizon_s": 7.0}, {}),
        ({"label_source": "prices"}, {"label_method": "volatility", "volatility_rows": 20}),
        ({"label_source": "prices"}, {"label_method": "triple_barrier", "volatility_rows": 20}),
        ({"label_source": "prices"}, {"label_method": "mean_move"}),
        ({"label_source": "prices"}, {"price_move": "fi2010"}),
        ({"label_source": "prices"}, {"price_move": "tlob"}),
        ({"label_source": "prices"}, {}),
        ({"label_source": "prices", "horizon": 3}, {}),
        ({"label_source": "prices"}, {"label_method": "fixed"}),
        ({"label_source": "prices"}, {"label_method": "fixed", "fixed_threshold": 0.003}),
        ({"label_source": "prices"}, {"label_method": "adaptive"}),
        ({"label_source": "prices"}, {"label_method": "adaptive", "target_mix": (0.2, 0.6, 0.2)}),
        ({"label_source": "prices"}, {"lower_percentile": 40.0}),
        ({"label_source": "prices"}, {"upper_percentile": 60.0}),
        ({}, {"use_oversampling": False}),
        ({}, {"oversample_ratio": 1.0}),
    ],
)
def test_that_every_setting_changes_the_windows(
    data: dict[str, Any], balancing: dict[str, Any]
) -> None:
    rows = rows_of_ten_days()
    rows.labels["label"][: int(0.9 * 1000)][rows.labels["label"][:900] == 0] = 1
    plain_rows = dataclasses.replace(rows, matrix=rows.matrix.copy())
    base = {"label_source": data["label_source"]} if "label_source" in data else {}
    plain = prepare(base if len(data) + len(balancing) > 1 else {}, rows=plain_rows)
    assert fingerprint(prepare(data, balancing, rows)) != fingerprint(plain)


def test_that_the_summary_adds_up() -> None:
    prepared = prepare()
    summary = prepared.summary
    parts = (prepared.train, prepared.validation, prepared.test)
    assert summary["total_samples"] == sum(len(part) for part in parts)
    for name, part in zip(("train", "validation", "test"), parts, strict=True):
        assert tuple(summary["class_distribution"][name].values()) == part.class_counts()
    assert summary["purged"]["train"] == 2 * (T + 5 + 20)
    assert summary["part_days"]["test"] == {"first": 8, "last": 9, "count": 2}
    assert summary["symbols"] == ["S0", "S1"]
    assert summary["days"] == 10


def test_that_unlabelled_windows_are_left_out_and_counted() -> None:
    rows = rows_of_ten_days()
    rows.labels["label"][100:150] = -1
    prepared = prepare(rows=rows)
    assert prepared.summary["unlabelled"]["train"] == 50
    assert not set(range(100, 150)) & set(prepared.train.ends.tolist())
    assert {99, 150} <= set(prepared.train.ends.tolist())


def test_that_windows_start_where_their_rows_are() -> None:
    rows = rows_of_ten_days()
    prepared = prepare({"symbols": ("S1",), "days": 9}, rows=rows)
    assert int(prepared.train.ends[0]) == 1000 + 100 + T - 1
    assert prepared.summary["symbols"] == ["S1"]


def test_that_returns_come_from_the_future_of_the_last_row() -> None:
    prepared = prepare()
    mid = prepared.rows.mid
    assert mid is not None
    end = int(prepared.test.ends[0])
    assert float(prepared.test.returns[0]) == pytest.approx(mid[end + 5] / mid[end] - 1, rel=1e-5)
    assert prepared.return_scale == pytest.approx(np.nanstd(prepared.train.returns), rel=1e-5)


def test_that_stored_movements_are_used_as_returns() -> None:
    movements = {"label": np.linspace(0, 1, 2000, dtype=np.float32)}
    prepared = prepare(rows=rows_of_ten_days(movements=movements))
    np.testing.assert_array_equal(
        prepared.train.returns.numpy(), movements["label"][prepared.train.ends.numpy()]
    )


@pytest.mark.parametrize(
    ("part", "days"), [("training", (0, 7)), ("validation", (7, 8)), ("test", (8, 10))]
)
def test_that_a_class_missing_in_a_part_is_named_with_counts(
    part: str, days: tuple[int, int]
) -> None:
    rows = rows_of_ten_days()
    inside = (rows.day >= days[0]) & (rows.day < days[1]) & (rows.labels["label"] == 2)
    rows.labels["label"][inside] = 1
    with pytest.raises(DataError, match=rf"{part} part has no BUY .*SELL [\d,]+, HOLD.*BUY 0"):
        prepare(rows=rows)


def test_that_too_few_rows_for_a_window_name_the_stretches() -> None:
    rows = make_rows([[5, 7], [3]])
    with pytest.raises(DataError, match=r"needs 8 rows .*the 3 stretches have 3 to 7") as caught:
        prepare(rows=rows)
    assert "max_gap_s" in caught.value.remedy


def test_that_an_empty_part_is_named() -> None:
    rows = make_rows([[300]], horizon=100)
    with pytest.raises(DataError, match="The validation part has no labelled window"):
        prepare(rows=rows)


def test_that_an_unknown_label_is_answered_with_the_closest() -> None:
    with pytest.raises(DataError, match="Did you mean 'label'"):
        prepare({"label": "lable"})


def test_that_an_unknown_symbol_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"no symbol 'S7'; it has: S0, S1"):
        prepare({"symbols": ("S7",)})


def test_that_prices_cannot_be_used_where_there_are_none() -> None:
    with pytest.raises(DataError, match="has no mid-price"):
        prepare({"label_source": "prices"}, rows=rows_of_ten_days(mid=None))


def test_that_constant_features_and_missing_returns_are_warned_of() -> None:
    rows = rows_of_ten_days(mid=None)
    rows.matrix[:, 1] = 3.0
    warnings = prepare(rows=rows).summary["warnings"]
    assert any("never change" in text and "x1" in text for text in warnings)
    assert any("no future returns" in text for text in warnings)
