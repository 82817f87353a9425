"""Times of raw files as whole nanoseconds."""

from __future__ import annotations

import polars as pl

SECOND_NS = 1_000_000_000
UNITS = ((1e17, 1), (1e14, 1_000), (1e11, 1_000_000), (0.0, SECOND_NS))
SUFFIXES = {"_ns": 1, "_us": 1_000, "_ms": 1_000_000, "_s": SECOND_NS, "_sec": SECOND_NS}
LIMIT_NS = 2**62


class Clock:
    """Reads the times of one column, batch by batch, as Int64 nanoseconds; null where none is.

    Dates and ISO 8601 text are taken as UTC where no offset is given. The unit of numbers is what
    the column's ``name`` ends in (_s, _ms, _us, _ns), else follows from the size of the first that
    come: a median above 1e11, 1e14, 1e17 is milliseconds, microseconds, nanoseconds since 1970.
    """

    def __init__(self, name: str) -> None:
        endings = (factor for ending, factor in SUFFIXES.items() if name.lower().endswith(ending))
        self._factor = next(endings, 0)

    def read(self, values: pl.Series) -> pl.Series:
        """Times (N,) of ``values`` (N,)."""
        if values.dtype == pl.Date:
            values = values.cast(pl.Datetime("ns"), strict=False)
        if isinstance(values.dtype, pl.Datetime):
            return values.dt.epoch("ns")
        if values.dtype == pl.String:
            numbers = values.cast(pl.Float64, strict=False)
            if numbers.null_count() * 2 > len(values):
                return _parsed(values)
            whole = values.cast(pl.Int64, strict=False)
            values = whole if not (whole.is_null() & numbers.is_not_null()).any() else numbers
        numbers = values.cast(pl.Float64, strict=False)
        factor = self._settled(numbers)
        if values.dtype.is_integer():
            whole = values.cast(pl.Int64, strict=False)
            usable = whole.is_between(-(LIMIT_NS // factor), LIMIT_NS // factor).fill_null(False)
            return whole.set(~usable, None) * factor
        scaled = (numbers * factor).round()
        usable = (scaled.is_finite() & (scaled.abs() <= LIMIT_NS)).fill_null(False)
        return scaled.set(~usable, None).cast(pl.Int64)

    def _settled(self, numbers: pl.Series) -> int:
        if not self._factor:
            typical = numbers.filter(numbers.is_finite()).abs().median()
            if not isinstance(typical, int | float):
                return SECOND_NS
            self._factor = next(factor for least, factor in UNITS if float(typical) >= least)
        return self._factor


def _parsed(values: pl.Series) -> pl.Series:
    text = pl.col("text").str.strip_chars().str.replace(" ", "T", literal=True)
    text = text.str.replace(r"(?i)Z$", "+00:00")
    full = pl.when(text.str.contains("T")).then(text).otherwise(text + "T00:00:00")
    zone = pl.when(full.str.contains(r"T.*[+-]\d\d:?\d\d$")).then(pl.lit("")).otherwise(
        pl.lit("+00:00")
    )  # fmt: skip
    parsed = (full + zone).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ns", strict=False)
    return values.alias("text").to_frame().select(parsed)["text"].dt.epoch("ns")
