"""The two older storage layouts are read directly, row for row, with a declared encoding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.configs import BalancingConfig, DataConfig
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.data.storage import MatrixRoom
from console.engine.feature_store import legacy_files, old_store
from console.engine.feature_store.assembly import rows_within
from console.engine.feature_store.columns import ALL_FEATURES, BASE_FEATURES
from console.engine.feature_store.legacy_files import load_legacy_files
from console.engine.feature_store.old_store import load_feature_store
from tests.engine.feature_store.layouts import batch, store_frame, write_batch, write_store


def test_that_the_feature_store_is_read_row_for_row(tmp_path: Path) -> None:
    frames = [store_frame(day, 50, ("ETHUSDT", "BTCUSDT")) for day in range(3)]
    root = write_store(tmp_path / "store", frames)
    assert old_store.available_symbols(root) == {"BTCUSDT": 150, "ETHUSDT": 150}
    rows = load_feature_store(root)
    expected = pl.concat(frames).sort("symbol", "timestamp")
    np.testing.assert_array_equal(rows.matrix, expected.select(BASE_FEATURES).to_numpy())
    np.testing.assert_array_equal(rows.time, expected["timestamp"].to_numpy() / 1000)
    assert rows.features == BASE_FEATURES
    assert rows.symbols == ("BTCUSDT", "ETHUSDT")
    np.testing.assert_array_equal(
        rows.labels["future_direction_10s"], expected["future_direction_10s"].to_numpy()
    )
    np.testing.assert_allclose(
        rows.movements["future_direction_10s"], expected["future_movement_10s"].to_numpy(),
        rtol=1e-6,
    )  # fmt: skip
    assert rows.label_horizons == {"future_direction_10s": 10}
    assert len(np.unique(rows.segment)) == 6
    assert rows.source == "feature_store"


def test_that_days_and_symbols_of_the_store_are_chosen(tmp_path: Path) -> None:
    frames = [store_frame(day, 30, ("AAA", "BBB")) for day in range(4)]
    rows = load_feature_store(write_store(tmp_path, frames), ("BBB",), 2)
    assert rows.symbols == ("BBB",)
    assert len(rows) == 60
    assert rows.num_days == 2
    with pytest.raises(DataError, match="Did you mean 'BBB'"):
        load_feature_store(tmp_path, ("BB",))


def test_that_the_order_of_files_and_rows_does_not_matter(tmp_path: Path) -> None:
    frame = store_frame(0, 60, ("AAA", "BBB"))
    straight = load_feature_store(write_store(tmp_path / "a", [frame]))
    root = write_store(tmp_path / "b", [frame[70:].sample(fraction=1.0, shuffle=True, seed=2)])
    folder = next((root / "offline" / "training_features").iterdir())
    frame[:80].reverse().write_parquet(folder / "part-1.parquet")
    mixed = load_feature_store(root)
    np.testing.assert_array_equal(mixed.matrix, straight.matrix)
    assert mixed.fingerprint == straight.fingerprint
    assert "10 rows repeated" in mixed.warnings[0]


def test_that_a_null_label_never_shifts_the_others(tmp_path: Path) -> None:
    frame = store_frame(0, 40, ("AAA",))
    label = pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise("future_direction_10s")
    holed = frame.with_columns(label.alias("future_direction_10s"))
    rows = load_feature_store(write_store(tmp_path, [holed]))
    expected = frame["future_direction_10s"].to_numpy().copy()
    expected[7] = -1
    np.testing.assert_array_equal(rows.labels["future_direction_10s"], expected)
    assert len(rows) == 40


def test_that_rows_with_missing_values_break_the_window(tmp_path: Path) -> None:
    frame = store_frame(0, 40, ("AAA",))
    vwap = pl.when(pl.int_range(pl.len()) == 10).then(float("nan")).otherwise("vwap")
    rows = load_feature_store(write_store(tmp_path, [frame.with_columns(vwap.alias("vwap"))]))
    assert np.bincount(rows.segment).tolist() == [10, 29]
    np.testing.assert_array_equal(
        rows.matrix, frame.filter(pl.int_range(pl.len()) != 10).select(BASE_FEATURES).to_numpy()
    )
    assert rows.time[10] - rows.time[9] == 2
    assert "1 rows with values that are no numbers" in rows.warnings[0]


def test_that_a_column_that_is_never_filled_is_named(tmp_path: Path) -> None:
    frame = store_frame(0, 40, ("AAA",)).with_columns(nvi=pl.lit(float("nan"), pl.Float32))
    with pytest.raises(DataError, match="no complete row; 'nvi'"):
        load_feature_store(write_store(tmp_path, [frame]))


def test_that_files_with_other_columns_are_named(tmp_path: Path) -> None:
    frames = [store_frame(0, 20, ("AAA",)).drop("vpt"), store_frame(1, 20, ("AAA",))]
    with pytest.raises(DataError, match=r"date=2023-11-15.*no column 'vpt'") as caught:
        load_feature_store(write_store(tmp_path, frames))
    assert "fewer days" in caught.value.remedy


def test_that_a_damaged_store_file_is_named(tmp_path: Path) -> None:
    root = write_store(tmp_path, [store_frame(0, 20, ("AAA",))])
    path = next(root.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match=r"part-0\.parquet cannot be read"):
        load_feature_store(root)


def test_that_an_absent_store_has_no_symbols(tmp_path: Path) -> None:
    assert old_store.available_symbols(tmp_path / "none") == {}
    assert legacy_files.available_symbols(tmp_path / "none") == {}
    with pytest.raises(DataError, match="no feature store in"):
        load_feature_store(tmp_path)
    with pytest.raises(DataError, match="no old files in"):
        load_legacy_files(tmp_path)


def test_that_legacy_files_are_read_row_for_row(tmp_path: Path) -> None:
    first, second = batch(30), batch(30, 30)
    write_batch(tmp_path, "BTCUSDT", 0, 1, *first)
    write_batch(tmp_path, "BTCUSDT", 0, 2, *second)
    write_batch(tmp_path, "ETHUSDT", 1, 1, *batch(20, 86_400))
    assert legacy_files.available_symbols(tmp_path) == {"BTCUSDT": 60, "ETHUSDT": 20}
    rows = load_legacy_files(tmp_path)
    np.testing.assert_array_equal(rows.matrix[:60], np.concatenate([first[0], second[0]]))
    assert rows.labels["future_direction_10s"][:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert (rows.labels["future_direction_30s"] == -1).all()
    assert np.bincount(rows.segment).tolist() == [60, 20]
    assert rows.features == ("feature_000", "feature_001", "feature_002", "feature_003")
    assert rows.source == "legacy"
    last_day = load_legacy_files(tmp_path, days=1)
    assert len(last_day) == 20


def test_that_a_gap_between_files_breaks_the_window(tmp_path: Path) -> None:
    write_batch(tmp_path, "BTCUSDT", 0, 1, *batch(30))
    write_batch(tmp_path, "BTCUSDT", 0, 2, *batch(30, 100))
    assert np.bincount(load_legacy_files(tmp_path).segment).tolist() == [30, 30]
    assert np.bincount(load_legacy_files(tmp_path, max_gap_s=200.0).segment).tolist() == [60]


def test_that_a_null_legacy_entry_leaves_out_its_own_row_alone(tmp_path: Path) -> None:
    features, labels = batch(30)
    labels[4]["future_direction_10s"] = None
    labels[12] = None
    write_batch(tmp_path, "BTCUSDT", 0, 1, features, labels)
    rows = load_legacy_files(tmp_path)
    np.testing.assert_array_equal(rows.matrix, np.delete(features, 12, axis=0))
    expected = np.arange(30) % 3
    expected[4] = -1
    np.testing.assert_array_equal(rows.labels["future_direction_10s"], np.delete(expected, 12))
    assert np.bincount(rows.segment).tolist() == [12, 17]


def test_that_the_encoding_is_declared_and_never_guessed(tmp_path: Path) -> None:
    write_batch(tmp_path, "BTCUSDT", 0, 1, *batch(30, values=(0, 1, 2)))
    with pytest.raises(DataError, match=r"batch_0001\.json, row 3: 2 in label.*'signed'"):
        load_legacy_files(tmp_path)
    declared = load_legacy_files(tmp_path, encoding="classes").labels["future_direction_10s"]
    assert declared[:3].tolist() == [0, 1, 2]
    (tmp_path / "labels.yaml").write_text("encoding: classes\n", "utf-8")
    np.testing.assert_array_equal(
        load_legacy_files(tmp_path).labels["future_direction_10s"], declared
    )
    (tmp_path / "labels.yaml").write_text("encoding: both\n", "utf-8")
    with pytest.raises(DataError, match="does not declare a label encoding"):
        load_legacy_files(tmp_path)


def test_that_values_that_fit_both_encodings_are_read_as_declared(tmp_path: Path) -> None:
    write_batch(tmp_path, "BTCUSDT", 0, 1, *batch(30, values=(0, 1, 0)))
    label = "future_direction_10s"
    assert set(load_legacy_files(tmp_path).labels[label].tolist()) == {1, 2}
    assert set(load_legacy_files(tmp_path, encoding="classes").labels[label].tolist()) == {0, 1}


def test_that_features_and_labels_that_do_not_match_are_named(tmp_path: Path) -> None:
    features, labels = batch(30)
    write_batch(tmp_path, "BTCUSDT", 0, 1, features, labels[:-1])
    with pytest.raises(DataError, match=r"batch_0001\.json has 29 entries, but .* has 30 rows"):
        load_legacy_files(tmp_path)
    write_batch(tmp_path, "BTCUSDT", 0, 1, features, labels)
    write_batch(tmp_path, "BTCUSDT", 0, 2, features[:, :3], labels)
    with pytest.raises(DataError, match=r"batch_0002\.npy has 3 features.*have 4"):
        load_legacy_files(tmp_path)


def test_that_damaged_legacy_files_are_named(tmp_path: Path) -> None:
    write_batch(tmp_path, "BTCUSDT", 0, 1, *batch(30))
    matrix, labels = next(tmp_path.rglob("*.npy")), next(tmp_path.rglob("labels/*.json"))
    content = matrix.read_bytes()
    matrix.write_bytes(content[:-40])
    with pytest.raises(DataError, match=r"batch_0001\.npy cannot be read"):
        load_legacy_files(tmp_path)
    np.save(matrix, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match=r"batch_0001\.npy cannot be read"):
        load_legacy_files(tmp_path)
    matrix.write_bytes(content)
    labels.write_text("[{", "utf-8")
    with pytest.raises(DataError, match=r"batch_0001\.json cannot be read"):
        load_legacy_files(tmp_path)


def test_that_both_layouts_can_be_prepared(tmp_path: Path) -> None:
    frames = [store_frame(day, 60, ("AAA", "BBB")) for day in range(10)]
    store = load_feature_store(write_store(tmp_path, frames))
    data = DataConfig(label="future_direction_10s", embargo_fraction=0.0)
    prepared = prepare_windows(store, data, BalancingConfig(), 12, 1)
    assert prepared.summary["split_by"] == "days"
    end = int(prepared.train.ends[5])
    movement = store.movements["future_direction_10s"][end]
    assert float(prepared.train.returns[5]) == movement


@pytest.mark.parametrize("layout", ["store", "legacy"])
def test_that_both_layouts_can_be_held_on_disk(
    layout: str, tmp_path: Path, workspace: Workspace
) -> None:
    def load(room: MatrixRoom) -> MarketRows:
        if layout == "store":
            return load_feature_store(tmp_path, room=room)
        return load_legacy_files(tmp_path, room=room)

    if layout == "store":
        frames = [store_frame(day, 60, ("AAA", "BBB")) for day in range(10)]
        holed = pl.when(pl.int_range(pl.len()) % 50 == 10).then(float("nan")).otherwise("vwap")
        write_store(tmp_path, [frame.with_columns(holed.alias("vwap")) for frame in frames])
    else:
        for number in range(3):
            write_batch(tmp_path, "AAA", 0, number, *batch(200, 200 * number))
    memory, disk = (MatrixRoom(DataConfig(storage=kind), workspace) for kind in ("memory", "disk"))
    rows, mapped = load(memory), disk.told(load(disk))
    assert mapped.on_disk and not rows.on_disk and mapped.storage["kind"] == "disk"
    np.testing.assert_array_equal(mapped.matrix, rows.matrix)
    assert mapped.fingerprint == rows.fingerprint
    assert list(workspace.cache.iterdir()) == [], "the file has no name and goes with its rows"
    data = DataConfig(label="future_direction_10s", embargo_fraction=0.0)
    windows = [prepare_windows(r, data, BalancingConfig(), 12, 1).train for r in (rows, mapped)]
    for one, other in zip(*windows, strict=True):
        np.testing.assert_array_equal(one["sequence"], other["sequence"])


def test_that_horizons_in_seconds_cover_the_densest_rows() -> None:
    code = np.array([0, 0, 0, 0, 1, 1], dtype=np.int32)
    time = np.array([0.0, 1.0, 1.5, 9.0, 0.0, 30.0])
    assert rows_within(code, time, 2.0) == 2
    assert rows_within(code, time, 0.1) == 1


def test_that_the_known_columns_are_complete() -> None:
    assert len(BASE_FEATURES) == 112
    assert len(ALL_FEATURES) == len(set(ALL_FEATURES)) == 187
