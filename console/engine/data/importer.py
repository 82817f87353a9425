"""Import of the user's files into a dataset of the workspace."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import yaml

from console.core.clock import utc_now
from console.core.datasets import SAMPLE_NAME, DatasetInfo, LabelInfo
from console.core.errors import DataError
from console.core.files import disk_errors, write_text_atomic
from console.core.paths import Workspace
from console.engine.data.clean import Cleaner, in_order
from console.engine.data.findings import Findings
from console.engine.data.leave_out import Sieve
from console.engine.data.mapping import ImportMapping
from console.engine.data.rows import part_file
from console.engine.data.source_files import Pieces, SourceFiles, open_sources
from console.engine.data.staging import check_name, staged

Progress = Callable[[float, str], None]
ROW_GROUP = 65_536
LONGEST_NAME = 255
COMPRESSION: Literal["lz4"] = "lz4"  # read twice as fast as zstd, a third larger


def import_dataset(
    paths: Sequence[str | Path],
    mapping: ImportMapping,
    name: str,
    workspace: Workspace,
    *,
    progress: Progress | None = None,
    simulated: bool = False,
    sources: Sequence[Path] = (),
    notes: Sequence[str] = (),
) -> DatasetInfo:
    """Check the files and store their rows as dataset ``name``, one Parquet file per symbol.

    Memory holds a piece of a symbol, at most a million rows of mixed ones, or all of a symbol that
    has to be sorted or of which unsound rows are left out.
    Nothing appears under ``name`` before everything is checked and written; an earlier dataset of
    that name stays until then.
    ``progress`` is called with a share of the rows from 0 to 1 and what is being done. ``sources``
    are remembered in place of ``paths`` where those were converted from them, with ``notes`` before
    the warnings.

    Raises:
        DataError: bad input; names file, row, symbol, time and column, and the remedy.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    check_name(name)
    if name == SAMPLE_NAME and not simulated:
        raise DataError(
            "The name '{name}' is kept for the simulated order book.",
            remedy="Choose another name.",
            name=name,
        )
    workspace.ensure()
    report = progress or _silent
    report(0.0, "looking at the files")
    source = replace(open_sources(paths, mapping), origin=tuple(sources))
    sieve = Sieve(mapping, source.features)
    with staged(workspace, name) as folder:
        found = Findings(replace(source, features=sieve.features))
        extents = source.extents()
        if not extents:
            raise DataError(
                "{path} has no rows.", remedy="Bring a file with rows.", path=source.shown
            )
        total = sum(extent.num_rows for extent in extents.values())
        with _Writer() as writer:
            for symbol, pieces in source.symbols(extents):
                report(found.num_read / total, f"symbol {symbol}")
                count = extents[symbol].num_rows
                _store(writer, folder, symbol, pieces, count, source, sieve, found)
        info = describe(name, found, dataset_fingerprint(folder), simulated)
        origin = tuple(str(path.resolve()) for path in sources) or info.sources
        warnings = (*notes, *info.warnings, *sieve.notes())
        info = replace(info, sources=origin, warnings=warnings)
        write_description(info, folder)
    report(1.0, "done")
    return info


