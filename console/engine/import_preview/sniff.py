"""Which format files have, told by their names and their first lines; one sniffer per format."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.core.errors import DataError
from console.engine.data.source_files import CSV_ENDINGS, PARQUET_ENDINGS
from console.engine.feature_store.importers import (
    candles,
    fi2010,
    level2,
    level3,
    lobster,
    websocket,
)
from console.engine.feature_store.importers.book_stream import level_columns
from console.engine.feature_store.importers.raw_files import reading, scan_table

TABLE = "table"
HEAD_BYTES = 65_536
HEAD_LINES = 20
L3_ENDINGS = (*level3.OPENING, *level3.MESSAGES, *level3.ORDERS)
FORMAT_ENDINGS = {
    TABLE: (*PARQUET_ENDINGS, *CSV_ENDINGS),
    "candles": candles.ENDINGS,
    "lobster": lobster.ENDINGS,
    "l3": L3_ENDINGS,
    "l2": level2.ENDINGS,
    "fi2010": fi2010.ENDINGS,
    "websocket": websocket.ENDINGS,
}
ENDINGS = tuple({ending for endings in FORMAT_ENDINGS.values() for ending in endings})
LABEL_NAME = re.compile(r"(?:^|_)(?:label|target|class|direction|signal|y)(?:_|\d|$)")
EXTRA_COLUMNS = 8

WHY = {
    "candles": "It has columns for time, open, high, low, close and volume.",
    "lobster": "The file names hold _message or _orderbook, as LOBSTER gives them.",
    "l3": "The file names are those of an order-by-order capture.",
    "l2": "It has a time and book levels named ask_p1, ask_s1, bid_p1, bid_s1.",
    "fi2010": "It is text with many numbers a line, as FI-2010 is.",
    "websocket": "Its lines are a time and a JSON message, or a capturing program's notes.",
    TABLE: "It is a table; a mapping says what its columns mean.",
}


@dataclass(frozen=True)
class Look:
    """The files, and the first lines and the column names of the first of them."""

    files: tuple[Path, ...]
    lines: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first file's name in small letters."""
        return self.files[0].name.lower()


def recognise(paths: Sequence[str | Path]) -> tuple[str, tuple[Path, ...]]:
    """The format of ``paths`` and the files in them; a table where no raw format fits.

    Raises:
        DataError: there is no file, or the first one is empty or cannot be read.
    """
    files = find_any(paths)
    look = Look(files, head_lines(files[0]), _columns(files[0]))
    found = next((name for name, fits in SNIFFERS if fits(look)), TABLE)
    if found == TABLE and not look.first.endswith((*PARQUET_ENDINGS, *CSV_ENDINGS)):
        raise DataError(
            "{path} is of no known format.",
            remedy="Choose the format by hand, or bring the data as Parquet or CSV.",
            path=files[0],
        )
    return found, files_of(found, files)


def find_any(paths: Sequence[str | Path]) -> tuple[Path, ...]:
    """Files of any format named by files and folders (searched deeply).

    Raises:
        DataError: a path leads to nothing.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given).expanduser()
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_known(p))
        matches = inside if path.is_dir() else [path] if path.is_file() else []
        if not matches:
            raise DataError(
                "{path}: there is no such file, or no data file in it.",
                remedy="Check the path; files end in {endings}.",
                path=path, endings=".parquet, .csv, .txt, .json, .gz",
            )  # fmt: skip
        found.extend(matches)
    if not found:
        raise DataError("No file is given to import.", remedy="Name files, folders or patterns.")
    with reading(found[0]):
        if not found[0].stat().st_size:
            raise DataError("{path} is empty.", remedy="Bring a file with rows.", path=found[0])
    return tuple(dict.fromkeys(found))


def files_of(format_name: str, files: Sequence[Path]) -> tuple[Path, ...]:
    """Those of ``files`` that a format reads; all of them where none has its endings."""
    endings = FORMAT_ENDINGS[format_name]
    return tuple(path for path in files if path.name.lower().endswith(endings)) or tuple(files)


def head_lines(path: Path, count: int = HEAD_LINES) -> tuple[str, ...]:
    """The first lines of a text file, unpacked; none of a Parquet file or another packing."""
    name = path.name.lower()
    if name.endswith((*PARQUET_ENDINGS, ".zst")):
        return ()
    with reading(path), gzip.open(path) if name.endswith(".gz") else path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return tuple(head.decode("utf-8-sig", errors="replace").splitlines()[:count])


def _is_known(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS)


def _columns(path: Path) -> tuple[str, ...]:
    if not path.name.lower().endswith((*PARQUET_ENDINGS, *CSV_ENDINGS)):
        return ()
    with reading(path):
        return tuple(scan_table(path).collect_schema().names())


def _is_lobster(look: Look) -> bool:
    named = "_message" in look.first or "_orderbook" in look.first
    return named and look.first.endswith(CSV_ENDINGS)


def _is_l3(look: Look) -> bool:
    names = [path.name.lower() for path in look.files]
    opened = any(name.endswith((*level3.OPENING, *level3.MESSAGES)) for name in names)
    return opened or any(name.endswith(level3.ORDERS) for name in names)


def _is_fi2010(look: Look) -> bool:
    words = look.lines[0].split()[:HEAD_LINES] if look.lines else []
    # The last word may be cut off by the end of what was read.
    return look.first.endswith(fi2010.ENDINGS) and len(words) > 1 and all(map(_number, words[:-1]))


def _is_websocket(look: Look) -> bool:
    fits = any(websocket.LINE.match(x) or websocket.OWN_NOTE.match(x) for x in look.lines)
    return look.first.endswith(websocket.ENDINGS) and fits


def _is_candles(look: Look) -> bool:
    lower = [name.lower().strip() for name in look.columns]
    meant = {candles.NAMES.get(name, name) for name in lower}
    wanted = {*candles.PRICES, "volume"}
    few = len(meant - wanted) <= EXTRA_COLUMNS
    return wanted <= meant and few and _has_time(lower, candles.TIMES) and not _labelled(lower)


def _is_l2(look: Look) -> bool:
    book = set(level_columns(1)) <= set(look.columns)
    return book and _has_time(look.columns, level2.TIMES) and not _labelled(look.columns)


def _has_time(names: Sequence[str], times: Sequence[str]) -> bool:
    return any(name in times for name in names)


def _labelled(names: Sequence[str]) -> bool:
    return any(LABEL_NAME.search(name.lower()) for name in names)


def _number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


SNIFFERS: tuple[tuple[str, Callable[[Look], bool]], ...] = (
    ("l3", _is_l3),
    ("lobster", _is_lobster),
    ("fi2010", _is_fi2010),
    ("websocket", _is_websocket),
    ("candles", _is_candles),
    ("l2", _is_l2),
)
