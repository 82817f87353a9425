"""Data: the list, real imports in child processes, errors in place, the sample of a newcomer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.core.gate import Finding, store_result
from console.core.paths import Workspace
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow
from console.ui.pages.data_page import DataPage
from console.ui.pages.dataset_details import DatasetDetails
from console.ui.pages.dataset_shelf import DatasetShelf
from tests.ui.conftest import describe_dataset

MAPPING = """
symbol: symbol
timestamp: {column: time, unit: s}
features: [bid, ask]
labels:
  - {column: label, horizon_rows: 2, encoding: {0: SELL, 1: HOLD, 2: BUY}}
"""
JOB_MS = 60_000


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> DataPage:
    made = DataPage(DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(made)
    made.resize(1100, 650)
    made.show()
    return made


def write_rows(path: Path, *, broken: bool = False) -> Path:
    draw = random.Random(3)
    lines = ["symbol,time,bid,ask,label"]
    for row in range(300):
        bid = "oops" if broken and row == 120 else f"{draw.random():.4f}"
        lines.append(f"A,{1_700_000_000 + row},{bid},{draw.random():.4f},{draw.randrange(3)}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def import_rows(page: DataPage, rows: Path, mapping: Path) -> None:
    """What the page does once the import wizard has been accepted."""
    page._import(["data", "import", str(rows), "--mapping", str(mapping)], "mine")


def test_that_an_empty_page_offers_the_first_step(page: DataPage) -> None:
    assert page._empty.isVisible()
    assert not page.list.isVisible()
    assert page._empty.import_button.text() == "Import…"


def test_that_datasets_are_listed_with_their_details(page: DataPage, workspace: Workspace) -> None:
    describe_dataset(workspace)
    describe_dataset(workspace, "sample", simulated=True, warnings=("two days are short",))
    page._shelf.refresh()
    store_result(workspace, "sample", "k" * 64, [Finding("warning", "a", "A.", "1 row")])
    page._shelf.refresh()
    told = Qt.ItemDataRole.AccessibleTextRole
    model = page.list.model()
    assert [model.index(row, 0).data(told) for row in range(model.rowCount())] == [
        "ashare, not checked yet, 1,035,000 rows · 3 symbols, 2023-11-14 – 2024-01-17 · 0 B",
        "sample, simulated, warnings, 1,035,000 rows · 3 symbols, 2023-11-14 – 2024-01-17 · 0 B",
    ]
    page.select("sample")
    assert page.details._title.text() == "sample"
    overview = page.details.widget("overview")
    assert isinstance(overview, DatasetDetails)
    assert "not checked with these settings" in overview.health.text
    assert overview.last_check.text().endswith("UTC: A.")
    words = {part.text() for part in overview.findChildren(QLabel)}
    assert {"two days are short", "label_20  (20 rows ahead)", "Size on disk"} <= words


def test_that_train_on_this_data_names_the_chosen_dataset(
    page: DataPage, workspace: Workspace, qtbot: QtBot
) -> None:
    describe_dataset(workspace)
    page._shelf.refresh()
    with qtbot.waitSignal(page.use_requested) as asked:
        qtbot.mouseClick(page.details.use, Qt.MouseButton.LeftButton)
    assert asked.args == ["ashare"]


def test_that_a_file_is_imported_by_a_child_process(
    page: DataPage, tmp_path: Path, qtbot: QtBot
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, "utf-8")
    with qtbot.waitSignal(page._shelf.added, timeout=JOB_MS) as added:
        import_rows(page, write_rows(tmp_path / "rows.csv"), mapping)
        assert page._busy.isVisible()
        assert not page.import_button.isEnabled()
    assert added.args == ["mine"]
    assert page.notice.text == "The dataset “mine” is ready."
    info = page._shelf.get("mine")
    assert info is not None
    assert info.num_rows == 300
    assert not page._busy.isVisible()


def test_that_a_bad_file_is_explained_in_place_and_nothing_is_kept(
    page: DataPage, tmp_path: Path, qtbot: QtBot
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, "utf-8")
    with qtbot.waitSignal(page._shelf.failed, timeout=JOB_MS):
        import_rows(page, write_rows(tmp_path / "rows.csv", broken=True), mapping)
    assert "rows.csv" in page.notice.text
    assert "bid" in page.notice.text
    assert "Traceback" not in page.notice.text
    assert page._shelf.datasets == []
    assert page._empty.isVisible()


def test_that_corrupt_yaml_is_explained_in_place(
    page: DataPage, tmp_path: Path, qtbot: QtBot
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("symbol: [", "utf-8")
    with qtbot.waitSignal(page._shelf.failed, timeout=JOB_MS):
        import_rows(page, write_rows(tmp_path / "rows.csv"), mapping)
    assert "mapping.yaml" in page.notice.text


def test_that_an_import_can_be_given_up(page: DataPage, tmp_path: Path, qtbot: QtBot) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, "utf-8")
    import_rows(page, write_rows(tmp_path / "rows.csv"), mapping)
    qtbot.mouseClick(page._busy.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._shelf.busy, timeout=JOB_MS)
    assert page._shelf.datasets == []


@pytest.mark.slow
def test_that_a_newcomer_gets_the_simulated_sample_without_asking(
    app: QApplication, workspace: Workspace, settings: Settings, qtbot: QtBot
) -> None:
    window = MainWindow(workspace, settings)
    qtbot.addWidget(window)
    window.show()
    shelf = window.workbench.shelf
    assert shelf.busy == "sample"
    qtbot.waitUntil(lambda: bool(shelf.datasets), timeout=180_000)
    assert shelf.datasets[0].simulated
    assert window.workbench.configure_page.can_start
    window.close()
