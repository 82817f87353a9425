"""Takes a few real steps, evaluations and a checkpoint, and says how long an epoch will be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from console.engine.training.feeds import Batch, Portion
from console.engine.training.rehearsal import Rehearsal

BUDGET_S = 5.0
ROUNDS = 5
MARGIN = 0.07  # of each end of the range: an epoch is longer than what was measured of it
_EVALUATION_SHARE = 0.25


@dataclass(frozen=True)
class Speed:
    """Seconds for one window, from the best to the worst round, and for one checkpoint."""

    train_s: tuple[float, ...]
    evaluation_s: tuple[float, ...]
    checkpoint_s: float

    @property
    def samples_per_second(self) -> float:
        """Windows trained in a second, as measured over all rounds."""
        return len(self.train_s) / sum(self.train_s)

    def epoch_range(self, num_train: int, num_validation: int) -> tuple[float, float]:
        """The shortest and the longest epoch to expect, in seconds."""
        low = num_train * min(self.train_s) + num_validation * min(self.evaluation_s)
        high = num_train * max(self.train_s) + num_validation * max(self.evaluation_s)
        return (
            (1 - MARGIN) * low + 0.5 * self.checkpoint_s,
            (1 + MARGIN) * high + 2 * self.checkpoint_s,
        )

    def epoch_s(self, num_train: int, num_validation: int) -> float:
        """The epoch to expect, in seconds."""
        evaluation = sum(self.evaluation_s) / len(self.evaluation_s)
        training = num_train / self.samples_per_second
        return training + num_validation * evaluation + self.checkpoint_s


def measure_speed(rehearsal: Rehearsal) -> Speed:
    """Steps and evaluations in turns, over the run's own batches; at last a checkpoint.

    Raises:
        WorkspaceError: the checkpoint cannot be written.
    """
    steps, evaluated = _Steps(rehearsal), _Evaluations(rehearsal)
    steps.take(0.0)  # the first of each prepares its kernels
    evaluated.take(0.0)
    training, evaluation = [], []
    for _ in range(ROUNDS):
        training.append(steps.take(BUDGET_S / ROUNDS))
        evaluation.append(evaluated.take(_EVALUATION_SHARE * BUDGET_S / ROUNDS))
    return Speed(tuple(training), tuple(evaluation), rehearsal.save())


class _Steps:
    """One epoch after the other, a little at a time."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._groups = rehearsal.groups()

    def take(self, seconds: float) -> float:
        """Steps for about that long, at least one; seconds for one window, loading included."""
        begun, done, steps = time.perf_counter(), 0, 0
        while not steps or time.perf_counter() - begun < seconds:
            group = self._next()
            self._rehearsal.step(group)
            done += sum(map(len, group))
            steps += 1
        return (time.perf_counter() - begun) / done

    def _next(self) -> list[Portion]:
        group = next(self._groups, None)
        if group is None:
            self._groups = self._rehearsal.groups()
            group = next(self._groups)
        return group


class _Evaluations:
    """The validation windows, over and over, a little at a time."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._batches = self._endless()

    def take(self, seconds: float) -> float:
        """Evaluations for about that long, at least one batch; seconds for one window."""
        begun, done = time.perf_counter(), 0
        while not done or time.perf_counter() - begun < seconds:
            batch = next(self._batches)
            self._rehearsal.evaluate(iter((batch,)))
            done += len(batch)
        return (time.perf_counter() - begun) / done

    def _endless(self) -> Iterator[Batch]:
        while True:
            yield from self._rehearsal.val_feed.evaluation()
