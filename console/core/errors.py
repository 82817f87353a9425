"""Errors that are shown to an operator: what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class ConsoleError(Exception):
    """An error with a remedy.

    ``message`` and ``remedy`` are ``str.format`` templates filled from ``params``; without
    parameters they are taken literally. The templates stay readable on the exception so that the
    window can translate them before filling them in.
    """

    def __init__(self, message: str, *, remedy: str = "", **params: Any) -> None:
        self.template = message
        self.remedy_template = remedy
        self.params = params
        super().__init__(self.text)

    @property
    def message(self) -> str:
        """What is wrong and where, as one sentence."""
        return self.template.format(**self.params) if self.params else self.template

    @property
    def remedy(self) -> str:
        """What the operator can do about it; empty when there is nothing to do."""
        if not self.params:
            return self.remedy_template
        return self.remedy_template.format(**self.params)

    @property
    def text(self) -> str:
        """Message and remedy in one line."""
        return f"{self.message} {self.remedy}".strip()

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, str]:
        """The error as plain text for events, ``--json`` output and the window."""
        return {"type": type(self).__name__, "message": self.message, "remedy": self.remedy}


class DataError(ConsoleError):
    """Input data that cannot be read, or that would make a training meaningless."""


class CheckpointError(ConsoleError):
    """A checkpoint that is damaged, missing, or belongs to another model."""


class RunError(ConsoleError):
    """A run directory that cannot be used as asked."""


class DataChangedError(RunError):
    """A run that cannot go on or be checked, because its data are other ones than at its start."""


class WorkspaceError(ConsoleError):
    """A folder that cannot be created, read or written, or a disk that is full."""


class WeightsError(ConsoleError):
    """Weights from elsewhere that are unreadable, unsafe to read, or of another model."""


class NonFiniteError(ConsoleError):
    """A loss or gradient that is not a finite number."""


class ExportError(ConsoleError):
    """A model that could not be exported, or whose export does not agree with the model."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field of a config."""

    field: str
    value: object
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f" Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{self.field}: {self.message}{hint}"


class ConfigError(ConsoleError, ValueError):
    """A config with an unknown name or a value outside its limits; ``problems`` lists each."""

    def __init__(self, subject: str, problems: Iterable[Problem], *, remedy: str = "") -> None:
        self.subject = subject
        self.problems = tuple(problems)
        lines = "; ".join(str(problem) for problem in self.problems)
        super().__init__(f"{subject}: {lines}", remedy=remedy)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name closest to ``name``, or an empty string when none is close."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""
