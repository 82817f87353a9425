"""Unsound rows are found with figures, a cause and a remedy; sound ones give no finding."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from console.core.configs import BalancingConfig, DataConfig
from console.core.gate import Finding
from console.engine.data.leakage import Plan, plan_from
from console.engine.data.quality import row_quality
from console.engine.data.rows import MarketRows
from console.engine.data.window_choice import choose_windows
from tests.engine.data.market_files import make_rows

BOOK = {"empty_levels": [{"price": "bid1", "size": "bs"}, {"price": "ask1", "size": "as"}]}


def found(
    rows: MarketRows, mapping: dict[str, Any] | None = None, plan: Plan | None = None
) -> dict[str, Finding]:
    findings = list(row_quality(rows, mapping or {}, plan))
    assert all(f.evidence and f.cause and f.remedy for f in findings)
    return {finding.code: finding for finding in findings}


def plan_for(rows: MarketRows) -> Plan:
    data = DataConfig(label="label")
    return plan_from(rows, choose_windows(rows, data, BalancingConfig(), 20))


def test_that_sound_rows_give_no_finding() -> None:
    rows = make_rows([[900, 600], [900, 600]])
    assert found(rows, plan=plan_for(rows)) == {}


def test_that_time_that_stands_or_goes_backwards_is_found() -> None:
    rows = make_rows([[300], [300]])
    rows.time[40] -= 7.5
    rows.time[400] = rows.time[399]
    findings = found(rows)
    assert findings["time_backwards"].severity == findings["time_repeated"].severity == "red"
    assert "1 rows; the first is #40 (S0" in findings["time_backwards"].evidence
    assert "#400 (S1" in findings["time_repeated"].evidence


def test_that_copied_rows_are_a_warning_and_across_parts_a_leak() -> None:
    rows = make_rows([[3000]])
    rows.matrix[200:260] = rows.matrix[100:160]
    plan = plan_for(rows)
    assert found(rows, plan=plan)["repeated_rows"].severity == "warning"
    assert "41 stretches of 20 rows" in found(rows)["repeated_rows"].evidence
    rows.matrix[2900:2960] = rows.matrix[100:160]
    assert found(rows, plan=plan)["repeated_rows"].severity == "red"


def test_that_a_symbol_that_stands_still_is_found() -> None:
    rows = make_rows([[2000], [2000]])
    rows.matrix[2500:2700] = rows.matrix[2500]
    finding = found(rows)["stale_symbol"]
    assert "S1" in finding.message and "200 of 2,000 rows" in finding.evidence
    assert "repeated_rows" not in found(rows)


def test_that_a_symbol_that_ends_early_is_found() -> None:
    finding = found(make_rows([[1000], [500]]))["early_end"]
    assert finding.message.startswith("Symbol S1") and "50% of the span" in finding.evidence


@pytest.mark.parametrize(
    ("names", "mapping"), [(("bid1", "ask1", "x"), BOOK), (("bid_price_1", "ask_price_1", "x"), {})]
)
def test_that_a_crossed_book_is_found(names: tuple[str, ...], mapping: dict[str, Any]) -> None:
    rows = dataclasses.replace(make_rows([[1000]]), features=names)
    rows.matrix[:, 0], rows.matrix[:, 1] = 99.0, 100.0 + np.arange(1000) % 7
    assert found(rows, mapping) == {}
    rows.matrix[500:510, 0] = 120.0
    finding = found(rows, mapping)["crossed_book"]
    assert finding.severity == "warning" and "10 of 1,000 rows (1.00%)" in finding.evidence
    rows.matrix[:, [0, 1]] = rows.matrix[:, [1, 0]]
    assert found(rows, mapping)["crossed_book"].severity == "red"


def test_that_sizes_and_distances_are_no_prices() -> None:
    rows = dataclasses.replace(make_rows([[300]]), features=("bid_size_1", "ask_size_1", "x"))
    assert found(rows) == {}
    for names in (("bid_distance_1", "ask_distance_1"), ("depth_bid_5", "depth_ask_5")):
        assert found(dataclasses.replace(rows, features=(*names, "x"))) == {}


def test_that_zero_prices_are_found() -> None:
    rows = make_rows([[1000]])
    assert rows.mid is not None
    rows.mid[10:13] = 0.0
    finding = found(rows)["zero_price"]
    assert finding.severity == "warning" and "3 of 1,000 rows" in finding.evidence
    rows.mid[100:200] = np.nan
    assert found(rows)["zero_price"].severity == "red"
    assert found(dataclasses.replace(rows, mid_kind="relative")) == {}


def test_that_zero_prices_are_found_without_a_mid_price() -> None:
    names = ("bid1", "ask1", "x")
    rows = dataclasses.replace(make_rows([[1000]]), mid=None, features=names)
    rows.matrix[:, 0], rows.matrix[:, 1] = 99.0, 101.0
    rows.matrix[5:9, 1] = 0.0
    finding = found(rows)["zero_price"]
    assert "'ask1'" in finding.message and "4 of 1,000 rows" in finding.evidence
    assert finding.mend is not None and "--drop-zero-prices" in finding.mend.command
    rows.matrix[20, 1] = -1.0  # a difference, not a price
    assert "zero_price" not in found(rows)


def test_that_a_drifting_class_mix_is_found() -> None:
    rows = make_rows([[3000]])
    late = np.arange(3000) > 2400
    rows.labels["label"][late & (rows.labels["label"] == 0) & (np.arange(3000) % 4 > 0)] = 1
    finding = found(rows, plan=plan_for(rows))["mix_drift"]
    assert "test part" in finding.message and "total variation 0.2" in finding.evidence
