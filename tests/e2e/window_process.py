"""A window in a process of its own that starts a training and prints the run's folder.

usage: window_process.py CONFIG.yaml
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml
from PySide6.QtCore import QObject, QTimer, Slot

from console.app import make_application, make_window
from console.core.configs import OrchestratorConfig
from console.core.fields import from_plain
from console.core.paths import open_workspace
from console.core.rundir import RunDir
from console.runtime.settings import Settings


class Operator(QObject):
    """Starts the training as soon as the window is open."""

    def __init__(self, config: OrchestratorConfig) -> None:
        super().__init__()
        settings = Settings()
        self.app = make_application(settings)
        self.config = config
        self.window = make_window(open_workspace().ensure(), settings)
        self.window.workbench.controller.run_changed.connect(self.tell)
        self.window.show()
        QTimer.singleShot(0, self, self.start)

    @Slot()
    def start(self) -> None:
        self.window.workbench.controller.start(self.config)
        self.window.workbench.show_train()

    @Slot(object)
    def tell(self, run: RunDir | None) -> None:
        if run is not None:
            print(run.path, flush=True)


if __name__ == "__main__":
    plain = yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))
    operator = Operator(from_plain(OrchestratorConfig, plain))
    sys.exit(operator.app.exec())
