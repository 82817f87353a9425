"""What opening the window imports, seen from a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OPEN = """
import json, sys
from PySide6.QtCore import QEvent, QObject
from console.app import make_application, make_window
from console.core.paths import open_workspace
from console.runtime.settings import Settings
from console.ui.main_window import MainWindow

settings = Settings()
app = make_application(settings)
window = MainWindow(open_workspace().ensure(), settings, prepare_sample=False)
seen = {}

def loaded():
    return sorted({name.partition(".")[0] for name in sys.modules})

class Watcher(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "painted" not in seen:
            seen["painted"] = loaded()
        return False

watcher = Watcher()
window.centralWidget().installEventFilter(watcher)
window.ready.connect(app.quit)
window.show()
app.exec()
seen["ready"] = loaded()
for name in window.workbench.pages:
    if name != "train":
        window.show_page(name)
        app.processEvents()
seen["pages"] = loaded()
window.close()
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "TRAINING_CONSOLE_WORKSPACE": str(folder / "workspace"),
        "TRAINING_CONSOLE_CONFIG": str(folder / "config"),
    }
    done = subprocess.run(
        [sys.executable, "-c", OPEN],
        env=environment, capture_output=True, text=True, timeout=120, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    seen: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return seen


@pytest.mark.parametrize("name", ["torch", "polars", "onnx", "onnxruntime", "mlflow", "scipy"])
def test_that_opening_the_window_never_imports(name: str, modules: dict[str, list[str]]) -> None:
    assert name not in modules["pages"]


@pytest.mark.parametrize("name", ["pyqtgraph", "numpy", "pydantic"])
def test_that_the_first_paint_waits_for_no(name: str, modules: dict[str, list[str]]) -> None:
    assert name not in modules["painted"]
