"""Features on import: batches and breaks do not matter, warm-up is counted, nothing is faked."""

from __future__ import annotations

import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.rows import load_dataset
from console.engine.feature_store.columns import ALL_FEATURES
from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.feature_rows import FeatureRows, Input, featured
from console.engine.feature_store.importers.registry import get_importer
from console.engine.feature_store.importers.run import import_raw
from tests.engine.features.market import MINUTE_NS, SEEDS, book_frame, candle_frame
from tests.engine.importers.damage import damaged, require_answer, write_packed

SECOND_NS = 10**9


def rows_of(
    frames: list[pl.DataFrame], kind: Input = "book", choice: str = "all"
) -> tuple[pl.DataFrame, FeatureRows]:
    stage = FeatureRows(choice, kind, "mid_price" if kind == "book" else "close", 60.0, [])
    return pl.concat(featured(stage, iter(frames))), stage


def with_gaps(frame: pl.DataFrame, places: list[int], gap_ns: int) -> pl.DataFrame:
    late = np.zeros(frame.height, np.int64)
    for place in places:
        late[place:] += gap_ns
    return frame.with_columns(pl.col("time_ns") + pl.Series(late))


@settings(max_examples=40)
@given(
    seed=SEEDS,
    cuts=st.lists(st.integers(0, 700), max_size=8),
    gaps=st.lists(st.integers(1, 700), max_size=2),
)
def test_that_features_do_not_depend_on_batches(
    seed: int, cuts: list[int], gaps: list[int]
) -> None:
    frame = with_gaps(book_frame(700, seed), gaps, 61 * SECOND_NS)
    borders = [0, *sorted(cuts), frame.height]
    parts = [frame[start:stop] for start, stop in pairwise(borders)]
    whole, at_once = rows_of([frame])
    pieces, in_parts = rows_of(parts)
    assert whole.equals(pieces)
    assert (at_once.num_warm_up, at_once.notes) == (in_parts.num_warm_up, in_parts.notes)
    assert whole.height + at_once.num_warm_up == frame.height


@given(seed=SEEDS, place=st.integers(0, 400))
def test_that_no_feature_reaches_over_a_gap(seed: int, place: int) -> None:
    frame = with_gaps(book_frame(400, seed), [place], 61 * SECOND_NS)
    whole, _ = rows_of([frame[:0], frame])
    apart = [rows_of([part])[0] for part in (frame[:place], frame[place:]) if part.height > 149]
    assert whole.equals(pl.concat(apart))


def test_that_symbols_are_kept_apart() -> None:
    one, two = book_frame(400, 1), book_frame(400, 2).with_columns(symbol=pl.lit("BBB"))
    mixed, stage = rows_of([one[:200], two[:200], one[200:], two[200:]])
    assert mixed.filter(symbol="AAA").equals(rows_of([one])[0])
    assert mixed.filter(symbol="BBB").equals(rows_of([two])[0])
    assert stage.num_warm_up == 2 * 149


def test_that_rows_that_go_back_in_time_begin_anew() -> None:
    frame = book_frame(400, 1)
    twice, stage = rows_of([frame, frame])
    assert stage.num_warm_up == 2 * 149
    assert twice[:251].equals(twice[251:])


@settings(max_examples=30)
@given(seed=SEEDS, dropped=st.floats(0, 0.6))
def test_that_an_absent_minute_is_a_candle_without_a_trade(seed: int, dropped: float) -> None:
    frame = candle_frame(300, seed)
    kept = np.random.default_rng(seed).random(300) >= dropped
    kept[[0, 299]] = True
    owner = np.maximum.accumulate(np.where(kept, np.arange(300), 0))
    last = frame["close"].to_numpy()[owner]
    quiet = {name: np.where(kept, frame[name].to_numpy(), last) for name in ("open", "high", "low")}
    volume = np.where(kept, frame["volume"].to_numpy(), 0.0)
    explicit = frame.with_columns(**quiet, close=last, volume=volume)
    sparse, _ = rows_of([frame.filter(pl.Series(kept))], "candles")
    dense, _ = rows_of([explicit], "candles")
    assert sparse.equals(dense.filter(pl.col("time_ns").is_in(sparse["time_ns"].implode())))
    assert sparse.height == kept[49:].sum()


def test_that_a_long_absence_of_candles_is_a_break() -> None:
    frame = candle_frame(400, 3)
    for minutes, broken in ((30, False), (31, True)):
        late = with_gaps(frame, [200], minutes * MINUTE_NS)
        made, stage = rows_of([late], "candles")
        apart = pl.concat(
            [rows_of([late[:200]], "candles")[0], rows_of([late[200:]], "candles")[0]]
        )
        assert made.equals(apart) == broken
        assert stage.num_warm_up == (98 if broken else 49)


def test_that_warm_up_and_missing_inputs_are_told() -> None:
    made, stage = rows_of([book_frame(300, 1, levels=5)], choice="reference")
    assert made.columns == ["time_ns", "symbol", *(n for n in ALL_FEATURES if n in made.columns)]
    assert made.width == 2 + 74 and made.height == 300 - 149
    trades, candles, levels, warm_up = stage.notes
    assert trades.startswith("15 features need trades") and "kyle_lambda" in trades
    assert levels.startswith("18 features need an order book (levels: 10)")
    assert warm_up.startswith("149 rows at the starts of stretches")
    assert candles == "80 features need candles and were left out."
    _made, stage = rows_of([candle_frame(300, 1)], "candles")
    assert "126 features need an order book and were left out." in stage.notes


