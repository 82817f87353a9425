"""Import of good files: what is stored, segments, labels, missing values, replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.datasets import get_dataset, list_datasets
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping, mapping_from
from console.engine.data.rows import load_dataset
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

Write = Callable[..., Path]


def test_that_stored_rows_equal_the_files(
    workspace: Workspace, mapping: ImportMapping, market_frame: pl.DataFrame, write: Write
) -> None:
    steps: list[tuple[float, str]] = []

    def note(share: float, text: str) -> None:
        steps.append((share, text))

    info = import_dataset([write(market_frame)], mapping, "first", workspace, progress=note)
    assert info == get_dataset(workspace, "first")
    rows = load_dataset(info, workspace)
    assert rows.features == ("bid_size", "ask_size", "mid")
    expected = market_frame.select(rows.features).to_numpy().astype(np.float32)
    np.testing.assert_array_equal(rows.matrix, expected)
    assert rows.matrix.flags.c_contiguous
    np.testing.assert_array_equal(rows.labels["label"], market_frame["label"].to_numpy())
    np.testing.assert_array_equal(rows.time, market_frame["time"].to_numpy())
    np.testing.assert_array_equal(rows.segment, np.repeat([0, 1], 100))
    assert rows.symbols == ("AAA", "BBB")
    assert info.rows_per_symbol == (100, 100)
    assert (workspace.datasets / "first/rows/symbol=AAA/part-0.parquet").is_file()
    assert steps[0][0] == 0.0
    assert steps[-1][0] == 1.0
    assert mapping_from(info.mapping) == mapping


def test_that_csv_and_parquet_give_the_same_rows(
    workspace: Workspace, mapping: ImportMapping, market_frame: pl.DataFrame, write: Write
) -> None:
    parquet = import_dataset([write(market_frame)], mapping, "parquet", workspace)
    csv = import_dataset([write(market_frame, "rows.csv")], mapping, "csv", workspace)
    a, b = load_dataset(parquet, workspace), load_dataset(csv, workspace)
    np.testing.assert_allclose(a.matrix, b.matrix)
    np.testing.assert_array_equal(a.labels["label"], b.labels["label"])


def test_that_folders_and_patterns_are_read_in_name_order(
    workspace: Workspace, mapping: ImportMapping, market_frame: pl.DataFrame, write: Write
) -> None:
    ordered = market_frame.sort("time", maintain_order=True)
    write(ordered[:100], "in/a.parquet")
    folder = write(ordered[100:], "in/b.parquet").parent
    by_folder = import_dataset([folder], mapping, "folder", workspace)
    by_pattern = import_dataset([folder / "*.parquet"], mapping, "pattern", workspace)
    assert by_folder.num_rows == by_pattern.num_rows == 200
    assert by_folder.fingerprint == by_pattern.fingerprint
    assert by_folder.num_segments == 2


def test_that_a_gap_a_session_and_a_dropped_row_each_begin_a_segment(
    workspace: Workspace, write: Write
) -> None:
    frame = make_frame(("AAA",), 100).with_columns(
        time=pl.col("time") + pl.when(pl.int_range(pl.len()) >= 20).then(11).otherwise(0),
        half=pl.when(pl.int_range(pl.len()) >= 50).then(1).otherwise(0),
        bid_size=pl.when(pl.int_range(pl.len()) == 80).then(None).otherwise(pl.col("bid_size")),
    )
    mapping = mapping_from({**PLAIN_MAPPING, "session": "half", "missing": "drop"})
    info = import_dataset([write(frame)], mapping, "cut", workspace)
    segment = load_dataset(info, workspace).segment
    assert [int(n) for n in np.bincount(segment)] == [20, 30, 30, 19]
    assert info.num_segments == 4
    assert info.shortest_segment == 19
    assert "1 rows with missing values" in info.warnings[0]


def test_that_missing_values_are_filled_inside_the_session_only(
    workspace: Workspace, write: Write
) -> None:
    index = pl.int_range(pl.len())
    frame = make_frame(("AAA",), 40).with_columns(
        half=index // 20,
        bid_size=pl.when(index.is_in([5, 20])).then(float("nan")).otherwise(pl.col("bid_size")),
    )
    mapping = mapping_from({**PLAIN_MAPPING, "session": "half", "missing": "previous"})
    rows = load_dataset(import_dataset([write(frame)], mapping, "fill", workspace), workspace)
    column = rows.matrix[:, rows.features.index("bid_size")]
    assert column[5] == column[4]
    assert len(rows) == 39  # row 20 has nothing before it in its session


def test_that_an_empty_side_is_never_a_price(workspace: Workspace, write: Write) -> None:
    index = pl.int_range(pl.len())
    frame = make_frame(("AAA",), 30).with_columns(
        bid=pl.when(index.is_in([7, 9])).then(0.0).otherwise(50.0 + index),
        bid_size=pl.when(index == 7).then(0.0).otherwise(pl.col("bid_size")),
    )
    levels = {"empty_levels": [{"price": "bid", "size": "bid_size"}]}
    path = write(frame)
    with pytest.raises(DataError, match=r"row 8 .*'bid' is missing or an empty side"):
        import_dataset([path], mapping_from({**PLAIN_MAPPING, **levels}), "empty", workspace)
    filled = mapping_from({**PLAIN_MAPPING, **levels, "missing": "previous"})
    rows = load_dataset(import_dataset([path], filled, "empty", workspace), workspace)
    bid = rows.matrix[:, rows.features.index("bid")]
    assert bid[7] == 56.0
    assert bid[9] == 0.0  # price 0 with a size is a price: relative prices pass through 0


def test_that_the_tail_of_each_session_becomes_unlabelled(
    workspace: Workspace, write: Write
) -> None:
    frame = make_frame(("AAA", "BBB"), 40).with_columns(half=pl.col("time") % 40 // 20)
    label = {**PLAIN_MAPPING["labels"][0], "drop_tail": True}
    mapping = mapping_from({**PLAIN_MAPPING, "session": ["half"], "labels": [label]})
    info = import_dataset([write(frame)], mapping, "tail", workspace)
    labels = load_dataset(info, workspace).labels["label"].reshape(4, 20)
    assert (labels[:, :15] >= 0).all()
    assert (labels[:, 15:] == -1).all()
    assert info.labels[0].unlabelled == 20


def test_that_a_null_label_leaves_only_its_own_row_unlabelled(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    frame = make_frame(("AAA",), 30)
    holed = frame.with_columns(
        label=pl.when(pl.int_range(pl.len()) == 11).then(None).otherwise(pl.col("label"))
    )
    rows = load_dataset(import_dataset([write(holed)], mapping, "null", workspace), workspace)
    expected = frame["label"].to_numpy().copy()
    expected[11] = -1
    np.testing.assert_array_equal(rows.labels["label"], expected)


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("ms", [1_700_000_000_123, 1_700_000_001_123], 1_700_000_000.123),
        ("ns", [1_700_000_000_000_000_001, 1_700_000_000_000_000_002], 1_700_000_000.0),
        ("s", [1_700_000_000.25, 1_700_000_000.5], 1_700_000_000.25),
        ("iso", ["2023-11-14T22:13:20Z", "2023-11-14 22:13:20.5"], 1_700_000_000.0),
        ("iso", ["2023-11-15T01:13:20+03:00", "2023-11-14T22:13:21"], 1_700_000_000.0),
    ],
)
def test_that_times_are_read_in_their_unit(
    workspace: Workspace, write: Write, unit: str, values: list[object], expected: float
) -> None:
    frame = pl.DataFrame({"time": values, "x": [1.0, 2.0]})
    mapping = mapping_from(
        {"symbol": {"value": "AAA"}, "timestamp": {"column": "time", "unit": unit}}
    )
    rows = load_dataset(import_dataset([write(frame)], mapping, "clock", workspace), workspace)
    assert rows.time[0] == pytest.approx(expected, abs=1e-6)
    assert rows.symbols == ("AAA",)


def test_that_a_day_column_is_added_to_the_time(workspace: Workspace, write: Write) -> None:
    frame = pl.DataFrame({"day": [0, 0, 3], "t": [10, 20, 5], "x": [1.0, 2.0, 3.0]})
    mapping = mapping_from(
        {"symbol": {"value": "A"}, "timestamp": {"column": "t", "day": "day"}, "max_gap_s": 60}
    )
    rows = load_dataset(import_dataset([write(frame)], mapping, "days", workspace), workspace)
    assert rows.time.tolist() == [10.0, 20.0, 3 * 86_400.0 + 5.0]
    assert rows.day.tolist() == [0, 0, 3]
    assert rows.segment.tolist() == [0, 0, 1]


def test_that_only_the_last_days_and_chosen_symbols_are_loaded(
    workspace: Workspace, write: Write
) -> None:
    frame = make_frame(("AAA", "BBB"), 50).with_columns(time=pl.col("time") % 50 * 8640)
    mapping = mapping_from({**PLAIN_MAPPING, "max_gap_s": 10_000})
    info = import_dataset([write(frame)], mapping, "part", workspace)
    rows = load_dataset(info, workspace, ("BBB",), 2)
    assert rows.symbols == ("BBB",)
    assert sorted(set(rows.day.tolist())) == [3, 4]
    whole = load_dataset(info, workspace, ("BBB",))
    np.testing.assert_array_equal(rows.matrix, whole.matrix[-len(rows) :])


def test_that_importing_again_replaces_the_dataset_and_keeps_the_old_one_on_failure(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    first = import_dataset([write(make_frame(("AAA",), 50))], mapping, "twice", workspace)
    second = import_dataset([write(make_frame(("AAA",), 60))], mapping, "twice", workspace)
    assert second.num_rows == 60
    assert second.fingerprint != first.fingerprint
    bad = make_frame(("AAA",), 60).with_columns(label=7)
    with pytest.raises(DataError):
        import_dataset([write(bad)], mapping, "twice", workspace)
    assert get_dataset(workspace, "twice").fingerprint == second.fingerprint
    assert len(load_dataset(second, workspace)) == 60
    assert [info.name for info in list_datasets(workspace)] == ["twice"]
    leftovers = [p.name for p in (workspace.datasets / ".staging").iterdir() if p.is_dir()]
    assert leftovers == []


def test_that_a_dataset_moved_aside_by_a_crash_is_put_back(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    info = import_dataset([write(make_frame(("AAA",), 50))], mapping, "crash", workspace)
    aside = workspace.datasets / ".staging" / "crash~before"
    (workspace.datasets / "crash").rename(aside)
    with pytest.raises(DataError):
        import_dataset([write(make_frame(("AAA",), 50).with_columns(label=9))], mapping, "crash",
                       workspace)  # fmt: skip
    assert asdict(get_dataset(workspace, "crash")) == asdict(info)


def test_that_symbols_with_path_characters_are_stored(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    info = import_dataset([write(make_frame(("BTC/USD",), 30))], mapping, "slash", workspace)
    assert load_dataset(info, workspace, ("BTC/USD",)).symbols == ("BTC/USD",)


def test_that_unsorted_files_are_sorted_when_asked(
    workspace: Workspace, mapping: ImportMapping, market_frame: pl.DataFrame, write: Write
) -> None:
    straight = import_dataset([write(market_frame)], mapping, "straight", workspace)
    shuffled = market_frame.sample(fraction=1.0, shuffle=True, seed=1)
    sorting = mapping_from({**PLAIN_MAPPING, "sort": True})
    again = import_dataset([write(shuffled, "mixed.parquet")], sorting, "again", workspace)
    assert again.fingerprint == straight.fingerprint


def test_that_the_last_row_of_one_time_can_be_kept(workspace: Workspace, write: Write) -> None:
    frame = make_frame(("AAA",), 30).with_columns(
        time=pl.when(pl.int_range(pl.len()) == 9).then(pl.col("time") - 1).otherwise("time")
    )
    mapping = mapping_from({**PLAIN_MAPPING, "duplicates": "last"})
    rows = load_dataset(import_dataset([write(frame)], mapping, "twins", workspace), workspace)
    assert len(rows) == 29
    kept = frame["bid_size"].to_numpy()[9].astype(np.float32)
    assert rows.matrix[8, rows.features.index("bid_size")] == kept
