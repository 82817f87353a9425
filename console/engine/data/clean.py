"""One symbol's rows made fit to store: times, sessions, labels, missing values, segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import Label
from console.engine.data.rows import (
    DAY_COLUMN,
    MID_COLUMN,
    SEGMENT_COLUMN,
    TIME_COLUMN,
    Array,
)
from console.engine.data.source_files import SourceFiles

NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
DAY_NS = 86_400 * 1_000_000_000
CLOCK_COLUMN = "__clock_ns"
SESSION_COLUMN = "__session"


@dataclass(frozen=True)
class CleanRows:
    """Rows of one symbol as they are stored, and what became of the others.

    ``missing`` counts the rows without a value by feature, (F,), before any was filled or dropped.
    """

    frame: pl.DataFrame
    num_segments: int
    missing: Array
    num_missing: int
    num_empty_levels: int
    num_duplicates: int


def clean_rows(frame: pl.DataFrame, source: SourceFiles, first_segment: int) -> CleanRows:
    """Check and convert the raw rows of one symbol; segments are numbered from ``first_segment``.

    Raises:
        DataError: an unreadable or missing time, rows out of order, one time twice, a label value
            outside the encoding, or a missing value where the mapping allows none.
    """
    mapping = source.mapping
    frame = _with_clock(frame, source)
    frame = frame.sort(CLOCK_COLUMN, maintain_order=True) if mapping.sort else frame
    _require_order(frame, source)
    sessions = pl.struct(mapping.session).rle_id() if mapping.session else pl.lit(0, pl.UInt32)
    frame = frame.with_columns(sessions.alias(SESSION_COLUMN))
    frame, num_duplicates = _without_duplicates(frame, source)
    labels = [_classes(frame, label, source) for label in mapping.labels]
    frame, num_empty = _without_empty_levels(frame, source)
    features, present, empty = _features(frame, source)
    clock = frame[CLOCK_COLUMN].to_numpy()
    segment = _segments(clock, frame[SESSION_COLUMN].to_numpy(), present, mapping.max_gap_s)
    columns = [
        pl.Series(TIME_COLUMN, clock / 1e9),
        _day_numbers(frame, source),
        *features,
        *labels,
    ]
    if mapping.mid_price is not None:
        mid = frame[mapping.mid_price.column].cast(pl.Float64)
        columns.append(mid.fill_null(float("nan")).alias(MID_COLUMN))
    kept = pl.DataFrame(columns).filter(pl.Series(present))
    numbers = pl.Series(SEGMENT_COLUMN, segment[present] + first_segment, dtype=pl.Int32)
    num_segments = int(segment[present][-1]) + 1 if kept.height else 0
    missing = int((~present).sum())
    return CleanRows(
        kept.with_columns(numbers), num_segments, empty, missing, num_empty, num_duplicates
    )


def _with_clock(frame: pl.DataFrame, source: SourceFiles) -> pl.DataFrame:
    """Add the time of each row in whole nanoseconds, so that no two times fall together."""
    stamp = source.mapping.timestamp
    clock = _nanoseconds(frame[stamp.column], stamp.unit)
    if stamp.day is not None:
        clock = clock + _whole_days(frame[stamp.day]) * DAY_NS
    if clock.null_count():
        index = int(clock.is_null().arg_max() or 0)
        raise DataError(
            "{place}: the time is missing or cannot be read.",
            remedy="Correct it, or name another column or unit under timestamp in the mapping.",
            place=source.place(frame, index),
        )
    return frame.with_columns(clock.alias(CLOCK_COLUMN))


def _nanoseconds(values: pl.Series, unit: str) -> pl.Series:
    if values.dtype == pl.String:
        if unit != "iso":
            factor = NANOSECONDS[unit]
            numbers = values.cast(pl.Float64, strict=False)
            return (numbers * factor).round().cast(pl.Int64, strict=False)
        values = _parsed(values)
    if values.dtype == pl.Date:
        values = values.cast(pl.Datetime("ns"))
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.epoch("ns")
    if values.dtype == pl.Time:
        return values.cast(pl.Int64)
    factor = NANOSECONDS.get(unit, NANOSECONDS["s"])
    if values.dtype.is_integer():
        return values.cast(pl.Int64) * factor
    usable = values.is_finite()
    scaled = (values.cast(pl.Float64) * factor).round()
    return scaled.set(~usable, None).cast(pl.Int64, strict=False)


def _parsed(values: pl.Series) -> pl.Series:
    """ISO 8601 text as date-times, UTC where no offset is given; null where it is no date."""
    text = pl.col("text").str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00")
    full = pl.when(text.str.contains("T")).then(text).otherwise(text + "T00:00:00")
    offset = pl.when(full.str.contains(r"T.*[+-]\d\d:?\d\d$")).then(pl.lit(""))
    whole = full + offset.otherwise(pl.lit("+00:00"))
    parsed = whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ns", strict=False)
    return values.alias("text").to_frame().select(parsed)["text"]


def _whole_days(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        values = values.str.to_date("%Y-%m-%d", strict=False)
    if isinstance(values.dtype, pl.Datetime):
        values = values.dt.date()
    return values.cast(pl.Int32, strict=False).cast(pl.Int64)


def _day_numbers(frame: pl.DataFrame, source: SourceFiles) -> pl.Series:
    stamp = source.mapping.timestamp
    days = _whole_days(frame[stamp.day]) if stamp.day else frame[CLOCK_COLUMN] // DAY_NS
    return days.cast(pl.Int32).alias(DAY_COLUMN)


def _require_order(frame: pl.DataFrame, source: SourceFiles) -> None:
    clock = frame[CLOCK_COLUMN].to_numpy()
    back = np.flatnonzero(clock[1:] < clock[:-1])
    if len(back):
        raise DataError(
            "{place}: this row is earlier than the row of its symbol before it.",
            remedy="Sort the files by time, or write `sort: true` in the mapping.",
            place=source.place(frame, int(back[0]) + 1),
        )


def _without_duplicates(frame: pl.DataFrame, source: SourceFiles) -> tuple[pl.DataFrame, int]:
    clock, session = frame[CLOCK_COLUMN].to_numpy(), frame[SESSION_COLUMN].to_numpy()
    repeated = (clock[1:] == clock[:-1]) & (session[1:] == session[:-1])
    count = int(repeated.sum())
    if not count:
        return frame, 0
    if source.mapping.duplicates == "error":
        raise DataError(
            "{place}: the symbol already has a row at this time ({count} such rows).",
            remedy="Remove them, name a finer time column, or write `duplicates: last` in the "
            "mapping to keep the last row of each time.",
            place=source.place(frame, int(np.argmax(repeated)) + 1), count=count,
        )  # fmt: skip
    return frame.filter(pl.Series(np.append(~repeated, True))), count


def _classes(frame: pl.DataFrame, label: Label, source: SourceFiles) -> pl.Series:
    """The label as classes 0, 1, 2, or null where unlabelled."""
    stored, codes = frame[label.column], label.codes()
    if stored.dtype.is_numeric():
        try:
            known = {float(key): code for key, code in codes.items()}
        except ValueError:
            known = {}
        values = stored.cast(pl.Float64).fill_nan(None)
        keys = pl.Series(list(known), dtype=pl.Float64)
    else:
        values = stored.cast(pl.String)
        keys = pl.Series([str(key) for key in codes], dtype=pl.String)
    classes = values.replace_strict(
        keys, pl.Series(list(codes.values())[: len(keys)], dtype=pl.Int8), default=None
    ).cast(pl.Int8)
    unknown = values.is_not_null() & classes.is_null()
    if unknown.any():
        index = int(unknown.arg_max() or 0)
        listed = ", ".join(f"{key} = {name}" for key, name in label.encoding.items())
        raise DataError(
            "{place}: {value} in label '{column}' is outside its encoding ({listed}).",
            remedy="Correct the encoding in the mapping, or the value.",
            place=source.place(frame, index), value=stored[index], column=label.column,
            listed=listed,
        )  # fmt: skip
    if label.drop_tail:
        classes = classes.set(_tail(frame, label.horizon_rows), None)
    return classes.alias(label.column)


def _tail(frame: pl.DataFrame, horizon_rows: int) -> pl.Series:
    """Whether a row is one of the last ``horizon_rows`` of its session."""
    left = pl.int_range(pl.len(), 0, -1).over(SESSION_COLUMN)
    return frame.select((left <= horizon_rows).alias("tail"))["tail"]


def _without_empty_levels(frame: pl.DataFrame, source: SourceFiles) -> tuple[pl.DataFrame, int]:
    """Turn the price of an empty side (price 0 with size 0) into a missing value."""
    levels = source.mapping.empty_levels
    if not levels:
        return frame, 0
    empty = {
        level.price: (pl.col(level.price) == 0) & (pl.col(level.size) == 0) for level in levels
    }
    count = frame.select(pl.sum_horizontal(mask.sum() for mask in empty.values())).item()
    filled = [pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in empty.items()]
    return frame.with_columns(filled), int(count or 0)


def _features(frame: pl.DataFrame, source: SourceFiles) -> tuple[list[pl.Series], Array, Array]:
    """Features as Float32, missing values treated as the mapping says.

    With them, which rows stay, and how many values each feature lacked.
    """
    finite = [
        pl.when(pl.col(name).cast(pl.Float32).is_finite()).then(pl.col(name)).cast(pl.Float32)
        .alias(name)
        for name in source.features
    ]  # fmt: skip
    made = frame.select(*finite, SESSION_COLUMN)
    empty = np.array(made.select(source.features).null_count().row(0), dtype=np.int64)
    if source.mapping.missing == "previous":
        made = made.with_columns(pl.col(source.features).forward_fill().over(SESSION_COLUMN))
    complete = pl.all_horizontal(pl.col(source.features).is_not_null())
    present = made.select(complete.alias("present"))["present"].to_numpy()
    if source.mapping.missing == "error" and not present.all():
        _raise_missing(frame, made, source, int(np.argmin(present)))
    return made.drop(SESSION_COLUMN).get_columns(), present, empty


def _raise_missing(
    frame: pl.DataFrame, made: pl.DataFrame, source: SourceFiles, index: int
) -> NoReturn:
    column = next(name for name in source.features if made[name][index] is None)
    raise DataError(
        "{place}: column '{column}' is {value}.",
        remedy="Correct it, or write `missing: drop` or `missing: previous` in the mapping.",
        place=source.place(frame, index), column=column, value=_described(frame[column][index]),
    )  # fmt: skip


def _described(value: object) -> str:
    return "missing or an empty side of the book" if value is None else str(value)


def _segments(clock: Array, session: Array, present: Array, max_gap_s: float) -> Array:
    """Segment numbers (N,) from 0; a new one after a gap, a new session or a dropped row.

    Numbers of dropped rows mean nothing; those of kept rows have no holes.
    """
    kept = np.flatnonzero(present)
    numbers = np.zeros(len(clock), dtype=np.int64)
    if not len(kept):
        return numbers
    broken = np.diff(kept) > 1
    broken |= session[kept[1:]] != session[kept[:-1]]
    broken |= clock[kept[1:]] - clock[kept[:-1]] > max_gap_s * 1e9
    numbers[kept[1:]] = np.cumsum(broken)
    return numbers
