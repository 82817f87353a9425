"""Batches on the device, from a window source or from any iterable of dicts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, cast

import numpy as np
import torch
from torch import Tensor

from console.core.errors import DataError
from console.engine.training.rng import keyed_seed, reseed
from console.engine.training.shards import Shards

RawBatch = Mapping[str, Tensor]


class Source(Protocol):
    """What the trainer needs of a window source (``console.engine.data.windows``)."""

    @property
    def num_samples(self) -> int:
        """Windows in one training epoch, with the repeats of oversampling."""
        ...

    def __len__(self) -> int:
        """Windows without repeats."""
        ...

    def batch(self, index: Tensor) -> RawBatch:
        """The windows with these numbers."""
        ...

    def batches(self, index: Tensor, batch_size: int) -> Iterator[RawBatch]:
        """The windows with these numbers in batches, in that order."""
        ...

    def order(self, seed: int, epoch: int) -> Tensor:
        """The window numbers of one training epoch."""
        ...


Loader = Source | Iterable[RawBatch]


@dataclass(frozen=True)
class Batch:
    """Windows (B, T, F) float32, labels (B,) int64, returns (B,) float32 or None; on the device."""

    sequence: Tensor
    label: Tensor
    returns: Tensor | None

    def __len__(self) -> int:
        return len(self.label)

    def piece(self, begin: int, end: int) -> Batch:
        """Some windows next to each other, without a copy."""
        if (begin, end) == (0, len(self)):
            return self
        returns = None if self.returns is None else self.returns[begin:end]
        return Batch(self.sequence[begin:end], self.label[begin:end], returns)


@dataclass(frozen=True)
class Portion:
    """What this process computes of a batch: its shards by number. Its length is the batch's."""

    shards: Mapping[int, Batch]
    num_samples: int

    def __len__(self) -> int:
        return self.num_samples


