"""The Train page and the run bar over a run that another process told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console.core.configs import OrchestratorConfig
from console.core.events import EventWriter
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.run_controller import RunController
from console.ui.i18n import set_language
from console.ui.pages.train_page import TrainPage
from console.ui.theme import apply_theme, current_theme
from console.ui.widgets.run_bar import RunBar

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
def page(qtbot, controller, jobs, settings) -> TrainPage:
    made = TrainPage(controller, jobs, settings)
    qtbot.addWidget(made)
    made.resize(1180, 680)
    made.show()
    made.ensure_plots()
    return made


@pytest.fixture
def bar(qtbot, controller) -> RunBar:
    made = RunBar(controller)
    qtbot.addWidget(made)
    made.resize(1180, 80)
    made.show()
    return made


def drawn(plot, key: str) -> list[float]:
    """The x values that a curve draws."""
    x = plot.curves[key].item.xData
    return [] if x is None else list(x)


def attach_ended(qtbot, controller, run, tell, epochs: int) -> None:
    tell(str(epochs)).wait(timeout=20)
    controller.attach(run)
    qtbot.waitUntil(
        lambda: controller.state.state == "finished" and controller.curves.last_epoch == epochs
    )


def test_that_an_empty_page_says_what_it_is_for_and_offers_the_first_step(qtbot, page):
    assert page.empty_title.isVisible()
    assert page.configure_button.text() == "Set up a training"
    with qtbot.waitSignal(page.configure_requested):
        qtbot.mouseClick(page.configure_button, Qt.MouseButton.LeftButton)


def test_that_epochs_appear_in_both_plots_while_the_run_lives(qtbot, page, controller, run, tell):
    tell("4", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: drawn(page.plots.loss, "validation") == [1.0, 2.0, 3.0, 4.0])
    qtbot.waitUntil(lambda: drawn(page.plots.accuracy, "train") == [1.0, 2.0, 3.0, 4.0])
    assert controller.is_live
    assert len(drawn(page.plots.loss, "raw")) == 80
    assert len(drawn(page.plots.accuracy, "floor")) == 2
    best = (4.0, pytest.approx(1.1 / 4))
    qtbot.waitUntil(lambda: page.plots.loss.view.marks.best == best)
    assert page.panel.shown_epoch == 4
    assert any("Epoch 4" in line for line in page.log.lines())


def test_that_the_figures_follow_the_cursor_and_a_click_pins_them(
    qtbot, page, controller, run, tell
):
    attach_ended(qtbot, controller, run, tell, 5)
    qtbot.waitUntil(lambda: len(drawn(page.plots.loss, "train")) == 5)
    page.plots.loss.cursor_moved.emit(2.2)
    assert page.panel.shown_epoch == 2
    assert "0.550" in page.plots.loss.entries["validation"].accessibleName()
    assert page.plots.accuracy.view.marks.cursor == 2.2
    view = page.plots.loss.view.view
    at = page.plots.loss.view.mapFromScene(view.mapViewToScene(QPointF(3.0, 0.5)))
    qtbot.mouseClick(page.plots.loss.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    page.plots.loss.cursor_moved.emit(None)
    assert page.panel.shown_epoch == page.panel.pinned == 3
    qtbot.mouseClick(page.panel.latest, Qt.MouseButton.LeftButton)
    assert page.panel.shown_epoch == 5


def test_that_following_stops_when_the_operator_zooms_and_comes_back(
    qtbot, page, controller, run, tell
):
    attach_ended(qtbot, controller, run, tell, 5)
    plot = page.plots.loss
    qtbot.waitUntil(lambda: len(drawn(plot, "train")) == 5)
    assert not plot.follow_button.isVisible()
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    zoomed = plot.view.x_range()
    page.plots.mark_stale(50)
    plot.refresh()
    assert plot.view.x_range() == zoomed
    assert plot.follow_button.isVisible()
    qtbot.mouseClick(plot.follow_button, Qt.MouseButton.LeftButton)
    assert plot.view.x_range() != zoomed
    assert not plot.follow_button.isVisible()


def test_that_the_legend_hides_and_isolates_curves(qtbot, page, controller, run, tell):
    attach_ended(qtbot, controller, run, tell, 3)
    plot = page.plots.loss
    qtbot.mouseClick(plot.entries["batch"], Qt.MouseButton.LeftButton)
    assert not plot.curves["raw"].item.isVisible()
    assert not plot.curves["batch"].item.isVisible()
    plot.entries["validation"].isolated.emit("validation")
    assert [key for key, entry in plot.entries.items() if entry.isChecked()] == ["validation"]
    plot.entries["validation"].isolated.emit("validation")
    assert all(entry.isChecked() for entry in plot.entries.values())


def test_that_every_point_is_copied_and_saved(qtbot, page, controller, run, tell, files, tmp_path):
    attach_ended(qtbot, controller, run, tell, 3)
    page.plots.loss.menu.copy_data()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "curve,epoch,value"
    assert sum(line.startswith("validation,") for line in lines) == 3
    files.answers = [tmp_path / "loss.png", tmp_path / "loss.csv", tmp_path / "no" / "x.csv"]
    page.plots.loss.menu.save_picture()
    page.plots.loss.menu.save_data()
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "loss.csv").read_text().splitlines() == lines
    (tmp_path / "no").write_text("a file in the way")
    page.plots.loss.menu.save_data()
    assert "x.csv" in page.notice.text


def test_that_the_log_axis_shows_the_same_values(qtbot, page, controller, run, tell):
    attach_ended(qtbot, controller, run, tell, 3)
    plot = page.plots.loss
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_L)
    np.testing.assert_allclose(
        plot.curves["train"].item.yData, np.log10([1.0, 1 / 2, 1 / 3]), rtol=1e-9
    )
    assert "0.333" in plot.entries["train"].accessibleName()


def test_that_a_resumed_run_is_one_curve_with_a_mark(qtbot, page, controller, run, tell):
    tell("4").wait(timeout=20)
    first = EventWriter(run.events, run.id)
    first.emit("run_started", data={"epochs": 50, "steps_per_epoch": 20})
    seq = [event.seq for event in _events(run) if event.kind == "best_changed"][1]
    first.emit("resumed", epoch=2, step=40, data={"from_step": 40, "after_seq": seq})
    first.emit(
        "step", epoch=3, step=60,
        data={"steps": list(range(41, 61)), "loss": [0.1] * 20, "learning_rate": 1e-3, "done": 20},
    )  # fmt: skip
    first.close()
    controller.attach(run)
    qtbot.waitUntil(lambda: len(drawn(page.plots.loss, "raw")) == 60)
    assert drawn(page.plots.loss, "raw") == [step / 20 for step in range(1, 61)]
    assert drawn(page.plots.loss, "validation") == [1.0, 2.0]
    marks = [mark for mark in page.plots.loss.view.marks.marks if mark.style == "attempt"]
    assert [(mark.x, mark.label) for mark in marks] == [(2.0, "attempt 2")]


def test_that_a_failure_says_what_was_kept_and_what_to_do(qtbot, page, controller, run, tell):
    tell("2").wait(timeout=20)
    writer = EventWriter(run.events, run.id)
    writer.emit("checkpoint_saved", epoch=2, step=40, data={"name": "a", "epoch": 2, "step": 40})
    error = {"type": "X", "message": "The disk is full.", "remedy": "Free some space."}
    writer.emit("failed", epoch=3, data={"error": error, "details": "line 1\nline 2"})
    writer.close()
    run.write_status(state="failed")
    controller.attach(run)
    qtbot.waitUntil(page.failure.isVisible)
    qtbot.waitUntil(lambda: page.failure.resume_button.isVisible())
    assert "The disk is full." in page.failure.text
    assert "The checkpoint of epoch 2 is safe." in page.failure.text
    assert "Free some space." in page.failure.text
    assert not page.failure.details.isVisible()
    qtbot.mouseClick(page.failure.details_button, Qt.MouseButton.LeftButton)
    assert page.failure.details.isVisible()
    qtbot.mouseClick(page.failure.copy_button, Qt.MouseButton.LeftButton)
    assert "line 2" in QGuiApplication.clipboard().text()


def test_that_a_killed_training_offers_to_resume(qtbot, page, bar, controller, run, tell):
    process = tell("2", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: bar.state_label.text() == "Running")
    process.kill()
    qtbot.waitUntil(lambda: bar.state_label.text() == "Crashed", timeout=10_000)
    qtbot.waitUntil(page.failure.isVisible)
    assert bar.resume_run_button.isVisible()
    assert not bar.pause_button.isVisible()


def test_that_commands_answer_at_once_in_words(qtbot, bar, controller, run, tell):
    tell("3", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: bar.state_label.text() == "Running" and controller.progress.epoch == 3)
    qtbot.mouseClick(bar.pause_button.main, Qt.MouseButton.LeftButton)
    assert bar.answer_label.text() == "Pausing"
    qtbot.waitUntil(lambda: bar.state_label.text() == "Paused")
    assert bar.pause_button.main.text() == "Continue"
    qtbot.mouseClick(bar.pause_button.main, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.state_label.text() == "Running")
    qtbot.mouseClick(bar.stop_button.main, Qt.MouseButton.LeftButton)
    assert bar.answer_label.text() == "Stopping after epoch 3"
    qtbot.waitUntil(lambda: bar.state_label.text() == "Stopped")
    assert bar.resume_run_button.isVisible()


def test_that_nothing_moves_while_figures_change(qtbot, bar, controller, run, tell):
    tell("3", "--hold")
    controller.attach(run)
    qtbot.waitUntil(lambda: bar.state_label.text() == "Running" and controller.progress.epoch == 3)
    bar.refresh()
    QApplication.processEvents()  # what the last event changed has found its place
    parts = (bar.epoch_progress, bar.total_progress, bar.speed, bar.left, bar.rate, bar.best)
    before = [part.geometry() for part in parts]
    progress = controller.progress
    progress.samples_per_second, progress.learning_rate, progress.epoch = 123456.0, 1.5e-7, 9
    bar.refresh()
    QApplication.processEvents()
    assert [part.geometry() for part in parts] == before
    assert bar.speed.value.text() == "123,456"


def test_that_theme_and_language_reach_every_part(qtbot, app, page, bar, controller, run, tell):
    attach_ended(qtbot, controller, run, tell, 3)
    apply_theme(app, "dark")
    surface = current_theme().color("surface")
    assert page.plots.loss.view.backgroundBrush().color() == surface
    color = page.plots.loss.curves["train"].item.opts["pen"].color()
    assert color == current_theme().series_color("train")
    set_language("ru")
    assert page.tabs.tabText(0) == "Журнал"
    assert bar.state_label.text() != "Finished"
    assert page.panel.title.text() == "Эпоха 3"


def test_that_hidden_plots_are_not_redrawn(qtbot, page, controller, run, tell):
    page.hide()
    attach_ended(qtbot, controller, run, tell, 3)
    assert drawn(page.plots.loss, "train") == []
    page.show()
    qtbot.waitUntil(lambda: len(drawn(page.plots.loss, "train")) == 3)


def test_that_everything_the_operator_can_reach_has_a_name(qtbot, page, bar, controller, run, tell):
    attach_ended(qtbot, controller, run, tell, 2)
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QSlider

    for owner in (page, bar):
        for kind in (QAbstractButton, QComboBox, QSlider, QAbstractItemView):
            for widget in owner.findChildren(kind):
                if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(owner):
                    named = widget.accessibleName() or getattr(widget, "text", str)()
                    assert named, widget


def _events(run: RunDir):
    from console.core.events import EventReader

    return EventReader(run.events).read()


def test_that_any_run_of_the_workspace_can_be_taken_in_hand(
    qtbot, app, workspace: Workspace
) -> None:
    older = create_run(workspace, "older", config={}, details={})
    newer = create_run(workspace, "newer", config={}, details={})
    controller = RunController(workspace)
    bar = RunBar(controller)
    qtbot.addWidget(bar)
    controller.attach(newer)
    bar.switcher.fill()
    listed = {action.data(): action for action in bar.switcher.menu_of_runs.actions()}
    assert listed.keys() == {str(older.path), str(newer.path)}
    assert listed[str(newer.path)].isChecked()
    listed[str(older.path)].trigger()
    assert controller.run == older
    controller.shutdown()
