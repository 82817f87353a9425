"""A first look at a stored dataset: is it whole, and is it fit for the split that is planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES, DatasetInfo, dataset_dir, get_dataset
from console.core.fields import from_plain
from console.core.paths import Workspace
from console.engine.data.importer import dataset_fingerprint
from console.engine.data.normalise import column_statistics
from console.engine.data.prepare import PART_TITLES, used_ranges
from console.engine.data.rows import CHUNK_ROWS, MarketRows, load_dataset, reading
from console.engine.data.splits import PARTS, SplitRule, split_windows

OUTLIER_SIGMA = 50.0
FEW_ROWS_SHARE = 0.25
REIMPORT = "Import the dataset again under the same name."


@dataclass(frozen=True)
class Finding:
    """One thing found: what it is, the figures behind it, and what to do."""

    severity: Literal["error", "warning", "info"]
    message: str
    evidence: str
    remedy: str = ""


def check_dataset(
    workspace: Workspace, name: str, data: DataConfig | None = None, sequence_length: int = 60
) -> list[Finding]:
    """Findings about dataset ``name`` as ``data`` would split it; errors first.

    Raises:
        DataError: there is no such dataset, or its files cannot be read.
    """
    data = data or from_plain(DataConfig, {})
    info = get_dataset(workspace, name)
    folder = dataset_dir(workspace, name)
    with reading(folder):
        fingerprint = dataset_fingerprint(folder)
    if fingerprint != info.fingerprint:
        evidence = f"fingerprint {fingerprint[:12]}, at import {info.fingerprint[:12]}"
        return [Finding("error", "The stored rows have changed.", evidence, REIMPORT)]
    rows = load_dataset(info, workspace, data.symbols, data.days)
    found = [
        Finding("info", "The stored rows are those of the import.", fingerprint[:12]),
        *_class_mix(rows, data, sequence_length),
        *_columns(rows),
        *_gaps(rows, info, sequence_length),
        *_rows_per_symbol(rows),
    ]
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _class_mix(rows: MarketRows, data: DataConfig, sequence_length: int) -> Iterator[Finding]:
    fractions = (data.train_fraction, data.validation_fraction, data.test_fraction)
    for label, classes in rows.labels.items():
        rule = SplitRule(
            sequence_length, rows.label_horizons[label], fractions,
            data.embargo_fraction, data.extra_purge_rows,
        )  # fmt: skip
        split = split_windows(rows, used_ranges(rows, data), rule)
        for part, ends, share in zip(PARTS, split.ends, fractions, strict=True):
            if share == 0:
                continue
            found = classes[ends]
            counts = np.bincount(found[found >= 0], minlength=len(CLASS_NAMES))
            yield _mix_finding(label, part, counts.tolist())


def _mix_finding(label: str, part: str, counts: list[int]) -> Finding:
    total = sum(counts)
    shares = [count / total if total else 0.0 for count in counts]
    evidence = ", ".join(
        f"{name} {count:,} ({share:.1%})"
        for name, count, share in zip(CLASS_NAMES, counts, shares, strict=True)
    )
    title = f"Label '{label}', {PART_TITLES[part]} part"
    if min(counts) == 0:
        remedy = "Use more days or symbols, another label, or a larger part."
        return Finding("error", f"{title}: a class is missing.", evidence, remedy)
    return Finding("info", f"{title}: class mix.", evidence)


def _columns(rows: MarketRows) -> Iterator[Finding]:
    everything = np.ones(len(rows), dtype=bool)
    mean, deviation = column_statistics(rows.matrix, everything)
    farthest = np.zeros(rows.num_features)
    for start in range(0, len(rows), CHUNK_ROWS):
        away = np.abs(rows.matrix[start : start + CHUNK_ROWS] - mean).max(axis=0)
        farthest = np.maximum(farthest, away)
    for name, sigma, away in zip(rows.features, deviation, farthest, strict=True):
        if sigma == 0:
            remedy = "Exclude it in the mapping and import again."
            yield Finding("warning", f"Feature '{name}' never changes.", "deviation 0", remedy)
        elif away > OUTLIER_SIGMA * sigma:
            evidence = f"{away / sigma:,.0f} deviations from the mean, {away:.6g} away"
            remedy = "Check the source; keep clipping on, or scale by median and quartiles."
            yield Finding("warning", f"Feature '{name}' has extreme values.", evidence, remedy)


def _gaps(rows: MarketRows, info: DatasetInfo, sequence_length: int) -> Iterator[Finding]:
    _, lengths = np.unique(rows.segment, return_counts=True)
    short = int((lengths < sequence_length).sum())
    evidence = (
        f"{len(lengths):,} stretches without a gap, {lengths.min():,} to {lengths.max():,} rows"
    )
    yield Finding("info", "Windows stay inside stretches without a gap.", evidence)
    if short:
        lost = int(lengths[lengths < sequence_length].sum())
        remedy = "Raise max_gap_s in the mapping where the gaps are harmless."
        evidence = f"{short:,} of {len(lengths):,} stretches, {lost:,} of {len(rows):,} rows"
        message = f"Stretches shorter than one window of {sequence_length} rows give no window."
        yield Finding("warning", message, evidence, remedy)
    for warning in info.warnings:
        yield Finding("info", "Noted at import.", warning)


def _rows_per_symbol(rows: MarketRows) -> Iterator[Finding]:
    counts = {rows.symbols[code]: stop - first for code, first, stop in rows.symbol_ranges()}
    evidence = ", ".join(f"{symbol} {count:,}" for symbol, count in counts.items())
    yield Finding("info", "Rows per symbol.", evidence)
    usual = float(np.median(list(counts.values())))
    for symbol, count in counts.items():
        if count < FEW_ROWS_SHARE * usual:
            message = f"Symbol {symbol} has far fewer rows than the others."
            yield Finding("warning", message, f"{count:,} against {usual:,.0f}", "Leave it out.")
