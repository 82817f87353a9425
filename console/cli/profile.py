"""``data profile``: columns, drift, price and split of a dataset."""

from __future__ import annotations

import typer
from rich.table import Table

from console.cli.data_words import BalancingPreset, Name, SequenceLength, Settings
from console.cli.output import Invocation, Output
from console.cli.overrides import data_settings
from console.cli.progress_bar import ProgressBar
from console.core.datasets import CLASS_NAMES
from console.core.fields import to_plain
from console.core.profile import DataProfile


def profile(
    context: typer.Context,
    name: Name,
    settings: Settings = None,
    balancing: BalancingPreset = "",
    sequence_length: SequenceLength = 60,
) -> None:
    """Histograms, drift between the parts, price and split of a dataset; kept for the window."""
    invocation: Invocation = context.obj
    from console.engine.data.profile import profile_and_store

    data, rule, length = data_settings(settings or (), balancing, sequence_length)
    with ProgressBar(invocation.output, "profile") as bar:
        found = profile_and_store(
            invocation.workspace, name, data, rule, length, bar.move
        )  # fmt: skip
    _show_profile(invocation.output, found)


def _show_profile(output: Output, found: DataProfile) -> None:
    if found.problem:
        output.say(f"No windows: {found.problem}\n{'':10} {found.remedy}")
    for part in found.parts:
        total = max(sum(part.class_counts), 1)
        shares = zip(CLASS_NAMES, part.class_counts, strict=True)
        mix = ", ".join(f"{name} {count / total:.1%}" for name, count in shares)
        output.say(f"{part.part:12} {part.num_windows:,} windows; {mix}")
    table = Table("column", "mean", "deviation", "zeros", "PSI", "KS", "in", box=None)
    for column in found.columns:
        worst = column.worst
        drift = (f"{worst.psi:.3f}", f"{worst.ks:.3f}", worst.part) if worst else ("", "", "")
        figures = f"{column.mean:.6g}", f"{column.deviation:.6g}", f"{column.zeros:.1%}"
        table.add_row(column.name, *figures, *drift)
    output.show(table)
    output.result({"status": "success", **to_plain(found)})
