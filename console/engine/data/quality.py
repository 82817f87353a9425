"""Are the rows themselves sound: order, doubles, prices, stale symbols, drifting label mix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.datasets import CLASS_NAMES
from console.core.gate import Finding
from console.engine.data.leakage import Plan, row_text
from console.engine.data.prepare import PART_TITLES
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows
from console.engine.data.splits import PARTS

REPEAT_ROWS = 20  # this many rows that come back in the same order are a copy, not chance
STALE_ROWS, STALE_SHARE = 100, 0.02
EARLY_END_SHARE = 0.1
MIX_DRIFT = 0.15
MANY_CROSSED = 0.05
NAMED_PRICE = re.compile(
    r"^(?!depth|liquidity)(?:.*_)?(bid|ask)(?:_?(?:p|px|price))?_?\d*$"  # depth_bid_5 is a size
)
SORT = "Set sort: true in the mapping and import again."
CHECK_SOURCE = "Check the source and import again without these rows."


def row_quality(
    rows: MarketRows, mapping: Mapping[str, Any], plan: Plan | None
) -> Iterator[Finding]:
    """Findings about the unscaled ``rows``; ``plan`` tells which of them training may see."""
    yield from _backwards(rows)
    hashes = _row_hashes(rows.matrix)
    yield from _repeated(rows, hashes, plan)
    yield from _stale(rows, hashes)
    yield from _early_end(rows)
    yield from _prices(rows, mapping)
    yield from _crossed(rows, mapping)
    if plan is not None:
        yield from _mix_drift(plan)


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
            )  # fmt: skip


def _repeated(rows: MarketRows, hashes: Array, plan: Plan | None) -> Iterator[Finding]:
    """Stretches of ``REPEAT_ROWS`` changing rows that come a second time."""
    if len(rows) < 2 * REPEAT_ROWS:
        return
    rolled, lively = _stretch_hashes(rows, hashes)
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
    )  # fmt: skip


def _stretch_hashes(rows: MarketRows, hashes: Array) -> tuple[Array, Array]:
    """A hash of the ``REPEAT_ROWS`` rows from each row on, and whether all of them differ."""
    count = len(rows) - REPEAT_ROWS + 1
    weights = _odd_numbers(REPEAT_ROWS, 2)
    rolled = np.zeros(count, dtype=np.uint64)
    for place, weight in enumerate(weights):
        rolled += hashes[place : place + count] * weight
    changed = np.append(1, (hashes[1:] != hashes[:-1]).astype(np.int64))
    changes = np.cumsum(changed)
    lively = changes[REPEAT_ROWS - 1 :] - changes[:count] == REPEAT_ROWS - 1
    return rolled, lively & (rows.segment[REPEAT_ROWS - 1 :] == rows.segment[:count])


def _part_of_rows(rows: MarketRows, plan: Plan | None) -> npt.NDArray[np.int8]:
    parts = np.full(len(rows), -1, dtype=np.int8)
    for part, ends in enumerate(plan.ends if plan else ()):
        parts[ends] = part
    return parts


def _stale(rows: MarketRows, hashes: Array) -> Iterator[Finding]:
    """Long runs in which no feature of a symbol moves."""
    new = (hashes[1:] != hashes[:-1]) | (rows.segment[1:] != rows.segment[:-1])
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    lengths = np.diff(np.append(starts, len(rows)))
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
            )  # fmt: skip


def _prices(rows: MarketRows, mapping: Mapping[str, Any]) -> Iterator[Finding]:
    if rows.mid is None or rows.mid_kind != "price":
        return
    columns: dict[str, Array] = {"the mid-price": rows.mid}
    for name in {name for pair in _book_sides(rows.features, mapping) for name in pair}:
        columns[f"'{name}'"] = rows.matrix[:, rows.features.index(name)]
    for words, values in sorted(columns.items()):
        wrong = np.flatnonzero(~(values > 0))
        if len(wrong):
            yield Finding(
                "red" if len(wrong) > MANY_CROSSED * len(rows) else "warning", "zero_price",
                f"A price is zero, negative or missing: {words}.",
                f"{len(wrong):,} of {len(rows):,} rows; the first is {row_text(rows, wrong[0])}",
                cause="An empty side of the book or a missing trade was stored as 0.",
                remedy="Name price and size under empty_levels in the mapping and import again.",
            )  # fmt: skip


def _crossed(rows: MarketRows, mapping: Mapping[str, Any]) -> Iterator[Finding]:
    """One finding for all levels, named after the level with the most crossed rows."""
    crossed: dict[tuple[str, str], Array] = {}
    for bid, ask in _book_sides(rows.features, mapping):
        bids, asks = (rows.matrix[:, rows.features.index(name)] for name in (bid, ask))
        wrong = np.flatnonzero(bids >= asks)
        if len(wrong):
            crossed[bid, ask] = wrong
    if not crossed:
        return
    (bid, ask), wrong = max(crossed.items(), key=lambda entry: len(entry[1]))
    share = len(wrong) / len(rows)
    yield Finding(
        "red" if share > MANY_CROSSED else "warning", "crossed_book",
        f"The book is crossed: '{bid}' is not below '{ask}'.",
        f"{len(wrong):,} of {len(rows):,} rows ({share:.2%}); the first is "
        f"{row_text(rows, wrong[0])}; levels crossed anywhere: {len(crossed)}",
        cause="Sides are mixed up, updates were applied late, or an empty side was filled "
        "with an old price.",
        remedy=CHECK_SOURCE,
    )  # fmt: skip


def _book_sides(features: Sequence[str], mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """``(bid, ask)`` price features of one level: named as empty levels, else plainly as prices."""
    levels = {level["price"] for level in mapping.get("empty_levels") or ()}
    named = [name for name in features if name in levels or NAMED_PRICE.search(name.lower())]
    pairs = [(name, re.sub("bid", "ask", name, count=1, flags=re.IGNORECASE)) for name in named]
    by_lower = {name.lower(): name for name in named}
    return [(bid, by_lower[ask.lower()]) for bid, ask in pairs
            if bid.lower() != ask.lower() and ask.lower() in by_lower]  # fmt: skip


def _mix_drift(plan: Plan) -> Iterator[Finding]:
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
        )  # fmt: skip


def _row_hashes(matrix: Array) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of every row (N,) of ``matrix`` (N, F) float32; 0.0 and -0.0 are one."""
    weights = _odd_numbers(matrix.shape[1], 1)
    hashes = np.empty(len(matrix), dtype=np.uint64)
    for start in range(0, len(matrix), CHUNK_ROWS):
        block = np.ascontiguousarray(matrix[start : start + CHUNK_ROWS] + np.float32(0))
        words = block.view(np.uint32).astype(np.uint64)
        mixed = words * weights
        mixed ^= mixed >> np.uint64(29)
        hashes[start : start + len(block)] = (mixed * weights[::-1]).sum(axis=1, dtype=np.uint64)
    return hashes


def _odd_numbers(count: int, seed: int) -> npt.NDArray[np.uint64]:
    random = np.random.default_rng(seed)
    return random.integers(1, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
