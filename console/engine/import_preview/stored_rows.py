"""The rows that would be stored, made from the head of the files by the import's own parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from console.core.datasets import CLASS_NAMES
from console.core.errors import DataError
from console.engine.data.clean import Cleaner
from console.engine.data.mapping import ImportMapping
from console.engine.data.rows import MID_COLUMN, SEGMENT_COLUMN, TIME_COLUMN
from console.engine.data.source_files import SourceFiles, open_sources
from console.engine.feature_store.importers.base import Importer
from console.engine.feature_store.importers.candles import CandleImporter
from console.engine.feature_store.importers.fi2010 import Fi2010Importer
from console.engine.import_preview.heads import copy_head

# Brackets keep our own columns apart from features of any name.
TIME, SYMBOL, STRETCH, MID = "(time)", "(symbol)", "(stretch)", "(mid-price)"
WHOLE_FILE_READERS = (CandleImporter, Fi2010Importer)


def table_rows(files: Sequence[Path], mapping: ImportMapping, rows: int) -> pl.DataFrame:
    """The first ``rows`` rows of a table as the dataset would hold them, as text.

    Raises:
        DataError: as the import would, as far as the head of the first file shows it.
    """
    open_sources(files, mapping)
    with _head(files[0]) as copy:
        source = open_sources([copy], mapping)
        parts: list[pl.DataFrame] = []
        for symbol, read in source.symbols(source.extents()):
            clean = Cleaner(source, len(parts)).clean(pl.concat(read()))
            parts.append(_readable(clean.frame.head(rows), symbol, source))
            if sum(part.height for part in parts) >= rows:
                break
        return pl.concat(parts).head(rows) if parts else pl.DataFrame()


def raw_rows(
    importer: Importer, paths: Sequence[str | Path], first: Path, rows: int
) -> pl.DataFrame:
    """The first ``rows`` canonical rows of a raw format, as text.

    Importers that read a whole file before its first row get the head of the ``first`` one.

    Raises:
        DataError: as the importer.
    """
    if isinstance(importer, WHOLE_FILE_READERS):
        with _head(first) as copy:
            frame = importer.preview([copy], rows)
    else:
        frame = importer.preview(paths, rows)
    time = (pl.col("time_ns") / 1e9).alias(TIME)
    return _as_text(
        frame.select(
            _clock(time), pl.col("symbol").alias(SYMBOL), pl.all().exclude("time_ns", "symbol")
        )
    )


@contextmanager
def _head(path: Path) -> Iterator[Path]:
    """A small copy of ``path`` that errors call by the name of the original."""
    with tempfile.TemporaryDirectory(prefix="training-console-") as folder:
        copy = copy_head(path, Path(folder))
        try:
            yield copy
        except DataError as error:
            told = {
                name: str(value).replace(str(copy), str(path))
                if isinstance(value, str | Path)
                else value
                for name, value in error.params.items()
            }
            raise DataError(error.template, remedy=error.remedy_template, **told) from error


def _readable(frame: pl.DataFrame, symbol: str, source: SourceFiles) -> pl.DataFrame:
    names = pl.Series([*CLASS_NAMES], dtype=pl.String)
    labels = [
        pl.col(label.column).replace_strict(
            pl.Series([0, 1, 2], dtype=pl.Int8), names, default=None, return_dtype=pl.String
        ).alias(label.column)
        for label in source.mapping.labels
    ]  # fmt: skip
    mid = [pl.col(MID_COLUMN).alias(MID)] if MID_COLUMN in frame.columns else []
    return _as_text(
        frame.select(
            _clock(pl.col(TIME_COLUMN).alias(TIME)),
            pl.lit(symbol).alias(SYMBOL),
            pl.col(SEGMENT_COLUMN).alias(STRETCH),
            *mid, *labels, *(pl.col(name) for name in source.features),
        )
    )  # fmt: skip


def _clock(seconds: pl.Expr) -> pl.Expr:
    milliseconds = (seconds * 1000).round().cast(pl.Int64)
    return milliseconds.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d %H:%M:%S%.3f")


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        pl.col(name).round_sig_figs(7).cast(pl.String)
        if kind.is_float()
        else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
    )
