"""What a trainer holds from its construction on; the loop itself is in model_trainer_v2."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from console.core.configs import TrainerConfigV2
from console.core.configs.trainer import CompileMode
from console.core.fields import to_plain
from console.core.metrics import EpochMetrics
from console.engine.training.commands import CommandDesk
from console.engine.training.device import choose_device, supported_precision
from console.engine.training.distributed import ALONE, World, common_hooks
from console.engine.training.feeds import Feed, Loader
from console.engine.training.hooks import TrainingHooks
from console.engine.training.losses import MultiTaskLoss
from console.engine.training.optimizer import build_optimizer
from console.engine.training.policies import EarlyStopping
from console.engine.training.recovery import nan_safe
from console.engine.training.schedules import Schedule
from console.engine.training.shards import Shards
from console.engine.training.snapshot import Progress, fresh_progress
from console.engine.training.step_guard import StepGuard


class TrainerBase:
    """Model, config, optimizer, criterion and progress of a trainer, under their public names."""

    def __init__(
        self,
        model: nn.Module,
        config: TrainerConfigV2 | None = None,
        *,
        checkpoint_dir: str | Path | None = None,
        hooks: TrainingHooks | None = None,
        class_weights: Sequence[float] | Tensor | None = None,
        return_scale: float = 1.0,
        world: World = ALONE,
    ) -> None:
        self.config = dataclasses.replace(config or TrainerConfigV2())
        self.world = world
        self.device = choose_device(world.device_name(self.config.device))
        self.model = model.to(self.device)
        self.compile_mode: CompileMode = "off"
        self._forward: Callable[[Tensor], dict[str, Tensor]] = self.model
        self.hooks = common_hooks(hooks or TrainingHooks(), world)
        self.checkpoint_dir = Path(checkpoint_dir) if checkpoint_dir is not None else None
        self.num_classes = int(getattr(getattr(model, "config", None), "num_classes", 3))
        self.optimizer = build_optimizer(self.model, self.config, self.device)
        self.precision = supported_precision(self.config.use_mixed_precision, self.device)
        self.test_results: dict[str, Any] = {}
        self.stop_reason = ""
        self._given = to_plain(self.config)
        self._weights, self._return_scale = class_weights, return_scale
        self._shards = Shards(self.config.gradient_shards, world)
        self._guard = StepGuard(
            self.optimizer, self.device, half=self.precision == "fp16",
            skips=self.config.non_finite_policy == "skip", buffers=list(self.model.buffers()),
        )  # fmt: skip
        self._progress = self._fresh_progress()
        self._set_criterion(class_weights)

    @property
    def history(self) -> list[EpochMetrics]:
        """The finished epochs."""
        return self._progress.history

    @property
    def scheduler(self) -> Schedule:
        """The learning rate schedule."""
        return self._progress.schedule

    @property
    def early_stopping(self) -> EarlyStopping:
        """The policy that counts evaluations without progress."""
        return self._progress.early_stopping

    @property
    def scaler(self) -> torch.amp.GradScaler:
        """The gradient scaler; it acts with fp16 only."""
        return self._progress.scaler

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are kept, from 1; 0 before the first evaluation."""
        return self._progress.best.epoch

    @property
    def best_val_loss(self) -> float:
        """The lowest validation loss of all epochs; infinite before the first."""
        return nan_safe([metrics.val_loss for metrics in self.history], min, float("inf"))

    @property
    def best_val_f1(self) -> float:
        """The highest macro F1 of all epochs; 0 before the first."""
        return nan_safe([metrics.val_f1 for metrics in self.history], max, 0.0)

    @property
    def desk(self) -> CommandDesk:
        """What commands asked for, and which settings wait for the next epoch."""
        return self._progress.desk

    def _fresh_progress(self) -> Progress:
        half = self.precision == "fp16"
        return fresh_progress(self.config, self.hooks, self.device, half=half)

    def _feed(self, loader: Loader, name: str) -> Feed:
        return Feed(
            loader, name=name, batch_size=self.config.batch_size, num_classes=self.num_classes,
            device=self.device, shards=self._shards,
        )  # fmt: skip

    def _set_criterion(self, weights: Sequence[float] | Tensor | None) -> None:
        self.criterion = MultiTaskLoss(self.config, weights, self._return_scale).to(self.device)

    def _training_identity(self, num_batches: int) -> dict[str, Any]:
        weights = self.criterion.class_weights
        return {
            **self._given,
            "num_batches": num_batches,
            "class_weights": None if weights is None else weights.tolist(),
            "return_scale": self._return_scale,
        }

    def _emit(self, kind: str, data: Mapping[str, Any]) -> None:
        clock = self._progress.clock
        self.hooks.emit(kind, clock.epoch_number, clock.step, data)
