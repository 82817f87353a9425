"""Finding and reading raw files: gzip or plain, tables or text, with one error for what is bad."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl

from console.core.errors import DataError
from console.engine.data.csv_blocks import scan_csv
from console.engine.data.source_files import CSV_ENDINGS, expanded


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a reader says about ``path`` into a ``DataError``."""
    try:
        yield
    except (OSError, EOFError, zlib.error, UnicodeError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().splitlines()[:1]
        text = reason if isinstance(reason, str) else "".join(reason) or type(error).__name__
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy="The file may be cut off, locked or of another kind; copy it again.",
            path=path, reason=text.rstrip("."),
        ) from error  # fmt: skip


def find_raw(paths: Sequence[str | Path], endings: tuple[str, ...]) -> tuple[Path, ...]:
    """Files named by files and folders (searched deeply for names with one of ``endings``).

    Raises:
        DataError: a path leads to nothing, a file has another ending, or a file is empty.
    """
    found: list[Path] = []
    for given in paths:
        path = expanded(given)
        if path.is_dir():
            matches = sorted(p for p in path.rglob("*") if p.is_file() and _ends(p, endings))
        else:
            matches = [path] if path.is_file() and _ends(path, endings) else []
        if not matches:
            raise DataError(
                "{path}: there is no such file, or none of this format in it.",
                remedy="Check the path; files of this format end in {endings}.",
                path=path, endings=", ".join(endings),
            )  # fmt: skip
        found.extend(matches)
    if not found:
        raise DataError("No file is given to import.", remedy="Name files, folders or patterns.")
    for path in found:
        with reading(path):
            size = path.stat().st_size
        if not size:
            raise DataError("{path} is empty.", remedy="Bring a file with rows.", path=path)
    return tuple(dict.fromkeys(found))


def open_text(path: Path) -> IO[str]:
    """Open a text file, unpacked when its name ends in .gz; a byte order mark is skipped."""
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace")
    return path.open("r", encoding="utf-8-sig", errors="replace")


def text_chunks(path: Path, size: int) -> Iterator[str]:
    """The text of a file, about ``size`` letters at a time."""
    unpack = gzip.open if path.name.lower().endswith(".gz") else open
    decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
    with reading(path), unpack(path, "rb") as stream:
        while piece := stream.read(size):
            yield decode(piece)
        yield decode(b"", True)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file from 1, without their ends."""
    with reading(path), open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            yield number, line.rstrip("\r\n")


def scan_table(path: Path, *, header: bool = True) -> pl.LazyFrame:
    """A Parquet file, or a CSV file with every column as text."""
    if path.name.lower().endswith(CSV_ENDINGS):
        plain = pl.scan_csv(path, infer_schema=False, has_header=header, glob=False)
        return scan_csv(path, plain, header=header)
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def batches(path: Path, scan: pl.LazyFrame, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Slices of ``rows`` rows with the number of each slice's first row, from 0."""
    start = 0
    with reading(path):
        if not path.name.lower().endswith(CSV_ENDINGS):
            # Not as batches: those hold whole row groups, of which a file may have only one.
            while (frame := scan.slice(start, rows).collect()).height:
                yield start, frame
                start += frame.height
            return
        for frame in scan.collect_batches(chunk_size=rows, maintain_order=True):
            yield start, frame
            start += frame.height


def symbol_of(path: Path) -> str:
    """The symbol a file name begins with: AAPL of AAPL_2012-06-21_message_10.csv."""
    return path.name.split(".")[0].split("_")[0]


def require_flat(path: Path, schema: pl.Schema, columns: Iterable[str]) -> None:
    """Require columns that hold numbers, text or times.

    Raises:
        DataError: one holds lists, records or bytes.
    """
    for name in columns:
        if schema[name].is_nested() or schema[name] in (pl.Binary, pl.Object):
            raise DataError(
                "{path}: column '{column}' holds {kind}, neither numbers nor text.",
                remedy="Bring a file with a plain value per row and column.",
                path=path, column=name, kind=str(schema[name]).lower(),
            )  # fmt: skip


def _ends(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)
