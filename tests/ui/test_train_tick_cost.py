"""What one tick of the live view costs must not depend on how long a run has been going."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from console.core.events import Event
from console.core.metrics import EpochMetrics
from console.runtime.run_curves import RunCurves
from console.ui.plots.run_plots import RunPlots

STEPS_PER_EPOCH = 10_000
PER_TICK = 40


def long_run(num_steps: int) -> RunCurves:
    """A run with a noisy loss at every step."""
    rng = np.random.default_rng(0)
    curves = RunCurves()
    curves.steps_per_epoch = STEPS_PER_EPOCH
    x = np.arange(1, num_steps + 1) / STEPS_PER_EPOCH
    noisy = 0.6 + 0.5 * np.exp(-x / 20) + rng.normal(0, 0.06, num_steps)
    curves.batch_loss.extend(x, noisy)
    curves.learning_rate.extend(x, 1e-4 * (1.1 + np.cos(x)))
    for epoch in range(1, num_steps // STEPS_PER_EPOCH + 1):
        loss = float(0.6 + 0.5 * np.exp(-epoch / 20))
        curves.add_epoch(
            EpochMetrics(epoch, loss, loss, 0.5, 0.5, 0.5, 0.5, 0.5, 1e-4, 1.0,
                         val_class_f1=(0.4, 0.5, 0.6), val_majority_floor=0.4),
            epoch,
        )  # fmt: skip
    return curves


def tick_ms(qtbot, curves: RunCurves) -> float:
    """Median milliseconds of a tick with four visible plots, painting included."""
    plots = RunPlots(0.97)
    qtbot.addWidget(plots)
    plots.resize(960, 560)
    plots.show()
    plots.set_curves(curves)
    plots.refresh()
    QApplication.processEvents()
    costs = []
    for index in range(15):
        first = len(curves.batch_loss.raw) + 1
        steps = list(range(first, first + PER_TICK))
        data = {"steps": steps, "loss": [0.6] * PER_TICK, "learning_rate": 1e-4}
        event = Event("step", "r", 1, 10_000 + index, "", 1, steps[-1], data)
        begin = time.perf_counter()
        curves.apply(event)
        plots.mark_stale(500)
        plots.refresh()
        QApplication.processEvents()
        costs.append(1000 * (time.perf_counter() - begin))
    plots.hide()
    return statistics.median(costs)


@pytest.mark.slow
def test_that_a_tick_with_a_million_points_costs_about_what_ten_thousand_cost(qtbot, app):
    short, long = long_run(10_000), long_run(1_000_000)
    tick_ms(qtbot, short)  # warm up
    first, second = tick_ms(qtbot, short), tick_ms(qtbot, long)
    print(f"tick: {first:.1f} ms with 10,000 points, {second:.1f} ms with 1,000,000")
    assert second < 4.0 * first + 10.0
