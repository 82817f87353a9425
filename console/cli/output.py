"""Where a command's words go: text for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from console.core.files import jsonable
from console.core.paths import Workspace, open_workspace

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class Output:
    """Writes progress, results and errors of one command.

    With ``as_json`` standard output carries nothing but JSON lines, and the last one is the
    result ``{...}`` or ``{"error": {type, message, remedy}}``.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False)
        self._errors = Console(stderr=True, highlight=False)

    @property
    def is_live(self) -> bool:
        """Whether bars can be redrawn in place: people's output on a real terminal."""
        return not self.as_json and self.console.is_terminal

    def say(self, text: str) -> None:
        """A line for people; programs do not see it."""
        if not self.as_json:
            self.console.print(escape(text), soft_wrap=True)

    def show(self, renderable: Any) -> None:
        """A rich table or the like, for people only."""
        if not self.as_json:
            self.console.print(renderable)

    def progress(self, **values: Any) -> None:
        """One step forward, for programs only: ``{"progress": {...}}``."""
        if self.as_json:
            self._line({"progress": values})

    def result(self, values: Mapping[str, Any]) -> None:
        """The command's one result, for programs only; call it last."""
        if self.as_json:
            self._line(values)

    def error(self, error: Mapping[str, str]) -> None:
        """What went wrong and what to do about it; call it last."""
        if self.as_json:
            self._line(
                {"error": {key: error.get(key, "") for key in ("type", "message", "remedy")}}
            )
            return
        self._errors.print(f"[bold red]Error[/] {escape(error['message'])}", soft_wrap=True)
        if error.get("remedy"):
            self._errors.print(f"[bold]Do[/]    {escape(error['remedy'])}", soft_wrap=True)

    def _line(self, content: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(jsonable(content), ensure_ascii=False) + "\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class Invocation:
    """What the options before any command said; every command finds it in ``context.obj``."""

    output: Output
    workspace_option: str = ""

    @property
    def workspace(self) -> Workspace:
        """The chosen workspace, created when missing.

        Raises:
            WorkspaceError: it cannot be created or written to.
        """
        return open_workspace(self.workspace_option).ensure()
