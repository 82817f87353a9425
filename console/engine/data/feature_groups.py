"""Which features are prices and which are sizes of the book, told by their names.

A name is cut at everything but letters and between letters and digits; numbers (levels, look-back
lengths), a leading ``n`` (normalised) and a trailing ``lag`` are dropped. What is left must be one
of the names below, whole: ``n_bid1``, ``bid_price_1``, ``ask_px_00`` and ``mid_price_lag4`` are
prices, ``n_bsize1``, ``bid_sz_00`` and ``ask_s1`` are sizes, ``bid_ask_spread_abs`` is neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from console.engine.data.rows import Array

Group = Literal["price", "size", ""]

_SIDES = ("bid", "ask")
_PRICE_WORDS = ("", " p", " px", " price", "price", "px")
_SIZE_WORDS = (
    " s",
    " sz",
    " size",
    " q",
    " qty",
    " volume",
    " vol",
    " amount",
    "size",
    "qty",
    "sz",
)
PRICES = frozenset(
    {side + word for side in _SIDES for word in _PRICE_WORDS}
    | {f"vwap {side}" for side in _SIDES}
    | {f"largest {side} cluster price" for side in _SIDES}
    | {
        "price", "mid", "midprice", "mid price", "microprice", "micro price", "last price",
        "open", "high", "low", "close", "typical price", "vwap", "volume weighted price",
        "support level", "resistance level", "sma", "ema", "bollinger upper", "bollinger middle",
        "bollinger lower", "keltner upper", "keltner lower",
    }
)  # fmt: skip
SIZES = frozenset(
    {side + word for side in _SIDES for word in _SIZE_WORDS}
    | {f"depth {side}" for side in _SIDES}
    | {f"total {side} volume" for side in _SIDES}
    | {f"largest {side} cluster volume" for side in _SIDES}
    | {"bsize", "asize"}
)


def group_of(name: str) -> Group:
    """The group of the feature called ``name``; empty for one that is scaled alone."""
    words = re.findall(r"[a-z]+", name.lower())
    if len(words) > 1 and words[0] == "n":
        words = words[1:]
    if len(words) > 1 and words[-1] == "lag":
        words = words[:-1]
    plain = " ".join(words)
    return "price" if plain in PRICES else "size" if plain in SIZES else ""


def pooled(features: Sequence[str], mean: Array, deviation: Array) -> tuple[Array, Array]:
    """``mean`` and ``deviation`` (F,), those of a group replaced by those of all its values."""
    mean, deviation = mean.copy(), deviation.copy()
    groups = np.array([group_of(name) for name in features])
    for group in ("price", "size"):
        inside = groups == group
        if inside.any():
            centre = mean[inside].mean()
            square = (deviation[inside] ** 2 + (mean[inside] - centre) ** 2).mean()
            mean[inside], deviation[inside] = centre, np.sqrt(square)
    return mean, deviation
