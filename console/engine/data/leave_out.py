"""Leaving out columns, symbols and unsound rows, the same at import and in ``data mend``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from console.core.errors import DataError, did_you_mean
from console.engine.data.clean import CleanRows
from console.engine.data.mapping import ImportMapping, LeaveOut
from console.engine.data.row_rules import (
    REPEAT_ROWS,
    STALE_ROWS,
    Bool,
    Hashes,
    book_sides,
    late_rows,
    no_price,
    price_features,
    row_hashes,
    still_runs,
    stretch_hashes,
)
from console.engine.data.rows import MID_COLUMN, SEGMENT_COLUMN, TIME_COLUMN

WORDS = {
    "backwards": "{count:,} rows that were not later than the row before were left out.",
    "zero_prices": "{count:,} rows with a price of zero or none were left out.",
    "crossed": "{count:,} rows with a crossed book were left out.",
    "stale": "{count:,} rows that only repeated the row before were left out.",
    "duplicates": "{count:,} rows that came a second time were left out.",
}


@dataclass
class _Step:
    """One step over all symbols: what it leaves of the features, and what it has taken so far."""

    rule: LeaveOut
    features: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)  # rows by symbol
    seen: list[Hashes] = field(default_factory=list)


class Sieve:
    """The ``leave_out`` steps of a mapping; feed it the stored rows of one symbol after another."""

    def __init__(self, mapping: ImportMapping, features: Sequence[str]) -> None:
        self._plain = mapping.to_plain()
        self._is_relative = mapping.mid_price is not None and mapping.mid_price.kind == "relative"
        self._steps: list[_Step] = []
        self.features = tuple(features)
        given = list(features)
        for rule in mapping.leave_out:
            self.features = _without(self.features, rule.features)
            self._steps.append(_Step(rule, self.features))
        self._places = [given.index(name) for name in self.features]

    def clean(self, symbol: str, clean: CleanRows, first: int) -> CleanRows:
        """What is left of all rows of ``symbol``; segments are counted from ``first``."""
        kept, num_segments = self.apply(symbol, clean.frame, first)
        missing = clean.missing[self._places]
        return replace(clean, frame=kept, num_segments=num_segments, missing=missing)

    def apply(self, symbol: str, frame: pl.DataFrame, first: int) -> tuple[pl.DataFrame, int]:
        """What is left of the rows of ``symbol``, and in how many segments, counted from ``first``.

        A window breaks where rows were taken out.
        """
        for step in self._steps:
            frame = frame.drop([name for name in step.rule.features if name in frame.columns])
            frame = self._taken(step, symbol, frame)
        segment = frame[SEGMENT_COLUMN].to_numpy()
        if not len(segment):
            return frame, 0
        numbers = np.cumsum(np.append(0, segment[1:] != segment[:-1])) + first
        kept = frame.with_columns(pl.Series(SEGMENT_COLUMN, numbers, dtype=pl.Int32))
        return kept, int(numbers[-1]) - first + 1

    def notes(self) -> Iterator[str]:
        """What was left out, for the warnings of the dataset."""
        for step in self._steps:
            if step.rule.features:
                yield f"These features were left out: {', '.join(step.rule.features)}."
            for symbol, count in step.left_out.items():
                yield f"{count:,} rows of symbol {symbol} were left out."
            for name, count in step.counts.items():
                yield WORDS[name].format(count=count)

    def _taken(self, step: _Step, symbol: str, frame: pl.DataFrame) -> pl.DataFrame:
        if symbol in step.rule.symbols:
            step.left_out[symbol] = frame.height
            return frame.clear()
        for name in WORDS:
            if not getattr(step.rule, name) or not frame.height:
                continue
            wrong = self._wrong(name, step, frame)
            step.counts[name] = step.counts.get(name, 0) + int(wrong.sum())
            frame = _broken(frame, wrong)
        return frame

    def _wrong(self, name: str, step: _Step, frame: pl.DataFrame) -> Bool:
        """Which rows of ``frame`` the rule called ``name`` takes out."""
        if name == "backwards":
            return late_rows(frame[TIME_COLUMN].to_numpy())
        if name == "zero_prices":
            names = price_features(step.features, self._plain)
            names += [MID_COLUMN] if MID_COLUMN in frame.columns else []
            return _any(frame, [] if self._is_relative else names)
        if name == "crossed":
            wrong = np.zeros(frame.height, dtype=bool)
            for bid, ask in book_sides(step.features, self._plain):
                wrong |= frame[bid].to_numpy() >= frame[ask].to_numpy()
            return wrong
        hashes = row_hashes(frame.select(step.features).to_numpy().astype(np.float32))
        segment = frame[SEGMENT_COLUMN].to_numpy()
        if name == "stale":
            starts, lengths = still_runs(hashes, segment)
            return np.repeat(lengths >= STALE_ROWS, lengths) & ~np.isin(
                np.arange(len(segment)), starts
            )
        return _second_copies(hashes, segment, step.seen)


def _second_copies(hashes: Hashes, segment: Any, seen: list[Hashes]) -> Bool:
    """Rows of stretches that came before, in these rows or in those of ``seen``; adds to it."""
    rolled, lively = stretch_hashes(hashes, segment)
    at = np.flatnonzero(lively)
    own, first = np.unique(rolled[at], return_index=True)
    again = np.ones(len(at), dtype=bool)
    again[first] = False
    for earlier in seen:
        again |= np.isin(rolled[at], earlier)
    seen.append(own)
    change = np.zeros(len(segment) + 1, dtype=np.int64)
    change[at[again]] += 1
    change[at[again] + REPEAT_ROWS] -= 1
    return np.cumsum(change[:-1]) > 0


def _broken(frame: pl.DataFrame, wrong: Bool) -> pl.DataFrame:
    """``frame`` without the ``wrong`` rows, with a new segment number after each hole."""
    if not wrong.any():
        return frame
    segment = frame[SEGMENT_COLUMN].to_numpy()
    new = np.append(False, (segment[1:] != segment[:-1]) | wrong[:-1])
    numbers = pl.Series(SEGMENT_COLUMN, np.cumsum(new), dtype=pl.Int32)
    return frame.with_columns(numbers).filter(pl.Series(~wrong))


def _any(frame: pl.DataFrame, names: Sequence[str]) -> Bool:
    wrong = np.zeros(frame.height, dtype=bool)
    for name in names:
        wrong |= no_price(frame[name].to_numpy())
    return wrong


def _without(features: tuple[str, ...], left_out: Sequence[str]) -> tuple[str, ...]:
    for name in left_out:
        if name not in features:
            close = did_you_mean(name, features)
            raise DataError(
                "There is no feature '{name}' to leave out; features: {known}.{hint}",
                remedy="Name one of them.",
                name=name, known=", ".join(features),
                hint=f" Did you mean '{close}'?" if close else "",
            )  # fmt: skip
    kept = tuple(name for name in features if name not in left_out)
    if not kept:
        raise DataError(
            "No feature would be left.", remedy="Leave at least one feature in the dataset."
        )
    return kept
