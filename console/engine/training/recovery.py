"""Saving a training as it goes, and finding the way back into it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from console.core.checkpoints import unusable
from console.core.configs import TrainerConfigV2
from console.core.errors import CheckpointError, WorkspaceError
from console.engine.training.checkpoint import (
    CheckpointContent,
    CheckpointStore,
    no_usable_checkpoint,
    read_checkpoint,
)
from console.engine.training.clock import EpochSums
from console.engine.training.distributed import ALONE, World
from console.engine.training.optimizer import model_tensors, optimizer_tensors
from console.engine.training.rng import capture_rng, restore_rng
from console.engine.training.saving_cost import SavingCost
from console.engine.training.snapshot import (
    Progress,
    check_same_model,
    environment_state,
    inexact_reasons,
    load_weights,
)
from console.engine.training.state_check import state_problem

MAX_FAILURES = 3
_NOT_OURS = (
    AttributeError,
    KeyError,
    IndexError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)
Emit = Callable[[str, Mapping[str, Any]], None]


class Recovery:
    """Checkpoints of one training, and the weights of its best epoch.

    Without a folder nothing is written, but the best weights are kept all the same. ``config`` is
    the trainer's own, which commands change; ``training`` is what the weights depend on beside
    the model: the trainer config as it was given and the shape of the data.
    """

    def __init__(
        self,
        folder: Path | None,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        progress: Progress,
        *,
        config: TrainerConfigV2,
        device: torch.device,
        training: Mapping[str, Any],
        emit: Emit,
        last_seq: Callable[[], int],
        compile_mode: str = "off",
        world: World = ALONE,
    ) -> None:
        self.best_weights: dict[str, Tensor] | None = None
        self.num_failures = 0
        self._store = CheckpointStore(folder) if folder is not None else None
        self._model, self._optimizer, self._progress = model, optimizer, progress
        self._config, self._device, self._training = config, device, dict(training)
        self._emit, self._last_seq, self._world = emit, last_seq, world
        self._compile_mode = compile_mode
        self._saved: object = None
        self._cost = SavingCost()

    def begin(self) -> None:
        """Start a new training: the folder must be free, and the first state is saved at once.

        Raises:
            CheckpointError: the folder holds checkpoints of another training.
            WorkspaceError: the folder cannot be written, or the disk is full.
        """
        if self._store is None:
            return
        if self._world.is_first:
            self._store.prepare()
        if self._world.is_first and not self._store.is_empty():
            raise CheckpointError(
                "{folder} already holds the checkpoints of a training.",
                remedy="Resume that training, or choose another folder.",
                folder=self._store.folder,
            )
        self.write("start")
        self._saved = self._signature()

    def resume(self) -> None:
        """Go on from the newest whole checkpoint; from the beginning where none was written yet.

        Raises:
            CheckpointError: there is no folder, no whole checkpoint, or it is of another model.
        """
        if self._store is None:
            raise CheckpointError(
                "There is nothing to resume: the trainer has no checkpoint folder.",
                remedy="Give ModelTrainerV2 the checkpoint_dir of the earlier training.",
            )
        read: dict[str, CheckpointContent] = {}
        name = self._world.share(self._choose(self._store, read) if self._world.is_first else None)
        if name is not None:
            path = self._store.folder / name
            self._restore(path, read.get(name) or read_checkpoint(path))
        else:
            self._announce(self._last_seq(), ["the training had not begun when it ended"])
            self.write("start")
            self._saved = self._signature()

    def save(self, reason: str) -> bool:
        """Save the present state; a failure is an event, and training can go on.

        A state that is saved already is not written again. False after a failure.
        """
        if self._store is None or self._saved == self._signature():
            return True
        failure: dict[str, str] | None = None
        try:
            self.write(reason)
        except WorkspaceError as error:
            failure = error.to_dict()
        failure = self._world.share(failure)
        if failure is None:
            self._saved, self.num_failures = self._signature(), 0
            return True
        self.num_failures += 1
        self._emit("checkpoint_failed", {"error": failure})
        return False

    def finish(self) -> None:
        """Wait until nothing is under way on the disk."""
        if self._store is not None:
            self._store.finish()

    def keep_best(self) -> None:
        """Remember the present weights as those of the best epoch."""
        self.best_weights = model_tensors(self._model)

    def _choose(self, store: CheckpointStore, read: dict[str, CheckpointContent]) -> str | None:
        """The name of the newest whole checkpoint; None where none was ever written.

        Its content, which was read for that, is put into ``read``.
        """
        store.prepare()
        path, content, rejected = store.load_newest(_content_problem)
        if path is not None and content is not None:
            read[path.name] = content
        for name, reason in rejected:
            self._warn("checkpoint_rejected", f"Checkpoint {name} was passed over: {reason}.")
        if path is None and rejected:
            raise no_usable_checkpoint(store.folder, rejected)
        return None if path is None else path.name

    def write(self, reason: str) -> None:
        """Write the present state, whether it was saved already or not.

        Raises:
            WorkspaceError: the disk is full, or the folder cannot be written.
        """
        assert self._store is not None
        if not self._world.is_first:
            return
        progress = self._progress
        best = progress.clock.cursor == 0 and 0 < progress.best.step == progress.clock.step
        begun = time.monotonic()
        info = self._store.save(self._content(reason), best=best)
        self._store.rotate(self._config.keep_last, progress.best.step)
        seconds = time.monotonic() - begun
        self._emit(
            "checkpoint_saved",
            {
                "name": info.name,
                "epoch": info.epoch,
                "step": info.step,
                "size_bytes": info.size_bytes,
                "seconds": seconds,
                "reason": reason,
                "best": best,
            },
        )
        notice = self._cost.add(seconds, progress.clock.seconds)
        if notice is not None:
            self._emit("warning", notice.to_dict())

    def _content(self, reason: str) -> CheckpointContent:
        progress, clock = self._progress, self._progress.clock
        complete = clock.cursor == 0
        every = self._config.save_every_n_epochs
        state = {
            **progress.state_dict(),
            "environment": self._environment(),
            "training": self._training,
            "last_seq": self._last_seq(),
        }
        about = {
            "epoch": clock.epoch_number,
            "step": clock.step,
            "reason": reason,
            "complete_epoch": complete,
            "milestone": complete and clock.epoch > 0 and clock.epoch % every == 0,
            "best_step": progress.best.step,
            "metrics": progress.history[-1].to_dict() if progress.history else {},
        }
        return CheckpointContent(
            model_tensors(self._model),
            optimizer_tensors(self._model, self._optimizer),
            capture_rng(),
            state,
            about,
        )

    def _environment(self) -> dict[str, Any]:
        return environment_state(
            self._model, self._optimizer, self._device, self._compile_mode,
            world_size=self._world.size,
        )  # fmt: skip

    def _restore(self, path: Path, content: CheckpointContent) -> None:
        """Put back what was read from ``path``."""
        state = content.state
        check_same_model(self._model, state, str(path))
        load_weights(self._model, self._optimizer, content.model, content.optimizer, str(path))
        try:
            self._progress.load_state_dict(state)
            restore_rng(content.rng)
            reasons = inexact_reasons(state, self._environment(), self._training)
        except _NOT_OURS as error:
            raise unusable(path, f"its state does not fit ({type(error).__name__})") from error
        self._begin_epoch_anew_if_cut_differently(state, reasons)
        self._load_best(content)
        self._saved = self._signature()
        self._announce(int(state["last_seq"]), reasons)

    def _begin_epoch_anew_if_cut_differently(
        self, state: Mapping[str, Any], reasons: list[str]
    ) -> None:
        """A cursor counts batches; it means nothing when the batches are other ones."""
        progress = self._progress
        names = ("batch_size", "num_batches", "gradient_accumulation_steps")
        same = all(state["training"].get(name) == self._training[name] for name in names)
        if progress.clock.cursor and not same:
            progress.clock = progress.clock.at_epoch_start()
            progress.sums = EpochSums(self._device)
            reasons.append("the epoch in progress begins anew")

    def _load_best(self, newest: CheckpointContent) -> None:
        """The weights of the best epoch, often those that have just been read."""
        assert self._store is not None
        best, about = self._progress.best, newest.about
        if not best.step:
            return
        if about["complete_epoch"] and about["step"] == best.step:
            self.best_weights = dict(newest.model)
        else:
            self.best_weights = self._store.weights_of_step(best.step)
        if self.best_weights is None:
            self._warn(
                "best_checkpoint_lost",
                f"The checkpoint of the best epoch ({best.epoch}) is gone or damaged; the best "
                "of the epochs to come will be used.",
            )
            best.forget()

    def _announce(self, after_seq: int, reasons: list[str]) -> None:
        clock = self._progress.clock
        self._emit(
            "resumed",
            {
                "from_step": clock.step,
                "after_seq": after_seq,
                "exact": not reasons or clock.step == 0,
                "reasons": reasons,
                "epoch": clock.epoch_number,
            },
        )

    def _warn(self, code: str, message: str) -> None:
        self._emit("warning", {"code": code, "message": message, "remedy": ""})

    def _signature(self) -> object:
        desk, clock = self._progress.desk, self._progress.clock
        return clock.step, clock.epoch, clock.cursor, desk.in_force(), dict(desk.waiting)


def _content_problem(content: CheckpointContent) -> str:
    return state_problem(content.state, content.about)


def nan_safe(values: list[float], choose: Callable[[list[float]], float], empty: float) -> float:
    """``choose`` (min or max) over the values that are numbers; ``empty`` when there are none."""
    numbers = [value for value in values if not math.isnan(value)]
    return choose(numbers) if numbers else empty
