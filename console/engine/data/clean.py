"""One symbol's rows made fit to store: times, sessions, labels, missing values, segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

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
LIMIT_NS = 2**62
CLOCK_COLUMN = "__clock_ns"
SESSION_COLUMN = "__session"
LEFT_COLUMN = "__left"


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


class Cleaner:
    """Checks and converts the raw rows of one symbol, at once or piece by piece.

    Some rows at the end of a piece wait for the next: a row of the same time may replace the last,
    and whether a label's future lies inside the session is known only so many rows later. The last
    row that did not wait is seen again before them, as it is stored, so that segments and filled
    values go on. Segments are numbered from ``first_segment``.
    """

    def __init__(self, source: SourceFiles, first_segment: int) -> None:
        self._source = source
        self._next_segment = first_segment
        tails = [label.horizon_rows for label in source.mapping.labels if label.drop_tail]
        self._num_waiting = max(tails, default=1)
        self._before: pl.DataFrame | None = None
        self._waiting: pl.DataFrame | None = None

    def clean(self, frame: pl.DataFrame, *, is_last: bool = True) -> CleanRows:
        """The rows that can be stored now; of the last piece, all.

        Raises:
            DataError: an unreadable or missing time, rows out of order, one time twice, a label
                value outside the encoding, or a missing value where the mapping allows none.
        """
        source, mapping = self._source, self._source.mapping
        parts = [part for part in (self._before, self._waiting, frame) if part is not None]
        frame = _with_clock(pl.concat(parts) if len(parts) > 1 else frame, source)
        if mapping.sort and not frame[CLOCK_COLUMN].is_sorted():
            frame = frame.sort(CLOCK_COLUMN, maintain_order=True)
        _require_order(frame, source)
        sessions = pl.struct(mapping.session).rle_id() if mapping.session else pl.lit(0, pl.UInt32)
        frame = frame.with_columns(sessions.alias(SESSION_COLUMN))
        raw, num_duplicates = _without_duplicates(frame, source)
        start = 0 if self._before is None else 1
        stop = raw.height if is_last else max(start, raw.height - self._num_waiting)
        clean = self._stored(raw, start, stop, num_duplicates)
        waiting = None if is_last else raw[stop:].drop(CLOCK_COLUMN, SESSION_COLUMN)
        self._waiting = None if waiting is None else _apart(waiting)
        return clean

    def _stored(self, raw: pl.DataFrame, start: int, stop: int, num_duplicates: int) -> CleanRows:
        """Rows ``start`` ... ``stop`` - 1 as they are stored."""
        source, mapping = self._source, self._source.mapping
        labels = _classes(raw, source)
        frame, num_empty = _without_empty_levels(raw, source, start, stop)
        features, present, empty = _features(frame, source, start, stop)
        if mapping.missing == "error" and not present.all():
            _raise_missing(frame, features, source, int(np.argmin(present)))
        clock = frame[CLOCK_COLUMN].to_numpy()
        segment = _segments(clock, frame[SESSION_COLUMN].to_numpy(), present, mapping.max_gap_s)
        segment += self._next_segment - int(start > 0 and present[0])
        columns = [
            pl.Series(TIME_COLUMN, clock / 1e9),
            _day_numbers(frame, source),
            *features.get_columns(),
            *labels.get_columns(),
        ]
        if mapping.mid_price is not None:
            mid = frame[mapping.mid_price.column].cast(pl.Float64)
            columns.append(mid.fill_null(float("nan")).alias(MID_COLUMN))
        columns.append(pl.Series(SEGMENT_COLUMN, segment, dtype=pl.Int32))
        stored, here = pl.DataFrame(columns)[start:stop], present[start:stop]
        kept = stored if here.all() else stored.filter(pl.Series(here))
        num_before = self._next_segment
        if kept.height:
            self._next_segment = kept[SEGMENT_COLUMN][-1] + 1
        if stop > start:
            last = raw[stop - 1].drop(CLOCK_COLUMN, SESSION_COLUMN)
            filled = [
                features[name][stop - 1 : stop].cast(last.schema[name], strict=False)
                for name in source.features
            ]
            self._before = _apart(last.with_columns(filled))
        return CleanRows(
            kept, self._next_segment - num_before, empty, int((~here).sum()), num_empty,
            num_duplicates,
        )  # fmt: skip


def _apart(frame: pl.DataFrame) -> pl.DataFrame:
    """A copy: a slice would keep the whole piece that it is of in memory."""
    return frame[np.arange(frame.height)]


def in_order(pieces: Iterable[pl.DataFrame], source: SourceFiles) -> bool:
    """Whether the rows of one symbol are in the order of their times already."""
    latest = None
    for frame in pieces:
        clock = _with_clock(frame, source)[CLOCK_COLUMN]
        if not clock.is_sorted() or (latest is not None and clock[0] < latest):
            return False
        latest = clock[-1]
    return True


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
    """Times as whole nanoseconds; null where a value is no time, or none of our age."""
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if values.dtype == pl.String:
        values = _parsed(values) if unit == "iso" else values.cast(pl.Float64, strict=False)
    if values.dtype == pl.Date:
        values = values.cast(pl.Datetime("ns"), strict=False)
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.epoch("ns")
    if values.dtype == pl.Time:
        return values.cast(pl.Int64)
    if not values.dtype.is_numeric():
        return pl.Series(values.name, [None], dtype=pl.Int64).new_from_index(0, len(values))
    factor = NANOSECONDS.get(unit, NANOSECONDS["s"])
    if values.dtype.is_integer():
        whole = values.cast(pl.Int64, strict=False)
        usable = whole.is_between(-(LIMIT_NS // factor), LIMIT_NS // factor).fill_null(False)
        return whole.set(~usable, None) * factor
    scaled = (values.cast(pl.Float64, strict=False) * factor).round()
    usable = (scaled.is_finite() & (scaled.abs() <= LIMIT_NS)).fill_null(False)
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
    if not (values.dtype.is_numeric() or values.dtype == pl.Date):
        return pl.Series(values.name, [None], dtype=pl.Int64).new_from_index(0, len(values))
    days = values.cast(pl.Int32, strict=False).cast(pl.Int64)
    return days.set(~(days.abs() <= LIMIT_NS // DAY_NS).fill_null(False), None)


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


def _classes(frame: pl.DataFrame, source: SourceFiles) -> pl.DataFrame:
    """The labels as classes 0, 1, 2, or null where unlabelled."""
    labels = source.mapping.labels
    if not labels:
        return pl.DataFrame()
    made = frame.select(
        *(_class_of(label, frame.schema[label.column]).alias(label.column) for label in labels),
        pl.int_range(pl.len(), 0, -1).over(SESSION_COLUMN).alias(LEFT_COLUMN),
    )
    for label in labels:
        stored = frame[label.column]
        values = stored.fill_nan(None) if stored.dtype.is_float() else stored
        if made[label.column].null_count() > values.null_count():
            unknown = values.is_not_null() & made[label.column].is_null()
            _raise_unknown_class(frame, label, source, int(unknown.arg_max() or 0))
    tails = [
        pl.when(pl.col(LEFT_COLUMN) > label.horizon_rows).then(pl.col(label.column))
        .alias(label.column)
        for label in labels
        if label.drop_tail
    ]  # fmt: skip
    return made.with_columns(tails).drop(LEFT_COLUMN)


def _class_of(label: Label, kind: pl.DataType) -> pl.Expr:
    """The class of a stored value; null where the encoding does not have it."""
    codes: dict[Any, int] = dict(label.codes())
    value = pl.col(label.column).cast(pl.String)
    if kind.is_numeric():
        value = pl.col(label.column).cast(pl.Float64)
        try:
            codes = {float(key): code for key, code in codes.items()}
        except ValueError:
            codes = {}
    found = pl.lit(None, pl.Int8)
    for key, code in codes.items():
        text = key if kind.is_numeric() else str(key)
        found = pl.when(value == text).then(pl.lit(code, pl.Int8)).otherwise(found)
    return found


def _raise_unknown_class(
    frame: pl.DataFrame, label: Label, source: SourceFiles, index: int
) -> NoReturn:
    listed = ", ".join(f"{key} = {name}" for key, name in label.encoding.items())
    raise DataError(
        "{place}: {value} in label '{column}' is outside its encoding ({listed}).",
        remedy="Correct the encoding in the mapping, or the value.",
        place=source.place(frame, index), value=frame[label.column][index], column=label.column,
        listed=listed,
    )  # fmt: skip


def _without_empty_levels(
    frame: pl.DataFrame, source: SourceFiles, start: int, stop: int
) -> tuple[pl.DataFrame, int]:
    """Turn the price of an empty side (price 0 with size 0) into a missing value.

    Counted are those of rows ``start`` ... ``stop`` - 1.
    """
    levels = source.mapping.empty_levels
    if not levels:
        return frame, 0
    empty = {
        level.price: (pl.col(level.price) == 0) & (pl.col(level.size) == 0) for level in levels
    }
    filled = frame.with_columns(
        pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in empty.items()
    )
    before, after = (
        sum(made[name][start:stop].null_count() for name in empty) for made in (frame, filled)
    )
    return filled, after - before


def _features(
    frame: pl.DataFrame, source: SourceFiles, start: int, stop: int
) -> tuple[pl.DataFrame, Array, Array]:
    """Features as Float32, missing values treated as the mapping says.

    With them, which rows stay, and how many values each feature lacks in rows ``start`` ...
    ``stop`` - 1.
    """
    made = frame.select(pl.col(name).cast(pl.Float32) for name in source.features)
    finite = made.select(pl.all().is_finite().all()).row(0)
    wild = [name for name, is_finite in zip(made.columns, finite, strict=True) if not is_finite]
    made = made.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in wild
    )
    gaps = [name for name in made.columns if made[name].null_count()]
    empty = np.array(made[start:stop].null_count().row(0), dtype=np.int64)
    if not gaps:
        return made, np.ones(made.height, bool), empty
    if source.mapping.missing == "previous":
        filled = pl.col(gaps).forward_fill().over(SESSION_COLUMN)
        made = made.with_columns(
            made.select(gaps).with_columns(frame[SESSION_COLUMN]).select(filled)
        )
    present = made.select(pl.all_horizontal(pl.col(gaps).is_not_null()).alias("present"))
    return made, present["present"].to_numpy(), empty


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
