"""CSV files a block at a time, where the dataframe library would read far ahead of its reader."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import polars as pl
from polars.io.plugins import register_io_source

BLOCK_BYTES = 1 << 22


def scan_csv(path: Path, plain: pl.LazyFrame, *, header: bool = True) -> pl.LazyFrame:
    """What ``plain``, the library's own scan of ``path``, gives; memory holds a block of text.

    Raises:
        PolarsError, OSError: the file cannot be read, now or when the rows are.
    """
    if path.name.lower().endswith(".zst"):
        return plain
    schema = plain.collect_schema()
    return register_io_source(partial(_read, path, schema, header), schema=schema)


def _read(
    path: Path,
    schema: pl.Schema,
    header: bool,
    columns: list[str] | None,
    predicate: pl.Expr | None,
    num_rows: int | None,
    _batch_size: int | None,
) -> Iterator[pl.DataFrame]:
    is_packed = path.name.lower().endswith(".gz")
    with gzip.open(path, "rb") if is_packed else path.open("rb") as stream:
        for block in _blocks(stream, header):
            frame = pl.read_csv(io.BytesIO(block), has_header=False, schema=schema, glob=False)
            if num_rows is not None:
                frame = frame[:num_rows]
                num_rows -= frame.height
            frame = frame if columns is None else frame.select(columns)
            yield frame if predicate is None else frame.filter(predicate)
            if num_rows == 0:
                return


def _blocks(stream: IO[bytes] | gzip.GzipFile, header: bool) -> Iterator[bytes]:
    """The text but for its header, in whole lines."""
    rest, is_first = b"", header
    while piece := stream.read(BLOCK_BYTES):
        rest += piece
        if is_first:
            rest = rest.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
            end = _first_end(rest)
            rest, is_first = rest[end:], end == 0
        end = 0 if is_first else _last_end(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest and not is_first:
        yield rest


def _first_end(text: bytes) -> int:
    """Where the first line ends, behind its line break; 0 when it does not end here."""
    end = 0
    while end := text.find(b"\n", end) + 1:
        if text.count(b'"', 0, end) % 2 == 0:
            return end
    return 0


def _last_end(text: bytes) -> int:
    """Where the last whole line ends; a line break inside quotes ends none."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end
