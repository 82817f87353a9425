"""The run directory: layout, lock, status, commands. The only truth about a run is on disk.

runs/<date>-<slug>-<id>/
  run.json  config.yaml  status.json  lock  events.jsonl  checkpoints/  commands/  export/  logs/
  members/<NN>-<seed or fold>/  a run directory for each training of a run of several
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import filelock
import yaml

from console.core.clock import utc_now
from console.core.errors import RunError, WorkspaceError, did_you_mean
from console.core.files import (
    disk_errors,
    write_json_atomic,
    write_json_in_place,
    write_text_atomic,
)
from console.core.paths import Workspace
from console.core.processes import (
    age_s,
    clock_note,
    is_suspended,
    lives,
    process_is,
    whereabouts,
)

__all__ = [
    "COMMANDS", "LIVE_STATES", "RESUMABLE_STATES", "STALLED_AFTER_S", "RunDir", "RunState",
    "RunStatus", "create_run", "find_run", "list_runs", "process_is",
]  # fmt: skip

RunState = Literal[
    "new", "queued", "starting", "running", "paused", "stalled", "released", "crashed", "stopped",
    "finished", "failed",
]  # fmt: skip
LIVE_STATES = frozenset({"starting", "running", "paused", "stalled"})
RESUMABLE_STATES = frozenset({"released", "crashed", "stopped", "failed"})
COMMANDS = ("stop", "stop_now", "pause", "release", "resume", "save", "set")
STALLED_AFTER_S = 30.0
MEMBERS_FOLDER = "members"


@dataclass(frozen=True)
class RunStatus:
    """What a run is doing, as far as its files and its process tell.

    ``queued_at`` says since when it belongs to the queue; empty for a run that does not. In a run
    of several trainings, ``member`` of ``members`` is at work, and ``epoch`` is its own.
    """

    state: RunState
    pid: int = 0
    attempt: int = 0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    message: str = ""
    updated: float = 0.0
    queued_at: str = ""
    member: int = 0
    members: int = 0


@dataclass(frozen=True)
class RunDir:
    """One run's folder."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name; that of a member of a run begins with the name of its run."""
        if self.path.parent.name == MEMBERS_FOLDER:
            return f"{self.path.parents[1].name}-{self.path.name}"
        return self.path.name

    @property
    def events(self) -> Path:
        """The append-only event file."""
        return self.path / "events.jsonl"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def export(self) -> Path:
        """Where exported models of this run go by default."""
        return self.path / "export"

    @property
    def logs(self) -> Path:
        """Worker logs and crash reports."""
        return self.path / "logs"

    def read_run(self) -> dict[str, Any]:
        """``run.json``: config, plan, environment, command line.

        ``resolved`` holds the configs the run settled on once it had seen its data.

        Raises:
            RunError: missing or damaged.
        """
        try:
            content = json.loads((self.path / "run.json").read_text("utf-8"))
            if not isinstance(content, dict):
                raise ValueError("not an object")
            resolved = self.path / "resolved.json"
            if resolved.exists():
                content["resolved"] = json.loads(resolved.read_text("utf-8"))
            return content
        except (OSError, ValueError) as error:
            raise RunError(
                "{path} is not a run: run.json is missing or damaged ({reason}).",
                remedy="Choose a folder below runs/ of the workspace.",
                path=self.path,
                reason=str(error),
            ) from error

    def lock(self) -> filelock.FileLock:
        """The lock a worker holds while it lives."""
        return filelock.FileLock(self.path / "lock", thread_local=False, fallback_to_soft=False)

    def is_locked(self) -> bool:
        """Whether a living process holds the lock."""
        return self._probe_lock() is True

    def locks_work(self) -> bool:
        """Asked by the holder of the lock: whether anybody else would notice that it is held."""
        return self._probe_lock() is True

    def launched(self) -> float:
        """When a worker was launched that has not come up yet, in seconds since 1970; else 0."""
        value = self._raw_status().get("launched")
        return float(value) if isinstance(value, int | float) else 0.0

    def write_status(self, **changes: Any) -> None:
        """Merge ``changes`` into ``status.json`` with a fresh heartbeat; replaced atomically.

        On a full disk the file is written over in place: that needs no new room.

        Raises:
            WorkspaceError: it cannot be written.
        """
        content = {**self._raw_status(), **changes, **clock_note()}
        try:
            write_json_atomic(self.path / "status.json", content)
        except WorkspaceError as error:
            if not write_json_in_place(self.path / "status.json", content):
                raise error

    def status(self) -> RunStatus:
        """The state as it really is: a run whose process is gone is crashed, whatever it wrote."""
        raw = self._raw_status()
        status = _status_in(raw)
        if status.state not in LIVE_STATES:
            return status
        if not self._is_alive(raw):
            again = self._raw_status().get("state", status.state)
            if again not in LIVE_STATES:  # it ended between the two looks
                return self.status()
            restarting = whereabouts(raw) == "here" and process_is(
                int(raw.get("agent_pid") or 0), float(raw.get("agent_started") or 0.0)
            )
            return dataclasses.replace(status, state="starting" if restarting else "crashed")
        at_work = status.state != "starting" or raw.get("locks") is not None
        if at_work and self._is_silent(raw):
            return dataclasses.replace(status, state="stalled")
        return status

    def send(self, command: str, **arguments: Any) -> str:
        """Ask the running worker for something; returns the id that it will acknowledge."""
        if command not in COMMANDS:
            raise RunError(
                "There is no command {command!r}; known: {known}.",
                remedy=_hint(did_you_mean(command, COMMANDS)),
                command=command, known=", ".join(COMMANDS),
            )  # fmt: skip
        identity = f"{time.time_ns()}-{secrets.token_hex(4)}"
        write_json_atomic(
            self.path / "commands" / f"{identity}.json",
            {"id": identity, "command": command, **arguments},
        )
        return identity

    def take_commands(self, *, before: float | None = None) -> list[dict[str, Any]]:
        """Requests in the order in which they were made; each is handed out once.

        With ``before``, in seconds since 1970, only those made earlier.
        """
        folder = self.path / "commands"
        taken: list[dict[str, Any]] = []
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
        except OSError:
            return []
        for name in names:
            if name.startswith(".") or (before is not None and _made_at(name) >= before):
                continue
            command = _read_command(folder / name)
            with contextlib.suppress(OSError):  # what cannot be taken away would come every time
                (folder / name).unlink()
                taken.append(command)
        return taken

    def sweep(self, *, before: float) -> None:
        """Remove half-written files that a kill left behind ``before``, in seconds since 1970."""
        for folder in (self.path, self.path / "commands"):
            for path in folder.glob(".*.*.*"):  # the names that ``write_bytes_atomic`` gives
                with contextlib.suppress(OSError):
                    if path.is_file() and path.stat().st_mtime < before:
                        path.unlink()

    def _raw_status(self) -> dict[str, Any]:
        try:
            content = json.loads((self.path / "status.json").read_text("utf-8"))
            return content if isinstance(content, dict) else {}
        except (OSError, ValueError):
            return {}

    def _is_alive(self, raw: Mapping[str, Any]) -> bool:
        """Whether the worker lives, from its process, its lock and its heartbeat.

        Here the process decides, and the lock where locks work. On another machine only the lock
        and the heartbeat can be seen from here. After a reboot nobody is left.
        """
        where = whereabouts(raw)
        if where == "earlier boot":
            return False
        if where == "elsewhere":
            return self.is_locked() or 0.0 <= age_s(raw) <= STALLED_AFTER_S
        if raw.get("pid") and not lives(raw):
            return False
        if raw.get("pid") and (raw["state"] == "starting" or raw.get("locks") is False):
            return True
        held = self._probe_lock()
        return bool(raw.get("pid")) if held is None else held

    def _is_silent(self, raw: Mapping[str, Any]) -> bool:
        """Whether a living worker does not answer; on a read-only disk nobody can tell."""
        here = whereabouts(raw) == "here"
        if here and raw.get("pid") and is_suspended(raw):
            return True
        return age_s(raw) > STALLED_AFTER_S and os.access(self.path / "status.json", os.W_OK)

    def _probe_lock(self) -> bool | None:
        """Whether the lock is held; None where locks do not work."""
        if not (self.path / "lock").exists():
            return False
        probe = self.lock()
        try:
            with probe.acquire(timeout=0):
                return False
        except filelock.Timeout:
            return True
        except (OSError, NotImplementedError):
            return None


