"""How the trainer talks to whoever runs it; it knows nothing of files, windows or processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _ignore(_kind: str, _epoch: int, _step: int, _data: Mapping[str, Any]) -> None:
    return None


def _no_commands() -> list[dict[str, Any]]:
    return []


def _no_seq() -> int:
    return 0


@dataclass(frozen=True)
class TrainingHooks:
    """Callables of the owner of a run; the defaults do nothing.

    ``emit(kind, epoch, step, data)`` records an event, ``take_commands()`` hands out requests
    since the last call, ``last_seq()`` is the sequence number of the last recorded event.
    """

    emit: Callable[[str, int, int, Mapping[str, Any]], object] = _ignore
    take_commands: Callable[[], list[dict[str, Any]]] = _no_commands
    last_seq: Callable[[], int] = _no_seq

    @property
    def has_commands(self) -> bool:
        """Whether anybody could end a pause."""
        return self.take_commands is not _no_commands
