"""Candles: open, high, low, close and volume; absent minutes are gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping, listed, mapping_from
from console.engine.feature_store.importers.base import BATCH_ROWS, Importer, ImportLog, Progress
from console.engine.feature_store.importers.raw_files import (
    batches,
    find_raw,
    reading,
    require_flat,
    scan_table,
    symbol_of,
)
from console.engine.feature_store.importers.times import Clock

ENDINGS = (".parquet", ".pq", ".csv", ".csv.gz", ".csv.zst")
INTERVAL_S = 60.0
LARGEST = 1e15  # of a price or a volume
LARGEST_FILE = 2**31
PRICES = ("open", "high", "low", "close")
TIMES = ("ts_ms", "ts", "time", "timestamp", "open_time", "datetime", "date", "unix", "t")
NAMES = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume", "vol": "volume"}
SYMBOLS = ("symbol", "sym", "ticker", "pair")


@dataclass(frozen=True)
class CandleImporter(Importer):
    """One-minute candles as Parquet or CSV."""

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
        """Frames of one symbol each: time_ns, symbol, the candle and its features."""
        files = find_raw(paths, ENDINGS)
        for number, path in enumerate(files):
            progress(number / len(files), f"{path.name}")
            with reading(path):
                scan, time = self._scan(path)
            times = scan.select("time", "symbol")
            is_whole = not _in_order(path, times, time)
            streams: dict[str, _Stream] = {}
            for frame in _usable(path, scan, time, log, is_whole):
                for part in frame.partition_by("symbol", maintain_order=True):
                    symbol = part["symbol"][0]
                    made = streams.setdefault(symbol, _Stream(path, log)).push(part)
                    yield pl.concat([made, streams.pop(symbol).end()]) if is_whole else made
            yield from (stream.end() for stream in streams.values())

    def _scan(self, path: Path) -> tuple[pl.LazyFrame, str]:
        """The columns time, symbol and the candle; the time's own name."""
        scan = scan_table(path)
        schema = scan.collect_schema()
        names = _columns(path, schema.names())
        require_flat(path, schema, names.values())
        symbol = pl.lit(self.options.symbol or symbol_of(path))
        if not self.options.symbol and "symbol" in names:
            symbol = pl.col(names["symbol"]).cast(pl.String)
        numbers = [
            pl.col(names[name]).cast(pl.Float64, strict=False).alias(name)
            for name in (*PRICES, "volume")
        ]
        time = pl.col(names["time"]).alias("time")
        return scan.select(time, symbol.alias("symbol"), *numbers), names["time"]


class _Stream:
    """The candles of one symbol in batches.

    The last candle waits, since one of the same time replaces it; the one before it is seen again,
    since the next return begins there.
    """

    def __init__(self, path: Path, log: ImportLog) -> None:
        self._path, self._log = path, log
        self._kept: pl.DataFrame | None = None
        self._num_given = 0  # of the kept

    def push(self, candles: pl.DataFrame) -> pl.DataFrame:
        """Candles in the order of their times, with features, but for the last."""
        whole = candles if self._kept is None else pl.concat([self._kept, candles])
        unique = whole.unique("time_ns", keep="last", maintain_order=True)
        self._log.fold(self._path, whole.height - unique.height)
        made = candle_features(unique)[self._num_given : -1]
        self._kept = unique[-2:]
        self._num_given = min(1, unique.height - 1)
        return made

    def end(self) -> pl.DataFrame:
        """The candle that still waits."""
        assert self._kept is not None
        return candle_features(self._kept)[self._num_given :]


def _usable(
    path: Path, scan: pl.LazyFrame, time: str, log: ImportLog, is_whole: bool
) -> Iterator[pl.DataFrame]:
    """The candles that are possible, in batches or whole and sorted; the others are counted."""
    rows = LARGEST_FILE if is_whole else BATCH_ROWS
    clock = Clock(time)
    for first, frame in batches(path, scan, rows):
        frame = frame.with_columns(clock.read(frame["time"]).alias("time_ns")).drop("time")
        frame = frame.with_row_index("row", first + 1)
        readable = pl.all_horizontal(pl.col("time_ns", "symbol", *PRICES, "volume").is_not_null())
        possible = _possible()
        for reason, bad in (("unreadable", ~readable), ("candle", readable & ~possible)):
            out = frame.filter(bad)["row"]
            if len(out):
                log.reject(reason, path, out.head(8).to_list(), len(out))
        frame = frame.filter(readable & possible).drop("row")
        yield frame.sort("time_ns", maintain_order=True) if is_whole else frame


def _in_order(path: Path, scan: pl.LazyFrame, time: str) -> bool:
    """Whether the times of each symbol never go back."""
    clock = Clock(time)
    latest = pl.DataFrame(schema={"symbol": pl.String, "time_ns": pl.Int64})
    for _first, frame in batches(path, scan, BATCH_ROWS):
        times = frame.select("symbol", clock.read(frame["time"]).alias("time_ns"))
        seen = pl.concat([latest, times.drop_nulls()])
        if seen.select((pl.col("time_ns").diff().over("symbol") < 0).any()).item():
            return False
        latest = seen.group_by("symbol").agg(pl.col("time_ns").last())
    return True


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
    positive = pl.all_horizontal(pl.col(*PRICES).is_between(1 / LARGEST, LARGEST))
    positive &= pl.col("volume").is_between(0, LARGEST)
    low, high = pl.col("low"), pl.col("high")
    inside = pl.col("open").is_between(low, high) & pl.col("close").is_between(low, high)
    return positive & inside
