"""The window inspector with its real process: keys, filters, cells, trouble, languages, themes."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Iterator

import numpy as np
import psutil
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.inspection import InspectedWindow
from console.core.paths import Workspace
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import load_dataset
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.ui.i18n import set_language
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.window_inspector import WindowInspector
from console.ui.theme import apply_theme

READY_MS = 60_000
LENGTH = 30
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


class Bench:
    """The inspector in a window of its own, and what it would prepare."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, qtbot: QtBot) -> None:
        self.info: DatasetInfo = ensure_sample(workspace)
        self.qtbot, self.workspace = qtbot, workspace
        self.choice = DataChoice(self.info, DataConfig(), BalancingConfig(), LENGTH)
        self.inspector = WindowInspector(jobs, workspace, self._make_choice)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        QVBoxLayout(self.host).addWidget(self.inspector)
        self.host.resize(1100, 640)

    def _make_choice(self, info: DatasetInfo) -> DataChoice:
        return dataclasses.replace(self.choice, info=info)

    def open(self) -> None:
        self.host.show()
        self.inspector.show_dataset(self.info)
        self.qtbot.waitUntil(lambda: self.inspector.plot.window_shown is not None, timeout=READY_MS)
        self.inspector.plot.setFocus()

    @property
    def shown(self) -> InspectedWindow:
        window = self.inspector.plot.window_shown
        assert window is not None
        return window

    @property
    def facts(self) -> str:
        return self.inspector._facts.text()

    def press(self, key: Qt.Key, place: int, held: Qt.KeyboardModifier = NONE) -> None:
        """Press a key and wait for the window at ``place``."""
        QTest.keyClick(self.inspector.plot, key, held)
        self.qtbot.waitUntil(lambda: self.shown.place == place, timeout=READY_MS)

    def choose(self, **values: str) -> None:
        """Choose windows as a click does, and wait until they are shown."""
        self.inspector.choice.choose(**values)
        with self.qtbot.waitSignal(self.inspector.reader.answered, timeout=READY_MS):
            self.inspector.choice.windows_chosen.emit()


@pytest.fixture
def bench(
    app: QApplication, workspace: Workspace, jobs: JobRunner, qtbot: QtBot
) -> Iterator[Bench]:
    made = Bench(workspace, jobs, qtbot)
    yield made
    jobs.shutdown()
    assert children() == []


def children() -> list[int]:
    found = psutil.Process().children()
    return [child.pid for child in found if child.status() != psutil.STATUS_ZOMBIE]


def test_that_keys_step_through_the_windows_and_stop_at_the_ends(bench: Bench) -> None:
    bench.open()
    last = bench.shown.found - 1
    bench.press(Qt.Key.Key_Right, 1)
    bench.press(Qt.Key.Key_Right, 11, SHIFT)
    bench.press(Qt.Key.Key_PageDown, 111)
    bench.press(Qt.Key.Key_PageUp, 11)
    bench.press(Qt.Key.Key_Left, 1, SHIFT)
    bench.press(Qt.Key.Key_Left, 0)
    bench.press(Qt.Key.Key_Left, 0)
    bench.press(Qt.Key.Key_End, last)
    bench.press(Qt.Key.Key_Right, last)
    assert not bench.inspector.stepper.next.isEnabled()
    bench.press(Qt.Key.Key_Home, 0)
    assert bench.inspector.stepper.number.text() == "1"


def test_that_a_held_key_leaves_no_stale_requests_behind(bench: Bench) -> None:
    bench.open()
    answers: list[object] = []
    bench.inspector.reader.answered.connect(answers.append)
    for _ in range(200):
        QTest.sendKeyEvent(QTest.KeyAction.Press, bench.inspector, Qt.Key.Key_Right, "", NONE, -1)
    bench.qtbot.waitUntil(lambda: bench.shown.place == 200, timeout=READY_MS)
    assert len(answers) <= 3


