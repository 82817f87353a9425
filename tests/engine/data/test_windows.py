"""Windows: gathered without a copy, labelled by their last row, ordered by seed and epoch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from console.engine.data.splits import strided, window_ends
from console.engine.data.windows import WindowSource
from tests.engine.data.market_files import make_rows

T = 4


def make_source(num_rows: int = 50, sample_index: np.ndarray | None = None) -> WindowSource:
    rows = make_rows([[num_rows]])
    ends = window_ends(rows.segment, T)
    labels = rows.labels["label"][ends]
    returns = np.arange(len(ends), dtype=np.float32)
    matrix = torch.from_numpy(rows.matrix)
    return WindowSource(matrix, ends, T, labels, returns, sample_index=sample_index, batch_size=16)


def test_that_a_batch_holds_the_rows_of_each_window() -> None:
    source = make_source()
    batch = source.batch(torch.tensor([7, 0, 7]))
    assert batch["sequence"].shape == (3, T, source.num_features)
    for place, window in enumerate((7, 0, 7)):
        torch.testing.assert_close(batch["sequence"][place], source.matrix[window : window + T])
        assert batch["label"][place] == source.labels[window]
        assert batch["return"][place] == window
    assert batch["label"].dtype == torch.int64


def test_that_a_batch_is_a_copy_and_the_source_is_not() -> None:
    rows = make_rows([[30]])
    matrix = torch.from_numpy(rows.matrix)
    ends = window_ends(rows.segment, T)
    zeros = np.zeros(len(ends))
    source = WindowSource(matrix, ends, T, zeros, zeros)
    assert source.matrix.data_ptr() == rows.matrix.ctypes.data
    source.batch(torch.tensor([0]))["sequence"].fill_(9.0)
    assert not (matrix == 9.0).any()


def test_that_evaluation_sees_every_window_once_in_order() -> None:
    source = make_source(sample_index=np.array([3, 3, 3]))
    batches = list(source)
    assert [len(batch["label"]) for batch in batches] == [16, 16, 15]
    returns = torch.cat([batch["return"] for batch in batches])
    torch.testing.assert_close(returns, torch.arange(47, dtype=torch.float32))
    assert len(source) == 47
    assert source.num_samples == 3


def test_that_the_order_depends_on_seed_and_epoch_alone() -> None:
    source, again = make_source(), make_source()
    torch.manual_seed(1)
    first = source.order(42, 1)
    torch.manual_seed(2)
    assert torch.equal(first, again.order(42, 1))
    assert not torch.equal(first, source.order(42, 2))
    assert not torch.equal(first, source.order(43, 1))
    assert torch.equal(first.sort().values, torch.arange(47))
    assert first[:6].tolist() == [1, 33, 2, 11, 9, 29]  # a resume after an update needs the same


def test_that_the_order_holds_the_repeats_of_oversampling() -> None:
    index = np.array([0, 1, 2, 2, 2])
    assert make_source(sample_index=index).order(0, 0).sort().values.tolist() == index.tolist()


def test_that_class_counts_leave_repeats_out() -> None:
    source = make_source(sample_index=np.zeros(500, dtype=np.int64))
    assert sum(source.class_counts()) == 47
    assert source.class_counts() == tuple(np.bincount(source.labels.numpy(), minlength=3))


def test_that_an_empty_source_has_no_batch() -> None:
    rows = make_rows([[10]])
    empty = np.empty(0, dtype=np.int64)
    source = WindowSource(torch.from_numpy(rows.matrix), empty, T, empty, empty)
    assert list(source) == []
    assert source.class_counts() == (0, 0, 0)


@pytest.mark.parametrize("end", [T - 2, 50])
def test_that_a_window_outside_the_matrix_is_refused(end: int) -> None:
    matrix = torch.zeros(50, 2)
    with pytest.raises(ValueError, match="outside"):
        WindowSource(matrix, np.array([end]), T, np.array([0]), np.array([0.0]))


def test_that_no_window_crosses_a_segment() -> None:
    rows = make_rows([[5, 3, 4], [6]])
    ends = window_ends(rows.segment, T)
    assert ends.tolist() == [3, 4, 11, 15, 16, 17]


def test_that_a_stride_begins_with_the_first_window_of_each_segment() -> None:
    rows = make_rows([[9, 6]])
    ends = window_ends(rows.segment, T)
    assert strided(ends, rows.segment, T, 3).tolist() == [3, 6, 12]
    assert strided(ends, rows.segment, T, 1).tolist() == ends.tolist()
