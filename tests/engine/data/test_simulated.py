"""The simulated order book: a valid book, the same every time, and not without signal."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import get_dataset
from console.core.paths import Workspace
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import load_dataset
from console.engine.data.simulated import ensure_sample, simulate_columns
from console.engine.data.zero_intelligence import ZeroIntelligenceBook


def test_that_the_book_never_crosses_and_levels_are_in_order() -> None:
    seen = ZeroIntelligenceBook(8, 0.07, 3).record(300, 2)
    assert (seen.ask_price[..., 0] > seen.bid_price[..., 0]).all()
    assert (np.diff(seen.bid_price, axis=-1) < 0).all()
    assert (np.diff(seen.ask_price, axis=-1) > 0).all()
    assert (seen.bid_size[..., 0] > 0).all()
    assert (seen.ask_size >= 0).all()


def test_that_the_seed_decides_everything() -> None:
    first, again, other = simulate_columns(5), simulate_columns(5), simulate_columns(6)
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])
    assert not np.array_equal(first["mid_price"], other["mid_price"])


def test_that_the_sample_says_it_is_simulated_and_is_made_once(workspace: Workspace) -> None:
    info = ensure_sample(workspace)
    assert info.simulated
    assert info.symbols == ("BTCUSDT", "ETHUSDT")
    assert (info.num_rows, info.num_days, info.num_segments) == (12_000, 10, 20)
    assert ensure_sample(workspace) == info
    rows = load_dataset(info, workspace)
    assert rows.source == "simulated"
    assert "mid_price" not in rows.features
    shares = np.array(info.labels[0].counts) / sum(info.labels[0].counts)
    np.testing.assert_allclose(shares, [0.3, 0.4, 0.3], atol=0.03)


def test_that_two_processes_may_ask_at_once(workspace: Workspace) -> None:
    code = (
        "from console.core.paths import open_workspace\n"
        "from console.engine.data.simulated import ensure_sample\n"
        "print(ensure_sample(open_workspace()).created)\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    created = [child.communicate(timeout=60)[0].strip() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert created == [get_dataset(workspace, "sample").created] * 2


def test_that_a_simple_model_beats_the_floor_on_later_days(workspace: Workspace) -> None:
    rows = load_dataset(ensure_sample(workspace), workspace)
    data = DataConfig(label="label_10")
    prepared = prepare_windows(rows, data, BalancingConfig(), 20, 1)
    train, test = prepared.train, prepared.test
    model = LogisticRegression(max_iter=500)
    model.fit(train.matrix[train.ends].numpy(), train.labels.numpy())
    predicted = model.predict(test.matrix[test.ends].numpy())
    floor = f1_score(test.labels, np.ones(len(test)), average="macro")
    assert f1_score(test.labels, predicted, average="macro") > floor + 0.15
