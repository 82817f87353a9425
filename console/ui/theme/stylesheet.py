"""The style sheet: ``resources/qss/console.qss`` with its ``@role`` names filled in."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from console.core.paths import resources_dir
from console.ui.theme.icons import svg_text
from console.ui.theme.roles import CORNER, TYPE_SIZES, Theme

_ROLE = re.compile(r"@([a-z_]+)(?:\(([a-z-]+)\))?")


def stylesheet(theme: Theme) -> str:
    """The style sheet of a theme.

    ``@role`` stands for a colour, ``@icon_role(name)`` for the address of an icon tinted with it,
    ``@size_body`` for a type size, ``@corner`` for the corner radius.
    """

    def fill(match: re.Match[str]) -> str:
        word, name = match.group(1), match.group(2)
        if word.startswith("icon_") and name:
            return _icon_file(name, theme.roles[word.removeprefix("icon_")])
        if word.startswith("size_"):
            return f"{TYPE_SIZES[word.removeprefix('size_')]}px"
        if word == "corner":
            return f"{CORNER}px"
        return theme.roles[word]

    return _ROLE.sub(fill, _template())


@cache
def _template() -> str:
    return (resources_dir() / "qss" / "console.qss").read_text("utf-8")


@cache
def _icon_file(name: str, color: str) -> str:
    """A style sheet can only name a file: tinted copies live as long as the process."""
    path = Path(_icon_folder().name) / f"{name}-{color.lstrip('#')}.svg"
    path.write_text(svg_text(name, color), "utf-8")
    return path.as_posix()


@cache
def _icon_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="training-console-icons-", ignore_cleanup_errors=True)
