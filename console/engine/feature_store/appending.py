"""Rows that are to be appended to our own store: checked, and brought to its columns."""

from __future__ import annotations

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.rows import Array
from console.engine.feature_store.assembly import DAY_S
from console.engine.feature_store.columns import MID_PRICES
from console.engine.feature_store.encoding import to_classes
from console.engine.feature_store.old_store import to_seconds
from console.engine.feature_store.places import Place
from console.engine.feature_store.schema import (
    MID_PRICE,
    SYMBOL,
    TIMESTAMP,
    StoreSchema,
    require_columns,
)

_DATE = "__date"


def fitted_days(
    rows: pl.DataFrame, schema: StoreSchema, place: Place
) -> dict[tuple[str, str], pl.DataFrame]:
    """``rows`` with the columns of ``schema``, by symbol and date (YYYY-MM-DD in UTC).

    Missing features and labels stay missing. Inside ``rows`` the last of one time counts.

    Raises:
        DataError: a column that is missing or too many or of another kind, a label outside its
            encoding, or a row without symbol or time.
    """
    require_columns(rows.schema, schema.columns, place)
    if schema.has_mid_price and MID_PRICE not in rows.columns:
        rows = rows.with_columns(pl.col(MID_PRICES[1]).alias(MID_PRICE))
    time = to_seconds(rows[TIMESTAMP])
    _require_keys(rows, time, place)
    for label in schema.labels:
        values = rows[label.name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        to_classes(values, label.encoding, place, label.name)
    labels = [pl.col(label.name).cast(pl.Float64).fill_nan(None) for label in schema.labels]
    fitted = (
        rows.with_columns(pl.Series(TIMESTAMP, time), *labels)
        .select(pl.col(name).cast(kind) for name, kind in schema.columns.items())
        .with_columns(pl.Series(_DATE, np.floor(time / DAY_S).astype(np.int32)).cast(pl.Date))
    )
    parts = fitted.partition_by(SYMBOL, _DATE, as_dict=True, maintain_order=True)
    return {
        (str(symbol), date.isoformat()): last_of_each_time(part.drop(_DATE))
        for (symbol, date), part in parts.items()
    }


def last_of_each_time(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` of one symbol, of each time only the last."""
    return rows.unique(TIMESTAMP, keep="last", maintain_order=True)


def _require_keys(rows: pl.DataFrame, time: Array, place: Place) -> None:
    unnamed = rows[SYMBOL].cast(pl.String).fill_null("").str.len_bytes().eq(0).to_numpy()
    for column, missing in ((SYMBOL, unnamed), (TIMESTAMP, ~np.isfinite(time))):
        if missing.any():
            raise DataError(
                "{path}, row {row}: there is no {column}.",
                remedy="Fill it in, or leave the row out, in the program that makes the rows.",
                path=place, row=int(np.argmax(missing)) + 1, column=column,
            )  # fmt: skip
