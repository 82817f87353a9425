"""How far a job is: a bar on a terminal, JSON lines for programs, silence elsewhere."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from console.cli.output import Output


class ProgressBar:
    """Use it as a context; ``kind`` names the job to programs."""

    def __init__(self, output: Output, kind: str) -> None:
        self._output, self._kind = output, kind
        self._bar = Progress(
            TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(),
            console=output.console, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1.0)
        self._shown = self._bar if output.is_live else nullcontext()

    def __enter__(self) -> ProgressBar:
        self._shown.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        self._shown.__exit__(*details)

    def move(self, share: float, text: str) -> None:
        """Show that ``share`` (0 to 1) of the work is done."""
        self._bar.update(self._task, completed=share, description=text)
        self._output.progress(kind=self._kind, fraction=share, message=text)
