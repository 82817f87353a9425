"""Configure: data strip, summary, start and its reasons."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.gate import store_result
from console.core.paths import Workspace
from console.engine.run_plan import make_plan
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.dataset_shelf import DatasetShelf
from tests.ui.conftest import describe_dataset


def make_page(
    workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    page = ConfigurePage(workspace, DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    return page


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    describe_dataset(workspace)
    return make_page(workspace, jobs, settings, qtbot)


def test_that_start_hands_over_what_the_page_shows(
    page: ConfigurePage, workspace: Workspace, qtbot: QtBot
) -> None:
    page.forms.model.model.set_value("dropout", 0.45)
    page.forms.trainer.model.set_value("epochs", 7)
    page.strip.symbols.set_chosen(["600519"])
    page.strip.days.lineEdit().selectAll()
    qtbot.keyClicks(page.strip.days.lineEdit(), "30")
    page.strip.label.setCurrentIndex(1)
    page._refresh()
    assert page.gate.choice is not None
    store_result(workspace, "ashare", page.gate.choice.key, [])
    with qtbot.waitSignal(page.start_requested) as asked:
        qtbot.mouseClick(page.summary.start, Qt.MouseButton.LeftButton)
    config = asked.args[0]
    assert config.model.dropout == 0.45
    assert config.model.input_features == 25
    assert config.trainer.epochs == 7
    assert config.data.dataset == "ashare"
    assert config.data.label == "label_100"
    assert config.data.label_source == "given"
    assert config.data.symbols == ("600519",)
    assert config.data.days == 30
    assert config.execution == "process"
    assert config.workspace == str(workspace.root)


def test_that_a_training_can_wait_when_it_may_not_start(
    page: ConfigurePage, workspace: Workspace, qtbot: QtBot
) -> None:
    page.set_blocked("A training is running. Stop it or wait until it ends.")
    assert page.gate.choice is not None
    store_result(workspace, "ashare", page.gate.choice.key, [])
    assert not page.can_start and page.can_queue
    with qtbot.assertNotEmitted(page.start_requested), qtbot.waitSignal(page.queue_requested):
        qtbot.mouseClick(page.summary.queue, Qt.MouseButton.LeftButton)
    page.forms.trainer.model.set_value("epochs", 0)
    assert not page.can_queue


def test_that_the_settings_of_a_run_are_taken_over_with_a_change_made(page: ConfigurePage) -> None:
    page.forms.model.model.set_value("dropout", 0.45)
    page.forms.trainer.presets.choose("conservative")
    page.strip.days.set_value(20)
    page._refresh()
    before = page.config()
    page.forms.model.presets.choose("production_large")
    page.forms.trainer.presets.choose("quick_experiment")
    page.strip.days.set_value(5)
    page.take_over(before, {"learning_rate": 5e-6})
    after = page.config()
    assert after.trainer == dataclasses.replace(before.trainer, learning_rate=5e-6)
    assert dataclasses.replace(after, trainer=before.trainer) == before
    assert page.forms.trainer.presets.preset == "conservative"


def test_that_labels_from_prices_are_asked_for_by_name(page: ConfigurePage) -> None:
    page.strip.label.setCurrentIndex(2)
    assert page.config().data.label_source == "prices"
    assert page.config().data.label == ""


def test_that_an_invalid_field_disables_start_with_its_reason(
    page: ConfigurePage, qtbot: QtBot
) -> None:
    page.forms.trainer.model.set_value("learning_rate", 3.0)
    assert not page.can_start
    assert page.summary.reason.isVisible()
    assert page.summary.reason.text() == "Learning rate: 3 is outside 1e-07 to 0.1."
    page.start()
    page.forms.trainer.model.reset("learning_rate")
    assert page.can_start
    assert not page.summary.reason.isVisible()


def test_that_start_waits_for_data(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> None:
    page = make_page(workspace, jobs, settings, qtbot)
    assert not page.can_start
    assert "no data yet" in page.summary.reason.text()


def test_that_a_window_longer_than_the_data_is_refused(page: ConfigurePage) -> None:
    describe_dataset(page._workspace, "short", rows_per_symbol=(40, 41, 42), num_rows=123)
    page.strip._shelf.refresh()
    page.strip.choose("short")
    assert page.summary.reason.text() == (
        "Sequence length 60 is longer than the longest symbol, 42 rows."
    )


def test_that_a_live_run_blocks_a_second_one(page: ConfigurePage) -> None:
    page.set_blocked("A training is running.")
    assert not page.can_start
    assert page.summary.reason.text() == "A training is running."


def test_that_no_symbol_is_a_reason(page: ConfigurePage) -> None:
    page.strip.symbols.set_chosen([])
    assert page.summary.reason.text() == "No symbol is chosen."


def test_that_the_balancing_choice_and_form_are_one(page: ConfigurePage) -> None:
    box = page.strip.balancing
    box.setCurrentIndex(box.findData("aggressive"))
    box.activated.emit(box.currentIndex())
    assert page.forms.balancing.presets.preset == "aggressive"
    assert page.config().balancing_preset == "aggressive"
    page.forms.balancing.presets.choose("conservative")
    assert box.currentData() == "conservative"


def test_that_search_jumps_to_a_field(page: ConfigurePage, qtbot: QtBot) -> None:
    page.focus_search()
    qtbot.keyClicks(page.forms.search, "embargo")
    qtbot.keyClick(page.forms.search, Qt.Key.Key_Return)
    assert page.forms.data.isVisible()
    assert page.forms.data.row("embargo_fraction").isVisible()


def test_that_a_narrow_page_shows_one_form_at_a_time(page: ConfigurePage, qtbot: QtBot) -> None:
    page.resize(900, 560)
    qtbot.waitUntil(lambda: page.forms.tabs.count() == 5)
    assert page.forms.model.isVisible()
    assert not page.forms.trainer.isVisible()
    page.forms.reveal("trainer.epochs")
    assert page.forms.trainer.isVisible()


def test_that_simulated_data_is_called_so(page: ConfigurePage) -> None:
    describe_dataset(page._workspace, "sample", simulated=True)
    page.strip._shelf.refresh()
    page.strip.choose("sample")
    notes = [page.summary._notes.itemAt(i).widget() for i in range(page.summary._notes.count())]
    assert len(notes) == 1
    assert "simulated" in page.strip.dataset.currentText()


def test_that_the_last_used_values_come_back(
    page: ConfigurePage, workspace: Workspace, jobs: JobRunner, qtbot: QtBot
) -> None:
    page.forms.model.presets.choose("conservative")
    page.forms.model.model.set_value("lstm_layers", 4)
    page.forms.data.model.set_value("clip_sigma", 4.0)
    page.strip.symbols.set_chosen(["000001"])
    page.strip.label.setCurrentIndex(1)
    page.save_state()
    page._settings.sync()
    again = make_page(workspace, jobs, Settings(), qtbot)
    assert again.config().model == page.config().model
    assert again.config().data == page.config().data
    assert again.forms.model.presets.preset == "conservative"


def test_that_what_balancing_says_of_the_loss_is_shown_and_edited_in_the_trainer(
    page: ConfigurePage,
) -> None:
    trainer = page.forms.trainer.model
    page.forms.balancing.presets.choose("conservative")
    assert trainer.value("focal_gamma") == 2.0 and trainer.value("use_class_weights") is True
    trainer.set_values({"focal_gamma": 2.5, "use_class_weights": False})
    plan = make_plan(page.config())
    assert plan.trainer == page.forms.trainer.model.config()
    assert plan.balancing.use_oversampling is False


def test_that_a_training_of_several_processes_can_be_asked_for(page: ConfigurePage) -> None:
    assert page.config().num_processes == 1 and not page.config().together
    page.forms.processes.model.set_values(
        {"num_processes": 2, "num_hosts": 3, "rendezvous": "first:29400"}
    )
    config = page.config()
    assert config.together and config.world_size == 6 and config.rendezvous == "first:29400"
    page.forms.processes.model.set_value("rendezvous", "")
    assert page.plan().jump_to == "processes.rendezvous"
    page.forms.reveal("processes.rendezvous")
    assert page.forms.processes.isVisible()
    page.forms.processes.model.set_value("rendezvous", "first:29400")
    page.run_type.restore({"run_type": "seeds", "num_seeds": 2})
    assert "several trainings" in page.plan().reason
