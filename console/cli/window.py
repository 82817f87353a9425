"""Commands that need the window; Qt is imported only when one of them is chosen."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from console.cli.output import Invocation


def open_window() -> int:
    """Open the window and return its exit code."""
    from console.app import main

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # Qt's loop would not hear Python's handler
    return main()


def smoke(
    context: typer.Context,
    keep: Annotated[str, typer.Option(help="Keep the exported model in this folder.")] = "",
) -> None:
    """Open the window offscreen, train the sample briefly, export, close."""
    from console.smoke import run_smoke

    invocation: Invocation = context.obj
    invocation.output.result(run_smoke(invocation.output.say, keep))
