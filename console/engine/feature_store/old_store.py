"""The old feature store: ``<root>/offline/training_features/date=YYYY-MM-DD/*.parquet``.

``root`` is a folder or a URL; a URL that ends in .parquet is one such file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.core.paths import is_url
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows, choose_symbols
from console.engine.feature_store.assembly import (
    FileKeys,
    OldFiles,
    Room,
    assemble_old,
    in_memory,
)
from console.engine.feature_store.columns import (
    MID_PRICES,
    is_feature,
    is_label,
    movement_of,
)
from console.engine.feature_store.encoding import LabelEncoding, declared_encoding, to_classes
from console.engine.feature_store.places import Place, find, one_file, reading_from, scan

GROUP = "training_features"
MILLISECONDS_ABOVE = 1e10
_DAY_FOLDER = re.compile(r"date=\d{4}-\d{2}-\d{2}")


def available_symbols(root: str | Path) -> dict[str, int]:
    """Row counts by symbol; empty when there is no store at ``root``.

    Raises:
        DataError: a file cannot be read.
    """
    counts: dict[str, int] = {}
    for path in _files(root, 0):
        with reading_from(path):
            symbol = pl.col("symbol").cast(pl.String)
            found = scan([path]).group_by(symbol).len().collect()
        for name, count in found.iter_rows():
            counts[str(name)] = counts.get(str(name), 0) + count
    return dict(sorted(counts.items()))


def load_feature_store(
    root: str | Path,
    symbols: Sequence[str] = (),
    days: int = 0,
    *,
    encoding: LabelEncoding | None = None,
    max_gap_s: float | None = None,
    room: Room = in_memory,
) -> MarketRows:
    """Read the last ``days`` days (0 all) of ``symbols`` (empty all) straight from the files.

    Features are the numeric columns in stored order; labels ``future_direction_<h>s``, their
    returns ``future_movement_<h>s``, the price ``current_mid_price`` (else ``mid_price``).
    ``encoding`` of the labels is "classes" unless given or declared in ``labels.yaml``.

    Raises:
        DataError: no files, an unknown symbol, a file that cannot be read or lacks a column, or a
            label outside the encoding.
    """
    stored = open_files(root, symbols, days, encoding=encoding)
    name = Path(root).name
    return assemble_old(stored, source="feature_store", name=name, max_gap_s=max_gap_s, room=room)


def open_files(
    root: str | Path,
    symbols: Sequence[str] = (),
    days: int = 0,
    *,
    encoding: LabelEncoding | None = None,
) -> OldFiles:
    """The files that ``load_feature_store`` reads, to be read one by one.

    Raises:
        DataError: as ``load_feature_store``.
    """
    files = _files(root, days)
    if not files:
        raise DataError(
            "There is no feature store in {root}: no file offline/{group}/date=.../*.parquet.",
            remedy="Correct the path of the feature store.",
            root=root, group=GROUP,
        )  # fmt: skip
    chosen = choose_symbols(symbols, tuple(available_symbols(root)), f"the feature store {root}")
    declared = declared_encoding(root, encoding, "classes")
    features = _features(files[-1])
    return OldFiles(files, chosen, features, lambda path: _keys(path, chosen, features, declared))


def to_seconds(stamps: pl.Series) -> Array:
    """Times in seconds: date-times as they are, numbers above 1e10 as milliseconds."""
    if isinstance(stamps.dtype, pl.Datetime):
        return stamps.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e6
    values = stamps.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.where(values > MILLISECONDS_ABOVE, values / 1000.0, values)


def _files(root: str | Path, days: int) -> list[Place]:
    by_day = [paths for paths in _days(root) if paths]
    return [path for paths in (by_day[-days:] if days > 0 else by_day) for path in paths]


def _days(root: str | Path) -> list[list[Place]]:
    """The files of every day, in order."""
    if is_url(str(root)):
        url = str(root)
        if url.endswith(".parquet"):
            return [[one_file(url)]]
        found: dict[str, list[Place]] = {}
        for path in find(url, f"offline/{GROUP}/date=*/*.parquet"):
            found.setdefault(path.rsplit("/", 2)[1], []).append(path)
        return [found[day] for day in sorted(found) if _DAY_FOLDER.fullmatch(day)]
    group = Path(root) / "offline" / GROUP
    if not group.is_dir():
        return []
    folders = sorted(f for f in group.iterdir() if _DAY_FOLDER.fullmatch(f.name) and f.is_dir())
    return [[*sorted(folder.glob("*.parquet"))] for folder in folders]


def _features(path: Place) -> tuple[str, ...]:
    with reading_from(path):
        schema = scan([path]).collect_schema()
    found = [name for name, kind in schema.items() if kind.is_numeric() and is_feature(name)]
    if not found:
        raise DataError(
            "{path} has no numeric feature column.",
            remedy="Check that these are the files of the feature store.",
            path=path,
        )
    return tuple(found)


def _keys(
    path: Place, symbols: Sequence[str], features: tuple[str, ...], encoding: LabelEncoding
) -> FileKeys:
    with reading_from(path):
        names = scan([path]).collect_schema().names()
    _require(path, names, ["symbol", "timestamp", *features])
    labels = [name for name in names if is_label(name)]
    moves = {label: movement_of(label) for label in labels}
    price = next((name for name in MID_PRICES if name in names), None)
    wanted = {"symbol", "timestamp", *labels, *moves.values(), *([price] if price else [])}
    chosen = pl.col("symbol").cast(pl.String).is_in(list(symbols))
    with reading_from(path):
        frame = scan([path]).filter(chosen).select(n for n in names if n in wanted).collect()
    codes = {symbol: code for code, symbol in enumerate(symbols)}
    symbol_code = frame["symbol"].cast(pl.String).replace_strict(codes, return_dtype=pl.Int32)

    def blocks() -> Iterable[Array]:
        with reading_from(path):
            values = pl.col(features).cast(pl.Float32).fill_null(float("nan"))
            read = scan([path]).filter(chosen).select(values).collect()
        for part in read.iter_slices(CHUNK_ROWS):
            yield part.to_numpy()

    return FileKeys(
        symbol_code.to_numpy(),
        to_seconds(frame["timestamp"]),
        {label: to_classes(_numbers(frame[label]), encoding, path, label) for label in labels},
        {label: _numbers(frame[move]).astype(np.float32)
         for label, move in moves.items() if move in names},
        _numbers(frame[price]) if price else None,
        blocks,
    )  # fmt: skip


def _numbers(values: pl.Series) -> Array:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _require(path: Place, names: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            "{path} has no column '{column}' ({count} columns that other files have are missing).",
            remedy="Take fewer days, so that all files have the same columns.",
            path=path, column=missing[0], count=len(missing),
        )  # fmt: skip
