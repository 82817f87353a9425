"""Importing 2.4 million rows costs at most three times reading and sorting them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import polars as pl
import pytest

from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from tests.engine.data.test_market_data import MAPPING

LIMIT = 3.0
ROUNDS = 7


def read_and_sort(path: Path) -> int:
    """What any import has to do at least."""
    return pl.read_parquet(path).sort("sym", "date", "session", "t_sec").height


def imported(path: Path) -> int:
    """A whole import into a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        return import_dataset([path], mapping_from(MAPPING), "ashare", workspace).num_rows


@pytest.mark.slow
@pytest.mark.market_data
def test_that_an_import_costs_at_most_three_times_reading_and_sorting(
    market_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next((market_data / "ashare_l2").glob("*.parquet"))
    taken: dict[str, list[float]] = {"sorting": [], "importing": []}
    for _ in range(ROUNDS):
        for name, work in (("sorting", read_and_sort), ("importing", imported)):
            begun = time.perf_counter()
            assert work(path) > 2_400_000
            taken[name].append(time.perf_counter() - begun)
    sorting, importing = (min(times) for times in taken.values())
    with capsys.disabled():
        print(f"\nsorting {sorting:.2f} s, importing {importing:.2f} s: {importing / sorting:.2f}x")
    assert importing <= LIMIT * sorting
