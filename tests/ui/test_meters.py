"""The Meters tab and the readout beside the tabs, over a run told by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from console.core.configs import OrchestratorConfig
from console.core.events import EventWriter
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import RunDir, RunStatus, create_run
from console.runtime.run_controller import RunController
from console.ui.i18n import set_language
from console.ui.pages.train_page import TrainPage
from console.ui.widgets.meter_words import readout_words

READING = {
    "cpu_percent": 96.4, "memory_bytes": 1_200_000_000, "memory_total_bytes": 25_300_000_000,
    "disk_free_bytes": 78_100_000_000, "read_bytes_per_s": 0.0, "write_bytes_per_s": 250_000.0,
    "num_processes": 2, "num_threads": 9, "gpus": [],
}  # fmt: skip
GPU = {
    "name": "H100", "memory_bytes": 3e9, "memory_total_bytes": 80e9, "utilisation_percent": 71,
}  # fmt: skip


@pytest.fixture
def run(workspace: Workspace) -> RunDir:
    return create_run(workspace, "story", config=to_plain(OrchestratorConfig()), details={})


@pytest.fixture
def writer(run: RunDir) -> Iterator[EventWriter]:
    made = EventWriter(run.events, run.id)
    yield made
    made.close()


@pytest.fixture
def controller(app: QApplication, workspace: Workspace) -> Iterator[RunController]:
    made = RunController(workspace)
    yield made
    made.shutdown()


@pytest.fixture
def page(qtbot, controller, jobs, settings) -> TrainPage:
    made = TrainPage(controller, jobs, settings)
    qtbot.addWidget(made)
    made.resize(1180, 680)
    made.show()
    return made


def attach(qtbot, controller: RunController, run: RunDir, readings: int) -> None:
    controller.attach(run)
    qtbot.waitUntil(lambda: controller.progress.meters.version == readings)


def drawn(plot) -> list[list[float]]:
    return [list(y) for curve in plot.curves if len(y := curve.item.getData()[1])]


def test_that_the_plots_show_the_readings_of_the_run(qtbot, page, controller, run, writer):
    for share in (50.0, 75.0, 100.0):
        writer.emit("heartbeat", data={**READING, "cpu_percent": share})
    attach(qtbot, controller, run, 3)
    page.tabs.setCurrentIndex(page.tab_pages.indexOf(page.meters))
    qtbot.waitUntil(lambda: page.meters.plots is not None and drawn(page.meters.plots.cpu) != [])
    plots = page.meters.plots
    assert drawn(plots.cpu) == [[50.0, 75.0, 100.0]]
    assert drawn(plots.memory) == [[1.2, 1.2, 1.2]]
    assert drawn(plots.disk) == [[0.0, 0.0, 0.0], [0.25, 0.25, 0.25]]
    assert plots.memory.value.text() == "1.2 GB, at most 1.2 GB"
    assert plots.gpu.isHidden()
    set_language("ru")
    assert plots.memory.value.text() == "1.2 ГБ, пик 1.2 ГБ"
    assert plots.disk.value.accessibleName() == "Диск, МБ/с: свободно 78.1 ГБ"
    set_language("en")


def test_that_a_gpu_is_shown_where_there_is_one(qtbot, page, controller, run, writer):
    writer.emit("heartbeat", data={**READING, "gpus": [GPU]})
    attach(qtbot, controller, run, 1)
    page.tabs.setCurrentIndex(page.tab_pages.indexOf(page.meters))
    qtbot.waitUntil(lambda: page.meters.plots is not None and page.meters.plots.gpu.isVisible())
    assert page.meters.plots.gpu.value.text() == "71 %, 3.0 GB of 80.0 GB"


def test_that_hidden_meters_are_not_made_and_not_drawn(qtbot, page, controller, run, writer):
    writer.emit("heartbeat", data=READING)
    attach(qtbot, controller, run, 1)
    page._tick()
    assert page.meters.plots is None
    page.meters.ensure_plots()
    page._tick()
    assert drawn(page.meters.plots.cpu) == []


def test_that_the_readout_speaks_of_a_live_run_only(qtbot, page, controller, run, writer):
    writer.emit("heartbeat", data=READING)
    attach(qtbot, controller, run, 1)
    controller._state = RunStatus("running")
    page.readout.refresh()
    assert page.readout.text() == "CPU 96 %  RAM 1.2 GB"
    assert page.readout.accessibleName() == "Use of the machine: CPU 96 %  RAM 1.2 GB"
    width = page.readout.minimumWidth()
    controller.progress.meters.newest = {**READING, "cpu_percent": 3.0}
    page.readout.refresh()
    assert page.readout.minimumWidth() == width
    controller._state = RunStatus("finished")
    page.readout.refresh()
    assert page.readout.text() == ""


def test_that_figures_that_are_not_known_are_left_out() -> None:
    assert readout_words({}) == ""
    assert readout_words({"memory_bytes": 840_000_000, "gpus": [{}, GPU]}) == "RAM 840 MB  GPU 71 %"
