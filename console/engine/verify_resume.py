"""Proves on demand that a run resumes exactly; ``python -m console.engine.verify_resume RUN``."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from console.core.checkpoints import CheckpointInfo, list_checkpoints, read_manifest
from console.core.errors import CheckpointError, ConsoleError, DataChangedError, DataError, RunError
from console.core.files import jsonable
from console.core.rundir import RunDir
from console.engine.resume_proof.compare import compare_losses
from console.engine.resume_proof.recorded import RecordedRun, read_recorded
from console.engine.resume_proof.replay import CheckpointCopies, Progress, Replay
from console.engine.resume_proof.span import Span, choose_span
from console.engine.run_preparation import reopen_run

Status = Literal["identical", "within", "differs", "cannot_tell"]
NUM_STEPS = 50
CLOSE = 1e-4  # what another number of threads or another processor does to a loss
MAX_TRIES = 5
BACKGROUND_NICENESS = 10

MESSAGES = {
    "identical": "Bit-identical: {steps} steps from checkpoint {start} (epoch {epoch}).",
    "identical_to": "Bit-identical: {steps} steps from checkpoint {start} (epoch {epoch}), and "
    "every weight, moment and generator of checkpoint {target}.",
    "within": "Within {difference}: {steps} steps from checkpoint {start} (epoch {epoch}).",
    "differs": "Differs by {difference} in the {steps} steps from checkpoint {start} "
    "(epoch {epoch}).",
    "differs_otherwise": "Differs: {steps} steps from checkpoint {start} (epoch {epoch}).",
    "data": "The data of the run have changed since it began, so its steps cannot be repeated.",
}
REASONS = {
    "first": "the losses differ from step {step} on",
    "names": "checkpoint {target} differs in {names}",
    "attempt": "the run itself went on inexactly from step {step}: {reason}",
    "changed": "{name} was changed to {value} after step {step}, which the replay repeats",
    "version": "{name} was {before}, is now {after}",
    "none": "no reason is known; please report this",
}


@dataclass(frozen=True)
class ResumeCheck:
    """What came of a check: one sentence, its figures, and why if it is not "identical"."""

    status: Status
    message: str
    remedy: str = ""
    steps: int = 0
    from_checkpoint: str = ""
    epoch: int = 0
    to_checkpoint: str = ""
    largest_difference: float | None = None
    reasons: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def verify_resume(
    run: RunDir,
    *,
    num_steps: int = NUM_STEPS,
    checkpoint: str = "",
    to_checkpoint: str = "",
    progress: Progress | None = None,
) -> ResumeCheck:
    """Replay recorded steps of ``run`` from one of its checkpoints and compare every bit.

    The run may be alive: its folder is only read.

    Args:
        run: the run.
        num_steps: how many steps, where as many are recorded.
        checkpoint: replay from this one; by default the newest with enough steps behind it.
        to_checkpoint: replay up to this one and compare all of it.
        progress: is told (steps done, steps in all).

    Raises:
        CheckpointError: there is no checkpoint of a name that was given.
        RunError: the folder is no run.
    """
    run.read_run()
    recorded = read_recorded(run)
    try:
        with _temporary_folder() as folder:
            copies, span = _copied(
                run, recorded, Path(folder), num_steps, checkpoint, to_checkpoint
            )
            replay = Replay(copies, span, recorded, reopen_run(run), progress or _untold)
            replay.run()
    except DataChangedError as error:
        return ResumeCheck("differs", MESSAGES["data"], error.remedy, reasons=(error.message,))
    except (CheckpointError, DataError, RunError) as error:
        if checkpoint or to_checkpoint:
            raise
        return ResumeCheck("cannot_tell", error.message, error.remedy)
    return _judged(run, recorded, span, replay)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """The last rotation may still be deleting when the replay is over."""
    return tempfile.TemporaryDirectory(prefix="training-console-", ignore_cleanup_errors=True)


def _copied(
    run: RunDir,
    recorded: RecordedRun,
    folder: Path,
    num_steps: int,
    checkpoint: str,
    to_checkpoint: str,
) -> tuple[CheckpointCopies, Span]:
    """A live run rotates its checkpoints: what is gone while it is copied is chosen anew.

    So is what turns out to be damaged, unless it was asked for by name.
    """
    damaged: dict[str, str] = {}
    for number in range(MAX_TRIES):
        span = choose_span(run, recorded, num_steps, checkpoint, to_checkpoint, damaged)
        place = folder / str(number)
        place.mkdir()
        try:
            copies = CheckpointCopies(place, span, _best_at(run, span))
        except OSError:
            continue
        if not copies.damaged:
            return copies, span
        damaged.update(copies.damaged)
        for name in {checkpoint, to_checkpoint} & set(copies.damaged):
            raise CheckpointError(
                "The checkpoint {path} cannot be used: {reason}.",
                remedy="Choose another checkpoint of the run.",
                path=name, reason=copies.damaged[name],
            )  # fmt: skip
    raise CheckpointError(
        "The checkpoints of {run} change faster than they can be read.",
        remedy="Pause the run, or check again later.", run=run.id,
    )  # fmt: skip


def _best_at(run: RunDir, span: Span) -> CheckpointInfo | None:
    step = (read_manifest(span.start.path) or {}).get("best_step")
    found = (i for i in list_checkpoints(run.path) if i.step == step and i.complete_epoch)
    return next(found, None)


def _judged(run: RunDir, recorded: RecordedRun, span: Span, replay: Replay) -> ResumeCheck:
    first, largest = compare_losses(recorded.losses, replay.losses)
    if len(replay.losses) < span.num_steps:  # it stopped where the run had gone on
        first = first or span.start.step + len(replay.losses) + 1
        largest = math.inf
    names: tuple[str, ...] = ()
    if replay.difference is not None:
        names = replay.difference.names
        largest = max(largest, replay.difference.largest)
    target = span.target.name if span.target and replay.difference is not None else ""
    status: Status = "identical"
    if first is not None or names:
        status = "within" if largest <= CLOSE else "differs"
    sentence: str = status
    if status == "identical" and target:
        sentence = "identical_to"
    elif math.isinf(largest):
        sentence = "differs_otherwise"
    why = () if status == "identical" else (
        *_where(first, names, target), *_why(run, recorded, span, replay)
    )  # fmt: skip
    return ResumeCheck(
        status=status,
        message=MESSAGES[sentence].format(
            steps=len(replay.losses), start=span.start.name, epoch=span.start.epoch,
            target=target, difference=f"{largest:.1e}",
        ),
        steps=len(replay.losses),
        from_checkpoint=span.start.name,
        epoch=span.start.epoch,
        to_checkpoint=target,
        largest_difference=largest,
        reasons=why,
    )  # fmt: skip


def _where(first: int | None, names: tuple[str, ...], target: str) -> Iterator[str]:
    if first is not None:
        yield REASONS["first"].format(step=first)
    if names:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield REASONS["names"].format(target=target, names=shown)


def _why(run: RunDir, recorded: RecordedRun, span: Span, replay: Replay) -> tuple[str, ...]:
    """What is known to make a replay inexact here."""
    found = [*replay.inexact_reasons, *_other_versions(run)]
    for resume in recorded.inexact:
        if span.start.step == resume.step:
            found += [
                REASONS["attempt"].format(step=resume.step, reason=why) for why in resume.reasons
            ]
    for change in recorded.changes:
        if span.start.step <= change.step < span.last:
            found.append(REASONS["changed"].format(**asdict(change)))
    return tuple(found) or (REASONS["none"],)


def _other_versions(run: RunDir) -> Iterator[str]:
    from console.engine.training_orchestrator_v2 import environment

    before: Mapping[str, Any] = run.read_run().get("environment") or {}
    for name, after in environment().items():
        if name != "torch" and before.get(name, after) != after:  # torch is among the others
            yield REASONS["version"].format(name=name, before=before[name], after=after)


def _untold(_done: int, _total: int) -> None:
    """Nobody asked for progress."""


def main(arguments: list[str] | None = None) -> int:
    """Check one run and print JSON lines: progress, then the result or the error."""
    parser = argparse.ArgumentParser(prog="console.engine.verify_resume")
    parser.add_argument("run", type=Path)
    parser.add_argument("--steps", type=int, default=NUM_STEPS)
    parser.add_argument("--checkpoint", default="")
    parser.add_argument("--to-checkpoint", default="")
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND_NICENESS)  # a run that is alive comes first
    try:
        check = verify_resume(
            RunDir(options.run.resolve()), num_steps=options.steps, checkpoint=options.checkpoint,
            to_checkpoint=options.to_checkpoint, progress=_print_progress,
        )  # fmt: skip
    except ConsoleError as error:
        _print({"error": error.to_dict()})
        return 1
    result = check.to_dict()
    largest = check.largest_difference
    if largest is not None and math.isinf(largest):
        result["largest_difference"] = "infinite"
    _print({"result": result})
    return 0


def _print_progress(done: int, total: int) -> None:
    _print({"progress": {"kind": "verify", "done": done, "total": total}})


def _print(content: Mapping[str, Any]) -> None:
    print(json.dumps(jsonable(content), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
