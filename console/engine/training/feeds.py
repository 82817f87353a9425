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


class Feed:
    """Batches of one loader. Training order is a pure function of (seed, epoch).

    A window source is cut into batches of ``batch_size``; an iterable brings its own batches, and
    its shuffling is made repeatable by seeding the global generators before each pass.
    """

    def __init__(
        self, loader: Loader, *, name: str, batch_size: int, num_classes: int, device: torch.device
    ) -> None:
        self.name = name
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

    def training(self, seed: int, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of one training epoch from number ``start`` on."""
        if self._source is None:
            _seed_everything(seed, epoch, self._device)
            raw: Iterable[RawBatch] = islice(iter(self._batches), start, None)
        else:
            order = self._source.order(seed, epoch)[start * self._batch_size :]
            raw = self._source.batches(order, self._batch_size)
        return map(self._on_device, raw)

    def evaluation(self) -> Iterator[Batch]:
        """Every window once, in natural order."""
        raw: Iterable[RawBatch] = self._batches
        if self._source is not None:
            numbers = torch.arange(len(self._source))
            raw = self._source.batches(numbers, self._batch_size)
        return map(self._on_device, raw)

    def class_counts(self) -> tuple[int, ...]:
        """Windows of each class, without repeats."""
        counter: Any = getattr(self._source, "class_counts", None)
        if counter is not None:
            return tuple(counter())
        counts = torch.zeros(self._num_classes, dtype=torch.int64)
        for batch in self.evaluation():
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
