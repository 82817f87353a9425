"""What prices did after each label value, so that an encoding can be confirmed by the rows."""

from __future__ import annotations

from typing import Any

import polars as pl

from console.engine.data.mapping import ImportMapping, MidPrice
from console.engine.import_preview.guess_labels import label_values


def label_evidence(sample: pl.DataFrame, mapping: ImportMapping) -> list[dict[str, Any]]:
    """Per label: its values in the ``sample``, and the mean move of the mid-price after each.

    The move from t to t + horizon_rows stays inside one symbol and session; without a mid-price
    there is none.
    """
    made: list[dict[str, Any]] = []
    for label in mapping.labels:
        if label.column not in sample.columns:
            continue
        values = label_values(sample[label.column])
        moves: dict[str, float] = {}
        mid = mapping.mid_price
        if mid is not None and mid.column in sample.columns:
            moves = _moves(sample, mapping, label.column, mid, label.horizon_rows)
        made.append({"column": label.column, "values": values, "moves": moves})
    return made


def _moves(
    sample: pl.DataFrame, mapping: ImportMapping, label: str, mid: MidPrice, horizon_rows: int
) -> dict[str, float]:
    symbol = [mapping.symbol] if isinstance(mapping.symbol, str) else []
    groups = [name for name in (*symbol, *mapping.session) if name in sample.columns]
    now = pl.col(mid.column).cast(pl.Float64)
    if mid.kind == "price":
        now = pl.when(now > 0).then(now)
    ahead = now.shift(-horizon_rows)
    ahead = ahead.over(groups) if groups else ahead
    move = ahead - now if mid.kind == "relative" else ahead / now - 1
    means = (
        sample.select(pl.col(label).alias("value"), move.alias("move"))
        .drop_nulls().filter(pl.col("move").is_finite())
        .group_by("value").agg(pl.col("move").mean())
    )  # fmt: skip
    return {_key(value): float(mean) for value, mean in means.iter_rows()}


def _key(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]
