"""Walk-forward and combinatorial purged folds of windows over many symbols.

Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 7 and 12. The time axis is cut
into blocks, common to all symbols; each fold tests some blocks and trains on others. What is left
out keeps every training window and the future its label looks at apart from those of the test.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from console.core.errors import DataError
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import Int, window_ends

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class FoldRule:
    """What is left out of training around a test block, in rows of each symbol.

    ``horizon_rows`` is the most rows that a label looks ahead; T is ``sequence_length``.
    """

    sequence_length: int
    horizon_rows: int
    embargo_rows: int = 0
    extra_purge_rows: int = 0

    @property
    def before(self) -> int:
        """Rows before a test block in which no training window ends: T + h + extra."""
        return self.sequence_length + self.horizon_rows + self.extra_purge_rows

    @property
    def after(self) -> int:
        """Rows after a test block that no training window touches: h + extra + embargo.

        The h rows are those that the last test labels look at; the window itself, T rows, begins
        behind them.
        """
        return self.horizon_rows + self.extra_purge_rows + self.embargo_rows


@dataclass(frozen=True)
class Fold:
    """Window ends (row numbers, ascending) to train on and to test on, and the tested blocks."""

    train: Int
    test: Int
    test_blocks: tuple[int, ...]


def walk_forward(
    rows: MarketRows,
    ranges: Ranges,
    rule: FoldRule,
    num_folds: int,
    *,
    kind: Literal["expanding", "rolling"] = "expanding",
    train_blocks: int = 1,
) -> Iterator[Fold]:
    """Folds that test one block each, in time order, and train on blocks before it.

    The axis is cut into ``train_blocks`` + ``num_folds`` blocks. ``expanding`` trains on all
    earlier blocks, ``rolling`` on the last ``train_blocks``.

    Raises:
        DataError: fewer row times than blocks.
    """
    if num_folds < 1 or train_blocks < 1:
        raise ValueError("walk-forward needs at least one fold and one training block")
    blocks = _Blocks.cut(rows, ranges, train_blocks + num_folds, rule)
    for test in range(train_blocks, train_blocks + num_folds):
        first = test - train_blocks if kind == "rolling" else 0
        yield blocks.fold(range(first, test), (test,))


def combinatorial_purged(
    rows: MarketRows, ranges: Ranges, rule: FoldRule, num_blocks: int, num_test_blocks: int
) -> Iterator[Fold]:
    """One fold for every choice of ``num_test_blocks`` out of ``num_blocks``; the rest trains.

    Neighbouring test blocks count as one, so their windows may cross from one into the other.

    Raises:
        DataError: fewer row times than blocks.
    """
    if not 1 <= num_test_blocks < num_blocks:
        raise ValueError("at least one block must be tested and one trained on")
    blocks = _Blocks.cut(rows, ranges, num_blocks, rule)
    for tested in itertools.combinations(range(num_blocks), num_test_blocks):
        yield blocks.fold([block for block in range(num_blocks) if block not in tested], tested)


@dataclass(frozen=True)
class _Blocks:
    """``edges`` of one symbol: the first row of each block, then one past the last row."""

    edges: list[list[int]]
    ends: Int
    rule: FoldRule

    @classmethod
    def cut(cls, rows: MarketRows, ranges: Ranges, count: int, rule: FoldRule) -> _Blocks:
        clock, limits = _limits(rows, ranges, count)
        edges = [
            [first, *(first + np.searchsorted(clock[first:stop], limits)).tolist(), stop]
            for first, stop in ranges
        ]
        return cls(edges, window_ends(rows.segment, rule.sequence_length), rule)

    def fold(self, train: Collection[int], test: tuple[int, ...]) -> Fold:
        rule = self.rule
        trained: list[Int] = []
        tested: list[Int] = []
        for edges in self.edges:
            for first, stop in _stretches(test):
                tested.append(self._windows(edges[first], edges[stop]))
            for first, stop in _stretches(train):
                begin = edges[first] + (rule.after if first - 1 in test else 0)
                limit = edges[stop] - (rule.before if stop in test else 0)
                trained.append(self._windows(begin, limit))
        return Fold(np.concatenate(trained), np.concatenate(tested), test)

    def _windows(self, begin: int, limit: int) -> Int:
        """Ends of the windows that lie wholly in rows ``begin`` ... ``limit`` - 1."""
        low = begin + self.rule.sequence_length - 1
        a, b = np.searchsorted(self.ends, (low, max(low, limit))).tolist()
        return self.ends[a:b]


def _stretches(blocks: Collection[int]) -> Iterator[tuple[int, int]]:
    """``(first, one past the last)`` of every run of neighbouring ``blocks``, ascending."""
    for first in blocks:
        if first - 1 not in blocks:
            stop = first
            while stop in blocks:
                stop += 1
            yield first, stop


def _limits(rows: MarketRows, ranges: Ranges, count: int) -> tuple[Array, Array]:
    """The clock of all rows, and where on it blocks 1, 2 ... begin: whole days where they do."""
    days = np.unique(np.concatenate([np.unique(rows.day[a:b]) for a, b in ranges]))
    if len(days) >= count:
        return rows.day, days[_cuts(len(days), count)]
    times = np.sort(np.concatenate([rows.time[a:b] for a, b in ranges]))
    limits = times[_cuts(len(times), count)] if len(times) >= count else times
    if len(limits) != count - 1 or not (np.diff(limits, prepend=times[0]) > 0).all():
        raise DataError(
            "'{name}' has too few different row times for {count} blocks.",
            remedy="Ask for fewer folds, or bring more rows.",
            name=rows.name, count=count,
        )  # fmt: skip
    return rows.time, limits


def _cuts(total: int, count: int) -> Int:
    """Places 1 ... count - 1 that cut ``total`` things into ``count`` shares of nearly one size."""
    places: Int = np.arange(1, count, dtype=np.int64) * total // count
    return places
