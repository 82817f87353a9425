"""Windows over rows in mapped files: blocks of rows are read, scaled and shuffled together.

The file is never held as a whole. A block of rows is read before its first window is needed and
forgotten after its last; one thread reads ahead while the windows of earlier blocks are trained.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Self

import numpy as np
import torch
from torch import Tensor

from console.engine.data.block_reader import BlockReader
from console.engine.data.normalise import Scaler
from console.engine.data.rows import Array, MarketRows, release, row_numbers
from console.engine.data.windows import Batch, Windows

BLOCK_ROWS = 2_048
POOL_BYTES = 64 * 2**20
LEAST_POOL = 8
PASS = 1 << 20  # window numbers looked at in one go


class BlockWindowSource(Windows):
    """M windows over the mapped, unscaled matrix of ``rows``; scaled as blocks of it are read.

    A window belongs to the block of ``block_rows`` rows in which it ends; a block is read with the
    T - 1 rows before it. ``pool_blocks`` blocks drawn at random form a pool, and the windows of a
    pool are shuffled together. At most two pools are in memory: the one trained and the next.
    Both sizes follow from T and F alone, so that the order is the same on every machine.
    """

    def __init__(
        self,
        rows: MarketRows,
        scaler: Scaler,
        ends: Array,
        sequence_length: int,
        labels: Array,
        returns: Array,
        *,
        sample_index: Array | None = None,
        batch_size: int = 1024,
        num_classes: int = 3,
        block_rows: int = 0,
        pool_blocks: int = 0,
    ) -> None:
        super().__init__(
            len(rows), ends, sequence_length, labels, returns, batch_size=batch_size,
            num_classes=num_classes,
        )  # fmt: skip
        self._rows, self._scaler = rows, scaler
        self.sample_index = self._samples(sample_index)
        self.block_rows = block_rows or max(BLOCK_ROWS, 8 * sequence_length)
        self._slot_rows = self.block_rows + sequence_length - 1
        slot_bytes = 4 * rows.num_features * self._slot_rows
        self.pool_blocks = pool_blocks or max(LEAST_POOL, POOL_BYTES // slot_bytes)
        edges = np.arange(0, len(rows) + self.block_rows, self.block_rows)
        self._first_window = np.searchsorted(self.ends.numpy(), edges)

    @property
    def num_samples(self) -> int:
        """Windows in one training epoch, with the repeats of oversampling."""
        return len(self) if self.sample_index is None else len(self.sample_index)

    @property
    def num_features(self) -> int:
        """F."""
        return self._rows.num_features

    @property
    def num_blocks(self) -> int:
        """Blocks of all rows, those without a window counted."""
        return len(self._first_window) - 1

    def resampled(self, sample_index: Array | None) -> Self:
        """The same windows, of which an epoch shows ``sample_index`` (S,); None: each once."""
        twin = copy.copy(self)
        twin.sample_index = self._samples(sample_index)
        return twin

    def order(self, seed: int, epoch: int) -> Tensor:
        """The window numbers (S,) of one epoch in training order: a pure function of both."""
        generator = np.random.Generator(np.random.PCG64([seed, epoch]))
        samples = None if self.sample_index is None else self.sample_index.numpy()
        first = self._first_window
        if samples is not None:
            first = np.searchsorted(samples, first)
        blocks = generator.permutation(np.flatnonzero(np.diff(first)))
        order = np.empty(self.num_samples, dtype=np.int32)
        filled = 0
        for pool in np.array_split(blocks, max(1, -(-len(blocks) // self.pool_blocks))):
            begun = filled
            for begin, end in zip(first[pool], first[pool + 1], strict=True):
                part = np.arange(begin, end) if samples is None else samples[begin:end]
                order[filled : filled + len(part)] = part
                filled += len(part)
            generator.shuffle(order[begun:filled])
        return torch.from_numpy(order)

    def batches(self, index: Tensor, batch_size: int) -> Iterator[Batch]:
        """The windows number ``index`` (S,) in batches, in that order.

        It may be what ``order`` gives, ascending numbers, or a stretch of either: other orders may
        need more blocks at once than there is room for.

        Raises:
            ValueError: they do.
        """
        first_use, left = self._uses(index)
        if not first_use:
            return
        num_slots = min(2 * self.pool_blocks, len(first_use))
        shape = (num_slots, self._slot_rows, self.num_features)
        with BlockReader(self._load, first_use, shape, self.sequence_length) as reader:
            for numbers in torch.split(index, batch_size):
                sequence = self._gather(reader, numbers, left)
                if not left.any():
                    reader.close()  # the last batch may be held through a whole evaluation
                yield self._labelled(sequence, numbers)

    def batch(self, index: Tensor) -> Batch:
        """Windows number ``index`` (B,), each read by itself: for a look at a few of them."""
        sequence = np.empty((len(index), self.sequence_length, self.num_features), np.float32)
        for place, end in enumerate(self.ends.index_select(0, index).tolist()):
            self._scaled(end + 1 - self.sequence_length, end + 1, sequence[place])
        release(self._rows.matrix)
        return self._labelled(torch.from_numpy(sequence), index)

    def _samples(self, sample_index: Array | None) -> Tensor | None:
        if sample_index is None:
            return None
        # ascending, so that the windows of a block stand together
        return torch.from_numpy(np.sort(row_numbers(sample_index, len(self))))

    def _places(self, numbers: Tensor) -> tuple[Array, Array]:
        """The block of each window (B,), and the row of that block in which it ends."""
        return np.divmod(self.ends.index_select(0, numbers).numpy(), self.block_rows)

    def _uses(self, index: Tensor) -> tuple[list[int], Array]:
        """Blocks in the order in which ``index`` first needs them; its windows in every block."""
        left = np.zeros(self.num_blocks, dtype=np.int64)
        first_use: list[int] = []
        for numbers in torch.split(index, PASS):
            block, _ = self._places(numbers)
            found, place = np.unique(block, return_index=True)
            new = left[found] == 0
            first_use += found[new][np.argsort(place[new])].tolist()
            left += np.bincount(block, minlength=self.num_blocks)
        return first_use, left

    def _gather(self, reader: BlockReader, numbers: Tensor, left: Array) -> Tensor:
        """Windows (B, T, F) from the blocks in memory; blocks without windows ``left`` make room.

        A batch that spans many pools is put together piece by piece, as their blocks are read.
        """
        block, row = self._places(numbers)
        sequence = torch.empty((len(numbers), self.sequence_length, self.num_features))
        done = 0
        while done < len(block):
            ready = reader.copy(block[done:], row[done:], sequence[done:])
            used = np.bincount(block[done : done + ready], minlength=self.num_blocks)
            left -= used
            reader.forget(np.flatnonzero((used > 0) & (left == 0)).tolist())
            done += ready
        return sequence

    def _load(self, block: int, out: Array) -> None:
        """Read a block and the T - 1 rows before it, scaled, into ``out`` (slot rows, F)."""
        begin = block * self.block_rows - (self.sequence_length - 1)
        first, stop = max(0, begin), min(begin + self._slot_rows, len(self._rows))
        self._scaled(first, stop, out[first - begin : stop - begin])
        release(self._rows.matrix)

    def _scaled(self, first: int, stop: int, out: Array) -> None:
        day = self._rows.day[first:stop]
        self._scaler.scale_into(out, self._rows.matrix[first:stop], day)
