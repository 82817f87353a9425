"""Trains recorded steps once more, on copies of the checkpoints, and keeps the losses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from console.core.checkpoints import CheckpointInfo, checkpoint_problem
from console.core.errors import WorkspaceError
from console.core.files import disk_errors
from console.engine.resume_proof.compare import Difference, compare_checkpoints
from console.engine.resume_proof.recorded import RecordedRun
from console.engine.resume_proof.span import Span
from console.engine.run_machine import kept_machine
from console.engine.run_preparation import ReopenedRun, make_trainer
from console.engine.training.hooks import TrainingHooks

Progress = Callable[[int, int], None]


class CheckpointCopies:
    """A folder of one's own with the checkpoints a replay reads; the run's folder stays as it is.

    ``damaged`` names those of the span that are not whole.

    Raises:
        OSError: a checkpoint was rotated away while it was copied.
    """

    def __init__(self, folder: Path, span: Span, best: CheckpointInfo | None) -> None:
        self.folder = folder / "checkpoints"
        self.target: Path | None = None
        with disk_errors(self.folder):
            self.folder.mkdir()
        shutil.copytree(span.start.path, self.folder / span.start.name)
        if best is not None and best.step < span.start.step:
            shutil.copytree(best.path, self.folder / best.name)
        if span.target is not None:
            self.target = folder / "target" / span.target.name
            shutil.copytree(span.target.path, self.target)
        copied = [self.folder / span.start.name, *([self.target] if self.target else [])]
        self.damaged = {path.name: why for path in copied if (why := checkpoint_problem(path))}

    def target_threads(self) -> int:
        """The CPU threads that led to the target; 0 without a target, or on another device."""
        if self.target is None:
            return 0
        state = json.loads((self.target / "state.json").read_text("utf-8"))
        return int(state["environment"]["threads"])


class Replay:
    """Resumes from the copied checkpoint as a restarted run does, and stops after the last step.

    Settings that were changed by command are changed again at the same steps.
    """

    def __init__(
        self,
        copies: CheckpointCopies,
        span: Span,
        recorded: RecordedRun,
        reopened: ReopenedRun,
        progress: Progress,
    ) -> None:
        self.losses: dict[int, float] = {}
        self.inexact_reasons: tuple[str, ...] = ()
        self.difference: Difference | None = None
        self._copies, self._span, self._recorded = copies, span, recorded
        self._progress, self._step = progress, span.start.step
        self._data = reopened.prepared
        self._trainer = make_trainer(
            reopened.network, reopened.plan, self._data, checkpoint_dir=copies.folder,
            hooks=TrainingHooks(self._hear, self._commands, _no_events),
        )  # fmt: skip
        self._settle_machine(reopened.resolved)

    def run(self) -> None:
        """Train the steps of the span.

        Raises:
            ConsoleError: as ``ModelTrainerV2.train``; or the temporary folder is full.
        """
        self._trainer.train(self._data.train, self._data.validation, resume=True)

    def _settle_machine(self, resolved: Mapping[str, Any]) -> None:
        """Compiled as the run is, with the CPU threads of the attempt that recorded the steps."""
        if "threads" in resolved:
            kept_machine(resolved, self._trainer).apply(self._trainer)
        recorded = self._recorded.threads_after(self._span.start.step)
        threads = self._copies.target_threads() or recorded or self._trainer.config.num_threads
        self._trainer.config.num_threads = threads

    def _hear(self, kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        if kind == "resumed":
            self.inexact_reasons = tuple(data["reasons"])
            self._trainer.desk.waiting.update(self._changes(self._span.start.step))
        elif kind == "step":
            self.losses.update(zip(data["steps"], data["loss"], strict=True))
            self._progress(len(self.losses), self._span.num_steps)
        elif kind == "checkpoint_saved" and self._is_target(step):
            assert self._copies.target is not None
            path = self._copies.folder / str(data["name"])
            self.difference = compare_checkpoints(self._copies.target, path)
        elif kind == "checkpoint_failed":
            raise WorkspaceError(data["error"]["message"], remedy=data["error"]["remedy"])

    def _commands(self) -> list[dict[str, Any]]:
        """What is asked for after each step: settings, a checkpoint to compare, the end."""
        self._step += 1
        commands = [
            {"command": "set", "name": name, "value": value}
            for name, value in self._changes(self._step).items()
        ]
        if self._is_target(self._step):
            commands.append({"command": "save"})
        if self._step >= self._span.last:
            commands.append({"command": "stop_now"})
        return commands

    def _changes(self, step: int) -> dict[str, int | float]:
        return {
            change.name: change.value for change in self._recorded.changes if change.step == step
        }

    def _is_target(self, step: int) -> bool:
        target = self._span.target
        return target is not None and step == target.step and self.difference is None


def _no_events() -> int:
    return 0
