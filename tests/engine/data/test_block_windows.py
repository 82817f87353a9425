"""Windows over rows on disk: the same as in memory, block-shuffled, in bounded memory."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.configs import BalancingConfig, DataConfig
from console.engine.data import block_reader
from console.engine.data.block_windows import BlockWindowSource
from console.engine.data.normalise import Scaler
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import window_ends
from console.engine.data.windows import Windows, WindowSource
from tests.engine.data.disk_files import on_disk
from tests.engine.data.market_files import make_rows

T = 7
DATA = DataConfig(label="label")
OVERSAMPLED = BalancingConfig(oversample_ratio=1.0)


def make_source(
    rows: MarketRows, *, repeats: Array | None = None, every: int = 1, **sizes: int
) -> BlockWindowSource:
    """All windows of rows whose returns are their row numbers, unscaled."""
    ends = window_ends(rows.segment, T)[::every]
    scaler = Scaler("none", rows.features, (), ())
    return BlockWindowSource(
        rows, scaler, ends, T, rows.labels["label"][ends], ends, sample_index=repeats, **sizes
    )


def assert_right_windows(source: Windows, rows: MarketRows, index: torch.Tensor, size: int) -> None:
    """What ``batches`` gives are the windows that were asked for, in that order."""
    batches = list(source.batches(index, size))
    ends = source.ends[index.long()]
    assert [len(batch["label"]) for batch in batches] == [len(p) for p in index.split(size)]
    np.testing.assert_array_equal(torch.cat([b["return"] for b in batches]), ends)
    np.testing.assert_array_equal(
        torch.cat([b["label"] for b in batches]), rows.labels["label"][ends]
    )
    expected = np.stack([rows.matrix[end - T + 1 : end + 1] for end in ends.tolist()])
    np.testing.assert_array_equal(torch.cat([b["sequence"] for b in batches]), expected)


def no_reader_left() -> bool:
    return not any(thread.name == "block-reader" for thread in threading.enumerate())


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.lists(st.integers(1, 90), min_size=1, max_size=4), min_size=1, max_size=3),
    block_rows=st.integers(1, 50), pool=st.integers(1, 6), size=st.integers(1, 40),
    every=st.integers(1, 30), seed=st.integers(0, 9), repeated=st.booleans(),
)  # fmt: skip
def test_that_an_epoch_shows_every_window_once_and_each_repeat(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[list[int]], block_rows: int, pool: int,
    size: int, every: int, seed: int, repeated: bool,
) -> None:  # fmt: skip
    rows = on_disk(make_rows([[T], *lengths]), tmp_path_factory.mktemp("rows"))
    count = len(window_ends(rows.segment, T)[::every])
    random = np.random.default_rng(seed)
    index = np.concatenate([np.arange(count), random.integers(0, count, count // 2)])
    source = make_source(
        rows, repeats=index if repeated else None, every=every, block_rows=block_rows,
        pool_blocks=pool,
    )  # fmt: skip
    order = source.order(seed, 3)
    wanted = np.sort(index) if repeated else np.arange(count)
    np.testing.assert_array_equal(np.sort(order.numpy()), wanted)
    assert source.num_samples == len(wanted)
    assert_right_windows(source, rows, order, size)
    assert_right_windows(source, rows, torch.arange(count), size)
    start = len(order) // 3
    assert_right_windows(source, rows, order[start:], size)
    assert no_reader_left()


@pytest.mark.parametrize("normalisation", ["standard", "robust", "grouped", "rolling", "none"])
def test_that_disk_and_memory_prepare_the_same_windows_to_the_last_bit(
    tmp_path: Path, normalisation: str
) -> None:
    data = DataConfig(label="label", normalisation=normalisation, clip_sigma=2.0)
    lengths = [[500, 340], [900]]
    mapped = on_disk(make_rows(lengths, rows_per_day=60), tmp_path)
    raw = mapped.matrix.copy()
    memory = prepare_windows(make_rows(lengths, rows_per_day=60), data, OVERSAMPLED, T, 1)
    disk = prepare_windows(mapped, data, OVERSAMPLED, T, 1)
    assert disk.scaler == memory.scaler
    assert {**disk.summary, "storage": {}} == {**memory.summary, "storage": {}}
    for ours, theirs in zip(
        (disk.train, disk.validation, disk.test),
        (memory.train, memory.validation, memory.test),
        strict=True,
    ):
        assert isinstance(ours, BlockWindowSource) and isinstance(theirs, WindowSource)
        assert ours.num_samples == theirs.num_samples
        assert ours.class_counts() == theirs.class_counts()
        for one, other in zip(ours, theirs, strict=True):
            for name, values in other.items():
                np.testing.assert_array_equal(one[name], values)
        picked = torch.tensor([5, 0, len(ours) - 1])
        np.testing.assert_array_equal(
            ours.batch(picked)["sequence"], theirs.batch(picked)["sequence"]
        )
    np.testing.assert_array_equal(
        np.sort(disk.train.order(1, 0)), np.sort(memory.train.order(1, 0))
    )
    np.testing.assert_array_equal(mapped.matrix, raw)


def test_that_the_order_depends_on_seed_and_epoch_alone(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[3000]]), tmp_path)
    source, again = (make_source(rows, block_rows=100, pool_blocks=4) for _ in range(2))
    torch.manual_seed(1)
    order = source.order(42, 1)
    np.random.default_rng(2)
    assert torch.equal(order, again.order(42, 1))
    assert not torch.equal(order, source.order(42, 2))
    assert not torch.equal(order, source.order(43, 1))
    # a resume after an update needs the same
    assert order[:6].tolist() == [138, 429, 154, 1108, 127, 134]


def test_that_windows_of_a_whole_pool_are_mixed(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[20_000]]), tmp_path)
    source = make_source(rows, block_rows=200, pool_blocks=20)
    order = source.order(0, 0).numpy()
    pool = order[:4000]  # 20 full blocks of 200 windows, or the short first one among them
    block = source.ends.numpy()[pool] // 200
    assert len(np.unique(block)) in (20, 21)
    assert abs(np.corrcoef(np.arange(len(pool)), pool)[0, 1]) < 0.1
    rises = (np.diff(pool) > 0).mean()
    assert 0.45 < rises < 0.55
    neighbours = (np.abs(np.diff(pool)) == 1).mean()
    assert neighbours < 0.01
    for start in range(0, 3840, 256):  # a batch of any place mixes nearly all blocks of its pool
        assert len(np.unique(block[start : start + 256])) >= 18


def test_that_memory_holds_two_pools_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes: list[tuple[int, ...]] = []

    class Watched(block_reader.BlockReader):
        def __init__(self, load: object, first_use: list[int], shape: tuple[int, int, int],
                     length: int) -> None:  # fmt: skip
            shapes.append(shape)
            assert len(first_use) == len(set(first_use)), "a block is read once"
            super().__init__(load, first_use, shape, length)

    monkeypatch.setattr("console.engine.data.block_windows.BlockReader", Watched)
    rows = on_disk(make_rows([[9_000]]), tmp_path)
    source = make_source(rows, block_rows=64, pool_blocks=5)
    assert_right_windows(source, rows, source.order(0, 0), 100)
    assert_right_windows(source, rows, torch.arange(len(source)), 100)
    assert shapes == [(10, 64 + T - 1, rows.num_features)] * 2


def test_that_a_batch_may_be_larger_than_many_pools(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[5_000]]), tmp_path)
    source = make_source(rows, every=70, block_rows=20, pool_blocks=2)
    assert_right_windows(source, rows, source.order(0, 0), 50)


def test_that_an_order_without_blocks_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[3000]]), tmp_path)
    source = make_source(rows, block_rows=10, pool_blocks=2)
    scattered = torch.from_numpy(np.random.default_rng(0).permutation(len(source)))
    with pytest.raises(ValueError, match="more blocks at once"):
        list(source.batches(scattered, 32))
    assert no_reader_left()


class FailingScaler(Scaler):
    """Fails on every block that does not begin with the first row."""

    def scale_into(self, out: Array, block: Array, day: Array | None) -> None:
        if block[0, 0] != self.centre[0]:
            raise OSError("the disk is gone")
        super().scale_into(out, block, day)


def test_that_an_error_while_reading_reaches_the_training(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[3000]]), tmp_path)
    ends = window_ends(rows.segment, T)
    scaler = FailingScaler("none", rows.features, (float(rows.matrix[0, 0]),), ())
    source = BlockWindowSource(rows, scaler, ends, T, ends % 3, ends, block_rows=100, pool_blocks=2)
    batches = source.batches(torch.arange(len(ends)), 32)
    next(batches)
    with pytest.raises(OSError, match="the disk is gone"):
        list(batches)
    assert no_reader_left()


def test_that_leaving_an_epoch_early_stops_the_reading(tmp_path: Path) -> None:
    rows = on_disk(make_rows([[9000]]), tmp_path)
    source = make_source(rows, block_rows=50, pool_blocks=4)
    batches = source.batches(source.order(0, 0), 32)
    next(batches)
    assert not no_reader_left()
    del batches
    assert no_reader_left()
