"""Order by order: replayed from the opening book to the closing one; phantoms; damage."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.coinbase import read_book, replay
from console.engine.feature_store.importers.json_stream import json_batches
from console.engine.feature_store.importers.level3 import Level3Importer
from console.engine.feature_store.importers.order_book import same_orders
from console.engine.feature_store.importers.run import import_raw
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer, write_packed

OPENING = {
    "sequence": 10,
    "bids": [["100.00", "1.5", "b1"], ["99.00", "2", "b2"]],
    "asks": [["101.00", "1", "a1"], ["102.00", "3", "a2"]],
}


def message(sequence: int, **more: Any) -> dict[str, Any]:
    """A message of the full channel, a second after the one before."""
    time = f"2018-07-13T20:47:{sequence:02}.025000Z"
    return {"sequence": sequence, "product_id": "BTC-USD", "time": time, **more}


STORY = [
    message(9, type="done", order_id="b1"),  # already in the opening book
    message(11, type="received", order_id="b3", side="buy"),
    message(12, type="open", order_id="b3", side="buy", price="100.50", remaining_size="0.4"),
    message(13, type="match", maker_order_id="a1", side="sell", price="101.00", size="0.25"),
    message(14, type="change", order_id="b1", new_size="1.0", price="100.00", side="buy"),
    message(15, type="done", order_id="b3", reason="canceled"),
    message(16, type="match", maker_order_id="a1", side="sell", price="101.00", size="0.75"),
]
ORDERS = "id,timestamp,exchange_timestamp,price,volume,action,direction\n" + "".join(
    f"{order},{time},{time},{price},{size},{action},{side}\n"
    for order, time, price, size, action, side in (
        (1, 1000, 100.0, 1.5, "created", "bid"),
        (2, 1000, 99.0, 2.0, "created", "bid"),
        (3, 1000, 101.0, 1.0, "created", "ask"),
        (4, 1000, 100.5, 1.0, "created", "ask"),
        (5, 1001, 100.6, 0.3, "created", "bid"),
        (5, 1001, 100.6, 0.2, "changed", "bid"),
        (5, 1005, 100.6, 0.2, "deleted", "bid"),
        (6, 1006, 100.7, 0.7, "created", "ask"),
        (7, 1007, 0.0, 0.7, "created", "ask"),
        (99, 1008, 103.0, 0.7, "deleted", "ask"),
    )
)


def write_capture(folder: Path, opening: Any = OPENING, messages: Any = STORY) -> list[Path]:
    """A Coinbase capture as the exchange's samples are named."""
    first, second = folder / "beginning_level_3.json.gz", folder / "messages.json.gz"
    first.write_bytes(gzip.compress(json.dumps(opening, indent=4).encode()))
    second.write_bytes(gzip.compress(json.dumps(messages, indent=4).encode()))
    return [first, second]


def test_that_messages_change_the_opening_book(convert: Convert, tmp_path: Path) -> None:
    rows, log = convert("l3", write_capture(tmp_path), ImportOptions(levels=2))
    assert rows["symbol"].unique().to_list() == ["BTC-USD"]
    best = rows.select("bid_p1", "bid_s1", "ask_p1", "ask_s1").rows()
    assert [tuple(round(value, 8) for value in row) for row in best] == [
        (100.0, 1.5, 101.0, 1.0),
        (100.5, 0.4, 101.0, 1.0),
        (100.5, 0.4, 101.0, 0.75),
        (100.5, 0.4, 101.0, 0.75),  # the order behind the best changed: the second level
        (100.0, 1.0, 101.0, 0.75),
        (100.0, 1.0, 102.0, 3.0),
    ]
    assert rows["ask_s2"].to_list()[-1] == 0  # one ask is left
    assert not log.sentences()[1:]


def test_that_an_opening_book_needs_its_messages(convert: Convert, tmp_path: Path) -> None:
    opening, messages = write_capture(tmp_path)
    for alone in (opening, messages):
        with pytest.raises(DataError, match="belong together, and one is missing"):
            convert("l3", [alone])


def test_that_a_phantom_of_the_snapshot_goes_when_the_book_crosses(
    convert: Convert, tmp_path: Path
) -> None:
    path = write_packed(tmp_path / "orders.csv.gz", ORDERS.encode())
    rows, log = convert("l3", [path], ImportOptions(levels=1, symbol="BTCUSD"))
    assert rows.select("bid_p1", "ask_p1").rows() == [
        (100.0, 100.5), (100.6, 101.0), (100.0, 101.0), (100.0, 100.7),
    ]  # fmt: skip
    assert rows["time_ns"].to_list() == [t * 1_000_000 for t in (1000, 1001, 1005, 1006)]
    found = {reason: listed for (reason, _), listed in log.first.items()}
    assert found == {"phantom": ["4"], "unreadable": ["9"], "unknown_order": ["10"]}


