"""Records one training of a run of several, and tells the whole run of it."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from console.core.events import FINAL_KINDS, Event, EventReader
from console.core.rundir import RunDir
from console.engine.run_members import Member
from console.engine.run_recorder import RunRecorder

# A member's end is told as member_finished; the worker's own pulse is told once.
NOT_RELAYED = frozenset({*FINAL_KINDS, "heartbeat"})
STOPS = frozenset({"stop", "stop_now"})


class MemberRelay:
    """Repeats a member's events in the story of the whole run.

    A ``resumed`` of the member names an event of its own as the last that counts; in the story of
    the run, that is the event which repeated it. ``has_story`` says that an earlier attempt told
    some of the member's events.
    """

    def __init__(self, recorder: RunRecorder, member: Member, *, has_story: bool) -> None:
        self._recorder, self._member = recorder, member
        told = EventReader(recorder.run.events).read() if has_story else []
        places = [
            (int(event.data["member_seq"]), event.seq)
            for event in told
            if event.data.get("member") == member.index and "member_seq" in event.data
        ]
        self._own, self._in_run = [p[0] for p in places], [p[1] for p in places]

    def __call__(self, event: Event) -> None:
        """Repeat one event of the member."""
        if event.kind in NOT_RELAYED:
            return
        data: dict[str, Any] = {
            **event.data, "member": self._member.index, "members": self._member.total,
            "member_name": self._member.name, "member_seq": event.seq,
        }  # fmt: skip
        if event.kind == "resumed":
            data["after_seq"] = self._place_of(int(event.data["after_seq"]))
        self._recorder.emit(event.kind, event.epoch, event.step, data)
        self._own.append(event.seq)
        self._in_run.append(self._recorder.last_seq())

    def _place_of(self, seq: int) -> int:
        """The event of the run that repeated event ``seq`` of the member, or the one before."""
        place = bisect.bisect_right(self._own, seq)
        return self._in_run[place - 1] if place else self._recorder.last_seq()


class MemberRecorder(RunRecorder):
    """The recorder of a member: it also hears the commands given to the whole run."""

    def __init__(
        self,
        run: RunDir,
        relay: Callable[[Event], None],
        of_the_run: RunRecorder,
        waiting: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(run, relay)
        self._of_the_run = of_the_run
        self._waiting = [dict(command) for command in waiting]
        self.stop_asked = False

    def take_commands(self) -> list[dict[str, Any]]:
        """New commands to this member and to the whole run."""
        to_the_run = [*self._waiting, *self._of_the_run.take_commands()]
        self._waiting.clear()
        self.stop_asked |= any(command.get("command") in STOPS for command in to_the_run)
        return super().take_commands() + to_the_run
