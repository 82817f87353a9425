"""``data features`` and ``data import --features``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command
from tests.engine.features.market import candle_frame


def test_that_features_are_listed_with_what_they_need(cli: Command) -> None:
    book = cli("data", "features", "--input", "book", "--json").result
    candles = cli("data", "features", "--input", "candles", "--json").result
    every = cli("data", "features", "--json").result["features"]
    assert (len(book["features"]), len(candles["features"]), len(every)) == (126, 80, 221)
    [kyle] = [row for row in every if row["name"] == "kyle_lambda"]
    assert (kyle["needs"], kyle["computed_from"], kyle["group"]) == ("trades", [], "order book")
    assert all(row["formula"] for row in every)
    shown = cli("data", "features", "--input", "book", "--levels", "5").out
    assert "imbalance_5_momentum" in shown and "imbalance_10_lag1" not in shown
    assert cli("data", "features", "--input", "tape").code == 2


def test_that_raw_files_are_imported_with_the_features_of_the_reference(
    cli: Command, tmp_path: Path
) -> None:
    candle_frame(500, 1).rename({"time_ns": "time"}).write_parquet(tmp_path / "aaa.parquet")
    words = ("data", "import", tmp_path / "aaa.parquet", "--format", "candles", "--name", "mine")
    made = cli(*words, "--features", "reference", "--json").result
    assert (made["num_rows"], len(made["features"])) == (451, 80)
    assert any("15 features need trades" in warning for warning in made["warnings"])
    answer = cli(*words, "--features", "referense", "--json")
    assert "'basic', 'reference', 'all'" in answer.result["error"]["message"]
