"""Takes a run that was copied or moved here from elsewhere into a workspace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from console.core.checkpoints import DELETED_PREFIX, TEMPORARY_PREFIX
from console.core.clock import utc_now
from console.core.errors import RunError
from console.core.files import disk_errors, fsync_dir, write_json_atomic, write_text_atomic
from console.core.paths import Workspace, is_url
from console.core.rundir import LIVE_STATES, RunDir

_LEFT_BEHIND = shutil.ignore_patterns(
    "lock", f"{TEMPORARY_PREFIX}*", f"{DELETED_PREFIX}*", ".status.json.*"
)
_FOLDERS = ("checkpoints", "export", "logs", "commands")
_PLACES = ("workspace", "output_dir", "mlflow_tracking_uri")


def adopt_run(source: Path, workspace: Workspace) -> RunDir:
    """Copy the run in ``source`` into ``workspace``; the original stays as it is.

    What belonged to its former place is repaired in the copy: the state of a process that is not
    here, requests nobody took, and the folders of the former workspace in its config.

    Raises:
        RunError: it is no run, is still being trained, or is in the workspace already.
        WorkspaceError: the copy cannot be written.
    """
    run = RunDir(source.resolve())
    content = run.read_run()
    target = workspace.runs / _name(content, run)
    _refuse_what_cannot_be_adopted(run, target, workspace)
    draft = RunDir(workspace.root / f"{TEMPORARY_PREFIX}{target.name}")
    with disk_errors(target):
        try:
            shutil.rmtree(draft.path, ignore_errors=True)
            shutil.copytree(run.path, draft.path, symlinks=True, ignore=_LEFT_BEHIND)
            shutil.rmtree(draft.path / "commands", ignore_errors=True)
            for name in _FOLDERS:
                (draft.path / name).mkdir(exist_ok=True)
            _repair(draft, run, content, workspace)
            draft.path.rename(target)
        except BaseException:
            shutil.rmtree(draft.path, ignore_errors=True)
            raise
        fsync_dir(workspace.runs)
    return RunDir(target)


def _name(content: Mapping[str, Any], run: RunDir) -> str:
    """The run's own id, which is also in its checkpoints; its folder's name where it has none."""
    name = str(content.get("id") or "")
    return name if re.fullmatch(r"\w[\w.-]*", name) else run.id


def _refuse_what_cannot_be_adopted(run: RunDir, target: Path, workspace: Workspace) -> None:
    if run.status().state in LIVE_STATES:
        raise RunError(
            "{run} is still being trained in {folder}.",
            remedy="Stop it there first, or attach to it with `training-console runs follow`.",
            run=run.id, folder=run.path.parent,
        )  # fmt: skip
    if target.exists() or run.path.is_relative_to(workspace.runs.resolve()):
        raise RunError(
            "{run} is in the workspace {root} already.",
            remedy="Go on with it by `training-console resume {run}`.",
            run=target.name, root=workspace.root,
        )  # fmt: skip


def _repair(
    draft: RunDir, source: RunDir, content: Mapping[str, Any], workspace: Workspace
) -> None:
    config = _moved(dict(content.get("config") or {}), workspace)
    plain = {name: value for name, value in content.items() if name != "resolved"}
    origin = {"from": str(source.path), "at": utc_now()}
    write_json_atomic(
        draft.path / "run.json", {**plain, "id": _name(content, source), "config": config,
                                  "adopted": origin}
    )  # fmt: skip
    text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
    write_text_atomic(draft.path / "config.yaml", text)
    state = source.status().state
    draft.write_status(state=state, pid=0, process_ticks=0, locks=None, host="", boot="")


def _moved(config: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """The config with the folders of the former workspace replaced by those of this one."""
    former = str(config.get("workspace") or "")
    for name in _PLACES:
        value = config.get(name)
        if former and isinstance(value, str) and not is_url(value):
            path = Path(value)
            if path.is_relative_to(former):
                config[name] = str(workspace.root / path.relative_to(former))
    return config
