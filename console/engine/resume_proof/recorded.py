"""What the events of a run say about its steps, as far as they still count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.core.checkpoints import CheckpointInfo
from console.core.events import Event, EventReader, visible
from console.core.rundir import RunDir


@dataclass(frozen=True)
class Change:
    """A setting changed by command between two epochs, after ``step``."""

    step: int
    name: str
    value: int | float


@dataclass(frozen=True)
class InexactResume:
    """A later attempt that went on from ``step`` and said why it was not bit-exact."""

    step: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class RecordedRun:
    """The losses of a run by step, with what else a replay of them needs to know.

    ``losses`` are the doubles of the event file; None where the loss was no finite number.
    ``threads`` are CPU threads by attempt. ``superseded`` are ranges (after, before) of event
    numbers that a resume has replaced.
    """

    losses: Mapping[int, float | None]
    attempts: Mapping[int, int]
    threads: Mapping[int, int]
    changes: tuple[Change, ...]
    inexact: tuple[InexactResume, ...]
    superseded: tuple[tuple[int, int], ...]

    def num_behind(self, step: int) -> int:
        """How many steps in a row are recorded after ``step``, up to an inexact resume."""
        last = step
        stops = {resume.step for resume in self.inexact if resume.step > step}
        while last + 1 in self.losses and last not in stops:
            last += 1
        return last - step

    def still_counts(self, info: CheckpointInfo) -> bool:
        """Whether a checkpoint belongs to the training as it went on, not to a superseded part."""
        try:
            state = json.loads((info.path / "state.json").read_text("utf-8"))
            last_seq = int(state["last_seq"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return not any(after < last_seq < before for after, before in self.superseded)

    def threads_after(self, step: int) -> int | None:
        """The CPU threads of the attempt that made the step after ``step``."""
        return self.threads.get(self.attempts.get(step + 1, 0))


def read_recorded(run: RunDir) -> RecordedRun:
    """Read the events of a run, also while it is written."""
    events = EventReader(run.events).read()
    losses: dict[int, float | None] = {}
    attempts: dict[int, int] = {}
    changes, inexact = [], []
    for event in visible(events):
        if event.kind == "step":
            steps = [int(step) for step in event.data["steps"]]
            losses.update(zip(steps, event.data["loss"], strict=False))
            attempts.update(dict.fromkeys(steps, event.attempt))
        elif event.kind == "setting_changed":
            changes.append(_change(event))
        elif event.kind == "resumed" and not event.data.get("exact", True):
            inexact.append(_inexact(event.data))
    return RecordedRun(
        losses, attempts, _threads(events), tuple(changes), tuple(inexact), _superseded(events)
    )


def _change(event: Event) -> Change:
    return Change(event.step, str(event.data["name"]), event.data["after"])


def _inexact(data: Mapping[str, Any]) -> InexactResume:
    return InexactResume(int(data["from_step"]), tuple(map(str, data.get("reasons", ()))))


def _threads(events: list[Event]) -> dict[int, int]:
    """Also of attempts whose start a later resume hides: what they trained afterwards counts."""
    return {
        event.attempt: int(event.data["threads"])
        for event in events
        if event.kind == "run_started" and event.data.get("threads")
    }


def _superseded(events: list[Event]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (int(event.data.get("after_seq", event.seq)), event.seq)
        for event in events
        if event.kind == "resumed"
    )
