"""The Runs page: queue and table, by mouse and by key, on real run directories."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import psutil
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.core.events import EventWriter
from console.core.gate import store_result
from console.core.paths import Workspace
from console.core.queue import RunQueue
from console.core.queue_process import runner_lock
from console.core.run_summary import read_note
from console.core.rundir import RunDir, create_run
from console.runtime import runs_desk
from console.runtime.runs_desk import RunsDesk
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow
from console.ui.pages import queue_table
from console.ui.pages.runs_page import RunsPage
from console.ui.pages.runs_table import COLUMNS, NOTE
from tests.ui.conftest import describe_dataset

Make = Callable[..., RunDir]


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test does not want to wait a second for every look."""
    monkeypatch.setattr(runs_desk, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def queue(workspace: Workspace) -> RunQueue:
    """A queue that is held, so that nothing is trained."""
    made = RunQueue(workspace)
    made.hold()
    return made


@pytest.fixture
def make(workspace: Workspace) -> Make:
    """Makes a run with a state and the F1 of its epochs."""

    def create(name: str, state: str = "new", *figures: float) -> RunDir:
        config = {
            "data": {"dataset": "ashare", "label": "label_20"}, "model_preset": "small",
            "trainer_preset": "quick",
        }  # fmt: skip
        run = create_run(workspace, name, config=config, details={})
        if figures:
            writer = EventWriter(run.events, run.id)
            for epoch, f1 in enumerate(figures, start=1):
                writer.emit("epoch_metrics", epoch=epoch, data={"val_f1": f1, "val_mcc": f1 / 2})
            writer.close()
        if state != "new":
            run.write_status(state=state, epoch=len(figures), epochs=9)
        return run

    return create


@pytest.fixture
def desk(app: QApplication, workspace: Workspace) -> Iterator[RunsDesk]:
    made = RunsDesk(workspace)
    yield made
    made.shutdown()


@pytest.fixture
def open_page(desk: RunsDesk, qtbot: QtBot) -> Callable[[], RunsPage]:
    """Opens the page when its runs are there."""

    def show() -> RunsPage:
        page = RunsPage(desk)
        qtbot.addWidget(page)
        page.resize(1100, 640)
        page.show()
        desk.start()
        qtbot.waitUntil(lambda: desk.is_read)
        qtbot.waitUntil(lambda: page.queue._content == desk.queue)
        return page

    return show


def names(page: RunsPage) -> list[str]:
    return [page.model.index(row, 1).data() for row in range(page.model.rowCount())]


def waiting(page: RunsPage) -> list[str]:
    model = page.queue.model
    rows = range(model.rowCount())
    return [model.index(row, 2).data() for row in rows if model.index(row, 0).data()]


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """A key with Alt, which the offscreen platform keeps for menus."""
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, modifier))


def test_that_empty_parts_say_what_they_are_for_and_offer_the_first_action(
    open_page: Callable[[], RunsPage], qtbot: QtBot
) -> None:
    page = open_page()
    assert page.empty_title.isVisible() and page.queue.empty_text.isVisible()
    for made in (page.configure_button, page.queue.configure_button):
        with qtbot.waitSignal(page.configure_asked):
            qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


def test_that_runs_are_listed_with_their_figures_and_followed(
    open_page: Callable[[], RunsPage], make: Make, qtbot: QtBot
) -> None:
    run = make("night", "stopped", 0.41, 0.48)
    page = open_page()
    cells = [page.model.index(0, column).data() for column in range(len(COLUMNS))]
    assert cells[:7] == [
        "Stopped", "night", "ashare / label_20", "small · quick", "2 of 9", "0.480", "0.240",
    ]  # fmt: skip
    with run.lock():
        started = psutil.Process().create_time()
        run.write_status(state="running", pid=os.getpid(), process_started=started, epoch=3)
        qtbot.waitUntil(lambda: page.model.index(0, 0).data() == "Running", timeout=10_000)
        assert page.model.index(0, 4).data() == "3 of 9"
        page.table.selectRow(0)
        assert not page.delete_button.isEnabled() and not page.resume_button.isEnabled()
    qtbot.waitUntil(lambda: page.model.index(0, 0).data() == "Crashed", timeout=10_000)
    assert page.resume_button.isEnabled()
    with qtbot.waitSignal(page.resume_asked) as asked:
        qtbot.mouseClick(page.resume_button, Qt.MouseButton.LeftButton)
    assert asked.args == [run.id]


