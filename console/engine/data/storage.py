"""Where the rows of a dataset are held: in memory, or on disk when they would fill it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import psutil

from console.core.configs.data import DataConfig
from console.core.datasets import DatasetInfo
from console.core.paths import Workspace
from console.engine.data.disk_rows import count_rows, map_dataset
from console.engine.data.rows import MarketRows, load_dataset

MOST_OF_FREE = 0.5


def load_stored(
    info: DatasetInfo, workspace: Workspace, symbols: Sequence[str], data: DataConfig
) -> MarketRows:
    """The rows of ``symbols`` and the last ``data.days``, where ``data.storage`` wants them.

    Raises:
        DataError: an unknown symbol, or a stored file that is missing or damaged.
        WorkspaceError: the files on disk cannot be made.
    """
    needed = 4 * len(info.features) * count_rows(info, workspace, symbols, data.days)
    chosen = choose_storage(data, needed, psutil.virtual_memory().available)
    load = map_dataset if chosen["kind"] == "disk" else load_dataset
    return dataclasses.replace(load(info, workspace, symbols, data.days), storage=chosen)


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
