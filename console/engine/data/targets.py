"""Which label a training learns, and the classes of its windows."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.errors import DataError, did_you_mean
from console.engine.data.horizons import Horizon, future_rows, longest_reach
from console.engine.data.labels import (
    class_limits,
    classes_from,
    describe_rule,
    horizon_sigma,
)
from console.engine.data.price_moves import moves_to, smoothed_moves
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows, runs
from console.engine.data.triple_barrier import triple_barrier


@dataclass(frozen=True)
class Target:
    """The chosen label: given classes of every row, or None where they come from prices.

    ``reach_rows`` is the most rows that a class depends on ahead of its row; splits purge by it.
    """

    source: str
    column: str
    horizon: Horizon
    reach_rows: int
    given: npt.NDArray[np.int8] | None


def choose_target(rows: MarketRows, ranges: Sequence[tuple[int, int]], data: DataConfig) -> Target:
    """auto: the named label, else classes from prices, else the first stored label.

    Raises:
        DataError: an unknown label, or no prices to make one from.
    """
    source = data.label_source
    if source == "auto":
        source = "given" if data.label or rows.mid is None else "prices"
    if source == "prices":
        if rows.mid is None:
            raise DataError(
                "'{name}' has no mid-price to make labels from.",
                remedy="Name the mid-price in the import mapping, or choose a stored label.",
                name=rows.name,
            )
        horizon = Horizon.of(data)
        return Target("prices", "", horizon, longest_reach(rows, ranges, horizon), None)
    known = list(rows.labels)
    column = data.label or (known[0] if known else "")
    if column not in rows.labels:
        close = did_you_mean(column, known)
        raise DataError(
            "'{name}' has no label '{column}'; its labels are: {known}.{hint}",
            remedy="Choose one of them, or make labels from prices.",
            name=rows.name, column=column, known=", ".join(known) or "none",
            hint=f" Did you mean '{close}'?" if close else "",
        )  # fmt: skip
    reach = rows.label_horizons[column]
    return Target("given", column, Horizon(reach), reach, rows.labels[column])


def classify(
    rows: MarketRows, target: Target, ends: Sequence[Array], balancing: BalancingConfig
) -> tuple[list[Array], dict[str, Any]]:
    """Classes of the windows of each part, and the label as plain data.

    The first of ``ends`` are the training windows: limits come from them alone. The label is
    ``{source, column, horizon_rows, method, thresholds}`` and what the method adds; thresholds
    are in units of sigma where the method is ``volatility``, None where there are none.
    """
    label: dict[str, Any] = {
        "source": target.source, "column": target.column, "horizon_rows": target.reach_rows,
        "method": "given", "thresholds": None,
    }  # fmt: skip
    if target.given is not None:
        return [target.given[part] for part in ends], label
    if target.horizon.seconds > 0:
        label["horizon_s"] = target.horizon.seconds
        label["horizon_tolerance_s"] = target.horizon.tolerance_s
    if balancing.label_method == "triple_barrier":
        label |= describe_rule(balancing, None)
        classes = classes_of(rows, label, balancing)
        return [classes[part] for part in ends], label
    moves = moves_of(rows, label, balancing)
    limits = class_limits(moves[ends[0]], balancing)
    label |= describe_rule(balancing, limits)
    return [classes_from(moves[part], limits) for part in ends], label


def moves_of(rows: MarketRows, label: Mapping[str, Any], rule: BalancingConfig) -> Array:
    """The moves of all rows (N,) that a ``label`` from prices was cut from by ``rule``."""
    return _by_segments(rows, label_moves, _horizon_of(label), rule)


def classes_of(rows: MarketRows, label: Mapping[str, Any], rule: BalancingConfig) -> Array:
    """The classes of all rows (N,) that a ``label`` as ``classify`` describes it gives them."""
    if label["source"] == "given":
        return rows.labels[label["column"]]
    if label["method"] == "triple_barrier":
        return _by_segments(rows, _barrier_classes, _horizon_of(label), rule)
    low, high = label["thresholds"]
    return classes_from(moves_of(rows, label, rule), (low, high))


def known_moves(rows: MarketRows, target: Target, ends: Sequence[Array]) -> list[Array]:
    """Future returns of each part's windows: those stored with the label, else from the mid."""
    moves = rows.movements.get(target.column)
    if moves is None:
        moves = _by_segments(rows, _point_moves, target.horizon, BalancingConfig())
    return [moves[part] for part in ends]


def _horizon_of(label: Mapping[str, Any]) -> Horizon:
    seconds, tolerance_s = label.get("horizon_s", 0.0), label.get("horizon_tolerance_s", 0.0)
    return Horizon(label["horizon_rows"], seconds, tolerance_s)


def _by_segments(
    rows: MarketRows,
    labelling: Callable[[MarketRows, Array, Horizon, BalancingConfig], Array],
    horizon: Horizon,
    rule: BalancingConfig,
) -> Array:
    """``labelling`` of every row (N,), some whole segments at a time: such pieces fit the cache."""
    starts = np.append([a for a, _ in runs(rows.segment)], len(rows))
    steps = np.arange(0, len(rows), CHUNK_ROWS)
    cuts = np.unique(np.append(starts[np.searchsorted(starts, steps)], len(rows)))

    def piece(bounds: tuple[int, int]) -> Array:
        first, stop = bounds
        return labelling(rows.between(first, stop), np.arange(stop - first), horizon, rule)

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # array work runs outside the interpreter
        return np.concatenate(list(threads.map(piece, itertools.pairwise(cuts.tolist()))))


def label_moves(
    rows: MarketRows, at: Array, horizon: Horizon, rule: BalancingConfig
) -> npt.NDArray[np.float32]:
    """The moves (M,) that ``rule`` cuts into classes, of rows ``at`` (M,) ascending."""
    later = future_rows(rows, at, horizon)
    moves = smoothed_moves(rows, at, later, rule.price_move, rule.smoothing_rows)
    if rule.label_method != "volatility":
        return moves
    return (moves / horizon_sigma(rows, at, later, rule.volatility_rows)).astype(np.float32)


def _point_moves(
    rows: MarketRows, at: Array, horizon: Horizon, rule: BalancingConfig
) -> npt.NDArray[np.float32]:
    return moves_to(rows, at, future_rows(rows, at, horizon))


def _barrier_classes(
    rows: MarketRows, at: Array, horizon: Horizon, rule: BalancingConfig
) -> npt.NDArray[np.int8]:
    later = future_rows(rows, at, horizon)
    sigma = horizon_sigma(rows, at, later, rule.volatility_rows)
    return triple_barrier(rows, at, later, rule.take_profit * sigma, rule.stop_loss * sigma).classes
