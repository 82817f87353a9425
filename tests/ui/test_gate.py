"""The health line: findings block Start, a check clears or raises them, each is listed."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.cli.overrides import parse_overrides
from console.core.configs import BalancingConfig, DataConfig
from console.core.gate import Finding, store_result
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.dialogs.findings_dialog import FindingsDialog
from console.ui.i18n import set_language
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.dataset_shelf import DatasetShelf
from tests.ui.conftest import describe_dataset

RED = Finding(
    "red", "future_feature", "Feature 'f3' knows the future.", "correlation 0.998",
    "The feature was computed with rows that come after its own, or is a copy of the label.",
    "Exclude it in the mapping and import again.",
)  # fmt: skip
WARNING = Finding("warning", "stale_symbol", "Symbol A stands still for long.", "200 rows")


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    describe_dataset(workspace)
    return make_page(workspace, jobs, settings, qtbot)


def make_page(
    workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    page = ConfigurePage(workspace, DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    return page


def keep(page: ConfigurePage, workspace: Workspace, *findings: Finding) -> None:
    choice = page._data_choice()
    assert choice is not None
    store_result(workspace, choice.info.name, choice.key, findings)
    page._refresh()


def test_that_red_findings_block_start_for_their_choice_only(
    page: ConfigurePage, workspace: Workspace
) -> None:
    assert page.can_start and "not checked" in page.health.text
    keep(page, workspace, RED, WARNING)
    assert not page.can_start and page.health.text == "Data health: 1 red finding"
    assert page.plan().reason == "The data are not fit: Feature 'f3' knows the future."
    page.strip.label.setCurrentIndex(1)
    page.strip.changed.emit()
    assert page.can_start and "not checked" in page.health.text
    page.strip.label.setCurrentIndex(0)
    page.strip.changed.emit()
    assert not page.can_start
    page.forms.trainer.model.set_value("epochs", 9)
    assert not page.can_start
    set_language("ru")
    page.retranslate()
    assert page.plan().reason == "Данные не годятся: Признак «f3» знает будущее."


def test_that_warnings_do_not_block_and_nothing_found_is_good(
    page: ConfigurePage, workspace: Workspace
) -> None:
    keep(page, workspace, WARNING)
    assert page.can_start and page.health.text == "Data health: good, 1 warning"
    keep(page, workspace)
    assert page.can_start and page.health.text == "Data health: good"


def test_that_every_finding_is_listed(
    page: ConfigurePage, workspace: Workspace, qtbot: QtBot
) -> None:
    keep(page, workspace, RED, WARNING)
    qtbot.mouseClick(page.health.findings_button, Qt.MouseButton.LeftButton)
    [dialog] = page.findChildren(FindingsDialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {RED.message, RED.evidence, RED.cause, RED.remedy, WARNING.message} <= shown
    dialog.accept()


def test_that_the_command_checks_what_the_page_shows(page: ConfigurePage) -> None:
    page.strip.symbols.set_chosen(["600519"])
    page.forms.balancing.model.set_value("lower_percentile", 20.0)
    page.forms.data.model.set_value("clip_sigma", 4.5)
    choice = page._data_choice()
    assert choice is not None
    words = choice.arguments
    assert words[:4] == ["data", "check", "ashare", "--sequence-length"]
    told = parse_overrides(words[index + 1] for index, w in enumerate(words) if w == "--set")
    data = DataConfig(**told["data"])
    assert dataclasses.replace(data, dataset="ashare") == choice.data
    labels = BalancingConfig(**told["balancing"])
    again = dataclasses.replace(choice, data=data, balancing=labels)
    assert again.key == choice.key


def test_that_the_button_checks_the_sample(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> None:
    ensure_sample(workspace)
    page = make_page(workspace, jobs, settings, qtbot)
    with qtbot.waitSignal(page.health.changed, timeout=60_000):
        qtbot.mouseClick(page.health.check_button, Qt.MouseButton.LeftButton)
        assert page.health.text == "Checking the data…"
        assert not page.health.check_button.isEnabled()
    assert page.health.text == "Data health: good"
    assert page.can_start


def test_that_a_check_with_red_findings_ends_with_them(page: ConfigurePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.health.changed, timeout=60_000):
        page.health.check()  # only described: the rows of the import are gone
    assert page.health.text == "Data health: 1 red finding"
    assert page.plan().reason == "The data are not fit: The stored rows have changed."
    assert not page.can_start and page.health.check_button.isEnabled()


def test_that_a_check_that_cannot_run_says_why(
    page: ConfigurePage, workspace: Workspace, qtbot: QtBot
) -> None:
    (workspace.datasets / "ashare" / "dataset.yaml").unlink()
    with qtbot.waitSignal(page.health.changed, timeout=60_000):
        page.health.check()
    assert "The check did not end: There is no dataset 'ashare'" in page.health.text
    assert page.health.check_button.isEnabled()
