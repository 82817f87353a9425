"""The doctor's tab, settings changed while a run trains, and a pause that frees the memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.core.diagnosis import Action, Diagnosis
from console.core.events import EventWriter
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, create_run
from console.runtime.run_controller import RunController
from console.ui.i18n import set_language
from console.ui.pages.train_page import TrainPage
from console.ui.widgets.run_bar import RunBar

LOWER = Action("set", "learning_rate", 1e-5)
SPIKE = Diagnosis("learning_rate_exploding", "severe", "The loss has risen.", "Too high.", LOWER)
PLATEAU = Diagnosis(
    "plateau", "info", "9 evaluations without progress; the best is epoch 3.", "Learnt.",
    Action("stop"),
)  # fmt: skip


class Worker:
    """Stands in for the training process: holds the lock, tells events, reads commands."""

    def __init__(self, run: RunDir) -> None:
        self.run = run
        self.lock = run.lock()
        self.lock.acquire()
        self.writer = EventWriter(run.events, run.id)
        self.commands: list[dict[str, Any]] = []
        run.write_status(
            state="running", pid=os.getpid(), process_started=psutil.Process().create_time()
        )
        self.tell("run_started", epochs=50, steps_per_epoch=20, batch_size=32, model="small")
        self.begin_epoch(3)

    def tell(self, kind: str, /, *, epoch: int = 3, step: int = 45, **data: Any) -> None:
        self.writer.emit(kind, epoch=epoch, step=step, data=data)

    def begin_epoch(self, epoch: int, rate: float = 5e-5) -> None:
        settings = {"learning_rate": rate, "patience": 20, "epochs": 50, "save_every": 10}
        self.tell(
            "epoch_started", epoch=epoch, step=20 * epoch - 20, epochs=50, steps=20,
            learning_rate=rate, settings=settings,
        )  # fmt: skip

    def diagnose(self, diagnosis: Diagnosis, *, active: bool = True, epoch: int = 3) -> None:
        self.tell("diagnosis", epoch=epoch, **{**diagnosis.to_dict(), "active": active})

    def asked(self) -> bool:
        """Whether a command has come."""
        self.commands += self.run.take_commands()
        return bool(self.commands)

    def answer(self, *, accepted: bool = True, message: str = "", **data: Any) -> None:
        command = self.commands.pop()
        self.tell(
            "command_ack", id=command["id"], command=command["command"], accepted=accepted,
            message=message, **data,
        )  # fmt: skip

    def end(self, state: str) -> None:
        self.run.write_status(state=state)
        self.lock.release()


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    config = OrchestratorConfig(trainer=TrainerConfigV2(learning_rate=5e-5))
    return create_run(workspace, "ill", config=to_plain(config), details={})


@pytest.fixture
def worker(run: RunDir) -> Iterator[Worker]:
    made = Worker(run)
    yield made
    made.writer.close()
    made.lock.release(force=True)


@pytest.fixture
def controller(app: QApplication, workspace: Workspace) -> Iterator[RunController]:
    made = RunController(workspace)
    yield made
    made.shutdown()


@pytest.fixture
def page(qtbot, controller, jobs, settings, worker, run) -> TrainPage:
    made = TrainPage(controller, jobs, settings)
    qtbot.addWidget(made)
    made.resize(1000, 680)
    made.show()
    made.show_doctor()
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.progress.epoch == 3 and controller.is_live)
    return made


@pytest.fixture
def bar(qtbot, controller) -> RunBar:
    made = RunBar(controller)
    qtbot.addWidget(made)
    made.resize(1180, 80)
    made.show()
    return made


def tab(page: TrainPage) -> str:
    return page.tabs.tabText(page.tab_pages.indexOf(page.doctor))


def test_that_a_healthy_run_has_an_empty_doctor(page, bar):
    assert tab(page) == "Doctor"
    assert page.doctor.text == "Nothing to worry about so far."
    assert not bar.doctor_button.isVisible()


def test_that_findings_are_counted_listed_and_one_button_treats_them(qtbot, page, bar, worker):
    worker.diagnose(PLATEAU)
    worker.diagnose(SPIKE)
    qtbot.waitUntil(lambda: tab(page) == "Doctor (2)")
    assert page.doctor.text.startswith("The loss has risen.\nepoch 3 · ")
    assert "Too high." in page.doctor.text
    qtbot.waitUntil(lambda: bar.doctor_button.isVisible())
    assert bar.doctor_button.text() == "1 finding"
    words = [made.text() for made in page.doctor.buttons]
    assert words == ["Set learning rate to 1e-05", "Stop after this epoch"]
    qtbot.mouseClick(page.doctor.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(worker.asked)
    [command] = worker.commands
    assert (command["command"], command["learning_rate"]) == ("set", 1e-5)


def test_that_what_has_passed_is_folded_and_what_was_superseded_is_gone(qtbot, page, worker):
    worker.diagnose(PLATEAU)
    worker.diagnose(SPIKE)
    worker.diagnose(SPIKE, active=False, epoch=6)
    qtbot.waitUntil(lambda: tab(page) == "Doctor (1)")
    assert "The loss has risen." not in page.doctor.text
    assert page.doctor.passed_button.text() == "▸ 1 has passed"
    qtbot.mouseClick(page.doctor.passed_button, Qt.MouseButton.LeftButton)
    assert "The loss has risen." in page.doctor.text
    assert len(page.doctor.buttons) == 1
    worker.tell("resumed", from_step=40, after_seq=2, exact=True)
    qtbot.waitUntil(lambda: tab(page) == "Doctor")
    assert page.doctor.text == "Nothing to worry about so far."


def test_that_the_next_training_of_a_run_of_several_begins_without_findings(qtbot, page, worker):
    worker.diagnose(SPIKE)
    qtbot.waitUntil(lambda: tab(page) == "Doctor (1)")
    worker.tell("member_started", epoch=0, index=2, total=3, name="02-seed-43")
    qtbot.waitUntil(lambda: tab(page) == "Doctor")
    assert page.doctor.passed_button.text() == "▸ 1 has passed"


def test_that_an_ended_run_is_treated_by_a_new_one(qtbot, page, worker, controller):
    worker.diagnose(SPIKE)
    worker.diagnose(PLATEAU)
    worker.end("stopped")
    qtbot.waitUntil(lambda: controller.state.state == "stopped")
    [button] = page.doctor.buttons
    assert button.text() == "Configure: Learning rate 1e-05"
    with qtbot.waitSignal(page.settings_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [{"learning_rate": 1e-5}]


def test_that_the_doctor_speaks_russian(qtbot, page, worker):
    worker.diagnose(PLATEAU)
    qtbot.waitUntil(lambda: tab(page) == "Doctor (1)")
    set_language("ru")
    assert tab(page) == "Доктор (1)"
    assert "Проверок без улучшения: 9" in page.doctor.text


def test_that_settings_are_changed_and_what_waits_is_told(qtbot, page, worker, controller):
    dialog = page.open_change()
    assert dialog.editors["learning_rate"].value() == 5e-5
    assert not dialog.apply_button.isEnabled()
    dialog.propose("learning_rate", 2e-5)
    dialog.propose("patience", 30)
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(worker.asked)
    assert {k: worker.commands[0][k] for k in ("learning_rate", "patience")} == {
        "learning_rate": 2e-5, "patience": 30,
    }  # fmt: skip
    assert not dialog.apply_button.isEnabled()
    worker.answer(waiting={"learning_rate": 2e-5, "patience": 30})
    qtbot.waitUntil(lambda: dialog.answer.text() == "Applies at epoch 4.")
    assert dialog.notes["learning_rate"].text() == "applies at epoch 4; now 5e-05"
    worker.tell("setting_changed", epoch=3, step=60, name="learning_rate", before=5e-5, after=2e-5)
    worker.tell("setting_changed", epoch=3, step=60, name="patience", before=20, after=30)
    qtbot.waitUntil(lambda: "applies" not in dialog.notes["learning_rate"].text())
    assert dialog.editors["learning_rate"].value() == 2e-5
    page.ensure_plots()
    qtbot.waitUntil(lambda: bool(page.plots.rate.view.marks.marks))
    [flag] = [mark for mark in page.plots.rate.view.marks.marks if mark.style == "setting"]
    assert flag.label == "2 changes"
    assert flag.tip == "learning rate 5e-05 → 2e-05\npatience 20 → 30"
    assert page.plots.rate.view.marks.tip_near(3.0) == flag.tip


def test_that_refusals_and_values_out_of_range_are_told_in_place(qtbot, page, worker):
    dialog = page.open_change()
    dialog.propose("learning_rate", 9.0)
    assert "9 is outside" in dialog.notes["learning_rate"].text()
    assert not dialog.apply_button.isEnabled()
    dialog.propose("learning_rate", 1e-6)
    dialog.propose("epochs", 60)
    assert dialog.apply_button.isEnabled()
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(worker.asked)
    worker.answer(accepted=False, message="no")
    qtbot.waitUntil(lambda: dialog.answer.text() == "The training refuses: no")
    assert dialog.apply_button.isEnabled()


def test_that_a_released_run_says_so_and_offers_to_continue(qtbot, page, bar, worker, controller):
    bar.release_action.trigger()
    assert bar.answer_label.text() == "Pausing, then freeing the memory"
    qtbot.waitUntil(worker.asked)
    assert worker.commands[0]["command"] == "release"
    worker.tell("paused", released=True)
    worker.end("released")
    qtbot.waitUntil(lambda: bar.state_label.text() == "Paused, memory freed")
    assert bar.resume_run_button.isVisible() and bar.resume_run_button.text() == "Continue"
    assert not bar.pause_button.isVisible()
    assert not page.failure.isVisible()
    assert any("memory freed" in line for line in page.log.lines())
