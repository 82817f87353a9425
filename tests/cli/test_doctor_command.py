"""Commands to a live run, and ``doctor``; on a training in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.events import EventWriter
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from tests.cli.conftest import Command
from tests.cli.test_train_command import QUICK


def test_that_a_live_run_is_changed_saved_and_released(cli: Command) -> None:
    run = cli(*QUICK, "--epochs", 500, "--detach").result["run"]
    changed = cli("runs", "set", run, "learning_rate=2e-5", "patience=30", "--json")
    assert (changed.code, changed.result["status"]) == (0, "accepted")
    assert changed.result["message"] == "applies at the next epoch"
    refused = cli("runs", "set", run, "learning_rate=9", "--json")
    assert refused.code == 1 and "learning_rate" in refused.result["error"]["message"]
    assert cli("runs", "set", run, "learning_rate", "--json").code == 2
    assert cli("runs", "save", run, "--json").result["status"] == "accepted"
    assert cli("runs", "pause", run, "--release", "--json").result["status"] == "sent"
    followed = cli("runs", "follow", run, "--json")
    assert (followed.code, followed.result["status"]) == (0, "released")
    shown = cli("runs", "show", run, "--json").result
    assert shown["state"] == "released"
    assert {"command", "release"} <= {saved["reason"] for saved in shown["checkpoints"]}
    examined = cli("doctor", run, "--json")
    assert (examined.code, examined.result["status"]) == (0, "success")
    assert cli("runs", "set", run, "epochs=3", "--json").code == 1


@pytest.fixture
def ill_run(workspace: Workspace) -> RunDir:
    """A run recorded before there was a doctor, whose loss has run away."""
    run = create_run(workspace, "ill", config={}, details={})
    writer = EventWriter(run.events, run.id)
    for first in range(1, 200, 10):
        losses = [0.8 if first < 50 else 4.0] * 10
        data = {"steps": list(range(first, first + 10)), "loss": losses}
        writer.emit("step", epoch=1, step=first + 9, data=data)
    writer.close()
    return run


def test_that_a_run_recorded_without_a_doctor_is_examined(cli: Command, ill_run: RunDir) -> None:
    [found] = cli("doctor", ill_run.id, "--json").result["diagnoses"]
    assert (found["code"], found["level"]) == ("learning_rate_exploding", "severe")
    shown = cli("doctor", ill_run.id).out
    assert "SEVERE" in shown and f"runs set {ill_run.id} learning_rate=5e-06" in shown


def test_that_recorded_diagnoses_are_told_as_they_stand_last(cli: Command, ill_run: RunDir) -> None:
    writer = EventWriter(ill_run.events, ill_run.id)
    for active in (True, False):
        writer.emit("diagnosis", data={"code": "plateau", "level": "info", "active": active})
    writer.close()
    [found] = cli("doctor", ill_run.id, "--json").result["diagnoses"]
    assert (found["code"], found["active"]) == ("plateau", False)
    assert "plateau has passed" in cli("doctor", ill_run.id).out


def test_that_the_installation_is_checked_on_one_screen(cli: Command, tmp_path: Path) -> None:
    answer = cli("doctor", "--json")
    states = {check["name"]: check["state"] for check in answer.result["checks"]}
    assert {"Python", "PyTorch", "CPU", "Memory", "Workspace", "Disk", "GPU", "Window"} <= set(
        states
    )
    assert states["PyTorch"] == states["Workspace"] == "good"
    assert answer.code == ("problem" in states.values())
    (tmp_path / "file").write_text("")
    broken = cli("doctor", "--workspace", tmp_path / "file", "--json")
    assert broken.code == 1 and broken.result["status"] == "error"
