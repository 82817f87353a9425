"""The stored result of a check: kept, found again, and never half."""

from __future__ import annotations

import dataclasses

import pytest

from console.core import gate
from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.gate import Finding, gate_key, read_result, store_result
from console.core.paths import Workspace

INFO = DatasetInfo(
    name="d", created="", num_rows=1, symbols=("A",), rows_per_symbol=(1,), num_days=1,
    num_segments=1, shortest_segment=1, first_time=0.0, last_time=0.0, features=("x",), labels=(),
    has_mid_price=True, row_interval_s=1.0, fingerprint="f",
)  # fmt: skip
FOUND = [
    Finding("red", "a", "A.", "1 row", "Why.", "Do."),
    Finding("warning", "b", "B.", "2 rows"),
]
KEY = "k" * 64


def test_that_a_stored_result_is_read_again(workspace: Workspace) -> None:
    assert read_result(workspace, "d", KEY) is None
    store_result(workspace, "d", KEY, FOUND)
    result = read_result(workspace, "d", KEY)
    assert result is not None and result.findings == tuple(FOUND)
    assert result.health == "red" and result.blocking == (FOUND[0],)
    store_result(workspace, "d", KEY, [])
    result = read_result(workspace, "d", KEY)
    assert result is not None and result.health == "info" and not result.blocking


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"version": 0}', '{"version": 1, "checked": "", "findings": [1]}',
                '{"version": 1, "checked": "", "findings": [{"severity": "odd", "code": "", '
                '"message": "", "evidence": ""}]}'],
)  # fmt: skip
def test_that_a_damaged_result_counts_as_none(workspace: Workspace, content: str) -> None:
    store_result(workspace, "d", KEY, FOUND)
    [path] = (workspace.datasets / "d" / "checks").iterdir()
    path.write_text(content)
    assert read_result(workspace, "d", KEY) is None


def test_that_old_results_give_way(workspace: Workspace) -> None:
    for number in range(gate.KEPT_RESULTS + 3):
        store_result(workspace, "d", f"{number:064d}"[::-1], FOUND)
    assert len(list((workspace.datasets / "d" / "checks").iterdir())) == gate.KEPT_RESULTS


def test_that_the_key_follows_what_the_findings_depend_on() -> None:
    data, balancing = DataConfig(dataset="d"), BalancingConfig()
    key = gate_key(INFO, data, balancing, 60)
    assert key == gate_key(INFO, DataConfig(), balancing, 60)
    assert key == gate_key(INFO, data, BalancingConfig(focal_gamma=1.0), 60)
    assert key == gate_key(INFO, dataclasses.replace(data, storage="disk"), balancing, 60)
    others = {
        gate_key(dataclasses.replace(INFO, fingerprint="g"), data, balancing, 60),
        gate_key(INFO, DataConfig(horizon=21), balancing, 60),
        gate_key(INFO, data, BalancingConfig(lower_percentile=20.0), 60),
        gate_key(INFO, data, balancing, 61),
    }
    assert len(others | {key}) == 5
