"""Whatever is wrong with a file: an import gives rows that add up, or one clear error."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from console.core.datasets import DatasetInfo
from console.core.errors import DataError, WorkspaceError
from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.rows import load_dataset
from console.engine.feature_store.importers.run import import_raw
from tests.engine.data.market_files import PLAIN_MAPPING
from tests.fuzz.damaged_files import TABLE, Damage, damages

MAPPINGS = [
    mapping_from({**PLAIN_MAPPING, **more})
    for more in (
        {},
        {"missing": "drop", "duplicates": "last", "sort": True},
        {"missing": "previous", "labels": []},
    )
]
COUNTED = ("candles", "l2", "fi2010", TABLE)  # a stored row for each row of the file
FAST = settings(
    max_examples=90, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None
)
FULL = settings(
    max_examples=600, suppress_health_check=list(HealthCheck), deadline=None, print_blob=True
)
answers: Counter[str] = Counter()


@FAST
@given(damage=damages())
def test_that_damage_is_answered(damage: Damage) -> None:
    answer(damage)


@pytest.mark.slow
@FULL
@given(damage=damages())
def test_that_much_damage_is_answered(damage: Damage) -> None:
    answer(damage)


def answer(damage: Damage) -> None:
    """Import the damaged files in every way there is."""
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace(Path(place) / "workspace")
        folder = Path(place) / "files"
        folder.mkdir()
        paths = damage.write(folder)
        for mapping in MAPPINGS if damage.format_name == TABLE else [None]:
            try:
                if mapping is not None:
                    info = import_dataset(paths, mapping, "fuzz", workspace)
                else:
                    info = import_raw(damage.format_name, paths, "fuzz", workspace)
            except (DataError, WorkspaceError) as error:
                require_clear(error, damage, folder)
                answers[f"{damage.format_name} {damage.text}: refused"] += 1
                continue
            require_sound(info, workspace, damage, paths)
            answers[f"{damage.format_name} {damage.text}: imported"] += 1


def require_clear(error: DataError | WorkspaceError, damage: Damage, folder: Path) -> None:
    """The error names a file and says what to do about it."""
    assert error.remedy, error
    assert str(folder) in error.message, error
    assert len(error.message) < 2_500, error
    assert "\n" not in error.message or any("\n" in name for name in damage.files), error
    assert not re.search(r"Traceback|panicked|<class|object at 0x", error.text), error


def require_sound(
    info: DatasetInfo, workspace: Workspace, damage: Damage, paths: list[Path]
) -> None:
    """Rows that load, and as many as the file has but for those that are said to be left out."""
    rows = load_dataset(info, workspace)
    assert len(rows) == info.num_rows > 0
    if damage.format_name not in COUNTED or damage.format_name == "fi2010":
        return
    try:
        frame = (
            pl.read_parquet(paths[0], glob=False, hive_partitioning=False)
            if paths[0].suffix == ".parquet"
            else pl.read_csv(paths[0], infer_schema=False, glob=False)
        )
    except pl.exceptions.PolarsError:
        return
    left_out = sum(
        int(found.group(1).replace(",", ""))
        for warning in info.warnings
        for found in [re.search(r"(?:^|: )([\d,]+) (?!prices)", warning)]
        if found
    )
    assert info.num_rows + left_out == frame.height, (info.warnings, frame)
