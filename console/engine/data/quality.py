"""Are the rows themselves sound: order, doubles, prices, stale symbols, drifting label mix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES
from console.core.fields import from_plain
from console.core.gate import Finding
from console.engine.data import remedies
from console.engine.data.leakage import Plan, row_text
from console.engine.data.row_rules import (
    REPEAT_ROWS,
    STALE_ROWS,
    Hashes,
    book_sides,
    no_price,
    price_features,
    row_hashes,
    still_runs,
    stretch_hashes,
)
from console.engine.data.rows import Array, MarketRows, columns_of
from console.engine.data.splits import PARTS
from console.engine.data.window_choice import PART_TITLES

STALE_SHARE = 0.02
EARLY_END_SHARE = 0.1
MIX_DRIFT = 0.15
MANY_CROSSED = 0.05
MIXED_UP = 0.5  # more crossed rows than this are two columns with each other's name
SORT = "Set sort: true in the mapping and import again."
CHECK_SOURCE = "Check the source and import again without these rows."


def row_quality(
    rows: MarketRows,
    mapping: Mapping[str, Any],
    plan: Plan | None,
    data: DataConfig | None = None,
) -> Iterator[Finding]:
    """Findings about the unscaled ``rows``; ``plan`` tells which of them training may see."""
    yield from _backwards(rows)
    hashes = row_hashes(rows.matrix)
    yield from _repeated(rows, hashes, plan)
    yield from _stale(rows, hashes)
    yield from _early_end(rows)
    yield from _prices(rows, mapping)
    yield from _crossed(rows, mapping)
    if plan is not None:
        yield from _mix_drift(rows, plan, data or from_plain(DataConfig, {}))


def _backwards(rows: MarketRows) -> Iterator[Finding]:
    same = rows.symbol_code[1:] == rows.symbol_code[:-1]
    step = np.diff(rows.time)
    for wrong, code, words in (
        (same & (step < 0), "time_backwards", "Time goes backwards."),
        (same & (step == 0), "time_repeated", "Rows of one symbol repeat a time."),
    ):
        found = np.flatnonzero(wrong) + 1
        if len(found):
            yield Finding(
                "red", code, words, f"{len(found):,} rows; the first is {row_text(rows, found[0])}",
                cause="The files were not in time order, or the same rows came twice.",
                remedy=SORT,
                mend=remedies.drop_rows(rows, "--drop-backwards", len(found)),
            )  # fmt: skip


def _repeated(rows: MarketRows, hashes: Hashes, plan: Plan | None) -> Iterator[Finding]:
    """Stretches of ``REPEAT_ROWS`` changing rows that come a second time."""
    if len(rows) < 2 * REPEAT_ROWS:
        return
    rolled, lively = stretch_hashes(hashes, rows.segment)
    order = np.argsort(rolled, kind="stable")
    order = order[lively[order]]
    twin = np.flatnonzero(rolled[order][1:] == rolled[order][:-1])
    if not len(twin):
        return
    first, second = order[twin], order[twin + 1]
    parts = _part_of_rows(rows, plan)
    across = int(
        ((parts[first] != parts[second]) & (parts[first] >= 0) & (parts[second] >= 0)).sum()
    )
    evidence = (
        f"{len(twin):,} stretches of {REPEAT_ROWS} rows; the first at {row_text(rows, first[0])} "
        f"and at {row_text(rows, second[0])}; {across:,} of them in two parts"
    )
    yield Finding(
        "red" if across else "warning", "repeated_rows",
        "Rows come a second time, in different parts." if across else "Rows come a second time.",
        evidence, cause="The same file or day was imported twice, or under two symbols.",
        remedy="Import again without the copy, or leave out one of the symbols.",
        mend=remedies.drop_rows(rows, "--drop-duplicates", _num_covered(second)),
    )  # fmt: skip


def _num_covered(starts: Array) -> int:
    """How many rows lie in stretches of ``REPEAT_ROWS`` from ``starts`` on."""
    steps = np.diff(np.unique(starts))
    return int(np.minimum(steps, REPEAT_ROWS).sum()) + REPEAT_ROWS


def _part_of_rows(rows: MarketRows, plan: Plan | None) -> npt.NDArray[np.int8]:
    parts = np.full(len(rows), -1, dtype=np.int8)
    for part, ends in enumerate(plan.ends if plan else ()):
        parts[ends] = part
    return parts


def _stale(rows: MarketRows, hashes: Hashes) -> Iterator[Finding]:
    """Long runs in which no feature of a symbol moves."""
    starts, lengths = still_runs(hashes, rows.segment)
    in_all = int((lengths[lengths >= STALE_ROWS] - 1).sum())
    for code, first, stop in rows.symbol_ranges():
        own = (starts >= first) & (starts < stop) & (lengths >= STALE_ROWS)
        still = int(lengths[own].sum())
        if still < STALE_SHARE * (stop - first):
            continue
        longest = starts[own][lengths[own].argmax()]
        yield Finding(
            "warning", "stale_symbol", f"Symbol {rows.symbols[code]} stands still for long.",
            f"{still:,} of {stop - first:,} rows lie in runs of {STALE_ROWS} or more equal rows; "
            f"the longest, {lengths[own].max():,} rows, at {row_text(rows, longest)}",
            cause="The feed was cut and its last values repeated, or trading was halted.",
            remedy="Leave the symbol out, or import again without these hours.",
            mend=remedies.drop_rows(rows, "--drop-stale", in_all),
        )  # fmt: skip


def _early_end(rows: MarketRows) -> Iterator[Finding]:
    last = {
        rows.symbols[code]: float(rows.time[stop - 1]) for code, _, stop in rows.symbol_ranges()
    }
    end, span = max(last.values()), float(rows.time.max() - rows.time.min())
    for symbol, time in last.items():
        if span > 0 and end - time > EARLY_END_SHARE * span:
            yield Finding(
                "warning", "early_end", f"Symbol {symbol} ends long before the others.",
                f"{(end - time) / 86_400:,.2f} days earlier, {(end - time) / span:.0%} of the span",
                cause="The symbol was delisted or its feed stopped, so later parts miss it.",
                remedy=f"Leave {symbol} out, or bring its missing rows.",
                mend=remedies.without_symbol(rows, symbol),
            )  # fmt: skip


def _prices(rows: MarketRows, mapping: Mapping[str, Any]) -> Iterator[Finding]:
    wrong_in: dict[str, Array] = {}
    if rows.mid is not None and rows.mid_kind == "price":
        wrong_in["the mid-price"] = no_price(rows.mid)
    if rows.mid is None or rows.mid_kind == "price":
        places = [rows.features.index(name) for name in price_features(rows.features, mapping)]
        for place, values in columns_of(rows.matrix, places).items():
            if rows.mid is not None or values.min() >= 0:  # without a mid it may be a difference
                wrong_in[f"'{rows.features[place]}'"] = no_price(values)
    together = np.zeros(len(rows), dtype=bool)
    for wrong in wrong_in.values():
        together |= wrong
    mend = remedies.drop_rows(rows, "--drop-zero-prices", int(together.sum()))
    for words, wrong in sorted(wrong_in.items()):
        found = np.flatnonzero(wrong)
        if len(found):
            yield Finding(
                "red" if len(found) > MANY_CROSSED * len(rows) else "warning", "zero_price",
                f"A price is zero, negative or missing: {words}.",
                f"{len(found):,} of {len(rows):,} rows; the first is {row_text(rows, found[0])}",
                cause="An empty side of the book or a missing trade was stored as 0.",
                remedy="Name price and size under empty_levels in the mapping and import again.",
                mend=None if together.all() else mend,
            )  # fmt: skip


def _crossed(rows: MarketRows, mapping: Mapping[str, Any]) -> Iterator[Finding]:
    """One finding for all levels, named after the level with the most crossed rows."""
    crossed: dict[tuple[str, str], Array] = {}
    together = np.zeros(len(rows), dtype=bool)
    for bid, ask in book_sides(rows.features, mapping):
        places = [rows.features.index(name) for name in (bid, ask)]
        bids, asks = columns_of(rows.matrix, places).values()
        wrong = bids >= asks
        if wrong.any():
            together |= wrong
            crossed[bid, ask] = np.flatnonzero(wrong)
    if not crossed:
        return
    (bid, ask), wrong = max(crossed.items(), key=lambda entry: len(entry[1]))
    share, count = len(wrong) / len(rows), int(together.sum())
    mend = remedies.drop_rows(rows, "--drop-crossed", count)
    yield Finding(
        "red" if share > MANY_CROSSED else "warning", "crossed_book",
        f"The book is crossed: '{bid}' is not below '{ask}'.",
        f"{len(wrong):,} of {len(rows):,} rows ({share:.2%}); the first is "
        f"{row_text(rows, wrong[0])}; levels crossed anywhere: {len(crossed)}",
        cause="Sides are mixed up, updates were applied late, or an empty side was filled "
        "with an old price.",
        remedy=CHECK_SOURCE, mend=mend if count <= MIXED_UP * len(rows) else None,
    )  # fmt: skip


def _mix_drift(rows: MarketRows, plan: Plan, data: DataConfig) -> Iterator[Finding]:
    """Total variation between the class shares of training and of a later part."""
    shares = [np.bincount(c, minlength=len(CLASS_NAMES)) / max(1, len(c)) for c in plan.classes]
    for part in (1, 2):
        drift = float(np.abs(shares[part] - shares[0]).sum() / 2)
        if not len(plan.classes[part]) or drift <= MIX_DRIFT:
            continue
        mixes = " / ".join(
            ", ".join(f"{name} {share:.1%}" for name, share in zip(CLASS_NAMES, mix, strict=True))
            for mix in (shares[part], shares[0])
        )
        yield Finding(
            "warning", "mix_drift",
            f"The {PART_TITLES[PARTS[part]]} part has another class mix than training.",
            f"total variation {drift:.3f}: {mixes}",
            cause="The market moved more or less in that time, or the label limits do not fit it.",
            remedy="Use more days, another label, or limits that follow volatility.",
            mend=remedies.steadier_label(rows, plan.label, data),
        )  # fmt: skip
