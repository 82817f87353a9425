"""``data features``: what can be computed from a book or from candles."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from console.cli.output import Invocation


def list_features(
    context: typer.Context,
    source: Annotated[
        str, typer.Option("--input", metavar="book|candles", help="Only what this input allows.")
    ] = "",
    levels: Annotated[int, typer.Option(min=1, max=50, help="Levels of the book.")] = 10,
) -> None:
    """List the features that can be computed, with their formulas and what they need."""
    invocation: Invocation = context.obj
    if source not in ("", "book", "candles"):
        raise typer.BadParameter("is book or candles.", param_hint="--input")
    from console.engine.data.features.table import describe_features

    known = describe_features(levels)
    chosen = [row for row in known if not source or source in row["computed_from"]]
    table = Table("feature", "group", "from", "warm-up", "formula", box=None, pad_edge=False)
    for row in chosen:
        origin = ", ".join(row["computed_from"]) or f"needs {row['needs']}"
        table.add_row(row["name"], row["group"], origin, f"{row['warm_up_rows']}", row["formula"])
    invocation.output.show(table)
    invocation.output.say(f"{len(chosen)} of {len(known)} features.")
    invocation.output.result({"features": chosen, "known": len(known)})
