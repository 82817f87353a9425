"""Small market files and rows for the data tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from console.engine.data.mapping import ImportMapping, mapping_from
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame


@pytest.fixture
def mapping() -> ImportMapping:
    """The mapping that fits ``market_frame``."""
    return mapping_from(PLAIN_MAPPING)


@pytest.fixture
def market_frame() -> pl.DataFrame:
    """Two symbols of 100 rows, one a second: time, two features, a price, a label."""
    return make_frame(("AAA", "BBB"), 100)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a frame as Parquet (or CSV, by the name) into the test's folder."""

    def write_frame(frame: pl.DataFrame, name: str = "rows.parquet") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_csv(path) if name.endswith(".csv") else frame.write_parquet(path)
        return path

    return write_frame
