"""FI-2010 text (Ntakaris et al. 2018): 149 rows by N columns, a column per moment.

Rows 1-40 are ask price, ask size, bid price, bid size of ten levels, 41-144 derived features, the
last five the labels of 10, 20, 30, 50 and 100 steps: 1 up, 2 flat, 3 down. There are no times, and
prices are usually normalised, so they are features only and no mid-price is made of them.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping, mapping_from
from console.engine.feature_store.importers.base import (
    BATCH_ROWS,
    NO_TIMES,
    Importer,
    ImportLog,
    Progress,
)
from console.engine.feature_store.importers.book_stream import level_columns
from console.engine.feature_store.importers.raw_files import find_raw, lines

ENDINGS = (".txt", ".txt.gz")
LEVELS, DERIVED = 10, 104
HORIZONS = (10, 20, 30, 50, 100)
FEATURES = [*level_columns(LEVELS), *(f"derived_{number + 1}" for number in range(DERIVED))]
LABELS = [f"label_{horizon}" for horizon in HORIZONS]
COLUMNS = [*FEATURES, *LABELS]
ENCODING = {1: "BUY", 2: "HOLD", 3: "SELL"}
WIDE_BATCH_ROWS = BATCH_ROWS // 4  # as much as a batch of the narrower formats
PIECE_LETTERS = 200_000  # a word takes ten times its letters, and a line is as long as the file
SPACE = re.compile(r"\s")
STEP_NS = 1_000_000
BETWEEN_FILES_NS = 3_600 * 1_000_000_000  # so that no window reaches over two files

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Fi2010Importer(Importer):
    """The five labels come along; their reach in rows is counted in full for purging."""

    name = "fi2010"
    title = "FI-2010 text (149 rows by N columns)"
    input = "own"

    def mapping(self) -> ImportMapping:
        """144 features and five labels."""
        labels = [
            {"column": column, "horizon_rows": horizon, "encoding": ENCODING}
            for column, horizon in zip(LABELS, HORIZONS, strict=True)
        ]
        return mapping_from(
            {
                "symbol": "symbol",
                "timestamp": {"column": "time_ns", "unit": "ns"},
                "features": {"exclude": []},
                "labels": labels,
            }
        )

    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """time_ns, symbol, the features and labels; memory holds a line or a batch."""
        files = find_raw(paths, ENDINGS)
        start = 0
        for number, path in enumerate(files):
            progress(number / len(files), path.name)
            log.notes.append(NO_TIMES.format(path=path))
            symbol = self.options.symbol or path.name.split(".")[0]
            with tempfile.TemporaryFile() as store:
                count = _store(path, store)
                for first in range(0, count, WIDE_BATCH_ROWS):
                    values = _columns(store, count, first, min(first + WIDE_BATCH_ROWS, count))
                    yield _frame(values, symbol, start, first, path, log)
                start += count * STEP_NS + BETWEEN_FILES_NS


def _store(path: Path, store: IO[bytes]) -> int:
    """Write the numbers (149, N) of a file into ``store``, line after line; N.

    Raises:
        DataError: lines of unlike length, no number, or not 149 lines.
    """
    count = num_lines = 0
    for number, line in lines(path):
        try:
            values = _numbers(line)
        except ValueError:
            raise _other_format(path, number) from None
        if not len(values):
            continue
        if num_lines >= len(COLUMNS) or (num_lines and len(values) != count):
            raise _other_format(path, number)
        store.write(values.tobytes())
        count, num_lines = len(values), num_lines + 1
    if num_lines != len(COLUMNS):
        raise _other_format(path, num_lines)
    return count


def _numbers(line: str) -> Floats:
    """The numbers of a line; what is too large becomes infinite.

    Raises:
        ValueError: a word is no number.
    """
    pieces = [np.empty(0, np.float32)]
    start = 0
    while start < len(line):
        space = SPACE.search(line, start + PIECE_LETTERS)
        stop = space.start() if space else len(line)
        with np.errstate(over="ignore"):
            words = np.array(line[start:stop].split(), dtype=np.float64)
            pieces.append(words.astype(np.float32))
        start = stop
    return np.concatenate(pieces)


def _columns(store: IO[bytes], count: int, first: int, stop: int) -> Floats:
    """Columns ``first`` ... ``stop`` - 1 of the ``count`` in ``store``, as rows (n, 149)."""
    values = np.empty((stop - first, len(COLUMNS)), np.float32)
    for row in range(len(COLUMNS)):
        store.seek((row * count + first) * values.itemsize)
        values[:, row] = np.frombuffer(store.read((stop - first) * values.itemsize), np.float32)
    return values


def _frame(
    values: Floats, symbol: str, start: int, first: int, path: Path, log: ImportLog
) -> pl.DataFrame:
    """A batch ``values`` (n, 149) as canonical rows; columns that are no moment are counted."""
    numbers = np.arange(first, first + len(values)) + 1
    good = np.isfinite(values).all(axis=1) & np.isin(values[:, -len(LABELS) :], (1, 2, 3)).all(1)
    bad = numbers[~good]
    if len(bad):
        log.reject("unreadable", path, bad[:8].tolist(), len(bad))
    times = pl.Series("time_ns", start + numbers[good] * STEP_NS, dtype=pl.Int64)
    frame = pl.DataFrame(values[good], schema=dict.fromkeys(COLUMNS, pl.Float32), orient="row")
    labels = [pl.col(name).cast(pl.Int8) for name in LABELS]
    return frame.select(times, pl.lit(symbol).alias("symbol"), *FEATURES, *labels)


def _other_format(path: Path, number: int) -> DataError:
    return DataError(
        "{path} is no FI-2010 text: line {number} does not fit 149 lines of equally many numbers.",
        remedy="Check that the file is whole and of the chosen format.",
        path=path, number=number,
    )  # fmt: skip
