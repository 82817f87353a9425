"""Training from a mapped matrix of 8 GB: how much memory it holds and how much speed it costs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from console.engine.data.disk_rows import MATRIX, write_columns
from console.engine.data.rows import CHUNK_ROWS, Array

SIZE_BYTES, NUM_FEATURES = 8 * 10**9, 112
NUM_SYMBOLS, NUM_DAYS = 10, 30
KINDS = {
    name: np.dtype(kind)
    for name, kind in {
        "symbol": np.int32, "segment": np.int32, "time": np.float64, "day": np.int32,
        "mid": np.float64, "label": np.int8,
    }.items()
}  # fmt: skip
MEASURE = """
import itertools, json, sys, time
from pathlib import Path
import numpy as np, torch
from console.core.configs import BalancingConfig, DataConfig, ModelConfigV2
from console.core.presets import get_preset
from console.engine.data.disk_rows import MATRIX, map_column
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import MarketRows
from console.engine.data.windows import WindowSource
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.model_trainer_v2 import ModelTrainerV2

T, STEPS, ROUNDS = 60, 50, 4
folder, symbols = Path(sys.argv[1]), tuple(f"S{n}" for n in range(int(sys.argv[2])))
config = get_preset("trainer", "production_small").config()
config.epochs = 1

class Stretch:
    "STEPS batches of the epoch of another source, from batch number first on."
    def __init__(self, source, first=0):
        self.source, self.first = source, first * config.batch_size
        self.num_samples = STEPS * config.batch_size
        self.class_counts, self.batches, self.batch = (
            source.class_counts, source.batches, source.batch)
    def __len__(self):
        return self.num_samples
    def order(self, seed, epoch):
        return self.source.order(seed, epoch)[self.first : self.first + self.num_samples]

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

def train(source, first=0):
    torch.manual_seed(0)
    model = HybridCNNLSTMv2(ModelConfigV2(input_features=source.num_features))
    few = [source.batch(torch.arange(8))]
    return ModelTrainerV2(model, config).train(Stretch(source, first), few)[-1].samples_per_second

started = time.perf_counter()
seconds = {}
def lap(name):
    global started
    seconds[name] = round(time.perf_counter() - started, 3)
    started = time.perf_counter()

columns = {name: map_column(folder, name)
           for name in (MATRIX, "symbol", "segment", "time", "day", "mid", "label")}
matrix = columns[MATRIX]
rows = MarketRows(
    matrix=matrix, symbol_code=columns["symbol"], segment=columns["segment"],
    time=columns["time"], day=columns["day"], mid=columns["mid"], mid_kind="price",
    labels={"label": columns["label"]}, label_horizons={"label": 10},
    features=tuple(f"x{n}" for n in range(matrix.shape[1])), symbols=symbols, source="dataset",
    name="big", fingerprint="big",
)
imported = peak()
prepared = prepare_windows(rows, DataConfig(label="label"), BalancingConfig(), T, 1)
lap("prepare")
prepared_peak = peak()
Path("/proc/self/clear_refs").write_text("5")  # forget the peak
disk = prepared.train
disk.order(1, 1)
lap("order of an epoch")
block = np.empty((disk._slot_rows, disk.num_features), dtype=np.float32)
for number in range(disk.pool_blocks):
    disk._load(1 + 7 * number, block)
lap("reading and scaling a pool")
train(disk)
for batch in itertools.islice(prepared.validation, 200):
    pass
lap("training and evaluation")
trained_peak = peak()

few = 100_000
memory = WindowSource(
    torch.from_numpy(np.array(matrix[:few])), np.arange(T - 1, few), T,
    np.arange(T - 1, few) % 3, np.zeros(few - T + 1),
)
rounds = {"disk": [], "memory": []}
for number in range(ROUNDS):
    rounds["memory"].append(train(memory))
    rounds["disk"].append(train(disk, number * STEPS))
lap("rounds")
print(json.dumps({
    "imported": imported, "prepared": prepared_peak, "trained": trained_peak, "seconds": seconds,
    "windows": len(disk), "samples": disk.num_samples, "pool_blocks": disk.pool_blocks,
    "blocks": disk.num_blocks, "rounds": rounds, "torch": torch.get_num_threads(),
}))
"""


def pieces(num_rows: int) -> Iterator[tuple[str, Array]]:
    """Random walks of ten symbols over thirty days, written block by block."""
    random = np.random.default_rng(0)
    steps = random.standard_normal((CHUNK_ROWS, NUM_FEATURES), dtype=np.float32)
    walk = np.cumsum(steps, axis=0, dtype=np.float32)
    per_symbol = num_rows // NUM_SYMBOLS
    level = np.zeros(NUM_FEATURES, dtype=np.float32)
    for start in range(0, num_rows, CHUNK_ROWS):
        number = np.arange(start, min(start + CHUNK_ROWS, num_rows))
        symbol, place = np.divmod(number, per_symbol)
        symbol = np.minimum(symbol, NUM_SYMBOLS - 1)
        day = place * NUM_DAYS // (per_symbol + NUM_SYMBOLS)
        block = walk[: len(number)] + level
        level = block[-1] % 100
        yield MATRIX, block
        yield "symbol", symbol
        yield "day", day
        yield "segment", symbol * NUM_DAYS + day
        yield "time", place * (NUM_DAYS * 86_400.0 / per_symbol)
        yield "mid", 1000.0 + block[:, 0]
        yield "label", random.choice(np.array([0, 1, 2], np.int8), len(number), p=[0.2, 0.6, 0.2])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads Linux's /proc")
def test_that_a_matrix_larger_than_memory_trains_in_little_memory_at_nearly_full_speed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    num_rows = SIZE_BYTES // (4 * NUM_FEATURES)
    if shutil.disk_usage(tmp_path).free < 1.5 * SIZE_BYTES:
        pytest.skip("needs 12 GB of free disk")
    folder = tmp_path / "rows"
    folder.mkdir()
    try:
        write_columns(folder, KINDS, num_rows, NUM_FEATURES, pieces(num_rows))
        answer = subprocess.run(
            [sys.executable, "-c", MEASURE, str(folder), str(NUM_SYMBOLS)],
            capture_output=True, text=True,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    disk, memory = (found["rounds"][name] for name in ("disk", "memory"))
    with capsys.disabled():
        print(
            f"\n8 GB, {found['windows']:,} windows, {found['blocks']:,} blocks, "
            f"{found['pool_blocks']} a pool: {found['imported'] / 1e6:.0f} MB after the imports, "
            f"at most {found['prepared'] / 1e6:.0f} while preparing, {found['trained'] / 1e6:.0f} "
            f"while training; disk "
            f"{max(disk):.0f}, memory {max(memory):.0f} samples/s, {max(disk) / max(memory):.2f}; "
            f"{found['seconds']} s\nrounds {found['rounds']}"
        )
    assert max(found["prepared"], found["trained"]) < 1.5e9
    assert max(disk) >= 0.8 * max(memory), (disk, memory)