def create_run(
    workspace: Workspace,
    name: str,
    *,
    config: Mapping[str, Any],
    details: Mapping[str, Any],
) -> RunDir:
    """Make a new run directory with ``run.json`` and ``config.yaml``.

    Args:
        workspace: where the run goes.
        name: words for the folder's name, e.g. the experiment.
        config: the plain ``OrchestratorConfig``, all that is needed to start the run again.
        details: what else is worth knowing: digests, environment, command line.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    workspace.ensure()
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "run"
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    run = RunDir(workspace.runs / f"{stamp}-{slug}-{secrets.token_hex(3)}")
    return fill_run(run, config=config, details=details)


def fill_run(run: RunDir, *, config: Mapping[str, Any], details: Mapping[str, Any]) -> RunDir:
    """Make the folder of ``run`` with all that ``create_run`` puts into it.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    with disk_errors(run.path):
        for folder in (run.path, run.checkpoints, run.export, run.logs, run.path / "commands"):
            folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
    write_text_atomic(run.path / "config.yaml", text)
    content = {"format": 1, "id": run.id, "created": utc_now(), "config": config, **details}
    write_json_atomic(run.path / "run.json", content)
    run.write_status(state="new")
    return run


def list_runs(workspace: Workspace) -> list[RunDir]:
    """Every run of the workspace, newest first."""
    if not workspace.runs.is_dir():
        return []
    found = [RunDir(path) for path in workspace.runs.iterdir() if (path / "run.json").is_file()]
    return sorted(found, key=lambda run: run.id, reverse=True)


