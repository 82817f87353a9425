"""A first mapping for a table, from names and first rows; what only the operator knows is asked.

Nothing here is silent: ``guessed`` names every key that was inferred, and ``decide`` every one
that must be looked at before an import, above all what the values of a label mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from console.engine.import_preview.guess_labels import LabelGuess, guess_labels
from console.engine.import_preview.guess_time import TimeGuess, guess_time

SYMBOLS = (
    "symbol", "sym", "ticker", "pair", "instrument", "product_id", "code", "stock", "asset",
)  # fmt: skip
SESSIONS = ("session", "session_id", "half", "segment", "auction")
MIDS = ("n_midprice", "midprice", "mid_price", "mid", "microprice", "close", "price")
LEVEL = re.compile(
    r"(?:n_)?(?P<side>bid|ask|b|a)_?(?P<kind>price|px|p|size|sz|s|volume|vol|v|qty|q)?_?(?P<n>\d+)"
)
PRICE_KINDS = ("", "price", "px", "p")
FUTURE = re.compile(r"^(?:future|next|fwd|forward)_")
SMALL = 0.5  # changes stay below; prices do not all

NO_SYMBOL = "No column names the symbol: say which one the rows are of."
NO_TIME = "No column looks like a time: choose it."
ENCODING = "Say what the values of the labels mean; the proposal is no more than a guess."
DIGITS_DAY = "'{column}' holds days written as digits: bring them as 2024-01-31 to have real dates."
HORIZON = "Say how many rows ahead label '{column}' looks."


@dataclass
class Guess:
    """A mapping as plain values, with the keys that were guessed and those to decide."""

    mapping: dict[str, Any] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    decide: list[dict[str, str]] = field(default_factory=list)

    def take(self, key: str, value: Any) -> None:
        """Guess one key."""
        self.mapping[key] = value
        self.guessed.append(key)

    def ask(self, key: str, sentence: str) -> None:
        """Have the operator decide about one key."""
        self.decide.append({"field": key, "message": sentence})


def guess_mapping(path: Path, sample: pl.DataFrame) -> Guess:
    """What the columns of ``path`` may mean, from a ``sample`` of its rows."""
    guess = Guess()
    names = {name.lower().strip(): name for name in reversed(sample.columns)}
    symbol = _named(SYMBOLS, names)
    guess.take("symbol", symbol or {"value": stem(path)})
    if not symbol:
        guess.ask("symbol", NO_SYMBOL)
    time = guess_time(sample, names, symbol)
    _take_time(guess, time, _named(SESSIONS, names))
    labels = guess_labels(sample, time.step_s, {symbol, time.column, time.day})
    _take_labels(guess, labels)
    future = [
        n for n in sample.columns if FUTURE.match(n.lower()) and n not in _label_names(labels)
    ]
    if future:
        guess.take("features", {"exclude": future})
    _take_prices(guess, sample, names)
    return guess


def stem(path: Path) -> str:
    """The name of a file without its endings and without dates."""
    return re.split(r"[._-]\d|\.", path.name)[0].split("_")[0] or path.stem


def _take_time(guess: Guess, time: TimeGuess, session: str) -> None:
    stamp = {"column": time.column, "unit": time.unit, "day": time.day}
    guess.take("timestamp", {key: value for key, value in stamp.items() if value})
    if not time.column:
        guess.ask("timestamp", NO_TIME)
    if time.digits_day:
        guess.ask("timestamp.day", DIGITS_DAY.format(column=time.digits_day))
    parts = [name for name in (time.day or time.digits_day, session) if name]
    if parts:
        guess.take("session", parts)
    if time.step_s > 20.0:
        guess.take("max_gap_s", round(3.0 * time.step_s, 3))
    if time.unordered:
        guess.take("sort", True)


def _take_labels(guess: Guess, labels: Sequence[LabelGuess]) -> None:
    if not labels:
        return
    guess.take("labels", [label.plain() for label in labels])
    guess.ask("labels", ENCODING)
    for label in labels:
        if not label.horizon_known:
            guess.ask("labels", HORIZON.format(column=label.column))


def _label_names(labels: Sequence[LabelGuess]) -> set[str]:
    return {label.column for label in labels}


def _take_prices(guess: Guess, sample: pl.DataFrame, names: dict[str, str]) -> None:
    mid = _named(MIDS, names)
    if mid and sample[mid].dtype.is_numeric():
        values = sample[mid].cast(pl.Float64).drop_nans().drop_nulls()
        relative = len(values) > 0 and bool((values.abs() < SMALL).all())
        guess.take("mid_price", {"column": mid, "kind": "relative" if relative else "price"})
    levels = book_levels(sample.columns)
    if levels:
        guess.take("empty_levels", levels)
    numeric = [n for n in sample.columns if sample[n].dtype.is_numeric()]
    if levels or sum(sample[numeric].null_count().row(0)) > 0:
        guess.take("missing", "drop")  # an old price beside a new one would cross the book


def book_levels(names: Sequence[str]) -> list[dict[str, str]]:
    """Every price of a book level that has its size beside it."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for name in names:
        match = LEVEL.fullmatch(name.lower())
        if match:
            kind = "price" if (match["kind"] or "") in PRICE_KINDS else "size"
            found.setdefault((match["side"][0], int(match["n"])), {})[kind] = name
    whole = [found[key] for key in sorted(found, key=lambda key: (key[0] == "a", key[1]))]
    return [{"price": x["price"], "size": x["size"]} for x in whole if len(x) == 2]


def _named(wanted: Sequence[str], names: dict[str, str]) -> str:
    return next((names[name] for name in wanted if name in names), "")
