"""A window that is killed takes nothing with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from console.core.configs import OrchestratorConfig
from console.core.events import EventReader
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow

WINDOW = Path(__file__).with_name("window_process.py")
EPOCHS = 12


@pytest.fixture
def killed_run(
    qtbot, tmp_path: Path, small_config: Callable[..., OrchestratorConfig]
) -> Iterator[RunDir]:
    """A run whose window was killed with SIGKILL after its second epoch."""
    config = small_config(trainer={"epochs": EPOCHS, "early_stopping_patience": 0})
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(to_plain(config)))
    window = subprocess.Popen(
        [sys.executable, str(WINDOW), str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    run = RunDir(Path(window.stdout.readline().strip()))
    qtbot.waitUntil(lambda: epochs_of(run) >= 2, timeout=90_000)
    window.kill()
    window.communicate()
    yield run
    if run.is_locked():
        run.send("stop_now")
        qtbot.waitUntil(lambda: not run.is_locked(), timeout=60_000)


def epochs_of(run: RunDir) -> int:
    return sum(event.kind == "epoch_metrics" for event in EventReader(run.events).read())


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_that_training_goes_on_and_the_reopened_window_shows_the_same_curves(
    qtbot, workspace: Workspace, killed_run: RunDir
):
    assert killed_run.status().state == "running"
    seen = epochs_of(killed_run)
    qtbot.waitUntil(lambda: epochs_of(killed_run) > seen, timeout=60_000)

    window = MainWindow(workspace, Settings(), prepare_sample=False)
    window.show()
    controller = window.workbench.controller
    qtbot.waitUntil(lambda: controller.curves.last_epoch > seen, timeout=30_000)
    assert controller.run == killed_run
    assert controller.is_live
    assert window.page == "train"
    qtbot.waitUntil(lambda: controller.state.state == "finished", timeout=120_000)

    curves = controller.curves
    assert sorted(curves.epochs) == list(range(1, EPOCHS + 1))
    steps = [round(x * curves.steps_per_epoch) for x in curves.batch_loss.raw.x]
    assert steps == list(range(1, EPOCHS * curves.steps_per_epoch + 1))
    told = [
        (step, loss)
        for event in EventReader(killed_run.events).read() if event.kind == "step"
        for step, loss in zip(event.data["steps"], event.data["loss"], strict=True)
    ]  # fmt: skip
    assert list(curves.batch_loss.raw.y) == [loss for _step, loss in told]
    window.close()
