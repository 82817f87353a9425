"""The old feature store: ``<root>/offline/training_features/date=YYYY-MM-DD/*.parquet``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from console.core.errors import DataError
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows, choose_symbols, reading
from console.engine.feature_store.assembly import FileKeys, Room, assemble, in_memory
from console.engine.feature_store.encoding import LabelEncoding, declared_encoding, to_classes

GROUP = "training_features"
MILLISECONDS_ABOVE = 1e10
DAMAGED = "The file may be cut off or of another kind; copy it again, or move it away."
ROLES = {
    "symbol", "timestamp", "date", "current_mid_price", "signal_type", "signal_confidence",
    "signal_strength",
}  # fmt: skip
_DAY_FOLDER = re.compile(r"date=\d{4}-\d{2}-\d{2}")
_LABEL = re.compile(r"future_direction_(\d+)s")


def available_symbols(root: str | Path) -> dict[str, int]:
    """Row counts by symbol; empty when there is no store at ``root``.

    Raises:
        DataError: a file cannot be read.
    """
    counts: dict[str, int] = {}
    for path in _files(Path(root), 0):
        with reading(path, DAMAGED):
            symbol = pl.col("symbol").cast(pl.String)
            found = _scan(path).group_by(symbol).len().collect()
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
    root = Path(root)
    files = _files(root, days)
    if not files:
        raise DataError(
            "There is no feature store in {root}: no file offline/{group}/date=.../*.parquet.",
            remedy="Correct the path of the feature store.",
            root=root, group=GROUP,
        )  # fmt: skip
    known = tuple(available_symbols(root))
    chosen = choose_symbols(symbols, known, f"the feature store {root}")
    declared = declared_encoding(root, encoding, "classes")
    features = _features(files[-1])
    pieces = [_keys(path, chosen, features, declared) for path in files]
    labels = sorted({label for piece in pieces for label in piece.labels}, key=_seconds)
    return assemble(
        [piece for piece in pieces if len(piece.time)], chosen, features,
        {label: _seconds(label) for label in labels},
        source="feature_store", name=root.name, max_gap_s=max_gap_s, room=room,
    )  # fmt: skip


def to_seconds(stamps: pl.Series) -> Array:
    """Times in seconds: date-times as they are, numbers above 1e10 as milliseconds."""
    if isinstance(stamps.dtype, pl.Datetime):
        return stamps.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e6
    values = stamps.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.where(values > MILLISECONDS_ABOVE, values / 1000.0, values)


def _files(root: Path, days: int) -> list[Path]:
    group = root / "offline" / GROUP
    if not group.is_dir():
        return []
    folders = sorted(f for f in group.iterdir() if _DAY_FOLDER.fullmatch(f.name) and f.is_dir())
    filled = [sorted(folder.glob("*.parquet")) for folder in folders]
    by_day = [paths for paths in filled if paths]
    return [path for paths in (by_day[-days:] if days > 0 else by_day) for path in paths]


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, hive_partitioning=False, glob=False)


def _features(path: Path) -> tuple[str, ...]:
    with reading(path, DAMAGED):
        schema = _scan(path).collect_schema()
    found = [
        name for name, kind in schema.items()
        if kind.is_numeric() and name not in ROLES and not name.startswith("future_")
    ]  # fmt: skip
    if not found:
        raise DataError(
            "{path} has no numeric feature column.",
            remedy="Check that these are the files of the feature store.",
            path=path,
        )
    return tuple(found)


def _keys(
    path: Path, symbols: Sequence[str], features: tuple[str, ...], encoding: LabelEncoding
) -> FileKeys:
    with reading(path, DAMAGED):
        names = _scan(path).collect_schema().names()
    _require(path, names, ["symbol", "timestamp", *features])
    labels = [name for name in names if _LABEL.fullmatch(name)]
    moves = {label: label.replace("direction", "movement") for label in labels}
    price = next((name for name in ("current_mid_price", "mid_price") if name in names), None)
    wanted = {"symbol", "timestamp", *labels, *moves.values(), *([price] if price else [])}
    chosen = pl.col("symbol").cast(pl.String).is_in(list(symbols))
    with reading(path, DAMAGED):
        frame = _scan(path).filter(chosen).select(n for n in names if n in wanted).collect()
    codes = {symbol: code for code, symbol in enumerate(symbols)}
    symbol_code = frame["symbol"].cast(pl.String).replace_strict(codes, return_dtype=pl.Int32)

    def blocks() -> Iterable[Array]:
        with reading(path, DAMAGED):
            values = pl.col(features).cast(pl.Float32).fill_null(float("nan"))
            read = _scan(path).filter(chosen).select(values).collect()
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


def _require(path: Path, names: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            "{path} has no column '{column}' ({count} columns that other files have are missing).",
            remedy="Take fewer days, so that all files have the same columns.",
            path=path, column=missing[0], count=len(missing),
        )  # fmt: skip


def _seconds(label: str) -> float:
    found = _LABEL.fullmatch(label)
    assert found is not None
    return float(found.group(1))
