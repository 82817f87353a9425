"""Which windows a training gets: labelled, split in time, with the scaling fitted on them.

Nothing here needs tensors, so that a check of the data starts quickly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES
from console.core.errors import DataError
from console.engine.data.normalise import Scaler, rows_of_windows
from console.engine.data.rows import Array, MarketRows, choose_symbols, runs
from console.engine.data.splits import PARTS, Split, SplitRule, split_windows, strided
from console.engine.data.targets import Target, choose_target, classify

Parts = tuple[Array, Array, Array]
PART_TITLES = {"train": "training", "validation": "validation", "test": "test"}


@dataclass(frozen=True)
class LabelledWindows:
    """Which windows a training gets, and how they are labelled.

    ``ends`` are row numbers (M,) of the last rows of the windows of training, validation and test,
    ``classes`` their labels (M,); ``unlabelled`` counts the windows left out for want of one.
    ``warnings`` say what else was left out.
    """

    ranges: list[tuple[int, int]]
    target: Target
    split: Split
    ends: Parts
    classes: Parts
    unlabelled: tuple[int, ...]
    label: dict[str, Any]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class ChosenWindows(LabelledWindows):
    """Labelled windows with the scaling fitted on those of training."""

    data: DataConfig
    sequence_length: int
    scaler: Scaler


def choose_windows(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> ChosenWindows:
    """Label and split ``rows`` in time, and fit the scaling; ``rows`` stay as they are.

    Raises:
        DataError: an unknown label or symbol, too few rows for one window, an empty part, or a
            part in which a class is missing.
    """
    found = label_windows(rows, data, balancing, sequence_length)
    rows.release()  # the key columns: scaling needs room of its own
    scaler = _fit_scaler(rows, found.ranges, found.ends[0], sequence_length, data)
    return ChosenWindows(**vars(found), data=data, sequence_length=sequence_length, scaler=scaler)


def label_windows(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> LabelledWindows:
    """Label and split ``rows`` in time; ``rows`` stay as they are.

    Raises:
        DataError: as ``choose_windows``.
    """
    ranges = used_ranges(rows, data)
    target = choose_target(rows, ranges, data)
    _require_room(rows, ranges, sequence_length)
    split = split_windows(rows, ranges, SplitRule.of(data, sequence_length, target.reach_rows))
    train_ends = strided(split.ends[0], rows.segment, sequence_length, data.window_stride)
    ends = [train_ends, split.ends[1], split.ends[2]]
    warnings: list[str] = []
    if data.normalisation == "rolling":
        ends, warnings = _after_the_first_day(rows, ranges, ends, sequence_length)
    classes, label = classify(rows, target, ends, balancing)
    unlabelled = tuple(int((part < 0).sum()) for part in classes)
    ends = [end[part >= 0] for end, part in zip(ends, classes, strict=True)]
    classes = [part[part >= 0] for part in classes]
    _require_classes(classes, data, split, label)
    return LabelledWindows(
        ranges, target, split, (ends[0], ends[1], ends[2]), (classes[0], classes[1], classes[2]),
        unlabelled, label, tuple(warnings),
    )  # fmt: skip


def used_ranges(rows: MarketRows, data: DataConfig) -> list[tuple[int, int]]:
    """``(first row, one past the last row)`` of the symbols and last days that ``data`` asks for.

    Raises:
        DataError: an unknown symbol, or no rows.
    """
    wanted = choose_symbols(data.symbols, rows.symbols, f"'{rows.name}'")
    found = [(a, b) for code, a, b in rows.symbol_ranges() if rows.symbols[code] in wanted]
    if not found:
        raise DataError(
            "'{name}' has no rows.", remedy="Import data, or choose other symbols.", name=rows.name
        )
    present = np.unique(np.concatenate([np.unique(rows.day[a:b]) for a, b in found]))
    if not 0 < data.days < len(present):
        return found
    first = present[-data.days]
    kept = [(a + int(np.searchsorted(rows.day[a:b], first)), b) for a, b in found]
    return [(a, b) for a, b in kept if a < b]


def _require_room(rows: MarketRows, ranges: list[tuple[int, int]], sequence_length: int) -> None:
    lengths = [b - a for first, stop in ranges for a, b in runs(rows.segment[first:stop])]
    if max(lengths) < sequence_length:
        raise DataError(
            "'{name}' has too few rows for one window: a window needs {needed} rows without a gap, "
            "the {count} stretches have {shortest} to {longest}.",
            remedy="Shorten the sequence length, raise max_gap_s in the import mapping, or bring "
            "more rows.",
            name=rows.name, needed=sequence_length, count=len(lengths),
            shortest=min(lengths), longest=max(lengths),
        )  # fmt: skip


def _after_the_first_day(
    rows: MarketRows, ranges: list[tuple[int, int]], ends: list[Array], sequence_length: int
) -> tuple[list[Array], list[str]]:
    """The windows that begin after the first day, and what to say about the others.

    Raises:
        DataError: there is only one day.
    """
    days = [int(rows.day[row]) for first, stop in ranges for row in (first, stop - 1)]
    if min(days) == max(days):
        raise DataError(
            "'{name}' has one day only, and scaling by previous days needs two.",
            remedy="Use more days, or another scaling.", name=rows.name,
        )  # fmt: skip
    kept = [part[rows.day[part - (sequence_length - 1)] > min(days)] for part in ends]
    lost = sum(map(len, ends)) - sum(map(len, kept))
    words = f"{lost:,} windows of the first day are left out: no day before it to scale them by."
    return kept, [words] if lost else []


def _fit_scaler(
    rows: MarketRows,
    ranges: list[tuple[int, int]],
    train_ends: Array,
    sequence_length: int,
    data: DataConfig,
) -> Scaler:
    if data.normalisation == "rolling":
        used = np.zeros(len(rows), dtype=bool)
        for first, stop in ranges:
            used[first:stop] = True
        return Scaler.fit_rolling(
            rows.matrix, rows.day, used, rows.features, data.clip_sigma, data.rolling_days
        )
    used = rows_of_windows(len(rows), train_ends, sequence_length)
    return Scaler.fit(rows.matrix, used, rows.features, data.normalisation, data.clip_sigma)


def _require_classes(
    classes: list[Array], data: DataConfig, split: Split, label: dict[str, Any]
) -> None:
    shares = (data.train_fraction, data.validation_fraction, data.test_fraction)
    drawn = {PARTS[band.part] for band in split.bands}
    for part, found, share, purged in zip(PARTS, classes, shares, split.purged, strict=True):
        if share == 0 and part not in drawn:
            continue
        title = PART_TITLES[part]
        if not len(found):
            raise DataError(
                "The {part} part has no labelled window; {purged} windows were left out before the "
                "next part by purge and embargo.",
                remedy="Use more days, enlarge this part, or lower the embargo, the horizon or the "
                "sequence length.",
                part=title, purged=purged,
            )  # fmt: skip
        counts = np.bincount(found, minlength=len(CLASS_NAMES))
        missing = [name for name, count in zip(CLASS_NAMES, counts, strict=True) if not count]
        if missing:
            shown = ", ".join(f"{n} {c:,}" for n, c in zip(CLASS_NAMES, counts, strict=True))
            raise DataError(
                "The {part} part has no {missing} window (label {label}); it has {shown}.",
                remedy="Use more days or symbols, another label or threshold, or a larger part.",
                part=title, missing=" and no ".join(missing),
                label=label["column"] or "from prices", shown=shown,
            )  # fmt: skip