def test_that_levels_that_are_missing_are_told_at_once() -> None:
    _made, stage = rows_of([book_frame(300, 1, levels=1)])
    assert [words for words in stage.notes if "(levels: 2-10)" in words]
    assert len(stage.notes) == 4


def test_that_rows_too_few_for_features_are_refused() -> None:
    with pytest.raises(DataError, match="longer than the 149 rows"):
        rows_of([book_frame(149, 1)])


def test_that_indicators_go_on_over_batches_and_files() -> None:
    frame = candle_frame(400, 5)
    whole, _ = rows_of([frame], "candles")
    other = frame.with_columns(symbol=pl.lit("BBB"))
    late = frame[150:]  # the last file of all brings fifty candles again
    made, stage = rows_of([frame[:90], other, frame[90:200], late], "candles")
    assert made.filter(pl.col("symbol") == "AAA").equals(whole)
    assert stage.notes[-2:] == [
        "50 candles came again in a later file, which replaced them.",
        f"{2 * stage.look_back} rows at the starts of stretches without a gap were left out, "
        f"because features look back {stage.look_back} rows.",
    ]


def test_that_longer_candles_are_refused() -> None:
    frame = candle_frame(300, 1)[::5]
    with pytest.raises(DataError, match="The candles of AAA are 5 minutes long"):
        rows_of([frame], "candles")


def test_that_an_unknown_choice_is_answered_with_the_closest(tmp_path: Path) -> None:
    candle_frame(300, 1).rename({"time_ns": "time"}).write_parquet(tmp_path / "x.parquet")
    importer = get_importer("candles", ImportOptions(features="referense"))
    with pytest.raises(DataError, match="Did you mean 'reference'"):
        importer.preview([tmp_path / "x.parquet"])


def test_that_a_format_with_its_own_features_is_refused(tmp_path: Path) -> None:
    importer = get_importer("fi2010", ImportOptions(features="all"))
    with pytest.raises(DataError, match="bring their own features"):
        importer.preview([tmp_path / "x.txt"])


def test_that_an_imported_dataset_holds_the_features_in_stored_order(
    workspace: Workspace, tmp_path: Path
) -> None:
    book_frame(2000, 5).rename({"time_ns": "ts_ns"}).write_parquet(tmp_path / "book.parquet")
    options = ImportOptions(features="reference")
    info = import_raw("l2", [tmp_path / "book.parquet"], "mine", workspace, options=options)
    assert info.features == tuple(name for name in ALL_FEATURES if name in info.features)
    assert len(info.features) == 92 and info.has_mid_price
    assert info.num_rows == 2000 - 149
    assert any("need trades" in words for words in info.warnings)
    rows = load_dataset(info, workspace)
    assert np.isfinite(rows.matrix).all()
    assert rows.mid is not None and np.allclose(rows.mid, book_frame(2000, 5)["ask_p1"][149:], 1e-2)


def test_that_basic_features_stay_as_they_are(workspace: Workspace, tmp_path: Path) -> None:
    candle_frame(300, 1).rename({"time_ns": "time"}).write_parquet(tmp_path / "x.parquet")
    info = import_raw("candles", [tmp_path / "x.parquet"], "mine", workspace)
    assert (info.num_rows, "log_return" in info.features) == (300, True)


CANDLES = candle_frame(120, 1).rename({"time_ns": "time"}).write_csv().encode()
BOOK = book_frame(200, 1, levels=2).rename({"time_ns": "ts_ns"}).write_csv().encode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(candles=damaged(CANDLES), book=damaged(BOOK))
def test_that_damaged_files_give_an_answer(candles: bytes, book: bytes, tmp_path: Path) -> None:
    for name, content in (("candles", candles), ("l2", book)):
        importer = get_importer(name, ImportOptions(features="all"))
        require_answer(importer, [write_packed(tmp_path / "x.csv", content)])


FILES = [
    ("candles", "bitfinex_1m/XRPUSD_1m_2018_2019H1.parquet", 80, 49),
    ("l2", "bitstamp_btcusd_l3_20260502/book10_ms.parquet", 126, 149),
    ("lobster", "lobster_20120621/AAPL_first998_*_10.csv", 126, 149),
]


@pytest.mark.market_data
@pytest.mark.parametrize(
    ("name", "pattern", "count", "warm_up"), FILES, ids=lambda value: str(value)
)
def test_that_features_of_real_rows_are_finite(
    name: str, pattern: str, count: int, warm_up: int, market_data: Path
) -> None:
    log = ImportLog()
    options = ImportOptions(features="all", day=datetime.date(2012, 6, 21))
    importer = get_importer(name, options)
    paths = sorted(market_data.glob(pattern))
    made = pl.concat(list(importer.rows(paths, log, lambda share, text: None)))
    basic = pl.concat(list(get_importer(name).frames(paths, ImportLog(), lambda s, t: None)))
    assert made.width == 2 + count
    assert warm_up <= basic.height - made.height <= 16 * warm_up
    finite = made.select(pl.col(pl.Float32, pl.Float64).is_finite().all()).row(0)
    assert all(finite)
