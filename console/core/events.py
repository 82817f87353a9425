"""The events of a run: one JSON object a line in ``events.jsonl``, the truth about the run."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.core.appending import LineAppender
from console.core.clock import utc_now
from console.core.files import disk_errors, jsonable

FORMAT_VERSION = 1
KINDS = (
    "run_started", "stage", "data_summary", "resumed", "epoch_started", "step", "epoch_metrics",
    "checkpoint_saved", "checkpoint_failed", "best_changed", "setting_changed", "warning",
    "command_ack", "heartbeat", "paused", "unpaused", "evaluated", "exported", "finished", "failed",
    "diagnosis", "member_started", "member_finished",
)  # fmt: skip
FINAL_KINDS = frozenset({"finished", "failed"})
_TAIL_BYTES = 8 << 10


@dataclass(frozen=True)
class Event:
    """One event. ``seq`` strictly increases over the whole run; ``attempt`` counts its starts."""

    kind: str
    run: str = ""
    attempt: int = 1
    seq: int = 0
    t: str = ""
    epoch: int = 0
    step: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The event as one line of JSON without a newline."""
        content = {
            "v": FORMAT_VERSION, "run": self.run, "attempt": self.attempt, "seq": self.seq,
            "t": self.t, "kind": self.kind, "epoch": self.epoch, "step": self.step,
            "data": jsonable(self.data),
        }  # fmt: skip
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def parse_event(line: bytes) -> Event | None:
    """Read one line; None for a line that is no event of ours (torn, foreign, unknown kind)."""
    try:
        raw = json.loads(line)
        if not isinstance(raw, dict) or raw["kind"] not in KINDS:
            return None
        return Event(
            kind=raw["kind"], run=str(raw.get("run", "")), attempt=int(raw["attempt"]),
            seq=int(raw["seq"]), t=str(raw.get("t", "")), epoch=int(raw.get("epoch") or 0),
            step=int(raw.get("step") or 0), data=dict(raw.get("data") or {}),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


class EventWriter:
    """Appends events to a run's file, one flushed line each. Only the lock holder writes.

    Several threads may emit: the lines stand in the file in the order of their numbers. On a full
    or read-only disk the lines wait in memory and are written as soon as that is possible again.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path, self._run = path, run
        self._lock = threading.Lock()
        self.seq, attempts = _last_numbers(path)
        self.attempt = 1 + attempts
        with disk_errors(path):
            self._lines = LineAppender(path)

    @property
    def num_waiting(self) -> int:
        """How many events could not be written yet."""
        return self._lines.num_waiting

    def emit(
        self, kind: str, *, epoch: int = 0, step: int = 0, data: Mapping[str, Any] | None = None
    ) -> Event:
        """Append one event and return it as it was, or will be, written."""
        assert kind in KINDS, kind
        with self._lock:
            self.seq += 1
            event = Event(
                kind, self._run, self.attempt, self.seq, utc_now(), epoch, step, dict(data or {})
            )
            self._lines.append(event.to_json().encode() + b"\n", may_be_dropped=kind == "step")
        return event

    def retry(self) -> None:
        """Try again to write what waits."""
        with self._lock:
            self._lines.write_waiting()

    def close(self) -> None:
        """Sync and close the file.

        Raises:
            WorkspaceError: events are still waiting, and cannot be written.
        """
        with self._lock, disk_errors(self._path):
            self._lines.close()


class EventReader:
    """Reads a run's events from a remembered offset; an unfinished last line waits for its end."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path, self.offset = path, offset

    def read(self, max_bytes: int = 1 << 30) -> list[Event]:
        """The events that came since the last call; empty when there are none or no file yet."""
        try:
            with open(self.path, "rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                if size < self.offset:
                    self.offset = 0  # the file was replaced: begin anew
                stream.seek(self.offset)
                block = stream.read(max_bytes)
        except OSError:
            return []
        end = block.rfind(b"\n") + 1
        self.offset += end
        events = (parse_event(line) for line in block[:end].splitlines())
        return [event for event in events if event is not None]


def visible(events: Iterable[Event]) -> list[Event]:
    """The events that still count: what a resume has superseded is left out.

    ``resumed {from_step, after_seq}`` hides every earlier event whose ``seq`` is above
    ``after_seq``; nothing is ever rewritten in the file.
    """
    kept: list[Event] = []
    for event in events:
        if event.kind == "resumed":
            limit = int(event.data.get("after_seq", event.seq))
            kept = [earlier for earlier in kept if earlier.seq <= limit]
        kept.append(event)
    return kept


def follow(
    path: Path,
    on_event: Callable[[Event], None],
    *,
    until: Callable[[], bool],
    offset: int = 0,
    interval_s: float = 0.05,
) -> int:
    """Deliver events as they are written until ``until()`` says so and nothing is left to read.

    Returns the offset reached, from which a later call goes on.
    """
    reader = EventReader(path, offset)
    while True:
        done = until()
        events = reader.read()
        for event in events:
            on_event(event)
        if done and not events:
            return reader.offset
        if not events:
            time.sleep(interval_s)


def _last_numbers(path: Path) -> tuple[int, int]:
    """The highest ``seq`` and ``attempt`` of an event file, (0, 0) without any.

    Both only grow, so the end of the file has them: it is read backwards until there is a whole
    event, however much of something else stands behind it.
    """
    try:
        with open(path, "rb") as stream:
            size, length = stream.seek(0, os.SEEK_END), _TAIL_BYTES
            while True:
                begin = stream.seek(max(0, size - length))
                lines = stream.read().split(b"\n")
                found = [_numbers(line) for line in (lines[1:] if begin else lines)]
                known = [numbers for numbers in found if numbers is not None]
                if known or begin == 0:
                    break
                length *= 4
    except OSError:
        return 0, 0
    seqs, attempts = zip((0, 0), *known, strict=True)
    return max(seqs), max(attempts)


def _numbers(line: bytes) -> tuple[int, int] | None:
    """``seq`` and ``attempt`` of a line, also of a kind that only a later version knows."""
    try:
        raw = json.loads(line)
        return int(raw["seq"]), int(raw["attempt"])
    except (ValueError, KeyError, TypeError):
        return None
