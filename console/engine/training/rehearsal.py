"""The trainer's own steps on a copy: for timing, with nothing of the run touched."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import torch

from console.engine.training.clock import Clock
from console.engine.training.device import numerics
from console.engine.training.evaluation import evaluate
from console.engine.training.feeds import Batch, Feed, Loader, Portion
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.rng import capture_rng, restore_rng


class Rehearsal(ModelTrainerV2):
    """A trainer with the settings and data of another one, and a copy of its model.

    It is opened like the other one would be, without telling anybody; ``checkpoint_dir`` is where
    it writes checkpoints, if anywhere.
    """

    def __init__(
        self,
        trainer: ModelTrainerV2,
        train_loader: Loader,
        val_loader: Loader,
        *,
        checkpoint_dir: Path | None = None,
    ) -> None:
        super().__init__(
            copy.deepcopy(trainer.model), trainer.config, checkpoint_dir=checkpoint_dir,
            class_weights=trainer._weights, return_scale=trainer._return_scale,
        )  # fmt: skip
        self._train_loader = train_loader
        self._open(train_loader, val_loader, resume=False)
        self.model.train()

    @property
    def train_feed(self) -> Feed:
        """The training data."""
        return self._train_feed

    @property
    def val_feed(self) -> Feed:
        """The validation data."""
        return self._val_feed

    def groups(self) -> Iterator[list[Portion]]:
        """What each step of the first epoch is given."""
        batches = self._train_feed.training(self.config.seed, 0)
        while group := list(islice(batches, self.config.gradient_accumulation_steps)):
            yield group

    def first_batch(self, size: int) -> Portion:
        """The first windows of the first epoch, as a batch of another size."""
        feed = Feed(
            self._train_loader, name="training", batch_size=size, num_classes=self.num_classes,
            device=self.device, shards=self._shards,
        )  # fmt: skip
        return next(feed.training(self.config.seed, 0))

    def step(self, group: list[Portion]) -> float:
        """One optimisation step; its seconds."""
        begun = time.perf_counter()
        self._step(group)
        self._wait_for_device()
        return time.perf_counter() - begun

    def evaluate(self, batches: Iterator[Batch]) -> float:
        """Judge some batches as after an epoch; the seconds it takes."""
        begun = time.perf_counter()
        evaluate(
            self.model, _Few(batches), self.criterion, num_classes=self.num_classes,
            device=self.device, precision=self.precision,
        )  # fmt: skip
        return time.perf_counter() - begun

    def save(self) -> float:
        """Write a checkpoint as after an epoch; the seconds it takes.

        Raises:
            WorkspaceError: the disk is full, or the folder cannot be written.
        """
        begun = time.perf_counter()
        self._recovery.keep_best()
        self._recovery.write("epoch")
        return time.perf_counter() - begun

    def _rate(self, clock: Clock) -> float:
        """No step of a rehearsal moves the weights: as many as one likes, and none diverges."""
        return 0.0

    def _wait_for_device(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":  # pragma: no cover - Apple hardware
            torch.mps.synchronize()


class _Few:
    """A feed of some batches only."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches

    def evaluation(self) -> Iterator[Batch]:
        return self._batches


@contextmanager
def rehearse(
    trainer: ModelTrainerV2,
    train_loader: Loader,
    val_loader: Loader,
    *,
    checkpoint_dir: Path | None = None,
) -> Iterator[Rehearsal]:
    """A rehearsal of ``trainer``; the process's generators, threads and switches come back after.

    Raises:
        ConsoleError: unusable data, or a folder that cannot be written.
    """
    generators = capture_rng()
    try:
        with numerics(trainer.config):
            yield Rehearsal(trainer, train_loader, val_loader, checkpoint_dir=checkpoint_dir)
    finally:
        restore_rng(generators)
