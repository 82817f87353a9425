"""The gate in the window: checks by itself, blocks Start, lists findings, and mends them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.cli.overrides import parse_overrides
from console.core.configs import BalancingConfig, DataConfig
from console.core.gate import Finding, store_result
from console.core.mends import by_settings
from console.core.paths import Workspace
from console.engine.data import window_choice
from console.engine.data.checks import check_and_store
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.dialogs.findings_dialog import FindingsDialog
from console.ui.i18n import set_language
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.data_gate import CHEAP_CELLS
from console.ui.pages.dataset_shelf import DatasetShelf
from tests.cli.test_train_gate import DEFECTS
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame
from tests.ui.conftest import AnsweringPrompts, describe_dataset

RED = Finding(
    "red", "future_feature", "Feature 'f3' knows the future.", "correlation 0.998",
    "The feature was computed with rows that come after its own, or is a copy of the label.",
    "Exclude it in the mapping and import again.",
)  # fmt: skip
WARNING = Finding("warning", "stale_symbol", "Symbol A stands still for long.", "200 rows")
NOTE = Finding("info", "whole", "The stored rows are those of the import.", "ab12")
LONG_MS = 60_000


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
    page.gate.set_resting(True)  # tests check when they want to
    page.gate._settle.setInterval(100)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    return page


def store_dataset(workspace: Workspace, folder: Path, **features: pl.Expr) -> None:
    """Dataset ``d``: one symbol of honest features, and those that are given."""
    make_frame(("AAA",), 3000).with_columns(**features).write_parquet(folder / "rows.parquet")
    mapping = mapping_from(PLAIN_MAPPING)
    import_dataset([folder / "rows.parquet"], mapping, "d", workspace)


LEAK = pl.col("mid").shift(-5).forward_fill()


def state_is(page: ConfigurePage, *states: str) -> bool:
    return page.gate.state in states


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
    assert not page.can_start and page.health.text == "Data health: 1 problem"
    assert page.plan().reason == "The data are not fit: Feature 'f3' knows the future."
    assert page.summary.findings.isVisible()
    page.strip.label.setCurrentIndex(1)
    page.strip.changed.emit()
    assert page.can_start and "not checked" in page.health.text
    assert not page.summary.findings.isVisible()
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
    assert page.can_start and page.health.text == "Data health: 1 warning"
    keep(page, workspace, NOTE)
    assert page.can_start and page.health.text == "Data health: good"


def test_that_findings_are_listed_worst_first_with_the_notes_folded(
    page: ConfigurePage, workspace: Workspace, qtbot: QtBot
) -> None:
    keep(page, workspace, RED, WARNING, NOTE)
    qtbot.mouseClick(page.summary.findings, Qt.MouseButton.LeftButton)
    [dialog] = page.findChildren(FindingsDialog)
    shown = {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}
    assert {RED.message, RED.evidence, RED.cause, RED.remedy, WARNING.message} <= shown
    assert {"1 problem: training is blocked", "1 warning"} <= shown
    assert NOTE.message not in shown and dialog.notes_button.text() == "▸ 1 note"
    qtbot.mouseClick(dialog.notes_button, Qt.MouseButton.LeftButton)
    assert NOTE.message in {e.text() for e in dialog.findChildren(QLabel) if e.isVisible()}
    dialog.copy_button.click()
    copied = QApplication.clipboard().text()
    assert copied.index(RED.message) < copied.index(WARNING.message) < copied.index(NOTE.message)
    assert f"Do: {RED.remedy}" in copied
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


def test_that_a_settled_choice_is_checked_by_itself(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> None:
    ensure_sample(workspace)
    page = make_page(workspace, jobs, settings, qtbot)
    page.gate.set_resting(False)
    seen: list[float] = []
    page.gate.changed.connect(lambda: seen.append(page.gate.share))
    qtbot.waitUntil(lambda: state_is(page, "checking"), timeout=LONG_MS)
    assert page.health.text == "Data health: checking…"
    assert page.health.check_button.text() == "Cancel" and page.can_start
    page.strip.days.set_value(4)
    page.strip.changed.emit()  # the first check is given up, another one follows
    assert not state_is(page, "checking") and len(jobs.jobs) == 1
    qtbot.waitUntil(lambda: state_is(page, "good", "warning", "red"), timeout=LONG_MS)
    assert sorted(seen) != [0.0] * len(seen)
    page.strip.days.set_value(0)
    page.strip.changed.emit()
    assert state_is(page, "unchecked")
    qtbot.waitUntil(lambda: state_is(page, "good"), timeout=LONG_MS)
    assert page.can_start and [part for part, _ in page.gate.class_mixes()] == [
        "train", "validation", "test"
    ]  # fmt: skip


def test_that_large_data_a_busy_machine_and_a_hidden_page_wait_to_be_asked(
    page: ConfigurePage, workspace: Workspace
) -> None:
    assert not page.gate._is_due()
    page.gate.set_resting(False)
    assert page.gate._is_due()
    page.set_blocked("A training is running.")
    assert not page.gate._is_due()
    page.set_blocked("")
    assert page.gate._is_due()
    page.hide()
    assert not page.gate._is_due()
    page.show()
    describe_dataset(workspace, num_rows=CHEAP_CELLS // 25 + 1)
    page.gate._shelf.refresh()
    assert not page.gate._is_due() and state_is(page, "unchecked")


def test_that_start_checks_unchecked_data_first_and_then_starts(
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    store_dataset(workspace, tmp_path)
    page = make_page(workspace, jobs, settings, qtbot)
    page.gate._settle.stop()
    with qtbot.waitSignal(page.start_requested, timeout=LONG_MS) as asked:
        page.start()
        assert not page.can_start and page.summary.waiting.isVisible()
        assert page.summary.waiting.text() == "Checking the data first…"
        page.start()  # nothing more to ask for
    assert asked.args is not None and asked.args[0].data.dataset == "d"
    assert page.can_start and not page.summary.waiting.isVisible()
    with qtbot.waitSignal(page.start_requested, timeout=1000):
        page.start()  # the result is known: at once


def test_that_a_start_waits_while_an_older_check_is_given_up(
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    store_dataset(workspace, tmp_path)
    page = make_page(workspace, jobs, settings, qtbot)
    page.gate.check()
    page.forms.data.model.set_value("embargo_fraction", 0.0)
    assert not page.gate.is_checking and len(jobs.jobs) == 1
    with qtbot.waitSignal(page.start_requested, timeout=LONG_MS) as asked:
        page.start()
        assert page.gate.is_checking and page.summary.waiting.isVisible()
    assert asked.args is not None and asked.args[0].data.embargo_fraction == 0.0


def test_that_rows_stored_anew_during_a_check_do_not_make_it_run_for_ever(
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    store_dataset(workspace, tmp_path)
    page = make_page(workspace, jobs, settings, qtbot)
    store_dataset(workspace, tmp_path, more=pl.int_range(pl.len()) % 7)
    page.gate.set_resting(False)
    qtbot.waitUntil(lambda: state_is(page, "failed"), timeout=LONG_MS)
    assert not page.gate._is_due() and "left no result" in page.health.text
    page.gate._shelf.refresh()
    qtbot.waitUntil(lambda: state_is(page, "good", "warning"), timeout=LONG_MS)


def test_that_unchecked_data_are_checked_before_a_training_waits(
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    store_dataset(workspace, tmp_path)
    page = make_page(workspace, jobs, settings, qtbot)
    page.set_blocked("A training is running. Stop it or wait until it ends.")
    with qtbot.waitSignal(page.queue_requested, timeout=LONG_MS):
        page.add_to_queue()
        assert page.summary.waiting.isVisible() and not page.can_queue


def test_that_start_ends_at_a_red_finding_and_a_mend_clears_the_way(
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    store_dataset(workspace, tmp_path, leak=LEAK)
    page = make_page(workspace, jobs, settings, qtbot)
    with qtbot.assertNotEmitted(page.start_requested):
        page.start()
        qtbot.waitUntil(lambda: state_is(page, "red"), timeout=LONG_MS)
    dialog = page.mending.dialog
    assert dialog is not None and dialog.isVisible() and not page.can_start
    assert page.plan().reason == "The data are not fit: Feature 'leak' knows the future."
    mend = next(made for made in dialog.mend_buttons if made.text() == "Leave out 'leak'")
    assert mend.toolTip() == "training-console data mend d --drop-features leak"
    mend.click()
    assert not mend.isEnabled()
    qtbot.waitUntil(lambda: state_is(page, "good", "warning"), timeout=LONG_MS)
    assert dialog.notice.text == "Done: Leave out 'leak'"
    assert page.can_start and "leak" not in page.strip.info.features
    dialog.accept()


@pytest.mark.parametrize("code", DEFECTS)
def test_that_a_leaky_preparation_blocks_start(
    code: str,
    app: QApplication,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, defect, _mend = DEFECTS[code]
    store_dataset(workspace, tmp_path)
    page = make_page(workspace, jobs, settings, qtbot)
    page.strip.label.setCurrentIndex(page.strip.label.count() - 1)  # from prices
    page.forms.data.model.set_value("embargo_fraction", 0.0)
    choice = page._data_choice()
    assert choice is not None
    monkeypatch.setattr(window_choice, name, defect)
    check_and_store(workspace, "d", choice.data, choice.balancing, choice.sequence_length)
    page._refresh()
    assert code in {finding.code for finding in page.gate.result.blocking}
    assert not page.can_start
    with qtbot.assertNotEmitted(page.start_requested):
        page.start()


def test_that_a_mend_by_settings_changes_the_forms_and_can_be_taken_back(
    page: ConfigurePage, workspace: Workspace
) -> None:
    mend = by_settings("Use all days", {
        "data.days": 7, "data.symbols": ["600519"], "data.embargo_fraction": 0.05,
        "balancing.label_method": "volatility", "model.sequence_length": 30,
    })  # fmt: skip
    keep(page, workspace, dataclasses.replace(RED, mend=mend))
    page.show_findings()
    dialog = page.mending.dialog
    assert dialog is not None
    before = page.config()
    [made] = dialog.mend_buttons
    made.click()
    now = page.config()
    assert (now.data.days, now.data.symbols) == (7, ("600519",))
    assert now.data.embargo_fraction == 0.05 and now.model.sequence_length == 30
    assert now.balancing.label_method == "volatility"
    assert page.gate.is_checking and dialog.notice.text == "Done: Use all days"
    dialog.notice.click_action()
    assert page.config() == before and not page.can_start
    dialog.accept()


def test_that_a_check_with_red_findings_ends_with_them(page: ConfigurePage, qtbot: QtBot) -> None:
    page.gate.check()  # only described: the rows of the import are gone
    qtbot.waitUntil(lambda: not page.gate.is_checking, timeout=LONG_MS)
    assert page.health.text == "Data health: 1 problem"
    assert page.plan().reason == "The data are not fit: The stored rows have changed."
    assert not page.can_start and page.health.check_button.isEnabled()


@pytest.mark.parametrize(("answer", "starts"), [(0, False), (1, True), (-1, False)])
def test_that_the_operator_decides_where_the_check_cannot_run(
    page: ConfigurePage,
    workspace: Workspace,
    answers: AnsweringPrompts,
    qtbot: QtBot,
    answer: int,
    starts: bool,
) -> None:
    (workspace.datasets / "ashare" / "dataset.yaml").unlink()
    answers.answers = [answer]
    started: list[object] = []
    page.start_requested.connect(started.append)
    page.start()
    qtbot.waitUntil(lambda: state_is(page, "failed"), timeout=LONG_MS)
    assert len(started) == starts and "There is no dataset 'ashare'" in answers.asked[0]
    assert "The check did not end: There is no dataset 'ashare'" in page.health.text
    assert page.health.check_button.isEnabled() and page.can_start


def test_that_a_waiting_start_can_be_given_up(page: ConfigurePage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.start_requested):
        page.start()
        assert page.summary.cancel.isVisible()
        page.summary.cancel.click()
        qtbot.waitUntil(lambda: not page.gate.is_checking, timeout=LONG_MS)
    assert state_is(page, "unchecked") and page.can_start
    page.gate.set_resting(False)
    assert not page.gate._is_due()  # the operator has ended this very check
