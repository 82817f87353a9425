"""``data inspect``: one window as the net sees it, or a process that answers for many."""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from rich.table import Table

from console.cli.data_words import BalancingPreset, SequenceLength, Settings
from console.cli.output import Invocation, Output
from console.cli.overrides import data_settings
from console.core.datasets import CLASS_NAMES
from console.core.errors import DataError
from console.core.inspection import InspectedData, InspectedWindow, encode
from console.core.rundir import find_run

REASON_WORDS = {
    "split": "it holds rows of two parts",
    "purged": "purge and embargo keep it away from the next part",
    "fold": "the fold does not use its rows",
    "step": "the window step passes over it",
    "unlabelled": "its label is unknown",
    "first_day": "there is no day before it to scale it by",
}


def inspect(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The dataset's name; a run names its own.")] = "",
    settings: Settings = None,
    balancing: BalancingPreset = "",
    sequence_length: SequenceLength = 60,
    run: Annotated[
        str, typer.Option(help="Windows and best model of a run: its id, part of it, or 'last'.")
    ] = "",
    window: Annotated[
        int | None, typer.Option(min=0, help="Number of the window over all parts, from 0.")
    ] = None,
    part: Annotated[
        Literal["all", "train", "validation", "test", "left_out"],
        typer.Option(help="Part that --at counts in."),
    ] = "all",
    at: Annotated[int, typer.Option(min=0, help="Number of the window in its part, from 0.")] = 0,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Answer requests from standard input, one JSON line each."),
    ] = False,
) -> None:
    """Show one window: scaled and stored values, price path, label, part and prediction."""
    invocation: Invocation = context.obj
    if bool(name) == bool(run):
        raise typer.BadParameter("Give a dataset, or --run with a run.", param_hint="NAME")
    from console.engine.data.inspection_requests import Requests

    if run:
        from console.engine.run_inspection import open_run_inspection

        inspection = open_run_inspection(find_run(invocation.workspace, run))
    else:
        from console.engine.data.inspection import open_inspection

        data, rule, length = data_settings(settings or (), balancing, sequence_length)
        inspection = open_inspection(invocation.workspace, name, data, rule, length)
    requests = Requests(inspection)
    if serve:
        import torch

        torch.set_num_threads(1)  # one window at a time: more would only wait for each other
        output = Output(as_json=True)
        output.result({"ready": encode(inspection.describe())})
        requests.serve(sys.stdin.buffer, output.result)
        return
    wanted = {"part": part, "at": at} if window is None else {"number": window}
    found = requests.find(wanted)
    if found is None:
        raise DataError(
            "The part '{part}' has no windows.", remedy="Choose another part.", part=part
        )
    _show(invocation.output, inspection.describe(), found)


def _show(output: Output, about: InspectedData, window: InspectedWindow) -> None:
    start, end = 1 - window.num_rows, window.horizon_rows
    left_out = f" ({REASON_WORDS[window.reason]})" if window.reason else ""
    known = "" if window.horizon_known else " (its stretch ends before its horizon)"
    words = {
        "window": f"{window.number:,}, number {window.at:,} of {window.part}{left_out}",
        "rows": f"{window.symbol}, {_time(window.time_at(start))} to {_time(window.time_at(0))}, "
        f"row {window.segment_row + start:,} to {window.segment_row:,} of {window.segment_rows:,} "
        f"in stretch {window.segment:,}",
        "label": f"{CLASS_NAMES[window.label] if window.label >= 0 else 'unknown'} by "
        f"{about.label['column'] or about.label['method']}, looks {end} rows ahead to "
        f"{_time(window.time_at(end))}{known}",
        "return": _share(window.future_return),
    }
    if window.prediction is not None:
        told = window.prediction
        shares = zip(CLASS_NAMES, told.probabilities, strict=True)
        words["prediction"] = ", ".join(f"{name} {share:.3f}" for name, share in shares)
        words["prediction"] += (
            f", confidence {told.confidence:.3f}, expected return {_share(told.expected_return)}"
        )
    for key, text in words.items():
        output.say(f"{key:12} {text}")
    table = Table("feature", "stored last", "scaled last", "lowest", "highest", box=None,
                  pad_edge=False)  # fmt: skip
    for feature, raw, scaled in zip(about.features, window.raw.T, window.scaled.T, strict=True):
        figures = (scaled[-1], scaled.min(), scaled.max())
        table.add_row(feature, f"{raw[-1]:.6g}", *(f"{figure:.3f}" for figure in figures))
    output.show(table)
    output.result({"status": "success", "data": encode(about), "window": encode(window)})


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:+.4%}"
