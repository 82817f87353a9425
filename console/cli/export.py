"""``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from console.cli.output import Invocation
from console.core.rundir import find_run

WORDS = {
    "read": "Reading the checkpoint", "write": "Writing the model",
    "compare": "Loading it back and comparing", "done": "Done",
}  # fmt: skip


def export(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's folder, id, part of it, or 'last'.")],
    format: Annotated[
        Literal["pt", "safetensors", "onnx"], typer.Option(help="Kind of file.")
    ] = "onnx",
    output: Annotated[
        str, typer.Option(help="File to write; default: the run's export folder.")
    ] = "",
    checkpoint: Annotated[
        str, typer.Option(help="best, last, or a checkpoint's name.")
    ] = "best",
) -> None:  # fmt: skip
    """Write a run's model to a file and prove that it answers like the model."""
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    from console.engine.export.exporter import export_run

    def tell(stage: str) -> None:
        invocation.output.say(WORDS[stage])
        invocation.output.progress(kind="export", stage=stage)

    target = Path(output) if output else found.export / f"model.{format}"
    result = export_run(found, format, target, checkpoint, tell)
    windows = "windows of its data" if result.on_real_windows else "random windows"
    invocation.output.say(
        f"{result.path}  {result.size_bytes / 1e6:.1f} MB, from {result.checkpoint}\n"
        f"largest difference {result.max_difference:.1e} over {result.num_windows:,} {windows}"
    )
    invocation.output.result({"status": "success", "run": found.id, **result.to_dict()})
