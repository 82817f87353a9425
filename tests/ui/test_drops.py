"""Files dropped on the window: data begin an import, presets are taken, runs are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.paths import Workspace
from console.core.presets import export_preset, get_preset, list_presets
from console.core.rundir import create_run
from console.runtime.settings import Settings
from console.ui.drops import sort_out
from console.ui.main_window import MainWindow
from tests.ui.conftest import describe_dataset

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


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


def drop(window: MainWindow, *urls: str) -> bool:
    """Whether the window takes what is dragged over it; what it takes is dropped."""
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, mime, LEFT, NONE)
        QApplication.sendEvent(window, event)
    return enter.isAccepted()


def test_that_paths_are_told_apart(workspace: Workspace, tmp_path: Path) -> None:
    run = create_run(workspace, "night", config={}, details={})
    checkpoint = run.checkpoints / "step-000000005"
    checkpoint.mkdir()
    preset, table, folder = tmp_path / "p.yaml", tmp_path / "rows.parquet", tmp_path / "rows"
    preset.touch()
    folder.mkdir()
    found = sort_out([run.path, checkpoint, preset, table, folder])
    assert found.runs == (run.path,)
    assert (found.presets, found.data) == ((preset,), (table, folder))


def test_that_a_dropped_preset_is_kept_and_chosen(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.yaml"
    export_preset("trainer", "conservative", path)
    path.write_text(path.read_text("utf-8").replace("name: conservative", "name: mine"), "utf-8")
    assert drop(window, path.as_uri())
    assert "mine" in [preset.name for preset in list_presets("trainer")]
    assert get_preset("trainer", "mine").config() == get_preset("trainer", "conservative").config()
    forms = window.workbench.configure_page.forms
    assert window.workbench.page == "configure"
    assert forms.trainer.presets.combo.currentText().startswith("mine")


def test_that_a_dropped_file_that_is_no_preset_is_refused_in_place(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "shopping.yaml"
    path.write_text("milk: 2\n", "utf-8")
    assert drop(window, path.as_uri())
    notice = window.workbench.configure_page.forms.model.notice
    assert notice.isVisibleTo(window) and "is not a preset" in notice.text


def test_that_a_dropped_run_is_shown_and_dropped_data_begin_an_import(
    window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    run = create_run(workspace, "elsewhere", config={}, details={})
    assert drop(window, run.path.as_uri())
    assert window.workbench.controller.run == run
    assert window.workbench.page == "train"
    table = tmp_path / "rows.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    assert drop(window, table.as_uri())
    dialog = window.workbench.data_page.dialog
    assert window.workbench.page == "data"
    assert dialog.draft.paths == [table]
    dialog.reject()


def test_that_addresses_of_other_machines_are_not_taken(window: MainWindow) -> None:
    assert not drop(window, "https://example.org/rows.parquet")