class _Writer:
    """Writes a piece on a thread of its own, while the next is read and cleaned."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=kind is not None)
        if kind is None:
            self.wait()

    def write(self, frame: pl.DataFrame, path: Path) -> None:
        """Write ``frame`` once the piece before is on disk.

        Raises:
            WorkspaceError: the piece before could not be written.
        """
        self.wait()
        self._writing = self._thread.submit(write_part, frame, path)

    def wait(self) -> None:
        """Until everything is on disk.

        Raises:
            WorkspaceError: it could not be written.
        """
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()


def _store(
    writer: _Writer,
    folder: Path,
    symbol: str,
    read: Pieces,
    count: int,
    source: SourceFiles,
    sieve: Sieve,
    found: Findings,
) -> None:
    """Clean and write the ``count`` rows of one symbol."""
    pieces, mapping = read(), source.mapping
    unsorted = mapping.sort and count > source.piece_rows and not in_order(read(), source)
    if unsorted or mapping.leave_out:
        pieces = iter([pl.concat(pieces)])
    cleaner = Cleaner(source, found.num_segments)
    path = part_file(folder, symbol)
    if len(path.parent.name) > LONGEST_NAME:
        raise DataError(
            "{path}: the symbol '{symbol}' is too long to name a folder.",
            remedy="Shorten it in the file, or give another symbol.",
            path=source.shown, symbol=symbol[:60] + "...",
        )  # fmt: skip
    written: list[Path] = []
    done = 0
    for frame in pieces:
        done += frame.height
        clean = cleaner.clean(frame, is_last=done == count)
        if mapping.leave_out:
            clean = sieve.clean(symbol, clean, found.num_segments)
        found.add(symbol, frame.height, clean)
        if clean.frame.height:
            is_all = done == count and not written
            written.append(path if is_all else path.with_name(f"piece-{len(written)}.parquet"))
            writer.write(clean.frame, written[-1])
        del frame, clean  # before the next piece is read
    if written and written != [path]:
        writer.wait()
        _join(written, path)


def _join(pieces: list[Path], path: Path) -> None:
    """Put the pieces of a symbol into one file, a row group at a time."""
    with disk_errors(path), path.open("wb") as stream:
        try:
            pl.scan_parquet(pieces, glob=False).sink_parquet(
                stream, compression=COMPRESSION, row_group_size=ROW_GROUP, statistics=False
            )
        except pl.exceptions.PolarsError as error:
            code = re.search(r"os error (\d+)", str(error))
            number = int(code.group(1)) if code else errno.EIO
            raise OSError(number, os.strerror(number)) from error
        stream.flush()
        os.fsync(stream.fileno())
        for piece in pieces:
            piece.unlink()


def dataset_fingerprint(folder: Path) -> str:
    """Digest of all stored rows of the dataset in ``folder``, as ``DatasetInfo.fingerprint``."""
    digest = hashlib.sha256()
    files = sorted((folder / "rows").rglob("*.parquet"))
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # hashing runs outside the interpreter
        for path, hashed in zip(files, threads.map(_file_digest, files), strict=True):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashed)
    return digest.hexdigest()


def _file_digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def plain_info(info: DatasetInfo) -> dict[str, object]:
    """``info`` as lists and scalars for YAML."""
    plain: dict[str, object] = json.loads(json.dumps({**asdict(info), "mapping": None}))
    return {**plain, "mapping": dict(info.mapping)}


def write_description(info: DatasetInfo, folder: Path) -> None:
    """Write ``dataset.yaml`` into the ``folder`` of a dataset."""
    content = yaml.safe_dump(plain_info(info), sort_keys=False, allow_unicode=True)
    write_text_atomic(folder / "dataset.yaml", content)


def describe(name: str, found: Findings, fingerprint: str, simulated: bool) -> DatasetInfo:
    """What is known about the rows that ``found`` has counted.

    Raises:
        DataError: no row is left, or a feature is constant.
    """
    found.check()
    source = found.source
    labels = tuple(
        LabelInfo(
            label.column, label.horizon_rows,
            (int(counts[0]), int(counts[1]), int(counts[2])), int(counts[3]),
        )
        for label in source.mapping.labels
        for counts in [found.label_counts[label.column]]
    )  # fmt: skip
    return DatasetInfo(
        name=name,
        created=utc_now(),
        num_rows=sum(found.rows),
        symbols=tuple(found.symbols),
        rows_per_symbol=tuple(found.rows),
        num_days=len(found.days),
        num_segments=found.num_segments,
        shortest_segment=min(int(lengths.min()) for lengths in found.segment_lengths),
        first_time=min(first for first, _ in found.times),
        last_time=max(last for _, last in found.times),
        features=source.features,
        labels=labels,
        has_mid_price=source.mapping.mid_price is not None,
        row_interval_s=float(np.median(found.intervals)) if found.intervals else 0.0,
        fingerprint=fingerprint,
        simulated=simulated,
        sources=tuple(str(path.resolve()) for path in source.paths) if not simulated else (),
        warnings=tuple(found.warnings()),
        mapping=source.mapping.to_plain(),
        missing=found.missing_shares(),
    )


def write_part(frame: pl.DataFrame, path: Path) -> None:
    """Store the rows of one symbol.

    Raises:
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    # Through a buffer: the dataframe library hides what the operating system said.
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression=COMPRESSION, row_group_size=ROW_GROUP, statistics=False)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.write(buffer.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())


def _silent(share: float, text: str) -> None:
    return None
