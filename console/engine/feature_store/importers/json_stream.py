"""A large JSON array, or one JSON value a line, batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from console.core.errors import DataError
from console.engine.feature_store.importers.raw_files import text_chunks

CHUNK = 1 << 20
LONGEST_ITEM = 1 << 24
ITEM = json.JSONDecoder()
BETWEEN = " \t\r\n,"
T = TypeVar("T")


def json_batches(path: Path, kind: type[T]) -> Iterator[list[T | None]]:
    """The items of a file ``[item, item, ...]`` or with an item a line; memory holds a chunk.

    An item comes as ``kind``, or as None where it is something else.

    Raises:
        DataError: the file cannot be read, or something in it is no JSON.
    """
    items_at_once = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
    chunks = text_chunks(path, CHUNK)
    rest, number = next(chunks, "").lstrip(BETWEEN + "["), 0
    for chunk in chain(chunks, (None,)):
        items, place = _at_once(rest, items_at_once)
        place += _one_by_one(rest, place, kind, items, is_last=chunk is None)
        number += len(items)
        yield items
        rest = rest[place:] + (chunk or "")
        if len(rest) > LONGEST_ITEM + CHUNK:
            break
    if rest.strip(BETWEEN + "]"):
        raise DataError(
            "{path}: item {number} is no JSON.",
            remedy="The file may be cut off, locked or of another kind; copy it again.",
            path=path, number=number + 1,
        )  # fmt: skip


def _at_once(text: str, decoder: msgspec.json.Decoder[list[T]]) -> tuple[list[T | None], int]:
    """As many items as one call of the parser gives, and where they end."""
    for border, new_line in (("},", "\n"), ("}\n", ",\n")):
        end = text.rfind(border) + 1
        whole = text[:end].replace("\n", new_line)
        try:
            items = decoder.decode(f"[{whole}]")
        except (msgspec.MsgspecError, RecursionError):
            continue
        if items:
            return list(items), end
    return [], 0


def _one_by_one(text: str, start: int, kind: type[Any], items: list[Any], *, is_last: bool) -> int:
    """Add the whole items from ``start`` to ``items``; how far they reach.

    An item that reaches the end of the text may go on behind it, unless the text is the last.
    """
    place = _skip(text, start)
    while place < len(text):
        try:
            item, end = ITEM.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        if end == len(text) and not is_last:
            break
        try:
            items.append(msgspec.convert(item, kind))
        except msgspec.ValidationError:
            items.append(None)
        place = _skip(text, end)
    return place - start


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in BETWEEN:
        place += 1
    return place
