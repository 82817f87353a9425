"""Candles: columns found by name, impossible ones counted, absent minutes are gaps."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.datasets import FeatureSet
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.rows import load_dataset
from console.engine.feature_store.importers import candles as candle_importer
from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.candles import CandleImporter, candle_features
from console.engine.feature_store.importers.registry import IMPORTERS, get_importer
from console.engine.feature_store.importers.run import import_raw
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer, write_packed

START_MS = 1_514_764_800_000


def candles(count: int, seed: int = 1) -> pl.DataFrame:
    """Plausible candles, one a minute."""
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(generator.standard_normal(count).cumsum() * 1e-3)
    start = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(start, close) * (1 + generator.random(count) * 1e-3)
    low = np.minimum(start, close) * (1 - generator.random(count) * 1e-3)
    return pl.DataFrame(
        {
            "ts_ms": START_MS + 60_000 * np.arange(count),
            "open": start, "high": high, "low": low, "close": close,
            "volume": generator.random(count) * 10,
        }
    )  # fmt: skip


def test_that_candles_become_a_dataset_whose_absent_minutes_are_gaps(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "BTCUSD_1m.parquet"
    frame = candles(300)
    pl.concat([frame[:100], frame[103:]]).write_parquet(path)
    info = import_raw("candles", [path], "mine", workspace)
    assert (info.num_rows, info.symbols, info.num_segments) == (297, ("BTCUSD",), 2)
    assert (info.row_interval_s, info.has_mid_price) == (60.0, True)
    assert info.sources == (str(path),)
    rows = load_dataset(info, workspace)
    assert np.allclose(rows.mid, pl.concat([frame[:100], frame[103:]])["close"])
    assert not list((workspace.datasets / ".staging").glob("~mine~*"))


def test_that_impossible_and_unreadable_candles_are_counted_and_listed(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "x_1m.csv"
    candles(50).write_csv(path)
    lines = path.read_text("utf-8").splitlines()
    lines[5] = "n/a,1,1,1,1,1"
    lines[9] = f"{START_MS + 8 * 60_000},5,4,3,4,1"
    lines[12] = f"{START_MS + 11 * 60_000},1,2,1,2,-1"
    path.write_text("\n".join(lines), "utf-8")
    info = import_raw("candles", [path], "mine", workspace)
    assert info.num_rows == 47
    assert any("1 rows cannot be read" in words and ": 5." in words for words in info.warnings)
    assert any("2 candles with impossible" in w and ": 9, 12." in w for w in info.warnings)


def test_that_features_that_never_change_are_left_out(workspace: Workspace, tmp_path: Path) -> None:
    candles(60).with_columns(volume=1.0).write_parquet(tmp_path / "BTC_1m.parquet")
    info = import_raw("candles", [tmp_path], "mine", workspace)
    assert "volume" not in info.features and "close" in info.features
    assert "left out: volume, log_volume." in info.warnings[0]


def test_that_a_return_after_a_gap_starts_at_the_open() -> None:
    frame = candles(4)[[0, 1, 3]].with_columns(time_ns=pl.col("ts_ms") * 1_000_000)
    made = candle_features(frame)
    assert made["log_return"][1] == pytest.approx(math.log(frame["close"][1] / frame["close"][0]))
    assert made["log_return"][2] == pytest.approx(math.log(frame["close"][2] / frame["open"][2]))


@given(cut=st.integers(1, 60), seed=st.integers(0, 1000))
def test_that_candle_features_do_not_know_the_future(cut: int, seed: int) -> None:
    frame = candles(60, seed).with_columns(time_ns=pl.col("ts_ms") * 1_000_000)
    assert candle_features(frame)[:cut].equals(candle_features(frame[:cut]))


def test_that_iso_times_short_names_and_a_symbol_column_are_understood(
    convert: Convert, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    frame = candles(40).select(
        Date=pl.from_epoch("ts_ms", time_unit="ms").dt.strftime("%Y-%m-%d %H:%M:%S"),
        O="open", H="high", L="low", C="close", V="volume",
        Ticker=pl.Series(["AAA", "BBB"] * 20),
    )  # fmt: skip
    frame.write_csv(path)
    rows, _log = convert("candles", [path])
    assert rows["symbol"].unique().sort().to_list() == ["AAA", "BBB"]
    assert rows["time_ns"].min() == START_MS * 1_000_000
    named, _log = convert("candles", [path], ImportOptions(symbol="ONE"))
    assert named["symbol"].unique().to_list() == ["ONE"]


def test_that_a_table_of_another_kind_is_refused(convert: Convert, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("time,price\n1,2\n", "utf-8")
    with pytest.raises(DataError, match="no candle file: it has no column for open, high, low"):
        convert("candles", [path])


def test_that_nothing_and_an_empty_file_are_refused(convert: Convert, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        convert("candles", [tmp_path / "nowhere.csv"])
    (tmp_path / "empty.csv").touch()
    with pytest.raises(DataError, match="is empty"):
        convert("candles", [tmp_path / "empty.csv"])


def test_that_an_unknown_format_is_answered_with_the_closest() -> None:
    with pytest.raises(DataError, match="Did you mean 'candles'"):
        get_importer("candle")


def test_that_every_importer_has_its_own_name_and_a_title() -> None:
    assert all(kind.name == name and kind.title for name, kind in IMPORTERS.items())


def test_that_a_preview_shows_the_first_rows(tmp_path: Path) -> None:
    candles(50).write_parquet(tmp_path / "BTC_1m.parquet")
    shown = CandleImporter().preview([tmp_path / "BTC_1m.parquet"], rows=7)
    assert shown.height == 7 and "log_return" in shown.columns


CSV = candles(60).write_csv().encode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(CSV))
def test_that_damaged_candles_give_an_answer(content: bytes, tmp_path: Path) -> None:
    require_answer(CandleImporter(), [write_packed(tmp_path / "x.csv", content)])


@pytest.mark.market_data
def test_that_real_candles_are_all_kept(convert: Convert, market_data: Path) -> None:
    rows, log = convert("candles", [market_data / "bitfinex_1m" / "XRPUSD_1m_2018_2019H1.parquet"])
    assert (rows.height, log.sentences()) == (718_881, [])
    assert rows.select(pl.all().is_null().any()).row(0) == (False,) * rows.width


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
@pytest.mark.parametrize("features", ["basic", "reference"])
def test_that_batches_do_not_change_candles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str, features: FeatureSet
) -> None:
    random = np.random.default_rng(0)
    count = 400
    price = 100 + random.random(count)
    frame = pl.DataFrame(
        {
            "ts_ms": random.choice([0, 1, 1, 1, 2], count).cumsum() * 60_000,
            "symbol": random.choice(["a", "b"], count),
            "open": price, "high": price + 1, "low": price - 1, "close": price + 0.5,
            "volume": np.where(random.random(count) < 0.05, -1, 1),
        }
    )  # fmt: skip
    frame = frame if order == "sorted" else frame.sample(fraction=1.0, shuffle=True, seed=1)
    frame.write_parquet(tmp_path / "c.parquet", row_group_size=30)
    found = []
    for batch in (10_000, 17):
        monkeypatch.setattr(candle_importer, "BATCH_ROWS", batch)
        importer, log = get_importer("candles", ImportOptions(features=features)), ImportLog()
        frames = importer.rows([tmp_path], log, lambda share, text: None)
        rows = pl.concat([part for part in frames if part.height])
        found.append((rows.sort("symbol", "time_ns", maintain_order=True), log.sentences()))
    assert found[0][0].equals(found[1][0]) and found[0][1] == found[1][1]
