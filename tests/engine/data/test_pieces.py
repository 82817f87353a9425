"""A symbol cleaned piece by piece is stored as one cleaned at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.paths import Workspace
from console.engine.data import importer, source_files
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.rows import load_dataset

MAPPING: dict[str, Any] = {
    "symbol": "symbol",
    "session": ["session"],
    "timestamp": {"column": "time", "unit": "s"},
    "features": ["price", "size"],
    "labels": [
        {
            "column": "label",
            "horizon_rows": 3,
            "encoding": {0: "SELL", 1: "HOLD", 2: "BUY"},
            "drop_tail": True,
        }
    ],
    "mid_price": {"column": "price"},
    "empty_levels": [{"price": "price", "size": "size"}],
    "duplicates": "last",
    "max_gap_s": 2,
}


def rows(seed: int, num_rows: int) -> pl.DataFrame:
    """Two symbols with holes, empty sides, repeated times, gaps and sessions."""
    random = np.random.default_rng(seed)
    gone = random.random(num_rows) < 0.15
    return pl.DataFrame(
        {
            "symbol": np.where(np.arange(num_rows) < num_rows // 5, "a", "b"),
            "session": np.repeat(np.arange(num_rows), 7)[:num_rows],
            "time": random.choice([0, 1, 1, 1, 1, 5], num_rows).cumsum(),
            "price": np.where(gone, 0.0, 1 + random.random(num_rows)),
            "size": np.where(gone, 0.0, 1 + random.integers(0, 9, num_rows)),
            "label": random.integers(0, 3, num_rows),
        }
    ).with_columns(
        pl.when(pl.Series(random.random(num_rows) < 0.1)).then(None).otherwise("size").alias("size")
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    num_rows=st.integers(20, 90),
    piece=st.integers(1, 30),
    missing=st.sampled_from(["drop", "previous"]),
    is_csv=st.booleans(),
    is_mixed=st.booleans(),
)
def test_that_pieces_are_stored_as_the_whole(
    workspace: Workspace, tmp_path: Path, seed: int, num_rows: int, piece: int, missing: str,
    is_csv: bool, is_mixed: bool,
) -> None:  # fmt: skip
    mapping = mapping_from({**MAPPING, "missing": missing, "sort": is_mixed})
    frame = rows(seed, num_rows)
    if is_mixed:
        frame = frame.sample(fraction=1.0, shuffle=True, seed=seed).sort("session")
    path = tmp_path / ("rows.csv" if is_csv else "rows.parquet")
    frame.write_csv(path) if is_csv else frame.write_parquet(path, row_group_size=13)
    with pytest.MonkeyPatch.context() as patched:
        whole = import_dataset([path], mapping, "whole", workspace)
        for name in ("GROUP_ROWS", "PIECE_ROWS"):
            patched.setattr(source_files, name, piece)
        pieces = import_dataset([path], mapping, "pieces", workspace)
    for symbol in whole.symbols:
        first, second = (
            pl.read_parquet(importer.part_file(workspace.datasets / name, symbol))
            for name in ("whole", "pieces")
        )
        assert first.equals(second)
    kept = {"name", "created", "fingerprint", "row_interval_s"}
    for name in set(vars(whole)) - kept:
        assert getattr(whole, name) == getattr(pieces, name), name
    assert len(list((workspace.datasets / "pieces").rglob("*.parquet"))) == len(pieces.symbols)


@pytest.mark.parametrize("known", [slice(0, 45), slice(60, 95), slice(360, 400)])
def test_that_a_symbol_with_rows_in_one_piece_alone_can_be_read(
    known: slice, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_files, "PIECE_ROWS", 50)
    values = np.full(400, np.nan)
    values[known] = np.arange(400.0)[known]
    frame = pl.DataFrame({"symbol": ["A"] * 400, "time": np.arange(400), "x": values})
    frame.write_parquet(tmp_path / "rows.parquet")
    mapping = mapping_from({"symbol": "symbol", "timestamp": {"column": "time"}, "missing": "drop"})
    info = import_dataset([tmp_path / "rows.parquet"], mapping, "mine", workspace)
    stored = load_dataset(info, workspace)
    np.testing.assert_array_equal(stored.matrix[:, 0], np.arange(400.0)[known])
