"""Converting raw files in tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.registry import get_importer

Convert = Callable[..., tuple[pl.DataFrame, ImportLog]]


@pytest.fixture
def convert() -> Convert:
    """All canonical rows of files in a format, and what was left out."""

    def rows(
        name: str, paths: Sequence[Path], options: ImportOptions | None = None
    ) -> tuple[pl.DataFrame, ImportLog]:
        log = ImportLog()
        importer = get_importer(name, options)
        frames = list(importer.frames(paths, log, lambda share, text: None))
        return pl.concat(frames), log

    return rows
