"""The first rows of a file: as text for the eye, typed for guesses, and as a small copy."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from console.engine.data.source_files import CSV_ENDINGS, INFER_ROWS, PARQUET_ENDINGS
from console.engine.feature_store.importers.raw_files import open_text, reading, scan_table
from console.engine.import_preview.sniff import head_lines

COPIED_ROWS = 2_000
SHOWN_LINE = 200
COUNTED_BYTES = 64 << 20
TEXT_COLUMN = "text"


def is_table(path: Path) -> bool:
    """Whether a file has columns: Parquet or CSV."""
    return path.name.lower().endswith((*PARQUET_ENDINGS, *CSV_ENDINGS))


def shown_rows(path: Path, rows: int, *, header: bool = True) -> pl.DataFrame:
    """The first ``rows`` rows as the file has them; of text without columns the cut lines."""
    if not is_table(path):
        lines = [line[:SHOWN_LINE] for line in head_lines(path, rows)]
        return pl.DataFrame({TEXT_COLUMN: lines}, schema={TEXT_COLUMN: pl.String})
    with reading(path):
        head = scan_table(path, header=header).head(rows).collect()
        return pl.DataFrame([_text(column) for column in head])


def typed_rows(path: Path, rows: int) -> pl.DataFrame:
    """The first ``rows`` rows with the types that the import would see."""
    with reading(path):
        return _typed(path).head(rows).collect()


def count_rows(files: tuple[Path, ...]) -> int | None:
    """Rows of all files, or None where counting means reading much."""
    parquet = all(path.name.lower().endswith(PARQUET_ENDINGS) for path in files)
    if not all(map(is_table, files)) or not (
        parquet or sum(path.stat().st_size for path in files) <= COUNTED_BYTES
    ):
        return None
    total = 0
    for path in files:
        with reading(path):
            total += scan_table(path).select(pl.len()).collect().item()
    return total


def copy_head(path: Path, folder: Path, rows: int = COPIED_ROWS) -> Path:
    """A file of the same name in ``folder`` with the first ``rows`` rows (words, of FI-2010)."""
    name = path.name
    out = folder / name.removesuffix(".zst")
    if name.lower().endswith(PARQUET_ENDINGS):
        with reading(path):
            scan_table(path).head(rows).collect().write_parquet(out)
    elif name.lower().endswith(".zst"):
        with reading(path):
            scan_table(path).head(rows).collect().write_csv(out)
    else:
        columns = is_table(path)
        with reading(path), open_text(path) as source, _writer(out) as target:
            for line in islice(source, rows + 1) if columns else source:
                target.write(line if columns else " ".join(line.split(None, rows)[:rows]) + "\n")
    return out


def _text(column: pl.Series) -> pl.Series:
    """``column`` as text; what the dataframe library has no text for, in Python's words."""
    kind = column.dtype
    if kind.is_nested() or kind in (pl.Binary, pl.Object) or isinstance(kind, pl.Duration):
        words = [None if value is None else str(value)[:SHOWN_LINE] for value in column.to_list()]
        return pl.Series(column.name, words, dtype=pl.String)
    return column.cast(pl.String, strict=False)


def _writer(path: Path) -> IO[str]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "wt", encoding="utf-8")
    return path.open("w", encoding="utf-8")


def _typed(path: Path) -> pl.LazyFrame:
    if path.name.lower().endswith(CSV_ENDINGS):
        return pl.scan_csv(path, infer_schema_length=INFER_ROWS, glob=False)
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)
