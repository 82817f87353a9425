"""Several seeds, or all folds, in the window: the choice on Configure, the ribbon on Train."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.configs import OrchestratorConfig
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.jobs import JobRunner
from console.runtime.run_controller import RunController
from console.runtime.settings import Settings
from console.ui.i18n import set_language
from console.ui.pages.configure_page import ConfigurePage
from console.ui.pages.train_page import TrainPage
from console.ui.widgets.run_bar import RunBar
from tests.runtime.several import Several
from tests.ui.conftest import describe_dataset
from tests.ui.test_configure_page import make_page
from tests.ui.test_train_page import drawn


@pytest.fixture
def configure(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> ConfigurePage:
    describe_dataset(workspace)
    return make_page(workspace, jobs, settings, qtbot)


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "several", config=to_plain(OrchestratorConfig()), details={})


@pytest.fixture
def several(run: RunDir) -> Iterator[Several]:
    with closing(Several(run)) as made:
        yield made


@pytest.fixture
def controller(app: QApplication, workspace: Workspace) -> Iterator[RunController]:
    made = RunController(workspace)
    yield made
    made.shutdown()


@pytest.fixture
def train(
    qtbot: QtBot, controller: RunController, jobs: JobRunner, settings: Settings
) -> TrainPage:
    made = TrainPage(controller, jobs, settings)
    qtbot.addWidget(made)
    made.resize(1180, 680)
    made.show()
    made.ensure_plots()
    return made


def attach(qtbot: QtBot, controller: RunController, run: RunDir) -> None:
    controller.attach(run)
    qtbot.waitUntil(
        lambda: controller.state.state == "finished" and bool(controller.members.spread)
    )


def choose(configure: ConfigurePage, run_type: str) -> None:
    """As a choice by mouse or keyboard in the list."""
    kind = configure.run_type.kind
    kind.setCurrentIndex(kind.findData(run_type))
    kind.activated.emit(kind.currentIndex())


def test_that_seeds_are_chosen_beside_the_data(configure: ConfigurePage, qtbot: QtBot) -> None:
    assert configure.config().run_type == "single"
    assert not configure.run_type.num_seeds.isVisible()
    choose(configure, "seeds")
    field = configure.run_type.num_seeds.lineEdit()
    assert field.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "5")
    config = configure.config()
    assert (config.run_type, config.num_seeds) == ("seeds", 5)
    assert configure.plan().num_trainings == 5 and configure.can_start
    field.selectAll()
    qtbot.keyClicks(field, "1")
    assert not configure.can_start
    assert configure.summary.reason.text() == "The number of seeds must be from 2 to 100."


def test_that_all_folds_take_a_split_that_has_folds(configure: ConfigurePage) -> None:
    choose(configure, "folds")
    config = configure.config()
    assert config.run_type == "folds" and config.data.split_method == "walk_forward"
    assert configure.plan().num_trainings == 5 and configure.can_start
    configure.forms.data.model.set_value("num_blocks", 7)
    assert configure.plan().num_trainings == 7
    configure.forms.data.model.set_value("split_method", "chronological")
    assert configure.summary.reason.text() == "The split makes one training, not several folds."


def test_that_fold_settings_are_seen_where_folds_are_chosen(configure: ConfigurePage) -> None:
    form = configure.forms.data
    configure.forms.reveal("data.split_method")
    fields = ("num_blocks", "num_test_blocks", "fold")
    seen = {
        method: [name for name in fields if _after(form, method).row(name).isVisible()]
        for method in ("chronological", "walk_forward", "combinatorial")
    }
    assert seen["chronological"] == []
    assert seen["walk_forward"] == ["num_blocks", "fold"]
    assert seen["combinatorial"] == list(fields)


def _after(form, method: str):
    form.model.set_value("split_method", method)
    return form


def test_that_the_run_type_is_kept_for_the_next_time(
    configure: ConfigurePage,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    qtbot: QtBot,
) -> None:
    choose(configure, "seeds")
    configure.run_type.num_seeds.set_value(4)
    configure.save_state()
    again = make_page(workspace, jobs, settings, qtbot).config()
    assert (again.run_type, again.num_seeds) == ("seeds", 4)


def test_that_a_chip_shows_the_curves_of_its_training(
    qtbot, train, controller, run, several
) -> None:
    several.whole()
    attach(qtbot, controller, run)
    chips = train.ribbon.chips
    assert train.ribbon.isVisible()
    assert [chip.text() for chip in chips] == ["Fold 1  0.120", "Fold 2  0.220", "Fold 3  0.320"]
    assert chips[2].isChecked()
    raw = train.plots.loss.curves["raw"].item
    qtbot.waitUntil(lambda: len(drawn(train.plots.loss, "train")) == 2)
    qtbot.waitUntil(lambda: raw.yData is not None and raw.yData[-1] == pytest.approx(1 / 3))
    qtbot.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: raw.yData is not None and raw.yData[-1] == pytest.approx(1.0))
    assert "0.120" in train.panel._values[2].text()
    assert chips[0].isChecked() and train.ribbon.live.isVisible()
    qtbot.waitUntil(lambda: np.isfinite(drawn(train.plots.accuracy, "others")).sum() == 4)
    qtbot.mouseClick(train.ribbon.live, Qt.MouseButton.LeftButton)
    assert chips[2].isChecked() and not train.ribbon.live.isVisible()
    assert "finished" in chips[0].accessibleName() and "0.120" in chips[0].accessibleName()


def test_that_the_ribbon_ends_with_what_the_trainings_add_up_to(
    qtbot, train, controller, run, several, workspace
) -> None:
    several.whole()
    attach(qtbot, controller, run)
    ribbon = train.ribbon
    assert ribbon.summary.text() == "Pooled test: macro F1 0.457, MCC 0.123"
    assert "12,345 test windows" in ribbon.summary.toolTip()
    assert "trains on the newest data" in ribbon.summary.toolTip()
    lines = "\n".join(train.log.lines())
    assert "Fold 2 of 3 · Epoch 1" in lines and "Fold 3 of 3 finished" in lines
    seeds = create_run(workspace, "seeds", config=to_plain(OrchestratorConfig()), details={})
    Several(seeds, kind="seed").whole()
    attach(qtbot, controller, seeds)
    assert ribbon.summary.text() == "Test: macro F1 0.200 ± 0.100, MCC 0.200 ± 0.100"
    assert ribbon.chips[1].text() == "Seed 43  0.220"


def test_that_a_training_to_come_waits_in_the_ribbon(
    qtbot, train, controller, run, several
) -> None:
    several.start(1)
    several.epoch(1, 1)
    controller.attach(run)
    qtbot.waitUntil(lambda: len(train.ribbon.chips) == 3)
    assert [chip.isEnabled() for chip in train.ribbon.chips] == [True, False, False]
    assert train.ribbon.chips[2].text() == "Fold 3"
    assert not train.ribbon.summary.isVisible()


def test_that_the_run_bar_tells_of_the_whole_run_in_both_languages(
    qtbot, controller, run, several, app
) -> None:
    bar = RunBar(controller)
    qtbot.addWidget(bar)
    bar.show()
    several.start(1)
    several.epoch(1, 1)
    several.end(1)
    several.start(2)
    several.epoch(2, 1)
    controller.attach(run)
    qtbot.waitUntil(lambda: bar.total_progress.words.text() == "Fold 2 of 3")
    assert bar.epoch_progress.words.text() == "epoch 1 of 4"
    assert bar.total_progress.share.text() == "42 %"
    set_language("ru")
    assert bar.total_progress.words.text() == "Разрез 2 из 3"


def test_that_a_run_of_one_training_shows_no_ribbon(qtbot, train, controller) -> None:
    assert not train.ribbon.isVisible() and train.ribbon.chips == []
