"""The feature store from the command line: convert, append, compact, describe, train."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from console.engine.feature_store.store import FeatureStore
from tests.cli.conftest import Command
from tests.engine.feature_store.layouts import batch, store_frame, table, write_batch, write_store


def test_that_an_old_store_is_converted_described_and_trained_on(
    cli: Command, tmp_path: Path
) -> None:
    symbols = ("BTCUSDT", "ETHUSDT")
    write_store(tmp_path / "old", [store_frame(day, 150, symbols) for day in range(8)])
    converted = cli("store", "convert", "old", "new", "--json")
    assert converted.code == 0, converted.out
    shares = [line["progress"]["fraction"] for line in converted.lines[:-1]]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert converted.lines[0]["progress"]["kind"] == "convert"
    result = converted.result
    assert (result["num_rows"], len(result["features"]), result["version"]) == (2400, 112, 1)
    assert [label["encoding"] for label in result["labels"]] == ["classes"]
    assert result["symbols"][0]["symbol"] == "BTCUSDT"
    described = cli("store", "describe", "new")
    assert "ETHUSDT" in described.out and "1,200" in described.out
    words = (
        "--set", "run.feature_store_path=new", "--set", "data.embargo_fraction=0",
        "--set", "data.label=future_direction_10s", "--model", "quick_experiment",
        "--epochs", "1", "--no-onnx", "--json",
    )  # fmt: skip
    trained = cli("train", *words, "--set", "trainer.num_threads=1")
    assert trained.code == 0, trained.out
    assert trained.result["data_stats"]["source"] == "feature_store"


def test_that_files_are_appended_to_a_new_store_and_compacted(cli: Command, tmp_path: Path) -> None:
    for number in range(3):
        table([number, 10 + number]).write_parquet(tmp_path / f"{number}.parquet")
    table([20], "BBB").write_csv(tmp_path / "3.csv")
    appended = cli("store", "append", "0.parquet", "1.parquet", "--store", "mine", "--json")
    assert appended.code == 0, appended.out
    assert appended.result["symbols"][0] | {"size_bytes": 0} == {
        "symbol": "AAA", "rows": 4, "days": 1, "files": 2, "first_date": "2023-11-15",
        "last_date": "2023-11-15", "size_bytes": 0,
    }  # fmt: skip
    assert cli("store", "append", "2.parquet", "3.csv", "--store", "mine").code == 0
    compacted = cli("store", "compact", "mine", "--json")
    assert (compacted.result["merged"], compacted.result["num_rows"]) == (3, 7)
    assert "Merged 0 files." in cli("store", "compact", "mine").out
    assert len(FeatureStore.open(tmp_path / "mine").load()) == 7


def test_that_a_file_that_does_not_fit_is_named(cli: Command, tmp_path: Path) -> None:
    table([0]).write_parquet(tmp_path / "a.parquet")
    table([1]).drop("ask").write_parquet(tmp_path / "b.parquet")
    answer = cli("store", "append", "a.parquet", "b.parquet", "--store", "mine", "--json")
    assert answer.code == 1
    assert "b.parquet has no column 'ask'" in answer.result["error"]["message"]
    assert answer.result["error"]["remedy"]
    assert len(FeatureStore.open(tmp_path / "mine").load()) == 1


def test_that_the_encoding_of_labels_is_told_once(cli: Command, tmp_path: Path) -> None:
    signed = table([0, 1, 2]).with_columns(pl.col("future_direction_10s") - 1)
    signed.write_parquet(tmp_path / "a.parquet")
    words = ("store", "append", "a.parquet", "--store", "mine", "--json")
    assert "outside its encoding" in cli(*words).result["error"]["message"]
    assert not (tmp_path / "mine").exists()
    assert cli(*words, "--encoding", "signed").code == 0
    assert cli(*words).code == 0
    answer = cli(*words, "--encoding", "classes")
    assert "keeps label 'future_direction_10s' as 'signed'" in answer.result["error"]["message"]
    rows = FeatureStore.open(tmp_path / "mine").load()
    assert rows.labels["future_direction_10s"].tolist() == [0, 1, 2]


def test_that_legacy_files_are_converted_with_their_encoding(cli: Command, tmp_path: Path) -> None:
    write_batch(tmp_path / "old", "AAA", 0, 1, *batch(30, values=(0, 1, 2)))
    assert cli("store", "convert", "old", "new", "--json").code == 1
    answer = cli("store", "convert", "old", "new", "--encoding", "classes", "--json")
    assert answer.result["num_rows"] == 30
    answer = cli("store", "describe", "old", "--json")
    assert "store convert" in answer.result["error"]["remedy"]


def test_that_a_store_behind_a_url_is_preferred_to_the_sample(cli: Command, tmp_path: Path) -> None:
    url = (tmp_path / "mine").as_uri()
    for place, dataset in ((url, ""), ("nowhere", "sample")):
        words = ("train", "--dry-run", "--set", f"run.feature_store_path={place}", "--json")
        assert cli(*words).result["data"]["dataset"] == dataset
