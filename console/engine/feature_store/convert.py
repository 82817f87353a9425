"""Both older layouts into our own store, file by file: memory holds one file at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.rows import Array
from console.engine.feature_store import legacy_files, old_store
from console.engine.feature_store.assembly import FileKeys, OldFiles, filled_times
from console.engine.feature_store.columns import label_seconds, movement_of
from console.engine.feature_store.encoding import LabelEncoding
from console.engine.feature_store.schema import (
    MID_PRICE,
    SYMBOL,
    TIMESTAMP,
    StoredLabel,
    StoreSchema,
)
from console.engine.feature_store.store import FeatureStore

Progress = Callable[[float, str], None]
CHECKING = 0.2  # share of the work that reading the labels of all files first is


def convert(
    source: str | Path,
    target: str | Path,
    *,
    encoding: LabelEncoding | None = None,
    progress: Progress | None = None,
) -> FeatureStore:
    """Take the rows of an older store, or of .npy and .json files, over into our own store.

    Labels become classes (0 SELL, 1 HOLD, 2 BUY); ``encoding`` says what they were, as for the
    loaders of the older layouts. Signals are not taken over. The target holds what the loaders
    read, in the same order of rows with one time. Interrupted, it can be repeated.

    Raises:
        DataError: nothing to convert, a damaged source (nothing is written then), or a target
            with other columns.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    report = progress or _silent
    old = _old_files(source, encoding)
    schema = _schema(old, report)
    store = FeatureStore.create(target, schema)
    for number, path in enumerate(old.files):
        share = CHECKING + (1 - CHECKING) * number / len(old.files)
        report(share, Path(path).name)
        store.append(_frame(old.read(path), old, schema), path)
    for day in store.days():
        if len(day.files) > 1:
            store.compact(day.symbol, day.date)
    report(1.0, "done")
    return store


def _old_files(source: str | Path, encoding: LabelEncoding | None) -> OldFiles:
    if old_store.available_symbols(source):
        return old_store.open_files(source, encoding=encoding)
    if legacy_files.available_symbols(source):
        return legacy_files.open_files(source, encoding=encoding)
    raise DataError(
        "There is nothing to convert in {source}: neither offline/{group}/date=.../*.parquet nor "
        "<SYMBOL>/features/<day>_batch_<number>.npy.",
        remedy="Name the folder that holds one of them.",
        source=source, group=old_store.GROUP,
    )  # fmt: skip


def _schema(old: OldFiles, report: Progress) -> StoreSchema:
    """The columns of all files together; reads all labels, so that a wrong one is found first."""
    labels: set[str] = set()
    moves: set[str] = set()
    has_mid = False
    for number, path in enumerate(old.files):
        report(CHECKING * number / len(old.files), "checking the labels")
        keys = old.read(path)
        labels |= keys.labels.keys()
        moves |= keys.movements.keys()
        has_mid = has_mid or keys.mid is not None
    stored = (
        StoredLabel(name, label_seconds(name), "classes", name in moves)
        for name in sorted(labels, key=label_seconds)
    )
    return StoreSchema(old.features, tuple(stored), has_mid)


def _frame(keys: FileKeys, old: OldFiles, schema: StoreSchema) -> pl.DataFrame:
    """The rows of one old file with the columns of ``schema``."""
    count = len(keys.time)
    time, matrix = _placed(keys, np.concatenate([*keys.blocks()]) if count else _nothing(old))
    names = np.array(old.symbols, dtype=object)[keys.symbol_code]
    frame = pl.DataFrame(matrix, schema=dict.fromkeys(old.features, pl.Float32), orient="row")
    columns = [pl.Series(SYMBOL, names, pl.String), pl.Series(TIMESTAMP, time)]
    for label in schema.labels:
        classes = keys.labels.get(label.name, np.full(count, -1, dtype=np.int8))
        columns.append(pl.Series(label.name, classes).replace(-1, None))
        if label.has_movement:
            unknown = np.full(count, np.nan, dtype=np.float32)
            moves = keys.movements.get(label.name, unknown)
            columns.append(pl.Series(movement_of(label.name), moves))
    if schema.has_mid_price:
        mid = np.full(count, np.nan) if keys.mid is None else keys.mid
        columns.append(pl.Series(MID_PRICE, mid))
    return frame.with_columns(columns).filter(pl.Series(np.isfinite(time)))


def _placed(keys: FileKeys, matrix: Array) -> tuple[Array, Array]:
    """Times, and features.

    A row without a time cannot be kept. In its place comes one without values, just after the row
    before it, so that windows break there as they do when the old files are read.
    """
    known = np.isfinite(keys.time)
    if known.all():
        return keys.time, matrix
    filled, _ = filled_times([keys])
    time = np.where(known, keys.time, np.nextafter(filled, np.inf))
    return np.where(np.isfinite(filled), time, np.nan), np.where(known[:, None], matrix, np.nan)


def _nothing(old: OldFiles) -> Array:
    return np.empty((0, len(old.features)), dtype=np.float32)


def _silent(share: float, text: str) -> None:
    return None
