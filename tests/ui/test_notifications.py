"""An operator who looks elsewhere hears of the end of a run; one who looks here is left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.core.configs import OrchestratorConfig
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.run_controller import RunController
from console.runtime.settings import Settings
from console.ui.dialogs.settings_dialog import SettingsDialog
from console.ui.notifications import NOTIFY, SOUND, RunNotifier

STORYTELLER = Path(__file__).parents[1] / "runtime" / "storyteller.py"


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "story", config=to_plain(OrchestratorConfig()), details={})


@pytest.fixture
def tell(run: RunDir) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Has another process work on the run."""
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(STORYTELLER), str(run.path), *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "ready\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def controller(app: QApplication, workspace: Workspace) -> Iterator[RunController]:
    made = RunController(workspace)
    yield made
    made.shutdown()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window that is not on the screen, so the operator looks elsewhere."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_that_the_end_of_a_live_run_is_announced_with_its_best_figure(
    controller: RunController, settings: Settings, window: QWidget, run: RunDir, tell, qtbot: QtBot
) -> None:
    notifier = RunNotifier(controller, settings, window)
    tell("3", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: len(controller.curves.epochs) == 3 and controller.is_live)
    with qtbot.waitSignal(notifier.notified) as announced:
        controller.stop_now()
    title, text = announced.args
    assert title == "Stopped: ashare"
    assert "best validation loss 0.367 at epoch 3" in text


def test_that_a_killed_run_is_announced(
    controller: RunController, settings: Settings, window: QWidget, run: RunDir, tell, qtbot: QtBot
) -> None:
    notifier = RunNotifier(controller, settings, window)
    process = tell("1", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.is_live)
    with qtbot.waitSignal(notifier.notified) as announced:
        process.kill()
    assert announced.args[0].startswith("Crashed")


@pytest.mark.parametrize("why", ["ended before", "switched off", "looks here"])
def test_that_nothing_is_announced_without_need(
    why: str,
    controller: RunController,
    settings: Settings,
    window: QWidget,
    run: RunDir,
    tell,
    qtbot: QtBot,
) -> None:
    announced: list[str] = []
    RunNotifier(controller, settings, window).notified.connect(announced.append)
    if why == "switched off":
        settings.set_flag(NOTIFY, False)
    if why == "looks here":
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
    process = tell("1") if why == "ended before" else tell("1", "--hold")
    if why == "ended before":
        process.wait()
    controller.attach(run)
    qtbot.waitUntil(lambda: len(controller.curves.epochs) == 1)
    if controller.is_live:
        controller.stop_now()
    qtbot.waitUntil(lambda: not controller.is_live)
    assert announced == []


def test_that_the_settings_are_offered_and_kept(settings: Settings, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SettingsDialog(parent, settings, "/somewhere")
    assert dialog.notify.isChecked() and not dialog.sound.isChecked()
    dialog.sound.click()
    assert settings.flag(SOUND)
    dialog.notify.click()
    assert not settings.flag(NOTIFY, True) and not dialog.sound.isEnabled()
