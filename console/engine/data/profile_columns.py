"""Columns in figures: histograms, and how far the later parts drift from the training part."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from console.core.profile import ColumnPart, ColumnProfile
from console.engine.data.rows import Array, MarketRows, row_blocks

BINS = 40
TAIL = 0.001  # of the rows at either end lie outside the bins
EMPTY_SHARE = 1e-4  # an empty bin counts as this share, else one would make the index infinite
BLOCK_BYTES = 64_000_000
REST = ""
Floats = npt.NDArray[np.float32]
Counts = tuple[tuple[int, ...], int, int]


def column_profiles(
    rows: MarketRows,
    used: Mapping[str, Array],
    missing: Mapping[str, float],
    progress: Callable[[float], None],
) -> tuple[ColumnProfile, ...]:
    """The profile of every column of the unscaled ``rows``.

    ``used`` marks by part the rows (N,) that its windows cover, training first; no row belongs to
    two parts. ``missing`` are the shares known from the import. Columns are taken out of the matrix
    a few at a time, so that memory grows by some columns and not by a second matrix.
    """
    same = rows.segment[1:] == rows.segment[:-1]
    rest = ~np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *used.values()])
    found: list[ColumnProfile] = []

    def profile(column: tuple[str, Floats]) -> ColumnProfile:
        name, values = column
        return _profile(name, values, same, {**used, REST: rest}, missing.get(name))

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # sorting runs outside the interpreter
        for first, block in _blocks(rows.matrix):
            names = rows.features[first : first + len(block)]
            found += threads.map(profile, zip(names, block, strict=True))
            progress(len(found) / rows.num_features)
    return tuple(found)


def stability_index(expected: Array, actual: Array) -> float:
    """Population stability index of two sets of counts (B,) over the same bins.

    Sum of (a - e) ln(a / e) over the shares (Lewis 1994; its limits: ``core.profile``). The limits
    are customs, not tests: Yurdakul and Naranjo (2020), J. Risk Model Validation 14(4).
    """
    e = np.maximum(expected / max(expected.sum(), 1), EMPTY_SHARE)
    a = np.maximum(actual / max(actual.sum(), 1), EMPTY_SHARE)
    return float(((a - e) * np.log(a / e)).sum())


def distance(expected: Array, actual: Array) -> float:
    """Kolmogorov-Smirnov distance of two ascending samples.

    Between two values of ``actual`` only the other distribution function grows, so the greatest
    distance lies at a value of ``actual`` or just before one.
    """
    if not len(expected) or not len(actual):
        return 0.0
    greatest = 0.0
    for side in ("left", "right"):
        e = np.searchsorted(expected, actual, side=side) / len(expected)
        a = np.searchsorted(actual, actual, side=side) / len(actual)
        greatest = max(greatest, float(np.abs(e - a).max()))
    return greatest


def _blocks(matrix: Floats) -> Iterator[tuple[int, Floats]]:
    """``(first column, columns (C, N))``, some contiguous columns at a time."""
    num_rows, num_columns = matrix.shape
    width = max(1, BLOCK_BYTES // (4 * max(num_rows, 1)))
    for first in range(0, num_columns, width):
        part = matrix[:, first : first + width]
        block = np.empty((part.shape[1], num_rows), dtype=np.float32)
        for start, rows in row_blocks(part):
            block[:, start : start + len(rows)] = rows.T
        yield first, block


def _profile(
    name: str, values: Floats, same: Array, used: Mapping[str, Array], missing: float | None
) -> ColumnProfile:
    pieces = {part: np.sort(values[rows]) for part, rows in used.items()}
    ordered = np.sort(np.concatenate([*pieces.values()]), kind="stable")  # merges what is sorted
    edges = _edges(ordered)
    del pieces[REST]
    counts, below, above = _counts(ordered, edges)
    mean, deviation = _moments(values)
    return ColumnProfile(
        name=name, low=float(edges[0]), high=float(edges[-1]), counts=counts, below=below,
        above=above, minimum=float(ordered[0]), maximum=float(ordered[-1]), mean=mean,
        deviation=deviation, median=float(np.median(ordered)),
        zeros=float((values == 0).mean()),
        repeats=float(((values[1:] == values[:-1]) & same).sum() / len(values)),
        missing=missing, parts=tuple(_parts(pieces, edges)),
    )  # fmt: skip


def _parts(pieces: Mapping[str, Floats], edges: Array) -> Iterator[ColumnPart]:
    training: tuple[Floats, Array] | None = None
    for part, chosen in pieces.items():
        mean, deviation = _moments(chosen)
        counts, below, above = _counts(chosen, edges)
        every = np.array([below, *counts, above])
        psi = ks = None
        if training is not None:
            psi, ks = stability_index(training[1], every), distance(training[0], chosen)
        else:
            training = chosen, every
        yield ColumnPart(part, mean, deviation, counts, below, above, psi, ks)


def _edges(ordered: Floats) -> npt.NDArray[np.float64]:
    """Bin edges (B + 1,) between the outer percentiles of ascending values."""
    low, high = (float(value) for value in np.quantile(ordered, [TAIL, 1 - TAIL]))
    if low == high:
        low, high = float(ordered[0]), float(ordered[-1])
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BINS + 1)


def _counts(ordered: Floats, edges: Array) -> Counts:
    """Values in each bin, below and above; a bin holds its left edge, the last both."""
    places = np.searchsorted(ordered.astype(np.float64), edges)
    places[-1] = np.searchsorted(ordered, edges[-1], side="right")
    counts = tuple(np.diff(places).tolist())
    return counts, int(places[0]), len(ordered) - int(places[-1])


def _moments(values: Floats) -> tuple[float, float]:
    mean = float(values.mean(dtype=np.float64))
    return mean, float(np.sqrt(np.square(values - mean, dtype=np.float64).mean()))
