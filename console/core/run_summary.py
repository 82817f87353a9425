"""A run in one line: what it trained, how far it came, how good it was, how long it took."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.core.errors import RunError
from console.core.files import write_text_atomic
from console.core.rundir import RunDir, RunState

NOTE = "note.txt"
_BLOCK_BYTES = 1 << 22
_HEAD = re.compile(rb'"attempt":(\d+),"seq":(\d+),"t":"([^"]*)","kind":"(\w+)"')
_READ_WHOLE = frozenset({b"epoch_metrics", b"resumed", b"run_started"})


@dataclass(frozen=True)
class RunSummary:
    """One run as a table shows it. ``started`` is the time of its first event, empty before it;
    ``duration_s`` is the time at work, pauses between attempts left out."""

    id: str
    state: RunState
    dataset: str = ""
    label: str = ""
    model: str = ""
    trainer: str = ""
    epoch: int = 0
    epochs: int = 0
    best_f1: float | None = None
    best_mcc: float | None = None
    created: str = ""
    started: str = ""
    duration_s: float = 0.0
    note: str = ""
    message: str = ""


@dataclass
class EventDigest:
    """What has been read of a run's events up to ``offset``, so that only the rest need be.

    ``points`` are (seq, F1, MCC) of the epochs that still count.
    """

    offset: int = 0
    started: str = ""
    attempt: int = 0
    attempt_started: str = ""
    last: str = ""
    earlier_s: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)
    points: list[tuple[int, float | None, float | None]] = field(default_factory=list)

    def read_on(self, run: RunDir) -> None:
        """Take in the events that came since the last call; a last line not whole yet waits."""
        try:
            with open(run.events, "rb") as stream:
                if os.fstat(stream.fileno()).st_size < self.offset:
                    self.__dict__.update(vars(EventDigest()))  # the file was replaced
                stream.seek(self.offset)
                rest = b""
                while block := stream.read(_BLOCK_BYTES):
                    *lines, rest = (rest + block).split(b"\n")
                    for line in lines:
                        self._take(line)
                        self.offset += len(line) + 1
        except OSError:
            return

    @property
    def seconds(self) -> float:
        """Time at work so far, all attempts."""
        return self.earlier_s + _seconds(self.attempt_started, self.last)

    def best(self, place: int) -> float | None:
        """The highest figure at ``place`` of the points: 1 is F1, 2 is MCC."""
        figures = [point[place] for point in self.points]
        return max((float(f) for f in figures if f is not None), default=None)

    def _take(self, line: bytes) -> None:
        head = _HEAD.search(line, 0, 200)
        if head is None:
            return
        attempt, moment = int(head[1]), head[3].decode("ascii", "replace")
        if attempt != self.attempt:
            self.earlier_s = self.seconds
            self.attempt, self.attempt_started = attempt, moment
        self.started = self.started or moment
        self.last = moment
        if head[4] in _READ_WHOLE:
            self._take_whole(head[4], int(head[2]), line)

    def _take_whole(self, kind: bytes, seq: int, line: bytes) -> None:
        try:
            data = json.loads(line)["data"]
        except (ValueError, KeyError):
            return  # a torn line
        if kind == b"resumed":
            limit = int(data.get("after_seq", seq))
            self.points = [point for point in self.points if point[0] <= limit]
        elif kind == b"run_started":
            names = ("dataset", "label", "model", "trainer", "epochs")
            self.told = {name: data[name] for name in names if name in data}
        else:
            self.points.append((seq, data.get("val_f1"), data.get("val_mcc")))


def summarise(run: RunDir, digest: EventDigest) -> RunSummary:
    """The run's line, from its files and what ``digest`` has read of its events."""
    status, told = run.status(), digest.told
    try:
        content = run.read_run()
    except RunError as error:
        return RunSummary(run.id, status.state, message=error.message)
    config = content.get("config") or {}
    data = config.get("data") or {}
    return RunSummary(
        id=run.id,
        state=status.state,
        dataset=str(told.get("dataset") or data.get("dataset") or ""),
        label=str(told.get("label") or data.get("label") or ""),
        model=str(config.get("model_preset", "")),
        trainer=str(config.get("trainer_preset", "")),
        epoch=status.epoch,
        epochs=int(status.epochs or told.get("epochs") or _planned_epochs(content)),
        best_f1=digest.best(1),
        best_mcc=digest.best(2),
        created=str(content.get("created", "")),
        started=digest.started,
        duration_s=round(digest.seconds, 1),
        note=read_note(run),
        message=status.message,
    )


def read_note(run: RunDir) -> str:
    """The operator's note on a run."""
    try:
        return (run.path / NOTE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def write_note(run: RunDir, text: str) -> None:
    """Replace the operator's note on a run.

    Raises:
        WorkspaceError: it cannot be written.
    """
    write_text_atomic(run.path / NOTE, text.strip() + "\n")


def _planned_epochs(content: Mapping[str, Any]) -> int:
    trainer = (content.get("plan") or {}).get("trainer") or {}
    epochs = trainer.get("epochs")
    return epochs if isinstance(epochs, int) else 0


def _seconds(first: str, last: str) -> float:
    try:
        span = datetime.fromisoformat(last) - datetime.fromisoformat(first)
    except ValueError:
        return 0.0
    return max(0.0, span.total_seconds())