def test_that_the_list_is_filtered_by_words_and_sorted_by_a_click(
    open_page: Callable[[], RunsPage], make: Make, qtbot: QtBot
) -> None:
    make("alpha", "stopped", 0.3)
    make("beta", "finished", 0.5)
    make("gamma", "new")
    page = open_page()
    qtbot.keyClicks(page.search, "ASHARE sto")
    qtbot.waitUntil(lambda: names(page) == ["alpha"])
    assert page.count.text() == "1 of 3"
    page.search.setText("nothing like it")
    qtbot.waitUntil(lambda: page.none_text.isVisible())
    qtbot.mouseClick(page.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    for order in (["beta", "alpha", "gamma"], ["alpha", "beta", "gamma"]):
        header = page.table.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(5) + 20, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        if names(page) != order:  # the first click may ask for the other order
            qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert names(page) == order


def test_that_a_chosen_run_stays_chosen_when_others_come(
    open_page: Callable[[], RunsPage], make: Make, qtbot: QtBot
) -> None:
    first = make("first")
    page = open_page()
    page.table.selectRow(0)
    make("second")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=10_000)
    assert [run.id for run in page.table.chosen] == [first.id]
    assert page.table.current is not None and page.table.current.id == first.id


def test_that_runs_are_opened_noted_deleted_and_brought_back_by_key(
    open_page: Callable[[], RunsPage], make: Make, workspace: Workspace, qtbot: QtBot
) -> None:
    run = make("night", "stopped", 0.4)
    page = open_page()
    page.table.setFocus()
    page.table.selectRow(0)
    with qtbot.waitSignal(page.show_asked) as asked:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args == [run.id]
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "wider net")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.index(0, NOTE).data() == "wider net", timeout=10_000)
    assert read_note(run) == "wider net"
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=10_000)
    assert (workspace.trash / run.id / "run.json").is_file()
    assert "in the trash" in page.notice.text
    page.notice.click_action()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=10_000)
    assert run.status().state == "stopped"


def test_that_the_queue_is_ordered_by_key_button_and_drag(
    open_page: Callable[[], RunsPage], make: Make, queue: RunQueue, qtbot: QtBot
) -> None:
    runs = [make(name) for name in ("one", "two", "three")]
    for run in runs:
        queue.add(run)
    page = open_page()
    table, model = page.queue.table, page.queue.model
    assert waiting(page) == ["one", "two", "three"]
    table.choose(runs[2].id)
    alt = Qt.KeyboardModifier.AltModifier
    press(table, Qt.Key.Key_Up, alt)
    press(table, Qt.Key.Key_Up, alt)
    assert waiting(page) == ["three", "one", "two"]
    press(table, Qt.Key.Key_Up, alt)  # it is the first
    press(table, Qt.Key.Key_Down, alt)
    assert waiting(page) == ["one", "three", "two"]
    qtbot.mouseClick(page.queue.top, Qt.MouseButton.LeftButton)
    told = model.mimeData([model.index(0, 0)])
    nowhere = model.index(-1, -1)
    assert not model.dropMimeData(told, Qt.DropAction.MoveAction, 3, 0, nowhere)
    assert waiting(page) == ["one", "two", "three"]
    expected = [run.id for run in runs]
    qtbot.waitUntil(lambda: [e.run_id for e in queue.read().waiting] == expected)
    assert table.current is not None and table.current.run_id == runs[2].id
    assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_that_a_run_leaves_the_queue_and_comes_back_to_its_place(
    open_page: Callable[[], RunsPage], make: Make, queue: RunQueue, qtbot: QtBot
) -> None:
    runs = [make(name) for name in ("one", "two", "three")]
    for run in runs:
        queue.add(run)
    page = open_page()
    page.queue.table.choose(runs[1].id)
    qtbot.keyClick(page.queue.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: waiting(page) == ["one", "three"])
    assert runs[1].status().state == "new"
    qtbot.waitUntil(lambda: "out of the queue" in page.notice.text)
    page.notice.click_action()
    qtbot.waitUntil(lambda: waiting(page) == ["one", "two", "three"])


def test_that_the_queue_is_held_widened_and_retried(
    open_page: Callable[[], RunsPage], make: Make, queue: RunQueue, qtbot: QtBot
) -> None:
    failed = make("failed")
    queue.release()
    queue.add(failed)
    queue.take()
    failed.write_status(state="failed")
    queue.mark(failed.id, "failed", "The disk is full: x could not be written.")
    page = open_page()
    panel = page.queue
    assert panel.model.index(0, 1).data() == "Failed"
    assert "disk is full" in panel.model.index(0, len(queue_table.TITLES) - 1).data()
    qtbot.mouseClick(panel.hold_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.read().held)
    qtbot.waitUntil(lambda: panel.hold_button.text() == "Go on")
    panel.parallel.setValue(3)
    qtbot.waitUntil(lambda: queue.read().parallel == 3)
    panel.table.choose(failed.id)
    qtbot.mouseClick(panel.retry_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: waiting(page) == ["failed"])
    assert "held" in panel.summary.text()


