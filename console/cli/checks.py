"""``data check`` and ``data mend``."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.check_report import plain_findings, show_findings
from console.cli.data_words import BalancingPreset, Name, SequenceLength, Settings, show_dataset
from console.cli.output import EXIT_FAILED, Invocation
from console.cli.overrides import data_settings
from console.cli.progress_bar import ProgressBar


def check(
    context: typer.Context,
    name: Name,
    settings: Settings = None,
    balancing: BalancingPreset = "",
    sequence_length: SequenceLength = 60,
) -> None:
    """Look for damage, leaks and traps in a dataset; exit code 1 on a red finding."""
    invocation: Invocation = context.obj
    from console.engine.data.checks import check_and_store

    data, rule, length = data_settings(settings or (), balancing, sequence_length)
    with ProgressBar(invocation.output, "check") as bar:
        findings = check_and_store(invocation.workspace, name, data, rule, length, bar.move)
    show_findings(invocation.output, findings)
    is_red = any(finding.severity == "red" for finding in findings)
    status = "error" if is_red else "success"
    invocation.output.result({"status": status, "findings": plain_findings(findings)})
    if is_red:
        raise typer.Exit(EXIT_FAILED)


def mend(
    context: typer.Context,
    name: Name,
    drop_features: Annotated[
        str, typer.Option(metavar="A,B", help="Leave out features, separated by commas.")
    ] = "",
    leave_out: Annotated[
        str, typer.Option(metavar="A,B", help="Leave out symbols, separated by commas.")
    ] = "",
    drop_backwards: Annotated[
        bool, typer.Option("--drop-backwards", help="Leave out rows that are not later.")
    ] = False,
    drop_zero_prices: Annotated[
        bool, typer.Option("--drop-zero-prices", help="Leave out rows with a price of 0 or none.")
    ] = False,
    drop_crossed: Annotated[
        bool, typer.Option("--drop-crossed", help="Leave out rows with bid not below ask.")
    ] = False,
    drop_stale: Annotated[
        bool, typer.Option("--drop-stale", help="Leave out long repetitions of one row.")
    ] = False,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates", help="Leave out stretches that come again.")
    ] = False,
    max_gap: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            metavar="S",
            help="Longest gap inside a window; imports the same files again.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--import-again", help="Import the same files again.")
    ] = False,
) -> None:
    """Store a dataset again without what a check found; the mapping remembers what was left out."""
    invocation: Invocation = context.obj
    from console.engine.data.mapping import LeaveOut
    from console.engine.data.mend import import_again, mend_dataset

    step = LeaveOut(
        features=_names(drop_features), symbols=_names(leave_out), backwards=drop_backwards,
        zero_prices=drop_zero_prices, crossed=drop_crossed, stale=drop_stale,
        duplicates=drop_duplicates,
    )  # fmt: skip
    reads_again = again or max_gap is not None
    if reads_again == (step != LeaveOut()):
        raise typer.BadParameter("say what to leave out, or --max-gap, or --import-again alone.")
    workspace = invocation.workspace
    with ProgressBar(invocation.output, "mend") as bar:
        if reads_again:
            info = import_again(workspace, name, max_gap_s=max_gap, progress=bar.move)
        else:
            info = mend_dataset(workspace, name, step, progress=bar.move)
    show_dataset(invocation.output, info)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
