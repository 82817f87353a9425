"""Both older layouts, converted, read as they did before: bit for bit."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from console.core.errors import DataError
from console.engine.data.rows import MarketRows
from console.engine.feature_store.columns import ALL_FEATURES, BASE_FEATURES
from console.engine.feature_store.convert import convert
from console.engine.feature_store.legacy_files import load_legacy_files
from console.engine.feature_store.old_store import load_feature_store
from tests.engine.feature_store.layouts import batch, store_frame, write_batch, write_store


def require_equal(new: MarketRows, old: MarketRows) -> None:
    """Every field but the name of the source and the warnings."""
    for field in dataclasses.fields(MarketRows):
        if field.name in ("source", "name", "warnings"):
            continue
        mine, theirs = getattr(new, field.name), getattr(old, field.name)
        if isinstance(theirs, dict):
            assert mine.keys() == theirs.keys(), field.name
            pairs = [(mine[key], theirs[key]) for key in theirs]
        else:
            pairs = [(mine, theirs)]
        for one, other in pairs:
            if isinstance(other, np.ndarray):
                assert one.dtype == other.dtype and one.tobytes() == other.tobytes(), field.name
            else:
                assert one == other, field.name


@pytest.mark.parametrize("features", [BASE_FEATURES, ALL_FEATURES], ids=["112", "187"])
def test_that_a_converted_store_reads_the_same(tmp_path: Path, features: tuple[str, ...]) -> None:
    frames = [store_frame(day, 40, ("BBB", "A/A"), features=features) for day in range(3)]
    row = pl.int_range(pl.len())
    hole = pl.when(row == 9).then(None).otherwise("vwap").alias("vwap")
    unlabelled = pl.when(row % 5 == 1).then(None).otherwise("future_direction_10s")
    frames[0] = frames[0].with_columns(hole, unlabelled.alias("future_direction_10s"))
    timeless = pl.when(row == 30).then(None).otherwise("timestamp").alias("timestamp")
    frames[1] = pl.concat([frames[1].with_columns(timeless), frames[1][:7]])
    frames[2] = frames[2].with_columns(pl.from_epoch("timestamp", "ms"), vpt=pl.lit(1.5))
    root = write_store(tmp_path / "old", frames)
    store = convert(root, tmp_path / "new")
    require_equal(store.load(), load_feature_store(root))
    require_equal(store.load(("BBB",), 2), load_feature_store(root, ("BBB",), 2))
    assert all(len(day.files) == 1 for day in store.days())
    again = convert(root, tmp_path / "new")
    require_equal(again.load(), load_feature_store(root))
    assert again.rows_per_symbol() == store.rows_per_symbol()


def test_that_converted_legacy_files_read_the_same(tmp_path: Path) -> None:
    for symbol, start in (("BTCUSDT", 0), ("BTCUSDT", 30), ("ETHUSDT", 86_380)):
        features, labels = batch(30, start)
        labels[4]["future_direction_10s"] = None
        labels[12] = None
        write_batch(tmp_path / "old", symbol, 0, start, features, labels)
    old = load_legacy_files(tmp_path / "old")
    steps: list[float] = []
    store = convert(
        tmp_path / "old", tmp_path / "new", progress=lambda share, text: steps.append(share)
    )
    require_equal(store.load(), old)
    assert steps == sorted(steps) and steps[-1] == 1.0
    assert {label.encoding for label in store.schema.labels} == {"classes"}
    assert [day.date for day in store.days(("ETHUSDT",))] == ["2023-11-15", "2023-11-16"]


def test_that_a_label_that_comes_late_is_kept(tmp_path: Path) -> None:
    frames = [store_frame(day, 20, ("AAA",)) for day in range(2)]
    frames[0] = frames[0].drop("future_direction_10s", "future_movement_10s")
    root = write_store(tmp_path / "old", frames)
    require_equal(convert(root, tmp_path / "new").load(), load_feature_store(root))


def test_that_the_encoding_is_told_and_a_wrong_one_writes_nothing(tmp_path: Path) -> None:
    write_batch(tmp_path / "old", "AAA", 0, 1, *batch(30))
    write_batch(tmp_path / "old", "AAA", 0, 2, *batch(30, 30, values=(0, 1, 2)))
    with pytest.raises(DataError, match=r"batch_0002\.json, row 3: 2 in label"):
        convert(tmp_path / "old", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    write_batch(tmp_path / "old", "AAA", 0, 1, *batch(30, values=(0, 1, 2)))
    store = convert(tmp_path / "old", tmp_path / "new", encoding="classes")
    assert store.load().labels["future_direction_10s"].tolist() == [0, 1, 2] * 20


def test_that_a_place_with_nothing_to_convert_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing to convert in .*: neither offline/training_"):
        convert(tmp_path, tmp_path / "new")


def test_that_two_features_of_one_name_are_refused(tmp_path: Path) -> None:
    write_batch(tmp_path, "AAA", 0, 1, *batch(30))
    names = {"feature_names": ["a", "b", "a", "c"]}
    next(tmp_path.rglob("metadata/*.json")).write_text(json.dumps(names))
    with pytest.raises(DataError, match=r"Two columns .* 'a'"):
        convert(tmp_path, tmp_path / "new")


@pytest.mark.market_data
def test_that_the_known_columns_are_the_documented_ones(market_data: Path) -> None:
    path = market_data.parent / "reference" / "feature_columns.yaml"
    listed = yaml.safe_load(path.read_text("utf-8"))
    base = [
        name
        for group in ("orderbook", "candle", "indicator")
        for names in listed[group].values()
        for name in names
    ]
    lagged = listed["lagged"]
    lags = [f"{name}_lag{lag}" for name in lagged["columns"] for lag in lagged["lags"]]
    assert list(BASE_FEATURES) == base
    assert list(ALL_FEATURES) == [*base, *lags, *listed["derived"]["columns"]]
