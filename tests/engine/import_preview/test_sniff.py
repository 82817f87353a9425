"""Formats are recognised by names and first lines."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from console.core.errors import DataError
from console.engine.feature_store.importers.registry import IMPORTERS
from console.engine.import_preview.sniff import FORMAT_ENDINGS, SNIFFERS, TABLE, WHY, recognise

CASES = {
    "AAA_2012-06-21_34200000_57600000_message_10.csv": ("34200.1,1,7,18,5853300,1", "lobster"),
    "AAA_2012-06-21_34200000_57600000_orderbook_1.csv": ("5859400,200,5853300,18", "lobster"),
    "orders.csv": ("id,exchange_timestamp,price,volume,action,direction", "l3"),
    "messages.json": ('{"type": "open"}', "l3"),
    "Train_Dst_NoAuction_ZScore_CF_1.txt": ("0.1 0.2 0.3 4.0e-1 0.5", "fi2010"),
    "BYBIT.ws.txt": ('1618677786.46: {"op": "subscribe"}', "websocket"),
    "BTC.csv": ("ts_ms,o,h,l,c,v\n1,1,1,1,1,1", "candles"),
    "book.csv": ("ts,ask_p1,ask_s1,bid_p1,bid_s1\n1,1,1,1,1", "l2"),
    "labelled.csv": ("ts,ask_p1,ask_s1,bid_p1,bid_s1,label_5\n1,1,1,1,1,0", "table"),
    "anything.csv": ("a,b\n1,2", "table"),
}


@pytest.mark.parametrize("name", CASES)
def test_that_a_format_is_recognised(tmp_path: Path, name: str) -> None:
    text, expected = CASES[name]
    (tmp_path / name).write_text(text + "\n")
    assert recognise([tmp_path / name])[0] == expected
    assert recognise([tmp_path])[0] == expected, "in its folder, too"


def test_that_packed_text_is_looked_into(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "x.txt.gz", "wt") as stream:
        stream.write(" ".join(["0.25"] * 50_000) + "\n")
    assert recognise([tmp_path])[0] == "fi2010"


def test_that_every_importer_has_a_sniffer_and_says_why() -> None:
    assert {name for name, _fits in SNIFFERS} == set(IMPORTERS)
    assert set(WHY) == set(FORMAT_ENDINGS) == {TABLE, *IMPORTERS}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"hello there\n", "is of no known format"),
        ("empty.csv", b"", "is empty"),
        ("bad.txt.gz", b"\x1f\x8b broken", "cannot be read"),
        ("bad.parquet", b"PAR1 nothing", "cannot be read"),
    ],
)
def test_that_unusable_files_are_explained(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words) as told:
        recognise([tmp_path / name])
    assert told.value.remedy


def test_that_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        recognise([tmp_path / "nothing.csv"])


@pytest.mark.market_data
def test_that_real_files_are_recognised(market_data: Path) -> None:
    expected = {
        "ashare_l2": "table", "bitfinex_1m": "candles", "bitstamp_btcusd_l3_20260502": "l3",
        "coinbase_btcusd_l3_20180713": "l3", "websocket_captures": "websocket",
        "lobster_20120621/AAPL_first998_orderbook_10.csv": "lobster",
    }  # fmt: skip
    found = {name: recognise([market_data / name])[0] for name in expected}
    assert found == expected
