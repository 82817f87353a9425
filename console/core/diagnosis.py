"""A diagnosis of the training doctor, and what one button does about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["info", "warning", "severe"]
LEVELS: tuple[Level, ...] = ("info", "warning", "severe")
ActionKind = Literal["", "set", "stop", "stop_now", "configure"]


@dataclass(frozen=True)
class Action:
    """What one button does about a diagnosis.

    ``set`` changes the setting ``name`` of the live run to ``value``; ``configure`` opens the
    settings of the run with that change made; the others are commands.
    """

    kind: ActionKind = ""
    name: str = ""
    value: Any = None


@dataclass(frozen=True)
class Diagnosis:
    """One thing noticed: its evidence in figures, why it happens, and what to do.

    ``code`` names the rule and never changes. ``active`` is False when it has passed.
    """

    code: str
    level: Level
    message: str
    cause: str = ""
    action: Action = field(default_factory=Action)
    active: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as event data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """Read event data; what is missing or unknown is harmless."""
        action = dict(data.get("action") or {})
        level = data.get("level")
        return cls(
            code=str(data.get("code", "")), level=level if level in LEVELS else "info",
            message=str(data.get("message", "")), cause=str(data.get("cause", "")),
            action=Action(action.get("kind") or "", str(action.get("name") or ""),
                          action.get("value")),
            active=bool(data.get("active", True)),
        )  # fmt: skip
