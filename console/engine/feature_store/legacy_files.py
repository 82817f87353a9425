"""The older files: ``<root>/<SYMBOL>/features/<YYYY-MM-DD>_batch_<NNNN>.npy`` with JSON labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from console.core.errors import DataError
from console.engine.data.rows import CHUNK_ROWS, Array, MarketRows, choose_symbols
from console.engine.feature_store.assembly import (
    FileKeys,
    OldFiles,
    Room,
    assemble_old,
    in_memory,
)
from console.engine.feature_store.columns import (
    is_label,
    movement_of,
    names_for,
)
from console.engine.feature_store.encoding import LabelEncoding, declared_encoding, to_classes

MILLISECONDS_ABOVE = 1e10
_BATCH = re.compile(r"(\d{4}-\d{2}-\d{2})_batch_\d+")


def available_symbols(root: str | Path) -> dict[str, int]:
    """Row counts by symbol; empty when there are no such files in ``root``.

    Raises:
        DataError: a file cannot be read.
    """
    counts = {}
    for folder in _symbol_folders(Path(root)):
        count = sum(len(_open(path)) for path in _batches(folder))
        if count:
            counts[folder.name] = count
    return counts


def load_legacy_files(
    root: str | Path,
    symbols: Sequence[str] = (),
    days: int = 0,
    *,
    encoding: LabelEncoding | None = None,
    max_gap_s: float | None = None,
    room: Room = in_memory,
) -> MarketRows:
    """Read the last ``days`` days (0 all) of ``symbols`` (empty all) straight from the files.

    Labels are ``future_direction_<h>s`` of the JSON files; a null leaves exactly its own row
    unlabelled, an entry without a timestamp leaves its row out. ``encoding`` of the labels is
    "signed" (-1, 0, 1) unless given or declared in ``labels.yaml``.

    Raises:
        DataError: no files, an unknown symbol, a damaged file, features and labels that do not
            match, or a label outside the encoding.
    """
    stored = open_files(root, symbols, days, encoding=encoding)
    name = Path(root).name
    return assemble_old(stored, source="legacy", name=name, max_gap_s=max_gap_s, room=room)


def open_files(
    root: str | Path,
    symbols: Sequence[str] = (),
    days: int = 0,
    *,
    encoding: LabelEncoding | None = None,
) -> OldFiles:
    """The files that ``load_legacy_files`` reads, to be read one by one.

    Raises:
        DataError: as ``load_legacy_files``.
    """
    root = Path(root)
    folders = {folder.name: folder for folder in _symbol_folders(root)}
    batches = {name: _batches(folder) for name, folder in folders.items()}
    known = tuple(name for name, paths in batches.items() if paths)
    if not known:
        raise DataError(
            "There are no old files in {root}: no <SYMBOL>/features/<day>_batch_<number>.npy.",
            remedy="Correct the path of the old files.",
            root=root,
        )
    chosen = choose_symbols(symbols, known, f"the folder {root}")
    declared = declared_encoding(root, encoding, "signed")
    wanted = _last_days([path for name in chosen for path in batches[name]], days)
    num_features = _open(wanted[0]).shape[1]

    def read(place: str | Path) -> FileKeys:
        path = Path(place)
        return _keys(path, chosen.index(path.parents[1].name), num_features, declared)

    return OldFiles(wanted, chosen, _feature_names(wanted[0], num_features), read)


def _symbol_folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(folder for folder in root.iterdir() if (folder / "features").is_dir())


def _batches(folder: Path) -> list[Path]:
    return sorted(p for p in (folder / "features").glob("*.npy") if _BATCH.fullmatch(p.stem))


def _last_days(paths: list[Path], days: int) -> list[Path]:
    present = sorted({path.name[:10] for path in paths})
    kept = set(present[-days:] if days > 0 else present)
    return [path for path in paths if path.name[:10] in kept]


def _open(path: Path) -> Array:
    """The feature matrix (n, F), mapped and not yet read."""
    try:
        matrix: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy="The file may be cut off; copy it again, or move it away.",
            path=path, reason=str(error).rstrip("."),
        ) from error  # fmt: skip
    if matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise DataError(
            "{path} holds {kind} of shape {shape}, not a float matrix of rows and features.",
            remedy="Move the file away, or write it again.",
            path=path, kind=matrix.dtype, shape=matrix.shape,
        )  # fmt: skip
    return matrix


def _keys(path: Path, code: int, num_features: int, encoding: LabelEncoding) -> FileKeys:
    matrix = _open(path)
    if matrix.shape[1] != num_features:
        raise DataError(
            "{path} has {found} features, the files before it have {expected}.",
            remedy="Take fewer days, so that all files have the same features.",
            path=path, found=matrix.shape[1], expected=num_features,
        )  # fmt: skip
    entries = _entries(path, len(matrix))
    names = {name for entry in entries for name in entry}
    labels = {name: _column(entries, name) for name in names if is_label(name)}
    moves = {name: movement_of(name) for name in labels}
    stamps = _column(entries, "timestamp")

    def blocks() -> Iterable[Array]:
        for start in range(0, len(matrix), CHUNK_ROWS):
            yield np.asarray(matrix[start : start + CHUNK_ROWS], dtype=np.float32)

    return FileKeys(
        np.full(len(matrix), code, dtype=np.int32),
        np.where(stamps > MILLISECONDS_ABOVE, stamps / 1000.0, stamps),
        {name: to_classes(values, encoding, _label_file(path), name)
         for name, values in labels.items()},
        {name: _column(entries, move).astype(np.float32)
         for name, move in moves.items() if move in names},
        _column(entries, "current_mid_price"),
        blocks,
    )  # fmt: skip


def _entries(path: Path, num_rows: int) -> list[dict[str, Any]]:
    """The label file's entries, one per feature row; a null entry becomes an empty one."""
    labels = _label_file(path)
    try:
        entries = json.loads(labels.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy="The labels belong to {features}; copy them again, or move both away.",
            path=labels, reason=reason, features=path,
        ) from error  # fmt: skip
    if not isinstance(entries, list) or len(entries) != num_rows:
        count = len(entries) if isinstance(entries, list) else "no list of"
        raise DataError(
            "{path} has {count} entries, but {features} has {rows} rows.",
            remedy="The two files do not belong together; move both away, or write them again.",
            path=labels, count=count, features=path, rows=num_rows,
        )  # fmt: skip
    return [entry if isinstance(entry, dict) else {} for entry in entries]


def _column(entries: list[dict[str, Any]], name: str) -> Array:
    """One key of all entries, float64 (n,), NaN where it is null, absent or no number."""
    values = (entry.get(name) for entry in entries)
    numbers = (float(v) if isinstance(v, int | float) else np.nan for v in values)
    return np.fromiter(numbers, dtype=np.float64, count=len(entries))


def _label_file(path: Path) -> Path:
    return path.parents[1] / "labels" / f"{path.stem}.json"


def _feature_names(path: Path, num_features: int) -> tuple[str, ...]:
    """Names from the metadata file where it lists them, else those of the old store."""
    metadata = path.parents[1] / "metadata" / f"{path.stem}.json"
    try:
        listed = json.loads(metadata.read_text("utf-8")).get("feature_names")
    except (OSError, ValueError, AttributeError):
        listed = None
    if isinstance(listed, list) and len(listed) == num_features:
        return tuple(str(name) for name in listed)
    return names_for(num_features)
