"""The trainings of a run of several as its events tell them: state, figures and curves of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from console.core.events import Event
from console.core.members import split_name
from console.runtime.run_curves import RunCurves

MemberState = Literal["waiting", "running", "paused", "finished", "stopped", "failed"]
_STATES: Mapping[str, MemberState] = {
    "run_started": "running", "paused": "paused", "unpaused": "running",
}  # fmt: skip


@dataclass
class MemberStory:
    """One training; ``number`` is its seed or its fold, ``best`` the figures of its best epoch."""

    index: int
    total: int
    kind: str = ""
    number: int = 0
    run_dir: str = ""
    state: MemberState = "waiting"
    days: Mapping[str, Any] = field(default_factory=dict)
    best: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] = field(default_factory=dict)
    curves: RunCurves = field(default_factory=RunCurves)

    @property
    def best_f1(self) -> float | None:
        """The macro F1 of its best epoch so far, on validation."""
        metrics = self.curves.epochs.get(self.curves.best_epoch)
        return metrics.val_f1 if metrics is not None else self.best.get("val_f1")


class RunMembers:
    """All trainings of the run in hand; empty for a run of one training.

    ``spread`` and ``pooled`` are figures over all of them, once the run has ended; ``chosen`` says
    whose model is kept and why.
    """

    def __init__(self) -> None:
        self.stories: dict[int, MemberStory] = {}
        self.live = 0
        self.picked = 0
        self.spread: Mapping[str, Any] = {}
        self.pooled: Mapping[str, Any] = {}
        self.chosen: Mapping[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self.stories)

    @property
    def total(self) -> int:
        """How many trainings are planned."""
        return max((story.total for story in self.stories.values()), default=0)

    @property
    def shown(self) -> MemberStory | None:
        """The training whose curves are shown: the one picked, else the newest."""
        return self.stories.get(self.picked) or self.stories.get(self.live)

    def story_of(self, event: Event) -> MemberStory | None:
        """The training that ``event`` was told by, None for an event of the whole run."""
        return self.stories.get(int(event.data.get("member") or 0))

    def apply(self, event: Event) -> bool:
        """Take in one event; True when the state or a figure of a training has changed."""
        data = event.data
        if event.kind == "member_started":
            self._begin(data)
        elif event.kind == "member_finished":
            self._end(data)
        elif event.kind == "evaluated" and data.get("split") == "pooled":
            self.pooled = data
        elif event.kind == "finished":
            self.spread, self.chosen = data.get("spread") or {}, data.get("chosen") or {}
            self.pooled = data.get("pooled") or self.pooled
        elif (story := self.story_of(event)) is not None:
            story.state = _STATES.get(event.kind, story.state)
            return event.kind in _STATES or event.kind in ("best_changed", "resumed")
        else:
            return False
        return True

    def _begin(self, data: Mapping[str, Any]) -> None:
        index, total = int(data["index"]), int(data["total"])
        for place in range(1, total + 1):
            self.stories.setdefault(place, MemberStory(place, total))
        story = self.stories[index]
        story.kind, story.number = split_name(str(data.get("name", "")))
        story.run_dir, story.days = str(data.get("run_dir", "")), data.get("days") or {}
        story.state, self.live = "running", index
        self.spread, self.pooled, self.chosen = {}, {}, {}
        for place, waiting in self.stories.items():
            if not waiting.kind:  # the names of those to come follow from the one that is known
                waiting.kind, waiting.number = story.kind, story.number - index + place

    def _end(self, data: Mapping[str, Any]) -> None:
        story = self.stories.get(int(data["index"]))
        if story is not None:
            story.state = data.get("state", "finished")
            story.best, story.test = data.get("metrics") or {}, data.get("test_metrics") or {}
