"""Whatever is done to the window, nothing breaks, leaks, or says what is not so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.paths import Workspace
from console.core.rundir import list_runs
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow
from tests.e2e.conftest import MAPPING, market_table
from tests.ui.conftest import AnsweringDialogs, describe_dataset
from tests.ui.monkey import Monkey

SECONDS_PER_ACTION = 0.25


class Cancelling(AnsweringDialogs):
    """Every file dialog is left without a choice."""

    def open_file(self, *_question: object) -> None:
        return None

    def open_files(self, *_question: object) -> list[object]:
        return []

    def open_folder(self, *_question: object) -> None:
        return None

    def save_file(self, *_question: object) -> None:
        return None


@pytest.fixture
def window(
    app: QApplication, workspace: Workspace, settings: Settings, qtbot: QtBot, tmp_path: Path
) -> Iterator[MainWindow]:
    from console.ui.dialogs import file_dialogs

    before = file_dialogs.file_dialogs()
    file_dialogs.use_file_dialogs(Cancelling())
    describe_dataset(workspace)
    market_table().write_parquet(tmp_path / "market.parquet")
    import_dataset([tmp_path / "market.parquet"], ImportMapping(**MAPPING), "small", workspace)
    made = MainWindow(workspace, settings, prepare_sample=False)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.ready):
        made.show()
    yield made
    made.workbench.close_down()
    file_dialogs.use_file_dialogs(before)


def own_threads() -> set[threading.Thread]:
    """Threads of Python; Qt's, once they ran our code, stay listed as dummies."""
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


class Browser(QObject):
    """Takes the place of the program that would open folders and addresses."""

    def opened(self, _address: object) -> None:
        return None


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("seed", "num_actions"),
    [(1, 300), pytest.param(2, 10_000, marks=pytest.mark.slow),
     pytest.param(3, 10_000, marks=pytest.mark.slow)],
)  # fmt: skip
def test_that_random_actions_leave_a_sound_window(
    seed: int, num_actions: int, window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    browser = Browser()
    for scheme in ("file", "https"):
        QDesktopServices.setUrlHandler(scheme, browser, "opened")
    threads_before = own_threads()
    monkey = Monkey(window, workspace, seed, num_actions)
    try:
        with (
            qtbot.captureExceptions() as errors,
            qtbot.waitSignal(monkey.finished, timeout=int(1000 * SECONDS_PER_ACTION * num_actions)),
        ):
            monkey.start()
        assert not errors, (errors, monkey.log)
    except BaseException:
        print("\n".join(monkey.log))
        raise
    finally:
        monkey.end()
    controller = window.workbench.controller
    if controller.run is not None and controller.run in list_runs(workspace):
        truth = controller.run
        qtbot.waitUntil(lambda: controller.state.state == truth.status().state)
    window.workbench.close_down()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
    assert not left, left
    assert not [t for t in window.findChildren(QThread) if t.isRunning()]
    assert own_threads() <= threads_before
    for scheme in ("file", "https"):
        QDesktopServices.unsetUrlHandler(scheme)
