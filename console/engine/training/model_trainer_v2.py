"""The training loop. It reads from ``train`` downwards; nothing else steers it."""

from __future__ import annotations

import dataclasses
import time
from itertools import islice

import torch
from torch import Tensor, nn

from console.core.configs import TrainerConfigV2
from console.core.configs.trainer import CompileMode
from console.core.errors import DataError, NonFiniteError
from console.core.metrics import EpochMetrics
from console.core.presets import get_preset
from console.engine.training.augmentation import Augmenter
from console.engine.training.class_weights import class_weights as weights_from_counts
from console.engine.training.clock import Clock, EpochSums
from console.engine.training.device import numerics
from console.engine.training.evaluation import autocast, epoch_metrics, evaluate
from console.engine.training.feeds import Batch, Feed, Loader, Portion
from console.engine.training.hooks import TrainingHooks
from console.engine.training.losses import num_right
from console.engine.training.metrics import Scores
from console.engine.training.optimizer import clip_gradients
from console.engine.training.policies import (
    DOUBLE_COMPENSATION,
    checkpoint_before_release_failed,
    checkpoints_failing,
    precision_unsupported,
    step_skipped,
    too_many_skipped,
)
from console.engine.training.recovery import MAX_FAILURES, Recovery
from console.engine.training.rng import reseed
from console.engine.training.shards import ShardSum
from console.engine.training.step_events import StepEvents
from console.engine.training.trainer_base import TrainerBase

__all__ = [
    "EpochMetrics", "ModelTrainerV2", "TrainerConfigV2", "TrainingHooks", "create_trainer_v2",
]  # fmt: skip

_PAUSE_POLL_S = 0.1


