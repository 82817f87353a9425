"""Canonical rows of an importer turned into rows of chosen features, batch by batch.

Features see one symbol and one stretch without a break at a time. Books break where the next row
is more than ``max_gap_s`` away or earlier; a batch begins with the last rows of the batch before,
as many as features look back, so the result does not depend on where batches end. Indicators look
back to the start of a stretch, so all candles of a symbol are gathered first (48 bytes each);
``features.candles`` says what breaks them.

Rows at the start of a stretch whose features are not known yet are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

from console.core.errors import DataError
from console.engine.data.features.candles import (
    MINUTE_NS,
    NAMES,
    QUIET_MINUTES,
    with_quiet_minutes,
)
from console.engine.data.features.feature import CANDLES, TRADES, Columns
from console.engine.data.features.table import BOOKS, GROUP_OF, Plan, inputs_of, plan_features

Input = Literal["book", "candles"]
SIDES = {"ask": "ask_p", "ask_size": "ask_s", "bid": "bid_p", "bid_size": "bid_s"}
COLUMNS = {
    "book": cs.by_name("time_ns", "symbol") | cs.starts_with(*SIDES.values()),
    "candles": cs.by_name("time_ns", "symbol", *NAMES),
}
MANY = 10
NEEDS_TRADES = (
    "{count} features need trades, which no importer keeps yet, and were left out: {names}."
)
NEEDS_CANDLES = "{count} features need candles and were left out."
NEEDS_BOOK = "{count} features need an order book and were left out."
NEEDS_LEVELS = "{count} features need an order book (levels: {levels}) and were left out: {names}."
REPLACED = "{count} candles came again in a later file, which replaced them."
WARM_UP = (
    "{count} rows at the starts of stretches without a gap were left out, because features look "
    "back {rows} rows."
)


@dataclass
class FeatureRows:
    """Rows of the features of ``choice``; ``price`` is the column that keeps double precision."""

    choice: str
    input: Input
    price: str
    max_gap_s: float
    notes: list[str]
    num_warm_up: int = 0
    look_back: int = 0
    _plans: dict[int, Plan] = field(default_factory=dict)
    _tails: dict[tuple[str, int], pl.DataFrame] = field(default_factory=dict)

    def push(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows (time_ns, symbol, features) for canonical rows of one symbol in time order."""
        levels = sum(name.startswith("bid_p") for name in frame.columns)
        plan = self._plan(levels)
        key = (frame["symbol"][0], levels)
        own = frame.select(COLUMNS[self.input])
        rows = pl.concat([self._tails.get(key, own[:0]), own])
        step = np.diff(rows["time_ns"].to_numpy())
        borders = (np.flatnonzero((step > self._gap_ns()) | (step < 0)) + 1).tolist()
        parts = [self._empty(rows, plan)]
        for start, stop in zip([0, *borders], [*borders, rows.height], strict=True):
            if self.input == "candles" or stop - start > plan.look_back:
                parts.append(self._stretch(rows[start:stop], plan))
        made = pl.concat(parts)
        self.num_warm_up += frame.height - made.height
        if self.input == "book":
            self._tails[key] = rows[max(0, rows.height - plan.look_back, *borders[-1:]) :]
        return made

    def end(self) -> None:
        """Note how many rows were not known."""
        if self.num_warm_up:
            self.notes.append(WARM_UP.format(count=self.num_warm_up, rows=self.look_back))

    def _plan(self, levels: int) -> Plan:
        if levels not in self._plans:
            plan = plan_features(self.choice, inputs_of(levels))
            self._plans[levels] = plan
            self.look_back = max(self.look_back, plan.look_back)
            self.notes.extend(_left_out(plan))
        return self._plans[levels]

    def _gap_ns(self) -> float:
        if self.input == "candles":
            return (QUIET_MINUTES + 1) * MINUTE_NS
        return self.max_gap_s * 1e9

    def _stretch(self, rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
        """The known rows of one stretch."""
        columns: Columns
        columns, places = _book(rows) if self.input == "book" else _candles(rows)
        known = places >= plan.look_back
        if not known.any():
            return self._empty(rows, plan)
        places = places[known]
        made = rows.select("time_ns", "symbol").filter(pl.Series(known))
        return made.with_columns(
            pl.Series(name, values[places]).cast(self._kind(name))
            for name, values in plan.columns(columns)
        )

    def _empty(self, rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
        nothing = [pl.Series(name, [], self._kind(name)) for name in plan.names]
        return rows[:0].select("time_ns", "symbol").with_columns(nothing)

    def _kind(self, name: str) -> type[pl.DataType]:
        return pl.Float64 if name == self.price else pl.Float32


def featured(rows: FeatureRows, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Each of ``frames`` with the features of ``rows`` in place of its own.

    Raises:
        DataError: there is no such choice of features; no stretch is long enough for them.
    """
    num_rows = 0
    for frame in _by_symbol(frames, rows.notes) if rows.input == "candles" else frames:
        if frame.height:
            made = rows.push(frame)
            num_rows += made.height
            yield made
    rows.end()
    if rows.num_warm_up and not num_rows:
        raise DataError(
            "No stretch without a gap is longer than the {rows} rows that features look back.",
            remedy="Import with --features basic, or bring longer files.",
            rows=rows.look_back,
        )


def _by_symbol(frames: Iterator[pl.DataFrame], notes: list[str]) -> Iterator[pl.DataFrame]:
    """All candles of one symbol after the other, in the order of their times."""
    own: dict[str, list[pl.DataFrame]] = {}
    for frame in frames:
        if frame.height:
            own.setdefault(frame["symbol"][0], []).append(frame.select(COLUMNS["candles"]))
    replaced = 0
    while own:
        whole = pl.concat(own.pop(next(iter(own)))).sort("time_ns", maintain_order=True)
        unique = whole.unique("time_ns", keep="last", maintain_order=True)
        replaced += whole.height - unique.height
        yield unique
    if replaced:
        notes.append(REPLACED.format(count=replaced))


def _left_out(plan: Plan) -> Iterator[str]:
    """What these rows lack; names are told only of what other files of the kind might have."""
    trades = plan.left_out.get(TRADES, [])
    if trades:
        yield NEEDS_TRADES.format(count=len(trades), names=", ".join(_short(trades, plan)))
    if CANDLES in plan.left_out:
        yield NEEDS_CANDLES.format(count=len(plan.left_out[CANDLES]))
    levels = [level for level, need in enumerate(BOOKS, 1) if need in plan.left_out]
    names = [name for level in levels for name in plan.left_out[BOOKS[level - 1]]]
    if levels[:1] == [1]:
        yield NEEDS_BOOK.format(count=len(names))
    elif levels:
        words = f"{levels[0]}-{levels[-1]}" if len(levels) > 1 else f"{levels[0]}"
        told = ", ".join(_short(names, plan))
        yield NEEDS_LEVELS.format(count=len(names), names=told, levels=words)


def _short(names: Sequence[str], plan: Plan) -> Iterator[str]:
    """``names``, the lags of a column in one word, as a number where a whole group is absent."""
    computed = {GROUP_OF[name] for name in plan.names}
    for group, own in groupby(names, GROUP_OF.__getitem__):
        members = list(own)
        if group not in computed and len(members) > MANY:
            yield f"{len(members)} of the group {group}"
            continue
        for column, lags in groupby(members, lambda name: name.partition("_lag")[0]):
            yield column + "/".join(name.removeprefix(column) for name in lags)


def _book(rows: pl.DataFrame) -> tuple[Columns, npt.NDArray[np.intp]]:
    made: Columns = {"time_s": rows["time_ns"].to_numpy() / 1e9}
    for name, column in SIDES.items():
        made[name] = rows.select(cs.starts_with(column)).to_numpy().T.copy()
    return made, np.arange(rows.height)


def _candles(rows: pl.DataFrame) -> tuple[Columns, npt.NDArray[np.intp]]:
    """Columns with the absent minutes, and where among them the rows are.

    Raises:
        DataError: the candles are longer than a minute.
    """
    minutes = np.rint(np.diff(rows["time_ns"].to_numpy()) / MINUTE_NS).astype(np.int64)
    interval = int(np.gcd.reduce(minutes)) if len(minutes) > 2 else 1
    if interval > 1:
        raise DataError(
            "The candles of {symbol} are {minutes} minutes long; these features need minutes.",
            remedy="Bring one-minute candles, or import with --features basic.",
            symbol=rows["symbol"][0], minutes=interval,
        )  # fmt: skip
    candles = {name: rows[name].to_numpy() for name in NAMES}
    return with_quiet_minutes(rows["time_ns"].to_numpy(), candles)
