"""``data preview``: what an import would make of files, from their first rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.table import Table

from console.cli.output import Invocation, Output
from console.core.files import write_text_atomic

COLUMN_WIDTH = 14
CHECK_FIRST = "# Guessed from names and first rows. Check above all what the label values mean.\n"


def preview(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of any known format.")],
    format_name: Annotated[
        str, typer.Option("--format", help="auto, table or a raw format of `data import`.")
    ] = "auto",
    mapping: Annotated[
        Path | None, typer.Option(help="YAML file to try instead of the suggested mapping.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Rows to show.")] = 20,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="OPTION=VALUE", help="An option of a raw format, as import takes it."
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the suggested mapping to this YAML file.")
    ] = None,
) -> None:
    """Show the first rows, the format and a suggested mapping; reads only the head of a file."""
    invocation: Invocation = context.obj
    from console.engine.data.mapping import read_plain
    from console.engine.import_preview.preview import preview_files

    pairs = dict(word.partition("=")[::2] for word in settings or ())
    found = preview_files(
        paths, invocation.workspace, format_name=format_name, options=pairs,
        mapping=None if mapping is None else read_plain(mapping) or {}, rows=rows,
    )  # fmt: skip
    if save is not None and found.mapping:
        body = yaml.safe_dump(found.mapping, sort_keys=False, allow_unicode=True)
        write_text_atomic(save, (CHECK_FIRST if found.guessed else "") + body)
    plain = found.to_plain()
    _show(invocation.output, plain)
    if save is not None and found.mapping:
        invocation.output.say(f"Written to {save}.")
    invocation.output.result(plain)


def _show(output: Output, plain: Mapping[str, Any]) -> None:
    count = "" if plain["num_rows"] is None else f"{plain['num_rows']:,} rows, "
    output.say(f"format   {plain['format']}: {plain['why']}")
    output.say(f"files    {len(plain['files'])}, {count}{plain['size_bytes']:,} bytes")
    names = [f"{each['name']}\n{each['dtype']}" for each in plain["columns"]]
    _table(output, "As the file has them", names, plain["rows"])
    _table(output, "As they would be stored", plain["stored_columns"], plain["stored_rows"])
    if plain["mapping"]:
        output.say(f"mapping  {plain['mapping_source']}")
        text = yaml.safe_dump(plain["mapping"], sort_keys=False, default_flow_style=None)
        output.say(text.rstrip())
    for label in plain["labels"]:
        moves = ", ".join(f"{value}: {move:+.6f}" for value, move in sorted(label["moves"].items()))
        if moves:
            output.say(
                f"After each value of {label['column']} the price moved on average by {moves}"
            )
    for entry in plain["decide"]:
        output.say(f"Decide   {entry['field']}: {entry['message']}")
    for entry in plain["problems"]:
        output.say(f"Problem  {entry['field']}: {entry['message']} {entry['remedy']}")


def _table(output: Output, title: str, names: list[str], rows: list[list[str | None]]) -> None:
    if not rows:
        return
    shown = max(4, output.console.width // COLUMN_WIDTH)
    left_out = len(names) - shown
    more = f" (and {left_out} more columns)" if left_out > 0 else ""
    table = Table(*names[:shown], box=None, pad_edge=False, title=title + more)
    for row in rows:
        table.add_row(*(cell if cell is not None else "–" for cell in row[:shown]))
    output.show(table)
