"""The palette finds commands, settings and runs by typing, and does what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.paths import Workspace
from console.core.rundir import create_run
from console.runtime.settings import Settings
from console.ui.command_palette import CommandPalette, Entry, best_matches
from console.ui.main_window import MainWindow
from tests.ui.conftest import describe_dataset


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


class Operator(QObject):
    """Waits for the palette to stand open, then types into it."""

    def __init__(self, qtbot: QtBot, keys: Callable[[CommandPalette], None]) -> None:
        super().__init__()
        self._qtbot, self._keys = qtbot, keys
        self.seen: list[str] = []
        QTimer.singleShot(0, self, self.act)

    def act(self) -> None:
        palette = QApplication.activePopupWidget()
        assert isinstance(palette, CommandPalette)
        self._keys(palette)
        rows = range(palette.list.topLevelItemCount())
        self.seen = [palette.list.topLevelItem(row).text(0) for row in rows]
        if palette.isVisible():
            self._qtbot.keyClick(palette.line, Qt.Key.Key_Escape)


def nothing() -> None:
    return None


def test_that_the_start_of_an_entry_counts_most_and_every_word_must_be_there() -> None:
    words = ("Weight formula", "Learning rate floor", "Learning rate", "Rate of learning")
    entries = [Entry(text, nothing, "Setting") for text in words]
    found = [entry.words for entry in best_matches(entries, "rate")]
    assert found == ["Rate of learning", "Learning rate floor", "Learning rate"]
    assert [entry.words for entry in best_matches(entries, "floor LEARN")] == [words[1]]
    assert best_matches(entries, "nowhere") == []
    assert len(best_matches(entries, "setting")) == len(best_matches(entries, "")) == 4


def test_that_a_setting_is_reached_by_typing_its_name(window: MainWindow, qtbot: QtBot) -> None:
    def type_and_enter(palette: CommandPalette) -> None:
        qtbot.keyClicks(palette.line, "label smooth")
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    operator = Operator(qtbot, type_and_enter)
    window.actions_by_name["palette"].trigger()
    assert operator.seen == ["Label smoothing"]
    assert window.workbench.page == "configure"
    row = window.workbench.configure_page.forms.trainer.row("label_smoothing")
    focused = window.focusWidget()
    assert focused is not None and row.isAncestorOf(focused)


def test_that_arrows_choose_and_only_what_is_possible_is_offered(
    window: MainWindow, qtbot: QtBot
) -> None:
    def go_down(palette: CommandPalette) -> None:
        qtbot.keyClicks(palette.line, "view data")
        qtbot.keyClick(palette.line, Qt.Key.Key_Down)
        qtbot.keyClick(palette.line, Qt.Key.Key_Up)
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    window.show_page("train")
    operator = Operator(qtbot, go_down)
    window.actions_by_name["palette"].trigger()
    assert operator.seen == ["Data"]
    assert window.workbench.page == "data"
    everything = Operator(qtbot, lambda palette: None)
    window.actions_by_name["palette"].trigger()
    assert "Pause or continue" not in everything.seen  # nothing is running
    assert "Commands" not in everything.seen


def test_that_a_run_is_taken_in_hand(
    window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    run = create_run(workspace, "night watch", config={}, details={})

    def find_run(palette: CommandPalette) -> None:
        qtbot.keyClicks(palette.line, "night-watch")
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    Operator(qtbot, find_run)
    window.actions_by_name["palette"].trigger()
    assert window.workbench.controller.run == run
    assert window.workbench.page == "train"