def test_that_the_shown_tensor_is_the_one_a_trainer_gets(bench: Bench) -> None:
    bench.open()
    rows = load_dataset(bench.info, bench.workspace)
    raw = rows.matrix.copy()
    fed = prepare_windows(rows, DataConfig(), BalancingConfig(), LENGTH, 0)
    bench.choose(part="validation")
    bench.inspector.go_to(57)
    bench.qtbot.waitUntil(lambda: bench.shown.place == 57, timeout=READY_MS)
    batch = fed.validation.batch(torch.tensor([57]))
    end = int(fed.validation.ends[57])
    assert bench.shown.scaled.tobytes() == batch["sequence"][0].numpy().tobytes()
    assert bench.shown.raw.tobytes() == raw[end - LENGTH + 1 : end + 1].tobytes()
    np.testing.assert_array_equal(bench.inspector.plot._image.image, batch["sequence"][0].numpy())
    assert bench.shown.label == int(batch["label"])


def test_that_windows_are_filtered_and_numbers_jumped_to(bench: Bench) -> None:
    bench.open()
    bench.choose(**{"part": "test", "class": "BUY"})
    data = bench.inspector.reader.data
    assert data is not None and bench.shown.found == data.counts["test"][2]
    assert "test" in bench.facts and "BUY" in bench.facts
    bench.choose(symbol=data.symbols[1])
    assert bench.shown.symbol == data.symbols[1]
    number = bench.inspector.stepper.number
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "5")
    QTest.keyClick(number, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: bench.shown.place == 4, timeout=READY_MS)
    number.selectAll()
    QTest.keyClicks(number, "99999999")
    QTest.keyClick(number, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: bench.shown.place == bench.shown.found - 1, timeout=READY_MS)
    assert number.text() == str(bench.shown.found)


def test_that_a_filter_stays_near_the_window_shown(bench: Bench) -> None:
    bench.open()
    bench.press(Qt.Key.Key_PageDown, 100)
    bench.choose(**{"class": "SELL"})
    assert bench.shown.number >= 100 and bench.shown.label == 0
    kept = bench.shown.number
    bench.choose(**{"class": ""})
    assert bench.shown.number == kept


def test_that_a_window_left_out_says_why(bench: Bench) -> None:
    bench.open()
    bench.choose(part="left_out")
    assert bench.shown.reason
    reasons = ("purge and embargo", "label is unknown")
    assert "left out" in bench.facts and any(reason in bench.facts for reason in reasons)


def test_that_arrows_read_cells(bench: Bench) -> None:
    bench.open()
    plot = bench.inspector.plot
    for _ in range(3):
        QTest.keyClick(plot, Qt.Key.Key_Down)
    QTest.keyClick(plot, Qt.Key.Key_Left, CONTROL)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert plot.cell == (-1, 2)
    value = bench.shown.scaled[-2, 2]
    words = bench.inspector._cell.text()
    assert bench.info.features[2] in words
    assert f"{value:+.3f}".replace("-", "−") in words
    assert f"stored {bench.shown.raw[-2, 2]:.7g}" in words
    assert words in plot.accessibleDescription()
    bench.press(Qt.Key.Key_Right, 1)
    assert plot.cell == (-1, 2)


def test_that_features_are_shown_by_group(bench: Bench) -> None:
    bench.open()
    choice = bench.inspector.choice
    choice.choose(group="size")
    choice.features_chosen.emit()
    names = [bench.info.features[index] for index in choice.feature_order()]
    assert names and all("size" in name for name in names)
    assert bench.inspector.plot._image.image.shape == (LENGTH, len(names))
    assert "size" in bench.inspector._cell.text()
    choice.choose(group="grouped")
    assert sorted(choice.feature_order()) == list(range(len(bench.info.features)))


