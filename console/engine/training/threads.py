"""How many CPU threads a training gets: chosen by timing its own steps."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil
import torch

from console.engine.training.feeds import Portion
from console.engine.training.rehearsal import Rehearsal

CLEARLY_FASTER = 1.10
HOPELESS = 2.0  # as slow as that in a round, and a number is not tried again
BUDGET_S = 3.0
_ROUNDS, _ROUND_S = 8, 0.1


@dataclass(frozen=True)
class ThreadTiming:
    """The best speed that was measured with a number of threads."""

    threads: int
    samples_per_second: float


def thread_counts() -> list[int]:
    """1, 2, 4 ... up to the physical cores this process may use, or to OMP_NUM_THREADS."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    most = max(1, min(cores, torch.get_num_threads()))
    return sorted({*(2**power for power in range(most.bit_length())), most})


def time_threads(rehearsal: Rehearsal, counts: Sequence[int]) -> list[ThreadTiming]:
    """Time the same step with each number of threads, in turns; leaves the first number set.

    Only the best of several rounds counts: another process can slow a round down, never up.
    """
    group = next(rehearsal.groups())
    num_samples = sum(map(len, group))
    best: dict[int, float] = {}
    for count in counts:  # the first step with a number prepares its kernels
        torch.set_num_threads(count)
        rehearsal.step(group)
    ends, hopeful = time.perf_counter() + BUDGET_S, list(counts)
    for number in range(_ROUNDS):
        for count in hopeful:
            torch.set_num_threads(count)
            seconds = _seconds_per_step(rehearsal, group)
            best[count] = min(best.get(count, seconds), seconds)
        hopeful = [count for count in hopeful if best[count] < HOPELESS * min(best.values())]
        if (number and time.perf_counter() > ends) or len(hopeful) < 2:
            break
    torch.set_num_threads(counts[0])
    return [ThreadTiming(count, num_samples / best[count]) for count in counts]


def best_threads(timings: Sequence[ThreadTiming]) -> int:
    """The fewest threads with which the training is not clearly slower than it could be."""
    fastest = max(timing.samples_per_second for timing in timings)
    good = (t.threads for t in timings if t.samples_per_second * CLEARLY_FASTER >= fastest)
    return min(good)


def plain_timings(timings: Sequence[ThreadTiming]) -> list[Mapping[str, float]]:
    """Timings for events and results."""
    return [
        {"threads": t.threads, "samples_per_second": round(t.samples_per_second, 1)}
        for t in timings
    ]


def _seconds_per_step(rehearsal: Rehearsal, group: list[Portion]) -> float:
    steps, begun = 0, time.perf_counter()
    while steps == 0 or time.perf_counter() - begun < _ROUND_S:
        rehearsal.step(group)
        steps += 1
    return (time.perf_counter() - begun) / steps
