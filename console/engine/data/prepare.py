"""From market rows to training, validation and test windows: chosen, scaled, balanced."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES
from console.engine.data import labels as label_rules
from console.engine.data.balance import oversample_index
from console.engine.data.block_windows import BlockWindowSource
from console.engine.data.normalise import Scaler
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import PARTS
from console.engine.data.targets import known_moves
from console.engine.data.window_choice import ChosenWindows, choose_windows
from console.engine.data.windows import Windows, WindowSource


@dataclass(frozen=True)
class PreparedData:
    """Everything a training needs from the data.

    ``label`` says how classes were made (see ``targets.classify``). ``return_scale`` is the
    standard deviation of the training returns. ``summary`` is plain data for events and records.
    ``test`` has no windows when the test share is 0.
    """

    train: Windows
    validation: Windows
    test: Windows
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

    A matrix in memory is scaled in place (no second copy of N x F) and becomes read-only, so such
    rows can be prepared once; load them again for another preparation. Rows on disk stay as they
    are: their blocks are scaled as they are read.

    Raises:
        DataError: as ``choose_windows``.
    """
    if not (rows.on_disk or rows.matrix.flags.writeable):
        raise ValueError("these rows are already scaled; load them again")
    chosen = choose_windows(rows, data, balancing, sequence_length)
    returns = known_moves(rows, chosen.target, chosen.ends)
    index = _sample_index(chosen.classes[0], balancing, seed)
    cut = _window_cutter(rows, chosen.scaler, sequence_length)
    train, validation, test = (
        cut(chosen.ends[part], chosen.classes[part], returns[part], None if part else index)
        for part in range(3)
    )
    summary = _summary(rows, chosen, [train, validation, test])
    summary["warnings"] = [
        *rows.warnings, *chosen.warnings, *_warnings(rows, chosen, returns[0])
    ]  # fmt: skip
    scale = label_rules.return_scale(returns[0])
    rows.release()
    return PreparedData(train, validation, test, chosen.scaler, chosen.label, scale, rows, summary)


def reseeded(prepared: PreparedData, balancing: BalancingConfig, seed: int) -> PreparedData:
    """The same data as ``prepare_windows`` gives them for another seed of oversampling."""
    index = _sample_index(prepared.train.labels.numpy(), balancing, seed)
    return dataclasses.replace(prepared, train=prepared.train.resampled(index))


def days_of(rows: MarketRows, ends: Array) -> dict[str, int] | None:
    """First and last day and number of days of windows that end in rows ``ends`` (M,)."""
    if not len(ends):
        return None
    days = np.unique(rows.day[ends])
    return {"first": int(days[0]), "last": int(days[-1]), "count": len(days)}


def _window_cutter(
    rows: MarketRows, scaler: Scaler, sequence_length: int
) -> Callable[[Array, Array, Array, Array | None], Windows]:
    """Makes windows of (ends, classes, returns, sample index); scales rows that are in memory."""
    if not rows.on_disk:
        scaler.apply_(rows.matrix, rows.day)
        matrix = torch.from_numpy(rows.matrix)
        rows.matrix.flags.writeable = False

    def cut(ends: Array, classes: Array, returns: Array, index: Array | None) -> Windows:
        if rows.on_disk:
            return BlockWindowSource(
                rows, scaler, ends, sequence_length, classes, returns, sample_index=index
            )
        return WindowSource(matrix, ends, sequence_length, classes, returns, sample_index=index)

    return cut


def _sample_index(classes: Array, balancing: BalancingConfig, seed: int) -> Array | None:
    if not balancing.use_oversampling:
        return None
    return oversample_index(classes, balancing.oversample_ratio, seed)


def _summary(rows: MarketRows, chosen: ChosenWindows, sources: list[Windows]) -> dict[str, Any]:
    data, split, ranges = chosen.data, chosen.split, chosen.ranges
    counts = [source.class_counts() for source in sources]
    used = [int(rows.symbol_code[first]) for first, _ in ranges]
    days = [days_of(rows, source.ends.numpy()) for source in sources]
    return {
        "symbols": [rows.symbols[code] for code in used],
        "days": len(np.unique(np.concatenate([rows.day[a:b] for a, b in ranges]))),
        "source": rows.source,
        "dataset": rows.name,
        "simulated": rows.simulated,
        "features": list(rows.features),
        "num_rows": sum(b - a for a, b in ranges),
        "storage": rows.storage,
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
        "label": chosen.label,
        "split_method": data.split_method,
        "fold": data.fold or data.num_folds,
        "num_folds": data.num_folds,
        "split_by": split.by,
        "boundaries": {"validation": split.boundaries[0], "test": split.boundaries[1]},
        "bands": [
            {"part": PARTS[band.part], "first": band.first, "stop": band.stop}
            for band in split.bands
        ],
        "part_days": dict(zip(PARTS, days, strict=True)),
        "purged": dict(zip(PARTS, split.purged, strict=True)),
        "unlabelled": dict(zip(PARTS, chosen.unlabelled, strict=True)),
    }


def _warnings(rows: MarketRows, chosen: ChosenWindows, train_returns: Array) -> list[str]:
    found: list[str] = []
    if chosen.scaler.constant:
        names = ", ".join(chosen.scaler.constant)
        found.append(f"These features never change in the training rows: {names}.")
    limits = chosen.label["thresholds"]
    if limits and (limits[0] > 0 or limits[1] < 0):
        found.append(
            f"The label limits {limits[0]:.3g} and {limits[1]:.3g} do not enclose 0: "
            "prices drift in the training part, so some rises count as SELL or falls as BUY."
        )
    if not np.isfinite(train_returns).any():
        found.append(
            f"'{rows.name}' has no future returns for this label; the return head is not trained."
        )
    return found
