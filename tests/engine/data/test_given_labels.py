"""The given labels of real data, recomputed from the prices, row by row.

Prices are changes from the previous close in float32. Rows that differ, of 12,078,500 (row, label)
pairs whose future lies inside the half session:

    arithmetic on the stored prices              > threshold    >= threshold
    float64 of the stored float32                         97              97
    float32                                               88              97
    shortest decimal of each float32                      91              93
    rounded to 5 / 6 / 7 / 8 places     28,054 / 1,915 / 200 / 94   27,891 / 1,594 / 214 / 109
    whole half ticks of the previous close                 0 but for 170 ties, which it cannot tell

A price is a whole number of ticks over the previous close, so a move and the threshold can be
compared as whole numbers, without any rounding. That settles every row except ties, where the move
is exactly the threshold. The given label of a tie is flat for some and a move for others: it was
decided by a rounding in the arithmetic of the source, which the stored prices no longer show.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

THRESHOLDS = {5: 0.0005, 10: 0.0005, 20: 0.001, 40: 0.001, 60: 0.001}
TICK = 0.01
FLOAT32_ERROR = 1e-8  # of a change of at most 0.2, with room
Array = npt.NDArray[np.float64]


@pytest.mark.slow
@pytest.mark.market_data
def test_that_prices_give_every_label_but_ties(
    market_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["n_midprice", "n_bid1", "n_ask1", *(f"label_{horizon}" for horizon in THRESHOLDS)]
    order = ["sym", "date", "session", "t_sec"]
    frame = pl.read_parquet(market_data / "ashare_l2" / "*.parquet", columns=[*order, *names])
    frame = frame.sort(order)
    close = previous_close(frame)
    mid = frame["n_midprice"].to_numpy().astype(np.float64)
    half_ticks = np.round(mid * close / (TICK / 2))
    session = frame.select(pl.struct("sym", "date", "session").rle_id()).to_series().to_numpy()
    num_pairs = num_stored = num_ties = num_flat_ties = num_other = 0
    for horizon, threshold in THRESHOLDS.items():
        given = frame[f"label_{horizon}"].to_numpy()
        inside = np.append(session[horizon:] == session[:-horizon], np.zeros(horizon, bool))
        move = moved(mid, horizon)
        stored = np.where(move > threshold, 2, np.where(move < -threshold, 0, 1))
        wrong = inside & (stored != given)
        assert (np.abs(np.abs(move[wrong]) - threshold) < 2e-9).all()
        # |move| * TICK / 2 / close against the threshold, as whole numbers of a hundred-thousandth
        ticks = moved(half_ticks, horizon)
        reach = np.abs(ticks) * round(TICK / 2 * 1e5) - np.round(close * 1e2) * threshold * 1e3
        known = inside & np.isfinite(close)
        tie = known & (np.abs(reach) < 1e-6)
        exact = np.where(reach > 0, np.where(ticks > 0, 2, 0), 1)
        num_other += int((known & ~tie & (exact != given)).sum())
        num_pairs, num_stored = num_pairs + int(inside.sum()), num_stored + int(wrong.sum())
        num_ties += int(tie.sum())
        num_flat_ties += int((tie & (given == 1)).sum())
        assert not (wrong & ~tie & known).any()
    with capsys.disabled():
        print(
            f"\n{num_pairs:,} labels: {num_stored} differ in float64 of the stored prices; on the "
            f"grid of ticks {num_other} differ, {num_ties} are ties ({num_flat_ties} of them flat)"
        )
    assert num_pairs == 12_078_500
    assert num_stored <= 97
    assert num_other == 0
    assert 0 < num_flat_ties < num_ties < 200


def previous_close(frame: pl.DataFrame) -> Array:
    """The previous close (N,) of each symbol and day, from how far apart its prices lie.

    NaN for the one day of which too few prices are known to find it.
    """
    closes = []
    for _, day in frame.group_by("sym", "date", maintain_order=True):
        prices = pl.concat([day["n_bid1"], day["n_ask1"]]).cast(pl.Float64).unique().sort()
        known = prices.filter(prices != 0).to_numpy()
        closes.append(np.full(day.height, _close_of(known)))
    return np.concatenate(closes)


def _close_of(prices: Array) -> float:
    if len(prices) < 3:
        return float("nan")
    steps = np.diff(prices)
    step = float(np.median(steps[steps < 1.5 * steps.min()]))
    for _ in range(3):
        ticks = np.round(prices / step)
        step = float((ticks * prices).sum() / (ticks * ticks).sum())
    close = round(TICK / step, 2)
    on_grid = np.round(prices * close / TICK) * TICK / close
    return close if np.abs(prices - on_grid).max() < FLOAT32_ERROR else float("nan")


def moved(values: Array, horizon: int) -> Array:
    """How much ``values`` (N,) change over ``horizon`` rows; 0 where there is no such row."""
    change = np.zeros(len(values))
    change[:-horizon] = values[horizon:] - values[:-horizon]
    return change
