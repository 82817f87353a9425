"""``train`` checks a named dataset first: every planted leak ends it before anything is trained."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from console.core.configs import BalancingConfig
from console.core.paths import Workspace
from console.core.rundir import list_runs
from console.engine.data import window_choice
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import Split, SplitRule, split_windows
from console.engine.data.targets import Target, classify
from tests.cli.conftest import Answer, Command
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

TRAIN = (
    "train", "--data", "d", "--preset", "quick_experiment", "--epochs", 1, "--json", "--no-onnx",
    "--set", "use_mlflow=false", "--set", "trainer.num_threads=1", "--set", "model.lstm_hidden=8",
    "--set", "model.cnn_channels=8,8", "--set", "model.sequence_length=20",
    "--set", "data.label_source=prices",
)  # fmt: skip


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Callable[..., None]:
    """Stores dataset ``d``: one symbol, honest features, and those that a test adds."""

    def store(**features: pl.Expr) -> None:
        frame = make_frame(("AAA",), 3000).with_columns(**features)
        frame.write_parquet(tmp_path / "rows.parquet")
        import_dataset(
            [tmp_path / "rows.parquet"], mapping_from(PLAIN_MAPPING), "d", workspace
        )  # fmt: skip

    return store


def require_blocked(answer: Answer, workspace: Workspace, code: str) -> dict[str, Any]:
    assert answer.code == 1 and list_runs(workspace) == []
    assert answer.result["error"]["message"].startswith("The data of 'd' are not fit to train on:")
    assert "--no-check" in answer.result["error"]["remedy"]
    red = [entry for entry in answer.result["findings"] if entry["severity"] == "red"]
    assert code in {entry["code"] for entry in red}
    found: dict[str, Any] = next(entry for entry in red if entry["code"] == code)
    assert found["evidence"] and found["cause"] and found["remedy"]
    return found


def test_that_a_feature_of_the_future_blocks_and_its_mend_clears_the_way(
    cli: Command, dataset: Callable[..., None], workspace: Workspace
) -> None:
    dataset(leak=pl.col("mid").shift(-5).forward_fill())
    answer = cli(*TRAIN)
    kinds = [line["progress"]["kind"] for line in answer.lines[:-1]]
    assert len(kinds) > 4 and set(kinds) == {"check"}
    finding = require_blocked(answer, workspace, "future_feature")
    again = cli(*TRAIN)  # the result is kept: nothing is checked a second time
    assert len(again.lines) == 1
    require_blocked(again, workspace, "future_feature")
    told = cli(*(word for word in TRAIN if word != "--json"))
    assert finding["mend"]["line"] in told.out and "not fit to train on" in told.err

    assert cli(*finding["mend"]["command"], "--json").code == 0
    cleared = cli(*TRAIN)
    assert cleared.code == 0, cleared.out
    assert len(list_runs(workspace)) == 1


def test_that_no_check_trains_all_the_same(
    cli: Command, dataset: Callable[..., None], workspace: Workspace
) -> None:
    dataset(leak=pl.col("mid").shift(-5).forward_fill())
    answer = cli(*TRAIN, "--no-check")
    assert answer.code == 0, answer.out
    assert len(list_runs(workspace)) == 1


def _fitted_on_all(num_rows: int, ends: Array, sequence_length: int) -> Array:
    return np.ones(num_rows, dtype=bool)


def _overlapping(rows: MarketRows, ranges: Sequence[tuple[int, int]], rule: SplitRule) -> Split:
    split = split_windows(rows, ranges, rule)
    train, validation, test = split.ends
    return dataclasses.replace(
        split, ends=(np.append(train, validation[:30]), validation[30:], test)
    )


def _limits_of_all(
    rows: MarketRows, target: Target, ends: Sequence[Array], balancing: BalancingConfig
) -> tuple[list[Array], dict[str, Any]]:
    everything = np.sort(np.concatenate(ends))
    _, label = classify(rows, target, [everything, ends[1], ends[2]], balancing)
    return classify(rows, target, ends, balancing)[0], label


DEFECTS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "scaler_outside_train": ("rows_of_windows", _fitted_on_all, "model.input_norm=revin"),
    "shared_windows": ("split_windows", _overlapping, "data.extra_purge_rows=40"),
    "limits_outside_train": ("classify", _limits_of_all, "balancing.label_method=volatility"),
}


@pytest.mark.parametrize("code", DEFECTS)
def test_that_a_leaky_preparation_blocks(
    code: str,
    cli: Command,
    dataset: Callable[..., None],
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset()
    name, defect, mend = DEFECTS[code]
    monkeypatch.setattr(window_choice, name, defect)
    finding = require_blocked(
        cli(*TRAIN, "--set", "data.embargo_fraction=0"), workspace, code
    )  # fmt: skip
    assert mend in finding["mend"]["line"]


def test_that_a_check_that_cannot_run_says_so(
    cli: Command, dataset: Callable[..., None], workspace: Workspace
) -> None:
    dataset()
    for part in (workspace.datasets / "d" / "rows").rglob("*.parquet"):
        part.chmod(0o644)
        part.unlink()
        part.mkdir()
    answer = cli(*TRAIN)
    assert answer.code == 1
    assert answer.result["error"]["message"].startswith("The data could not be checked:")
    assert "--no-check" in answer.result["error"]["remedy"]
