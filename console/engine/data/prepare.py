"""From market rows to training, validation and test windows: label, split, scale, balance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES
from console.core.errors import DataError
from console.engine.data import labels as label_rules
from console.engine.data.balance import oversample_index
from console.engine.data.normalise import Scaler, rows_of_windows
from console.engine.data.rows import Array, MarketRows, choose_symbols, runs
from console.engine.data.splits import PARTS, Split, SplitRule, split_windows, strided
from console.engine.data.targets import choose_target, classify
from console.engine.data.windows import WindowSource

PART_TITLES = {"train": "training", "validation": "validation", "test": "test"}


@dataclass(frozen=True)
class PreparedData:
    """Everything a training needs from the data.

    ``label`` says how classes were made (see ``targets.classify``). ``return_scale`` is the
    standard deviation of the training returns. ``summary`` is plain data for events and records.
    ``test`` has no windows when the test share is 0.
    """

    train: WindowSource
    validation: WindowSource
    test: WindowSource
    scaler: Scaler
    label: dict[str, Any]
    return_scale: float
    rows: MarketRows
    summary: dict[str, Any] = field(default_factory=dict)


def prepare_windows(
    rows: MarketRows,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
    seed: int,
) -> PreparedData:
    """Label, split in time, scale and balance ``rows``.

    The matrix of ``rows`` is scaled in place (no second copy of N x F) and becomes read-only, so
    rows can be prepared once; load them again for another preparation.

    Raises:
        DataError: an unknown label or symbol, too few rows for one window, an empty part, or a
            part in which a class is missing.
    """
    if not rows.matrix.flags.writeable:
        raise ValueError("these rows are already scaled; load them again")
    ranges = used_ranges(rows, data)
    target = choose_target(rows, ranges, data)
    _require_room(rows, ranges, sequence_length)
    split = split_windows(rows, ranges, SplitRule.of(data, sequence_length, target.reach_rows))
    train_ends = strided(split.ends[0], rows.segment, sequence_length, data.window_stride)
    ends = [train_ends, split.ends[1], split.ends[2]]
    classes, label = classify(rows, target, ends, balancing)
    unlabelled = [int((part < 0).sum()) for part in classes]
    ends = [end[part >= 0] for end, part in zip(ends, classes, strict=True)]
    classes = [part[part >= 0] for part in classes]
    _require_classes(classes, data, split, label)
    scaler = Scaler.fit(
        rows.matrix, rows_of_windows(len(rows), ends[0], sequence_length), rows.features,
        data.normalisation, data.clip_sigma,
    )  # fmt: skip
    scaler.apply_(rows.matrix)
    matrix = torch.from_numpy(rows.matrix)
    rows.matrix.flags.writeable = False
    returns = [label_rules.known_moves(rows, e, target.column, target.horizon) for e in ends]
    index = _sample_index(classes[0], balancing, seed)
    train, validation, test = (
        WindowSource(
            matrix, ends[part], sequence_length, classes[part], returns[part],
            sample_index=index if part == 0 else None,
        )
        for part in range(3)
    )  # fmt: skip
    sources = [train, validation, test]
    summary = _summary(rows, ranges, split, sources, label)
    summary["split_method"] = data.split_method
    summary["fold"], summary["num_folds"] = data.fold or data.num_folds, data.num_folds
    summary["unlabelled"] = dict(zip(PARTS, unlabelled, strict=True))
    summary["warnings"] = [*rows.warnings, *_warnings(rows, scaler, label, sources)]
    scale = label_rules.return_scale(returns[0])
    return PreparedData(train, validation, test, scaler, label, scale, rows, summary)


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


def _sample_index(classes: Array, balancing: BalancingConfig, seed: int) -> Array | None:
    if not balancing.use_oversampling:
        return None
    return oversample_index(classes, balancing.oversample_ratio, seed)


def _summary(
    rows: MarketRows,
    ranges: list[tuple[int, int]],
    split: Split,
    sources: list[WindowSource],
    label: dict[str, Any],
) -> dict[str, Any]:
    counts = [source.class_counts() for source in sources]
    used = [int(rows.symbol_code[first]) for first, _ in ranges]
    days = [_days_of(rows, source) for source in sources]
    return {
        "symbols": [rows.symbols[code] for code in used],
        "days": len(np.unique(np.concatenate([rows.day[a:b] for a, b in ranges]))),
        "source": rows.source,
        "dataset": rows.name,
        "simulated": rows.simulated,
        "features": list(rows.features),
        "num_rows": sum(b - a for a, b in ranges),
        "total_samples": sum(len(source) for source in sources),
        "train_windows": len(sources[0]),
        "validation_windows": len(sources[1]),
        "test_windows": len(sources[2]),
        "train_samples": sources[0].num_samples,
        "num_classes": len(CLASS_NAMES),
        "class_distribution": {
            part: dict(zip(CLASS_NAMES, count, strict=True))
            for part, count in zip(PARTS, counts, strict=True)
        },
        "imbalance_ratio": max(counts[0]) / max(1, min(counts[0])),
        "label": label,
        "split_by": split.by,
        "boundaries": {"validation": split.boundaries[0], "test": split.boundaries[1]},
        "bands": [
            {"part": PARTS[band.part], "first": band.first, "stop": band.stop}
            for band in split.bands
        ],
        "part_days": dict(zip(PARTS, days, strict=True)),
        "purged": dict(zip(PARTS, split.purged, strict=True)),
    }


def _days_of(rows: MarketRows, source: WindowSource) -> dict[str, int] | None:
    if not len(source):
        return None
    days = np.unique(rows.day[source.ends.numpy()])
    return {"first": int(days[0]), "last": int(days[-1]), "count": len(days)}


def _warnings(
    rows: MarketRows, scaler: Scaler, label: dict[str, Any], sources: list[WindowSource]
) -> list[str]:
    found: list[str] = []
    if scaler.constant:
        names = ", ".join(scaler.constant)
        found.append(f"These features never change in the training rows: {names}.")
    limits = label["thresholds"]
    if limits and (limits[0] > 0 or limits[1] < 0):
        found.append(
            f"The label limits {limits[0]:.3g} and {limits[1]:.3g} do not enclose 0: "
            "prices drift in the training part, so some rises count as SELL or falls as BUY."
        )
    if not bool(torch.isfinite(sources[0].returns).any()):
        found.append(
            f"'{rows.name}' has no future returns for this label; the return head is not trained."
        )
    return found
