"""``data``: real files in, described, checked."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.configs import DataConfig
from console.core.datasets import get_dataset
from console.core.gate import gate_key, read_result
from console.core.paths import Workspace
from console.core.presets import get_preset
from console.core.profile import read_profile
from tests.cli.conftest import Command

MAPPING = """\
symbol: symbol
timestamp: {column: time, unit: s}
labels:
  - {column: direction, horizon_rows: 5, encoding: {-1: SELL, 0: HOLD, 1: BUY}}
mid_price: {column: mid, kind: price}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A Parquet file of two symbols and its mapping."""
    generator = np.random.default_rng(3)
    count = 1500
    frame = pl.DataFrame(
        {
            "symbol": ["AAA"] * count + ["BBB"] * count,
            "time": [1_700_000_000 + i for i in range(count)] * 2,
            "mid": 100 + generator.standard_normal(2 * count).cumsum() * 0.01,
            "size": generator.random(2 * count),
            "direction": generator.integers(-1, 2, 2 * count),
        }
    )
    frame.write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path / "rows.parquet", tmp_path / "mapping.yaml"


def test_that_files_become_a_dataset_that_can_be_described_and_checked(
    cli: Command, files: tuple[Path, Path]
) -> None:
    rows, mapping = files
    imported = cli("data", "import", rows, "--mapping", mapping, "--name", "mine", "--json")
    assert imported.code == 0, imported.out
    assert imported.lines[-2]["progress"]["fraction"] == 1.0
    assert (imported.result["name"], imported.result["num_rows"]) == ("mine", 3000)

    described = cli("data", "describe", "mine")
    assert "AAA, BBB" in described.out and "direction" in described.out
    checked = cli("data", "check", "mine", "--set", "embargo_fraction=0", "--json")
    assert checked.code == 0
    assert {finding["severity"] for finding in checked.result["findings"]} <= {"info", "warning"}
    listed = cli("data", "list", "--json").result["datasets"]
    assert [dataset["name"] for dataset in listed] == ["mine"]


def test_that_a_missing_column_is_named_with_the_closest(
    cli: Command, files: tuple[Path, Path]
) -> None:
    rows, mapping = files
    mapping.write_text(MAPPING.replace("column: direction", "column: directoin"))
    answer = cli("data", "import", rows, "--mapping", mapping, "--name", "mine", "--json")
    assert answer.code == 1
    assert "Did you mean 'direction'?" in answer.result["error"]["message"]
    assert cli("data", "list", "--json").result["datasets"] == []


def test_that_a_changed_dataset_fails_its_check(
    cli: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows, mapping = files
    cli("data", "import", rows, "--mapping", mapping, "--name", "mine")
    [part, *_] = sorted((tmp_path / "workspace" / "datasets" / "mine").rglob("*.parquet"))
    pl.read_parquet(part).head(700).write_parquet(part)
    answer = cli("data", "check", "mine", "--json")
    assert answer.code == 1
    assert answer.result["findings"][0]["severity"] == "red"


def test_that_a_planted_leak_fails_the_check_and_is_kept_for_the_window(
    cli: Command, files: tuple[Path, Path], workspace: Workspace
) -> None:
    rows, mapping = files
    frame = pl.read_parquet(rows)
    ahead = pl.col("mid").shift(-7).over("symbol").forward_fill()
    frame.with_columns(ahead.alias("mid_smoothed")).write_parquet(rows)
    cli("data", "import", rows, "--mapping", mapping, "--name", "mine")
    choice = ("--set", "embargo_fraction=0", "--set", "balancing.lower_percentile=30")
    answer = cli("data", "check", "mine", *choice, "--sequence-length", 40, "--json")
    assert answer.code == 1
    red = [entry for entry in answer.result["findings"] if entry["severity"] == "red"]
    assert [entry["message"] for entry in red] == ["Feature 'mid_smoothed' knows the future."]
    assert "exclude 'mid_smoothed' in the mapping" in red[0]["remedy"]

    balancing = get_preset("balancing", "production").config()
    balancing = dataclasses.replace(balancing, lower_percentile=30.0)
    data = DataConfig(embargo_fraction=0.0)
    key = gate_key(get_dataset(workspace, "mine"), data, balancing, 40)
    kept = read_result(workspace, "mine", key)
    assert kept is not None and [f.code for f in kept.blocking] == ["future_feature"]


def test_that_a_check_tells_its_progress_and_a_mend_its_command(
    cli: Command, files: tuple[Path, Path]
) -> None:
    rows, mapping = files
    frame = pl.read_parquet(rows)
    frame.with_columns(leak=pl.col("mid").shift(-7).forward_fill()).write_parquet(rows)
    cli("data", "import", rows, "--mapping", mapping, "--name", "mine")
    answer = cli("data", "check", "mine", "--json")
    steps = [line["progress"] for line in answer.lines[:-1]]
    assert {step["kind"] for step in steps} == {"check"} and len(steps) > 5
    shares = [step["fraction"] for step in steps]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert all(step["message"] for step in steps)
    told = cli("data", "check", "mine").out
    line = "training-console data mend mine --drop-features leak"
    assert f"Leave out 'leak': {line}" in told
    mended = cli(*line.split()[1:], "--json")
    assert mended.code == 0 and mended.result["features"] == ["mid", "size"]
    assert {line["progress"]["kind"] for line in mended.lines[:-1]} == {"mend"}
    assert cli("data", "check", "mine", "--json").code == 0
    assert cli("data", "mend", "mine").code == 2
    assert cli("data", "mend", "mine", "--import-again", "--drop-crossed").code == 2


def test_that_a_profile_is_printed_and_kept_for_the_window(
    cli: Command, files: tuple[Path, Path], workspace: Workspace
) -> None:
    rows, mapping = files
    cli("data", "import", rows, "--mapping", mapping, "--name", "mine")
    choice = ("--set", "embargo_fraction=0", "--balancing", "production", "--sequence-length", 40)
    answer = cli("data", "profile", "mine", *choice, "--json")
    assert answer.code == 0, answer.out
    assert answer.lines[0]["progress"]["kind"] == "profile"
    assert [column["name"] for column in answer.result["columns"]] == ["mid", "size"]
    key = gate_key(
        get_dataset(workspace, "mine"), DataConfig(embargo_fraction=0.0),
        get_preset("balancing", "production").config(), 40,
    )  # fmt: skip
    kept = read_profile(workspace, "mine", key)
    assert kept is not None and kept.sequence_length == 40
    assert [part["class_counts"] for part in answer.result["parts"]] == [
        list(part.class_counts) for part in kept.parts
    ]
    shown = cli("data", "profile", "mine", *choice)
    assert "PSI" in shown.out and "validation" in shown.out
    shown = cli("data", "profile", "mine", "--sequence-length", 2000)
    assert shown.code == 0 and "No windows" in shown.out
    assert cli("data", "profile", "nothing").code == 1


def test_that_the_sample_says_that_it_is_simulated(cli: Command) -> None:
    assert "simulated" in cli("data", "sample").out
    assert cli("data", "describe", "sample", "--json").result["simulated"] is True


def test_that_an_unknown_dataset_is_answered_with_a_remedy(cli: Command) -> None:
    answer = cli("data", "describe", "nothing", "--json")
    assert answer.code == 1
    assert "data import" in answer.result["error"]["remedy"]


def test_that_raw_formats_are_imported_without_a_mapping(cli: Command, tmp_path: Path) -> None:
    lines = ["time,open,high,low,close,volume"]
    lines += [f"{1_700_000_000 + 60 * i},{i + 1},{i + 3},{i + 1},{i + 2},{i}" for i in range(30)]
    (tmp_path / "AAA_1m.csv").write_text("\n".join(lines))
    words = ("data", "import", tmp_path / "AAA_1m.csv", "--name", "mine", "--json")
    answer = cli(*words, "--format", "candles")
    assert answer.code == 0, answer.out
    assert (answer.result["num_rows"], answer.result["symbols"]) == (30, ["AAA"])
    assert cli(*words, "--format", "candels").code == 1
    untold = cli(*words)  # a table needs a mapping
    assert untold.code == 1 and "data preview" in untold.result["error"]["remedy"]
    assert cli(*words, "--format", "candles", "--mapping", "mapping.yaml").code == 2


def test_that_the_command_line_knows_every_importer() -> None:
    from console.cli.data import RAW_FORMATS
    from console.engine.feature_store.importers.registry import IMPORTERS

    assert tuple(IMPORTERS) == RAW_FORMATS


def test_that_a_preview_suggests_a_mapping_that_imports(
    cli: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows, _mapping = files
    shown = cli("data", "preview", rows, "--rows", 3, "--save", tmp_path / "mine.yaml")
    assert shown.code == 0, shown.err
    assert "As they would be stored" in shown.out
    assert "Decide   labels" in shown.out
    found = cli("data", "preview", rows, "--rows", 3, "--json").result
    assert (found["format"], found["num_rows"], len(found["rows"])) == ("table", 3000, 3)
    assert found["mapping"]["symbol"] == "symbol"
    assert found["labels"][0]["values"] == [-1, 0, 1]

    text = (tmp_path / "mine.yaml").read_text("utf-8")
    assert text.startswith("# Guessed")
    words = ("data", "import", rows, "--name", "mine", "--json")
    made = cli(*words, "--mapping", tmp_path / "mine.yaml")
    assert made.code == 0, made.out
    assert made.result["mapping_remembered"] is False
    again = cli("data", "import", rows, "--name", "again")
    assert "Used the mapping remembered for these columns" in again.out


def test_that_a_preview_takes_formats_options_and_mappings(
    cli: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    lines = ["time,open,high,low,close,volume"]
    lines += [f"{1_700_000_000 + 60 * i},{i + 1},{i + 3},{i + 1},{i + 2},{i}" for i in range(30)]
    (tmp_path / "AAA_1m.csv").write_text("\n".join(lines))
    words = ("data", "preview", tmp_path / "AAA_1m.csv", "--json")
    found = cli(*words, "--set", "symbol=BTC").result
    assert (found["format"], found["stored_rows"][0][1]) == ("candles", "BTC")
    assert cli(*words, "--format", "table").result["format"] == "table"
    assert cli(*words, "--format", "candels").code == 1
    [problem] = cli(*words, "--set", "symbl=BTC").result["problems"]
    assert problem["field"] == "symbl"
    rows, mapping = files
    tried = cli("data", "preview", rows, "--mapping", mapping, "--json").result
    assert (tried["mapping_source"], tried["problems"]) == ("given", [])
    missing = cli("data", "preview", tmp_path / "nothing.csv", "--json")
    assert missing.code == 1 and missing.result["error"]["remedy"]
