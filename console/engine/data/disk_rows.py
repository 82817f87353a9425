"""Market rows on disk: a dataset's columns as files of raw numbers, mapped and never written to.

They live in the workspace's cache and are made from a dataset once; later runs map them at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from console.core.datasets import DatasetInfo, dataset_dir
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.row_cache import cached_folder
from console.engine.data.rows import (
    DAY_COLUMN,
    MID_COLUMN,
    SEGMENT_COLUMN,
    SYMBOL_COLUMN,
    TIME_COLUMN,
    Array,
    MarketRows,
    choose_symbols,
    dataset_rows,
    feature_blocks,
    part_file,
    read_keys,
    rows_before,
)

MATRIX = "matrix"
Pieces = Iterable[tuple[str, Array]]


def map_dataset(
    info: DatasetInfo, workspace: Workspace, symbols: Sequence[str] = (), days: int = 0
) -> MarketRows:
    """The rows of ``load_dataset``, on disk: the matrix and the key columns are mapped files.

    Memory grows by the key columns of one symbol while the files are made.

    Raises:
        DataError: an unknown symbol, a stored file that is missing or damaged, or too little space.
        WorkspaceError: the files cannot be written.
    """
    chosen = choose_symbols(symbols, info.symbols, f"dataset '{info.name}'")
    stored = [part_file(dataset_dir(workspace, info.name), symbol) for symbol in chosen]
    kinds = _kinds(info)

    def write(folder: Path) -> None:
        pieces = _pieces(stored, info, *_kept_rows(stored, info, days))
        write_columns(folder, kinds, num_rows, len(info.features), pieces)

    num_rows = count_rows(info, workspace, chosen, days)
    row_bytes = 4 * len(info.features) + sum(kind.itemsize for kind in kinds.values())
    key = (info.fingerprint, *chosen, days, *info.features, *kinds)
    folder = cached_folder(workspace, key, row_bytes * num_rows, write)
    return dataset_rows(
        info, chosen, map_column(folder, MATRIX), lambda name: map_column(folder, name)
    )


def count_rows(
    info: DatasetInfo, workspace: Workspace, symbols: Sequence[str] = (), days: int = 0
) -> int:
    """How many rows ``load_dataset`` would give; reads the day column at most.

    Raises:
        DataError: an unknown symbol, or a stored file that is missing or damaged.
    """
    chosen = choose_symbols(symbols, info.symbols, f"dataset '{info.name}'")
    if days <= 0:
        counts = dict(zip(info.symbols, info.rows_per_symbol, strict=True))
        return sum(counts[symbol] for symbol in chosen)
    stored = [part_file(dataset_dir(workspace, info.name), symbol) for symbol in chosen]
    return sum(_kept_rows(stored, info, days)[1])


def write_columns(
    folder: Path,
    kinds: Mapping[str, np.dtype[Any]],
    num_rows: int,
    num_features: int,
    pieces: Pieces,
) -> None:
    """One .npy file for the matrix and each column of ``kinds``, filled by ``pieces`` (name, rows).

    Pieces of one name come in row order; a row of the matrix is (F,) float32.
    """
    with ExitStack() as stack:
        files = {}
        for name, kind in {**kinds, MATRIX: np.dtype(np.float32)}.items():
            file = files[name] = stack.enter_context(open(_file(folder, name), "wb"))
            shape = (num_rows, num_features) if name == MATRIX else (num_rows,)
            header = {"descr": kind.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
        for name, rows in pieces:
            files[name].write(np.ascontiguousarray(rows, dtype=kinds.get(name, np.float32)).data)
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())


def map_column(folder: Path, name: str) -> Array:
    """A column that ``write_columns`` wrote, mapped read-only.

    Raises:
        DataError: it is missing or cut off.
    """
    path = _file(folder, name)
    try:
        column: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy="Delete its folder; it is made again from the dataset.",
            path=path, reason=str(error).strip().rstrip("."),
        ) from error  # fmt: skip
    return column


def _file(folder: Path, name: str) -> Path:
    return folder / f"{quote(name, safe='')}.npy"


def _kinds(info: DatasetInfo) -> dict[str, np.dtype[Any]]:
    kinds = {
        SYMBOL_COLUMN: np.int32, SEGMENT_COLUMN: np.int32, DAY_COLUMN: np.int32,
        TIME_COLUMN: np.float64, **{label.column: np.int8 for label in info.labels},
        **({MID_COLUMN: np.float64} if info.has_mid_price else {}),
    }  # fmt: skip
    return {name: np.dtype(kind) for name, kind in kinds.items()}


def _kept_rows(stored: Sequence[Path], info: DatasetInfo, days: int) -> tuple[list[int], list[int]]:
    """Of each stored file: rows before the last ``days`` days, and rows in them."""
    parts = [read_keys(path, info, only=[DAY_COLUMN])[DAY_COLUMN] for path in stored]
    skips = rows_before(parts, days)
    return skips, [len(part) - skip for part, skip in zip(parts, skips, strict=True)]


def _pieces(
    stored: Sequence[Path], info: DatasetInfo, skips: list[int], counts: list[int]
) -> Iterator[tuple[str, Array]]:
    """The columns and features of the stored files, one symbol after the other."""
    for code, (path, skip, count) in enumerate(zip(stored, skips, counts, strict=True)):
        yield SYMBOL_COLUMN, np.full(count, code, dtype=np.int32)
        for name, column in read_keys(path, info).items():
            yield name, column[skip:]
        for block in feature_blocks(path, info.features, skip, count):
            yield MATRIX, block
