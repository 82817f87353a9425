"""Snapshots: levels found by name, symbols apart, damage counted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.feature_store.importers.base import ImportOptions
from console.engine.feature_store.importers.level2 import Level2Importer
from console.engine.feature_store.importers.run import import_raw
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer, write_packed

CSV = "ts_ms,symbol,ask_p1,ask_s1,bid_p1,bid_s1,ask_p2,ask_s2,bid_p2,bid_s2\n" + "".join(
    f"{1_700_000_000_000 + 500 * i},{'AB'[i % 2]},{101 + i % 3},{1 + i},{100 - i % 2},3,"
    f"{105 + i % 3},2,{97 + i % 2},{i % 4}\n"
    for i in range(40)
)


def test_that_snapshots_of_each_symbol_become_book_rows(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "book.csv").write_text(CSV, "utf-8")
    info = import_raw("l2", [tmp_path / "book.csv"], "mine", workspace)
    assert (info.symbols, info.rows_per_symbol) == (("A", "B"), (20, 20))
    assert info.row_interval_s == pytest.approx(1.0) and info.has_mid_price
    assert {"mid_price", "ofi", "imbalance_2"} <= set(info.features)


def test_that_unreadable_rows_are_counted(convert: Convert, tmp_path: Path) -> None:
    lines = CSV.splitlines()
    lines[3] = lines[3].replace("1700000001000", "soon")
    lines[4] = lines[4].replace("1700000001500,B,101", "1700000001500,B,dear")
    (tmp_path / "book.csv").write_text("\n".join(lines), "utf-8")
    rows, log = convert("l2", [tmp_path / "book.csv"])
    found = {reason: listed for (reason, _), listed in log.first.items()}
    assert rows.height == 38 and found == {"unreadable": ["3"], "too_few": ["4"]}


def test_that_another_table_is_refused(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_text("ts,ask,bid\n1,2,1\n", "utf-8")
    with pytest.raises(DataError, match=r"no columns of book snapshots.*it has: ts, ask, bid"):
        convert("l2", [tmp_path / "book.csv"])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(CSV.encode()))
def test_that_damaged_snapshots_give_an_answer(tmp_path: Path, content: bytes) -> None:
    require_answer(Level2Importer(), [write_packed(tmp_path / "book.csv", content)])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(b"PAR1"))
def test_that_damaged_parquet_gives_an_answer(tmp_path: Path, content: bytes) -> None:
    pl.read_csv(CSV.encode()).write_parquet(tmp_path / "book.parquet")
    whole = (tmp_path / "book.parquet").read_bytes()
    (tmp_path / "book.parquet").write_bytes(whole[: -len(content) or None] + content)
    require_answer(Level2Importer(), [tmp_path / "book.parquet"])


@pytest.mark.market_data
def test_that_real_snapshots_are_all_kept(convert: Convert, market_data: Path) -> None:
    path = market_data / "bitstamp_btcusd_l3_20260502" / "book10_ms.parquet"
    rows, log = convert("l2", [path], ImportOptions(symbol="BTCUSD"))
    assert rows.height == 48_768 and not log.sentences()
    assert rows.select(pl.all().is_null().any()).row(0) == (False,) * rows.width
