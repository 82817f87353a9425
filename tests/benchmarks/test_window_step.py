"""A step from window to window is felt as immediate."""

from __future__ import annotations

import statistics
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.paths import Workspace
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.window_inspector import WindowInspector
from console.ui.theme import apply_theme

STEPS = 60
LIMIT_S = 0.050


@pytest.mark.slow
def test_that_a_key_press_shows_the_next_window_within_50_ms(
    qapp: QApplication, workspace: Workspace, qtbot: QtBot
) -> None:
    def make_choice(info: DatasetInfo) -> DataChoice:
        return DataChoice(info, DataConfig(), BalancingConfig(), 60)

    apply_theme(qapp, "light")
    jobs = JobRunner(workspace=workspace)
    inspector = WindowInspector(jobs, workspace, make_choice)
    qtbot.addWidget(inspector)
    inspector.resize(1180, 680)
    inspector.show()
    inspector.show_dataset(ensure_sample(workspace))
    qtbot.waitUntil(lambda: inspector.plot.window_shown is not None, timeout=60_000)
    taken = []
    for place in range(1, STEPS + 1):
        began = time.perf_counter()
        QTest.keyClick(inspector.plot, Qt.Key.Key_Right)
        while inspector.plot.window_shown is None or inspector.plot.window_shown.place != place:
            qapp.processEvents()
        inspector.plot.grab()  # painted, too
        taken.append(time.perf_counter() - began)
    jobs.shutdown()
    assert statistics.median(taken) < LIMIT_S, [f"{1e3 * each:.0f} ms" for each in taken]
