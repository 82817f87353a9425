"""The data gate: is a stored dataset whole, sound and free of leaks as it would be split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES, DatasetInfo, dataset_dir, get_dataset
from console.core.errors import DataError
from console.core.fields import from_plain
from console.core.gate import Finding, gate_key, store_result, worst_first
from console.core.paths import Workspace
from console.engine.data.importer import dataset_fingerprint
from console.engine.data.leakage import Plan, leaks, plan_of
from console.engine.data.leakage_features import future_features
from console.engine.data.normalise import column_statistics
from console.engine.data.prepare import PART_TITLES, prepare_windows, used_ranges
from console.engine.data.quality import row_quality
from console.engine.data.rows import CHUNK_ROWS, MarketRows, load_dataset, reading
from console.engine.data.splits import PARTS, SplitRule, split_windows

OUTLIER_SIGMA = 50.0
FEW_ROWS_SHARE = 0.25
REIMPORT = "Import the dataset again under the same name."
SEED = 0  # oversampling is not judged, so any order will do


def check_dataset(
    workspace: Workspace,
    name: str,
    data: DataConfig | None = None,
    balancing: BalancingConfig | None = None,
    sequence_length: int = 60,
) -> list[Finding]:
    """Findings about dataset ``name`` as ``data`` and ``balancing`` would prepare it; worst first.

    The rows are read twice, so that memory never holds a second matrix.

    Raises:
        DataError: there is no such dataset, or its files cannot be read.
    """
    data = data or from_plain(DataConfig, {})
    balancing = balancing or from_plain(BalancingConfig, {})
    info = get_dataset(workspace, name)
    folder = dataset_dir(workspace, name)
    with reading(folder):
        fingerprint = dataset_fingerprint(folder)
    if fingerprint != info.fingerprint:
        evidence = f"fingerprint {fingerprint[:12]}, at import {info.fingerprint[:12]}"
        cause = "A file of the dataset was damaged or replaced after the import."
        words = "The stored rows have changed."
        return [Finding("red", "changed_rows", words, evidence, cause=cause, remedy=REIMPORT)]
    plan, found = _plan(load_dataset(info, workspace, data.symbols, data.days), data, balancing,
                        sequence_length)  # fmt: skip
    rows = load_dataset(info, workspace, data.symbols, data.days)
    words = "The stored rows are those of the import."
    found += [
        Finding("info", "whole", words, fingerprint[:12]),
        *check_rows(rows, plan, balancing, info.mapping),
        *_class_mix(rows, data, sequence_length),
        *_columns(rows),
        *_gaps(rows, info, sequence_length),
        *_rows_per_symbol(rows),
    ]
    return worst_first(found)


def check_and_store(
    workspace: Workspace,
    name: str,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
) -> list[Finding]:
    """``check_dataset``, with the findings kept beside the dataset for the window.

    Raises:
        DataError: as ``check_dataset``.
        WorkspaceError: the findings cannot be written.
    """  # fmt: skip
    found = check_dataset(workspace, name, data, balancing, sequence_length)
    key = gate_key(get_dataset(workspace, name), data, balancing, sequence_length)
    store_result(workspace, name, key, found)
    return found


def check_rows(
    rows: MarketRows, plan: Plan | None, balancing: BalancingConfig, mapping: Mapping[str, Any]
) -> Iterator[Finding]:
    """Leaks and unsound rows; ``rows`` are unscaled, ``plan`` is what was prepared from them."""
    if plan is not None:
        yield from leaks(rows, plan, balancing)
        yield from future_features(rows, plan.horizon_rows)
    elif rows.label_horizons:
        yield from future_features(rows, max(rows.label_horizons.values()))
    yield from row_quality(rows, mapping, plan)


def _plan(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> tuple[Plan | None, list[Finding]]:
    """What a training would get; a finding in its place where there is nothing to train on."""
    try:
        return plan_of(prepare_windows(rows, data, balancing, sequence_length, SEED)), []
    except DataError as error:
        cause = "The present choice of data, label and split leaves nothing to train on."
        where = f"in dataset '{rows.name}'"
        found = Finding("red", "no_windows", error.message, where, cause=cause, remedy=error.remedy)
        return None, [found]


def _class_mix(rows: MarketRows, data: DataConfig, sequence_length: int) -> Iterator[Finding]:
    fractions = (data.train_fraction, data.validation_fraction, data.test_fraction)
    for label, classes in rows.labels.items():
        rule = SplitRule.of(data, sequence_length, rows.label_horizons[label])
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
    title = PART_TITLES[part]
    if min(counts) == 0:
        return Finding(
            "warning", "missing_class", f"Label '{label}', {title} part: a class is missing.",
            evidence,
            cause="The part is too short, or the market did not move enough in it.",
            remedy="Use more days or symbols, another label, or a larger part.",
        )  # fmt: skip
    return Finding("info", "class_mix", f"Label '{label}', {title} part: class mix.", evidence)


def _columns(rows: MarketRows) -> Iterator[Finding]:
    everything = np.ones(len(rows), dtype=bool)
    mean, deviation = column_statistics(rows.matrix, everything)
    farthest = np.zeros(rows.num_features)
    for start in range(0, len(rows), CHUNK_ROWS):
        away = np.abs(rows.matrix[start : start + CHUNK_ROWS] - mean).max(axis=0)
        farthest = np.maximum(farthest, away)
    for name, sigma, away in zip(rows.features, deviation, farthest, strict=True):
        if sigma == 0:
            yield Finding(
                "warning", "constant", f"Feature '{name}' never changes.", "deviation 0",
                cause="The source did not fill the column in the chosen symbols and days.",
                remedy="Exclude it in the mapping and import again.",
            )  # fmt: skip
        elif away > OUTLIER_SIGMA * sigma:
            evidence = f"{away / sigma:,.0f} deviations from the mean, {away:.6g} away"
            yield Finding(
                "warning", "outliers", f"Feature '{name}' has extreme values.", evidence,
                cause="A few rows are wrong, or the feature has very long tails.",
                remedy="Check the source; keep clipping on, or scale by median and quartiles.",
            )  # fmt: skip


def _gaps(rows: MarketRows, info: DatasetInfo, sequence_length: int) -> Iterator[Finding]:
    _, lengths = np.unique(rows.segment, return_counts=True)
    short = int((lengths < sequence_length).sum())
    evidence = (
        f"{len(lengths):,} stretches without a gap, {lengths.min():,} to {lengths.max():,} rows"
    )
    yield Finding("info", "stretches", "Windows stay inside stretches without a gap.", evidence)
    if short:
        lost = int(lengths[lengths < sequence_length].sum())
        evidence = f"{short:,} of {len(lengths):,} stretches, {lost:,} of {len(rows):,} rows"
        message = f"Stretches shorter than one window of {sequence_length} rows give no window."
        yield Finding(
            "warning", "gaps", message, evidence, cause="The rows have gaps close to each other.",
            remedy="Raise max_gap_s in the mapping where the gaps are harmless.",
        )  # fmt: skip
    for warning in info.warnings:
        yield Finding("info", "import_note", "Noted at import.", warning)


def _rows_per_symbol(rows: MarketRows) -> Iterator[Finding]:
    counts = {rows.symbols[code]: stop - first for code, first, stop in rows.symbol_ranges()}
    evidence = ", ".join(f"{symbol} {count:,}" for symbol, count in counts.items())
    yield Finding("info", "rows_per_symbol", "Rows per symbol.", evidence)
    usual = float(np.median(list(counts.values())))
    for symbol, count in counts.items():
        if count < FEW_ROWS_SHARE * usual:
            yield Finding(
                "warning", "few_rows", f"Symbol {symbol} has far fewer rows than the others.",
                f"{count:,} rows, usual are {usual:,.0f}",
                cause="It was traded or recorded for a shorter time.",
                remedy="Leave it out, or bring its missing rows.",
            )  # fmt: skip
