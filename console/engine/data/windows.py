"""Windows of T consecutive rows, gathered from the feature matrix when they are needed."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

import numpy as np
import torch
from torch import Tensor

from console.engine.data.rows import Array, row_numbers

Batch = dict[str, Tensor]


class Windows(ABC):
    """M labelled windows of T rows; window i covers rows ``ends[i] - T + 1 ... ends[i]``.

    It carries the label of its last row, and its return, NaN where the future price is unknown.
    """

    def __init__(
        self,
        num_rows: int,
        ends: Array,
        sequence_length: int,
        labels: Array,
        returns: Array,
        *,
        batch_size: int = 1024,
        num_classes: int = 3,
    ) -> None:
        if len(ends) and (ends.min() < sequence_length - 1 or ends.max() >= num_rows):
            raise ValueError("a window reaches outside the feature matrix")
        self.ends = torch.from_numpy(row_numbers(ends, num_rows))
        self.labels = torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int8))
        self.returns = torch.from_numpy(np.ascontiguousarray(returns, dtype=np.float32))
        self.sequence_length = sequence_length
        self.batch_size = batch_size
        self.num_classes = num_classes

    def __len__(self) -> int:
        """M, without the repeats of oversampling."""
        return len(self.ends)

    def __iter__(self) -> Iterator[Batch]:
        """Batches of ``batch_size`` in natural order, without repeats; for evaluation."""
        return iter(self.batches(torch.arange(len(self)), self.batch_size))

    def class_counts(self) -> tuple[int, ...]:
        """Windows of each class, without the repeats of oversampling."""
        counts = torch.bincount(self.labels, minlength=self.num_classes)
        return tuple(int(count) for count in counts)

    @property
    @abstractmethod
    def num_samples(self) -> int:
        """Windows in one training epoch, with the repeats of oversampling."""

    @property
    @abstractmethod
    def num_features(self) -> int:
        """F."""

    @abstractmethod
    def resampled(self, sample_index: Array | None) -> Self:
        """The same windows, of which an epoch shows ``sample_index`` (S,); None: each once."""

    @abstractmethod
    def batch(self, index: Tensor) -> Batch:
        """Windows number ``index`` (B,): sequence (B, T, F), label (B,) int64, return (B,)."""

    @abstractmethod
    def batches(self, index: Tensor, batch_size: int) -> Iterator[Batch]:
        """The windows number ``index`` (S,) in batches, in that order."""

    @abstractmethod
    def order(self, seed: int, epoch: int) -> Tensor:
        """The window numbers (S,) of one epoch in training order: a pure function of both."""

    def _labelled(self, sequence: Tensor, index: Tensor) -> Batch:
        return {
            "sequence": sequence,
            "label": self.labels.index_select(0, index).to(torch.int64),
            "return": self.returns.index_select(0, index),
        }


class WindowSource(Windows):
    """M windows over one shared (N, F) float32 matrix; nothing is copied but the batch asked for.

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
        super().__init__(
            len(matrix), ends, sequence_length, labels, returns, batch_size=batch_size,
            num_classes=num_classes,
        )  # fmt: skip
        self.matrix = matrix
        self.sample_index = self._samples(sample_index)
        self._view = all_windows(matrix, sequence_length)

    @property
    def num_samples(self) -> int:
        """Windows in one training epoch, with the repeats of oversampling."""
        return len(self.sample_index)

    @property
    def num_features(self) -> int:
        """F."""
        return self.matrix.shape[1]

    def resampled(self, sample_index: Array | None) -> Self:
        """The same windows, of which an epoch shows ``sample_index`` (S,); None: each once."""
        twin = copy.copy(self)
        twin.sample_index = self._samples(sample_index)
        return twin

    def _samples(self, sample_index: Array | None) -> Tensor:
        index = np.arange(len(self)) if sample_index is None else sample_index
        return torch.from_numpy(row_numbers(index, len(self)))

    def batch(self, index: Tensor) -> Batch:
        """Windows number ``index`` (B,): sequence (B, T, F), label (B,) int64, return (B,)."""
        starts = self.ends.index_select(0, index) - (self.sequence_length - 1)
        flat = self._view.index_select(0, starts)
        sequence = flat.view(len(index), self.sequence_length, self.num_features)
        return self._labelled(sequence, index)

    def batches(self, index: Tensor, batch_size: int) -> Iterator[Batch]:
        """The windows number ``index`` (S,) in batches, in that order."""
        return map(self.batch, torch.split(index, batch_size) if len(index) else ())

    def order(self, seed: int, epoch: int) -> Tensor:
        """The window numbers (S,) of one epoch in training order: a pure function of both."""
        generator = np.random.Generator(np.random.PCG64([seed, epoch]))
        shuffled = torch.from_numpy(generator.permutation(self.num_samples))
        return self.sample_index.index_select(0, shuffled)


def all_windows(matrix: Tensor, sequence_length: int) -> Tensor:
    """Every T consecutive rows of ``matrix`` (N, F), flat: (N - T + 1, T * F), without a copy."""
    num_rows, num_features = matrix.shape
    count = max(0, num_rows - sequence_length + 1)
    return matrix.as_strided((count, sequence_length * num_features), (num_features, 1))
