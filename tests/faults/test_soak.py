"""A long training in one process: neither memory nor file handles may grow.

``TRAINING_CONSOLE_SOAK_S`` sets how long it watches, in seconds; two hours are the proof.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.engine import supervisor
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from tests.e2e.conftest import MAPPING, market_table, own_folder, small_config, small_dataset

__all__ = ["own_folder", "small_config", "small_dataset"]
SOAK_S = float(os.environ.get("TRAINING_CONSOLE_SOAK_S", "240"))
WARM_UP_SHARE = 1 / 12  # ten minutes of two hours
LOOK_EVERY_S = max(1.0, SOAK_S / 600)
MOST_GROWTH = 1.03


def watch(process: subprocess.Popen[bytes], log: Path) -> np.ndarray:
    """Seconds, resident bytes and open files of ``process``, looked at until the time is over."""
    begun, seen, watched = time.monotonic(), [], psutil.Process(process.pid)
    with open(log, "w", encoding="utf-8") as stream:
        while time.monotonic() - begun < SOAK_S:
            try:
                process.wait(timeout=LOOK_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                memory, files = watched.memory_info().rss, watched.num_fds()
                seen.append((time.monotonic() - begun, memory, files))
                stream.write(f"{seen[-1][0]:.0f} {memory} {files}\n")
                stream.flush()
    return np.array(seen)


@pytest.mark.slow
@pytest.mark.timeout(SOAK_S + 900)
def test_that_a_long_training_keeps_its_memory_and_its_files(
    small_config: Callable[..., OrchestratorConfig], workspace: Workspace, tmp_path: Path
) -> None:
    table = market_table()
    many = [table.with_columns(table["day"] + 12 * i, table["time"] + 12 * 86400 * i)
            for i in range(80)]  # fmt: skip
    for number, part in enumerate(many):
        part.write_parquet(tmp_path / f"part-{number:02}.parquet")
    paths = sorted(tmp_path.glob("part-*.parquet"))
    import_dataset(paths, ImportMapping(**MAPPING), "long", workspace)
    trainer = {
        "epochs": 500, "early_stopping_patience": 0, "batch_size": 16, "mixup_prob": 0.5,
        "save_every_n_epochs": 1,
    }  # fmt: skip
    config = small_config(trainer=trainer, data=DataConfig(dataset="long", label="label_1"))
    run: RunDir = TrainingOrchestratorV2(config).prepare()
    process = supervisor.launch(run)
    seen = watch(process, tmp_path / "seen.txt")
    run.send("stop_now")
    assert process.wait(timeout=120) == 0, supervisor.failure_of(run)
    settled = seen[seen[:, 0] > SOAK_S * WARM_UP_SHARE]
    assert len(settled) > 20, "the training ended before the time was over"
    memory, files = settled[:, 1], settled[:, 2]
    growth = np.median(memory[-20:]) / np.median(memory[:20])
    print(
        f"{run.status().epoch} epochs in {seen[-1, 0]:.0f} s: {memory[0] / 1e6:.1f} MB at first, "
        f"{memory[-1] / 1e6:.1f} MB at last, most {memory.max() / 1e6:.1f} MB ({growth:.4f}), "
        f"files {files.min():.0f} to {files.max():.0f}"
    )
    assert memory.max() <= MOST_GROWTH * np.median(memory[:20])
    assert np.median(files[-20:]) <= np.median(files[:20])
