"""Our own store: what is appended is read back, once, in order, and only what fits is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.errors import DataError
from console.engine.feature_store.appending import fitted_days
from console.engine.feature_store.schema import StoreSchema
from console.engine.feature_store.store import FeatureStore, is_store
from tests.engine.feature_store.layouts import DAY, LABEL, SCHEMA, START, table


@pytest.fixture
def store(tmp_path: Path) -> FeatureStore:
    return FeatureStore.create(tmp_path / "store", SCHEMA)


def test_that_what_is_appended_is_read_back(store: FeatureStore) -> None:
    done = store.append(table([0, 1, 2]))
    assert done.num_rows == 3
    store.append(pl.concat([table([3, 4]), table([7, DAY], "B/B")]))
    assert store.rows_per_symbol() == {"AAA": 5, "B/B": 2}
    rows = store.load()
    assert (rows.symbols, rows.features) == (("AAA", "B/B"), ("bid", "ask"))
    assert rows.symbol_code.tolist() == [0] * 5 + [1] * 2
    np.testing.assert_array_equal(rows.time - START, [0, 1, 2, 3, 4, 7, DAY])
    np.testing.assert_array_equal(rows.matrix[:, 0], [0, 1, 2, 3, 4, 7, DAY])
    assert rows.labels[LABEL].tolist() == [0, 1, 2, 0, 1, 1, 0]
    np.testing.assert_allclose(rows.movements[LABEL][1], 1e-6, rtol=1e-6)
    assert rows.mid is not None and rows.mid[2] == 102.0
    assert (rows.source, rows.name, rows.warnings) == ("feature_store", "store", ())
    days = {path.parent.name for path in store.root.rglob("*.parquet")}
    assert days == {"date=2023-11-15", "date=2023-11-16"}
    assert (store.root / "symbol=B%2FB").is_dir()


def test_that_of_a_repeated_time_the_last_appended_row_counts(store: FeatureStore) -> None:
    store.append(table([0, 1, 2]))
    store.append(table([2, 1], value=10.0))
    store.append(pl.concat([table([1], value=20.0), table([1], value=30.0)]))
    for _ in range(2):
        rows = store.load()
        assert rows.matrix[:, 0].tolist() == [0, 31, 12]
        store.compact("AAA", "2023-11-15")
    assert store.rows_per_symbol() == {"AAA": 3}
    assert store.load().warnings == ()


def test_that_only_the_files_of_the_asked_days_and_symbols_are_opened(store: FeatureStore) -> None:
    for symbol in ("AAA", "BBB"):
        for day in range(4):
            store.append(table([day * DAY, day * DAY + 1], symbol))
    for path in store.root.rglob("*.parquet"):
        wanted = "symbol=BBB" in str(path) and path.parent.name >= "date=2023-11-17"
        if not wanted:
            path.write_bytes(b"damaged")
    rows = store.load(("BBB",), 2)
    assert (rows.symbols, rows.num_days, len(rows)) == (("BBB",), 2, 4)
    with pytest.raises(DataError, match="parquet cannot be read"):
        store.load(("BBB",), 3)
    with pytest.raises(DataError, match="Did you mean 'BBB'"):
        store.load(("BB",))


@settings(max_examples=25)
@given(
    appends=st.lists(
        st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 12)), min_size=1, max_size=6),
        min_size=1, max_size=8,
    ),
    compacted=st.sets(st.integers(0, 7)),
)  # fmt: skip
def test_that_any_appends_and_compactions_hold_the_last_row_of_each_time(
    tmp_path_factory: pytest.TempPathFactory,
    appends: list[list[tuple[str, int]]],
    compacted: set[int],
) -> None:
    store = FeatureStore.create(tmp_path_factory.mktemp("store"), SCHEMA)
    expected: dict[tuple[str, int], float] = {}
    for number, keys in enumerate(appends):
        value = 1000.0 * number
        # Every third row falls on the next day.
        seconds = [(symbol, second + DAY * (second % 3 == 0)) for symbol, second in keys]
        store.append(pl.concat([table([s], symbol, value) for symbol, s in seconds]))
        expected |= {key: value + key[1] for key in seconds}
        if number in compacted:
            for day in store.days():
                store.compact(day.symbol, day.date)
        rows = store.load()
        names = [rows.symbols[code] for code in rows.symbol_code]
        keys_read = zip(names, (rows.time - START).astype(int).tolist(), strict=True)
        found = dict(zip(keys_read, rows.matrix[:, 0].tolist(), strict=True))
        assert found == expected and len(rows) == len(expected)


def test_that_times_may_be_seconds_milliseconds_or_date_times(store: FeatureStore) -> None:
    moment = pl.Series("timestamp", [datetime.fromtimestamp(START + 2.25, UTC)])
    store.append(table([0]).with_columns(timestamp=pl.lit(START + 0.5)))
    store.append(table([1]).with_columns(timestamp=pl.lit(START * 1000 + 1250)))
    store.append(table([2]).with_columns(moment))
    np.testing.assert_array_equal(store.load().time - START, [0.5, 1.25, 2.25])


def test_that_missing_features_and_labels_are_kept_as_missing(store: FeatureStore) -> None:
    holed = table([0, 1, 2, 3]).with_columns(
        bid=pl.Series([0.0, None, float("nan"), 3.0]),
        **{LABEL: pl.Series([None, 1.0, 1.0, float("nan")], dtype=pl.Float64)},
    )
    store.append(holed)
    rows = store.load()
    assert rows.matrix[:, 0].tolist() == [0, 3]
    assert rows.segment.tolist() == [0, 1]
    assert rows.labels[LABEL].tolist() == [-1, -1]
    assert "2 rows with values that are no numbers" in rows.warnings[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drop": "ask"}, "the new rows has no column 'ask', which its feature store keeps"),
        ({"add": "spread"}, "a column 'spread' that its feature store does not keep"),
        ({"bid": pl.lit("high")}, "column 'bid' holds String, the store keeps Float32"),
        ({"symbol": pl.lit(7)}, "column 'symbol' holds Int32, the store keeps String"),
        ({"symbol": pl.lit(None, pl.String)}, "the new rows, row 1: there is no symbol"),
        ({"timestamp": pl.lit(None, pl.Int64)}, "row 1: there is no timestamp"),
        ({LABEL: pl.lit(3)}, "row 1: 3 in label 'future_direction_10s' is outside its encoding"),
    ],
)  # fmt: skip
def test_that_rows_that_do_not_fit_are_refused_whole(
    store: FeatureStore, change: dict[str, Any], words: str
) -> None:
    rows = table([0, 1])
    if "drop" in change:
        rows = rows.drop(change["drop"])
    elif "add" in change:
        rows = rows.with_columns(pl.lit(1.0).alias(change["add"]))
    else:
        rows = rows.with_columns(**change)
    with pytest.raises(DataError, match=words) as caught:
        store.append(rows, "the new rows")
    assert caught.value.remedy
    assert not list(store.root.rglob("*.parquet"))


def test_that_signals_and_dates_of_old_rows_are_left_out(store: FeatureStore) -> None:
    old = table([0]).with_columns(signal_type=pl.lit("none"), date=pl.lit("2023-11-15"))
    store.append(old)
    assert len(store.load()) == 1


def test_that_the_mid_price_may_come_from_the_feature_of_that_name(tmp_path: Path) -> None:
    rows = table([0, 1]).rename({"current_mid_price": "mid_price"})
    schema = StoreSchema.of(rows.schema, "classes", "rows")
    assert schema.features == ("bid", "ask", "mid_price") and schema.has_mid_price
    store = FeatureStore.create(tmp_path / "store", schema)
    store.append(rows)
    read = store.load()
    assert read.mid is not None and read.mid.tolist() == [100.0, 101.0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pl.col("bid").cast(pl.Float64), "column 'bid' holds Float64, the store keeps Float32"),
        (pl.col("bid").alias("extra"), "a column 'extra' that its feature store does not keep"),
    ],
)
def test_that_a_foreign_file_is_read_when_it_fits_and_named_when_not(
    store: FeatureStore, change: pl.Expr, words: str
) -> None:
    own = store.append(table([0, 1])).files[0]
    frame = fitted_days(table([1, 2], value=10.0), SCHEMA, "rows")[("AAA", "2023-11-15")]
    foreign = own.with_name("part-0.parquet")
    frame.select(reversed(frame.columns)).write_parquet(foreign)
    assert store.load().matrix[:, 0].tolist() == [0, 1, 12]  # what was appended wins
    frame.with_columns(change).write_parquet(foreign)
    with pytest.raises(DataError, match=rf"part-0\.parquet.*{words}") as caught:
        store.load()
    assert "store append" in caught.value.remedy
    frame.drop("ask").write_parquet(foreign)
    with pytest.raises(DataError, match=r"part-0\.parquet has no column 'ask'"):
        store.load()


def test_that_damaged_files_are_named_and_never_crash_the_reader(store: FeatureStore) -> None:
    store.append(table(list(range(50))))
    path = store.append(table(list(range(50, 100)))).files[0]
    whole = path.read_bytes()
    random = np.random.default_rng(3)
    for cut in (0, 3, *random.integers(4, len(whole) - 1, 20).tolist()):
        path.write_bytes(whole[:cut])
        with pytest.raises(DataError, match=path.name):
            store.load()
        with pytest.raises(DataError, match=path.name):
            store.compact("AAA", "2023-11-15")
    assert len(list(store.root.rglob("*.parquet"))) == 2
    path.write_bytes(whole)
    assert len(store.load()) == 100


def test_that_half_written_files_are_not_seen(store: FeatureStore) -> None:
    path = store.append(table([0, 1])).files[0]
    path.with_name(f".{path.name}.x8f3k2").write_bytes(path.read_bytes()[:100])
    assert len(store.load()) == 2


def test_that_the_schema_is_recorded_and_checked(store: FeatureStore) -> None:
    path = store.root / "schema.json"
    plain = json.loads(path.read_text())
    assert plain["version"] == 1 and len(plain["fingerprint"]) == 64
    roles = {column["name"]: column["role"] for column in plain["columns"]}
    assert roles == {
        "symbol": "symbol", "timestamp": "timestamp", "bid": "feature", "ask": "feature",
        LABEL: "label", "future_movement_10s": "movement", "current_mid_price": "mid_price",
    }  # fmt: skip
    assert FeatureStore.open(store.root) == store
    assert FeatureStore.create(store.root, SCHEMA) == store
    with pytest.raises(DataError, match="keeps other columns: ask Float32 feature instead of"):
        FeatureStore.create(store.root, StoreSchema(("bid",), SCHEMA.labels, True))
    path.write_text(json.dumps({**plain, "version": 2}))
    with pytest.raises(DataError, match=r"schema\.json has version 2 .* knows 1") as caught:
        FeatureStore.open(store.root)
    assert caught.value.remedy == "Update this program."
    plain["columns"][2]["name"] = "offer"
    for text in (json.dumps(plain), "{", "[]", json.dumps({"version": 1})):
        path.write_text(text)
        with pytest.raises(DataError, match=r"schema\.json is damaged"):
            FeatureStore.open(store.root)
    path.unlink()
    assert not is_store(store.root)
    with pytest.raises(DataError, match=r"no feature store in .*schema\.json is missing"):
        FeatureStore.open(store.root)


def test_that_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(DataError, match="'bid'"):
        StoreSchema(("bid", "bid"))


def test_that_an_empty_store_says_so(store: FeatureStore) -> None:
    assert store.rows_per_symbol() == {}
    with pytest.raises(DataError, match="holds no rows"):
        store.load()
