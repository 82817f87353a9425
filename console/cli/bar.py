"""The progress bar of commands that work through files."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from console.cli.output import Output


class Bar:
    """A bar on a terminal, JSON lines for programs, silence elsewhere."""

    def __init__(self, output: Output, kind: str = "import") -> None:
        self._output = output
        self._kind = kind
        self._bar = Progress(
            TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(),
            console=output.console, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1.0)
        self._shown = self._bar if output.is_live else nullcontext()

    def __enter__(self) -> Bar:
        self._shown.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        self._shown.__exit__(*details)

    def move(self, share: float, text: str) -> None:
        """Show that ``share`` (0 to 1) of the work is done."""
        self._bar.update(self._task, completed=share, description=text)
        self._output.progress(kind=self._kind, fraction=share, message=text)
