"""The controller against a real run directory that another process writes."""

from __future__ import annotations

import json
import signal

import pytest

from console.core.configs import OrchestratorConfig
from console.core.events import EventReader
from console.runtime.run_controller import RunController, anchored


def test_that_an_ended_run_is_read_from_its_first_event(qtbot, controller, run, storyteller):
    storyteller("6").wait(timeout=20)
    epochs, batches = [], []
    controller.epoch_metrics.connect(epochs.append)
    controller.events.connect(batches.append)
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.state.state == "finished" and len(epochs) == 6)
    assert [metrics.epoch for metrics in epochs] == [1, 2, 3, 4, 5, 6]
    told = [event.seq for batch in batches for event in batch]
    assert told == [event.seq for event in EventReader(run.events).read()]
    assert len(controller.curves.batch_loss.raw) == 6 * 20
    assert controller.progress.best.epoch == 6
    assert not controller.is_live


def test_that_a_live_run_is_followed_and_commanded(qtbot, controller, run, storyteller):
    storyteller("3", "--hold")
    answers, pending = [], []
    controller.acknowledged.connect(answers.append)
    controller.pending_changed.connect(pending.append)
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.state.state == "running" and controller.progress.epoch == 3)
    controller.pause()
    assert controller.pending == "pause"
    qtbot.waitUntil(lambda: controller.state.state == "paused")
    assert controller.pending == ""
    controller.resume()
    qtbot.waitUntil(lambda: controller.state.state == "running")
    controller.stop_after_epoch()
    qtbot.waitUntil(lambda: controller.state.state == "stopped")
    assert [event.data["command"] for event in answers] == ["pause", "resume", "stop"]
    assert pending == ["pause", "", "resume", "", "stop", ""]


def test_that_a_refused_command_is_not_pending_any_more(qtbot, controller, run, storyteller):
    storyteller("1", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.state.state == "running")
    with qtbot.waitSignal(controller.acknowledged) as answer:
        controller.change_setting("patience", -1)
    assert answer.args[0].data["accepted"] is False
    assert controller.pending == ""


def test_that_a_killed_worker_is_seen_as_crashed(qtbot, controller, run, storyteller):
    process = storyteller("2", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.state.state == "running")
    process.send_signal(signal.SIGKILL)
    process.wait()
    qtbot.waitUntil(lambda: controller.state.state == "crashed", timeout=10_000)


def test_that_letting_go_leaves_the_run_alone(qtbot, controller, run, storyteller):
    process = storyteller("2", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.state.state == "running")
    controller.detach()
    assert controller.run is None
    assert controller.state.state == "new"
    assert len(controller.curves.epochs) == 0
    controller.shutdown()
    assert process.poll() is None
    assert run.status().state == "running"


def test_that_commands_without_a_live_run_do_nothing(controller, run):
    controller.stop_after_epoch()
    assert controller.pending == ""


def test_that_a_config_that_cannot_start_is_a_failure_in_words(qtbot, controller):
    with qtbot.waitSignal(controller.failed, timeout=10_000) as failed:
        controller.start(OrchestratorConfig(model_preset="production_smal"))
    assert "production_small" in failed.args[0]["message"]
    qtbot.waitUntil(lambda: controller.state.state == "new")
    assert controller.run is None


def test_that_relative_folders_belong_to_the_workspace(controller, workspace):
    config = anchored(OrchestratorConfig(), controller.workspace)
    assert config.execution == "process"
    assert config.workspace == str(workspace.root)
    assert config.output_dir == str(workspace.root / "models/trained")
    assert config.mlflow_tracking_uri == str(workspace.root / "mlruns")


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_that_resuming_a_damaged_run_is_refused_in_words(qtbot, controller, run, content):
    (run.path / "run.json").write_text(content)
    with qtbot.waitSignal(controller.refused) as refused:
        controller.resume_run(run)
    assert "run.json" in refused.args[0]["message"]


def test_that_a_second_window_sees_the_same_story(qtbot, controller, workspace, run, storyteller):
    storyteller("4", "--hold")
    controller.attach(run)
    other = RunController(workspace)
    other.attach(run)
    qtbot.waitUntil(lambda: controller.curves.last_epoch == other.curves.last_epoch == 4)
    first = json.dumps([m.to_dict() for m in controller.curves.epochs.values()])
    second = json.dumps([m.to_dict() for m in other.curves.epochs.values()])
    assert first == second
    assert list(controller.curves.batch_loss.raw.y) == list(other.curves.batch_loss.raw.y)
    other.shutdown()
