"""One pass over a data set without training: loss and scores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

import torch
from torch import nn

from console.core.configs.trainer import Precision
from console.core.metrics import EpochMetrics
from console.engine.training.clock import Clock, EpochSums
from console.engine.training.distributed import ALONE, World
from console.engine.training.feeds import Batch
from console.engine.training.losses import MixedTargets, MultiTaskLoss
from console.engine.training.metrics import MetricSums, Scores

_HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Windows(Protocol):
    """What can be judged: a feed, or some batches of one."""

    def evaluation(self) -> Iterator[Batch]:
        """Every window once."""
        ...


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[Any]:
    """Half-precision arithmetic inside the block, where ``precision`` asks for it."""
    return torch.autocast(device.type, _HALF.get(precision), enabled=precision != "off")


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    feed: Windows,
    criterion: MultiTaskLoss,
    *,
    num_classes: int,
    device: torch.device,
    precision: Precision = "off",
    world: World = ALONE,
) -> tuple[float, Scores]:
    """The mean loss over all windows of ``feed`` and their scores; leaves the model's mode.

    Each process of ``world`` sees some of the batches; all of them get the figures of the whole.
    """
    sums = MetricSums(num_classes, device)
    total = torch.zeros((), dtype=sums.exact, device=device)
    was_training = model.training
    model.eval()
    try:
        for batch in feed.evaluation():
            with autocast(device, precision):
                outputs = model(batch.sequence)
            loss = criterion(outputs, MixedTargets(batch.label, batch.returns))
            total += loss * len(batch)
            sums.add(outputs["direction_logits"], batch.label)
    finally:
        model.train(was_training)
    world.sum_all([total, *sums.tensors()])
    scores = sums.scores()
    return float(total) / scores.num_samples, scores


def epoch_metrics(
    clock: Clock,
    sums: EpochSums,
    val_loss: float,
    scores: Scores,
    *,
    learning_rate: float,
    evaluation_s: float,
) -> EpochMetrics:
    """The record of a finished epoch; ``learning_rate`` is that of its last step."""
    train_loss, train_accuracy, gradient_norm = sums.means()
    return EpochMetrics(
        epoch=clock.epoch,
        step=clock.step,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        val_loss=val_loss,
        learning_rate=learning_rate,
        epoch_time=sums.seconds + evaluation_s,
        gradient_norm=gradient_norm,
        samples_per_second=sums.num_samples / sums.seconds if sums.seconds > 0 else 0.0,
        **{f"val_{name}": value for name, value in vars(scores).items() if name != "num_samples"},
    )
