"""Whatever is wrong with a file: an import gives rows that add up, or one clear error."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from console.cli.app import run_command_line
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


@settings(FAST, max_examples=25)
@given(damage=damages())
def test_that_the_command_line_answers_damage(damage: Damage) -> None:
    require_command_answers(damage)


@pytest.mark.slow
@settings(FULL, max_examples=150)
@given(damage=damages())
def test_that_the_command_line_answers_much_damage(damage: Damage) -> None:
    require_command_answers(damage)


def require_command_answers(damage: Damage) -> None:
    """A result with code 0, or a JSON error with code 1 or 2, and nothing else."""
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        paths = damage.write(Path())  # names as they are typed, a leading dash and all
        Path("mapping.yaml").write_text(yaml.safe_dump(MAPPINGS[1].to_plain()), "utf-8")
        rules = ["--mapping", "mapping.yaml"] if damage.format_name == TABLE else []
        words = ["data", "import", *map(str, paths), "--format", damage.format_name, "--name"]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run_command_line(
                ["--workspace", f"{place}/workspace", *words, "fuzz", *rules, "--json"]
            )
        lines = [json.loads(line) for line in printed.getvalue().splitlines()]
    assert code in (0, 1, 2)
    error = lines[-1].get("error")
    assert (error is None) == (code == 0), lines[-1]
    if error is not None:
        known = {"DataError": 1, "WorkspaceError": 1, "ConfigError": 2, "UsageError": 2}
        assert known[error["type"]] == code, error
        assert error["message"] and error["remedy"], error


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
    num_in_file = counted_rows(damage.format_name, paths)
    if num_in_file is None:
        return
    answers["added up"] += 1
    counts = [re.search(r"(?:^|: )([\d,]+) (?!prices)", warning) for warning in info.warnings]
    left_out = sum(int(found.group(1).replace(",", "")) for found in counts if found)
    assert info.num_rows + left_out == num_in_file, info.warnings


def counted_rows(format_name: str, paths: list[Path]) -> int | None:
    """Rows of a file that has one for each moment; None where there is no counting them."""
    if format_name == "fi2010":
        lines = paths[0].read_text("utf-8-sig", errors="replace").splitlines()
        return len(next(line for line in lines if line.strip()).split())
    if format_name not in (TABLE, "candles", "l2"):
        return None
    if paths[0].suffix == ".parquet":
        return pl.read_parquet(paths[0], glob=False, hive_partitioning=False).height
    return pl.read_csv(paths[0], infer_schema=False, glob=False).height
