"""Where the rows of a dataset are held: in memory, or on disk when they would fill it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import psutil

from console.core.configs.data import DataConfig
from console.core.datasets import DatasetInfo
from console.core.paths import Workspace
from console.engine.data.disk_rows import count_rows, map_dataset
from console.engine.data.row_cache import unnamed_matrix
from console.engine.data.rows import Array, MarketRows, load_dataset

MOST_OF_FREE = 0.5


def load_stored(
    info: DatasetInfo,
    workspace: Workspace,
    symbols: Sequence[str],
    data: DataConfig,
    num_copies: int = 1,
) -> MarketRows:
    """The rows of ``symbols`` and the last ``data.days``, where ``data.storage`` wants them.

    ``num_copies`` processes of this machine hold them at once; a file they would share.

    Raises:
        DataError: an unknown symbol, or a stored file that is missing or damaged.
        WorkspaceError: the files on disk cannot be made.
    """
    needed = 4 * len(info.features) * count_rows(info, workspace, symbols, data.days)
    chosen = choose_storage(data, needed * num_copies, psutil.virtual_memory().available)
    load = map_dataset if chosen["kind"] == "disk" else load_dataset
    return dataclasses.replace(load(info, workspace, symbols, data.days), storage=chosen)


class MatrixRoom:
    """Makes room for the matrix of a source whose rows are counted only while it is read."""

    def __init__(self, data: DataConfig, workspace: Workspace, num_copies: int = 1) -> None:
        self._data, self._workspace, self._num_copies = data, workspace, num_copies
        self.storage: dict[str, Any] = {}

    def __call__(self, num_rows: int, num_features: int) -> Array:
        """A writable matrix (N, F) float32 in memory or, as the data config wants it, on disk.

        Raises:
            WorkspaceError: the file on disk cannot be made.
        """
        needed = 4 * num_rows * num_features * self._num_copies
        self.storage = choose_storage(self._data, needed, psutil.virtual_memory().available)
        if self.storage["kind"] == "disk":
            return unnamed_matrix(self._workspace, num_rows, num_features)
        return np.empty((num_rows, num_features), dtype=np.float32)

    def told(self, rows: MarketRows) -> MarketRows:
        """The rows that were read, with what was chosen."""
        return dataclasses.replace(rows, storage=self.storage)


def choose_storage(data: DataConfig, needed_bytes: int, free_bytes: int) -> dict[str, Any]:
    """Which of memory and disk is taken for a matrix of ``needed_bytes``, and why."""
    kind, reason = data.storage, "chosen in the data settings"
    if kind == "auto":
        kind = "disk" if needed_bytes > MOST_OF_FREE * free_bytes else "memory"
        share = "more than half" if kind == "disk" else "at most half"
        reason = (
            f"the feature matrix takes {needed_bytes / 1e9:.1f} GB, {share} of the "
            f"{free_bytes / 1e9:.1f} GB of free memory"
        )
    return {"kind": kind, "reason": reason, "matrix_bytes": needed_bytes}