class ModelTrainerV2(TrainerBase):
    """Trains a model that maps windows to direction_logits, confidence and expected_return.

    Args:
        model: usually ``HybridCNNLSTMv2``; it is moved to the device.
        config: copied, because commands may change it while training.
        checkpoint_dir: the ``checkpoints`` folder of the run; without one nothing is saved.
        hooks: how events leave and commands arrive.
        class_weights: one weight per class, used whenever given. Without them,
            ``config.use_class_weights`` computes weights from the training labels.
        return_scale: the standard deviation of the training returns.
        world: the processes that train this model together; each has a trainer like this one.

    Raises:
        ConsoleError: the device is not available.
    """

    def train(
        self,
        train_loader: Loader,
        val_loader: Loader,
        test_loader: Loader | None = None,
        *,
        resume: bool = False,
    ) -> list[EpochMetrics]:
        """Train until the epochs are done, patience runs out or a command stops it.

        At the end the model holds the weights of its best epoch, which alone are evaluated on
        ``test_loader``. A loader is a window source or an iterable of dicts {"sequence": (B, T, F),
        "label": (B,)[, "return": (B,)]}.

        Args:
            resume: go on from the newest checkpoint; a finished training is only loaded.

        Raises:
            ConsoleError: unusable data, checkpoint or folder, or a loss that is not a number.
        """
        with numerics(self.config):
            self._open(train_loader, val_loader, resume)
            try:
                while not self._is_over():
                    self._train_epoch()
            except NonFiniteError:
                self._step_events.flush()  # what led to it
                raise
            self._close(test_loader)
        return self.history

    def use_compiled(self, mode: CompileMode) -> None:
        """Train through a compiled forward pass; the model keeps its own names. "off" undoes it."""
        from console.engine.training.compilation import compiled

        self.compile_mode = mode
        self._forward = self.model if mode == "off" else compiled(self.model, mode)

    def forget_data(self) -> None:
        """Let go of the loaders of ``train``, so that their memory can serve another training."""
        del self._train_feed, self._val_feed

    # ---- the loop

    def _train_epoch(self) -> None:
        """Train from the clock's place to the end of the epoch, or until a command ends it."""
        self._begin_epoch()
        clock = self._progress.clock
        batches = self._train_feed.training(self.config.seed, clock.epoch, clock.cursor)
        left = islice(batches, self._train_feed.num_batches - clock.cursor)
        self._mark = time.perf_counter()
        while group := list(islice(left, self.config.gradient_accumulation_steps)):
            loss, norm = self._step(group)
            if self._boundary(group, loss, norm):
                return
        raise DataError(
            "The training data gave fewer batches than the {expected} it announced.",
            remedy="A loader must give the same number of batches in every epoch.",
            expected=self._train_feed.num_batches,
        )

    def _step(self, group: list[Portion]) -> tuple[Tensor, Tensor]:
        """One optimisation step over one or more batches: mean loss and gradient norm.

        Raises:
            NonFiniteError: loss or gradient is not finite; the weights are as they were.
        """
        clock, scaler = self._progress.clock, self.scaler
        self._learning_rate = self._rate(clock)
        for parameters in self.optimizer.param_groups:
            parameters["lr"] = self._learning_rate
        self.optimizer.zero_grad(set_to_none=True)
        self._guard.remember(self._progress.sums)
        loss = self._backward(group)
        scaler.unscale_(self.optimizer)
        norm = clip_gradients(self.model, self.config.grad_clip_value)
        if self._guard.check(loss, norm, clock):
            scaler.step(self.optimizer)
            scaler.update()
        return loss, norm

    def _backward(self, group: list[Portion]) -> Tensor:
        """Leave the gradients of one step; its mean loss over the windows of all processes."""
        sums, num_samples = self._progress.sums, sum(map(len, group))
        if self._shard_sum is None:
            return torch.stack(self._losses(group, 0, num_samples, sums)).sum()
        self._shard_sum.begin()
        for shard in self._shards.own:
            own = EpochSums(self.device)
            if losses := self._losses(group, shard, num_samples, own):
                self._shard_sum.add(torch.stack(losses).sum(), own)
        return self._shard_sum.finish(sums, num_samples)

    def _losses(
        self, group: list[Portion], shard: int, num_samples: int, sums: EpochSums
    ) -> list[Tensor]:
        """Add the gradients of one shard of every batch; its parts of the mean loss."""
        losses = []
        for place, portion in enumerate(group, start=self._progress.clock.cursor):
            batch = portion.shards.get(shard)
            if batch is not None:
                number = place * self._shards.count + shard
                loss = self._loss(batch, number, sums) * (len(batch) / num_samples)
                self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
                losses.append(loss.detach())
        return losses

    def _loss(self, batch: Batch, number: int, sums: EpochSums) -> Tensor:
        """The mean loss of a shard of a batch; ``number`` counts the shards of the epoch."""
        epoch = self._progress.clock.epoch
        reseed(self.device, self.config.seed, "dropout", epoch, number)
        x, targets = self._augment(batch.sequence, batch.label, batch.returns, epoch, number)
        with autocast(self.device, self.precision):
            outputs = self._forward(x)
        loss: Tensor = self.criterion(outputs, targets)
        right = num_right(outputs["direction_logits"], targets)
        sums.add_batch(loss, right, len(batch))
        return loss

    def _boundary(self, group: list[Portion], loss: Tensor, norm: Tensor) -> bool:
        """What happens between two steps, in this order; True when the epoch ends here."""
        progress, num_samples = self._progress, sum(map(len, group))
        seconds = time.perf_counter() - self._mark
        progress.clock = clock = progress.clock.after_step(len(group), num_samples, seconds)
        progress.sums.add_step(norm, seconds)
        self._guard.take_back(progress.sums, num_samples)
        self._step_events.add(
            clock.step, loss, norm, num_samples, seconds, learning_rate=self._learning_rate,
            done=self._steps_in(clock.cursor), steps_per_epoch=self._steps_per_epoch(),
        )  # fmt: skip
        epoch_over = clock.cursor >= self._train_feed.num_batches
        if epoch_over:
            self._end_epoch()
            self._save("epoch")
        elif self._step_events.is_due or self._guard.has_news:
            self._report_steps()
        stopped = self._obey_commands()
        self._mark = time.perf_counter()
        return epoch_over or stopped

    def _begin_epoch(self) -> None:
        self.model.train()
        clock = self._progress.clock
        if clock.cursor:
            return  # resumed inside the epoch: it was announced before
        data = {
            "epoch": clock.epoch + 1, "epochs": self.config.epochs,
            "steps": self._steps_per_epoch(), "learning_rate": self._rate(clock),
            "settings": self._progress.desk.in_force(),
        }  # fmt: skip
        self.hooks.emit("epoch_started", clock.epoch + 1, clock.step, data)

    def _end_epoch(self) -> None:
        """Evaluate, let the policies decide, and tell."""
        self._report_steps()
        progress, begun = self._progress, time.perf_counter()
        val_loss, scores = self._evaluate(self._val_feed)
        progress.clock = progress.clock.after_epoch()
        metrics = epoch_metrics(
            progress.clock, progress.sums, val_loss, scores,
            learning_rate=self._learning_rate, evaluation_s=time.perf_counter() - begun,
        )  # fmt: skip
        if progress.best.update(metrics):
            metrics = dataclasses.replace(metrics, is_best=True)
            self._recovery.keep_best()
        progress.early_stopping.update(metrics)
        progress.schedule.observe(metrics.val_loss)
        notice = progress.collapse.update(metrics)
        progress.history.append(metrics)
        progress.sums = EpochSums(self.device)
        self._emit("epoch_metrics", metrics.to_dict())
        if metrics.is_best:
            best = progress.best
            data = {"epoch": best.epoch, "metric": best.metric, "value": best.value}
            self._emit("best_changed", data)
        if notice is not None:
            self._emit("warning", notice.to_dict())

    # ---- commands

    def _obey_commands(self) -> bool:
        """Carry out what was asked; True when training must end after this step."""
        desk = self._progress.desk
        self._read_commands()
        if desk.paused:
            self._save("pause")
            self._wait_while_paused()
        if desk.stop_now:
            self._save("stop")
        elif desk.release:
            self._release()
        return desk.stop_now or desk.release

    def _wait_while_paused(self) -> None:
        self._emit("paused", {})
        while self._progress.desk.paused:
            time.sleep(_PAUSE_POLL_S)
            self._read_commands()
        if not self._progress.desk.release:
            self._emit("unpaused", {})
            self._save("pause")  # writes only what could not be saved before

    def _release(self) -> None:
        """Save everything, so that the process may go; without a checkpoint it stays, paused."""
        desk = self._progress.desk
        self._report_steps()
        while desk.release and not self._recovery.save("release"):
            self._emit("warning", checkpoint_before_release_failed().to_dict())
            desk.release, desk.paused = False, True
            self._wait_while_paused()

    def _read_commands(self) -> None:
        """Take requests; save before answering, so that what was accepted survives a crash."""
        desk, clock = self._progress.desk, self._progress.clock
        desk.read()
        if desk.save_wanted:
            desk.save_wanted = False
            self._save("command")
        desk.answer(clock.epoch_number, clock.step)

    def _save(self, reason: str) -> None:
        self._report_steps()
        if self._recovery.save(reason) or self._recovery.num_failures < MAX_FAILURES:
            return
        if self.hooks.has_commands and not self._progress.desk.paused:
            self._recovery.num_failures = 0
            self._progress.desk.paused = True
            self._emit("warning", checkpoints_failing(MAX_FAILURES).to_dict())

    # ---- start and end

    def _open(self, train_loader: Loader, val_loader: Loader, resume: bool) -> None:
        self._train_feed = self._feed(train_loader, "training")
        self._val_feed = self._feed(val_loader, "validation")
        self._augment = Augmenter(self.config, self.device)
        together = self._shards.count > 1 or self.world.size > 1
        self._shard_sum = ShardSum(self.model, self.world, self.device) if together else None
        self._step_events = StepEvents(lambda data: self._emit("step", data))
        self._progress, self.stop_reason, self.test_results = self._fresh_progress(), "", {}
        self._progress.desk.can_release = self.checkpoint_dir is not None
        self._balance_classes()
        identity = self._training_identity(self._train_feed.num_batches)
        self._recovery = Recovery(
            self.checkpoint_dir, self.model, self.optimizer, self._progress,
            config=self.config, device=self.device, training=identity, emit=self._emit,
            last_seq=self.hooks.last_seq, compile_mode=self.compile_mode, world=self.world,
        )  # fmt: skip
        if resume:
            self._recovery.resume()
        else:
            self._recovery.begin()
        self.world.share_tensors(list(self.model.state_dict().values()))
        wanted = self.config.use_mixed_precision
        if self.precision != wanted:
            self._emit("warning", precision_unsupported(self.device.type, wanted).to_dict())

    def _is_over(self) -> bool:
        """Between epochs: apply waiting settings, then see whether there is a reason to stop."""
        progress = self._progress
        clock, desk = progress.clock, progress.desk
        if clock.cursor == 0 and not desk.stop_now and not desk.release:
            desk.apply_waiting(clock.epoch_number, clock.step)
        if desk.stop_now:
            self.stop_reason = "stopped"
        elif desk.release:
            self.stop_reason = "released"
        elif clock.cursor:
            return False
        elif clock.epoch >= self.config.epochs:
            self.stop_reason = "completed"
        elif desk.stop_after_epoch:
            self.stop_reason = "stopped"
        elif progress.early_stopping.should_stop:
            self.stop_reason = "early_stopped"
        elif progress.collapse.should_stop:
            self.stop_reason = "collapsed"
        return bool(self.stop_reason)

    def _close(self, test_loader: Loader | None) -> None:
        """Put the best epoch's weights into the model and judge them once."""
        self._recovery.finish()
        if self._recovery.best_weights is None:
            return
        self.model.load_state_dict(self._recovery.best_weights)
        if test_loader is None or self._progress.desk.stop_now or self._progress.desk.release:
            return
        loss, scores = self._evaluate(self._feed(test_loader, "test"))
        self.test_results = {"loss": loss, **scores.to_dict()}
        data = {"split": "test", **self.test_results}
        self.hooks.emit("evaluated", self.best_epoch, self._progress.best.step, data)

    # ---- parts

    def _balance_classes(self) -> None:
        weights = self._weights
        if weights is None and self.config.use_class_weights:
            counts = self._train_feed.class_counts()
            weights = weights_from_counts(counts, self.config.class_weight_method)
            self._set_criterion(weights)
        if weights is not None and self._train_feed.is_oversampled:
            self._emit("warning", DOUBLE_COMPENSATION.to_dict())

    def _evaluate(self, feed: Feed) -> tuple[float, Scores]:
        return evaluate(
            self.model, feed, self.criterion, num_classes=self.num_classes, device=self.device,
            precision=self.precision, world=self.world,
        )  # fmt: skip

    def _report_steps(self) -> None:
        bad_steps = self._guard.check_deferred(self.scaler)
        self._step_events.flush()
        skipped = self._progress.skipped
        for place in bad_steps:
            skipped.add(place.step + 1)
            notice = step_skipped(place.epoch + 1, place.cursor + 1, place.step + 1)
            counts = {"in_a_row": skipped.in_a_row, "total": skipped.total}
            self._emit("warning", {**notice.to_dict(), **counts})
        if skipped.should_stop:
            raise too_many_skipped(skipped, self._progress.clock.step)

    def _steps_in(self, num_batches: int) -> int:
        return -(-num_batches // self.config.gradient_accumulation_steps)

    def _steps_per_epoch(self) -> int:
        return self._steps_in(self._train_feed.num_batches)

    def _rate(self, clock: Clock) -> float:
        done = self._steps_in(clock.cursor)
        return self.scheduler.rate(clock.epoch, done, self._steps_per_epoch())


def create_trainer_v2(
    model: nn.Module, config: TrainerConfigV2 | None = None, preset: str = "production_small"
) -> ModelTrainerV2:
    """A trainer with ``config``, or with the trainer preset of that name.

    Raises:
        ConfigError: there is no such preset; lists the known ones.
    """
    return ModelTrainerV2(model, config or get_preset("trainer", preset).config())
