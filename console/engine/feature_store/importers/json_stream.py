"""A large JSON array, or one JSON value a line, item by item."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from console.core.errors import DataError
from console.engine.feature_store.importers.raw_files import open_text, reading

CHUNK = 1 << 20
LONGEST_ITEM = 1 << 24
DECODER = json.JSONDecoder()
BETWEEN = " \t\r\n,"


def json_items(path: Path) -> Iterator[Any]:
    """The items of a file ``[item, item, ...]`` or with an item a line; memory holds a chunk.

    Raises:
        DataError: the file cannot be read, or something in it is no JSON.
    """
    with reading(path), open_text(path) as stream:
        yield from _items(stream, path)


def _items(stream: IO[str], path: Path) -> Iterator[Any]:
    text, number, ended = stream.read(CHUNK), 0, False
    place = _skip(text, 0, BETWEEN + "[")
    while True:
        place = _skip(text, place, BETWEEN)
        found = _decoded(text, place)
        if not ended and (found is None or found[1] == len(text)):
            rest = text[place:]
            more = stream.read(CHUNK) if len(rest) <= LONGEST_ITEM else ""
            ended = not more
            text, place = rest + more, 0
            continue
        if found is None:
            if text[place:].strip(BETWEEN + "]"):
                raise DataError(
                    "{path}: item {number} is no JSON.",
                    remedy="The file may be cut off, locked or of another kind; copy it again.",
                    path=path, number=number + 1,
                )  # fmt: skip
            return
        number += 1
        place = found[1]
        yield found[0]


def _decoded(text: str, place: int) -> tuple[Any, int] | None:
    """The value that begins at ``place`` and where it ends, or None when there is no whole one."""
    try:
        return DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None


def _skip(text: str, place: int, letters: str) -> int:
    while place < len(text) and text[place] in letters:
        place += 1
    return place
