"""A dataset's rows on disk: the rows that memory would hold, made once, in bounded space."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from console.core.configs import DataConfig
from console.core.datasets import DatasetInfo
from console.core.errors import DataError, WorkspaceError
from console.core.paths import Workspace
from console.engine.data.checks import check_dataset
from console.engine.data.disk_rows import count_rows, map_dataset
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.rows import MarketRows, load_dataset
from console.engine.data.storage import choose_storage, load_stored
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

DAY = 86_400


@pytest.fixture
def dataset(workspace: Workspace, write: Callable[..., Path]) -> DatasetInfo:
    """Three symbols of 600 rows in 12 days; some labels are unknown."""
    frame = make_frame(("AAA", "BBB", "C/D"), 600).with_columns(
        time=(pl.col("time") - 1_000_000) // 50 * DAY + pl.col("time") % 50,
        label=pl.when(pl.col("time") % 7 > 0).then("label"),
    )
    mapping = mapping_from({**PLAIN_MAPPING, "sort": True})
    return import_dataset([write(frame)], mapping, "made", workspace)


def assert_same_rows(ours: MarketRows, theirs: MarketRows) -> None:
    for field in dataclasses.fields(MarketRows):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if isinstance(other, np.ndarray):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        elif field.name == "labels":
            assert one.keys() == other.keys()
            for name, classes in other.items():
                np.testing.assert_array_equal(one[name], classes)
        elif field.name != "storage":
            assert one == other


@pytest.mark.parametrize("symbols", [(), ("C/D", "AAA")])
@pytest.mark.parametrize("days", [0, 5, 99])
def test_that_mapped_rows_are_the_rows_in_memory(
    dataset: DatasetInfo, workspace: Workspace, symbols: tuple[str, ...], days: int
) -> None:
    mapped = map_dataset(dataset, workspace, symbols, days)
    rows = load_dataset(dataset, workspace, symbols, days)
    assert mapped.on_disk and not rows.on_disk
    assert_same_rows(mapped, rows)
    assert count_rows(dataset, workspace, symbols, days) == len(rows)
    with pytest.raises(ValueError, match="read-only"):
        mapped.matrix[0, 0] = 1.0
    mapped.release()
    assert_same_rows(mapped, rows)


def test_that_rows_are_written_once_and_made_anew_for_another_choice(
    dataset: DatasetInfo, workspace: Workspace
) -> None:
    map_dataset(dataset, workspace)
    (folder,) = workspace.cache.iterdir()
    made = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    map_dataset(dataset, workspace)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == made
    map_dataset(dataset, workspace, days=3)
    other = dataclasses.replace(dataset, fingerprint="another import")
    map_dataset(other, workspace)
    assert len(list(workspace.cache.iterdir())) == 2


def test_that_the_longest_unused_rows_go_first_and_open_ones_stay_readable(
    dataset: DatasetInfo, workspace: Workspace
) -> None:
    first = map_dataset(dataset, workspace)
    (used,) = workspace.cache.iterdir()
    map_dataset(dataset, workspace, days=3)
    (unused,) = set(workspace.cache.iterdir()) - {used}
    for folder, age in ((used, 100), (unused, 50)):
        os.utime(folder, (age, age))
    map_dataset(dataset, workspace)  # used again
    left_over = workspace.cache / ".unfinished-abc"
    left_over.mkdir()
    os.utime(left_over, (1, 1))
    map_dataset(dataset, workspace, days=2)
    assert used.is_dir() and not unused.is_dir() and not left_over.is_dir()
    shutil.rmtree(used)
    assert_same_rows(first, load_dataset(dataset, workspace))


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_that_too_little_space_is_said_before_anything_is_written(
    dataset: DatasetInfo, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 9 * 10**8, 10**8))
    with pytest.raises(WorkspaceError, match=r"The rows need 0\.5 GB .* 0\.1 GB are free"):
        map_dataset(dataset, workspace)
    assert list(workspace.cache.iterdir()) == []


def test_that_a_failed_attempt_leaves_nothing(dataset: DatasetInfo, workspace: Workspace) -> None:
    stored = next((workspace.datasets / "made" / "rows").glob("symbol=BBB/*.parquet"))
    stored.write_bytes(stored.read_bytes()[:200])
    with pytest.raises(DataError, match=r"part-0\.parquet cannot be read"):
        map_dataset(dataset, workspace)
    assert list(workspace.cache.iterdir()) == []


def test_that_a_cut_off_file_is_refused(dataset: DatasetInfo, workspace: Workspace) -> None:
    map_dataset(dataset, workspace)
    matrix = next(workspace.cache.glob("*/matrix.npy"))
    os.truncate(matrix, matrix.stat().st_size - 8)
    with pytest.raises(DataError, match=r"matrix\.npy cannot be read"):
        map_dataset(dataset, workspace)


@pytest.mark.parametrize(
    ("asked", "needed", "kind"),
    [("auto", 5.1, "disk"), ("auto", 4.9, "memory"), ("memory", 50, "memory"), ("disk", 0, "disk")],
)
def test_that_rows_go_to_disk_when_they_would_fill_half_of_the_free_memory(
    asked: str, needed: float, kind: str
) -> None:
    chosen = choose_storage(DataConfig(storage=asked), int(needed * 1e9), 10**10)
    assert chosen["kind"] == kind
    assert ("10.0 GB of free memory" in chosen["reason"]) == (asked == "auto")


def test_that_the_rows_say_where_they_are_held_and_why(
    dataset: DatasetInfo, workspace: Workspace
) -> None:
    rows = load_stored(dataset, workspace, (), DataConfig())
    assert not rows.on_disk
    assert rows.storage["kind"] == "memory" and "at most half" in rows.storage["reason"]
    rows = load_stored(dataset, workspace, (), DataConfig(storage="disk"))
    assert rows.on_disk
    assert rows.storage["matrix_bytes"] == rows.matrix.nbytes


def test_that_the_gate_finds_the_same_in_rows_on_disk(
    dataset: DatasetInfo, workspace: Workspace
) -> None:
    data = DataConfig(label="label")
    found = check_dataset(workspace, "made", data, sequence_length=8)
    mapped = dataclasses.replace(data, storage="disk")
    assert check_dataset(workspace, "made", mapped, sequence_length=8) == found
    assert len(found) > 3
