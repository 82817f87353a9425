"""Previews read the head of files, and find what an import would find there."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

from console.core.errors import ConfigError, DataError
from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.remembered import mapping_yaml, remember, remembered_path
from console.engine.data.rows import load_dataset
from console.engine.feature_store.importers.base import ImportOptions
from console.engine.import_preview import raw_options
from console.engine.import_preview.preview import preview_files
from console.engine.import_preview.table_import import import_table

ENCODING = {0: "SELL", 1: "HOLD", 2: "BUY"}
GIVEN: dict[str, Any] = {
    "symbol": "symbol",
    "timestamp": {"column": "time"},
    "labels": [{"column": "label_2", "horizon_rows": 2, "encoding": ENCODING}],
    "mid_price": {"column": "mid"},
}


def write_table(path: Path, num_rows: int = 300, **changes: object) -> Path:
    row = pl.int_range(num_rows)
    frame = pl.select(
        symbol=pl.lit("A").repeat_by(num_rows).explode(),
        time=1_700_000_000 + row,
        bid=row % 7 / 8,
        mid=100 + row % 3,
        label_2=row % 3,
    ).with_columns(**changes)
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_that_stored_rows_are_those_of_the_import(
    tmp_path: Path, workspace: Workspace, ending: str
) -> None:
    path = write_table(tmp_path / f"rows.{ending}")
    found = preview_files([path], workspace, mapping=GIVEN, rows=5)
    assert (found.format, found.num_rows, found.problems) == ("table", 300, [])
    assert found.rows[1] == ["A", "1700000001", "0.125", "101", "1"]
    assert found.stored_columns == [
        "(time)", "(symbol)", "(stretch)", "(mid-price)", "label_2", "bid", "mid",
    ]  # fmt: skip
    assert found.stored_rows[1][0] == "2023-11-14 22:13:21.000"
    info = import_dataset([path], mapping_from(GIVEN), "mine", workspace)
    stored = load_dataset(info, workspace)
    bid = found.stored_columns.index("bid")
    assert [float(row[bid] or 0) for row in found.stored_rows] == stored.matrix[:5, 0].tolist()


def test_that_the_time_may_be_a_feature_too(tmp_path: Path, workspace: Workspace) -> None:
    path = write_table(tmp_path / "rows.csv")
    given = {**GIVEN, "features": {"include": ["time"]}}
    assert preview_files([path], workspace, mapping=given).stored_columns[-1] == "time"


def test_that_prices_after_each_label_value_are_told(tmp_path: Path, workspace: Workspace) -> None:
    path = write_table(tmp_path / "rows.csv")
    [label] = preview_files([path], workspace, mapping=GIVEN).labels
    assert label["values"] == [0, 1, 2]
    assert label["moves"]["0"] == pytest.approx(102 / 100 - 1)
    assert label["moves"]["2"] == pytest.approx(101 / 102 - 1)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"symbol": "sybmol"}, "symbol", "Did you mean 'symbol'"),
        ({"timestamp": {"column": "time", "unit": "x"}}, "timestamp.unit", "not accepted"),
        ({"timestamp": {"column": "symbol"}}, "timestamp", "cannot be read"),
        ({"features": {"include": ["symbol"]}}, "features", "not a number"),
        ({"labels": [{**GIVEN["labels"][0], "encoding": {5: "SELL", 1: "HOLD", 2: "BUY"}}]},
         "labels", "outside its encoding"),
        ({"unknown": 1}, "unknown", "no such key"),
    ],
)  # fmt: skip
def test_that_problems_stand_beside_their_key(
    tmp_path: Path, workspace: Workspace, change: dict[str, Any], field: str, words: str
) -> None:
    path = write_table(tmp_path / "rows.csv")
    found = preview_files([path], workspace, mapping={**GIVEN, **change})
    assert found.to_plain()["status"] == "error"
    assert found.rows, "the file is shown all the same"
    [problem] = found.problems
    assert problem["field"].startswith(field)
    assert words in problem["message"]
    assert "training-console-" not in problem["message"], "no name of a temporary copy"


@pytest.mark.parametrize(("unit", "year"), [("ms", "1970"), ("s", ""), ("us", "1970")])
def test_that_an_unlikely_time_is_asked_about(
    tmp_path: Path, workspace: Workspace, unit: str, year: str
) -> None:
    path = write_table(tmp_path / "rows.csv")
    given = {**GIVEN, "timestamp": {"column": "time", "unit": unit}}
    found = preview_files([path], workspace, mapping=given)
    told = [entry["message"] for entry in found.decide if entry["field"] == "timestamp"]
    assert bool(told) == bool(year)
    assert all(f"The first row is of {year}-" in words for words in told)


def test_that_columns_of_any_kind_are_shown(tmp_path: Path, workspace: Workspace) -> None:
    path = write_table(
        tmp_path / "rows.parquet", 4,
        pair=pl.concat_list("bid", "mid"), span=pl.duration(hours=pl.col("bid")),
        raw=pl.lit(b"\xff\xfe"), point=pl.struct("bid", "mid"),
        direction=pl.Series(["up", "down", "flat", "up"], dtype=pl.Categorical),
    )  # fmt: skip
    found = preview_files([path], workspace)
    assert found.problems == []
    assert [len(row) for row in found.rows] == [10] * 4
    assert [label["column"] for label in found.labels] == ["label_2", "direction"]


def test_that_a_file_longer_than_its_head_is_hardly_read(
    tmp_path: Path, workspace: Workspace
) -> None:
    bad = pl.when(pl.col("time") == 1_700_250_000).then(None).otherwise(pl.col("bid"))
    path = write_table(tmp_path / "rows.parquet", 300_000, bid=bad)
    assert preview_files([path], workspace, mapping=GIVEN).problems == []
    with pytest.raises(DataError, match="row 250001"):
        import_dataset([path], mapping_from(GIVEN), "mine", workspace)


def test_that_a_mapping_is_remembered_by_its_columns(tmp_path: Path, workspace: Workspace) -> None:
    first = write_table(tmp_path / "one.csv")
    assert preview_files([first], workspace).mapping_source == "guessed"
    with pytest.raises(DataError, match="none is remembered") as told:
        import_table([first], None, "one", workspace)
    assert "data preview" in told.value.remedy

    made = import_table([first], mapping_from(GIVEN), "one", workspace)
    assert made.mapping_file is not None and made.mapping_file.parent == workspace.mappings
    second = write_table(tmp_path / "two.parquet")
    pl.read_parquet(second).select("mid", "time", "label_2", "bid", "symbol").write_parquet(second)
    found = preview_files([second], workspace)
    assert (found.mapping_source, found.mapping) == ("remembered", mapping_from(GIVEN).to_plain())
    assert found.decide == []
    again = import_table([second], None, "two", workspace)
    assert again.was_remembered and again.info.num_rows == 300

    third = write_table(tmp_path / "three.csv", extra=pl.lit(1.0))
    assert preview_files([third], workspace).mapping_source == "guessed"


def test_that_a_failed_import_is_not_remembered(tmp_path: Path, workspace: Workspace) -> None:
    path = write_table(tmp_path / "rows.csv", bid=pl.lit(1.0))
    with pytest.raises(DataError, match="in all 300 rows"):
        import_table([path], mapping_from(GIVEN), "mine", workspace)
    assert not workspace.mappings.exists()


def test_that_the_symbol_of_another_file_is_never_taken_over(
    tmp_path: Path, workspace: Workspace
) -> None:
    given = {**GIVEN, "symbol": {"value": "BTCUSD"}, "features": {"exclude": ["symbol"]}}
    import_table([write_table(tmp_path / "BTCUSD.csv")], mapping_from(given), "one", workspace)
    other = write_table(tmp_path / "ETHUSD.csv")
    found = preview_files([other], workspace)
    assert found.mapping["symbol"] == {"value": "ETHUSD"}
    assert [entry["field"] for entry in found.decide] == ["symbol"]
    with pytest.raises(DataError, match="names no symbol"):
        import_table([other], None, "two", workspace)
    made = import_table([other], None, "two", workspace, symbol="ETHUSD")
    assert made.info.symbols == ("ETHUSD",)


def test_that_a_damaged_memory_is_told_and_not_used(tmp_path: Path, workspace: Workspace) -> None:
    path = write_table(tmp_path / "rows.csv")
    schema = pl.read_csv(path).schema
    remember(workspace, schema, mapping_from(GIVEN))
    remembered_path(workspace, schema).write_text("symbol: [", "utf-8")
    found = preview_files([path], workspace)
    assert found.mapping_source == "guessed"
    assert "not valid YAML" in found.problems[0]["message"]


def test_that_a_saved_mapping_reads_back() -> None:
    import yaml

    mapping = mapping_from(GIVEN)
    assert mapping_from(yaml.safe_load(mapping_yaml(mapping))) == mapping


def test_that_fi2010_and_candles_are_previewed_from_their_heads(
    tmp_path: Path, workspace: Workspace
) -> None:
    lines = [" ".join(["0.5"] * 5000)] * 144 + [" ".join(["2"] * 5000)] * 5
    (tmp_path / "day.txt").write_text("\n".join(lines))
    found = preview_files([tmp_path / "day.txt"], workspace, rows=3)
    assert (found.format, len(found.stored_rows), found.problems) == ("fi2010", 3, [])
    rows = ["time,open,high,low,close,volume"]
    rows += [f"{1_700_000_000 + 60 * i},1,2,1,2,5" for i in range(5000)]
    (tmp_path / "AAA.csv").write_text("\n".join([*rows, "oops"]))
    found = preview_files([tmp_path / "AAA.csv"], workspace, rows=4)
    assert [row[1] for row in found.stored_rows] == ["AAA"] * 4


def test_that_options_of_raw_formats_follow_their_fields(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Workspace
) -> None:
    made = raw_options.options_from({"symbol": "X", "day": "2024-01-31", "levels": "5"})
    assert made == ImportOptions("X", datetime.date(2024, 1, 31), 5)
    with pytest.raises(ConfigError, match="Did you mean 'symbol'"):
        raw_options.options_from({"symbl": "X"})
    with pytest.raises(ConfigError, match="whole number"):
        raw_options.options_from({"levels": "many"})
    assert raw_options._kind(Literal["a", "b"]) == {"kind": "choice", "choices": ["a", "b"]}


@pytest.mark.market_data
def test_that_every_raw_format_shows_what_it_would_store(
    market_data: Path, workspace: Workspace
) -> None:
    for name in (
        "bitfinex_1m", "bitstamp_btcusd_l3_20260502", "coinbase_btcusd_l3_20180713",
        "lobster_20120621/AAPL_first998_message_10.csv", "websocket_captures/OKX.ws.1.0.gz",
    ):  # fmt: skip
        found = preview_files([market_data / name], workspace, rows=5)
        assert found.problems == [], name
        assert found.stored_columns[:2] == ["(time)", "(symbol)"]
        assert len(found.stored_rows) == 5


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's own count")
def test_that_memory_does_not_grow_with_the_file(tmp_path: Path, workspace: Workspace) -> None:
    peaks = [
        _peak_mb(write_table(tmp_path / f"{count}.csv", count), workspace)
        for count in (300_000, 12_000_000)
    ]
    assert peaks[1] - peaks[0] < 250, f"{peaks}; the rows alone take 480 MB"


def _peak_mb(path: Path, workspace: Workspace) -> float:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from console.core.paths import Workspace\n"
        "from console.engine.import_preview.preview import preview_files\n"
        "preview_files([sys.argv[1]], Workspace(Path(sys.argv[2])))\n"
        "[line] = [x for x in open('/proc/self/status') if x.startswith('VmHWM')]\n"
        "print(int(line.split()[1]) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(workspace.root)],
        capture_output=True, text=True, check=True, timeout=120,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    return float(done.stdout)
