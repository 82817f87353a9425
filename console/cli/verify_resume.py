"""``verify-resume``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from console.cli.output import EXIT_FAILED, Invocation
from console.core.rundir import find_run


def verify_resume(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's folder, id, part of it, or 'last'.")],
    steps: Annotated[int, typer.Option(min=1, help="How many recorded steps to repeat.")] = 50,
    checkpoint: Annotated[
        str,
        typer.Option(
            help="Checkpoint to begin from: its name, best or last; default: the newest with "
            "enough steps behind it.",
            show_default=False,
        ),
    ] = "",
    to_checkpoint: Annotated[
        str,
        typer.Option(
            help="Repeat every step up to this checkpoint and compare all of it.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Prove that a run resumes exactly: repeat steps from a checkpoint and compare every bit.

    The work happens in a fresh process that only reads the run, which may be alive. Exit code 0
    means bit-identical.
    """
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    from console.engine.child import run_module

    def tell(content: dict[str, Any]) -> None:
        if "progress" in content:
            invocation.output.progress(**content["progress"])

    invocation.output.say(f"Repeating steps of {found.id} in a process of its own ...")
    words = [str(found.path), "--steps", str(steps)]
    words += ["--checkpoint", checkpoint] if checkpoint else []
    words += ["--to-checkpoint", to_checkpoint] if to_checkpoint else []
    answer = run_module("console.engine.verify_resume", words, tell)["result"]
    invocation.output.say(answer["message"])
    for reason in answer["reasons"]:
        invocation.output.say(f"  because {reason}")
    if answer["remedy"]:
        invocation.output.say(answer["remedy"])
    invocation.output.result({"run": found.id, **answer})
    if answer["status"] != "identical":
        raise typer.Exit(EXIT_FAILED)
