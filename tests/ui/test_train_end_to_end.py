"""The whole job in the real window: train, watch, pause, go on, stop, export by dialog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from console.core.configs import OrchestratorConfig, TrainerConfigV2
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.ui.dialogs import file_dialogs
from console.ui.dialogs.export_dialog import ExportDialog
from console.ui.main_window import MainWindow
from console.ui.pages.configure_page import ConfigurePage

EPOCHS = 40


@pytest.fixture
def window(qtbot, app, workspace: Workspace, settings) -> Iterator[MainWindow]:
    """The main window; a run that is still alive at the end is stopped."""
    made = MainWindow(workspace, settings, prepare_sample=False)
    made.show()
    yield made
    if made.workbench.controller.is_live:
        made.workbench.controller.stop_now()
        qtbot.waitUntil(lambda: not made.workbench.controller.is_live, timeout=60_000)
    made.close()
    made.deleteLater()


@pytest.fixture
def qt_file_dialogs() -> Iterator[None]:
    """Qt's own file dialogs, which a test can fill in."""
    before = file_dialogs.file_dialogs()
    file_dialogs.use_file_dialogs(file_dialogs.FileDialogs(native=False))
    yield
    file_dialogs.use_file_dialogs(before)


def small_training() -> OrchestratorConfig:
    """The simulated sample, the smallest model, one thread."""
    trainer = TrainerConfigV2(
        epochs=EPOCHS, batch_size=128, learning_rate=1e-3, num_threads=1, device="cpu",
        early_stopping_patience=0,
    )  # fmt: skip
    return OrchestratorConfig(
        model_preset="quick_experiment", trainer=trainer, use_mlflow=False, experiment_name="e2e"
    )


def drawn(plot, key: str) -> int:
    """How many points a curve shows on the screen."""
    x = plot.curves[key].item.xData
    return 0 if x is None else len(x)


def fill_in(name: str) -> None:
    """Type a name into the open file dialog and accept it, as an operator would."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    edit.setText(name)
    dialog.accept()


def type_into(qtbot, form, name: str, text: str) -> None:
    """Replace the text of a field, as an operator would."""
    form.reveal(name)
    field = form.row(name).editor.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, text)


def fill_in_the_forms(qtbot, page: ConfigurePage) -> None:
    """Choose presets, change some fields, meet a refusal and mend it."""
    for form in (page.forms.model, page.forms.trainer):
        form.presets.choose("quick_experiment")
    fields = {"epochs": EPOCHS, "learning_rate": 1e-3, "early_stopping_patience": 0}
    for name, value in {**fields, "num_threads": 1}.items():
        type_into(qtbot, page.forms.trainer, name, str(value))
    type_into(qtbot, page.forms.model, "dropout", "0.95")
    assert not page.can_start and "Dropout" in page.summary.reason.text()
    type_into(qtbot, page.forms.model, "dropout", "0.2")
    assert page.can_start
    assert page.forms.model.row("dropout").is_changed
    assert not page.forms.model.row("lstm_hidden").is_changed


@pytest.mark.timeout(240)
def test_that_a_model_is_trained_watched_stopped_and_exported(
    qtbot, window: MainWindow, qt_file_dialogs, workspace: Workspace, tmp_path: Path
):
    bench = window.workbench
    controller, bar, page = bench.controller, bench.run_bar, bench.train_page
    ensure_sample(workspace)
    bench.shelf.refresh()
    bench.show_configure()
    fill_in_the_forms(qtbot, bench.configure_page)
    qtbot.mouseClick(bench.configure_page.summary.start, Qt.MouseButton.LeftButton)
    assert bench.configure_page.gate.is_checking  # the data first
    qtbot.waitUntil(lambda: bench.page == "train", timeout=60_000)
    page.ensure_plots()
    plots = page.plots

    # at least three epochs appear in both plots while it trains
    def three_epochs() -> bool:
        curves = (plots.loss, "train"), (plots.loss, "validation"), (plots.accuracy, "train")
        return all(drawn(plot, key) >= 3 for plot, key in (*curves, (plots.accuracy, "validation")))

    qtbot.waitUntil(three_epochs, timeout=120_000)
    assert controller.state.state == "running"
    assert drawn(plots.loss, "raw") > 100
    assert bar.state_label.text() == "Running"
    assert page.panel.shown_epoch >= 3

    # what was typed is what runs
    plan = controller.run.read_run()["plan"]
    assert (plan["model"]["dropout"], plan["trainer"]["epochs"]) == (0.2, EPOCHS)

    # pause holds it, continue lets it go on
    qtbot.mouseClick(bar.pause_button.main, Qt.MouseButton.LeftButton)
    assert bar.answer_label.text()
    qtbot.waitUntil(lambda: controller.state.state == "paused", timeout=30_000)
    held = len(controller.curves.batch_loss.raw.x)
    qtbot.mouseClick(bar.pause_button.main, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: controller.state.state == "running", timeout=30_000)
    epoch = controller.curves.last_epoch
    qtbot.waitUntil(lambda: controller.curves.last_epoch > epoch, timeout=60_000)
    assert len(controller.curves.batch_loss.raw.x) > held

    # stop answers at once and keeps everything
    qtbot.mouseClick(bar.stop_button.main, Qt.MouseButton.LeftButton)
    assert bar.answer_label.text().startswith("Stopping after epoch")
    qtbot.waitUntil(lambda: controller.state.state == "stopped", timeout=60_000)
    assert 3 < controller.curves.last_epoch < EPOCHS
    assert page.checkpoints.model.rowCount() >= 1
    steps = controller.curves.batch_loss.raw.x * controller.curves.steps_per_epoch
    assert [round(step) for step in steps] == list(range(1, len(steps) + 1))

    # export through a real file dialog
    target = tmp_path / "my model"
    bench.export_model()
    dialog = page.findChild(ExportDialog)
    QTimer.singleShot(0, lambda: fill_in(str(target)))
    qtbot.mouseClick(dialog.browse_button, Qt.MouseButton.LeftButton)
    assert dialog.path_edit.text() == f"{target}.onnx"
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=120_000)
    assert dialog.notice.text == ""
    assert target.with_suffix(".onnx").stat().st_size > 10_000
    assert dialog.result_data["max_difference"] < 1e-4
    assert "windows" in dialog.results["difference"].text()
    dialog.reject()


@pytest.mark.timeout(120)
def test_that_an_export_that_cannot_be_written_says_so_in_the_dialog(qtbot, window, tmp_path):
    page, controller = window.workbench.train_page, window.workbench.controller
    config = small_training()
    config.trainer.epochs = 1
    controller.start(config)
    qtbot.waitUntil(lambda: controller.state.state == "finished", timeout=90_000)
    (tmp_path / "file").write_text("in the way")
    dialog = page.open_export("best")
    dialog.formats.button(1).click()
    dialog.path_edit.setText(str(tmp_path / "file" / "model.pt"))
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=60_000)
    assert "model.pt" in dialog.notice.text
    assert "Traceback" not in dialog.notice.text
    assert not dialog.result_card.isVisible()
    dialog.reject()
