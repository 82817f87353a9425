"""Converting an older store holds one file in memory, however many there are.

The allocators' own room fills over the first ten files or so; later files add next to nothing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.engine.feature_store.layouts import DAY, store_frame, write_store

ROWS_PER_DAY = 40_000
MEASURE = """
import sys
from pathlib import Path
from console.engine.feature_store.convert import convert

convert(sys.argv[1], sys.argv[2])
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line for line in lines if line.startswith("VmHWM")).split()[1])
"""


def peak_bytes(root: Path, num_days: int) -> int:
    first = store_frame(0, ROWS_PER_DAY, ("AAA",))
    later = pl.col("timestamp") + pl.lit(DAY * 1000)
    frames = [first]
    for _ in range(num_days - 1):
        frames.append(frames[-1].with_columns(later))
    write_store(root / "old", frames)
    words = [sys.executable, "-c", MEASURE, str(root / "old"), str(root / "new")]
    answer = subprocess.run(words, check=True, capture_output=True, text=True)
    return int(answer.stdout) * 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_that_memory_does_not_grow_with_the_number_of_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few, many = (peak_bytes(tmp_path / str(num_days), num_days) for num_days in (15, 60))
    matrix = ROWS_PER_DAY * 112 * 4
    with capsys.disabled():
        print(
            f"\none file {matrix / 1e6:.0f} MB; peak with 15 files {few / 1e6:.0f} MB, "
            f"with 60 files {many / 1e6:.0f} MB"
        )
    assert many - few < 45 * matrix / 15
