"""Captured streams: one small story as each exchange tells it; real captures; damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.websocket import WebsocketImporter
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer, write_packed


def bybit(price: str, side: str, **more: Any) -> dict[str, Any]:
    """A level as Bybit writes it."""
    return {"price": price, "symbol": "X", "side": side, **more}


STORIES: dict[str, list[Any]] = {
    "coinbase": [
        {"type": "subscriptions", "channels": []},
        {"type": "snapshot", "product_id": "X", "bids": [["10", "1"]], "asks": [["12", "2"]]},
        {"type": "l2update", "product_id": "X", "changes": [["buy", "11", "3"]]},
        {"type": "l2update", "product_id": "X", "changes": [["buy", "11", "0"]]},
    ],
    "kraken": [
        {"event": "heartbeat"},
        [1, {"as": [["12", "2", "1.0"]], "bs": [["10", "1", "1.0"]]}, "book-10", "X"],
        [1, {"b": [["11", "3", "2.0"]], "c": "1"}, "book-10", "X"],
        [1, {"a": []}, {"b": [["11", "0", "2.0"]]}, "book-10", "X"],
    ],
    "okx": [
        {"event": "subscribe", "arg": {"channel": "books", "instId": "X"}},
        {"arg": {"channel": "books", "instId": "X"}, "action": "snapshot",
         "data": [{"asks": [["12", "2", "0", "1"]], "bids": [["10", "1", "0", "1"]]}]},
        {"arg": {"channel": "books", "instId": "X"}, "action": "update",
         "data": [{"asks": [], "bids": [["11", "3", "0", "1"]]}]},
        {"arg": {"channel": "books", "instId": "X"}, "action": "update",
         "data": [{"asks": [], "bids": [["11", "0", "0", "0"]]}]},
    ],
    "bybit": [
        {"success": True},
        {"topic": "orderBookL2_25.X", "type": "snapshot",
         "data": {"order_book": [bybit("10", "Buy", size=1), bybit("12", "Sell", size=2)]}},
        {"topic": "orderBookL2_25.X", "type": "delta",
         "data": {"delete": [], "update": [], "insert": [bybit("11", "Buy", size=3)]}},
        {"topic": "orderBookL2_25.X", "type": "delta",
         "data": {"delete": [bybit("11", "Buy")], "update": [], "insert": []}},
    ],
    "binance": [
        {"stream": "x@depth", "data": {"e": "depthUpdate", "s": "X", "b": [["9", "1"]], "a": []}},
        {"stream": "x@bookTicker", "data": {"s": "X", "b": "10", "B": "1", "a": "12", "A": "2"}},
        {"e": "bookTicker", "s": "X", "b": "11", "B": "3", "a": "12", "A": "2"},
        {"e": "bookTicker", "s": "X", "b": "10", "B": "1", "a": "12", "A": "2"},
    ],
}  # fmt: skip


def capture(exchange: str) -> str:
    """The exchange's story as a capture, a message a second."""
    told = [f"{1_600_000_000 + i}.25: {json.dumps(m)}" for i, m in enumerate(STORIES[exchange])]
    return "\n".join(["wss://exchange <-> 1600000000.1", *told]) + "\n"


@pytest.mark.parametrize("exchange", STORIES)
def test_that_each_exchange_tells_the_same_story(
    convert: Convert, tmp_path: Path, exchange: str
) -> None:
    path = write_packed(tmp_path / "x.ws.1.0.gz", capture(exchange).encode())
    rows, log = convert("websocket", [path], ImportOptions(levels=1))
    assert rows["symbol"].to_list() == ["X"] * 3
    assert rows["time_ns"].to_list() == [1_600_000_000_250_000_000 + s * 10**9 for s in (1, 2, 3)]
    found = rows.select("bid_p1", "bid_s1", "ask_p1", "ask_s1").rows()
    assert found == [(10.0, 1.0, 12.0, 2.0), (11.0, 3.0, 12.0, 2.0), (10.0, 1.0, 12.0, 2.0)]
    left_out = {reason for reason, _ in log.counts}
    assert left_out == ({"no_opening"} if exchange == "binance" else set())


def test_that_garbage_lines_are_counted(tmp_path: Path) -> None:
    lines = capture("coinbase").splitlines()
    lines[2:2] = ["garbage", "1600000000.5: {", '1600000000.5: {"type": "snapshot"}']
    (tmp_path / "x.txt").write_text("\n".join(lines), "utf-8")
    log = ImportLog()
    frames = list(WebsocketImporter().frames([tmp_path], log, lambda share, text: None))
    assert pl.concat(frames).height == 3
    assert list(log.first.values()) == [["3", "4", "5"]]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), exchange=st.sampled_from(sorted(STORIES)))
def test_that_damaged_captures_give_an_answer(
    tmp_path: Path, data: st.DataObject, exchange: str
) -> None:
    content = data.draw(damaged(capture(exchange).encode()))
    require_answer(WebsocketImporter(), [write_packed(tmp_path / "x.txt", content)])


@pytest.mark.market_data
@pytest.mark.parametrize(
    ("name", "least"),
    [("COINBASE.ws.28", 1000), ("KRAKEN.ws.50", 500), ("BYBIT.ws.25", 1000), ("OKX.ws.1", 100),
     ("BINANCE_FUTURES.ws.1", 100)],
)  # fmt: skip
def test_that_real_captures_give_books(
    convert: Convert, market_data: Path, name: str, least: int
) -> None:
    rows, log = convert("websocket", [market_data / "websocket_captures" / f"{name}.0.gz"])
    assert rows.height >= least
    assert rows.filter(pl.col("bid_p1") >= pl.col("ask_p1")).height == 0
    assert not {"unreadable", "backwards"} & {reason for reason, _ in log.counts}
