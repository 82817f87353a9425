"""The stored result of a check: kept, found again, and never half."""

from __future__ import annotations

import dataclasses
import os

import pytest

from console.core import gate
from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.gate import Finding, gate_key, latest_result, read_result, store_result
from console.core.mends import Mend, by_command, by_settings
from console.core.paths import Workspace

INFO = DatasetInfo(
    name="d", created="", num_rows=1, symbols=("A",), rows_per_symbol=(1,), num_days=1,
    num_segments=1, shortest_segment=1, first_time=0.0, last_time=0.0, features=("x",), labels=(),
    has_mid_price=True, row_interval_s=1.0, fingerprint="f",
)  # fmt: skip
FOUND = [
    Finding("red", "a", "A.", "1 row", "Why.", "Do.", by_command("Mend", "data", "mend", "d")),
    Finding(
        "warning",
        "b",
        "B.",
        "2 rows",
        mend=by_settings("Set", {"data.days": 3}),
        figures={"part": "test", "counts": [1, 2, 3]},
    ),
    Finding("info", "c", "C.", "3 rows"),
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
    "content", ["", "[]", "{", '{"version": 0}', '{"version": 2, "checked": "", "findings": [1]}',
                '{"version": 2, "checked": "", "findings": [{"severity": "odd", "code": "", '
                '"message": "", "evidence": ""}]}',
                '{"version": 2, "checked": "", "findings": [{"severity": "red", "code": "", '
                '"message": "", "evidence": "", "mend": {"kind": "settings", "words": ""}}]}'],
)  # fmt: skip
def test_that_a_damaged_result_counts_as_none(workspace: Workspace, content: str) -> None:
    store_result(workspace, "d", KEY, FOUND)
    [path] = (workspace.datasets / "d" / "checks").iterdir()
    path.write_text(content)
    assert read_result(workspace, "d", KEY) is None


def test_that_the_last_check_is_found_whatever_it_looked_at(workspace: Workspace) -> None:
    assert latest_result(workspace, "d") is None
    for number, found in enumerate(([], FOUND[1:], FOUND)):
        store_result(workspace, "d", str(number) * 64, found)
        os.utime(workspace.datasets / "d" / "checks" / f"{str(number) * 24}.json", (number, number))
    result = latest_result(workspace, "d")
    assert result is not None and result.health == "red"
    (workspace.datasets / "d" / "checks" / f"{'2' * 24}.json").write_text("{")
    result = latest_result(workspace, "d")
    assert result is not None and result.health == "warning"


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


def test_that_a_mend_says_what_to_type() -> None:
    command = by_command("Leave out", "data", "mend", "my data", "--drop-features", "x")
    assert command.line == "training-console data mend 'my data' --drop-features x"
    settings = by_settings("Set", {"data.days": 3, "data.symbols": ["A", "B"]})
    assert settings.line == "--set data.days=3 --set data.symbols=A,B"
    for mend in (command, settings):
        assert Mend.from_plain(dataclasses.asdict(mend)) == mend


@pytest.mark.parametrize(
    "plain",
    [{"kind": "odd", "words": "", "settings": {"a": 1}}, {"kind": "command", "words": ""},
     {"kind": "settings", "words": "", "settings": [1]}],
)  # fmt: skip
def test_that_half_a_mend_is_none(plain: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no mend"):
        Mend.from_plain(plain)
