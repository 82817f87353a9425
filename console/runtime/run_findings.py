"""What the training doctor has told of the run in hand, one entry per rule, as it stands now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.core.diagnosis import LEVELS, Diagnosis
from console.core.events import Event


@dataclass(frozen=True)
class Finding:
    """A diagnosis with its place in the run; ``passed_at`` is the epoch in which it was over."""

    diagnosis: Diagnosis
    event: Event
    passed_at: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether it still holds."""
        return self.diagnosis.active


class RunFindings:
    """Built event by event; what a resume has superseded is forgotten."""

    def __init__(self) -> None:
        self.version = 0
        self._events: list[Event] = []
        self._found: dict[str, Finding] = {}

    def apply(self, event: Event) -> None:
        """Take in one event; the events of a run must come in order."""
        if event.kind in ("diagnosis", "member_started"):
            self._events.append(event)
            self._take(event)
        elif event.kind == "resumed":
            limit = int(event.data.get("after_seq", event.seq))
            kept = [earlier for earlier in self._events if earlier.seq <= limit]
            self._events, self._found = kept, {}
            for earlier in kept:
                self._take(earlier)
        else:
            return
        self.version += 1

    @property
    def active(self) -> list[Finding]:
        """What is the matter now: the worst first, the newest first among equals."""
        found = [finding for finding in self._found.values() if finding.is_active]
        return sorted(found, key=lambda f: (-LEVELS.index(f.diagnosis.level), -f.event.seq))

    @property
    def passed(self) -> list[Finding]:
        """What is over, the newest first."""
        found = [finding for finding in self._found.values() if not finding.is_active]
        return sorted(found, key=lambda finding: -finding.event.seq)

    @property
    def alarms(self) -> list[Finding]:
        """What is the matter now and more than a note."""
        return [finding for finding in self.active if finding.diagnosis.level != "info"]

    def _take(self, event: Event) -> None:
        if event.kind == "member_started":  # what was the matter with the last training is over
            for code, finding in self._found.items():
                over = replace(finding.diagnosis, active=False)
                self._found[code] = replace(finding, diagnosis=over)
            return
        diagnosis = Diagnosis.from_dict(event.data)
        before = self._found.pop(diagnosis.code, None)
        if diagnosis.active or before is None:
            self._found[diagnosis.code] = Finding(diagnosis, event)
        else:
            self._found[diagnosis.code] = Finding(diagnosis, before.event, event.epoch)
