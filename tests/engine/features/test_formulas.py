"""Every feature equals a second computation by hand, knows nothing of the future, and is finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.engine.data.features.feature import Columns
from console.engine.data.features.table import (
    EXTRA,
    FEATURES,
    GROUPS,
    Plan,
    inputs_of,
    look_back,
    plan_features,
)
from console.engine.feature_store.columns import ALL_FEATURES
from tests.engine.features.book_by_hand import BOOK
from tests.engine.features.candles_by_hand import CANDLE
from tests.engine.features.market import (
    FLAT,
    LEVELS,
    SEEDS,
    book_columns,
    book_frame,
    candle_columns,
    candle_frame,
    candles,
    states,
)

PLANS = {
    "book": plan_features("all", inputs_of(LEVELS)),
    "candles": plan_features("all", inputs_of(0)),
}
MADE = sorted(name for plan in PLANS.values() for name in plan.names)
LIVELY, STILL = 0.4, 0.95  # shares of rows in which nothing moves
BOOK_ROWS = {flat: book_frame(350, 7, flat) for flat in (LIVELY, STILL)}
CANDLE_ROWS = {flat: candle_frame(1500, 7, flat) for flat in (LIVELY, STILL)}


def made(plan: Plan, columns: Columns) -> Columns:
    return dict(plan.columns(columns))


def cut(columns: Columns, count: int) -> Columns:
    return {name: values[..., :count] for name, values in columns.items()}


def inputs(kind: str, count: int, seed: int, flat: float) -> Columns:
    if kind == "book":
        return book_columns(book_frame(count, seed, flat))
    return candle_columns(candle_frame(count, seed, flat))


@pytest.fixture(scope="module")
def computed() -> dict[float, Columns]:
    """All features of lively and of still books and candles."""
    return {
        flat: made(PLANS["book"], book_columns(BOOK_ROWS[flat]))
        | made(PLANS["candles"], candle_columns(CANDLE_ROWS[flat]))
        for flat in (LIVELY, STILL)
    }


def test_that_every_column_of_the_reference_has_a_feature_and_a_group() -> None:
    assert {*ALL_FEATURES, *EXTRA} == set(FEATURES)
    assert sum(len(own) for own in GROUPS.values()) == len(FEATURES)
    assert all(feature.formula for feature in FEATURES.values())


def test_that_every_feature_is_computed_by_hand_too() -> None:
    assert sorted({**BOOK, **CANDLE}) == MADE
    assert not set(BOOK) & set(CANDLE)


@pytest.mark.parametrize("flat", [LIVELY, STILL])
@pytest.mark.parametrize("name", MADE)
def test_that_a_feature_equals_its_computation_by_hand(
    name: str, flat: float, computed: dict[float, Columns]
) -> None:
    rows = states(BOOK_ROWS[flat]) if name in BOOK else candles(CANDLE_ROWS[flat])
    warm = look_back(name)
    expected = np.array({**BOOK, **CANDLE}[name](rows))[warm:]
    values = computed[flat][name][warm:]
    assert len(values) >= 200 and np.isfinite(expected).all()
    scale = max(float(np.abs(expected).max()), 1e-12)
    assert np.allclose(values, expected, rtol=1e-7, atol=1e-9 * scale)
    assert flat == STILL or expected.min() < expected.max()


@pytest.mark.parametrize("kind", ["book", "candles"])
@settings(max_examples=40)
@given(seed=SEEDS, flat=FLAT, count=st.integers(1, 260))
def test_that_no_feature_knows_the_future(kind: str, seed: int, flat: float, count: int) -> None:
    whole = inputs(kind, 260, seed, flat)
    known = made(PLANS[kind], whole)
    early = made(PLANS[kind], cut(whole, count))
    other = inputs(kind, 260, seed + 1, flat)
    changed = {
        name: np.concatenate([values[..., :count], other[name][..., count:]], axis=-1)
        for name, values in whole.items()
    }
    changed["time_s"] = whole["time_s"]
    later = made(PLANS[kind], changed)
    leaking = [
        name
        for name, values in known.items()
        if not np.array_equal(values[:count], early[name], equal_nan=True)
        or not np.array_equal(values[:count], later[name][:count], equal_nan=True)
    ]
    assert leaking == []


@pytest.mark.parametrize("kind", ["book", "candles"])
@settings(max_examples=40)
@given(seed=SEEDS, flat=st.sampled_from((0.0, 0.5, 0.99, 1.0)), power=st.integers(-6, 5))
def test_that_features_are_finite_behind_their_warm_up(
    kind: str, seed: int, flat: float, power: int
) -> None:
    columns = inputs(kind, 260, seed, flat)
    for name in ("ask", "bid", "open", "high", "low", "close"):
        if name in columns:
            columns[name] = columns[name] * 10.0**power
    unknown = [
        name
        for name, values in made(PLANS[kind], columns).items()
        if not np.isfinite(values[look_back(name) :]).all()
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("levels", "count"), [(0, 80), (1, 45), (4, 45), (5, 74), (9, 74), (10, 92), (50, 92)]
)
def test_that_an_input_allows_what_its_depth_suffices_for(levels: int, count: int) -> None:
    plan = plan_features("reference", inputs_of(levels))
    assert len(plan.names) == count
    assert plan.names == tuple(name for name in ALL_FEATURES if name in plan.names)
    left_out = [name for names in plan.left_out.values() for name in names]
    assert sorted([*plan.names, *left_out]) == sorted(ALL_FEATURES)
    assert len(plan.left_out["trades"]) == 15
