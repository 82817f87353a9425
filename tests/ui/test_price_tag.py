"""The price on Configure's card: measured, remembered, greyed, refused, mended by one click."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.cli.overrides import parse_overrides
from console.core.configs import ModelConfigV2, TrainerConfigV2
from console.core.gate import store_result
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.i18n import set_language
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.dataset_shelf import DatasetShelf
from tests.ui.conftest import describe_dataset

LONG_MS = 120_000
FOUND: dict[str, Any] = {
    "status": "estimated", "fits": True, "seconds_per_epoch": 96.0,
    "seconds_per_epoch_range": [92.0, 101.0], "epochs": 150,
    "total_seconds_range": [1_900.0, 15_000.0], "samples_per_second": 1180.0,
    "peak_memory_bytes": 650_000_000, "memory_available_bytes": 21_800_000_000,
    "gpu_peak_bytes": 0, "checkpoint_bytes": 13_000_000, "checkpoints_kept": 7,
    "disk_bytes": 91_000_000, "disk_free_bytes": 77_000_000_000, "threads": 1,
    "threads_timed": [{"threads": 1, "samples_per_second": 1180.0}], "batch_size": 256,
    "device": "cpu", "num_parameters": 1, "windows": None, "compile": None, "problems": [],
    "notes": [], "num_trainings": 1,
}  # fmt: skip
UNFIT: dict[str, Any] = {
    **FOUND, "fits": False, "seconds_per_epoch": None, "disk_bytes": None,
    "peak_memory_bytes": 61_000_000_000,
    "problems": [
        {
            "code": "memory",
            "message": "A batch of 4096 windows takes 61.2 GB of memory, but 21.1 GB are free.",
            "remedy": "Batches of 1024 windows fit; 4 of them added up make the same step. "
            "Gradient checkpointing or a smaller model takes less memory, too.",
            "changes": {
                "trainer.batch_size": 1024, "trainer.gradient_accumulation_steps": 4,
            },
        }
    ],
}  # fmt: skip


def make_page(
    workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    page = ConfigurePage(workspace, DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(page)
    page.resize(1180, 900)
    page.show()
    return page


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    describe_dataset(workspace)
    return make_page(workspace, jobs, settings, qtbot)


def keep(page: ConfigurePage, result: dict[str, Any]) -> None:
    """As after a measurement of what the page shows."""
    page.prices._measured = page.prices.request
    page.prices._on_finished(result)


def test_that_the_card_shows_a_price_and_greys_it_for_other_settings(page: ConfigurePage) -> None:
    tag, trainer = page.summary.price, page.forms.trainer.model
    assert page.prices.state == "unmeasured" and tag.rows == [] and page.can_start
    assert tag.measure.text() == "Estimate"
    keep(page, FOUND)
    assert page.prices.state == "known"
    assert tag.rows == [
        ("An epoch", "2 min"), ("All epochs", "32 min – 4 h 10 m"), ("Windows a second", "1,180"),
        ("Memory", "0.65 of 22 GB"), ("Disk", "0.09 of 77 GB"), ("CPU threads", "1, by timing"),
    ]  # fmt: skip
    trainer.set_value("batch_size", 128)
    assert page.prices.state == "unmeasured" and page.can_start
    assert tag.note == "Measured with other settings." and len(tag.rows) == 6
    trainer.set_value("batch_size", 256)
    assert page.prices.state == "known" and tag.note == ""  # remembered, nothing flickers
    trainer.set_value("learning_rate", 1e-4)
    assert page.prices.state == "known"  # neither time nor memory depend on it


def test_that_what_does_not_fit_blocks_start_until_one_click_changes_it(
    page: ConfigurePage, qtbot: QtBot
) -> None:
    trainer, tag = page.forms.trainer.model, page.summary.price
    trainer.set_value("batch_size", 4096)
    assert page.can_start and not tag.apply.isVisible()
    keep(page, UNFIT)
    assert not page.can_start
    assert page.summary.reason.text() == UNFIT["problems"][0]["message"]
    assert tag.apply.isVisible() and "Batch size: 1024" in tag.apply.toolTip()
    set_language("ru")
    page.retranslate()
    assert page.summary.reason.text().startswith("Пакету из 4096 окон нужно 61.2 ГБ")
    qtbot.mouseClick(tag.apply, Qt.MouseButton.LeftButton)
    assert trainer.values()["batch_size"] == 1024
    assert trainer.values()["gradient_accumulation_steps"] == 4
    assert page.can_start and not tag.apply.isVisible()


def test_that_the_command_measures_what_the_page_shows(page: ConfigurePage) -> None:
    page.strip.symbols.set_chosen(["600519"])
    page.forms.model.model.set_value("cnn_channels", (8, 16, 24))
    page.forms.trainer.model.set_value("batch_size", 64)
    request = page.prices.request
    assert request is not None and request.arguments[0] == "estimate"
    words = request.arguments
    told = parse_overrides(words[i + 1] for i, word in enumerate(words) if word == "--set")
    config = page.config()
    assert ModelConfigV2(**told["model"]) == config.model
    assert TrainerConfigV2(**told["trainer"]) == config.trainer
    assert told["data"]["dataset"] == "ashare"


def test_that_nothing_is_measured_by_itself_while_a_training_runs_or_nobody_looks(
    page: ConfigurePage, workspace: Workspace
) -> None:
    prices = page.prices
    assert not prices._is_due()  # the data were not checked
    assert page.gate.choice is not None
    store_result(workspace, "ashare", page.gate.choice.key, [])
    page.forms.data.model.set_value("clip_sigma", 4.0)
    page.forms.data.model.set_value("clip_sigma", 5.0)
    assert prices._is_due() and prices._settle.isActive()
    page.set_blocked("A training is running.")
    assert not prices._is_due() and not prices._settle.isActive()
    page.set_blocked("")
    page.hide()
    assert not prices._is_due()


def test_that_a_failed_measurement_says_why_and_blocks_nothing(
    page: ConfigurePage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.prices.changed, timeout=LONG_MS):
        qtbot.mouseClick(page.summary.price.measure, Qt.MouseButton.LeftButton)
    assert page.prices.state == "measuring" and page.summary.price.cancel.isVisible()
    qtbot.waitUntil(lambda: page.prices.state != "measuring", timeout=LONG_MS)
    assert page.prices.state == "failed"  # the dataset is described, but has no rows
    assert page.summary.price.note.startswith("Not measured: ")
    assert page.can_start


@pytest.mark.slow
def test_that_the_sample_is_really_measured_by_a_click_and_can_be_given_up(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> None:
    ensure_sample(workspace)
    page = make_page(workspace, jobs, settings, qtbot)
    for name, value in {"cnn_channels": (8, 8, 8), "lstm_hidden": 8}.items():
        page.forms.model.model.set_value(name, value)
    page.forms.trainer.model.set_value("num_threads", 1)
    page.prices.measure()
    qtbot.waitUntil(lambda: page.prices.doing == "load", timeout=LONG_MS)
    qtbot.mouseClick(page.summary.price.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.prices.state == "unmeasured", timeout=LONG_MS)
    page.prices.measure()
    qtbot.waitUntil(lambda: page.prices.state == "known", timeout=LONG_MS)
    assert [name for name, _ in page.summary.price.rows][:2] == ["An epoch", "All epochs"]
    assert page.can_start
