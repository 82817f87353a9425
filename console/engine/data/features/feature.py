"""What a feature is: a name, its formula in words, what it needs, and the function that makes it.

Columns are arrays by name over the N rows of one stretch without a break, in time order. Inputs:
``time_s`` (N,); of a book ``ask``, ``ask_size``, ``bid``, ``bid_size``, each (levels, N), best
level first; of candles ``open``, ``high``, ``low``, ``close``, ``volume`` (N,). Every feature that
was made joins them under its name.

Formulas write p_b^l, q_b^l, p_a^l, q_a^l for price and size at level l of the bid and ask side, m
for the mid-price, x' for the value of the row before, D_b^n for the size of the best n bid levels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Columns = dict[str, Floats]

CANDLES = "candles"
TRADES = "trades"


def book(levels: int) -> str:
    """The input of a book with ``levels`` levels."""
    return f"{levels} book levels" if levels > 1 else "a book"


@dataclass(frozen=True)
class Feature:
    """One column.

    ``needs`` names inputs (``book(levels)``, CANDLES, TRADES) and other features; ``look_back`` is
    how many rows before its own it reads beyond those its needs read. ``make`` is None where no
    importer brings the input.
    """

    name: str
    formula: str
    needs: tuple[str, ...]
    make: Callable[[Columns], Floats] | None
    look_back: int = 0
