"""Finds out with small batches whether the full batch fits, before the full batch is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from console.engine.estimate.memory import PeakMemory
from console.engine.training.feeds import Portion
from console.engine.training.rehearsal import Rehearsal

FIRST_BATCH, GROWTH = 8, 4
TELLING_BYTES = 64 << 20  # less than this between two batches may be the allocator's own
SMALLEST_BATCH, BATCH_STEP = 8, 32
ROOM = 0.9  # of the memory, for a batch that we propose
_OUT_OF_MEMORY = ("memory", "allocat", "bad_alloc", "could not create")


@dataclass(frozen=True)
class BatchMemory:
    """What steps take at their peak: ``base_bytes`` and ``sample_bytes`` for each window.

    On a GPU the figures are those of its memory. ``full_batch`` is the batch that was asked for
    (or all windows, where there are fewer), ``tried`` the largest that really ran.
    """

    full_batch: int
    tried: int
    base_bytes: int
    sample_bytes: int
    budget_bytes: int

    @property
    def full_bytes(self) -> int:
        """The peak of a step with the full batch."""
        return self.base_bytes + self.sample_bytes * self.full_batch

    @property
    def fits(self) -> bool:
        """Whether the full batch ran."""
        return self.tried >= self.full_batch

    @property
    def largest_batch(self) -> int:
        """The largest batch that fits, with some room left; 0 when none does."""
        room = ROOM * self.budget_bytes - self.base_bytes
        most = min(self.full_batch, int(room / max(1, self.sample_bytes)))
        if most < SMALLEST_BATCH:
            return 0
        return most if most < BATCH_STEP else most // BATCH_STEP * BATCH_STEP


def measure_batches(
    rehearsal: Rehearsal, peak: PeakMemory, budget_bytes: int, *, largest: int = 0
) -> BatchMemory:
    """Take steps with 8, 16, 64, 256 ... windows as long as the full batch is expected to fit.

    With ``largest``, none above that.
    """
    full = min(rehearsal.config.batch_size, rehearsal.train_feed.num_samples)
    measured: list[tuple[int, int]] = []
    base, slope = 0, 0
    for size in _sizes(min(full, largest or full)):
        if measured and base + slope * full > budget_bytes:
            break  # hopeless, and known from small batches: nothing large is ever tried
        step = _measured_step(rehearsal, peak, size, first=not measured)
        if step is None:
            slope = max(slope, (budget_bytes - base) // size)
            break
        measured.append((size, step))
        base, slope = _line(measured)
    tried = measured[-1][0] if measured else 0
    return BatchMemory(full, tried, base, slope, budget_bytes)


def _sizes(full: int) -> Iterator[int]:
    size = FIRST_BATCH
    while size < full:
        yield size
        size *= 2 if size == FIRST_BATCH else GROWTH
    yield full


def _line(measured: list[tuple[int, int]]) -> tuple[int, int]:
    """Base and slope through the last two points; flat while they differ by next to nothing."""
    size, peak = measured[-1]
    if len(measured) == 1:
        return peak, 0
    before, earlier = measured[-2]
    grown = peak - earlier
    if grown < TELLING_BYTES:
        return peak, 0
    slope = grown // (size - before)
    return peak - slope * size, slope


def _measured_step(rehearsal: Rehearsal, peak: PeakMemory, size: int, *, first: bool) -> int | None:
    """The peak of one step with ``size`` windows; None when memory ran out."""
    try:
        batch = rehearsal.first_batch(size)
        if first:
            rehearsal.step([batch])  # gradients and moments are made
        return _step_peak(rehearsal, peak, batch)
    except (RuntimeError, MemoryError) as error:  # torch.OutOfMemoryError is a RuntimeError
        text = str(error).lower()
        if not isinstance(error, MemoryError) and not any(w in text for w in _OUT_OF_MEMORY):
            raise
        return None


def _step_peak(rehearsal: Rehearsal, peak: PeakMemory, batch: Portion) -> int:
    if rehearsal.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(rehearsal.device)
        rehearsal.step([batch])
        return torch.cuda.max_memory_reserved(rehearsal.device)
    with peak.of_piece() as found:
        rehearsal.step([batch])
    return found[0]
