"""The files of our own store, by symbol and day, into one matrix; on a disk or behind a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import polars as pl

from console.core.errors import DataError
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows
from console.engine.feature_store.assembly import FileKeys, Room, assemble, in_memory
from console.engine.feature_store.columns import movement_of
from console.engine.feature_store.encoding import to_classes
from console.engine.feature_store.places import Place, reading_from, scan
from console.engine.feature_store.schema import (
    MID_PRICE,
    TIMESTAMP,
    StoredLabel,
    StoreSchema,
    check_columns,
)

_FOLDERS = re.compile(r"symbol=([^/\\]+)[/\\]date=(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class StoredDay:
    """The files of one symbol and day, the newest last; ``date`` is YYYY-MM-DD in UTC."""

    symbol: str
    date: str
    files: tuple[Place, ...]


def symbol_and_date(place: Place) -> tuple[str, str] | None:
    """What the folders of a stored file, or of a day, say; None when it is not in such folders."""
    found = _FOLDERS.search(str(place))
    return (unquote(found.group(1)), found.group(2)) if found else None


def last_days(days: Iterable[StoredDay], count: int) -> list[StoredDay]:
    """Those of the last ``count`` dates that have rows; 0 keeps all."""
    filled = [day for day in days if day.files]
    dates = sorted({day.date for day in filled})
    kept = set(dates[-count:] if count > 0 else dates)
    return [day for day in filled if day.date in kept]


def rows_per_symbol(days: Iterable[StoredDay]) -> dict[str, int]:
    """Stored rows by symbol, in name order; only the ends of the files are read.

    Raises:
        DataError: a file cannot be read.
    """
    counts: dict[str, int] = {}
    for day in days:
        with reading_from(day.files[0]):
            stored = scan(day.files).select(pl.len()).collect().item()
        counts[day.symbol] = counts.get(day.symbol, 0) + stored
    return dict(sorted(counts.items()))


def read_days(
    days: Sequence[StoredDay],
    symbols: tuple[str, ...],
    schema: StoreSchema,
    *,
    name: str,
    max_gap_s: float | None,
    room: Room = in_memory,
) -> MarketRows:
    """The rows of ``days``, which are of ``symbols``, as one matrix.

    Raises:
        DataError: a file that is damaged or does not fit ``schema``, or no usable row.
    """
    codes = {symbol: code for code, symbol in enumerate(symbols)}
    horizons_s = {label.name: label.horizon_s for label in schema.labels}
    return assemble(
        [_keys(day, codes[day.symbol], schema) for day in days], symbols, schema.features,
        horizons_s, source="feature_store", name=name, max_gap_s=max_gap_s, room=room,
    )  # fmt: skip


def check_files(day: StoredDay, schema: StoreSchema) -> None:
    """Require that the files of ``day`` have the columns of ``schema``.

    Raises:
        DataError: a file that is damaged, or that does not fit; names file and column.
    """
    for path in day.files:
        with reading_from(path):
            found = scan([path]).collect_schema()
        check_columns(found, schema.columns, path)


def read_files(files: Sequence[Place], columns: Iterable[str]) -> pl.DataFrame:
    """``columns`` of all rows of ``files`` (at least one), in that order.

    Raises:
        DataError: a file that is damaged; names it.
    """
    wanted = list(columns)
    try:
        with reading_from(files[0]):
            return scan(files).select(wanted).collect()
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise
        for path in files:  # which of them is it?
            with reading_from(path):
                scan([path]).select(wanted).collect()
        raise


def _keys(day: StoredDay, code: int, schema: StoreSchema) -> FileKeys:
    check_files(day, schema)
    wanted = [name for name in schema.columns if name not in schema.features]
    frame = read_files(day.files, wanted)
    kept = pl.Series(_is_newest(_numbers(frame[TIMESTAMP])))
    frame = frame.filter(kept)

    def blocks() -> Iterable[Array]:
        read = read_files(day.files, schema.features).filter(kept).fill_null(float("nan"))
        for part in read.iter_slices(CHUNK_ROWS):
            yield part.to_numpy()

    moves = [label for label in schema.labels if label.has_movement]
    return FileKeys(
        np.full(frame.height, code, dtype=np.int32),
        _numbers(frame[TIMESTAMP]),
        {label.name: _classes(frame, label, day) for label in schema.labels},
        {label.name: _numbers(frame[movement_of(label.name)]) for label in moves},
        _numbers(frame[MID_PRICE]) if schema.has_mid_price else None,
        blocks,
    )


def _is_newest(time: Array) -> npt.NDArray[np.bool_]:
    """Which rows (n,) no later row of the same time replaces."""
    newest = np.ones(len(time), dtype=bool)
    order = np.lexsort((np.arange(len(time)), time))
    newest[order[:-1]] = time[order[:-1]] != time[order[1:]]
    return newest


def _classes(frame: pl.DataFrame, label: StoredLabel, day: StoredDay) -> Array:
    values = _numbers(frame[label.name].cast(pl.Float64))
    return to_classes(values, label.encoding, day.files[0], label.name)


def _numbers(values: pl.Series) -> Array:
    return values.fill_null(float("nan")).to_numpy()
