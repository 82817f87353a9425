"""``queue``: list, add, remove, move, hold, release, parallel, retry, run."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer
from rich.table import Table

from console.cli.output import EXIT_FAILED, Invocation
from console.core.errors import RunError
from console.core.queue import MOST_PARALLEL, QueueContent, RunQueue
from console.core.queue_process import ensure_runner, runner_is_alive
from console.core.rundir import RunDir, find_run

Reference = Annotated[str, typer.Argument(help="A run's folder, id, part of it, or 'last'.")]
app = typer.Typer(
    help="Trainings that wait for their turn; a process of its own works them off.",
    no_args_is_help=True,
)


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the queue: what has ended, what is at work, what waits."""
    invocation: Invocation = context.obj
    content = RunQueue(invocation.workspace).read()
    output = invocation.output
    table = Table("", "run", "state", "added", "started", "ended", box=None, pad_edge=False)
    places = {entry.run_id: str(n) for n, entry in enumerate(content.waiting, start=1)}
    for entry in content.entries:
        table.add_row(
            places.get(entry.run_id, ""), entry.run_id, entry.state, entry.added, entry.started,
            entry.ended,
        )  # fmt: skip
    if content.notice:
        output.say(content.notice)
    if content.entries:
        output.show(table)
    else:
        output.say("The queue is empty; add a training with `training-console train --queue`.")
    if content.held:
        output.say("The queue is held; go on with `training-console queue release`.")
    output.result(_plain(invocation, content))


@app.command()
def add(
    context: typer.Context,
    run: Reference,
    top: Annotated[bool, typer.Option("--top", help="Before all that wait.")] = False,
) -> None:
    """Let a prepared, stopped, failed or crashed run wait for its turn."""
    invocation: Invocation = context.obj
    enqueue(invocation, find_run(invocation.workspace, run), top=top)


@app.command()
def remove(context: typer.Context, run: Reference) -> None:
    """Take a waiting run out; it stays prepared and can be added again."""
    invocation, queue, found = _found(context, run)
    content = queue.remove(found.id)
    _tell(invocation, content, f"{found.id} no longer waits.")


@app.command()
def move(
    context: typer.Context,
    run: Reference,
    position: Annotated[int, typer.Argument(min=1, help="1 is started next.")],
) -> None:
    """Give a waiting run another place."""
    invocation, queue, found = _found(context, run)
    content = queue.move(found.id, position - 1)
    place = 1 + [entry.run_id for entry in content.waiting].index(found.id)
    _tell(invocation, content, f"{found.id} is number {place} of {len(content.waiting)}.")


@app.command()
def hold(context: typer.Context) -> None:
    """Start nothing more; what is at work goes on."""
    invocation: Invocation = context.obj
    _tell(invocation, RunQueue(invocation.workspace).hold(), "The queue is held.")


@app.command()
def release(context: typer.Context) -> None:
    """Go on starting."""
    invocation: Invocation = context.obj
    _tell(invocation, RunQueue(invocation.workspace).release(), "The queue goes on.")


@app.command()
def parallel(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, max=MOST_PARALLEL, help="Trainings at once.")],
) -> None:
    """Say how many trainings may be at work at once."""
    invocation: Invocation = context.obj
    content = RunQueue(invocation.workspace).set_parallel(number)
    _tell(invocation, content, f"The queue runs {number} at once.")


@app.command()
def retry(context: typer.Context, run: Reference) -> None:
    """Let a run that failed or was stopped wait once more; it goes on where it was."""
    invocation, queue, found = _found(context, run)
    _tell(invocation, queue.retry(found.id), f"{found.id} waits again.")


@app.command()
def run(
    context: typer.Context,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End as soon as nothing is left to do.")
    ] = False,
) -> None:
    """Work the queue off in this process; it ends after a minute without work.

    Ctrl-C ends it, and the trainings it has started go on. Code 1: a training failed.
    """
    invocation: Invocation = context.obj
    from console.engine.queue_runner import QueueRunner

    def tell(run_id: str, state: str, message: str) -> None:
        invocation.output.say(" ".join(part for part in (run_id, state, message) if part))
        invocation.output.progress(kind="queue", run=run_id, state=state, message=message)

    counts = QueueRunner(invocation.workspace, tell, until_empty=until_empty).run()
    invocation.output.result({"status": "success", **counts})
    if counts["failed"]:
        raise typer.Exit(EXIT_FAILED)


def enqueue(invocation: Invocation, run: RunDir, *, top: bool = False) -> None:
    """Add ``run``, see to it that somebody works the queue off, and say so."""
    if run.path.parent != invocation.workspace.runs:
        raise RunError(
            "{run} is not in the workspace {folder}.",
            remedy="Choose its workspace with --workspace.",
            run=run.path, folder=invocation.workspace.root,
        )  # fmt: skip
    content = RunQueue(invocation.workspace).add(run, index=0 if top else None)
    place = 1 + [entry.run_id for entry in content.waiting].index(run.id)
    told = {"status": "queued", "run": run.id, "run_dir": str(run.path), "position": place}
    _tell(invocation, content, f"{run.id} waits as number {place}.", told)


def _found(context: typer.Context, reference: str) -> tuple[Invocation, RunQueue, RunDir]:
    invocation: Invocation = context.obj
    workspace = invocation.workspace
    return invocation, RunQueue(workspace), find_run(workspace, reference)


def _tell(
    invocation: Invocation, content: QueueContent, text: str, told: dict[str, Any] | None = None
) -> None:
    ensure_runner(invocation.workspace)
    invocation.output.say(text)
    invocation.output.result({**(told or {"status": "success"}), **_plain(invocation, content)})


def _plain(invocation: Invocation, content: QueueContent) -> dict[str, Any]:
    return {**dataclasses.asdict(content), "runner": runner_is_alive(invocation.workspace)}
