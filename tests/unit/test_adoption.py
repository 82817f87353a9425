"""A run that comes from elsewhere becomes one of the workspace, or is refused in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from console.core.adoption import adopt_run
from console.core.errors import RunError
from console.core.paths import Workspace, open_workspace
from console.core.processes import process_note
from console.core.rundir import RunDir, create_run, list_runs


@pytest.fixture
def foreign(tmp_path: Path) -> RunDir:
    """A run that another machine was killed over."""
    root = tmp_path / "theirs"
    config = {
        "workspace": str(root), "output_dir": str(root / "models"), "mlflow_tracking_uri": "s3://x",
        "seed": 1,
    }  # fmt: skip
    run = create_run(open_workspace(root), "night", config=config, details={"plan": {"a": 1}})
    run.write_status(**{**process_note(), "host": "theirs"}, state="running", epoch=3)
    status = json.loads((run.path / "status.json").read_text())
    (run.path / "status.json").write_text(json.dumps({**status, "updated": 0.0}))
    run.send("stop")
    (run.checkpoints / ".tmp-step-000000001").mkdir()
    (run.path / "lock").write_text("")
    return run


def test_that_a_foreign_run_is_copied_and_repaired(foreign: RunDir, workspace: Workspace) -> None:
    run = adopt_run(foreign.path, workspace)
    assert list_runs(workspace) == [run]
    assert run.id == foreign.id
    status = run.status()
    assert (status.state, status.epoch, status.pid) == ("crashed", 3, 0)
    config = run.read_run()["config"]
    assert config == {
        "workspace": str(workspace.root), "output_dir": str(workspace.root / "models"),
        "mlflow_tracking_uri": "s3://x", "seed": 1,
    }  # fmt: skip
    assert str(workspace.root) in (run.path / "config.yaml").read_text()
    assert run.read_run()["adopted"]["from"] == str(foreign.path)
    assert run.read_run()["plan"] == {"a": 1}
    assert run.take_commands() == []
    assert not any(run.checkpoints.iterdir()) and not (run.path / "lock").exists()
    assert foreign.path.is_dir() and (foreign.checkpoints / ".tmp-step-000000001").is_dir()
    assert not any(path.name.startswith(".tmp-") for path in workspace.root.iterdir())


def test_that_a_renamed_folder_keeps_the_runs_own_name(
    foreign: RunDir, workspace: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(foreign.path, tmp_path / "copy of a run")
    assert adopt_run(tmp_path / "copy of a run", workspace).id == foreign.id


def test_that_what_is_no_run_or_here_already_is_refused(
    foreign: RunDir, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(RunError, match="is not a run"):
        adopt_run(tmp_path / "photos", workspace)
    run = adopt_run(foreign.path, workspace)
    for source in (foreign.path, run.path):
        with pytest.raises(RunError, match="already"):
            adopt_run(source, workspace)


def test_that_a_run_that_is_being_trained_is_refused(foreign: RunDir, workspace: Workspace) -> None:
    foreign.write_status(**process_note(), state="running", locks=True)
    with foreign.lock(), pytest.raises(RunError, match="still being trained"):
        adopt_run(foreign.path, workspace)
    assert list_runs(workspace) == []
