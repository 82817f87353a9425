"""The whole window: pages, keys, look and language while it is open, closing with a live run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLabel,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.settings import Settings
from console.ui.actions import ACTIONS
from console.ui.i18n import set_language
from console.ui.main_window import MainWindow
from console.ui.theme import apply_theme
from tests.ui.conftest import AnsweringPrompts, describe_dataset


@pytest.fixture
def window(
    app: QApplication, workspace: Workspace, settings: Settings, qtbot: QtBot
) -> Iterator[MainWindow]:
    describe_dataset(workspace)
    made = MainWindow(workspace, settings, prepare_sample=False)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.ready):
        made.show()
    yield made
    made.workbench.close_down()


@pytest.fixture
def live_run(workspace: Workspace) -> Iterator[RunDir]:
    """A run whose lock is held, as by a worker."""
    run = create_run(workspace, "live", config={}, details={})
    with run.lock():
        started = psutil.Process().create_time()
        run.write_status(state="running", pid=os.getpid(), process_started=started)
        yield run


def words_of(window: MainWindow) -> set[str]:
    """Everything that can be read in the window."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    words: set[str] = set()
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton) and not in_tab_bar(widget):
            words.add(widget.text())
        if isinstance(widget, QTabBar):
            words |= {widget.tabText(index) for index in range(widget.count())}
        if in_tab_bar(widget):
            continue
        words |= {widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()}
    words |= {action.text() for action in window.actions_by_name.values()}
    return words


def in_tab_bar(widget: QWidget) -> bool:
    """The scroll buttons of a tab bar are named by Qt itself, once."""
    return isinstance(widget.parent(), QTabBar)


def test_that_pages_are_reached_by_key_and_remembered(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["page_data"].trigger()
    assert window.workbench.page == "data"
    assert window.rail.buttons["data"].isChecked()
    qtbot.mouseClick(window.rail.buttons["train"], Qt.MouseButton.LeftButton)
    assert window.workbench.page == "train"
    assert window._settings.last_page == "train"


def test_that_every_action_has_a_slot_and_a_key_of_its_own(window: MainWindow) -> None:
    keys = [record.key for record in ACTIONS if record.key]
    assert len(keys) == len(set(keys))
    for record in ACTIONS:
        assert hasattr(window, record.slot) or hasattr(window.workbench, record.slot)


def test_that_actions_follow_what_can_be_done(window: MainWindow) -> None:
    actions = window.actions_by_name
    assert actions["start"].isEnabled()
    assert not actions["pause"].isEnabled()
    assert not actions["export"].isEnabled()
    window.workbench.configure_page.forms.trainer.model.set_value("epochs", 0)
    assert not actions["start"].isEnabled()


def test_that_the_window_comes_back_as_it_was(
    window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    window.resize(980, 640)
    window.show_page("data")
    window.workbench.configure_page.forms.model.model.set_value("dropout", 0.3)
    window.close()
    again = MainWindow(workspace, Settings(), prepare_sample=False)
    qtbot.addWidget(again)
    assert again.workbench.page == "data"
    assert again.height() == window.height() == 640
    assert again.workbench.configure_page.forms.model.model.value("dropout") == 0.3
    again.workbench.close_down()


def test_that_the_language_changes_everywhere_at_once(window: MainWindow) -> None:
    english = words_of(window)
    set_language("ru")
    russian = words_of(window)
    foreign = {
        text
        for text in english & russian
        if re.search(r"[A-Za-z]{3}", text) and not is_a_name(text)
    }
    assert not foreign, "\n".join(sorted(foreign))
    set_language("en")
    assert english <= words_of(window)


def is_a_name(text: str) -> bool:
    """Names of data, presets, files and classes stay as they are in every language."""
    names = (
        r"ashare|label_\d+|production\w*|[\w.:-]+@?/\S*|SELL|HOLD|BUY|auto, cpu.*|MCC.*|ONNX|MixUp"
        r"|qt_\w+|SELL.*BUY.*|f\d+(, f\d+)*|\d.*"
    )
    return re.fullmatch(names, text) is not None


def test_that_the_theme_changes_everywhere_at_once(window: MainWindow, app: QApplication) -> None:
    window.setFocus()
    app.processEvents()
    light = window.grab().toImage()
    apply_theme(app, "dark")
    dark = window.grab().toImage()
    assert dark.pixelColor(5, dark.height() // 2).lightness() < 60
    apply_theme(app, "light")
    app.processEvents()
    assert window.grab().toImage() == light


def test_that_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    nameless = []
    for name in window.workbench.pages:
        window.show_page(name)
        for widget in window.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and needs_a_name(widget):
                nameless.append(
                    f"{name}: {type(widget).__name__} in {type(widget.parent()).__name__}"
                )
    assert not nameless, "\n".join(sorted(set(nameless)))


def needs_a_name(widget: QWidget) -> bool:
    if widget.accessibleName() or isinstance(widget, QScrollArea | QAbstractSlider):
        return False
    if widget.focusProxy() is not None or widget.objectName().startswith("qt_"):
        return False
    if isinstance(widget, QAbstractButton):
        return not widget.text() and widget.isVisible()
    return type(widget.window()).__name__ != "QFrame"  # the list of a combo box


def test_that_closing_without_a_run_asks_nothing(
    window: MainWindow, answers: AnsweringPrompts
) -> None:
    assert window.close()
    assert answers.asked == []


def test_that_opening_takes_the_live_run_in_hand(
    app: QApplication,
    workspace: Workspace,
    settings: Settings,
    live_run: RunDir,
    answers: AnsweringPrompts,
    qtbot: QtBot,
) -> None:
    describe_dataset(workspace)
    window = MainWindow(workspace, settings, prepare_sample=False)
    qtbot.addWidget(window)
    window.show()
    bench = window.workbench
    assert bench.page == "train"
    qtbot.waitUntil(lambda: bench.controller.is_live, timeout=5000)
    assert bench.controller.run == live_run
    assert not bench.configure_page.can_start
    answers.answers = [2, 1]
    assert not window.close()
    assert answers.asked == ["Training goes on without the window."]
    assert window.close()
    assert [order["command"] for order in live_run.take_commands()] == ["stop"]
