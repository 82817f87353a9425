"""Rows on disk that tests compare with the same rows in memory."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from console.engine.data.disk_rows import MATRIX, map_column, write_columns
from console.engine.data.rows import MarketRows


def on_disk(rows: MarketRows, folder: Path) -> MarketRows:
    """The same rows with their matrix in a mapped file."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [(MATRIX, rows.matrix[: len(rows) // 3]), (MATRIX, rows.matrix[len(rows) // 3 :])]
    write_columns(folder, {}, len(rows), rows.num_features, pieces)
    mapped = dataclasses.replace(rows, matrix=map_column(folder, MATRIX))
    assert mapped.on_disk
    np.testing.assert_array_equal(mapped.matrix, rows.matrix)
    return mapped
