"""Which checkpoint of a run is meant."""

from __future__ import annotations

from console.core.checkpoints import CheckpointInfo, list_checkpoints
from console.core.errors import CheckpointError, did_you_mean
from console.core.rundir import RunDir


def choose_checkpoint(run: RunDir, wanted: str) -> CheckpointInfo:
    """Checkpoint ``wanted`` of ``run``: "best", "last", or its name.

    Before a first epoch has been judged, the newest checkpoint stands for the best one.

    Raises:
        CheckpointError: the run has no such checkpoint.
    """
    known = list_checkpoints(run.path)  # newest first
    if not known:
        raise CheckpointError(
            "{run} has no checkpoint yet.",
            remedy="Let it train until its first checkpoint, then export again.",
            run=run.id,
        )
    if wanted == "last":
        return known[0]
    if wanted == "best":
        return next((info for info in known if info.is_best), known[0])
    for info in known:
        if info.name == wanted:
            return info
    names = [info.name for info in known]
    close = did_you_mean(wanted, names)
    raise CheckpointError(
        "{run} has no checkpoint '{wanted}'; it has: {known}.{hint}",
        remedy="Choose 'best', 'last' or one of these names.",
        run=run.id, wanted=wanted, known=", ".join(names),
        hint=f" Did you mean '{close}'?" if close else "",
    )  # fmt: skip
