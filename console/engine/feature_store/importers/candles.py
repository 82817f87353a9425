"""Candles: open, high, low, close and volume; absent minutes are gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping, mapping_from
from console.engine.feature_store.importers.base import Importer, ImportLog, Progress
from console.engine.feature_store.importers.raw_files import (
    find_raw,
    listed,
    reading,
    scan_table,
    symbol_of,
)
from console.engine.feature_store.importers.times import nanoseconds

ENDINGS = (".parquet", ".pq", ".csv", ".csv.gz", ".csv.zst")
INTERVAL_S = 60.0
PRICES = ("open", "high", "low", "close")
TIMES = ("ts_ms", "ts", "time", "timestamp", "open_time", "datetime", "date", "unix", "t")
NAMES = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume", "vol": "volume"}
SYMBOLS = ("symbol", "sym", "ticker", "pair")


@dataclass(frozen=True)
class CandleImporter(Importer):
    """One-minute candles as Parquet or CSV; memory holds the candles of one file."""

    name = "candles"
    title = "Candles (1-minute open, high, low, close, volume)"
    input = "candles"

    def mapping(self) -> ImportMapping:
        """A step longer than a minute breaks a window; the close is the price."""
        return mapping_from(
            {
                "symbol": "symbol",
                "timestamp": {"column": "time_ns", "unit": "ns"},
                "mid_price": {"column": "close", "kind": "price"},
                "duplicates": "last",
                "max_gap_s": INTERVAL_S,
                "sort": True,
            }
        )

    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """One frame per file and symbol: time_ns, symbol, the candle and its features."""
        files = find_raw(paths, ENDINGS)
        for number, path in enumerate(files):
            progress(number / len(files), f"{path.name}")
            with reading(path):
                frame = self._candles(path, log)
            yield from (
                candle_features(part) for part in frame.partition_by("symbol", maintain_order=True)
            )

    def _candles(self, path: Path, log: ImportLog) -> pl.DataFrame:
        scan = scan_table(path)
        names = _columns(path, scan.collect_schema().names())
        symbol = pl.lit(self.options.symbol or symbol_of(path))
        if not self.options.symbol and "symbol" in names:
            symbol = pl.col(names["symbol"]).cast(pl.String)
        numbers = [
            pl.col(names[name]).cast(pl.Float64, strict=False).alias(name)
            for name in (*PRICES, "volume")
        ]
        frame = scan.select(
            pl.col(names["time"]).alias("time"), symbol.alias("symbol"), *numbers
        ).collect()
        clock = nanoseconds(frame["time"], names["time"])
        frame = frame.with_columns(clock.alias("time_ns")).drop("time").with_row_index("row", 1)
        readable = pl.all_horizontal(
            pl.col("time_ns", "symbol").is_not_null(),
            pl.col(*PRICES, "volume").is_not_null(),
        )
        possible = _possible()
        for reason, bad in (("unreadable", ~readable), ("candle", readable & ~possible)):
            rows = frame.filter(bad)["row"]
            if len(rows):
                log.reject(reason, path, rows.head(8).to_list(), len(rows))
        frame = frame.filter(readable & possible).drop("row")
        kept = frame.sort("time_ns", maintain_order=True).unique(
            ["symbol", "time_ns"], keep="last", maintain_order=True
        )
        log.fold(path, frame.height - kept.height)
        return kept


def candle_features(frame: pl.DataFrame) -> pl.DataFrame:
    """Add causal features to the candles of one symbol in time order.

    ``log_return`` is close on the close before; where the minute before is absent, close on the
    candle's own open. ``body``, ``range`` and ``upper_wick``, ``lower_wick`` are shares of the
    open; ``close_place`` is where in the range the close lies, from -1 to 1.
    """
    adjacent = pl.col("time_ns").diff() <= int(INTERVAL_S * 1e9)
    before = pl.when(adjacent).then(pl.col("close").shift(1)).otherwise(pl.col("open"))
    span = pl.col("high") - pl.col("low")
    place = (2 * pl.col("close") - pl.col("high") - pl.col("low")) / span
    top, bottom = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close")
    return frame.with_columns(
        log_return=(pl.col("close") / before).log(),
        body=(pl.col("close") - pl.col("open")) / pl.col("open"),
        range=span / pl.col("open"),
        upper_wick=(pl.col("high") - top) / pl.col("open"),
        lower_wick=(bottom - pl.col("low")) / pl.col("open"),
        close_place=pl.when(span > 0).then(place).otherwise(0.0),
        log_volume=pl.col("volume").log1p(),
    )


def _columns(path: Path, known: Sequence[str]) -> dict[str, str]:
    """The file's own name of each wanted column.

    Raises:
        DataError: one is missing.
    """
    lower = {name.lower().strip(): name for name in reversed(known)}
    found = {meaning: lower[short] for short, meaning in NAMES.items() if short in lower}
    found |= {name: lower[name] for name in (*PRICES, "volume") if name in lower}
    for meaning, own in (("time", TIMES), ("symbol", SYMBOLS)):
        present = [lower[name] for name in own if name in lower]
        found |= {meaning: present[0]} if present else {}
    missing = [name for name in ("time", *PRICES, "volume") if name not in found]
    if missing:
        raise DataError(
            "{path} is no candle file: it has no column for {missing}; it has: {known}.",
            remedy="Rename the columns, or import it as a table with a mapping.",
            path=path, missing=", ".join(missing), known=listed(known),
        )  # fmt: skip
    return found


def _possible() -> pl.Expr:
    numbers = pl.all_horizontal(pl.col(*PRICES, "volume").is_finite())
    positive = pl.all_horizontal(pl.col(*PRICES) > 0) & (pl.col("volume") >= 0)
    low, high = pl.col("low"), pl.col("high")
    inside = pl.col("open").is_between(low, high) & pl.col("close").is_between(low, high)
    return numbers & positive & inside
