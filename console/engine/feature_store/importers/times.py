"""Times of raw files as whole nanoseconds."""

from __future__ import annotations

import polars as pl

SECOND_NS = 1_000_000_000
UNITS = ((1e17, 1), (1e14, 1_000), (1e11, 1_000_000), (0.0, SECOND_NS))
SUFFIXES = {"_ns": 1, "_us": 1_000, "_ms": 1_000_000, "_s": SECOND_NS, "_sec": SECOND_NS}
LIMIT_NS = 2**62


def nanoseconds(values: pl.Series, name: str) -> pl.Series:
    """Times (N,) as Int64 nanoseconds; null where a value is no time.

    Dates and ISO 8601 text are taken as UTC where no offset is given. The unit of numbers is what
    the column's ``name`` ends in (_s, _ms, _us, _ns), else follows from their size: a median
    above 1e11, 1e14, 1e17 is milliseconds, microseconds, nanoseconds since 1970.
    """
    if values.dtype == pl.Date:
        values = values.cast(pl.Datetime("ns"))
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.epoch("ns")
    if values.dtype == pl.String:
        numbers = values.cast(pl.Float64, strict=False)
        if numbers.null_count() * 2 > len(values):
            return _parsed(values)
        whole = values.cast(pl.Int64, strict=False)
        values = whole if not (whole.is_null() & numbers.is_not_null()).any() else numbers
    factor = _factor(values.cast(pl.Float64, strict=False), name)
    if values.dtype.is_integer():
        whole = values.cast(pl.Int64, strict=False)
        return whole.set(whole.abs() > LIMIT_NS // factor, None) * factor
    scaled = (values.cast(pl.Float64, strict=False) * factor).round()
    usable = (scaled.is_finite() & (scaled.abs() <= LIMIT_NS)).fill_null(False)
    return scaled.set(~usable, None).cast(pl.Int64)


def _factor(values: pl.Series, name: str) -> int:
    for ending, factor in SUFFIXES.items():
        if name.lower().endswith(ending):
            return factor
    typical = values.filter(values.is_finite()).abs().median()
    size = float(typical) if isinstance(typical, int | float) else 0.0
    return next(factor for least, factor in UNITS if size >= least)


def _parsed(values: pl.Series) -> pl.Series:
    text = pl.col("text").str.strip_chars().str.replace(" ", "T", literal=True)
    text = text.str.replace(r"(?i)Z$", "+00:00")
    full = pl.when(text.str.contains("T")).then(text).otherwise(text + "T00:00:00")
    zone = pl.when(full.str.contains(r"T.*[+-]\d\d:?\d\d$")).then(pl.lit("")).otherwise(
        pl.lit("+00:00")
    )  # fmt: skip
    parsed = (full + zone).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ns", strict=False)
    return values.alias("text").to_frame().select(parsed)["text"].dt.epoch("ns")
