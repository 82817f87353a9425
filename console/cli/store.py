"""``store``: convert, append, compact, describe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from console.cli.output import Invocation, Output
from console.cli.progress_bar import ProgressBar

app = typer.Typer(help="The feature store that `train` reads.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of the store.", metavar="DIR")]
Encoding = Annotated[
    Literal["classes", "signed"] | None,
    typer.Option(help="Labels are classes (0, 1, 2) or signed (-1, 0, 1) for SELL, HOLD, BUY."),
]


@app.command("convert")
def convert_old(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="An older store (a folder or a URL), or a folder of .npy files.")
    ],
    target: Annotated[Path, typer.Argument(help="Folder of the store to fill.")],
    encoding: Encoding = None,
) -> None:
    """Take an older store over into ours; the older one stays as it is."""
    invocation: Invocation = context.obj
    from console.engine.feature_store.convert import convert

    with ProgressBar(invocation.output, "convert") as bar:
        convert(source, target, encoding=encoding, progress=bar.move)
    _show(invocation.output, target)


@app.command()
def append(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Parquet or CSV files, or folders.")],
    store: Annotated[Path, typer.Option(help="Folder of the store; begun when it is not there.")],
    encoding: Encoding = None,
) -> None:
    """Add rows to a store; rows it has already are replaced."""
    invocation: Invocation = context.obj
    from console.engine.feature_store.append_files import append_files

    with ProgressBar(invocation.output, "append") as bar:
        append_files(files, store, encoding=encoding, progress=bar.move)
    _show(invocation.output, store)


@app.command()
def compact(context: typer.Context, folder: Folder) -> None:
    """Merge the many small files of each day into one; safe while others read and append."""
    invocation: Invocation = context.obj
    from console.engine.feature_store.store import FeatureStore

    found = FeatureStore.open(folder)
    days = found.days()
    merged = 0
    with ProgressBar(invocation.output, "compact") as bar:
        for number, day in enumerate(days):
            bar.move(number / len(days), f"{day.symbol} {day.date}")
            merged += found.compact(day.symbol, day.date)
    invocation.output.say(f"Merged {merged:,} files.")
    _show(invocation.output, folder, merged=merged)


@app.command()
def describe(context: typer.Context, folder: Folder) -> None:
    """Say what a store holds."""
    invocation: Invocation = context.obj
    _show(invocation.output, folder)


def _show(output: Output, folder: Path, **results: Any) -> None:
    from console.engine.feature_store.describe import describe_store

    found = describe_store(folder)
    labels = [f"{label['name']} ({label['encoding']})" for label in found["labels"]]
    words = {
        "store": found["path"],
        "features": f"{len(found['features'])}: {', '.join(found['features'])}",
        "labels": ", ".join(labels) or "none",
        "mid-price": "yes" if found["has_mid_price"] else "no",
        "schema": f"version {found['version']}, {found['fingerprint'][:16]}",
    }
    for key, text in words.items():
        output.say(f"{key:12} {text}")
    table = Table("symbol", "rows", "days", "from", "to", "files", "MB", box=None, pad_edge=False)
    for entry in found["symbols"]:
        table.add_row(
            entry["symbol"], f"{entry['rows']:,}", f"{entry['days']:,}", entry["first_date"],
            entry["last_date"], f"{entry['files']:,}", f"{entry['size_bytes'] / 1e6:,.1f}",
        )  # fmt: skip
    output.show(table)
    output.result({"status": "success", **results, **found})