def test_that_a_queue_made_again_says_so(
    open_page: Callable[[], RunsPage], make: Make, queue: RunQueue, qtbot: QtBot
) -> None:
    queue.add(make("one"))
    page = open_page()
    text = queue.path.read_text()
    queue.path.write_text(text[: len(text) // 2])
    qtbot.waitUntil(lambda: "made again from 1 runs" in page.notice.text, timeout=10_000)
    assert waiting(page) == ["one"]


@pytest.fixture
def window(
    app: QApplication, workspace: Workspace, settings: Settings, queue: RunQueue, qtbot: QtBot
) -> Iterator[MainWindow]:
    describe_dataset(workspace)
    made = MainWindow(workspace, settings, prepare_sample=False)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.ready):
        made.show()
    yield made
    made.workbench.close_down()


def test_that_a_training_waits_its_turn_while_another_runs(
    window: MainWindow, workspace: Workspace, queue: RunQueue, qtbot: QtBot
) -> None:
    page = window.workbench.configure_page
    window.show_page("configure")
    page.set_blocked("A training is running. Stop it or wait until it ends.")
    assert not window.actions_by_name["start"].isEnabled()
    assert window.actions_by_name["queue"].isEnabled()
    assert page.summary.queue.property("kind") == "primary"
    assert page.gate.choice is not None
    store_result(workspace, "ashare", page.gate.choice.key, [])
    window.actions_by_name["queue"].trigger()
    qtbot.waitUntil(lambda: len(queue.read().waiting) == 1, timeout=10_000)
    [entry] = queue.read().waiting
    run = RunDir(workspace.runs / entry.run_id)
    qtbot.waitUntil(lambda: run.status().state == "queued")
    assert run.read_run()["config"]["execution"] == "process"
    qtbot.waitUntil(lambda: "waits in the queue" in window.workbench.notice.text)
    window.workbench.notice.click_action()
    assert window.page == "runs"
    qtbot.waitUntil(lambda: window.workbench.runs_page.model.rowCount() == 1, timeout=10_000)


def test_that_an_old_run_is_shown_and_a_deleted_one_let_go(
    window: MainWindow, make: Make, qtbot: QtBot
) -> None:
    run = make("night", "stopped")
    window.actions_by_name["page_runs"].trigger()
    page = window.workbench.runs_page
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=10_000)
    page.table.selectRow(0)
    place = page.table.visualRect(page.model.index(0, 1)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.page == "train"
    assert window.workbench.controller.run == run
    window.show_page("runs")
    page.table.selectRow(0)
    page.delete()
    qtbot.waitUntil(lambda: window.workbench.controller.run is None, timeout=10_000)


def test_that_what_the_queue_starts_is_shown_live(
    window: MainWindow, make: Make, queue: RunQueue, workspace: Workspace, qtbot: QtBot
) -> None:
    first, second = make("first"), make("second")
    bench = window.workbench
    with runner_lock(workspace):  # as if a runner lived
        queue.release()
        queue.set_parallel(2)
        for run in (first, second):
            queue.add(run)
            queue.take()
        started = psutil.Process().create_time()
        with first.lock():
            first.write_status(state="running", pid=os.getpid(), process_started=started)
            qtbot.waitUntil(lambda: bench.controller.run == first, timeout=10_000)
            qtbot.waitUntil(lambda: bench.controller.is_live, timeout=10_000)
        first.write_status(state="finished")
        qtbot.waitUntil(lambda: not bench.controller.is_live, timeout=10_000)
        with second.lock():
            second.write_status(state="running", pid=os.getpid(), process_started=started)
            qtbot.waitUntil(lambda: "has started second" in bench.notice.text, timeout=10_000)
            assert bench.controller.run == first
            bench.notice.click_action()
            assert bench.controller.run == second


def test_that_the_whole_page_is_walked_by_tab(
    open_page: Callable[[], RunsPage], make: Make, queue: RunQueue, qtbot: QtBot
) -> None:
    queue.add(make("waiting"))
    make("stopped", "stopped")
    page = open_page()
    page.activateWindow()
    page.table.selectRow(0)
    page.queue.table.setFocus()
    reached = set()
    for _step in range(30):
        widget = QApplication.focusWidget()
        assert widget is not None
        reached.add(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    panel = page.queue
    assert {panel.table, panel.parallel, panel.hold_button} <= reached
    assert {page.search, page.table, page.show_button, page.folder_button} <= reached
