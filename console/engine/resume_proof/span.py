"""Which steps of a run are replayed, from which checkpoint, and up to which one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from console.core.checkpoints import CheckpointInfo, list_checkpoints
from console.core.errors import CheckpointError, did_you_mean
from console.core.rundir import RunDir
from console.engine.resume_proof.recorded import RecordedRun


@dataclass(frozen=True)
class Span:
    """Steps ``start.step`` + 1 to ``last``; ``target`` is a checkpoint among them, if any."""

    start: CheckpointInfo
    last: int
    target: CheckpointInfo | None

    @property
    def num_steps(self) -> int:
        """How many steps are replayed."""
        return self.last - self.start.step


def choose_span(
    run: RunDir,
    recorded: RecordedRun,
    num_steps: int,
    checkpoint: str = "",
    to: str = "",
    unusable: Collection[str] = (),
) -> Span:
    """The steps to replay: from the newest checkpoint with ``num_steps`` recorded steps behind it.

    Where there is none, the checkpoint with the most is taken. ``checkpoint`` and ``to`` name
    another beginning and a checkpoint to be reached, however many steps that takes. Checkpoints
    whose names are ``unusable`` are passed over.

    Raises:
        CheckpointError: there is no such checkpoint, or nothing is recorded behind it.
    """
    known = [
        info
        for info in list_checkpoints(run.path)
        if info.name not in unusable and recorded.still_counts(info)
    ]
    if not known:
        raise CheckpointError(
            "{run} has no checkpoint to check yet.",
            remedy="Let it train until its first epoch has ended, then check again.", run=run.id,
        )  # fmt: skip
    target = _named(run, known, to) if to else None
    start = _named(run, known, checkpoint) if checkpoint else None
    if start is None:
        reach = [info for info in known if target is None or info.step < target.step]
        start = _best_start(reach or known, recorded, num_steps)
    behind = recorded.num_behind(start.step)
    if behind == 0 or (target is not None and not 0 < target.step - start.step <= behind):
        raise _nothing_behind(run, start, target)
    last = start.step + min(num_steps, behind) if target is None else target.step
    if target is None:
        within = (info for info in known if start.step < info.step <= last)
        target = next(within, None)
    return Span(start, last, target)


def _best_start(
    known: list[CheckpointInfo], recorded: RecordedRun, num_steps: int
) -> CheckpointInfo:
    """``known`` is newest first, so the newest wins among equals."""
    return max(known, key=lambda info: min(recorded.num_behind(info.step), num_steps))


def _named(run: RunDir, known: list[CheckpointInfo], wanted: str) -> CheckpointInfo:
    by_name = {info.name: info for info in known}
    by_name.update(best=next((i for i in known if i.is_best), known[0]), last=known[0])
    if wanted in by_name:
        return by_name[wanted]
    close = did_you_mean(wanted, by_name)
    raise CheckpointError(
        "{run} has no checkpoint '{wanted}' that counts; it has: {known}.{hint}",
        remedy="Choose one of these names.",
        run=run.id, wanted=wanted, known=", ".join(info.name for info in known),
        hint=f" Did you mean '{close}'?" if close else "",
    )  # fmt: skip


def _nothing_behind(
    run: RunDir, start: CheckpointInfo, target: CheckpointInfo | None
) -> CheckpointError:
    if target is not None:
        return CheckpointError(
            "{run} has no unbroken record of its steps from checkpoint {start} to {target}.",
            remedy="Choose a later --checkpoint or an earlier --to-checkpoint.",
            run=run.id, start=start.name, target=target.name,
        )  # fmt: skip
    return CheckpointError(
        "{run} has recorded no steps behind checkpoint {start}, so there is nothing to replay.",
        remedy="Let it train on for a few steps, or resume it, then check again.",
        run=run.id, start=start.name,
    )  # fmt: skip
