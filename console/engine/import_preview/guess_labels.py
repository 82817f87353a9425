"""Which columns are labels, how far they look, and a proposal for what their values mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from console.engine.import_preview.sniff import LABEL_NAME

MOST_VALUES = 3
REACH = re.compile(r"(\d+)\s*(ms|s|sec|m|min)?$")
SECONDS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0}
WORDS = {
    "SELL": ("sell", "down", "short", "fall", "decrease"),
    "HOLD": ("hold", "flat", "neutral", "stationary", "same", "none"),
    "BUY": ("buy", "up", "long", "rise", "increase"),
}
SCHEMES: tuple[dict[int | str, str], ...] = (
    {0: "SELL", 1: "HOLD", 2: "BUY"},
    {-1: "SELL", 0: "HOLD", 1: "BUY"},
    {1: "BUY", 2: "HOLD", 3: "SELL"},  # as FI-2010 has it
)


@dataclass(frozen=True)
class LabelGuess:
    """One label column; ``horizon_known`` when its name tells how far it looks."""

    column: str
    horizon_rows: int
    horizon_known: bool
    encoding: dict[int | str, str]

    def plain(self) -> dict[str, Any]:
        """The label as the mapping has it; the rows whose future is cut off are left out."""
        return {
            "column": self.column, "horizon_rows": self.horizon_rows,
            "encoding": self.encoding, "drop_tail": True,
        }  # fmt: skip


def guess_labels(sample: pl.DataFrame, step_s: float, taken: set[str]) -> list[LabelGuess]:
    """The columns of ``sample`` that look like classes of the future."""
    found: list[LabelGuess] = []
    for name in sample.columns:
        values = label_values(sample[name])
        if name in taken or not LABEL_NAME.search(name.lower()) or not values:
            continue
        rows, known = _horizon(name, step_s)
        found.append(LabelGuess(name, rows, known, propose_encoding(values)))
    return found


def label_values(column: pl.Series) -> list[int | str]:
    """The distinct values of a column that may be a label; none when there are too many."""
    values = column.drop_nulls()
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if values.dtype.is_float():
        values = values.drop_nans()
        if not (values == values.round()).all():
            return []
        values = values.cast(pl.Int64, strict=False)
    if not (values.dtype.is_integer() or values.dtype == pl.String):
        return []
    distinct = values.unique()
    return sorted(distinct.to_list()) if 1 <= len(distinct) <= MOST_VALUES else []


def propose_encoding(values: Sequence[int | str]) -> dict[int | str, str]:
    """The usual meaning of such values, to be confirmed by somebody who knows."""
    by_word = {
        value: kind
        for value in values
        for kind, words in WORDS.items()
        if str(value).lower().strip() in words
    }
    if len(by_word) == MOST_VALUES and len(set(by_word.values())) == MOST_VALUES:
        return dict(by_word)
    for scheme in SCHEMES:
        if set(values) <= set(scheme):
            return dict(scheme)
    spare = [value for value in ("down", "flat", "up") if value not in values]
    return dict(zip([*values, *spare], ("SELL", "HOLD", "BUY"), strict=False))


def _horizon(name: str, step_s: float) -> tuple[int, bool]:
    match = REACH.search(name.lower())
    if match is None or int(match[1]) < 1:
        return 1, False
    if match[2] is None:
        return int(match[1]), True
    if step_s <= 0:
        return 1, False
    return max(1, round(int(match[1]) * SECONDS[match[2]] / step_s)), True