class Item(msgspec.Struct):
    """What is read of an item."""

    n: Any = None


def numbers(path: Path) -> list[Any]:
    """The field of each item, or "other" where it is no object."""
    batches = json_batches(path, Item)
    return [item.n if item else "other" for batch in batches for item in batch]


def test_that_an_array_and_lines_of_json_are_read_alike(tmp_path: Path) -> None:
    items = [{"a": "x" * 700_000, "n": n} for n in range(4)]
    items += [[], {}, {"b": [1, {"c": "},"}]}, {"n": {"m": "}\n"}}, {"n": 7}]  # type: ignore[list-item]
    wanted = [0, 1, 2, 3, "other", None, None, {"m": "}\n"}, 7]
    write_packed(tmp_path / "a.json.gz", json.dumps(items, indent=1).encode())
    (tmp_path / "b.json").write_text("\n".join(map(json.dumps, items)), "utf-8")
    assert numbers(tmp_path / "a.json.gz") == wanted
    assert numbers(tmp_path / "b.json") == wanted
    (tmp_path / "c.json").write_text(json.dumps(items)[:-3], "utf-8")
    with pytest.raises(DataError, match="item 9 is no JSON"):
        numbers(tmp_path / "c.json")


def test_that_a_cut_off_packed_file_is_refused(convert: Convert, tmp_path: Path) -> None:
    opening, messages = write_capture(tmp_path)
    messages.write_bytes(messages.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"messages\.json\.gz cannot be read"):
        convert("l3", [opening, messages])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(json.dumps(STORY, indent=1).encode()))
def test_that_damaged_messages_give_an_answer(tmp_path: Path, content: bytes) -> None:
    opening, messages = write_capture(tmp_path)
    write_packed(messages, content)
    require_answer(Level3Importer(), [opening, messages])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(json.dumps(OPENING).encode()))
def test_that_a_damaged_opening_book_gives_an_answer(tmp_path: Path, content: bytes) -> None:
    opening, messages = write_capture(tmp_path)
    write_packed(opening, content)
    require_answer(Level3Importer(), [opening, messages])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(ORDERS.encode()))
def test_that_damaged_orders_give_an_answer(tmp_path: Path, content: bytes) -> None:
    require_answer(Level3Importer(), [write_packed(tmp_path / "orders.csv", content)])
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(ORDERS.encode())[: len(content)] + content[:3])
    require_answer(Level3Importer(), [packed])


@pytest.mark.market_data
def test_that_a_coinbase_capture_ends_in_its_closing_book(market_data: Path) -> None:
    folder = market_data / "coinbase_btcusd_l3_20180713"
    log = ImportLog()
    book, sequence = read_book(folder / "beginning_level_3.json.gz", 10)
    applied = sum(1 for _ in replay(book, sequence, folder / "messages.json.gz", log))
    closing, _ = read_book(folder / "ending_level_3.json.gz", 10)
    expected = [
        (str(name), is_bid, abs(key), size)
        for name, (is_bid, key, size, _fresh) in closing.orders.items()
    ]
    assert (applied, len(expected), same_orders(book, expected)) == (36_743, 66_833, 0)
    assert not log.sentences()


@pytest.mark.market_data
def test_that_a_bitstamp_capture_never_crosses(
    convert: Convert, market_data: Path, workspace: Workspace
) -> None:
    folder = market_data / "bitstamp_btcusd_l3_20260502"
    rows, log = convert("l3", [folder], ImportOptions(symbol="BTCUSD"))
    assert rows.filter(pl.col("bid_p1") >= pl.col("ask_p1")).height == 0
    assert "crossed" not in {reason for reason, _ in log.counts}
    phantoms = log.first[("phantom", folder / "orders.csv.gz")]
    assert phantoms == ["2002347646152704", "2002347642003458"]
    checked = pl.read_parquet(folder / "book10_ms.parquet")
    beside = rows.join(checked, left_on="time_ns", right_on="ts", suffix="_checked")
    assert beside.height > 0.999 * checked.height
    same = (beside["bid_p1"] == beside["bid_p1_checked"]) & (
        beside["ask_p1"] == beside["ask_p1_checked"]
    )
    assert same.mean() > 0.95
    info = import_raw("l3", [folder], "btc", workspace, options=ImportOptions(symbol="BTCUSD"))
    assert info.num_rows == rows.height and info.has_mid_price
