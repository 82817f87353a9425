"""Bad input: each kind gives one error that names the file, the place and the remedy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from console.core.errors import DataError, WorkspaceError
from console.core.paths import Workspace
from console.engine.data import importer
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping, mapping_from
from console.engine.data.rows import load_dataset, part_file
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

Write = Callable[..., Path]
ROW = pl.int_range(pl.len())


def changed(column: str, value: object, row: int = 12) -> pl.DataFrame:
    """Thirty good rows with one value replaced."""
    frame = make_frame(("AAA",), 30)
    values = frame[column].to_list()
    values[row] = value
    return frame.with_columns(pl.Series(column, values))


@pytest.mark.parametrize(
    ("frame", "change", "message", "remedy"),
    [
        (changed("bid_size", float("nan")), {}, r"row 13 \(symbol AAA, time 1000012\): column "
         r"'bid_size' is nan", "missing: drop"),
        (changed("ask_size", float("inf")), {}, r"row 13 .*'ask_size' is inf", "missing: drop"),
        (changed("bid_size", None), {}, r"row 13 .*'bid_size' is missing", "missing: drop"),
        (changed("time", 1_000_010), {}, r"row 13 .*earlier than the row", "sort: true"),
        (changed("time", 1_000_011), {}, r"row 13 .*already has a row at this time \(1 such",
         "duplicates: last"),
        (changed("time", None), {}, r"row 13 .*time is missing", "timestamp"),
        (changed("label", 3), {}, r"row 13 .*3 in label 'label' is outside its encoding \(0 = SELL",
         "encoding"),
        (changed("symbol", None), {}, r"row 13 .*symbol is missing", "Fill in"),
        (make_frame(("AAA",), 30).with_columns(ask_size=1.5), {}, r"'ask_size' is 1.5 in all 30",
         r"exclude: \[ask_size\]"),
        (make_frame(("AAA",), 30).with_columns(note=pl.lit("x")), {"features": ["note"]},
         "'note' holds string, not numbers", "Exclude it"),
        (make_frame(("AAA",), 30), {"symbol": "symbl"},
         r"no column 'symbl' \(symbol in the mapping\).*Did you mean 'symbol'",
         "Correct the column"),
        (make_frame(("AAA",), 30), {"features": ["bidsize"]}, "Did you mean 'bid_size'",
         "Correct the column"),
        (make_frame(("AAA",), 30), {"max_gap_s": 0.5}, "no two rows follow each other",
         "Raise max_gap_s"),
        (make_frame(("AAA",), 0), {}, "has no rows", "Bring a file"),
        (make_frame(("AAA",), 30), {"features": {"exclude": ["bid_size", "ask_size", "mid"]}},
         "no numeric column left", "Name the features"),
    ],
)  # fmt: skip
def test_that_bad_rows_name_the_place_and_the_remedy(
    workspace: Workspace,
    write: Write,
    frame: pl.DataFrame,
    change: dict[str, Any],
    message: str,
    remedy: str,
) -> None:
    path = write(frame, "market rows.parquet")
    with pytest.raises(DataError, match=message) as caught:
        import_dataset([path], mapping_from({**PLAIN_MAPPING, **change}), "bad", workspace)
    assert str(path) in caught.value.message
    assert remedy.replace("\\", "") in caught.value.remedy
    assert not (workspace.datasets / "bad").exists()


def test_that_text_in_a_number_column_of_a_csv_is_found(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    path = write(make_frame(("AAA",), 30), "rows.csv")
    lines = path.read_text("utf-8").splitlines()
    fields = lines[13].split(",")
    fields[2] = "n/a"
    path.write_text("\n".join([*lines[:13], ",".join(fields), *lines[14:]]), "utf-8")
    named = mapping_from({**PLAIN_MAPPING, "features": ["bid_size", "ask_size"]})
    with pytest.raises(DataError, match=r"rows\.csv, row 13: 'n/a' in column 'bid_size' is not"):
        import_dataset([path], named, "csv", workspace)


def test_that_a_missing_file_is_named(
    workspace: Workspace, mapping: ImportMapping, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"nowhere\.parquet: there is no such file"):
        import_dataset([tmp_path / "nowhere.parquet"], mapping, "none", workspace)


@pytest.mark.parametrize("kept_bytes", [0, 3, 400, -10])
def test_that_a_cut_off_parquet_file_is_named(
    workspace: Workspace, mapping: ImportMapping, write: Write, kept_bytes: int
) -> None:
    path = write(make_frame(("AAA",), 500))
    content = path.read_bytes()
    path.write_bytes(content[:kept_bytes])
    with pytest.raises(DataError, match=r"rows\.parquet (cannot be read|is empty)") as caught:
        import_dataset([path], mapping, "cut", workspace)
    assert "\n" not in caught.value.text


def test_that_damage_inside_one_of_several_files_names_that_file(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    frame = make_frame(("AAA",), 2000)
    good = write(frame[:1000], "a.parquet")
    bad = write(frame[1000:], "b.parquet")
    content = bytearray(bad.read_bytes())
    content[100:4000] = bytes(3900)
    bad.write_bytes(content)
    with pytest.raises(DataError, match=r"b\.parquet cannot be read") as caught:
        import_dataset([good, bad], mapping, "damage", workspace)
    assert "a.parquet" not in caught.value.message


def test_that_a_file_of_another_kind_is_refused(
    workspace: Workspace, mapping: ImportMapping, tmp_path: Path
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello", "utf-8")
    with pytest.raises(DataError, match=r"notes\.txt is neither"):
        import_dataset([path], mapping, "kind", workspace)


def test_that_a_file_without_a_feature_of_the_others_is_named(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    frame = make_frame(("AAA",), 40)
    first, second = write(frame[:20], "a.parquet"), write(frame[20:].drop("ask_size"), "b.parquet")
    with pytest.raises(DataError, match=r"b\.parquet has no column 'ask_size'"):
        import_dataset([first, second], mapping, "layout", workspace)


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "x" * 65, "a b"])
def test_that_an_unusable_name_is_refused(
    workspace: Workspace, mapping: ImportMapping, name: str
) -> None:
    with pytest.raises(DataError, match="cannot name a dataset"):
        import_dataset([], mapping, name, workspace)


def test_that_the_name_of_the_sample_is_kept_for_it(
    workspace: Workspace, mapping: ImportMapping
) -> None:
    with pytest.raises(DataError, match="kept for the simulated order book"):
        import_dataset([], mapping, "sample", workspace)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_that_a_full_disk_is_said_and_nothing_is_left(
    workspace: Workspace, mapping: ImportMapping, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(make_frame(("AAA",), 5000))

    def onto_full_disk(folder: Path, symbol: str) -> Path:
        place = part_file(folder, symbol)
        place.parent.mkdir(parents=True)
        place.symlink_to("/dev/full")
        return place

    monkeypatch.setattr(importer, "part_file", onto_full_disk)
    with pytest.raises(WorkspaceError, match="disk is full"):
        import_dataset([path], mapping, "full", workspace)
    assert not (workspace.datasets / "full").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_that_a_read_only_folder_is_said(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    path = write(make_frame(("AAA",), 50))
    workspace.datasets.chmod(0o555)
    try:
        with pytest.raises(WorkspaceError, match="read-only"):
            import_dataset([path], mapping, "locked", workspace)
    finally:
        workspace.datasets.chmod(0o755)


def test_that_a_workspace_that_is_a_file_is_said(
    mapping: ImportMapping, write: Write, tmp_path: Path
) -> None:
    path = write(make_frame(("AAA",), 50))
    (tmp_path / "taken").write_text("", "utf-8")
    with pytest.raises(WorkspaceError, match="cannot be created"):
        import_dataset([path], mapping, "locked", Workspace(tmp_path / "taken"))


def test_that_a_damaged_stored_file_is_said_when_loading(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    info = import_dataset([write(make_frame(("AAA",), 50))], mapping, "worn", workspace)
    part = part_file(workspace.datasets / "worn", "AAA")
    part.write_bytes(part.read_bytes()[:200])
    with pytest.raises(DataError, match=r"part-0\.parquet cannot be read"):
        load_dataset(info, workspace)
    part.unlink()
    with pytest.raises(DataError, match=r"part-0\.parquet cannot be read"):
        load_dataset(info, workspace)


def test_that_an_unknown_symbol_is_answered_with_the_closest(
    workspace: Workspace, mapping: ImportMapping, write: Write
) -> None:
    info = import_dataset([write(make_frame(("BTCUSDT",), 50))], mapping, "one", workspace)
    with pytest.raises(DataError, match="Did you mean 'BTCUSDT'"):
        load_dataset(info, workspace, ("BTCUSD",))
