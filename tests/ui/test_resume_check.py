"""The proof of the resume in the real window, on a real run."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.core.checkpoints import list_checkpoints
from console.core.configs import DataConfig, ModelConfigV2, OrchestratorConfig, TrainerConfigV2
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import ImportMapping
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2
from console.engine.verify_resume import MESSAGES, REASONS
from console.ui.i18n import catalog_path, load_catalog, set_language
from console.ui.main_window import MainWindow
from tests.e2e.conftest import MAPPING, NUM_FEATURES, market_table


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> RunDir:
    """A run of one epoch on a small dataset."""
    path = tmp_path / "market.parquet"
    market_table().write_parquet(path)
    import_dataset([path], ImportMapping(**MAPPING), "small", workspace)
    model = ModelConfigV2(
        input_features=NUM_FEATURES, sequence_length=16, cnn_channels=(8,), cnn_kernel_sizes=(3,),
        lstm_hidden=8, lstm_layers=1, attention_heads=2,
    )  # fmt: skip
    trainer = TrainerConfigV2(epochs=1, batch_size=64, num_threads=1, device="cpu")
    orchestrator = TrainingOrchestratorV2(
        OrchestratorConfig(
            model=model, trainer=trainer, data=DataConfig(dataset="small", label="label_1"),
            use_mlflow=False, output_dir=str(workspace.models), workspace=str(workspace.root),
        )
    )  # fmt: skip
    assert asyncio.run(orchestrator.run_training())["status"] == "success"
    assert orchestrator.run is not None
    return orchestrator.run


@pytest.fixture
def window(qtbot, app: QApplication, run: RunDir, workspace, settings) -> Iterator[MainWindow]:
    """The main window with the run in hand."""
    made = MainWindow(workspace, settings, prepare_sample=False)
    made.show()
    made.complete()
    qtbot.waitUntil(lambda: made.workbench.controller.state.state == "finished")
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.timeout(240)
def test_that_one_click_proves_the_resume_and_says_what_is_wrong_with_it(
    qtbot, window: MainWindow, run: RunDir, answers
) -> None:
    action = window.actions_by_name["check_resume"]
    check = window.workbench.train_page.checkpoints.resume_check
    assert action.isEnabled()
    action.trigger()
    assert window.workbench.page == "train" and check.isVisible() and check.is_working
    assert check.check_button.text() == "Cancel"
    qtbot.waitUntil(lambda: not check.is_working, timeout=90_000)
    assert check.result["status"] == "identical", check.result
    assert check.text.startswith("Bit-identical: ")
    set_language("ru")
    assert check.text.startswith("Совпадает до бита: ")
    answers.answers.append(0)
    qtbot.mouseClick(check.details_button, Qt.MouseButton.LeftButton)
    assert "Повторено шагов: " in answers.asked[-1]
    set_language("en")

    # a loss that is not what the run computes
    lines = run.events.read_text("utf-8").splitlines()
    wrong = next(n for n, line in enumerate(lines) if '"kind":"step"' in line)
    event = json.loads(lines[wrong])
    event["data"]["loss"][0] += 0.5
    lines[wrong] = json.dumps(event)
    run.events.write_text("\n".join(lines) + "\n", "utf-8")
    qtbot.mouseClick(check.check_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not check.is_working, timeout=90_000)
    assert check.result["status"] == "differs"
    assert check.text.startswith("Differs by 5.0e-01")

    # and nothing to check any more
    for info in list_checkpoints(run.path)[1:]:
        shutil.rmtree(info.path)
    window.workbench.train_page.checkpoints.refresh()
    assert not check.check_button.isEnabled()
    assert check.check_button.toolTip() == "No step is recorded behind a checkpoint yet."


@pytest.mark.timeout(240)
def test_that_a_check_can_be_cancelled_and_a_failure_is_told(
    qtbot, window: MainWindow, run: RunDir
) -> None:
    check = window.workbench.train_page.checkpoints.resume_check
    window.workbench.check_resume()
    qtbot.mouseClick(check.check_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not check.is_working, timeout=60_000)
    assert check.result == {} and check.check_button.isEnabled()
    (run.path / "run.json").unlink()
    check.start()
    qtbot.waitUntil(lambda: not check.is_working, timeout=60_000)
    assert check.result["status"] == "failed" and check.text
    window.workbench.train_page.checkpoints.set_run(None)
    assert check.text == "There is no checkpoint to check yet."
    assert not check.check_button.isEnabled()


def test_that_every_sentence_of_a_check_has_a_russian_one() -> None:
    known = set(load_catalog(catalog_path("ru"), "ru").messages)
    assert {*MESSAGES.values(), *REASONS.values()} <= known
