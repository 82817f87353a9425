"""``data``: import, sample, list, describe; the other commands stand in files of their own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from console.cli.checks import check, mend
from console.cli.data_preview import preview
from console.cli.data_words import Name, plain_dataset, show_dataset
from console.cli.features import list_features
from console.cli.inspect import inspect
from console.cli.output import Invocation
from console.cli.profile import profile
from console.cli.progress_bar import ProgressBar
from console.core.datasets import FeatureSet, get_dataset, list_datasets

TABLE = "table"
# A test compares these with the importers, which are slow to load.
RAW_FORMATS = ("candles", "lobster", "l3", "l2", "fi2010", "websocket")
app = typer.Typer(help="Datasets of the workspace.", no_args_is_help=True)
for command in (preview, check, mend, profile, inspect):
    app.command()(command)
app.command("features")(list_features)


@app.command("import")
def import_files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Parquet or CSV files, or folders.")],
    name: Annotated[str, typer.Option(help="Name of the dataset.")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="YAML file that says what each column is; format table only. Without it the "
            "mapping of an earlier import of the same columns is used."
        ),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help="table, or a raw format: " + ", ".join(RAW_FORMATS))
    ] = TABLE,
    symbol: Annotated[str, typer.Option(help="Symbol of files that do not name one.")] = "",
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of raw files without one.")
    ] = None,
    levels: Annotated[int, typer.Option(min=1, max=50, help="Book levels of a raw format.")] = 10,
    features: Annotated[
        FeatureSet,
        typer.Option(
            help="Features of a raw format: a few, all of the reference that its rows allow, or "
            "these and order flow by level.",
        ),
    ] = "basic",
) -> None:
    """Check files and keep them as a dataset; nothing is kept when something is wrong."""
    invocation: Invocation = context.obj
    if format_name != TABLE:
        if mapping is not None:
            raise typer.BadParameter("is for the format table only.", param_hint="--mapping")
        from console.engine.feature_store.importers.base import ImportOptions
        from console.engine.feature_store.importers.run import import_raw

        options = ImportOptions(symbol, day.date() if day else None, levels, features)
        with ProgressBar(invocation.output, "import") as bar:
            info = import_raw(
                format_name, paths, name, invocation.workspace, options=options, progress=bar.move
            )
        show_dataset(invocation.output, info)
        return
    from console.engine.data.mapping import read_mapping
    from console.engine.import_preview.table_import import import_table

    rules = None if mapping is None else read_mapping(mapping)
    with ProgressBar(invocation.output, "import") as bar:
        made = import_table(
            paths, rules, name, invocation.workspace, symbol=symbol, progress=bar.move
        )
    if made.was_remembered:
        invocation.output.say(f"Used the mapping remembered for these columns: {made.mapping_file}")
    show_dataset(
        invocation.output, made.info,
        mapping_file=made.mapping_file, mapping_remembered=made.was_remembered,
    )  # fmt: skip


@app.command()
def sample(context: typer.Context) -> None:
    """Make the simulated sample, unless it is there already."""
    invocation: Invocation = context.obj
    from console.engine.data.simulated import ensure_sample

    show_dataset(invocation.output, ensure_sample(invocation.workspace))


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the datasets."""
    invocation: Invocation = context.obj
    found = list_datasets(invocation.workspace)
    table = Table("name", "rows", "symbols", "days", "features", "labels", box=None, pad_edge=False)
    for info in found:
        labels = ", ".join(label.column for label in info.labels)
        table.add_row(
            info.name + (" (simulated)" if info.simulated else ""), f"{info.num_rows:,}",
            str(len(info.symbols)), str(info.num_days), str(len(info.features)), labels,
        )  # fmt: skip
    invocation.output.show(table)
    if not found:
        invocation.output.say("No datasets yet; make one with `training-console data sample`.")
    invocation.output.result({"datasets": [plain_dataset(info) for info in found]})


@app.command()
def describe(context: typer.Context, name: Name) -> None:
    """Say what a dataset holds."""
    invocation: Invocation = context.obj
    show_dataset(invocation.output, get_dataset(invocation.workspace, name))
