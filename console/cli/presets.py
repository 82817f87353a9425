"""``presets``: list, show, fields, duplicate, rename, delete, import, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from console.cli.output import Invocation, Output
from console.cli.overrides import SECTIONS, describe_fields
from console.core import presets as store
from console.core.fields import to_plain

Kind = Annotated[Literal["model", "trainer", "balancing"], typer.Argument(help="Kind of preset.")]
Name = Annotated[str, typer.Argument(help="The preset's name.")]
app = typer.Typer(help="Presets of models, trainers and class balancing.", no_args_is_help=True)


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the built-in presets and your own."""
    output = _output(context)
    found = [preset for kind in store.CONFIG_CLASSES for preset in store.list_presets(kind)]
    table = Table("kind", "name", "", "description", box=None, pad_edge=False)
    for preset in found:
        origin = "built in" if preset.built_in else "yours"
        table.add_row(preset.kind, preset.name, origin, preset.description)
    output.show(table)
    for kind in store.CONFIG_CLASSES:
        for path, error in store.damaged_presets(kind):
            output.say(f"Left out: {path}: {error}")
    plain = [
        {"kind": p.kind, "name": p.name, "built_in": p.built_in, "description": p.description}
        for p in found
    ]
    output.result({"presets": plain})


@app.command()
def show(context: typer.Context, kind: Kind, name: Name) -> None:
    """Show every value of a preset."""
    preset = store.get_preset(kind, name)
    values = to_plain(preset.config())
    table = Table("setting", "value", "", box=None, pad_edge=False)
    for field, value in values.items():
        table.add_row(field, str(value), "changed" if field in preset.values else "")
    _output(context).show(table)
    _output(context).result({"kind": kind, "name": name, "values": values})


@app.command()
def fields(
    context: typer.Context,
    section: Annotated[str, typer.Argument(help="model, trainer, balancing, data or run.")] = "",
) -> None:
    """List every setting that `train --set SECTION.FIELD=VALUE` accepts."""
    chosen = [section] if section in SECTIONS else list(SECTIONS)
    table = Table("setting", "default", "range", "help", box=None, pad_edge=False)
    plain = []
    for part in chosen:
        for record in describe_fields(part):
            limits = ", ".join(record.choices)
            if record.minimum is not None and record.maximum is not None:
                limits = f"{record.minimum:g} to {record.maximum:g} {record.unit}".strip()
            name, default = f"{part}.{record.name}", to_plain(record.default)
            table.add_row(name, str(default), limits, record.help)
            plain.append({"name": name, "default": default, "range": limits, "help": record.help})
    _output(context).show(table)
    _output(context).result({"fields": plain})


@app.command()
def duplicate(context: typer.Context, kind: Kind, name: Name, new_name: Name) -> None:
    """Copy a preset to one of your own."""
    _done(context, "Saved", store.duplicate_preset(kind, name, new_name))


@app.command()
def rename(context: typer.Context, kind: Kind, name: Name, new_name: Name) -> None:
    """Rename one of your presets."""
    _done(context, "Renamed to", store.rename_preset(kind, name, new_name))


@app.command()
def delete(context: typer.Context, kind: Kind, name: Name) -> None:
    """Delete one of your presets."""
    _done(context, "Deleted", store.delete_preset(kind, name))


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A preset as YAML.")],
    name: Annotated[str, typer.Option(help="Another name for it.")] = "",
) -> None:
    """Add a preset from a file to your own."""
    _done(context, "Saved", store.import_preset(file, name or None))


@app.command("export")
def export_file(
    context: typer.Context,
    kind: Kind,
    name: Name,
    file: Annotated[Path, typer.Argument(help="File to write.")],
) -> None:
    """Write a preset with all its values to a file."""
    store.export_preset(kind, name, file)
    _done(context, f"Written to {file}:", store.get_preset(kind, name))


def _done(context: typer.Context, verb: str, preset: store.Preset) -> None:
    _output(context).say(f"{verb} {preset.kind} preset '{preset.name}'")
    _output(context).result({"status": "success", "kind": preset.kind, "name": preset.name})


def _output(context: typer.Context) -> Output:
    invocation: Invocation = context.obj
    return invocation.output