class Feed:
    """Batches of one loader. Training order is a pure function of (seed, epoch).

    A window source is cut into batches of ``batch_size``; an iterable brings its own batches, and
    its shuffling is made repeatable by seeding the global generators before each pass. One of
    several processes reads only its own part of each batch of a window source; of an iterable it
    reads everything and keeps its part.
    """

    def __init__(
        self,
        loader: Loader,
        *,
        name: str,
        batch_size: int,
        num_classes: int,
        device: torch.device,
        shards: Shards | None = None,
    ) -> None:
        self.name, self._shards = name, shards or Shards()
        self._batch_size, self._num_classes, self._device = batch_size, num_classes, device
        self._source: Source | None = None
        self._batches: Iterable[RawBatch] = ()
        if hasattr(loader, "order") and hasattr(loader, "batches"):
            self._source = cast(Source, loader)
        else:
            self._batches = list(loader) if isinstance(loader, Iterator) else loader
        self.num_batches = self._count(training=True)
        if self.num_batches == 0:
            raise DataError(
                "There are no {name} windows.",
                remedy="Choose more days or another split, so that every part has windows.",
                name=name,
            )

    @property
    def is_oversampled(self) -> bool:
        """Whether an epoch shows windows of rare classes more than once."""
        return self._source is not None and self._source.num_samples > len(self._source)

    @property
    def num_samples(self) -> int:
        """Windows in one training epoch; of other loaders, those of whole batches."""
        if self._source is not None:
            return self._source.num_samples
        return self.num_batches * self._batch_size

    def training(self, seed: int, epoch: int, start: int = 0) -> Iterator[Portion]:
        """The batches of one training epoch from number ``start`` on."""
        if self._source is None:
            _seed_everything(seed, epoch, self._device)
            return map(self._cut, islice(iter(self._batches), start, None))
        order = self._source.order(seed, epoch)[start * self._batch_size :]
        if self._shards.world.size == 1:
            return map(self._cut, self._source.batches(order, self._batch_size))
        return self._own_portions(order)

    def evaluation(self) -> Iterator[Batch]:
        """Every window once, in natural order, in whole batches; each process has some of them."""
        if self._source is None:
            own: Iterable[RawBatch] = self._batches
            if self._shards.world.size > 1:
                own = islice(own, *self._own_batches(self.num_batches))
            return map(self._on_device, own)
        first, stop = self._own_batches(self._count(training=False))
        numbers = torch.arange(len(self._source))
        numbers = numbers[first * self._batch_size : stop * self._batch_size]
        return map(self._on_device, self._source.batches(numbers, self._batch_size))

    def class_counts(self) -> tuple[int, ...]:
        """Windows of each class, without repeats."""
        counter: Any = getattr(self._source, "class_counts", None)
        if counter is not None:
            return tuple(counter())
        counts = torch.zeros(self._num_classes, dtype=torch.int64)
        for batch in map(self._on_device, self._batches):
            counts += torch.bincount(batch.label, minlength=self._num_classes).cpu()
        return tuple(counts.tolist())

    def _count(self, training: bool) -> int:
        if self._source is not None:
            samples = self._source.num_samples if training else len(self._source)
            return -(-samples // self._batch_size)
        try:
            return len(self._batches)  # type: ignore[arg-type]
        except TypeError:
            return sum(1 for _ in self._batches)

    def _own_batches(self, num_batches: int) -> tuple[int, int]:
        """From which to which batch of an evaluation this process looks."""
        rank, size = self._shards.world.rank, self._shards.world.size
        return num_batches * rank // size, num_batches * (rank + 1) // size

    def _own_portions(self, order: Tensor) -> Iterator[Portion]:
        """The windows of this process alone are gathered; those of a batch lie together."""
        assert self._source is not None
        size = self._batch_size
        begin, end = self._shards.span(size)
        num_full = len(order) // size
        own = order[: num_full * size].view(num_full, size)[:, begin:end].flatten()
        totals = [size] * num_full
        if rest := len(order) % size:
            first, stop = self._shards.span(rest)
            own = torch.cat([own, order[num_full * size :][first:stop]])
            totals.append(rest)
        raws = iter(self._source.batches(own, max(1, end - begin)))
        for total in totals:
            if pieces := self._shards.pieces(total):
                yield self._portion(self._on_device(next(raws)), pieces, total)
            else:
                yield Portion({}, total)

    def _cut(self, raw: RawBatch) -> Portion:
        """The own part of a whole batch."""
        batch = self._on_device(raw)
        own = batch.piece(*self._shards.span(len(batch)))
        return self._portion(own, self._shards.pieces(len(batch)), len(batch))

    def _portion(self, own: Batch, pieces: Mapping[int, tuple[int, int]], total: int) -> Portion:
        return Portion({s: own.piece(*place) for s, place in pieces.items()}, total)

    def _on_device(self, raw: RawBatch) -> Batch:
        if not isinstance(raw, Mapping) or "sequence" not in raw or "label" not in raw:
            raise DataError(
                "The {name} data gave a batch without 'sequence' and 'label'.",
                remedy="Give dicts {{'sequence': (B, T, F), 'label': (B,)[, 'return': (B,)]}}.",
                name=self.name,
            )
        sequence, label = torch.as_tensor(raw["sequence"]), torch.as_tensor(raw["label"])
        self._check(sequence, label)
        returns = raw.get("return")
        if returns is not None:
            returns = self._move(torch.as_tensor(returns).flatten(), torch.float32)
        return Batch(
            self._move(sequence, torch.float32), self._move(label.flatten(), torch.int64), returns
        )

    def _move(self, tensor: Tensor, dtype: torch.dtype) -> Tensor:
        return tensor.to(self._device, dtype, non_blocking=True)

    def _check(self, sequence: Tensor, label: Tensor) -> None:
        if len(sequence) != label.numel():
            raise DataError(
                "The {name} data gave a batch of {windows} windows with {labels} labels.",
                remedy="Every window needs exactly one label.",
                name=self.name, windows=len(sequence), labels=label.numel(),
            )  # fmt: skip
        if label.device.type != "cpu":
            return  # looking at the values would make a GPU wait
        low, high = int(label.min()), int(label.max())
        if low < 0 or high >= self._num_classes:
            raise DataError(
                "The {name} data has the label {label}; labels are 0 SELL, 1 HOLD and 2 BUY.",
                remedy="Declare the encoding of the labels when the data is imported.",
                name=self.name, label=low if low < 0 else high,
            )  # fmt: skip


def _seed_everything(seed: int, epoch: int, device: torch.device) -> None:
    reseed(device, seed, "loader", epoch)
    random.seed(keyed_seed(seed, "python", epoch))
    np.random.seed(keyed_seed(seed, "numpy", epoch) & 0xFFFFFFFF)
