"""What the window says of trainings that crashed or cannot save, and the one button that helps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.core.events import EventReader
from console.core.fields import to_plain
from console.core.paths import Workspace, open_workspace
from console.core.rundir import LIVE_STATES, RunDir, create_run
from console.engine.data.simulated import ensure_sample
from console.ui.i18n import set_language
from console.ui.main_window import MainWindow
from tests.faults.conftest import small_disk
from tests.faults.test_disk_trouble import fill

__all__ = ["small_disk"]
Open = Callable[[], MainWindow]
STORYTELLER = Path(__file__).parents[1] / "runtime" / "storyteller.py"


@pytest.fixture
def open_window(qtbot, app, workspace: Workspace, settings) -> Iterator[Open]:
    """Opens the main window; a run that is alive at the end is ended."""
    opened: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(open_workspace(), settings, prepare_sample=False)
        with qtbot.waitSignal(window.ready):
            window.show()
        opened.append(window)
        return window

    yield make
    for window in opened:
        run = window.workbench.controller.run
        window.workbench.close_down()
        if (
            run is not None
            and run.status().state in LIVE_STATES
            and run.status().pid != os.getpid()
        ):
            os.kill(run.status().pid, signal.SIGKILL)
        window.hide()  # to close it would ask what becomes of a live run
        window.deleteLater()


def crashed_run(workspace: Workspace, name: str, attempt: int = 1) -> RunDir:
    """A run whose process is gone."""
    run = create_run(workspace, name, config=to_plain(OrchestratorConfig()), details={})
    run.write_status(state="running", pid=2**22 + 1, process_started=1.0, attempt=attempt)
    assert run.status().state == "crashed"
    return run


def test_that_a_crash_is_offered_until_it_is_dismissed(open_window, workspace, settings):
    settings.last_page = "configure"
    first, second = (crashed_run(workspace, name) for name in ("alpha", "beta"))
    bench = open_window().workbench
    assert bench.notice.text.startswith("2 trainings crashed: ")
    assert first.id in bench.notice.text and second.id in bench.notice.text
    assert bench.notice._action.text() == "Resume all"
    bench.notice.close_strip()
    assert open_window().workbench.notice.text == ""
    second.write_status(state="running", attempt=2)  # it went on, and crashed again
    assert second.id in open_window().workbench.notice.text


def test_that_a_crash_on_the_screen_is_not_offered_again(qtbot, open_window, workspace, settings):
    settings.last_page = "train"
    crashed_run(workspace, "alpha")
    bench = open_window().workbench
    qtbot.waitUntil(lambda: bench.train_page.failure.isVisible())
    assert bench.notice.text == ""
    settings.last_page = "configure"
    assert open_window().workbench.notice.text == ""


def test_that_the_offer_is_made_in_russian(open_window, workspace, settings):
    settings.last_page = "configure"
    set_language("ru")
    for name in ("alpha", "beta"):
        crashed_run(workspace, name)
    notice = open_window().workbench.notice
    assert notice.text.startswith("Аварийно завершились 2 обучения")
    assert notice._action.text() == "Продолжить все"


def test_that_every_live_run_is_in_the_switcher(open_window, workspace):
    live = [create_run(workspace, f"live {number}", config={}, details={}) for number in range(3)]
    locks = [run.lock() for run in live]
    started = psutil.Process().create_time()
    for run, lock in zip(live, locks, strict=True):
        lock.acquire()
        run.write_status(state="running", pid=os.getpid(), process_started=started)
    old = [create_run(workspace, "z old", config={}, details={}) for _ in range(25)]
    assert len(old) == 25
    bench = open_window().workbench
    bench.run_bar.switcher.fill()
    listed = [action.data() for action in bench.run_bar.switcher.menu_of_runs.actions()]
    assert set(listed[:3]) == {str(run.path) for run in live}
    assert len(listed) == 20
    assert bench.controller.run in live
    for lock in locks:
        lock.release()


def test_that_a_run_that_waits_for_the_disk_says_so_with_one_button(
    qtbot, open_window, workspace, settings
):
    run = create_run(workspace, "full", config=to_plain(OrchestratorConfig()), details={})
    command = [sys.executable, str(STORYTELLER), str(run.path), "1", "--hold"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    bench = open_window().workbench
    page = bench.train_page
    qtbot.waitUntil(lambda: bench.controller.state.state == "running")
    run.write_status(
        state="paused",
        message="3 checkpoints in a row could not be saved; training is paused.\n"
        "Free some space or repair the folder, then resume.",
    )
    qtbot.waitUntil(lambda: "training is paused. Free some space" in page.notice.text)
    assert page.notice._action.text() == "Try again and go on"
    qtbot.mouseClick(page.notice._action, Qt.MouseButton.LeftButton)
    told = EventReader(run.events)
    qtbot.waitUntil(lambda: any(event.kind == "unpaused" for event in told.read()))
    process.kill()
    process.communicate()


def small_training(**changes: object) -> OrchestratorConfig:
    """The simulated sample, a small model, one thread."""
    trainer = TrainerConfigV2(
        epochs=500, batch_size=128, learning_rate=1e-3, num_threads=1, device="cpu",
        early_stopping_patience=0,
    )  # fmt: skip
    return OrchestratorConfig(
        model_preset="quick_experiment", trainer=trainer, use_mlflow=False,
        experiment_name="crash", **changes,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_that_a_killed_training_is_seen_and_resumed_by_one_click(qtbot, open_window, workspace):
    ensure_sample(workspace)
    bench = open_window().workbench
    controller, page = bench.controller, bench.train_page
    controller.start(small_training())
    bench.show_train()
    qtbot.waitUntil(lambda: controller.curves.last_epoch >= 1, timeout=120_000)
    os.kill(controller.run.status().pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: controller.state.state == "crashed", timeout=5_000)
    qtbot.waitUntil(lambda: page.failure.isVisible(), timeout=5_000)
    assert "ended without a word" in page.failure.text
    assert "is safe" in page.failure.text
    qtbot.mouseClick(page.failure.resume_button, Qt.MouseButton.LeftButton)
    epoch = controller.curves.last_epoch
    qtbot.waitUntil(lambda: controller.state.state == "running", timeout=120_000)
    qtbot.waitUntil(lambda: controller.curves.last_epoch > epoch, timeout=120_000)
    assert controller.progress.attempt == 2
    assert not page.failure.isVisible()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_that_an_offered_crash_goes_on_in_the_window(qtbot, open_window, workspace, settings):
    ensure_sample(workspace)
    first = open_window().workbench
    first.controller.start(small_training())
    qtbot.waitUntil(lambda: first.controller.curves.last_epoch >= 1, timeout=120_000)
    run = first.controller.run
    first.close_down()
    os.kill(run.status().pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: run.status().state == "crashed", timeout=5_000)
    settings.last_page = "configure"
    bench = open_window().workbench
    assert bench.notice.text.startswith("A training crashed: ")
    qtbot.mouseClick(bench.notice._action, Qt.MouseButton.LeftButton)
    assert bench.page == "train"
    qtbot.waitUntil(lambda: run.status().state == "running", timeout=120_000)
    qtbot.waitUntil(lambda: bench.controller.progress.attempt == 2, timeout=60_000)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_that_a_training_on_a_full_disk_pauses_and_goes_on_by_one_click(
    qtbot, small_disk, open_window, monkeypatch
):
    monkeypatch.setenv("TRAINING_CONSOLE_WORKSPACE", str(small_disk / "workspace"))
    ensure_sample(open_workspace().ensure())
    bench = open_window().workbench
    controller, page = bench.controller, bench.train_page
    controller.start(small_training())
    bench.show_train()
    qtbot.waitUntil(lambda: controller.curves.last_epoch >= 1, timeout=120_000)
    fill(small_disk)
    qtbot.waitUntil(lambda: controller.state.state == "paused", timeout=120_000)
    qtbot.waitUntil(lambda: "training is paused" in page.notice.text, timeout=10_000)
    (small_disk / "filler").unlink()
    qtbot.mouseClick(page.notice._action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: controller.state.state == "running", timeout=60_000)
    saved = len(controller.progress.saved)
    qtbot.waitUntil(lambda: len(controller.progress.saved) > saved, timeout=60_000)
    assert page.notice.text == ""
    seqs = [event.seq for event in EventReader(controller.run.events).read()]
    assert seqs == list(range(1, len(seqs) + 1))
