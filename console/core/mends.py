"""What a program can do about a finding: other settings, or a command that mends the dataset."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PROGRAM = "training-console"


@dataclass(frozen=True)
class Mend:
    """One way out, in the ``words`` of a button.

    ``settings`` are values by ``section.field`` to train with instead, and can be taken back like
    any edit. ``command`` is a command line of ours, without the program's name.
    """

    kind: Literal["settings", "command"]
    words: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    command: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """What to type to get it: the command, or the options that set the fields."""
        if self.kind == "command":
            return shlex.join([PROGRAM, *self.command])
        words = [f"{name}={_value(value)}" for name, value in self.settings.items()]
        return shlex.join(part for word in words for part in ("--set", word))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Mend:
        """Read what ``dataclasses.asdict`` made.

        Raises:
            ValueError: it is something else.
        """
        made = cls(**{**plain, "command": tuple(map(str, plain.get("command") or ()))})
        filled = {"settings": made.settings, "command": made.command}.get(made.kind)
        if not filled or not isinstance(made.settings, Mapping):
            raise ValueError("this is no mend")
        return made


def by_settings(words: str, settings: Mapping[str, Any]) -> Mend:
    """Train with other settings."""
    return Mend("settings", words, settings=dict(settings))


def by_command(words: str, *command: str) -> Mend:
    """Run a command of ours."""
    return Mend("command", words, command=command)


def _value(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
