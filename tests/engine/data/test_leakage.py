"""Planted leaks are found; honest data pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.configs import BalancingConfig, DataConfig
from console.core.gate import Finding
from console.engine.data import labels as label_rules
from console.engine.data.leakage import Plan, leaks, plan_from
from console.engine.data.leakage_features import future_features
from console.engine.data.normalise import Scaler
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import Split, SplitRule, split_windows
from console.engine.data.window_choice import choose_windows
from tests.engine.data.market_files import make_rows

LENGTH, HORIZON = 20, 5
DATA = DataConfig(label_source="prices", horizon=HORIZON)
GIVEN = DataConfig(label="label")
BALANCING = BalancingConfig()
Prepared = tuple[MarketRows, Plan]


def fresh() -> MarketRows:
    return make_rows([[900, 600], [1500]], horizon=HORIZON)


def prepared(
    data: DataConfig = DATA,
    rows: MarketRows | None = None,
    balancing: BalancingConfig = BALANCING,
) -> Prepared:
    """The unscaled rows, and the plan of the windows that a training would get from them."""
    raw = rows or fresh()
    return raw, plan_from(raw, choose_windows(raw, data, balancing, LENGTH))


def reds(rows: MarketRows, plan: Plan, balancing: BalancingConfig = BALANCING) -> set[str]:
    found = list(leaks(rows, plan, balancing))
    assert all(f.severity == "red" and f.evidence and f.cause and f.remedy for f in found)
    assert all(f.mend or f.code == "wrong_labels" for f in found)
    return {finding.code for finding in found}


def known(findings: Iterator[Finding]) -> dict[str, str]:
    """Severity by feature of the findings about features that know the future."""
    return {f.message.split("'")[1]: f.severity for f in findings}


def moved(plan: Plan, part: int, ends: Array, classes: Array | None = None) -> Plan:
    """``plan`` with other windows in one part."""
    all_ends, all_classes = list(plan.ends), list(plan.classes)
    all_ends[part] = ends
    all_classes[part] = plan.classes[part] if classes is None else classes
    return dataclasses.replace(plan, ends=tuple(all_ends), classes=tuple(all_classes))


@pytest.mark.parametrize("data", [DATA, GIVEN, dataclasses.replace(DATA, normalisation="robust"),
                                  dataclasses.replace(DATA, window_stride=7),
                                  dataclasses.replace(DATA, embargo_fraction=0.0)])  # fmt: skip
def test_that_prepared_windows_have_no_leak(data: DataConfig) -> None:
    assert reds(*prepared(data)) == set()


@pytest.mark.parametrize("data", [DATA, dataclasses.replace(DATA, horizon_s=7.0),
                                  dataclasses.replace(DATA, normalisation="grouped")])  # fmt: skip
@pytest.mark.parametrize(
    "balancing",
    [
        BalancingConfig(label_method="volatility", volatility_rows=30),
        BalancingConfig(label_method="triple_barrier", volatility_rows=30),
        BalancingConfig(label_method="mean_move", price_move="tlob", smoothing_rows=4),
        BalancingConfig(price_move="deeplob"),
    ],
)
def test_that_no_label_rule_looks_like_a_leak(data: DataConfig, balancing: BalancingConfig) -> None:
    rows, plan = prepared(data, balancing=balancing)
    assert reds(rows, plan, balancing) == set()


@given(
    lengths=st.lists(st.lists(st.integers(60, 400), min_size=1, max_size=4), min_size=1,
                     max_size=3),
    length=st.integers(2, 25), horizon=st.integers(1, 30), extra=st.integers(0, 9),
    embargo=st.sampled_from([0.0, 0.02, 0.1]),
    method=st.sampled_from(["chronological", "walk_forward", "rolling", "combinatorial"]),
)  # fmt: skip
def test_that_no_built_in_split_shares_rows_or_labels(
    lengths: list[list[int]], length: int, horizon: int, extra: int, embargo: float, method: str
) -> None:
    rows = make_rows(lengths, horizon=horizon)
    rule = SplitRule(length, horizon, (0.6, 0.2, 0.2), embargo, extra, method, 4, 2, fold=2)
    split = split_windows(rows, [(a, b) for _, a, b in rows.symbol_ranges()], rule)
    plan = _plan_with(rows, split, length, horizon)
    assert reds(rows, dataclasses.replace(plan, in_order=method != "combinatorial")) == set()


def _plan_with(rows: MarketRows, split: Split, length: int, horizon: int) -> Plan:
    classes = tuple(rows.labels["label"][ends] for ends in split.ends)
    label = {"source": "given", "column": "label", "horizon_rows": horizon, "thresholds": None}
    return Plan(length, split.ends, classes, Scaler("none", rows.features, (), ()), label)


def test_that_a_scaler_fitted_on_all_rows_is_found() -> None:
    rows, plan = prepared()
    everything = np.ones(len(rows), dtype=bool)
    leaky = Scaler.fit(rows.matrix, everything, rows.features, "standard", 5.0)
    plan = dataclasses.replace(plan, scaler=leaky)
    [finding] = leaks(rows, plan, BALANCING)
    assert finding.code == "scaler_outside_train"
    assert finding.evidence.endswith("from a fit on all rows by 0 at most")


def test_that_limits_from_test_rows_are_found() -> None:
    rows, plan = prepared()
    moves = label_rules.future_moves(rows, np.concatenate(plan.ends), HORIZON)
    limits = label_rules.class_limits(moves, BALANCING)
    label = {**plan.label, "thresholds": list(limits)}
    assert reds(rows, dataclasses.replace(plan, label=label)) == {"limits_outside_train"}


@pytest.mark.parametrize(("past", "code"), [(-2, "shared_labels"), (3, "shared_windows")])
def test_that_parts_that_touch_are_found(past: int, code: str) -> None:
    rows, plan = prepared(GIVEN)
    starts = plan.starts[1]
    begin = int(starts[starts >= 1500].min())  # of validation in the second symbol
    ends = np.union1d(plan.ends[0], [begin + past])
    assert code in reds(rows, moved(plan, 0, ends, rows.labels["label"][ends]))


def test_that_a_shuffled_split_is_found() -> None:
    rows, plan = prepared(GIVEN)
    every = np.random.default_rng(1).permutation(np.concatenate(plan.ends))
    cuts = np.split(every, [len(every) * 7 // 10, len(every) * 8 // 10])
    for part, ends in enumerate(map(np.sort, cuts)):
        plan = moved(plan, part, ends, rows.labels["label"][ends])
    assert {"shared_windows", "time_order"} <= reds(rows, plan)


def test_that_a_window_over_a_gap_is_found() -> None:
    rows, plan = prepared(GIVEN)
    ends = np.union1d(plan.ends[0], [903])  # the first segment has 900 rows
    assert reds(rows, moved(plan, 0, ends, rows.labels["label"][ends])) >= {"torn_windows"}


@pytest.mark.parametrize("data", [DATA, GIVEN])
def test_that_labels_of_other_rows_are_found(data: DataConfig) -> None:
    rows, plan = prepared(data)
    shifted = moved(plan, 2, plan.ends[2], np.roll(plan.classes[2], 3))
    assert reds(rows, shifted) == {"wrong_labels"}


def walk(count: int = 6000, seed: int = 0) -> MarketRows:
    """One symbol whose price is a random walk; the label is the sign of its next moves."""
    rows = make_rows([[count]], num_features=4, horizon=HORIZON, seed=seed)
    assert rows.mid is not None
    move = label_rules.future_moves(rows, np.arange(count), HORIZON)
    low, high = np.nanpercentile(move, [33, 67])
    classes = label_rules.classes_from(move, (float(low), float(high)))
    return dataclasses.replace(rows, labels={"label": classes})


def ahead(values: Array, num_rows: int) -> Array:
    """``values`` (N,) from ``num_rows`` rows later; the last rows repeat."""
    return np.append(values[num_rows:], np.repeat(values[-1], num_rows))


def _mid(rows: MarketRows) -> Array:
    assert rows.mid is not None
    return rows.mid


def _noisy(rows: MarketRows) -> Array:
    move = ahead(_mid(rows), HORIZON) - _mid(rows)
    return move + np.random.default_rng(5).normal(size=len(rows)) * 0.3 * move.std()


LEAKS: dict[str, Callable[[MarketRows], Array]] = {
    "label": lambda rows: rows.labels["label"],
    "label of 3 rows later": lambda rows: ahead(rows.labels["label"], 3),
    "label in another code": lambda rows: np.array([7.0, 1.0, 4.0, 5.0])[rows.labels["label"]],
    "price of the next row": lambda rows: ahead(_mid(rows), 1),
    "price of 17 rows later": lambda rows: ahead(_mid(rows), 17),
    "future move": lambda rows: ahead(_mid(rows), HORIZON) / _mid(rows) - 1,
    "future move with noise": _noisy,
    "mean of the next 10": lambda rows: np.convolve(ahead(_mid(rows), 10), np.ones(10) / 10)[
        : len(rows)
    ],
}


@pytest.mark.parametrize("name", LEAKS)
def test_that_a_feature_that_knows_the_future_is_found(name: str) -> None:
    rows = walk()
    rows.matrix[:, 2] = LEAKS[name](rows)
    [finding] = future_features(rows, HORIZON)
    assert known(iter([finding])) == {"x2": "red"}
    assert finding.mend is not None and finding.mend.command[-2:] == ("--drop-features", "x2")


def test_that_a_half_hidden_future_is_suspicious() -> None:
    rows = walk()
    move = ahead(_mid(rows), HORIZON) - _mid(rows)
    rows.matrix[:, 1] = move + np.random.default_rng(2).normal(size=len(rows)) * 1.2 * move.std()
    assert known(future_features(rows, HORIZON)) == {"x1": "warning"}


@pytest.mark.parametrize("seed", range(4))
def test_that_features_of_the_past_are_honest(seed: int) -> None:
    rows = walk(seed=seed)
    mid = _mid(rows)
    rows.matrix[:, 0] = mid
    rows.matrix[:, 1] = mid - np.append(np.repeat(mid[0], HORIZON), mid[:-HORIZON])
    rows.matrix[:, 2] = np.cumsum(mid) / np.arange(1, len(mid) + 1)
    rows.matrix[:, 3] = np.arange(len(mid))
    assert known(future_features(rows, HORIZON)) == {}


def test_that_too_few_rows_are_said_to_be_too_few() -> None:
    [finding] = future_features(make_rows([[100]]), HORIZON)
    assert (finding.severity, finding.code) == ("info", "future_unchecked")
