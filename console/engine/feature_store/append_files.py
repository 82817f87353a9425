"""Rows of Parquet and CSV files into our own store, file by file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from console.core.errors import DataError
from console.engine.data.rows import reading
from console.engine.data.source_files import find_files
from console.engine.feature_store.appending import fitted_days
from console.engine.feature_store.encoding import LabelEncoding
from console.engine.feature_store.places import DAMAGED
from console.engine.feature_store.schema import StoreSchema
from console.engine.feature_store.store import FeatureStore, is_store

Progress = Callable[[float, str], None]


def append_files(
    paths: Sequence[str | Path],
    root: str | Path,
    *,
    encoding: LabelEncoding | None = None,
    progress: Progress | None = None,
) -> FeatureStore:
    """Append files or folders to the store in ``root``, which begins with the first file's columns.

    Columns are known by the names of the old store: symbol, timestamp, ``future_direction_<h>s``,
    ``future_movement_<h>s``, current_mid_price; every other numeric one is a feature. ``encoding``
    of the labels is "classes" for a new store, and must be the store's own where it is given.
    Memory holds one file at a time.

    Raises:
        DataError: no file, one that cannot be read or does not fit the store, or another encoding.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    found = find_files(paths)
    if not found:
        raise DataError("No file is given to append.", remedy="Name files, folders or patterns.")
    store = FeatureStore.open(root) if is_store(root) else None
    for number, path in enumerate(found):
        if progress is not None:
            progress(number / len(found), path.name)
        rows = _read(path)
        if store is None:
            schema = StoreSchema.of(rows.schema, encoding or "classes", path)
            fitted_days(rows, schema, path)  # what does not fit begins no store
            store = FeatureStore.create(root, schema)
        _require_encoding(store, encoding)
        store.append(rows, path)
    assert store is not None
    return store


def _read(path: Path) -> pl.DataFrame:
    with reading(path, DAMAGED):
        if path.name.lower().endswith((".parquet", ".pq")):
            return pl.read_parquet(path, hive_partitioning=False, glob=False)
        return pl.read_csv(path, infer_schema_length=None, glob=False)


def _require_encoding(store: FeatureStore, given: LabelEncoding | None) -> None:
    for label in store.schema.labels:
        if given not in (None, label.encoding):
            raise DataError(
                "The feature store {root} keeps label '{label}' as '{encoding}', not as '{given}'.",
                remedy="Leave the encoding out, or write the labels as the store keeps them.",
                root=store.root, label=label.name, encoding=label.encoding, given=given,
            )  # fmt: skip
