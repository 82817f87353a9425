"""``data``: import, sample, list, describe, check."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from console.cli.bar import Bar
from console.cli.output import EXIT_FAILED, Invocation, Output
from console.cli.overrides import parse_overrides
from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import CLASS_NAMES, DatasetInfo, get_dataset, list_datasets
from console.core.fields import from_plain, to_plain
from console.core.presets import get_preset

TABLE = "table"
# A test compares these with the importers, which are slow to load.
RAW_FORMATS = ("candles", "lobster", "l3", "l2", "fi2010", "websocket")
Name = Annotated[str, typer.Argument(help="The dataset's name.")]
app = typer.Typer(help="Datasets of the workspace.", no_args_is_help=True)


@app.command("import")
def import_files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Parquet or CSV files, or folders.")],
    name: Annotated[str, typer.Option(help="Name of the dataset.")],
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML file that says what each column is; format table only."),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help="table, or a raw format: " + ", ".join(RAW_FORMATS))
    ] = TABLE,
    symbol: Annotated[str, typer.Option(help="Symbol of raw files that do not name one.")] = "",
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of raw files without one.")
    ] = None,
    levels: Annotated[int, typer.Option(min=1, max=50, help="Book levels of a raw format.")] = 10,
) -> None:
    """Check files and keep them as a dataset; nothing is kept when something is wrong."""
    invocation: Invocation = context.obj
    if format_name != TABLE:
        if mapping is not None:
            raise typer.BadParameter("is for the format table only.", param_hint="--mapping")
        from console.engine.feature_store.importers.base import ImportOptions
        from console.engine.feature_store.importers.run import import_raw

        options = ImportOptions(symbol, day.date() if day else None, levels)
        with Bar(invocation.output) as bar:
            info = import_raw(
                format_name, paths, name, invocation.workspace, options=options, progress=bar.move
            )
        _show(invocation.output, info)
        return
    if mapping is None:
        raise typer.BadParameter("is needed for the format table.", param_hint="--mapping")
    from console.engine.data.importer import import_dataset
    from console.engine.data.mapping import read_mapping

    rules = read_mapping(mapping)
    with Bar(invocation.output) as bar:
        info = import_dataset(paths, rules, name, invocation.workspace, progress=bar.move)
    _show(invocation.output, info)


@app.command()
def sample(context: typer.Context) -> None:
    """Make the simulated sample, unless it is there already."""
    invocation: Invocation = context.obj
    from console.engine.data.simulated import ensure_sample

    _show(invocation.output, ensure_sample(invocation.workspace))


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
    invocation.output.result({"datasets": [_plain(info) for info in found]})


@app.command()
def describe(context: typer.Context, name: Name) -> None:
    """Say what a dataset holds."""
    invocation: Invocation = context.obj
    _show(invocation.output, get_dataset(invocation.workspace, name))


@app.command()
def check(
    context: typer.Context,
    name: Name,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="How it would be split, or labelled (balancing.FIELD=VALUE); repeat it.",
        ),
    ] = None,
    balancing: Annotated[
        str, typer.Option(metavar="PRESET", help="Balancing preset whose label rule is used.")
    ] = "",
    sequence_length: Annotated[int, typer.Option(min=2, help="Rows in a window.")] = 60,
) -> None:
    """Look for damage, leaks and traps in a dataset; exit code 1 on a red finding."""
    invocation: Invocation = context.obj
    from console.engine.data.checks import check_and_store

    words = [word if "." in word.partition("=")[0] else f"data.{word}" for word in settings or ()]
    chosen = parse_overrides(words)
    preset = balancing or from_plain(OrchestratorConfig, {}).balancing_preset
    rule = dataclasses.replace(get_preset("balancing", preset).config(), **chosen["balancing"])
    data = from_plain(DataConfig, chosen["data"])
    findings = check_and_store(invocation.workspace, name, data, rule, sequence_length)
    for finding in findings:
        invocation.output.say(f"{finding.severity:8} {finding.message} ({finding.evidence})")
        for text in filter(None, (finding.cause, finding.remedy)):
            invocation.output.say(f"{'':8}   {text}")
    is_red = any(finding.severity == "red" for finding in findings)
    plain = [dataclasses.asdict(finding) for finding in findings]
    invocation.output.result({"status": "error" if is_red else "success", "findings": plain})
    if is_red:
        raise typer.Exit(EXIT_FAILED)


def _show(output: Output, info: DatasetInfo) -> None:
    words = {
        "name": info.name + (" (simulated, not market data)" if info.simulated else ""),
        "rows": f"{info.num_rows:,} in {info.num_segments:,} stretches without a gap, "
        f"the shortest {info.shortest_segment:,}",
        "time": f"{_day(info.first_time)} to {_day(info.last_time)}, {info.num_days} days, "
        f"a row each {info.row_interval_s:g} s",
        "symbols": f"{len(info.symbols)}: {', '.join(info.symbols)}",
        "features": f"{len(info.features)}: {', '.join(info.features)}",
        "mid-price": "yes" if info.has_mid_price else "no",
        "fingerprint": info.fingerprint[:16],
    }
    for key, text in words.items():
        output.say(f"{key:12} {text}")
    if info.labels:
        table = Table("label", "ahead", *CLASS_NAMES, "unlabelled", box=None, pad_edge=False)
        for label in info.labels:
            total = max(sum(label.counts), 1)
            shares = [f"{count:,} ({count / total:.0%})" for count in label.counts]
            table.add_row(
                label.column, f"{label.horizon_rows} rows", *shares, f"{label.unlabelled:,}"
            )
        output.show(table)
    for warning in info.warnings:
        output.say(f"Warning: {warning}")
    output.result({"status": "success", **_plain(info)})


def _plain(info: DatasetInfo) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(info)
    return plain


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
