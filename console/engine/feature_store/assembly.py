"""Rows scattered over many files, put into one matrix in order of symbol and time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from console.core.errors import DataError
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows, release, row_blocks, runs
from console.engine.feature_store.columns import label_seconds

DAY_S = 86_400.0
LEAST_GAP_S = 60.0


@dataclass(frozen=True)
class FileKeys:
    """What is known about the n rows of one file before its features are read.

    ``time`` (n,) seconds, NaN where unknown (such a row is left out and breaks the window);
    ``labels`` int8 with -1 for unlabelled; ``movements`` float32; ``mid`` float64 or None.
    ``blocks`` yields the features in row order, float32 (k, F).
    """

    symbol_code: npt.NDArray[np.int32]
    time: npt.NDArray[np.float64]
    labels: dict[str, npt.NDArray[np.int8]]
    movements: dict[str, npt.NDArray[np.float32]]
    mid: npt.NDArray[np.float64] | None
    blocks: Callable[[], Iterable[Array]] = field(repr=False)


@dataclass(frozen=True)
class OldFiles:
    """Files of an older layout in order of time; ``read`` gives what is known of one."""

    files: Sequence[str | Path]
    symbols: tuple[str, ...]
    features: tuple[str, ...]
    read: Callable[[str | Path], FileKeys] = field(repr=False)


Room = Callable[[int, int], Array]


def in_memory(num_rows: int, num_features: int) -> Array:
    """A matrix (N, F) float32 in memory."""
    return np.empty((num_rows, num_features), dtype=np.float32)


def assemble_old(
    stored: OldFiles,
    *,
    source: Literal["feature_store", "legacy"],
    name: str,
    max_gap_s: float | None,
    room: Room,
) -> MarketRows:
    """``assemble`` of all files of an older layout, with the labels that any of them has.

    Raises:
        DataError: as ``assemble`` and ``stored.read``.
    """
    pieces = [stored.read(path) for path in stored.files]
    labels = sorted({label for piece in pieces for label in piece.labels}, key=label_seconds)
    return assemble(
        [piece for piece in pieces if len(piece.time)], stored.symbols, stored.features,
        {label: label_seconds(label) for label in labels},
        source=source, name=name, max_gap_s=max_gap_s, room=room,
    )  # fmt: skip


def assemble(
    files: Sequence[FileKeys],
    symbols: tuple[str, ...],
    features: tuple[str, ...],
    horizons_s: dict[str, float],
    *,
    source: Literal["feature_store", "legacy"],
    name: str,
    max_gap_s: float | None,
    room: Room = in_memory,
) -> MarketRows:
    """One preallocated matrix of all files' rows, sorted, without doubles or unusable rows.

    Of rows with one symbol and time the last is kept. Rows with a value that is no number, or
    without a time, are left out and break the window there. ``horizons_s`` are the label horizons
    in seconds; they become the most rows of one symbol within that time. ``max_gap_s`` None takes
    five median steps, at least 60 s. ``room`` makes the matrix, in memory or on disk.

    Raises:
        DataError: no usable row.
    """
    symbol_code = np.concatenate([keys.symbol_code for keys in files])
    time, usable = filled_times(files)
    order, num_doubles = _order(symbol_code, time, usable)
    matrix = room(len(order), len(features))
    _scatter(files, order, len(time), matrix)
    good = _finite(matrix) & usable[order]
    if not good.any():
        _raise_nothing_left(matrix, features, name)
    kept = order[good]
    _compact(matrix, good)
    symbol_code, time = symbol_code[kept], time[kept]
    gap_s = max_gap_s or _default_gap(symbol_code, time)
    labels = {label: _joined(files, label)[kept] for label in horizons_s}
    rows = MarketRows(
        matrix=matrix[: len(kept)],
        symbol_code=symbol_code,
        segment=_segments(symbol_code, time, good, gap_s),
        time=time,
        day=np.floor(time / DAY_S).astype(np.int32),
        mid=_mid(files, kept),
        mid_kind="price",
        labels=labels,
        label_horizons={
            label: rows_within(symbol_code, time, seconds)
            for label, seconds in horizons_s.items()
        },
        features=features,
        symbols=symbols,
        source=source,
        name=name,
        fingerprint="",
        movements=_movements(files, kept),
        warnings=tuple(_warnings(num_doubles, int((~good).sum()))),
    )  # fmt: skip
    object.__setattr__(rows, "fingerprint", _fingerprint(rows))
    return rows


def rows_within(symbol_code: Array, time: Array, seconds: float) -> int:
    """The most rows of one symbol that follow a row within ``seconds``; at least 1."""
    most = 1
    for first, stop in runs(symbol_code):
        own = time[first:stop]
        last = np.searchsorted(own, own + seconds, side="right") - 1
        most = max(most, int((last - np.arange(len(own))).max()))
    return most


def filled_times(files: Sequence[FileKeys]) -> tuple[Array, Array]:
    """Times with the unknown ones taken from the row before, and which are known."""
    filled, known = [], []
    for keys in files:
        is_known = np.isfinite(keys.time)
        place = np.maximum.accumulate(np.where(is_known, np.arange(len(keys.time)), 0))
        filled.append(np.nan_to_num(keys.time[place], nan=-np.inf, posinf=-np.inf))
        known.append(is_known)
    return np.concatenate(filled), np.concatenate(known)


def _order(symbol_code: Array, time: Array, usable: Array) -> tuple[Array, int]:
    order = np.lexsort((np.arange(len(time)), time, symbol_code))
    symbol, clock, known = symbol_code[order], time[order], usable[order]
    double = (symbol[1:] == symbol[:-1]) & (clock[1:] == clock[:-1]) & known[1:] & known[:-1]
    return order[np.append(~double, True)], int(double.sum())


def _scatter(files: Sequence[FileKeys], order: Array, num_rows: int, matrix: Array) -> None:
    """Read the features file by file, each row straight to its place in ``matrix``."""
    place = np.full(num_rows, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    first = 0
    for keys in files:
        start = first
        for block in keys.blocks():
            to = place[start : start + len(block)]
            wanted = to >= 0
            matrix[to[wanted]] = block[wanted]
            start += len(block)
            release(matrix)
        first += len(keys.time)


def _finite(matrix: Array) -> Array:
    good = np.empty(len(matrix), dtype=bool)
    for start, block in row_blocks(matrix):
        good[start : start + CHUNK_ROWS] = np.isfinite(block).all(axis=1)
    return good


def _compact(matrix: Array, good: Array) -> None:
    """Move the good rows to the front, in place and in order."""
    if good.all():
        return
    filled = 0
    for start, rows in row_blocks(matrix):
        block = rows[good[start : start + CHUNK_ROWS]]
        matrix[filled : filled + len(block)] = block
        filled += len(block)


def _segments(symbol_code: Array, time: Array, good: Array, max_gap_s: float) -> Array:
    broken = np.diff(np.flatnonzero(good)) > 1
    broken |= symbol_code[1:] != symbol_code[:-1]
    broken |= np.diff(time) > max_gap_s
    return np.concatenate(([0], np.cumsum(broken))).astype(np.int32)


def _default_gap(symbol_code: Array, time: Array) -> float:
    steps = np.diff(time)[symbol_code[1:] == symbol_code[:-1]]
    return max(LEAST_GAP_S, 5.0 * float(np.median(steps))) if len(steps) else LEAST_GAP_S


def _joined(files: Sequence[FileKeys], label: str) -> Array:
    unlabelled = [np.full(len(keys.time), -1, dtype=np.int8) for keys in files]
    pairs = zip(files, unlabelled, strict=True)
    return np.concatenate([keys.labels.get(label, none) for keys, none in pairs])


def _mid(files: Sequence[FileKeys], kept: Array) -> npt.NDArray[np.float64] | None:
    unknown = [np.full(len(keys.time), np.nan) for keys in files]
    pairs = zip(files, unknown, strict=True)
    mid = np.concatenate([none if k.mid is None else k.mid for k, none in pairs])[kept]
    return mid if np.isfinite(mid).any() else None


def _movements(files: Sequence[FileKeys], kept: Array) -> dict[str, npt.NDArray[np.float32]]:
    found = {}
    for label in dict.fromkeys(label for keys in files for label in keys.movements):
        unknown = [np.full(len(keys.time), np.nan, dtype=np.float32) for keys in files]
        pairs = zip(files, unknown, strict=True)
        found[label] = np.concatenate([k.movements.get(label, none) for k, none in pairs])[kept]
    return found


def _fingerprint(rows: MarketRows) -> str:
    digest = hashlib.sha256("\n".join([*rows.symbols, "", *rows.features]).encode())
    matrix = (block for _start, block in row_blocks(rows.matrix))
    for array in chain((rows.symbol_code, rows.time), matrix, rows.labels.values()):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _raise_nothing_left(matrix: Array, features: tuple[str, ...], name: str) -> None:
    worst = int(np.argmin(np.isfinite(matrix).sum(axis=0))) if len(matrix) else 0
    raise DataError(
        "{name} has no complete row; '{column}' is most often not a number.",
        remedy="Leave that column out, or fill it, in the program that writes the files.",
        name=name, column=features[worst],
    )  # fmt: skip


def _warnings(num_doubles: int, num_bad: int) -> Iterator[str]:
    if num_doubles:
        yield f"{num_doubles:,} rows repeated a time of their symbol; the last one was kept."
    if num_bad:
        yield f"{num_bad:,} rows with values that are no numbers, or without a time, were left out."
