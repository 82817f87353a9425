"""Real order-book rows on disk, scaled by previous days, are those of memory."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from console.core.configs import BalancingConfig, DataConfig
from console.core.paths import Workspace
from console.engine.data.disk_rows import map_dataset
from console.engine.data.importer import import_dataset
from console.engine.data.leakage import leaks, plan_from
from console.engine.data.mapping import mapping_from
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import load_dataset
from console.engine.data.window_choice import choose_windows
from tests.engine.data.test_market_data import MAPPING


@pytest.mark.slow
@pytest.mark.market_data
def test_that_real_rows_on_disk_give_the_windows_of_memory_and_no_leak(
    workspace: Workspace, market_data: Path
) -> None:
    info = import_dataset([market_data / "ashare_l2"], mapping_from(MAPPING), "ashare", workspace)
    data = DataConfig(label="label_20", normalisation="rolling", days=30)
    mapped = map_dataset(info, workspace, days=30)
    disk = prepare_windows(mapped, data, BalancingConfig(), 60, 1)
    memory = prepare_windows(load_dataset(info, workspace, days=30), data, BalancingConfig(), 60, 1)
    assert disk.scaler == memory.scaler
    for one, other in itertools.islice(zip(disk.test, memory.test, strict=True), 100):
        for name, values in other.items():
            np.testing.assert_array_equal(one[name], values)
    order = disk.train.order(1, 0)
    first = next(iter(disk.train.batches(order, 4096)))
    again = memory.train.batch(order[:4096])
    np.testing.assert_array_equal(first["sequence"], again["sequence"])
    plan = plan_from(mapped, choose_windows(mapped, data, BalancingConfig(), 60))
    assert [f.message for f in leaks(mapped, plan, BalancingConfig())] == []
    spread = np.concatenate([batch["sequence"][:, -1] for batch in itertools.islice(disk.test, 50)])
    assert 0.5 < np.median(spread.std(axis=0)) < 1.5, "scaled by the days before"
