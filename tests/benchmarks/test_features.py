"""Computing all features of a book or of candles costs less than sorting each of them once."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from console.engine.feature_store.importers.feature_rows import FeatureRows, Input, featured
from tests.engine.features.market import book_frame, candle_frame

NUM_ROWS = 200_000
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "make"), [("book", book_frame), ("candles", candle_frame)])
def test_that_features_cost_less_than_sorting_them(
    kind: Input, make: Callable[[int, int], pl.DataFrame]
) -> None:
    frame = make(NUM_ROWS, 1)
    numbers = np.random.default_rng(1).random(NUM_ROWS)

    def compute() -> pl.DataFrame:
        stage = FeatureRows("all", kind, "", 60.0, [])
        return pl.concat(featured(stage, iter([frame])))

    num_features = compute().width - 2
    rounds = [
        (seconds(compute), seconds(lambda: np.sort(numbers, kind="stable"))) for _ in range(ROUNDS)
    ]
    made, sorting = (min(times) for times in zip(*rounds, strict=True))
    share = made / (sorting * num_features)
    print(f"{kind}: {num_features} features, {NUM_ROWS / made:,.0f} rows/s, {share:.2f} of sorting")
    assert share < 1
