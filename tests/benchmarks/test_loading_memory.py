"""Loading and preparing cost little more memory than the feature matrix itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from

NUM_SYMBOLS, ROWS_PER_SYMBOL, NUM_FEATURES = 5, 300_000, 60
MEASURE = """
import json, sys
import numpy, polars, torch
from pathlib import Path
from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import get_dataset
from console.core.paths import open_workspace
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import load_dataset

def status(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key)).split()[1]) * 1024

def forget_peak():
    Path("/proc/self/clear_refs").write_text("5")

workspace = open_workspace()
info = get_dataset(workspace, "big")
forget_peak()
before = status("VmRSS")
rows = load_dataset(info, workspace)
loaded = status("VmHWM") - before
prepared = prepare_windows(rows, DataConfig(label="label"), BalancingConfig(), 60, 1)
print(json.dumps({"loaded": loaded, "prepared": status("VmHWM") - before,
                  "windows": prepared.summary["total_samples"]}))
"""


def write_symbols(folder: Path) -> None:
    """Random rows of five symbols, one file each."""
    random = np.random.default_rng(0)
    for number in range(NUM_SYMBOLS):
        features = random.random((NUM_FEATURES, ROWS_PER_SYMBOL), dtype=np.float32)
        frame = pl.DataFrame({f"x{place:02d}": column for place, column in enumerate(features)})
        frame = frame.with_columns(
            symbol=pl.lit(f"S{number}"),
            time=np.arange(ROWS_PER_SYMBOL),
            label=random.integers(0, 3, ROWS_PER_SYMBOL),
            mid=100 + random.random(ROWS_PER_SYMBOL),
        )
        frame.write_parquet(folder / f"{number}.parquet")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads Linux's /proc")
def test_that_loading_grows_by_little_more_than_the_matrix(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    write_symbols(source)
    mapping = mapping_from(
        {
            "symbol": "symbol",
            "timestamp": {"column": "time"},
            "features": {"exclude": ["mid"]},
            "labels": [
                {
                    "column": "label",
                    "horizon_rows": 10,
                    "encoding": {0: "SELL", 1: "HOLD", 2: "BUY"},
                }
            ],
            "mid_price": {"column": "mid"},
        }
    )
    import_dataset([source], mapping, "big", workspace)
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE], check=True, capture_output=True, text=True
    )
    measured = json.loads(answer.stdout)
    matrix = NUM_SYMBOLS * ROWS_PER_SYMBOL * NUM_FEATURES * 4
    with capsys.disabled():
        print(
            f"\nmatrix {matrix / 1e6:.0f} MB, loading +{measured['loaded'] / 1e6:.0f} MB, "
            f"preparing +{measured['prepared'] / 1e6:.0f} MB, {measured['windows']:,} windows"
        )
    assert measured["loaded"] <= 1.3 * matrix + 300e6
    assert measured["prepared"] <= 1.3 * matrix + 300e6
