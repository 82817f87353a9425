"""Which column is the time, in which unit, and which column adds the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

TIMES = (
    "timestamp", "datetime", "time", "ts", "ts_ns", "ts_us", "ts_ms", "time_ns", "time_us",
    "time_ms", "exchange_timestamp", "open_time", "unix", "epoch", "t_sec", "t_ms", "t_s",
    "seconds", "date_time", "date", "t",
)  # fmt: skip
DAYS = ("date", "day", "trading_day", "trade_date", "day_number")
SUFFIX = re.compile(r"_(ns|us|ms|s|sec)$")
SIZES = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"), (0.0, "s"))
PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "iso": 1.0}
DAY_S = 86_400.0
LATEST_DAY = 100_000
FIRST_DAY, LAST_DAY = 19_000_101, 21_001_231  # days written as digits


@dataclass(frozen=True)
class TimeGuess:
    """A column (empty when none fits), its unit, the day column, and the usual step of rows.

    ``digits_day`` is a column of days written like 20240131, which no mapping can add to a time.
    """

    column: str = ""
    unit: str = "s"
    day: str = ""
    step_s: float = 0.0
    unordered: bool = False
    digits_day: str = ""


def guess_time(sample: pl.DataFrame, names: Mapping[str, str], symbol: str) -> TimeGuess:
    """Find the time of a row in a ``sample`` whose columns are ``names`` by small letters."""
    column = next((names[name] for name in TIMES if name in names), "")
    if not column:
        kinds = sample.schema.items()
        column = next((n for n, kind in kinds if isinstance(kind, pl.Datetime)), "")
    if not column:
        return TimeGuess()
    values = sample[column]
    unit = _unit(values, column)
    numbers = _seconds(values, unit)
    is_time_of_day = values.dtype == pl.Time or (unit != "iso" and _below_a_day(numbers))
    day = _day(sample, names, column) if is_time_of_day else ""
    digits_day = _digits_day(sample, names) if is_time_of_day and not day else ""
    groups = [name for name in (symbol, day or digits_day) if name]
    step = pl.col("_clock").diff()
    clock = sample.select(*groups, numbers.alias("_clock"))
    steps = clock.select(step.over(groups) if groups else step).to_series().drop_nulls()
    typical = steps.filter(steps > 0).median()
    step_s = float(typical) if isinstance(typical, int | float) else 0.0
    return TimeGuess(column, unit, day, step_s, bool((steps < 0).any()), digits_day)


def _unit(values: pl.Series, name: str) -> str:
    if values.dtype.is_temporal():
        return "s"
    if values.dtype == pl.String:
        numbers = values.cast(pl.Float64, strict=False)
        if numbers.null_count() * 2 > len(values):
            return "iso"
        values = numbers
    suffix = SUFFIX.search(name.lower())
    if suffix:
        return suffix[1].removesuffix("ec")
    typical = values.cast(pl.Float64).abs().median()
    size = float(typical) if isinstance(typical, int | float) else 0.0
    return next(unit for least, unit in SIZES if size >= least)


def _seconds(values: pl.Series, unit: str) -> pl.Series:
    if values.dtype == pl.Time:
        return values.cast(pl.Int64) / 1e9
    if values.dtype == pl.Date:
        return values.cast(pl.Int32) * DAY_S
    if values.dtype.is_temporal():
        return values.dt.epoch("ms") / 1e3
    if values.dtype == pl.String and unit == "iso":
        text = values.str.replace("T", " ", literal=True).str.head(19)
        parsed = text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        return parsed.dt.epoch("ms") / 1e3
    return values.cast(pl.Float64, strict=False) / PER_SECOND[unit]


def _below_a_day(seconds: pl.Series) -> bool:
    largest = seconds.max()
    return isinstance(largest, int | float) and 0 <= largest <= DAY_S


def _day(sample: pl.DataFrame, names: Mapping[str, str], time: str) -> str:
    for name in DAYS:
        column = names.get(name, "")
        if not column or column == time:
            continue
        values = sample[column]
        if values.dtype in (pl.Date, pl.String) or isinstance(values.dtype, pl.Datetime):
            return column
        largest = values.max()
        if values.dtype.is_integer() and isinstance(largest, int) and largest < LATEST_DAY:
            return column
    return ""


def _digits_day(sample: pl.DataFrame, names: Mapping[str, str]) -> str:
    for name in DAYS:
        values = sample[names[name]] if name in names else pl.Series([], dtype=pl.Int64)
        low, high = values.min(), values.max()
        if isinstance(low, int) and isinstance(high, int) and FIRST_DAY <= low <= high <= LAST_DAY:
            return names[name]
    return ""
