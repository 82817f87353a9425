"""Windows of T consecutive rows, gathered from the feature matrix when they are needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from console.engine.data.rows import Array

Batch = dict[str, Tensor]


class WindowSource:
    """M windows over one shared (N, F) float32 matrix; nothing is copied but the batch asked for.

    Window i covers rows ``ends[i] - T + 1 ... ends[i]`` and carries the label of its last row.
    ``sample_index`` (S,) lists the windows of one epoch before shuffling: every window once, with
    repeats of rare classes after oversampling; by default 0 ... M-1.
    """

    def __init__(
        self,
        matrix: Tensor,
        ends: Array,
        sequence_length: int,
        labels: Array,
        returns: Array,
        *,
        sample_index: Array | None = None,
        batch_size: int = 1024,
        num_classes: int = 3,
    ) -> None:
        if not matrix.is_contiguous() or matrix.dtype != torch.float32:
            raise ValueError("the feature matrix must be contiguous float32")
        if len(ends) and (ends.min() < sequence_length - 1 or ends.max() >= len(matrix)):
            raise ValueError("a window reaches outside the feature matrix")
        self.matrix = matrix
        self.ends = torch.from_numpy(np.ascontiguousarray(ends, dtype=np.int64))
        self.labels = torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int64))
        self.returns = torch.from_numpy(np.ascontiguousarray(returns, dtype=np.float32))
        index = np.arange(len(ends)) if sample_index is None else sample_index
        self.sample_index = torch.from_numpy(np.ascontiguousarray(index, dtype=np.int64))
        self.sequence_length = sequence_length
        self.batch_size = batch_size
        self.num_classes = num_classes
        self._starts = self.ends - (sequence_length - 1)
        self._view = _all_windows(matrix, sequence_length)

    def __len__(self) -> int:
        """M, without the repeats of oversampling."""
        return len(self.ends)

    @property
    def num_samples(self) -> int:
        """Windows in one training epoch, with the repeats of oversampling."""
        return len(self.sample_index)

    @property
    def num_features(self) -> int:
        """F."""
        return self.matrix.shape[1]

    def batch(self, index: Tensor) -> Batch:
        """Windows number ``index`` (B,): sequence (B, T, F), label (B,) int64, return (B,).

        The return is NaN where the future price is unknown.
        """
        flat = self._view.index_select(0, self._starts.index_select(0, index))
        return {
            "sequence": flat.view(len(index), self.sequence_length, self.num_features),
            "label": self.labels.index_select(0, index),
            "return": self.returns.index_select(0, index),
        }

    def order(self, seed: int, epoch: int) -> Tensor:
        """The window numbers (S,) of one epoch in training order: a pure function of both."""
        generator = np.random.Generator(np.random.PCG64([seed, epoch]))
        shuffled = torch.from_numpy(generator.permutation(self.num_samples))
        return self.sample_index.index_select(0, shuffled)

    def __iter__(self) -> Iterator[Batch]:
        """Batches of ``batch_size`` in natural order, without repeats; for evaluation."""
        for start in range(0, len(self), self.batch_size):
            yield self.batch(torch.arange(start, min(start + self.batch_size, len(self))))

    def class_counts(self) -> tuple[int, ...]:
        """Windows of each class, without the repeats of oversampling."""
        counts = torch.bincount(self.labels, minlength=self.num_classes)
        return tuple(int(count) for count in counts)


def _all_windows(matrix: Tensor, sequence_length: int) -> Tensor:
    num_rows, num_features = matrix.shape
    count = max(0, num_rows - sequence_length + 1)
    return matrix.as_strided((count, sequence_length * num_features), (num_features, 1))
