"""The run directory: layout, lock, status, commands. The only truth about a run is on disk.

runs/<date>-<slug>-<id>/
  run.json  config.yaml  status.json  lock  events.jsonl  checkpoints/  commands/  export/  logs/
  members/<NN>-<seed or fold>/  a run directory for each training of a run of several
"""

from __future__ import annotations

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
import psutil
import yaml

from console.core.clock import utc_now
from console.core.errors import RunError, did_you_mean
from console.core.files import disk_errors, write_json_atomic, write_text_atomic
from console.core.paths import Workspace

RunState = Literal[
    "new", "starting", "running", "paused", "stalled", "released", "crashed", "stopped", "finished",
    "failed",
]  # fmt: skip
LIVE_STATES = frozenset({"starting", "running", "paused", "stalled"})
RESUMABLE_STATES = frozenset({"released", "crashed", "stopped", "failed"})
COMMANDS = ("stop", "stop_now", "pause", "release", "resume", "save", "set")
STALLED_AFTER_S = 30.0
MEMBERS_FOLDER = "members"


@dataclass(frozen=True)
class RunStatus:
    """What a run is doing, as far as its files and its process tell.

    In a run of several trainings, ``member`` of ``members`` is at work, and ``epoch`` is its own.
    """

    state: RunState
    pid: int = 0
    attempt: int = 0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    message: str = ""
    updated: float = 0.0
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
        return filelock.FileLock(self.path / "lock", thread_local=False)

    def is_locked(self) -> bool:
        """Whether a living process holds the lock."""
        probe = filelock.FileLock(self.path / "lock", timeout=0, thread_local=False)
        if not (self.path / "lock").exists():
            return False
        try:
            with probe:
                return False
        except filelock.Timeout:
            return True
        except OSError:
            return False

    def write_status(self, **changes: Any) -> None:
        """Merge ``changes`` into ``status.json`` with a fresh heartbeat; replaced atomically."""
        content = {**self._raw_status(), **changes, "updated": time.time()}
        write_json_atomic(self.path / "status.json", content)

    def status(self) -> RunStatus:
        """The state as it really is: a run whose process is gone is crashed, whatever it wrote."""
        raw = self._raw_status()
        known = {name: raw[name] for name in RunStatus.__dataclass_fields__ if name in raw}
        status = RunStatus(**{"state": "new", **known})
        if status.state not in LIVE_STATES or self._starting_up(status):
            return status
        if not self.is_locked():
            again = self._raw_status().get("state", status.state)
            if again not in LIVE_STATES:  # it ended between the two looks
                return self.status()
            return RunStatus(**{**known, "state": "crashed"})
        if status.state == "running" and time.time() - status.updated > STALLED_AFTER_S:
            return RunStatus(**{**known, "state": "stalled"})
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

    def take_commands(self) -> list[dict[str, Any]]:
        """Requests in the order in which they were made; each is handed out once."""
        folder = self.path / "commands"
        taken: list[dict[str, Any]] = []
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
        except FileNotFoundError:
            return []
        for name in names:
            if name.startswith("."):
                continue
            try:
                taken.append(json.loads((folder / name).read_text("utf-8")))
            except ValueError:
                taken.append({"id": name.removesuffix(".json"), "command": "unreadable"})
            (folder / name).unlink(missing_ok=True)
        return taken

    def _raw_status(self) -> dict[str, Any]:
        try:
            content = json.loads((self.path / "status.json").read_text("utf-8"))
            return content if isinstance(content, dict) else {}
        except (OSError, ValueError):
            return {}

    def _starting_up(self, status: RunStatus) -> bool:
        """Between being launched and taking the lock: alive as long as the process is."""
        if status.state != "starting":
            return False
        raw = self._raw_status()
        return process_is(status.pid, float(raw.get("process_started", 0.0)))


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


def process_is(pid: int, started: float) -> bool:
    """Whether process ``pid`` lives and is the one that started at ``started`` (epoch seconds)."""
    try:
        process = psutil.Process(pid)
        return (
            abs(process.create_time() - started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, ValueError):
        return False


def _hint(suggestion: str) -> str:
    return f"Did you mean '{suggestion}'?" if suggestion else ""
