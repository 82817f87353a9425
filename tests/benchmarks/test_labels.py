"""Labels of 2.4 million rows cost at most three times one nearest-time join of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import get_args

import numpy as np
import polars as pl
import pytest

from console.core.configs import BalancingConfig
from console.core.configs.balancing import LabelMethod, PriceMove
from console.engine.data.horizons import Horizon
from console.engine.data.rows import MarketRows
from console.engine.data.targets import Target, classify
from tests.engine.data.market_files import make_rows

NUM_SYMBOLS, SEGMENTS, SEGMENT_ROWS, HORIZON = 10, 128, 1_875, 20
LIMIT = 3.0
ROUNDS = 5
RULES = [
    *((method, "point") for method in get_args(LabelMethod)),
    *(("fixed", move) for move in get_args(PriceMove) if move != "point"),
]


@pytest.fixture(scope="module")
def rows() -> MarketRows:
    """Ten symbols of 128 half sessions."""
    return make_rows([[SEGMENT_ROWS] * SEGMENTS] * NUM_SYMBOLS, num_features=1)


def nearest_join(rows: MarketRows) -> Callable[[], object]:
    """One join of each row with the row of its segment nearest to its horizon."""
    now = pl.DataFrame({"segment": rows.segment, "time": rows.time + HORIZON, "mid": rows.mid})
    later = pl.DataFrame({"segment": rows.segment, "time": rows.time, "then": rows.mid})
    return lambda: now.join_asof(
        later, on="time", by="segment", strategy="nearest", tolerance=1.0, check_sortedness=False
    )


def fastest(*works: Callable[[], object]) -> list[float]:
    """Seconds of the fastest round of each of ``works``, in turn, so that all see one machine."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [min(times) for times in taken]


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, float(HORIZON)])
@pytest.mark.parametrize(("method", "move"), RULES)
def test_that_labels_cost_at_most_three_joins(
    rows: MarketRows,
    method: LabelMethod,
    move: PriceMove,
    seconds: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rule = BalancingConfig(label_method=method, price_move=move)
    target = Target("prices", "", Horizon(HORIZON, seconds, 1.0), HORIZON, None)
    at = np.arange(len(rows))
    parts = [at[: int(0.7 * len(at))], at[int(0.7 * len(at)) :]]
    joining, labelling = fastest(nearest_join(rows), lambda: classify(rows, target, parts, rule))
    with capsys.disabled():
        print(f"\n{method} {move} {seconds:g}s: {labelling:.3f} s, {labelling / joining:.2f} joins")
    assert labelling <= LIMIT * joining
