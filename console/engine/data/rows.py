"""Market rows in memory: one contiguous feature matrix and what is known about each row."""

from __future__ import annotations

import dataclasses
import mmap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from console.core.datasets import DatasetInfo, dataset_dir
from console.core.errors import DataError, did_you_mean
from console.core.paths import Workspace

Source = Literal["dataset", "feature_store", "legacy", "simulated"]
MidKind = Literal["price", "relative"]
Array = npt.NDArray[Any]

TIME_COLUMN = "__time"
DAY_COLUMN = "__day"
SEGMENT_COLUMN = "__segment"
MID_COLUMN = "__mid"
SYMBOL_COLUMN = "__symbol"
CHUNK_ROWS = 65_536


@dataclass(frozen=True)
class MarketRows:
    """N rows of F features, sorted by symbol and then by time.

    ``matrix`` (N, F) float32, C-contiguous, in memory or a read-only mapped file (``on_disk``).
    ``symbol_code`` (N,) int32 indexes ``symbols``. ``segment`` (N,) int32: rows of one number
    follow each other without a gap; a number never comes back. ``time`` (N,) float64 in seconds,
    ``day`` (N,) int32 counts whole days. ``mid`` (N,) float64 or None: a price, or (``mid_kind``
    "relative") already a relative change, so that a return is a difference. ``labels`` hold int8
    classes 0 SELL, 1 HOLD, 2 BUY, -1 unlabelled; ``label_horizons`` how many rows ahead each looks
    at most. ``movements`` are known future returns by label name, NaN where unknown. ``storage``
    tells where the rows are held and why.
    """

    matrix: npt.NDArray[np.float32]
    symbol_code: npt.NDArray[np.int32]
    segment: npt.NDArray[np.int32]
    time: npt.NDArray[np.float64]
    day: npt.NDArray[np.int32]
    mid: npt.NDArray[np.float64] | None
    mid_kind: MidKind
    labels: dict[str, npt.NDArray[np.int8]]
    label_horizons: dict[str, int]
    features: tuple[str, ...]
    symbols: tuple[str, ...]
    source: Source
    name: str
    fingerprint: str
    simulated: bool = False
    movements: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    storage: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def num_features(self) -> int:
        """F."""
        return int(self.matrix.shape[1])

    @property
    def on_disk(self) -> bool:
        """Whether the rows are mapped files: never written to, and only partly in memory."""
        return isinstance(self.matrix, np.memmap)

    def release(self) -> None:
        """Give the memory of mapped rows back; they are read again when needed."""
        columns = (self.symbol_code, self.segment, self.time, self.day, self.mid)
        for array in (self.matrix, *columns, *self.labels.values()):
            release(array)

    @property
    def num_days(self) -> int:
        """How many different days have rows."""
        return len(np.unique(self.day))

    def symbol_ranges(self) -> list[tuple[int, int, int]]:
        """``(symbol code, first row, one past the last row)`` of every symbol that has rows."""
        return [(int(self.symbol_code[a]), a, b) for a, b in runs(self.symbol_code)]

    def between(self, first: int, stop: int) -> MarketRows:
        """Rows ``first`` ... ``stop`` - 1 alone, as views."""
        part = slice(first, stop)
        return dataclasses.replace(
            self,
            matrix=self.matrix[part],
            symbol_code=self.symbol_code[part],
            segment=self.segment[part],
            time=self.time[part],
            day=self.day[part],
            mid=None if self.mid is None else self.mid[part],
            labels={name: classes[part] for name, classes in self.labels.items()},
            movements={name: moves[part] for name, moves in self.movements.items()},
        )


def runs(values: Array) -> Iterator[tuple[int, int]]:
    """``(start, stop)`` of every run of equal neighbours in ``values`` (N,)."""
    if not len(values):
        return
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    stops = np.append(starts[1:], len(values))
    yield from zip(starts.tolist(), stops.tolist(), strict=True)


def row_numbers(numbers: Array, count: int) -> Array:
    """``numbers`` below ``count`` in the smallest type that holds them: there may be millions."""
    return np.ascontiguousarray(numbers, dtype=np.int32 if count < 2**31 else np.int64)