def test_that_colours_reach_the_clip_and_can_be_spent_on_less(bench: Bench) -> None:
    bench.open()
    image = bench.inspector.plot._image
    assert image.levels.tolist() == [-5.0, 5.0]
    QTest.keyClick(bench.inspector.plot, Qt.Key.Key_Plus)
    assert image.levels.tolist() == [-2.5, 2.5]
    for _ in range(3):
        QTest.keyClick(bench.inspector.plot, Qt.Key.Key_Minus)
    assert image.levels.tolist() == [-5.0, 5.0]


def test_that_a_killed_process_is_told_and_tried_again(bench: Bench) -> None:
    bench.open()
    bench.press(Qt.Key.Key_PageDown, 100)
    before = bench.shown.number
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    bench.qtbot.waitUntil(lambda: bool(bench.inspector.notice.text), timeout=READY_MS)
    assert bench.inspector.retry.isVisible()
    bench.inspector.retry.click()
    bench.qtbot.waitUntil(lambda: bench.inspector.plot.window_shown is not None, timeout=READY_MS)
    assert bench.shown.number == before and not bench.inspector.notice.text


def test_that_another_choice_prepares_other_windows(bench: Bench) -> None:
    bench.open()
    bench.press(Qt.Key.Key_PageDown, 100)
    time = bench.shown.time_at(0)
    bench.choice = dataclasses.replace(bench.choice, sequence_length=12)
    with bench.qtbot.waitSignal(bench.inspector.reader.answered, timeout=READY_MS):
        bench.inspector.refresh()
    assert bench.shown.num_rows == 12 and bench.shown.time_at(0) == time
    bench.choice = dataclasses.replace(bench.choice, data=DataConfig(label="label_11"))
    with bench.qtbot.waitSignal(bench.inspector.reader.failed, timeout=READY_MS):
        bench.inspector.refresh()
    assert "Did you mean 'label_10'?" in bench.inspector.notice.text


def test_that_nothing_is_prepared_before_it_is_seen(bench: Bench) -> None:
    bench.inspector.show_dataset(bench.info)
    assert not bench.inspector.reader.is_open
    bench.open()
    bench.inspector.show_dataset(None)
    assert not bench.inspector.reader.is_open
    assert "Choose a dataset" in bench.inspector._busy_words.text()
    bench.qtbot.waitUntil(lambda: children() == [], timeout=READY_MS)


def test_that_a_window_out_of_sight_for_long_ends_its_process(bench: Bench) -> None:
    bench.open()
    bench.press(Qt.Key.Key_PageDown, 100)
    bench.inspector._hidden_for.setInterval(10)
    bench.host.hide()
    bench.qtbot.waitUntil(lambda: children() == [], timeout=READY_MS)
    bench.host.show()
    bench.qtbot.waitUntil(lambda: bench.inspector.plot.window_shown is not None, timeout=READY_MS)
    assert bench.shown.place == 100


def test_that_a_window_can_be_shown_by_its_number(bench: Bench) -> None:
    bench.open()
    bench.inspector.show_window("test", 33)
    bench.qtbot.waitUntil(lambda: (bench.shown.part, bench.shown.at) == ("test", 33),
                          timeout=READY_MS)  # fmt: skip


def test_that_language_and_theme_change_while_it_is_open(bench: Bench, app: QApplication) -> None:
    bench.open()
    light = bench.inspector.plot.grab().toImage().pixelColor(8, 8)
    apply_theme(app, "dark")
    assert bench.inspector.plot.grab().toImage().pixelColor(8, 8) != light
    set_language("ru")
    bench.inspector.retranslate()
    assert "обучение" in bench.facts
    assert "сеть видит" in bench.inspector.plot._bands[0].bands.window_words
    assert bench.inspector.choice.boxes["part"].currentText() == "все"


def test_that_every_control_has_a_name(bench: Bench) -> None:
    bench.open()
    inspector = bench.inspector
    controls = [
        *inspector.choice.boxes.values(), inspector.stepper.number, inspector.stepper.next,
        inspector.stepper.previous, inspector.plot, inspector._narrow, inspector._widen,
    ]  # fmt: skip
    assert all(control.accessibleName() for control in controls)
