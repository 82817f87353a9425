"""One run, killed over and over at seeded moments, and what must hold after every kill."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from console.core.checkpoints import (
    DELETED_PREFIX,
    TEMPORARY_PREFIX,
    checkpoint_paths,
    checkpoint_problem,
)
from console.core.events import Event, EventReader, visible
from console.core.rundir import LIVE_STATES, RunDir
from console.engine import supervisor

NOTICED_WITHIN_S = 5.0
GIVE_UP_AFTER_S = 15.0
NOT_REPRODUCIBLE = ("epoch_time", "samples_per_second")


@dataclass
class Moment:
    """What the aims look at, over and over, while a worker lives."""

    run: RunDir
    reader: EventReader
    delay_s: float
    known: frozenset[str]
    events: list[Event] = field(default_factory=list)
    launched: float = field(default_factory=time.monotonic)
    began: float = 0.0

    def look(self) -> None:
        """Take in the events that came; note when the training begins, and ask for a checkpoint."""
        self.events += self.reader.read()
        if not self.began and (self.saw("resumed") or self.saw("epoch_started")):
            self.began = time.monotonic()
            self.run.send("save")

    def saw(self, kind: str) -> bool:
        """Whether this attempt told an event of that kind."""
        return any(event.kind == kind for event in self.events)

    def folders(self) -> list[str]:
        """The names among the checkpoints at this instant."""
        return os.listdir(self.run.checkpoints)


Aim = Callable[[Moment], bool]


def at_start(moment: Moment) -> bool:
    """While the worker comes up: before, at and after it takes the lock."""
    return time.monotonic() - moment.launched > 4 * moment.delay_s


def at_random(moment: Moment) -> bool:
    """Somewhere in the training."""
    return bool(moment.began) and time.monotonic() - moment.began > moment.delay_s


def in_write(moment: Moment) -> bool:
    """Inside the writing of a checkpoint."""
    return any(name.startswith(TEMPORARY_PREFIX) for name in moment.folders())


def in_rotation(moment: Moment) -> bool:
    """Inside the removal of an old checkpoint."""
    return any(name.startswith(DELETED_PREFIX) for name in moment.folders())


def before_hints(moment: Moment) -> bool:
    """Between the rename of a checkpoint and the update of the hints."""
    fresh = [name for name in moment.folders() if name not in moment.known and name[0] != "."]
    hint = moment.run.path / "last.json"
    return any(name not in hint.read_text("utf-8") for name in fresh) if hint.exists() else False


def while_paused(moment: Moment) -> bool:
    """While the training waits for its operator."""
    moment.look()
    if moment.began and moment.delay_s:
        moment.run.send("pause")
        moment.delay_s = 0.0
    return moment.saw("paused")


def while_evaluating(moment: Moment) -> bool:
    """Between the last step of an epoch and its figures."""
    moment.look()
    last = moment.events[-1] if moment.events else None
    return last is not None and last.kind == "step" and (
        last.data["done"] == last.data["steps_per_epoch"]
    )  # fmt: skip


AIMS: tuple[Aim, ...] = (
    at_random, in_write, at_start, while_evaluating, in_rotation, in_write, before_hints,
    while_paused,
)  # fmt: skip


@dataclass
class KillLoop:
    """Launches the run's real worker and kills it; ``hits`` counts how each kill came about."""

    run: RunDir
    seed: int = 0
    num_kills: int = 0
    hits: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def kill_once(self, *, resume: bool) -> bool:
        """One attempt that is killed; False when it came to its end first."""
        aim = AIMS[self.num_kills % len(AIMS)]
        offset = self.run.events.stat().st_size if self.run.events.exists() else 0
        process = supervisor.launch(self.run, resume=resume)
        moment = Moment(
            self.run, EventReader(self.run.events, offset), self._random.random(),
            frozenset(os.listdir(self.run.checkpoints)),
        )  # fmt: skip
        while process.poll() is None:
            if aim(moment):
                self.hits[aim.__name__] += 1
                break
            if moment.began and time.monotonic() - moment.began > GIVE_UP_AFTER_S:
                self.hits["late"] += 1
                break
            if not moment.began:
                moment.look()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.01)
        else:
            return False
        self._kill(process)
        return True

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        os.kill(process.pid, signal.SIGKILL)
        killed = time.monotonic()
        self.num_kills += 1
        while self.run.status().state in LIVE_STATES:  # a zombie until it is waited for
            assert time.monotonic() - killed < NOTICED_WITHIN_S, self.run.status()
        assert self.run.status().state == "crashed"
        process.wait()
        assert not self.run.is_locked()
        leftovers = Counter(name[:5] for name in os.listdir(self.run.checkpoints))
        self.hits["left .tmp-"] += leftovers[TEMPORARY_PREFIX]
        self.hits["left .del-"] += leftovers[DELETED_PREFIX]
        self.assert_all_published_are_whole()

    def finish(self) -> None:
        """Let the run come to its end."""
        process = supervisor.launch(self.run, resume=True)
        assert process.wait() == 0
        assert self.run.status().state == "finished"

    def assert_all_published_are_whole(self) -> None:
        """No published checkpoint is ever invalid, and there is always one to go on from."""
        problems = {path.name: checkpoint_problem(path) for path in self._published()}
        assert not any(problems.values()), problems

    def assert_clean(self) -> None:
        """Nothing is left of all the attempts: no folders, processes, requests or locks."""
        names = [path.name for path in self.run.path.rglob("*")]
        assert [name for name in names if name.startswith(".")] == []
        assert list((self.run.path / "commands").iterdir()) == []
        assert not self.run.is_locked()
        mine = [p for p in psutil.Process().children(recursive=True) if _works_on(p, self.run)]
        assert mine == []

    def assert_counted_strictly(self) -> None:
        """``seq`` strictly increases over all attempts."""
        seqs = [event.seq for event in EventReader(self.run.events).read()]
        assert seqs == sorted(set(seqs))

    def _published(self) -> list[Path]:
        return checkpoint_paths(self.run.checkpoints)


def _works_on(process: psutil.Process, run: RunDir) -> bool:
    try:
        return str(run.path) in process.cmdline()
    except psutil.Error:
        return False


def newest_files(run: RunDir) -> dict[str, bytes]:
    """The weights and moments in the newest checkpoint."""
    newest = checkpoint_paths(run.checkpoints)[0]
    return {name: (newest / f"{name}.safetensors").read_bytes() for name in ("model", "optim")}


def history(run: RunDir) -> list[dict[str, Any]]:
    """Every epoch that counts, without what depends on the clock."""
    events = visible(EventReader(run.events).read())
    kept = [dict(event.data) for event in events if event.kind == "epoch_metrics"]
    return [{k: v for k, v in data.items() if k not in NOT_REPRODUCIBLE} for data in kept]


def losses(run: RunDir) -> dict[int, float]:
    """The loss of every step that counts."""
    events = visible(EventReader(run.events).read())
    return {
        step: loss
        for event in events if event.kind == "step"
        for step, loss in zip(event.data["steps"], event.data["loss"], strict=True)
    }  # fmt: skip