def find_run(workspace: Workspace, reference: str) -> RunDir:
    """The run that ``reference`` means: a path, a full id, a unique part of one, or "last".

    A member of a run is meant by the run and its number or name: ``last:2``, ``last:fold-2``.

    Raises:
        RunError: none or several match.
    """
    if (Path(reference) / "run.json").is_file():
        return RunDir(Path(reference).resolve())
    from console.core.members import find_member, split_reference  # it knows of runs, too

    run, member = split_reference(reference)
    if member:
        return find_member(find_run(workspace, run), member)
    runs = list_runs(workspace)
    if reference == "last" and runs:
        return runs[0]
    exact = [run for run in runs if run.id == reference]
    matches = exact or [run for run in runs if reference and reference in run.id]
    if len(matches) == 1:
        return matches[0]
    found = ", ".join(run.id for run in matches[:5])
    raise RunError(
        "'{reference}' names {count} runs in {folder}{found}.",
        remedy="List them with `training-console runs list` and give more of the name.",
        reference=reference, count=len(matches) or "no", folder=workspace.runs,
        found=f": {found}" if found else "",
    )  # fmt: skip


def _status_in(raw: Mapping[str, Any]) -> RunStatus:
    """What ``status.json`` says; a value of a wrong type counts as missing."""
    default = RunStatus("new")
    known = {
        name: raw[name]
        for name in RunStatus.__dataclass_fields__
        if isinstance(
            raw.get(name), int | float if name == "updated" else type(vars(default)[name])
        )
    }
    return dataclasses.replace(default, **known)


def _made_at(name: str) -> float:
    """When a request was made, in seconds since 1970, from its file's name; 0 for a foreign one."""
    digits = name.partition("-")[0]
    return int(digits) / 1e9 if digits.isdecimal() else 0.0


def _read_command(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        content = None
    if isinstance(content, dict):
        return content
    return {"id": path.stem, "command": "unreadable"}


def _hint(suggestion: str) -> str:
    return f"Did you mean '{suggestion}'?" if suggestion else ""
