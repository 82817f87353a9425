"""All features by group, and which of them an input allows."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from console.core.datasets import FeatureSet
from console.core.errors import DataError, did_you_mean
from console.engine.data.features import (
    candles,
    derived,
    indicators,
    lagged,
    order_book,
    order_flow,
)
from console.engine.data.features.feature import CANDLES, TRADES, Columns, Floats, book
from console.engine.feature_store.columns import ALL_FEATURES

BASIC: FeatureSet = "basic"
CHOICES: tuple[FeatureSet, ...] = typing.get_args(FeatureSet)
GROUPS = {
    "order book": order_book.FEATURES,
    "candle": candles.FEATURES,
    "indicator": indicators.FEATURES,
    "lagged": lagged.FEATURES,
    "derived": derived.FEATURES,
    "order flow": order_flow.FEATURES,
}
GROUP_OF = {feature.name: group for group, own in GROUPS.items() for feature in own}
EXTRA = tuple(feature.name for feature in order_flow.FEATURES)
FEATURES = {feature.name: feature for own in GROUPS.values() for feature in own}
BOOKS = tuple(book(level) for level in range(1, order_flow.LEVELS + 1))
BOOK = BOOKS[0]
INPUTS = (*BOOKS, CANDLES, TRADES)


def inputs_of(levels: int) -> frozenset[str]:
    """The inputs that a book of ``levels`` levels brings; candles bring none of them."""
    return frozenset(BOOKS[:levels]) or frozenset((CANDLES,))


def inputs_for(name: str) -> frozenset[str]:
    """The inputs that feature ``name`` needs, those of its needs included."""
    needs = FEATURES[name].needs
    own = frozenset(need for need in needs if need not in FEATURES)
    return own.union(*(inputs_for(need) for need in needs if need in FEATURES))


def lacking(name: str, inputs: frozenset[str]) -> str:
    """The hardest to come by of what feature ``name`` needs beyond ``inputs``; empty if nothing.

    Where there is no book at all, it is a book, whatever its depth.
    """
    found = max(inputs_for(name) - inputs, key=INPUTS.index, default="")
    return BOOK if found in BOOKS and BOOK not in inputs else found


def look_back(name: str) -> int:
    """How many rows before its own the feature needs, those of its needs included."""
    feature = FEATURES[name]
    of_needs = (look_back(need) for need in feature.needs if need in FEATURES)
    return feature.look_back + max(of_needs, default=0)


@dataclass(frozen=True)
class Plan:
    """Features to compute, in their stored order, and by lacking input those that cannot be."""

    names: tuple[str, ...]
    left_out: dict[str, list[str]]

    @property
    def look_back(self) -> int:
        """Rows at the start of a stretch that are not known."""
        return max((look_back(name) for name in self.names), default=0)

    def columns(self, inputs: Columns) -> Iterator[tuple[str, Floats]]:
        """Each feature (N,) over the rows of one stretch without a break.

        A feature is kept only as long as another one needs it.
        """
        needed = {need for name in self.names for need in FEATURES[name].needs}
        made = dict(inputs)
        for name in self.names:
            make = FEATURES[name].make
            assert make is not None
            with np.errstate(all="ignore"):  # prices beyond reason are for the import to refuse
                values = make(made)
            if name in needed:
                made[name] = values
            yield name, values


def describe_features(levels: int) -> list[dict[str, Any]]:
    """Every feature in words, and which of a book of ``levels`` levels and candles allow it."""
    sources = {"book": inputs_of(levels), "candles": inputs_of(0)}
    return [
        {
            "name": name,
            "group": GROUP_OF[name],
            "formula": FEATURES[name].formula,
            "needs": sorted(inputs_for(name), key=INPUTS.index)[-1],
            "warm_up_rows": look_back(name),
            "computed_from": [own for own, inputs in sources.items() if not lacking(name, inputs)],
        }
        for name in (*ALL_FEATURES, *EXTRA)
    ]


def plan_features(choice: str, inputs: frozenset[str]) -> Plan:
    """The features of ``choice`` that ``inputs`` allow: the reference's columns, then order flow.

    Raises:
        DataError: there is no such choice.
    """
    if choice not in CHOICES:
        close = did_you_mean(choice, CHOICES)
        raise DataError(
            "There is no feature set '{name}'; known: {known}.{hint}",
            remedy="Choose one of them with --features.",
            name=choice, known=", ".join(CHOICES),
            hint=f" Did you mean '{close}'?" if close else "",
        )  # fmt: skip
    return _plan([*ALL_FEATURES, *(EXTRA if choice == "all" else ())], inputs)


def _plan(wanted: Sequence[str], inputs: frozenset[str]) -> Plan:
    lack = {name: lacking(name, inputs) for name in wanted}
    left_out: dict[str, list[str]] = {}
    for name in filter(lack.get, wanted):
        left_out.setdefault(lack[name], []).append(name)
    return Plan(tuple(name for name in wanted if not lack[name]), left_out)
