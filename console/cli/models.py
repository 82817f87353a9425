"""``models``: import, list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.output import Invocation
from console.cli.overrides import parse_overrides
from console.core.imported_models import find_imported, list_imported
from console.core.presets import get_preset

app = typer.Typer(help="Models that came from elsewhere.", no_args_is_help=True)


@app.command("import")
def import_model(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A .pt or .safetensors file of weights.")],
    name: Annotated[str, typer.Option(help="Its name here; default: the file's.")] = "",
    model_preset: Annotated[
        str, typer.Option(help="Preset for what the shapes do not tell, such as heads.")
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="A model setting, e.g. attention_heads=8."
        ),
    ] = None,
) -> None:
    """Read foreign weights without running anything in them, and keep them if they fit."""
    invocation: Invocation = context.obj
    words = [f"model.{word.removeprefix('model.')}" for word in settings or ()]
    given = parse_overrides(words)["model"]
    base = get_preset("model", model_preset).config() if model_preset else None
    from console.engine.foreign_weights import import_weights

    model = import_weights(invocation.workspace, Path(file), name=name, base=base, given=given)
    output, assumed = invocation.output, list(model.details["assumed"])
    output.say(f"{model.name} is imported: {model.path}")
    if assumed:
        output.say("Not told by the file, and assumed:")
        for field in assumed:
            output.say(f"  {field:32} {getattr(model.config, field)}")
        output.say("If the model was trained with others, import it again with --set.")
    output.say(f"Start from it with: training-console train --weights {model.name}")
    output.result(
        {"status": "success", "name": model.name, "path": str(model.path), "assumed": assumed,
         "model": model.details["model"]}
    )  # fmt: skip


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the imported models."""
    invocation: Invocation = context.obj
    found = [
        find_imported(invocation.workspace, name) for name in list_imported(invocation.workspace)
    ]
    for model in found:
        invocation.output.say(f"{model.name:32} {model.details['imported']}  {model.path}")
    if not found:
        invocation.output.say("No imported models; `training-console models import FILE` adds one.")
    invocation.output.result({"models": [dict(model.details) for model in found]})
