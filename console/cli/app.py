"""The command line's entry: global options, command groups, exit codes 0, 1, 2 and 130."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import Annotated

import typer

import console
from console.cli import (
    data,
    doctor,
    estimate,
    export,
    models,
    presets,
    queue,
    runs,
    store,
    train,
    verify_resume,
    window,
)
from console.cli.arguments import arrange
from console.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Invocation, Output
from console.core.errors import ConfigError, ConsoleError
from console.core.paths import WORKSPACE_VARIABLE

app = typer.Typer(
    name="training-console",
    help="Train market-direction models; without a command the window opens.",
    epilog="--json and --workspace may stand anywhere on the line.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("train")(train.train)
app.command("estimate")(estimate.estimate)
app.command("resume")(train.resume)
app.command("export")(export.export)
app.command("verify-resume")(verify_resume.verify_resume)
app.command("doctor")(doctor.doctor)
app.command("smoke", hidden=True)(window.smoke)
app.add_typer(data.app, name="data")
app.add_typer(runs.app, name="runs")
app.add_typer(queue.app, name="queue")
app.add_typer(models.app, name="models")
app.add_typer(presets.app, name="presets")
app.add_typer(store.app, name="store")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"training-console {console.__version__}")
        raise typer.Exit()


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    workspace: Annotated[
        str, typer.Option(help="Folder of datasets and runs; default: the user's data folder.")
    ] = "",
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines; the last one is the result.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Remember the global options; open the window when no command follows."""
    if workspace:
        os.environ[WORKSPACE_VARIABLE] = workspace  # also for the processes we start
    context.obj = Invocation(Output(json), workspace)
    if context.invoked_subcommand is None:
        raise typer.Exit(window.open_window())


def run_command_line(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but text or JSON is ever printed.

    0 success, 1 failure, 2 wrong usage or settings, 130 interrupted.
    """
    words = arrange(arguments)
    output = Output("--json" in words)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = app(words, standalone_mode=False, prog_name="training-console")
        return int(code or 0)
    except ConsoleError as error:
        output.error(error.to_dict())
        return EXIT_USAGE if isinstance(error, ConfigError) else EXIT_FAILED
    except typer.TyperException as error:
        message = error.format_message().replace("Value error, ", "")
        remedy = "See `training-console --help`." if message else ""
        if message:  # empty: the help text was asked for and has been printed
            output.error({"type": "UsageError", "message": message, "remedy": remedy})
        return EXIT_USAGE
    except (KeyboardInterrupt, typer.Abort):
        output.error({"type": "Interrupted", "message": "Interrupted.", "remedy": ""})
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_FAILED  # the reader of our output has gone
    except Exception as error:
        output.error(_unexpected(error))
        return EXIT_FAILED


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Asked to end: leave like Ctrl-C does, so that half-written files are removed."""
    raise KeyboardInterrupt


def _unexpected(error: Exception) -> dict[str, str]:
    """A mistake of our own, in one sentence, with its details kept in a file."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="training-console-", suffix=".log", delete=False
    ) as report:
        traceback.print_exception(error, file=report)
    return {
        "type": type(error).__name__,
        "message": f"Something unexpected happened: {str(error) or type(error).__name__}",
        "remedy": f"Please report it; the details are in {report.name}.",
    }