def release(array: Array | None) -> None:
    """Give the memory of a mapped file's pages back: they count as this process's while held."""
    if isinstance(array, np.memmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped: Any = array
        mapped._mmap.madvise(mmap.MADV_DONTNEED)


def row_blocks(matrix: Array) -> Iterator[tuple[int, Array]]:
    """``(first row, block)`` of a matrix (N, F), mapped or not, one block in memory at a time."""
    for start in range(0, len(matrix), CHUNK_ROWS):
        yield start, matrix[start : start + CHUNK_ROWS]
        release(matrix)


def columns_of(matrix: Array, places: Sequence[int]) -> dict[int, Array]:
    """Columns ``places`` (N,) of a matrix (N, F), copied in one pass when it is mapped."""
    if not isinstance(matrix, np.memmap):
        return {place: matrix[:, place] for place in places}
    found = {place: np.empty(len(matrix), dtype=matrix.dtype) for place in places}
    for start, block in row_blocks(matrix):
        for place, column in found.items():
            column[start : start + len(block)] = block[:, place]
    return found


def choose_symbols(wanted: Sequence[str], known: Sequence[str], where: str) -> tuple[str, ...]:
    """``wanted`` in the order of ``known``; all of them when nothing is wanted.

    Raises:
        DataError: a symbol that ``where`` does not have.
    """
    for symbol in wanted:
        if symbol not in known:
            close = did_you_mean(symbol, known)
            hint = f" Did you mean '{close}'?" if close else ""
            raise DataError(
                "{where} has no symbol '{symbol}'; it has: {known}.{hint}",
                remedy="Choose other symbols, or leave the list empty to take all.",
                where=where, symbol=symbol, known=_some(known), hint=hint,
            )  # fmt: skip
    return tuple(symbol for symbol in known if not wanted or symbol in wanted)


def load_dataset(
    info: DatasetInfo, workspace: Workspace, symbols: Sequence[str] = (), days: int = 0
) -> MarketRows:
    """Read an imported dataset into one preallocated matrix, batch by batch.

    Memory grows by the matrix, about 40 bytes a row, and one batch. ``symbols`` empty takes all;
    ``days`` keeps the last that many days that have rows, 0 keeps all.

    Raises:
        DataError: an unknown symbol, or a stored file that is missing or damaged.
    """
    folder = dataset_dir(workspace, info.name)
    chosen = choose_symbols(symbols, info.symbols, f"dataset '{info.name}'")
    parts = [read_keys(part_file(folder, symbol), info) for symbol in chosen]
    skips = rows_before([part[DAY_COLUMN] for part in parts], days)
    counts = [len(part[DAY_COLUMN]) - skip for part, skip in zip(parts, skips, strict=True)]
    matrix = np.empty((sum(counts), len(info.features)), dtype=np.float32)
    filled = 0
    for symbol, skip, count in zip(chosen, skips, counts, strict=True):
        for block in feature_blocks(part_file(folder, symbol), info.features, skip, count):
            matrix[filled : filled + len(block)] = block
            filled += len(block)

    def column(name: str) -> Array:
        if name == SYMBOL_COLUMN:
            return np.repeat(np.arange(len(chosen), dtype=np.int32), counts)
        pieces = [part[name][skip:] for part, skip in zip(parts, skips, strict=True)]
        return np.concatenate(pieces)

    return dataset_rows(info, chosen, matrix, column)


def dataset_rows(
    info: DatasetInfo, symbols: tuple[str, ...], matrix: Array, column: Callable[[str], Array]
) -> MarketRows:
    """The rows of ``symbols`` of a dataset from its features and a way to its key columns."""
    mapping = info.mapping.get("mid_price") or {}
    return MarketRows(
        matrix=matrix,
        symbol_code=column(SYMBOL_COLUMN),
        segment=column(SEGMENT_COLUMN),
        time=column(TIME_COLUMN),
        day=column(DAY_COLUMN),
        mid=column(MID_COLUMN) if info.has_mid_price else None,
        mid_kind="relative" if mapping.get("kind") == "relative" else "price",
        labels={label.column: column(label.column) for label in info.labels},
        label_horizons={label.column: label.horizon_rows for label in info.labels},
        features=info.features,
        symbols=symbols,
        source="simulated" if info.simulated else "dataset",
        name=info.name,
        fingerprint=info.fingerprint,
        simulated=info.simulated,
        warnings=info.warnings,
    )


def part_file(folder: Path, symbol: str) -> Path:
    """Where the rows of ``symbol`` are kept inside a dataset's folder."""
    return folder / "rows" / f"symbol={quote(symbol, safe='')}" / "part-0.parquet"


def rows_before(days_of_parts: list[Array], days: int) -> list[int]:
    """How many rows of each part lie before the last ``days`` days of all parts; 0 keeps all."""
    present = np.unique(np.concatenate([np.unique(day) for day in days_of_parts]))
    first = int(present[-days]) if 0 < days < len(present) else int(present[0])
    return [int(np.searchsorted(day, first)) for day in days_of_parts]


def read_keys(path: Path, info: DatasetInfo, only: Sequence[str] = ()) -> dict[str, Array]:
    """The key columns of a stored file: time, day, segment, labels and price, or ``only`` some."""
    import polars as pl

    labels = [label.column for label in info.labels]
    wanted = [TIME_COLUMN, DAY_COLUMN, SEGMENT_COLUMN, *labels]
    wanted += [MID_COLUMN] if info.has_mid_price else []
    with reading(path):
        frame = pl.scan_parquet(path).select(list(only) or wanted).collect()
    arrays: dict[str, Array] = {}
    for name in frame.columns:
        series = frame[name]
        arrays[name] = (series.fill_null(-1) if name in labels else series).to_numpy()
    return arrays


def feature_blocks(
    path: Path, features: Sequence[str], skip: int, count: int
) -> Iterator[npt.NDArray[np.float32]]:
    """Rows ``skip`` ... ``skip + count - 1`` of a stored file, float32 (k, F) at a time."""
    import polars as pl

    for start in range(skip, skip + count, CHUNK_ROWS):
        with reading(path):
            scan = pl.scan_parquet(path, low_memory=True).select(features)
            frame = scan.slice(start, min(CHUNK_ROWS, skip + count - start)).collect()
        yield frame.to_numpy().astype(np.float32, copy=False)


@contextmanager
def reading(
    path: Path, remedy: str = "The stored file is missing or damaged; import the dataset again."
) -> Iterator[None]:
    """Turn the dataframe library's refusals while reading ``path`` into a ``DataError``."""
    import polars as pl

    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy=remedy, path=path, reason=lines[0].rstrip("."),
        ) from error  # fmt: skip


def _some(names: Sequence[str], most: int = 12) -> str:
    listed = ", ".join(names[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
