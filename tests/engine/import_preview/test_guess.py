"""A suggested mapping names what it guessed, and leaves what only people know to them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.datasets import CLASS_NAMES
from console.engine.data.mapping import mapping_from
from console.engine.import_preview.guess import book_levels, guess_mapping
from console.engine.import_preview.guess_labels import propose_encoding

PATH = Path("BTCUSDT_2024-01.csv")


def frame(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame({"bid": [1.5, 2.5, 3.5], **columns})


def test_that_half_sessions_with_times_of_day_are_understood() -> None:
    sample = frame(
        sym=[0, 0, 0], date=[3, 3, 4], session=[0, 0, 0], t_sec=[34_803, 34_806, 34_803],
        label_20=[0.0, 2.0, 1.0], n_midprice=[0.01, -0.02, 0.0],
        n_bid1=[0.01, 0.0, 0.0], n_bsize1=[0.1, 0.0, 0.2],
    )  # fmt: skip
    guess = guess_mapping(PATH, sample)
    assert guess.mapping == {
        "symbol": "sym",
        "timestamp": {"column": "t_sec", "unit": "s", "day": "date"},
        "session": ["date", "session"],
        "labels": [
            {
                "column": "label_20", "horizon_rows": 20, "drop_tail": True,
                "encoding": {0: "SELL", 1: "HOLD", 2: "BUY"},
            }
        ],
        "mid_price": {"column": "n_midprice", "kind": "relative"},
        "empty_levels": [{"price": "n_bid1", "size": "n_bsize1"}],
        "missing": "drop",
    }  # fmt: skip
    assert set(guess.mapping) <= set(guess.guessed)
    assert [entry["field"] for entry in guess.decide] == ["labels"], "never silently"


@pytest.mark.parametrize(
    ("name", "values", "unit"),
    [
        ("ts_ms", [1, 2, 3], "ms"),
        ("timestamp", [1_700_000_000_000] * 3, "ms"),
        ("time", [1.7e9, 1.7e9, 1.7e9], "s"),
        ("ts", [1_700_000_000_000_000_000] * 3, "ns"),
        ("time", ["2024-01-01T00:00:00Z"] * 3, "iso"),
        ("time", ["1700000000000"] * 3, "ms"),
    ],
)
def test_that_the_unit_of_time_follows_from_name_and_size(
    name: str, values: list[object], unit: str
) -> None:
    stamp = guess_mapping(PATH, frame(**{name: values})).mapping["timestamp"]
    assert (stamp["column"], stamp["unit"]) == (name, unit)
    assert "day" not in stamp


def test_that_a_file_without_symbol_or_time_asks() -> None:
    guess = guess_mapping(PATH, frame())
    assert guess.mapping["symbol"] == {"value": "BTCUSDT"}
    assert {entry["field"] for entry in guess.decide} == {"symbol", "timestamp"}


def test_that_days_written_as_digits_end_windows_and_are_asked_about() -> None:
    sample = frame(time=[34_200, 34_203, 34_200], date=[20_240_105, 20_240_105, 20_240_108])
    guess = guess_mapping(PATH, sample)
    assert guess.mapping["session"] == ["date"]
    assert "day" not in guess.mapping["timestamp"] and "sort" not in guess.mapping
    assert "timestamp.day" in {entry["field"] for entry in guess.decide}


def test_that_seconds_in_a_label_become_rows() -> None:
    sample = frame(time=[100, 110, 120], future_direction_60s=["down", "up", "flat"])
    [label] = guess_mapping(PATH, sample).mapping["labels"]
    assert label["horizon_rows"] == 6
    assert label["encoding"] == {"down": "SELL", "flat": "HOLD", "up": "BUY"}


def test_that_columns_of_the_future_are_no_features() -> None:
    guess = guess_mapping(PATH, frame(time=[1, 2, 3], future_return_60s=[0.1, 0.2, 0.3]))
    assert guess.mapping["features"] == {"exclude": ["future_return_60s"]}
    assert "labels" not in guess.mapping


def test_that_rows_out_of_order_are_to_be_sorted() -> None:
    assert guess_mapping(PATH, frame(time=[3, 1, 2])).mapping["sort"] is True


def test_that_levels_need_a_price_and_a_size() -> None:
    names = ["bid_price_1", "bid_size_1", "ask_p1", "ask_s1", "ask_p2", "bid", "spread"]
    assert book_levels(names) == [
        {"price": "bid_price_1", "size": "bid_size_1"},
        {"price": "ask_p1", "size": "ask_s1"},
    ]


@given(st.lists(st.integers(-3, 5) | st.text(max_size=3), min_size=1, max_size=3, unique=True))
def test_that_every_proposal_is_a_valid_encoding(values: list[int | str]) -> None:
    encoding = propose_encoding(values)
    assert sorted(encoding.values()) == sorted(CLASS_NAMES)
    assert set(map(str, values)) <= set(map(str, encoding))
    mapping_from(
        {
            "symbol": "s", "timestamp": {"column": "t"},
            "labels": [{"column": "y", "horizon_rows": 1, "encoding": encoding}],
        }
    )  # fmt: skip
