"""What the messages of five exchanges say about a book."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BAD_VALUES = (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError)
LARGEST = 1e15
KRAKEN_FIELDS = {"as": False, "a": False, "bs": True, "b": True}

Level = tuple[bool, float, float]


@dataclass(frozen=True)
class BookChange:
    """Levels (is bid, price, size) of one symbol; size 0 empties a level.

    A snapshot replaces the whole book; a quote is a snapshot of the best level only.
    """

    symbol: str
    levels: tuple[Level, ...]
    is_snapshot: bool = False
    is_quote: bool = False


def book_changes(message: Any) -> list[BookChange]:
    """The changes a message holds; none where it is about something else.

    Raises:
        KeyError, TypeError, ValueError, IndexError: a book message that is damaged.
    """
    if isinstance(message, list):
        return _kraken(message)
    if not isinstance(message, dict):
        raise TypeError("a message is an object or a list")
    if "topic" in message:
        return _bybit(message)
    if "arg" in message:
        return _okx(message)
    if "stream" in message or "e" in message:
        return _binance(message.get("data", message))
    if message.get("type") in ("snapshot", "l2update"):
        return [_coinbase(message)]
    return []


def _binance(data: dict[str, Any]) -> list[BookChange]:
    """Diff. depth and book ticker streams of spot and futures."""
    if data.get("e") == "depthUpdate":
        levels = (*_levels(True, data["b"]), *_levels(False, data["a"]))
        return [BookChange(str(data["s"]), levels)]
    if {"b", "B", "a", "A", "s"} <= data.keys() and data.get("e") in (None, "bookTicker"):
        levels = _levels(True, [(data["b"], data["B"])])
        levels += _levels(False, [(data["a"], data["A"])])
        return [BookChange(str(data["s"]), levels, True, True)]
    return []


def _bybit(message: dict[str, Any]) -> list[BookChange]:
    """orderBookL2_25 and orderBook_200 topics, and orderbook.N of the fifth version."""
    kind, _, symbol = str(message["topic"]).rpartition(".")
    is_snapshot, data = message.get("type") == "snapshot", message.get("data")
    if kind.startswith("orderbook.") and isinstance(data, dict):
        levels = (*_levels(True, data.get("b", [])), *_levels(False, data.get("a", [])))
        return [BookChange(symbol, levels, is_snapshot)]
    if not kind.startswith(("orderBookL2", "orderBook_")) or data is None:
        return []
    if is_snapshot:
        rows = data["order_book"] if isinstance(data, dict) else data
        return [BookChange(symbol, _bybit_rows(rows), True)]
    gone = _bybit_rows([{**row, "size": 0} for row in data["delete"]])
    return [BookChange(symbol, gone + _bybit_rows([*data["update"], *data["insert"]]))]


def _bybit_rows(rows: Iterable[dict[str, Any]]) -> tuple[Level, ...]:
    return tuple(
        _level(_is_bid(row["side"], "Buy", "Sell"), row["price"], row["size"]) for row in rows
    )


def _coinbase(message: dict[str, Any]) -> BookChange:
    """The level2 channel."""
    symbol = str(message["product_id"])
    if message["type"] == "snapshot":
        levels = (*_levels(True, message["bids"]), *_levels(False, message["asks"]))
        return BookChange(symbol, levels, True)
    changes = tuple(
        _level(_is_bid(side, "buy", "sell"), price, size)
        for side, price, size in message["changes"]
    )
    return BookChange(symbol, changes)


def _kraken(message: list[Any]) -> list[BookChange]:
    """The book channel: [channel, part, (part,) "book-N", pair]; "as" and "bs" are snapshots."""
    if len(message) < 4 or not str(message[-2]).startswith("book"):
        return []
    levels: list[Level] = []
    is_snapshot = False
    for part in message[1:-2]:
        is_snapshot = is_snapshot or "as" in part or "bs" in part
        for name, is_bid in KRAKEN_FIELDS.items():
            levels.extend(_levels(is_bid, part.get(name, [])))
    return [BookChange(str(message[-1]), tuple(levels), is_snapshot)]


def _okx(message: dict[str, Any]) -> list[BookChange]:
    """The books channels; books5 sends snapshots without saying so."""
    channel = str(message["arg"]["channel"])
    if not channel.startswith(("books", "bbo")) or "data" not in message:
        return []
    is_snapshot = message.get("action", "snapshot") == "snapshot"
    return [
        BookChange(
            str(message["arg"]["instId"]),
            (*_levels(True, data["bids"]), *_levels(False, data["asks"])),
            is_snapshot,
        )
        for data in message["data"]
    ]


def _levels(is_bid: bool, rows: Iterable[Any]) -> tuple[Level, ...]:
    return tuple(_level(is_bid, row[0], row[1]) for row in rows)


def _level(is_bid: bool, price: Any, size: Any) -> Level:
    level = float(price), float(size)
    if not (0 < level[0] < LARGEST and 0 <= level[1] < LARGEST and math.isfinite(sum(level))):
        raise ValueError(f"{price} x {size} is no level")
    return is_bid, *level


def _is_bid(side: Any, bid: str, ask: str) -> bool:
    if side not in (bid, ask):
        raise ValueError(f"{side} is no side")
    return bool(side == bid)
