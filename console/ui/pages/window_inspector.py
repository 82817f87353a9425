"""One window as the net sees it, over the price path, stepped through with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.datasets import DatasetInfo
from console.core.inspection import InspectedData, InspectedWindow
from console.core.paths import Workspace
from console.runtime.jobs import JobRunner
from console.runtime.window_reader import WindowReader
from console.ui.i18n import tr
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.window_controls import WindowChoice, WindowStepper
from console.ui.pages.window_models import models_of
from console.ui.pages.window_words import bands, cell_words, facts, prediction_words
from console.ui.plots.window_plot import WindowPlot
from console.ui.widgets.basics import IconButton, button, label, text_block
from console.ui.widgets.notice import Notice

CLOSE_HIDDEN_AFTER_MS = 5 * 60_000
FAR, VERY_FAR = 10, 100
CELL_WIDTH = 620  # what the words about a cell, the features and the two buttons may take
MakeChoice = Callable[[DatasetInfo], DataChoice | None]


class WindowInspector(QWidget):
    """Looks into the windows of a dataset as ``make_choice`` says they would be made now.

    The data are prepared by a process of its own, which begins when the widget is first seen and
    ends when it has been out of sight for a while.
    """

    def __init__(self, jobs: JobRunner, workspace: Workspace, make_choice: MakeChoice) -> None:
        super().__init__()
        self._workspace, self._make_choice = workspace, make_choice
        self.reader = WindowReader(jobs, self)
        self._info: DatasetInfo | None = None
        self._place = self._found = 0
        self._wanted: Mapping[str, Any] = {}
        self.choice, self.stepper = WindowChoice(), WindowStepper()
        self.notice, self.plot = Notice(), WindowPlot()
        self.retry = button()
        self._facts, self._prediction = text_block(), text_block()
        self._widen, self._narrow = IconButton("minus"), IconButton("plus")
        self._cell, self._hint = label(size="small"), label(tone="muted", size="small")
        self._busy, self._busy_words = QProgressBar(), label(tone="muted")
        self._stack = QStackedWidget()
        self._hidden_for = QTimer(self)
        self._build_ui()
        self._connect()
        self.retranslate()
        self._show_state()

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Look at another dataset, or at none."""
        if info == self._info:
            return
        self._info = info
        self.choice.show_models(models_of(self._workspace, info))
        self.plot.clear()
        self._wanted = {}
        self.refresh()

    def show_window(self, part: str, at: int, run: str = "") -> None:
        """Show window ``at`` of ``part``, with what ``run`` says about it."""
        self.choice.choose(**{"part": part, "class": "", "symbol": "", "model": run})
        self._wanted = {"at": at}
        self.refresh()
        if self.reader.data is not None:
            self._ask_wanted()

    @Slot()
    def refresh(self) -> None:
        """Prepare the windows again if they would be others now; waits until it is seen."""
        if not self.isVisible():
            return
        arguments = self._arguments()
        if not arguments:
            self.reader.close()
        elif arguments != self.reader.arguments or not self.reader.is_open:
            self._keep_place()
            self._found = 0
            self.plot.clear()
            self.notice.clear()
            self.reader.open(arguments)
        self._show_state()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.choice.show_models(models_of(self._workspace, self._info))
        self.choice.retranslate()
        self.stepper.retranslate()
        self.plot.retranslate()
        self.retry.setText(tr("Try again"))
        self._hint.setText(tr("← → window, ↑ ↓ feature, F1 all keys"))
        self._widen.set_words(tr("Colours for larger values (-)"))
        self._narrow.set_words(tr("Colours for smaller values (+)"))
        self._show_words()
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page, Home and End step through windows; up and down through features."""
        keys, held = Qt.Key, event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
        control = Qt.KeyboardModifier.ControlModifier
        match (event.key(), held):
            case (keys.Key_Left | keys.Key_Right as key, _) if held in (plain, shift):
                distance = FAR if held == shift else 1
                self.step(distance if key == keys.Key_Right else -distance)
            case (keys.Key_PageUp, _):
                self.step(-VERY_FAR)
            case (keys.Key_PageDown, _):
                self.step(VERY_FAR)
            case (keys.Key_Home, _):
                self.go_to(0)
            case (keys.Key_End, _):
                self.go_to(self._found - 1)
            case (keys.Key_Left | keys.Key_Right as key, _) if held == control:
                self.plot.move_cell(1 if key == keys.Key_Right else -1, 0)
            case (keys.Key_Plus | keys.Key_Equal, _):
                self.plot.narrow()
            case (keys.Key_Minus, _):
                self.plot.widen()
            case (keys.Key_Up | keys.Key_Down as key, _):
                self.plot.move_cell(0, 1 if key == keys.Key_Down else -1)
            case _:
                super().keyPressEvent(event)

    @Slot(int)
    def step(self, distance: int) -> None:
        """So many windows on; the ends are where it stops."""
        self.go_to(self._place + distance)

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Show the window at ``place`` among the chosen ones, from 0."""
        if self._found:
            self._place = min(max(place, 0), self._found - 1)
            self.reader.ask({**self.choice.request(), "place": self._place})

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The keys are said where there is room for them; the help lists them anyway."""
        super().resizeEvent(event)
        self._fit_hint()

    def showEvent(self, event: QShowEvent) -> None:
        """Take up the work that waited."""
        super().showEvent(event)
        self._hidden_for.stop()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the process for a while, in case it is looked at again."""
        super().hideEvent(event)
        self._hidden_for.start()

    def _build_ui(self) -> None:
        self._hidden_for.setSingleShot(True)
        self._hidden_for.setInterval(CLOSE_HIDDEN_AFTER_MS)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(220)
        self._cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.choice, 1)
        head.addWidget(self.stepper)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self._cell, 1)
        foot.addWidget(self._hint)
        foot.addWidget(self.choice.boxes["group"])
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self._widen)
        tools.addWidget(self._narrow)
        foot.addLayout(tools)
        self._stack.addWidget(self.plot)
        self._stack.addWidget(self._waiting())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self._facts)
        layout.addWidget(self._prediction)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)

    def _waiting(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(12)
        layout.addStretch(1)
        for part in (self._busy_words, self._busy, self.retry):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return page

    def _connect(self) -> None:
        self.choice.windows_chosen.connect(self._on_windows_chosen)
        self.choice.features_chosen.connect(self._on_features_chosen)
        self.choice.model_chosen.connect(self.refresh)
        self.stepper.stepped.connect(self.step)
        self.stepper.jumped.connect(self.go_to)
        self.plot.cell_changed.connect(self._show_cell)
        self.retry.clicked.connect(self.refresh)
        self._widen.clicked.connect(self.plot.widen)
        self._narrow.clicked.connect(self.plot.narrow)
        self.reader.ready.connect(self._on_ready)
        self.reader.answered.connect(self._on_answered)
        self.reader.refused.connect(self._on_refused)
        self.reader.failed.connect(self._on_failed)
        self._hidden_for.timeout.connect(self.reader.close)

    def _arguments(self) -> list[str]:
        """The command that prepares what is chosen; none while it is not valid."""
        if self._info is None:
            return []
        if self.choice.run:
            return ["data", "inspect", "--run", self.choice.run]
        choice = self._make_choice(self._info)
        return ["data", "inspect", choice.info.name, *choice.options] if choice else []

    @Slot(object)
    def _on_ready(self, data: InspectedData) -> None:
        self.choice.show_data(data)
        self.plot.show_data(data, self.choice.feature_order())
        self._ask_wanted()

    def _keep_place(self) -> None:
        """Come back to the window shown, if nothing else is wanted."""
        shown = self.plot.window_shown
        if shown is not None and not self._wanted:
            self._wanted = {"of": shown.symbol, "time": shown.time_at(0)}

    def _ask_wanted(self) -> None:
        self._found = 0
        wanted, self._wanted = self._wanted, {}
        data = self.reader.data
        if "of" in wanted and data is not None and wanted["of"] not in data.symbols:
            wanted = {}
        self.reader.ask({**self.choice.request(), **(wanted or {"place": 0})})

    @Slot(object)
    def _on_answered(self, window: InspectedWindow | None) -> None:
        if window is None:
            self._found = 0
            self.plot.clear()
        else:
            if not self._found:
                self._place = window.place
            self._found = window.found
            self.plot.show_window(window)
        self.stepper.show_place(window.place if window else 0, self._found)
        self._show_words()
        self._show_state()

    @Slot(object)
    def _on_refused(self, error: Mapping[str, str]) -> None:
        self.notice.show_error(error)
        if self.plot.window_shown is None:
            self._ask_wanted()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        self._keep_place()
        self._found = 0
        self.notice.show_error(error)
        self.plot.clear()
        self._show_words()
        self._show_state()

    @Slot()
    def _on_windows_chosen(self) -> None:
        """Stay at the window, or go to the next one that is among the chosen."""
        if self.reader.data is None:
            return
        shown = self.plot.window_shown
        self._wanted = {"number": shown.number} if shown is not None else {}
        self._ask_wanted()

    @Slot()
    def _on_features_chosen(self) -> None:
        if self.reader.data is not None:
            self.plot.show_data(self.reader.data, self.choice.feature_order())

    def _show_state(self) -> None:
        """The plot, or why there is none."""
        shown = self.plot.window_shown is not None
        failed = not self.reader.is_open and bool(self.reader.arguments)
        if self._info is None:
            words = tr("Choose a dataset to look into its windows.")
        elif self.reader.is_preparing:
            words = tr("Preparing the windows…")
        elif failed:
            words = tr("The windows could not be prepared.")
        elif not self.reader.arguments:
            words = tr("A setting in Configure is not valid.")
        else:
            words = tr("No window fits this choice.")
        self._busy_words.setText(words)
        self._busy.setAccessibleName(words)
        self._busy.setVisible(self.reader.is_preparing)
        self.retry.setVisible(failed)
        self._stack.setCurrentIndex(0 if shown else 1)
        self._facts.setVisible(shown)
        for part in (self._cell, self.choice.boxes["group"], self._widen, self._narrow):
            part.setVisible(shown)
        self._fit_hint()
        if not shown:
            self.stepper.show_place(0, 0)

    def _fit_hint(self) -> None:
        needed = self._hint.sizeHint().width() + CELL_WIDTH
        shown = self.plot.window_shown is not None
        self._hint.setVisible(shown and needed <= self.width())

    def _show_words(self) -> None:
        window, data = self.plot.window_shown, self.reader.data
        told = prediction_words(window) if window is not None else ""
        self._prediction.setText(told)
        self._prediction.setVisible(bool(told))
        if window is not None and data is not None:
            self._facts.setText(facts(window, data))
            self.plot.show_bands(bands(window, data))
            self._show_cell()

    @Slot()
    def _show_cell(self) -> None:
        window, data, cell = self.plot.window_shown, self.reader.data, self.plot.cell
        if window is None or data is None or cell is None:
            return
        words = cell_words(window, data, *cell)
        self._cell.setText(words)
        self.plot.setAccessibleDescription(f"{facts(window, data)}. {words}")
