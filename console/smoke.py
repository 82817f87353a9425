"""The whole job once, in the real window without a display: sample, train, export, close.

``packaging/run.sh --smoke`` ends here. Everything happens in a folder of its own that is removed
at the end, with the user's settings and workspace untouched.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication

from console.app import make_application, make_window
from console.core.errors import ConsoleError
from console.core.metrics import EpochMetrics
from console.core.paths import CONFIG_VARIABLE, WORKSPACE_VARIABLE, open_workspace
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow

EPOCHS, DAYS = 2, 3
TIMEOUT_S = 240.0
PRESET = "quick_experiment"
Say = Callable[[str], None]


class SmokeError(ConsoleError):
    """Something in the job did not come to its end."""


def run_smoke(say: Say, keep: str = "") -> dict[str, Any]:
    """Do the whole job and return its figures.

    Args:
        say: is told each step.
        keep: a folder in which the exported model stays; empty removes everything.

    Raises:
        SmokeError: a step failed or took too long; says which one.
    """
    with tempfile.TemporaryDirectory(prefix="training-console-smoke-") as folder:
        os.environ[WORKSPACE_VARIABLE] = str(Path(folder) / "workspace")
        os.environ[CONFIG_VARIABLE] = str(Path(folder) / "config")
        settings = Settings()
        app = make_application(settings)
        window = make_window(open_workspace().ensure(), settings)
        try:
            target = Path(keep or folder).resolve() / "smoke.onnx"
            return _Smoke(app, window, say).run(target)
        finally:
            window.workbench.controller.shutdown()
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class _Smoke:
    """Walks through the window as an operator would, one step after the other."""

    def __init__(self, app: QApplication, window: MainWindow, say: Say) -> None:
        self._app, self._window, self._say = app, window, say
        self._epochs: list[EpochMetrics] = []
        window.workbench.controller.epoch_metrics.connect(self._epochs.append)

    def run(self, target: Path) -> dict[str, Any]:
        """All steps."""
        started = time.monotonic()
        self._open()
        self._configure()
        self._train()
        exported = self._export(target)
        self._window.close()
        seconds = time.monotonic() - started
        self._say(f"The whole job took {seconds:.0f} s.")
        return {
            "status": "success",
            "epochs": len(self._epochs),
            "val_f1": self._epochs[-1].val_f1,
            "max_difference": exported["max_difference"],
            "size_bytes": exported["size_bytes"],
            "seconds": round(seconds, 1),
        }

    def _open(self) -> None:
        self._say("Opening the window")
        self._window.show()
        shelf = self._window.workbench.shelf
        self._wait(lambda: bool(shelf.datasets), "making the simulated sample")

    def _configure(self) -> None:
        page = self._window.workbench.configure_page
        for form in (page.forms.model, page.forms.trainer):
            form.presets.choose(PRESET)
        page.forms.trainer.model.set_value("epochs", EPOCHS)
        page.strip.days.set_value(DAYS)
        self._wait(lambda: page.can_start, "filling in the forms", self._start_problem)

    def _train(self) -> None:
        self._say(f"Training {EPOCHS} epochs on {DAYS} simulated days")
        controller = self._window.workbench.controller
        self._window.workbench.start_training()
        self._wait(lambda: controller.state.state == "finished", "training", self._training_problem)
        self._wait(lambda: len(self._epochs) == EPOCHS, "showing the epochs")
        for epoch in self._epochs:
            self._say(f"Epoch {epoch.epoch}: validation loss {epoch.val_loss:.4f}")

    def _export(self, target: Path) -> dict[str, Any]:
        self._say("Exporting to ONNX")
        dialog = self._window.workbench.train_page.open_export("best")
        if dialog is None:
            raise SmokeError("The window has no run to export.")
        dialog.path_edit.setText(str(target))
        dialog.start()
        self._wait(lambda: not dialog.is_working, "exporting")
        result = dict(dialog.result_data)
        problem = dialog.notice.text
        dialog.close()
        if not target.is_file():
            raise SmokeError(f"The export failed: {problem}")
        self._say(
            f"{result['size_bytes'] / 1e6:.1f} MB, largest difference "
            f"{result['max_difference']:.1e} over {result['num_windows']:,} windows"
        )
        return result

    def _start_problem(self) -> str:
        return self._window.workbench.configure_page.plan().reason

    def _training_problem(self) -> str:
        failure = self._window.workbench.controller.failure
        return f"{failure['message']} {failure.get('details', '')}" if failure else ""

    def _wait(
        self, done: Callable[[], bool], what: str, problem: Callable[[], str] | None = None
    ) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while not done():
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
            if what == "training" and problem is not None and problem():
                raise SmokeError(f"The step '{what}' failed: {problem()}")
            if time.monotonic() > deadline:
                reason = problem() if problem is not None else ""
                raise SmokeError(f"The step '{what}' took longer than {TIMEOUT_S:.0f} s. {reason}")
