"""What makes single rows unsound: the rules that a check reports by and ``data mend`` acts on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from console.engine.data.rows import Array, row_blocks

REPEAT_ROWS = 20  # this many rows that come back in the same order are a copy, not chance
STALE_ROWS = 100
NAMED_PRICE = re.compile(
    r"^(?!depth|liquidity)(?:.*_)?(bid|ask)(?:_?(?:p|px|price))?_?\d*$"  # depth_bid_5 is a size
)
Bool = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]


def late_rows(time: Array) -> Bool:
    """Rows (N,) of one symbol that are not later than every row before them."""
    late = np.zeros(len(time), dtype=bool)
    late[1:] = time[1:] <= np.maximum.accumulate(time)[:-1]
    return late


def no_price(values: Array) -> Bool:
    """Where ``values`` (N,) are zero, negative or missing."""
    wrong: Bool = ~(values > 0)
    return wrong


def price_features(features: Sequence[str], mapping: Mapping[str, Any]) -> list[str]:
    """Features that are prices of the book, in name order."""
    return sorted({name for pair in book_sides(features, mapping) for name in pair})


def book_sides(features: Sequence[str], mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """``(bid, ask)`` price features of one level: named as empty levels, else plainly as prices."""
    levels = {level["price"] for level in mapping.get("empty_levels") or ()}
    named = [name for name in features if name in levels or NAMED_PRICE.search(name.lower())]
    pairs = [(name, re.sub("bid", "ask", name, count=1, flags=re.IGNORECASE)) for name in named]
    by_lower = {name.lower(): name for name in named}
    return [(bid, by_lower[ask.lower()]) for bid, ask in pairs
            if bid.lower() != ask.lower() and ask.lower() in by_lower]  # fmt: skip


def still_runs(hashes: Hashes, segment: Array) -> tuple[Array, Array]:
    """First rows and lengths of the runs of equal rows inside a segment."""
    new = (hashes[1:] != hashes[:-1]) | (segment[1:] != segment[:-1])
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    return starts, np.diff(np.append(starts, len(segment)))


def stretch_hashes(hashes: Hashes, segment: Array) -> tuple[Hashes, Bool]:
    """A hash of the ``REPEAT_ROWS`` rows from each row on, and whether all of them differ."""
    count = max(0, len(hashes) - REPEAT_ROWS + 1)
    weights = _odd_numbers(REPEAT_ROWS, 2)
    rolled = np.zeros(count, dtype=np.uint64)
    if not count:
        return rolled, np.zeros(0, dtype=bool)
    for place, weight in enumerate(weights):
        rolled += hashes[place : place + count] * weight
    changed = np.append(1, (hashes[1:] != hashes[:-1]).astype(np.int64))
    changes = np.cumsum(changed)
    lively = changes[REPEAT_ROWS - 1 :] - changes[:count] == REPEAT_ROWS - 1
    return rolled, lively & (segment[REPEAT_ROWS - 1 :] == segment[:count])


def row_hashes(matrix: Array) -> Hashes:
    """A 64-bit hash of every row (N,) of ``matrix`` (N, F) float32; 0.0 and -0.0 are one."""
    weights = _odd_numbers(matrix.shape[1], 1)
    hashes = np.empty(len(matrix), dtype=np.uint64)
    for start, rows in row_blocks(matrix):
        block = np.ascontiguousarray(rows + np.float32(0))
        words = block.view(np.uint32).astype(np.uint64)
        mixed = words * weights
        mixed ^= mixed >> np.uint64(29)
        hashes[start : start + len(block)] = (mixed * weights[::-1]).sum(axis=1, dtype=np.uint64)
    return hashes


def _odd_numbers(count: int, seed: int) -> Hashes:
    random = np.random.default_rng(seed)
    return random.integers(1, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
