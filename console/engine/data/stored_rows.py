"""Rows of a dataset as they are stored, read where they are needed."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from console.core.datasets import DatasetInfo, dataset_dir
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.rows import MarketRows, part_file, reading

BLOCK_ROWS = 4_096
KEPT_BLOCKS = 8
Matrix = npt.NDArray[np.float32]


class StoredRows:
    """The features of ``rows`` as its dataset stores them, whatever became of ``rows.matrix``.

    Neighbouring reads are answered from a few blocks that are kept.
    """

    def __init__(self, info: DatasetInfo, workspace: Workspace, rows: MarketRows) -> None:
        self._features = rows.features
        stored = dict(zip(info.symbols, info.rows_per_symbol, strict=True))
        self._parts: list[tuple[int, int, Path, int]] = []
        for code, first, stop in rows.symbol_ranges():
            symbol = rows.symbols[code]
            skipped = stored[symbol] - (stop - first)  # the first days of a symbol may be left out
            path = part_file(dataset_dir(workspace, info.name), symbol)
            self._parts.append((first, stop, path, skipped))
        self._blocks: OrderedDict[tuple[Path, int], Matrix] = OrderedDict()

    def read(self, first: int, stop: int) -> Matrix:
        """Rows ``first`` ... ``stop`` - 1 (n, F) of one symbol.

        Raises:
            DataError: the stored file is missing or damaged.
        """
        begin, _end, path, skipped = next(part for part in self._parts if first < part[1])
        low, high = first - begin + skipped, stop - begin + skipped
        pieces = []
        for block in range(low // BLOCK_ROWS, (high - 1) // BLOCK_ROWS + 1):
            start = block * BLOCK_ROWS
            pieces.append(self._block(path, block)[max(low - start, 0) : high - start])
        found = np.concatenate(pieces)
        if len(found) != stop - first:
            raise DataError(
                "{path} has fewer rows than its description says.",
                remedy="Import the dataset again under the same name.", path=path,
            )  # fmt: skip
        return found

    def _block(self, path: Path, block: int) -> Matrix:
        import polars as pl

        key = (path, block)
        if key not in self._blocks:
            with reading(path):
                scan = pl.scan_parquet(path).select(self._features)
                frame = scan.slice(block * BLOCK_ROWS, BLOCK_ROWS).collect()
            self._blocks[key] = np.ascontiguousarray(frame.to_numpy(), dtype=np.float32)
        self._blocks.move_to_end(key)
        while len(self._blocks) > KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return self._blocks[key]
