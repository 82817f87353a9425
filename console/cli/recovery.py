"""``runs recover`` and ``runs adopt``: crashed runs go on, foreign ones are taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from console.cli import foreground
from console.cli.output import EXIT_FAILED, Invocation
from console.core.adoption import adopt_run
from console.core.checkpoints import checkpoint_paths, checkpoint_problem
from console.core.errors import ConsoleError, RunError
from console.core.rundir import RunDir, find_run, list_runs


def recover(
    context: typer.Context,
    run: Annotated[
        list[str] | None, typer.Argument(help="Runs: folder, id, part of it, or 'last'.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every crashed run.")] = False,
) -> None:
    """Resume crashed runs from their newest valid checkpoints, each in a process of its own."""
    invocation: Invocation = context.obj
    chosen = [_crashed(find_run(invocation.workspace, name)) for name in run or ()]
    if everything:
        chosen = crashed_runs(invocation)
    elif not chosen:
        _say_what_crashed(invocation)
        return
    started: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for each in chosen:
        try:
            pid = foreground.launch(each, resume=True)
        except ConsoleError as error:
            failed.append({"run": each.id, "error": error.to_dict()})
            invocation.output.say(f"{each.id} did not go on. {error.text}")
        else:
            started.append({"run": each.id, "run_dir": str(each.path), "pid": pid})
            invocation.output.say(f"{each.id} goes on in process {pid}.")
    if not chosen:
        invocation.output.say("No run has crashed.")
    result = {"status": "recovered", "recovered": started, "failed": failed}
    if failed:
        invocation.output.result({**result, "status": "error", "error": failed[0]["error"]})
        raise typer.Exit(EXIT_FAILED)
    invocation.output.result(result)


def adopt(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A run's folder, copied here from elsewhere.")],
) -> None:
    """Copy a run from elsewhere into the workspace, so that it can be shown, resumed, exported."""
    invocation: Invocation = context.obj
    run = adopt_run(folder, invocation.workspace)
    problems = {path.name: checkpoint_problem(path) for path in checkpoint_paths(run.checkpoints)}
    whole = [name for name, problem in problems.items() if not problem]
    damaged = {name: problem for name, problem in problems.items() if problem}
    output = invocation.output
    output.say(f"{run.id} is in the workspace: {run.status().state}, {len(whole)} checkpoints.")
    for name, problem in damaged.items():
        output.say(f"Checkpoint {name} cannot be used: {problem}.")
    output.result(
        {"status": "adopted", "run": run.id, "run_dir": str(run.path),
         "state": run.status().state, "checkpoints": whole, "damaged": damaged}
    )  # fmt: skip


def crashed_runs(invocation: Invocation) -> list[RunDir]:
    """The crashed runs of the workspace, newest first."""
    return [run for run in list_runs(invocation.workspace) if run.status().state == "crashed"]


def _crashed(run: RunDir) -> RunDir:
    state = run.status().state
    if state != "crashed":
        raise RunError(
            "{run} has not crashed: it is {state}.",
            remedy="Go on with a stopped or failed run by `training-console resume`.",
            run=run.id, state=state,
        )  # fmt: skip
    return run


def _say_what_crashed(invocation: Invocation) -> None:
    found = [run.id for run in crashed_runs(invocation)]
    for name in found:
        invocation.output.say(name)
    words = "Resume them with: training-console runs recover --all"
    invocation.output.say(words if found else "No run has crashed.")
    invocation.output.result({"status": "listed", "crashed": found})
