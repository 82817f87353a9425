"""Every mend is something that the program really takes: a setting, or a command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from console.cli.overrides import SECTIONS, parse_overrides
from console.core.configs import BalancingConfig, DataConfig
from console.core.mends import Mend
from console.engine.data import remedies
from console.engine.data.checks import _columns
from console.engine.data.leakage import plan_from
from console.engine.data.quality import row_quality
from console.engine.data.rows import MarketRows
from console.engine.data.window_choice import choose_windows
from tests.cli.conftest import Command, cli  # noqa: F401
from tests.engine.data.market_files import make_rows

ROWS = make_rows([[900, 600], [1500]])
GIVEN = {"source": "given", "method": "given", "horizon_rows": 5}
PRICES = {"source": "prices", "method": "percentile", "horizon_rows": 5}
SETTINGS: dict[str, Mend | None] = {
    "symbol": remedies.without_symbol(ROWS, "S1"),
    "purge": remedies.wider_purge(80),
    "split": remedies.usual_split(),
    "scaling": remedies.scaling_in_windows(),
    "limits": remedies.limits_from_volatility(),
    "outliers": remedies.softer_scaling(DataConfig(clip_sigma=0.0)),
    "drift of a stored label": remedies.steadier_label(ROWS, GIVEN, DataConfig()),
    "drift of a label from prices": remedies.steadier_label(ROWS, PRICES, DataConfig()),
    "long window": remedies.something_to_train_on(ROWS, DataConfig(), BalancingConfig(), 1501),
    "short stretches": remedies.shorter_window(make_rows([[900, 30, 40]]), 60),
    "few days": remedies.something_to_train_on(ROWS, DataConfig(days=2), BalancingConfig(), 60),
    "few symbols": remedies.something_to_train_on(
        ROWS, DataConfig(symbols=("S0",)), BalancingConfig(), 60
    ),
    "poor label": remedies.something_to_train_on(
        ROWS, DataConfig(label="label"), BalancingConfig(), 60
    ),
    "poor rule": remedies.something_to_train_on(
        ROWS, DataConfig(), BalancingConfig(label_method="fixed"), 60
    ),
}  # fmt: skip
COMMANDS: dict[str, Mend | None] = {
    "feature": remedies.leave_out_feature(ROWS, "x1"),
    **{
        option: remedies.drop_rows(ROWS, option, 7)
        for option in ("--drop-backwards", "--drop-zero-prices", "--drop-crossed", "--drop-stale",
                       "--drop-duplicates")
    },
    "gap": remedies.longer_gaps(make_rows([[30] * 20]), 60, 100.0),
    "changed": remedies.import_again("made", ["rows.parquet"], False),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_that_settings_are_fields_with_values_they_take(name: str) -> None:
    mend = SETTINGS[name]
    assert mend is not None and mend.kind == "settings"
    words = [f"{key}={_text(value)}" for key, value in mend.settings.items()]
    for section, values in parse_overrides(words).items():
        if values:
            SECTIONS[section](**values)


@pytest.mark.parametrize("name", COMMANDS)
def test_that_commands_are_command_lines(name: str, cli: Command) -> None:  # noqa: F811
    mend = COMMANDS[name]
    assert mend is not None and mend.kind == "command"
    answer = cli(*mend.command, "--json")
    assert answer.code == 1, "2 would be a wrong option"
    assert "There is no dataset 'made'" in answer.result["error"]["message"]


def test_that_nothing_is_offered_where_nothing_would_help() -> None:
    one = make_rows([[300]], num_features=1)
    assert remedies.leave_out_feature(one, "x0") is None
    assert remedies.without_symbol(one, "S0") is None
    assert remedies.softer_scaling(DataConfig(normalisation="robust")) is None
    assert remedies.longer_gaps(ROWS, 60, 1.0) is None  # 1,000 s are no gap to join
    assert remedies.shorter_window(make_rows([[900, 5]]), 60) is None
    assert remedies.import_again("made", [], False) is None
    stored = dataclasses.replace(ROWS, source="simulated")
    assert remedies.drop_rows(stored, "--drop-crossed", 1) is None


def _plant_mixed_up(rows: MarketRows) -> None:
    rows.matrix[:, 0], rows.matrix[:, 1] = 101.0, 99.0


def _plant_few_crossed(rows: MarketRows) -> None:
    rows.matrix[:, 0], rows.matrix[:, 1] = 99.0, 101.0 + np.arange(len(rows)) % 5
    rows.matrix[70:75, 0] = 200.0


@pytest.mark.parametrize(("plant", "mends"), [(_plant_mixed_up, False), (_plant_few_crossed, True)])
def test_that_mixed_up_sides_are_not_left_out_row_by_row(
    plant: Callable[[MarketRows], None], mends: bool
) -> None:
    rows = dataclasses.replace(make_rows([[900]]), features=("bid1", "ask1", "x"))
    plant(rows)
    [found] = [f for f in row_quality(rows, {}, None) if f.code == "crossed_book"]
    assert (found.mend is not None) == mends


def test_that_extreme_values_are_only_noted_where_the_scaling_holds_them_back() -> None:
    rows = make_rows([[9000]])
    rows.matrix[7, 1] = 1e6
    [warned] = _columns(rows, DataConfig())
    assert warned.severity == "warning" and warned.mend is not None
    soft = DataConfig(**{key.partition(".")[2]: v for key, v in warned.mend.settings.items()})
    assert [f.severity for f in _columns(rows, soft)] == ["info"]


def test_that_mends_of_a_drift_change_the_label() -> None:
    rows = make_rows([[3000]])
    late = np.arange(3000) > 2400
    label: Any = rows.labels["label"]
    label[late & (label == 0) & (np.arange(3000) % 4 > 0)] = 1
    data = DataConfig(label="label")
    plan = plan_from(rows, choose_windows(rows, data, BalancingConfig(), 20))
    [drift] = [f for f in row_quality(rows, {}, plan, data) if f.code == "mix_drift"]
    assert drift.mend is not None
    assert drift.mend.settings["data.label_source"] == "prices"
    assert drift.mend.settings["balancing.label_method"] == "volatility"


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
