"""The training doctor: what the events of a run say about its health, while it runs or later.

``Doctor.apply`` takes the events in order and answers with what has changed: a diagnosis that has
appeared or grown worse, or one that has passed. The rules are in ``doctor_rules``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.core.configs import TrainerConfigV2
from console.core.diagnosis import LEVELS, Action, Diagnosis
from console.core.doctor_rules import RULES, Rule
from console.core.doctor_signs import Signs
from console.core.errors import ConfigError
from console.core.events import Event, visible
from console.core.fields import fields_of, from_plain

__all__ = ["LEVELS", "Action", "Diagnosis", "Doctor", "diagnoses_of"]


@dataclass
class _Case:
    """What the doctor remembers of one rule: what was told, and for how long it has been so."""

    told: Diagnosis | None = None
    num_for: int = 0
    num_against: int = 0


class Doctor:
    """Looks at every event once. ``config`` is the trainer's, as the run was started with it."""

    def __init__(self, config: TrainerConfigV2 | None = None) -> None:
        self._config = config or TrainerConfigV2()
        self.signs = Signs(self._config)
        self._cases = {rule.code: _Case() for rule in RULES}

    @classmethod
    def for_run(cls, content: Mapping[str, Any]) -> Doctor:
        """A doctor for the run whose ``run.json`` is ``content``; unknown settings are ignored."""
        plain = dict((content.get("plan") or {}).get("trainer") or {})
        known = {record.name for record in fields_of(TrainerConfigV2)}
        try:
            values = {name: value for name, value in plain.items() if name in known}
            return cls(from_plain(TrainerConfigV2, values))
        except ConfigError:
            return cls()

    @property
    def active(self) -> list[Diagnosis]:
        """What is the matter now, worst first."""
        told = [case.told for case in self._cases.values() if case.told is not None]
        return sorted(told, key=lambda diagnosis: -LEVELS.index(diagnosis.level))

    def apply(self, event: Event) -> list[Diagnosis]:
        """Take in one event; what is new, worse or over because of it."""
        if event.kind == "member_started":  # another training of the same run
            over = [dataclasses.replace(diagnosis, active=False) for diagnosis in self.active]
            self.signs, self._cases = Signs(self._config), {rule.code: _Case() for rule in RULES}
            return over
        self.signs.take(event)
        changed = [self._look(rule) for rule in RULES if event.kind in rule.kinds]
        return [diagnosis for diagnosis in changed if diagnosis is not None]

    def _look(self, rule: Rule) -> Diagnosis | None:
        """Told only after ``confirm`` looks in a row, over only after ``clear``: no flicker."""
        case = self._cases[rule.code]
        found = rule.look(self.signs, case.told is not None)
        if found is None:
            case.num_for, case.num_against = 0, case.num_against + 1
            if case.told is None or case.num_against < rule.clear:
                return None
            passed, case.told = dataclasses.replace(case.told, active=False), None
            return passed
        case.num_for, case.num_against = case.num_for + 1, 0
        if case.told is None and case.num_for < rule.confirm:
            return None
        if case.told is not None and LEVELS.index(found.level) <= LEVELS.index(case.told.level):
            return None
        case.told = found
        return found


def diagnoses_of(
    content: Mapping[str, Any], events: Iterable[Event]
) -> Iterator[tuple[Event, Diagnosis]]:
    """Every diagnosis of a recorded run with the event that led to it, as if it ran again."""
    doctor = Doctor.for_run(content)
    for event in visible(events):
        for diagnosis in doctor.apply(event):
            yield event, diagnosis
