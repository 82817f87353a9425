"""Deleted runs: moved aside inside the workspace, so that they can come back."""

from __future__ import annotations

from console.core.errors import RunError
from console.core.files import disk_errors
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RunDir


def move_to_trash(workspace: Workspace, run: RunDir) -> RunDir:
    """Move a run to the trash of its workspace; its name stays the same.

    Raises:
        RunError: it is at work, or waits in the queue.
        WorkspaceError: it cannot be moved.
    """
    state = run.status().state
    if state in LIVE_STATES or state == "queued":
        raise RunError(
            "{run} cannot be deleted: it is {state}.",
            remedy="Stop it or take it out of the queue first.", run=run.id, state=state,
        )  # fmt: skip
    return _moved(run, RunDir(workspace.trash / run.id))


def restore_from_trash(workspace: Workspace, run_id: str) -> RunDir:
    """Bring a deleted run back.

    Raises:
        RunError: it is not in the trash, or there is another of its name.
        WorkspaceError: it cannot be moved.
    """
    trashed, run = RunDir(workspace.trash / run_id), RunDir(workspace.runs / run_id)
    if not (trashed.path / "run.json").is_file() or run.path.exists():
        raise RunError(
            "{run} is not in the trash {folder}.",
            remedy="See `training-console runs list`.", run=run_id, folder=workspace.trash,
        )  # fmt: skip
    return _moved(trashed, run)


def _moved(source: RunDir, target: RunDir) -> RunDir:
    with disk_errors(target.path):
        target.path.parent.mkdir(parents=True, exist_ok=True)
        source.path.rename(target.path)
    return target
