"""Two processes append to one symbol and day while one is killed and a third compacts."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.engine.feature_store.store import FeatureStore
from tests.engine.feature_store.layouts import SCHEMA, START
from tests.faults.store_process import DATE, SYMBOL

PROJECT = Path(__file__).resolve().parents[2]


def start(*words: object) -> subprocess.Popen[str]:
    script = str(PROJECT / "tests" / "faults" / "store_process.py")
    return subprocess.Popen(
        [sys.executable, script, *map(str, words)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "POLARS_MAX_THREADS": "1"},
    )  # fmt: skip


def kill_soon(process: subprocess.Popen[str], lines: int, more_s: float) -> None:
    """SIGKILL after ``lines`` more lines and ``more_s``, unless it ends before."""
    assert process.stdout is not None
    for _ in range(lines):
        if not process.stdout.readline():
            break
    try:
        process.wait(more_s)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
    process.stdout.close()


def acknowledged(path: Path) -> set[int]:
    lines = path.read_text().split("\n") if path.exists() else [""]
    return {int(line) for line in lines[:-1]}


def require_each_once(store: FeatureStore, least: set[int]) -> None:
    """Every acknowledged row is read once, and with its own values."""
    rows = store.load()
    seconds = np.rint(rows.time - START).astype(int)
    assert len(set(seconds.tolist())) == len(seconds)
    assert least <= set(seconds.tolist())
    np.testing.assert_array_equal(rows.matrix[:, 0], seconds)
    np.testing.assert_array_equal(rows.labels["future_direction_10s"], seconds % 3)


@pytest.mark.parametrize(
    ("count", "kills"),
    [(40, 3), pytest.param(1000, 25, marks=[pytest.mark.slow, pytest.mark.timeout(500)])],
)
def test_that_every_acknowledged_row_is_there_exactly_once(
    tmp_path: Path, count: int, kills: int
) -> None:
    store = FeatureStore.create(tmp_path / "store", SCHEMA)
    logs = [tmp_path / "even.txt", tmp_path / "odd.txt"]
    chance = random.Random(count)
    steady = start("write", store.root, logs[0], count, 0)
    died = 0
    for _ in range(kills):
        victim = start("write", store.root, logs[1], count, 1)
        compactor = start("compact", store.root)
        kill_soon(victim, chance.randint(1, 2 * count // kills), chance.random() / 50)
        died += victim.returncode == -9
        kill_soon(compactor, chance.randint(1, 5), chance.random() / 50)
        assert compactor.returncode == -9
        known = acknowledged(logs[0]) | acknowledged(logs[1])
        if known:
            require_each_once(store, known)
    compactor = start("compact", store.root)
    assert died >= kills // 2
    for process in (start("write", store.root, logs[1], count, 1), steady):
        out, _ = process.communicate()
        assert process.returncode == 0, out
    kill_soon(compactor, 1, 0)
    assert acknowledged(logs[0]) | acknowledged(logs[1]) == set(range(2 * count))
    require_each_once(store, set(range(2 * count)))
    store.compact(SYMBOL, DATE)
    store.compact(SYMBOL, DATE)
    [only] = store.root.rglob("*.parquet")
    assert pl.read_parquet(only, hive_partitioning=False).height == 2 * count
