"""What the commands about datasets share: their arguments, and how a dataset is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from console.cli.output import Output
from console.core.datasets import CLASS_NAMES, DatasetInfo
from console.core.fields import to_plain

Name = Annotated[str, typer.Argument(help="The dataset's name.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="How it would be split, or labelled (balancing.FIELD=VALUE); repeat it.",
    ),
]
BalancingPreset = Annotated[
    str, typer.Option(metavar="PRESET", help="Balancing preset whose label rule is used.")
]
SequenceLength = Annotated[int, typer.Option(min=2, help="Rows in a window.")]


def show_dataset(output: Output, info: DatasetInfo, **told: object) -> None:
    """Say what a dataset holds; ``info`` and what else is ``told`` are the result."""
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
    output.result({"status": "success", **plain_dataset(info), **told})


def plain_dataset(info: DatasetInfo) -> dict[str, Any]:
    """``info`` for programs."""
    plain: dict[str, Any] = to_plain(info)
    return plain


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
