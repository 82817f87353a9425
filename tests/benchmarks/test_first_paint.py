"""How soon the window is painted, against a bare window with a plot, in paired runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 5
LIMIT = 1.6

BARE = """
import time; begun = time.perf_counter()
import sys
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def __init__(self):
        super().__init__()
        self.setCentralWidget(pyqtgraph.PlotWidget())
        self.resize(1280, 800)

app = QApplication([])
"""

OURS = """
import time; begun = time.perf_counter()
import sys
from console.app import make_application, make_window
from console.core.paths import open_workspace
from console.runtime.settings import Settings

settings = Settings()
app = make_application(settings)

def Window():
    return make_window(open_workspace().ensure(), settings)
"""

PAINTED = """
from PySide6.QtCore import QEvent, QObject

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.perf_counter() - begun, flush=True)
            import os; os._exit(0)
        return False

window = Window()
watcher = FirstPaint()
central = window.centralWidget()
(getattr(central, "viewport", None) or (lambda: central))().installEventFilter(watcher)
window.show()
app.exec()
"""


def first_paint_s(program: str, folder: Path) -> float:
    """Seconds from the first line of a program to the first paint of its window."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program + PAINTED],
        env=environment, capture_output=True, text=True, timeout=120, check=True, cwd=folder,
    )  # fmt: skip
    return float(done.stdout.split()[0])


@pytest.mark.slow
def test_that_the_window_is_painted_nearly_as_soon_as_a_bare_one(tmp_path: Path) -> None:
    first_paint_s(BARE, tmp_path), first_paint_s(OURS, tmp_path)  # files into the page cache
    pairs = [(first_paint_s(OURS, tmp_path), first_paint_s(BARE, tmp_path)) for _ in range(RUNS)]
    ratio = statistics.median(ours / bare for ours, bare in pairs)
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"first paint: ours {ours:.2f} s, bare {bare:.2f} s, ratio {ratio:.2f}")
    assert ratio <= LIMIT
