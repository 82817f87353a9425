"""The data gate: is a stored dataset whole, sound and free of leaks as it would be split."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES, DatasetInfo, dataset_dir, get_dataset
from console.core.errors import DataError
from console.core.fields import from_plain
from console.core.gate import Finding, gate_key, store_result, worst_first
from console.core.mends import Mend
from console.core.paths import Workspace
from console.engine.data import remedies
from console.engine.data.importer import dataset_fingerprint
from console.engine.data.leakage import Plan, leaks, plan_from
from console.engine.data.leakage_features import future_features
from console.engine.data.mapping import ImportMapping
from console.engine.data.normalise import column_statistics
from console.engine.data.quality import row_quality
from console.engine.data.rows import MarketRows, reading, row_blocks
from console.engine.data.splits import PARTS, SplitRule, split_windows
from console.engine.data.storage import load_stored
from console.engine.data.window_choice import PART_TITLES, choose_windows, used_ranges

OUTLIER_SIGMA = 50.0
FEW_ROWS_SHARE = 0.25
LOST_SHARE = 0.001  # of the rows in stretches too short for a window; fewer are only noted
Progress = Callable[[float, str], None]


def _silent(share: float, text: str) -> None:
    return None


def check_dataset(
    workspace: Workspace,
    name: str,
    data: DataConfig | None = None,
    balancing: BalancingConfig | None = None,
    sequence_length: int = 60,
    progress: Progress = _silent,
) -> list[Finding]:
    """Findings about dataset ``name`` as ``data`` and ``balancing`` would prepare it; worst first.

    Memory holds the rows once. ``progress`` is called with a share from 0 to 1 and what is done.

    Raises:
        DataError: there is no such dataset, or its files cannot be read.
    """
    data = data or from_plain(DataConfig, {})
    balancing = balancing or from_plain(BalancingConfig, {})
    info = get_dataset(workspace, name)
    folder = dataset_dir(workspace, name)
    progress(0.0, "comparing with the import")
    with reading(folder):
        fingerprint = dataset_fingerprint(folder)
    if fingerprint != info.fingerprint:
        return [_changed_rows(info, fingerprint)]
    progress(0.05, "reading the rows")
    rows = load_stored(info, workspace, data.symbols, data)
    progress(0.25, "splitting as a training would")
    plan, found = _plan(rows, data, balancing, sequence_length)
    words = "The stored rows are those of the import."
    found.append(Finding("info", "whole", words, fingerprint[:12]))
    steps: dict[str, Callable[[], Iterator[Finding]]] = {
        "looking for leaks between the parts": lambda: _leaks(rows, plan, balancing),
        "looking for features that know the future": lambda: _futures(rows, plan),
        "looking at the rows": lambda: row_quality(rows, info.mapping, plan, data),
        "looking at the features": lambda: _columns(rows, data),
        "counting classes and gaps": lambda: _counts(rows, plan, info, data, sequence_length),
    }
    for (words, step), share in zip(steps.items(), (0.35, 0.5, 0.8, 0.88, 0.95), strict=True):
        progress(share, words)
        found += step()
    progress(1.0, "done")
    return worst_first(found)


def check_and_store(
    workspace: Workspace,
    name: str,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
    progress: Progress = _silent,
) -> list[Finding]:
    """``check_dataset``, with the findings kept beside the dataset for the window.

    Raises:
        DataError: as ``check_dataset``.
        WorkspaceError: the findings cannot be written.
    """
    found = check_dataset(workspace, name, data, balancing, sequence_length, progress)
    key = gate_key(get_dataset(workspace, name), data, balancing, sequence_length)
    store_result(workspace, name, key, found)
    return found


def _changed_rows(info: DatasetInfo, fingerprint: str) -> Finding:
    return Finding(
        "red", "changed_rows", "The stored rows have changed.",
        f"fingerprint {fingerprint[:12]}, at import {info.fingerprint[:12]}",
        cause="A file of the dataset was damaged or replaced after the import.",
        remedy="Import the dataset again under the same name.",
        mend=remedies.import_again(info.name, info.sources, info.simulated),
    )  # fmt: skip


def _plan(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> tuple[Plan | None, list[Finding]]:
    """What a training would get; a finding in its place where there is nothing to train on."""
    try:
        return plan_from(rows, choose_windows(rows, data, balancing, sequence_length)), []
    except DataError as error:
        cause = "The present choice of data, label and split leaves nothing to train on."
        where = f"in dataset '{rows.name}'"
        mend = remedies.something_to_train_on(rows, data, balancing, sequence_length)
        return None, [
            Finding("red", "no_windows", error.message, where, cause, error.remedy, mend)
        ]  # fmt: skip


def _leaks(rows: MarketRows, plan: Plan | None, balancing: BalancingConfig) -> Iterator[Finding]:
    if plan is not None:
        yield from leaks(rows, plan, balancing)


def _futures(rows: MarketRows, plan: Plan | None) -> Iterator[Finding]:
    horizon = plan.horizon_rows if plan else max(rows.label_horizons.values(), default=0)
    if horizon:
        yield from future_features(rows, horizon)


def _counts(
    rows: MarketRows, plan: Plan | None, info: DatasetInfo, data: DataConfig, sequence_length: int
) -> Iterator[Finding]:
    yield from _class_mix(rows, data, sequence_length) if plan is None else _mix_of(plan)
    yield from _gaps(rows, info, sequence_length)
    yield from _rows_per_symbol(rows)


def _mix_of(plan: Plan) -> Iterator[Finding]:
    """The classes of the windows that a training would get."""
    for part, classes in zip(PARTS, plan.classes, strict=True):
        if len(classes):
            counts = np.bincount(classes, minlength=len(CLASS_NAMES)).tolist()
            yield _mix_finding(str(plan.label["column"]), part, counts)


def _class_mix(rows: MarketRows, data: DataConfig, sequence_length: int) -> Iterator[Finding]:
    """The classes of every stored label in the parts, where nothing could be prepared."""
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
    """``label`` is a stored one; empty for classes made from prices."""
    total = sum(counts)
    shares = [count / total if total else 0.0 for count in counts]
    evidence = ", ".join(
        f"{name} {count:,} ({share:.1%})"
        for name, count, share in zip(CLASS_NAMES, counts, shares, strict=True)
    )
    evidence += f"; {label}" if label else ""
    title, figures = PART_TITLES[part], {"part": part, "counts": counts}
    if min(counts) == 0:
        return Finding(
            "warning", "missing_class", f"A class is missing in the {title} part.", evidence,
            cause="The part is too short, or the market did not move enough in it.",
            remedy="Use more days or symbols, another label, or a larger part.", figures=figures,
        )  # fmt: skip
    return Finding(
        "info", "class_mix", f"Class mix of the {title} part.", evidence, figures=figures
    )


def _columns(rows: MarketRows, data: DataConfig) -> Iterator[Finding]:
    everything = np.ones(len(rows), dtype=bool)
    mean, deviation = column_statistics(rows.matrix, everything)
    farthest = np.zeros(rows.num_features)
    for _start, block in row_blocks(rows.matrix):
        farthest = np.maximum(farthest, np.maximum(block.max(axis=0) - mean,
                                                   mean - block.min(axis=0)))  # fmt: skip
    for name, sigma, away in zip(rows.features, deviation, farthest, strict=True):
        if sigma == 0:
            yield Finding(
                "warning", "constant", f"Feature '{name}' never changes.", "deviation 0",
                cause="The source did not fill the column in the chosen symbols and days.",
                remedy="Exclude it in the mapping and import again.",
                mend=remedies.leave_out_feature(rows, name),
            )  # fmt: skip
        elif away > OUTLIER_SIGMA * sigma:
            yield _outliers(name, float(sigma), float(away), data)


def _outliers(name: str, sigma: float, away: float, data: DataConfig) -> Finding:
    """A warning; only a note where the scaling holds extreme values back already."""
    mend = remedies.softer_scaling(data)
    return Finding(
        "warning" if mend else "info", "outliers", f"Feature '{name}' has extreme values.",
        f"{away / sigma:,.0f} deviations from the mean, {away:.6g} away",
        cause="A few rows are wrong, or the feature has very long tails.",
        remedy="Check the source; keep clipping on, or scale by median and quartiles.",
        mend=mend,
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
            "warning" if lost >= LOST_SHARE * len(rows) else "info", "gaps", message, evidence,
            cause="The rows have gaps close to each other.",
            remedy="Raise max_gap_s in the mapping where the gaps are harmless.",
            mend=_mend_of_gaps(rows, info, sequence_length),
        )  # fmt: skip
    for warning in info.warnings:
        yield Finding("info", "import_note", "Noted at import.", warning)


def _mend_of_gaps(rows: MarketRows, info: DatasetInfo, sequence_length: int) -> Mend | None:
    """A longer gap, unless rows were left out on purpose: there a window breaks whatever it is."""
    mend = None
    if info.sources and not info.mapping.get("leave_out"):
        usual = ImportMapping.model_fields["max_gap_s"].default
        max_gap_s = float(info.mapping.get("max_gap_s") or usual)
        mend = remedies.longer_gaps(rows, sequence_length, max_gap_s)
    return mend or remedies.shorter_window(rows, sequence_length)


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
                mend=remedies.without_symbol(rows, symbol),
            )  # fmt: skip
