"""The judgement over all folds, against numbers worked out by hand."""

from __future__ import annotations

import math
import statistics

import polars as pl
import pytest

from console.engine.evaluation.pooling import pool
from console.engine.evaluation.predictions import PROBABILITIES
from console.engine.evaluation.spread import spread, spread_of

SELL, HOLD, BUY = (0.8, 0.1, 0.1), (0.2, 0.6, 0.2), (0.1, 0.2, 0.7)


def fold(*lines: tuple[int, int, tuple[float, float, float]], symbol: str = "A") -> pl.DataFrame:
    """Predictions of one fold: (row, label, probabilities) each."""
    columns = {
        name: pl.Series([line[2][place] for line in lines], dtype=pl.Float32)
        for place, name in enumerate(PROBABILITIES)
    }
    return pl.DataFrame(
        {
            "symbol": [symbol] * len(lines), "time": [float(line[0]) for line in lines],
            "row": pl.Series([line[0] for line in lines], dtype=pl.Int64),
            "label": pl.Series([line[1] for line in lines], dtype=pl.Int8), **columns,
        }
    )  # fmt: skip


def test_that_the_pool_counts_windows_and_not_folds() -> None:
    large = fold((10, 0, SELL), (11, 0, SELL), (12, 0, SELL), (13, 1, SELL), (14, 2, BUY))
    small = fold((20, 1, BUY))
    found = pool([large, small], horizon_rows=1)
    scores = found.scores
    # rows true, columns predicted
    assert scores.confusion == ((3, 0, 0), (1, 0, 1), (0, 0, 1))
    assert scores.accuracy == pytest.approx(4 / 6)
    # F1: SELL 2*3/(3+4), HOLD 0, BUY 2*1/(1+2); the mean of the folds' own would be 0.34 or less
    assert scores.class_f1 == pytest.approx((6 / 7, 0.0, 2 / 3))
    assert scores.f1 == pytest.approx((6 / 7 + 2 / 3) / 3)
    by_hand = (4 * 6 - (3 * 4 + 2 * 0 + 1 * 2)) / math.sqrt((36 - 16 - 4) * (36 - 9 - 4 - 1))
    assert scores.mcc == pytest.approx(by_hand)
    assert scores.majority_floor == pytest.approx(3 / 6)
    nll = -(3 * math.log(0.8) + math.log(0.1) + math.log(0.7) + math.log(0.2)) / 6
    assert scores.nll == pytest.approx(nll, rel=1e-5)
    right_sell, right_buy = 0.04 + 0.01 + 0.01, 0.01 + 0.04 + 0.09
    wrong = (0.64 + 0.81 + 0.01) + (0.01 + 0.64 + 0.49)
    assert scores.brier == pytest.approx((3 * right_sell + right_buy + wrong) / 6, rel=1e-5)
    # calibration: 0.8 was right 3 of 4 times, 0.7 once of 2
    assert scores.ece == pytest.approx((abs(4 * 0.8 - 3) + abs(2 * 0.7 - 1)) / 6, rel=1e-5)
    assert (found.num_folds, found.num_predictions, found.num_relabelled) == (2, 6, 0)


def test_that_a_window_of_several_folds_counts_once_with_its_mean() -> None:
    first = fold((10, 0, (0.6, 0.3, 0.1)), (11, 1, HOLD))
    second = fold((10, 0, (0.2, 0.7, 0.1)), (12, 2, BUY))
    third = fold((12, 0, BUY))
    found = pool([first, second, third], horizon_rows=1)
    assert found.num_predictions == 5 and found.scores.num_samples == 3
    # row 10: mean (0.4, 0.5, 0.1) says HOLD; row 12 keeps the label of the last fold
    assert found.scores.confusion == ((0, 1, 1), (0, 1, 0), (0, 0, 0))
    assert found.num_relabelled == 1


def test_that_persistence_only_answers_with_what_was_known() -> None:
    one = fold((0, 0, SELL), (1, 2, SELL), (2, 0, SELL), (3, 1, SELL), (9, 1, SELL))
    other = fold((12, 2, SELL), symbol="B")
    found = pool([one, other], horizon_rows=2)
    # row 2 answers with the label of row 0 (right), 3 with that of 1 (wrong), 9 with that of 3
    # (right); rows 0 and 1, and the first of another symbol, have none
    assert found.persistence is not None
    assert found.persistence.num_samples == 3
    assert found.persistence.accuracy == pytest.approx(2 / 3)
    assert pool([fold((5, 0, SELL))], horizon_rows=1).persistence is None


def test_that_a_spread_is_that_of_a_sample_and_passes_over_what_is_no_number() -> None:
    values = [0.4, 0.5, 0.45, None, math.nan]
    found = spread_of(values)
    assert found == {
        "mean": pytest.approx(0.45), "std": pytest.approx(statistics.stdev([0.4, 0.5, 0.45])),
        "min": 0.4, "max": 0.5, "count": 3,
    }  # fmt: skip
    assert found["std"] == pytest.approx(0.05)
    assert spread_of([0.3])["std"] is None and spread_of([None]) is None


def test_that_validation_figures_are_found_under_their_own_names() -> None:
    members = [
        {"best_metrics": {"val_f1": 0.5, "val_loss": 1.0}, "test_metrics": {"f1": 0.4}},
        {"best_metrics": {"val_f1": 0.7, "val_loss": 0.8}, "test_metrics": {}},
    ]
    found = spread(members)
    assert found["validation"]["f1"]["mean"] == pytest.approx(0.6)
    assert found["validation"]["loss"]["max"] == 1.0
    assert found["test"]["f1"] == {"mean": 0.4, "std": None, "min": 0.4, "max": 0.4, "count": 1}
    assert found["test"]["mcc"] is None
