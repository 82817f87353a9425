"""Where on the time axis each part of a split lies, for every split method.

Chronological: training, validation, test. Walk-forward (growing or rolling): the test share is cut
into blocks, and each fold tests one of them after training on what came before. Combinatorial
purged cross-validation: the axis is cut into blocks, and each fold tests one choice of them and
trains on the others (Lopez de Prado, Advances in Financial Machine Learning, 2018, ch. 7 and 12).
All symbols share the axis: whole days where there are enough of them, else times.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from console.core.configs.data import DataConfig, SplitMethod
from console.core.errors import DataError
from console.engine.data.rows import Array, MarketRows, runs

PARTS = ("train", "validation", "test")
TRAIN, VALIDATION, TEST = range(3)
MIN_DAYS = 8
Ranges = Sequence[tuple[int, int]]
Clock = Literal["days", "time"]


@dataclass(frozen=True)
class SplitRule:
    """How rows become parts.

    ``fractions`` are the shares of training, validation and test. Before a later part,
    ``horizon_rows`` + ``sequence_length`` + ``extra_purge_rows`` rows are purged, and
    ``embargo_fraction`` of the symbol's rows left out, per symbol. ``fold`` counts from 1; 0 is the
    last one.
    """

    sequence_length: int
    horizon_rows: int
    fractions: tuple[float, float, float]
    embargo_fraction: float = 0.0
    extra_purge_rows: int = 0
    method: SplitMethod = "chronological"
    num_blocks: int = 5
    num_test_blocks: int = 2
    fold: int = 0

    @classmethod
    def of(cls, data: DataConfig, sequence_length: int, horizon_rows: int) -> SplitRule:
        """The rule that ``data`` asks for."""
        return cls(
            sequence_length, horizon_rows,
            (data.train_fraction, data.validation_fraction, data.test_fraction),
            data.embargo_fraction, data.extra_purge_rows, data.split_method, data.num_blocks,
            data.num_test_blocks, data.fold,
        )  # fmt: skip

    @property
    def rows_before(self) -> int:
        """Rows before a later part in which no window of this part ends, less embargo."""
        return self.horizon_rows + self.sequence_length + self.extra_purge_rows

    @property
    def rows_after(self) -> int:
        """Rows after a judged part that no training window touches, less embargo.

        The last labels of the judged part look at them; the window itself begins behind them.
        """
        return self.horizon_rows + self.extra_purge_rows


@dataclass(frozen=True)
class Band:
    """One stretch of the axis, ``first`` <= t < ``stop``, that belongs to ``PARTS[part]``."""

    part: int
    first: float
    stop: float


@dataclass(frozen=True)
class Axis:
    """The common clock: its value (N,) for every row, and its ticks (K,) in order."""

    by: Clock
    clock: Array
    ticks: Array

    def __len__(self) -> int:
        return len(self.ticks)

    def at(self, place: int) -> float:
        """The clock at tick number ``place``; just after the last one at the end."""
        if place < len(self):
            return float(self.ticks[place])
        last = float(self.ticks[-1])
        return last + 1 if self.by == "days" else float(np.nextafter(last, np.inf))


def split_bands(rows: MarketRows, ranges: Ranges, rule: SplitRule) -> tuple[Axis, list[Band]]:
    """The axis and the parts on it, in time order.

    Raises:
        DataError: fewer days or row times than blocks.
    """
    axis = _axis(rows, ranges, rule)
    if rule.method == "combinatorial":
        parts = _combinatorial(axis, rule, rows.name)
        places = [(int(parts[a]), a, b) for a, b in runs(parts)]
    else:
        places = _in_order(axis, rule, rows.name)
    return axis, [Band(part, axis.at(a), axis.at(b)) for part, a, b in places]


def _axis(rows: MarketRows, ranges: Ranges, rule: SplitRule) -> Axis:
    days = np.unique(np.concatenate([np.unique(rows.day[a:b]) for a, b in ranges]))
    needed = MIN_DAYS
    if rule.method == "combinatorial":
        needed = max(needed, rule.num_blocks + 1)  # so that validation has a day of its own
    elif rule.method != "chronological":
        needed = max(needed, int(np.ceil(rule.num_blocks / max(rule.fractions[TEST], 1e-9))))
    if len(days) >= needed:
        return Axis("days", rows.day, days)
    times = np.sort(np.concatenate([rows.time[a:b] for a, b in ranges]))
    return Axis("time", rows.time, times)


def _in_order(axis: Axis, rule: SplitRule, name: str) -> list[tuple[int, int, int]]:
    """(part, first tick, stop tick) of training, validation and test, one after the other."""
    validation, test = _cuts(axis, rule.fractions)
    stop = len(axis)
    if rule.method == "chronological":
        parts = [(TRAIN, 0, validation), (VALIDATION, validation, test), (TEST, test, stop)]
        return parts if rule.fractions[TEST] > 0 else parts[:TEST]
    edges = _edges(axis, test, rule.num_blocks, name)
    fold = (rule.fold or rule.num_blocks) - 1
    begin, end = edges[fold], edges[fold + 1]
    judged = begin - (test - validation)
    first = begin - test if rule.method == "rolling" else 0
    return [(TRAIN, first, judged), (VALIDATION, judged, begin), (TEST, begin, end)]


def _combinatorial(axis: Axis, rule: SplitRule, name: str) -> npt.NDArray[np.int8]:
    """The part (K,) of every tick; validation is the end of what is not tested."""
    edges = _edges(axis, 0, rule.num_blocks, name)
    fold = rule.fold or math.comb(rule.num_blocks, rule.num_test_blocks)
    choices = itertools.combinations(range(rule.num_blocks), rule.num_test_blocks)
    parts = np.full(len(axis), TRAIN, dtype=np.int8)
    for block in next(itertools.islice(choices, fold - 1, None)):
        parts[edges[block] : edges[block + 1]] = TEST
    free = np.flatnonzero(parts == TRAIN)
    share = rule.fractions[VALIDATION] / (rule.fractions[TRAIN] + rule.fractions[VALIDATION])
    parts[free[len(free) - max(1, round(share * len(free))) :]] = VALIDATION
    return parts


def _edges(axis: Axis, first: int, num_blocks: int, name: str) -> list[int]:
    """The ticks from ``first`` on in ``num_blocks`` shares of nearly one size.

    Raises:
        DataError: two blocks would begin at one time.
    """
    edges = [first + i * (len(axis) - first) // num_blocks for i in range(num_blocks + 1)]
    starts = [axis.at(edge) for edge in edges]
    if not all(a < b for a, b in itertools.pairwise(starts)):
        raise DataError(
            "'{name}' has too few different row times for {count} blocks.",
            remedy="Ask for fewer blocks, or bring more rows.",
            name=name, count=num_blocks,
        )  # fmt: skip
    return edges


def _cuts(axis: Axis, fractions: tuple[float, float, float]) -> tuple[int, int]:
    """First ticks of validation and of test; by days, every part with a share gets one."""
    count, shares = len(axis), (fractions[0], fractions[0] + fractions[1])
    if axis.by == "time":
        validation, test = (round(share * count) for share in shares)
        return validation, count if fractions[TEST] == 0 else test
    least_test = 1 if fractions[TEST] > 0 else 0
    test = count if not least_test else min(round(shares[1] * count), count - least_test)
    validation = min(max(1, round(shares[0] * count)), test - 1)
    return validation, test
