"""The queue: its rows, what can be done with them, and how fast it is worked off."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from console.core.queue import MOST_PARALLEL, RETRIABLE, QueueContent
from console.runtime.runs_desk import RunsDesk
from console.ui.i18n import tr, trn
from console.ui.pages.queue_table import QueueModel, QueueTable
from console.ui.widgets.basics import IconButton, button, label, text_block


class QueuePanel(QWidget):
    """The upper part of the Runs page.

    Signals:
        show_asked(str): show a run on the Train page.
        configure_asked(): set up a training.
    """

    show_asked = Signal(str)
    configure_asked = Signal()

    def __init__(self, desk: RunsDesk) -> None:
        super().__init__()
        self._desk = desk
        self._content = QueueContent()
        self.title, self.summary = label(bold=True), label(tone="muted")
        self.up, self.down = IconButton("arrow-up"), IconButton("arrow-down")
        self.top, self.remove_button = IconButton("arrow-top"), IconButton("close")
        self.retry_button = IconButton("reset")
        self.parallel_words, self.parallel = label(tone="muted"), QSpinBox()
        self.hold_button = button()
        self.model = QueueModel()
        self.table = QueueTable(self.model)
        self.empty_text, self.configure_button = text_block(tone="muted"), button(kind="link")
        self._places = QStackedWidget()
        self._build_ui()
        self._connect()
        self.retranslate()
        self._show_state()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.title.setText(tr("Queue"))
        self.up.set_words(tr("Earlier") + "  (Alt+↑)")
        self.down.set_words(tr("Later") + "  (Alt+↓)")
        self.top.set_words(tr("Start this one next"))
        self.remove_button.set_words(tr("Take out of the queue") + "  (Del)")
        self.retry_button.set_words(tr("Try again"))
        self.parallel_words.setText(tr("At once"))
        self.parallel.setAccessibleName(tr("Trainings at once"))
        self.parallel.setToolTip(tr("Trainings at once"))
        self.empty_text.setText(
            tr(
                "Nothing waits. Trainings that you add to the queue are started one after the "
                "other, also while the window is closed."
            )
        )
        self.configure_button.setText(tr("Set up a training"))
        self.table.retranslate()
        self._show_state()

    def _build_ui(self) -> None:
        self.parallel.setRange(1, MOST_PARALLEL)
        self.parallel.setKeyboardTracking(False)
        self.parallel.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.parallel.setFixedWidth(44)
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self.title, self.summary):
            head.addWidget(part)
        head.addStretch(1)
        for part in (self.up, self.down, self.top, self.remove_button, self.retry_button):
            head.addWidget(part)
        head.addSpacing(8)
        for part in (self.parallel_words, self.parallel, self.hold_button):
            head.addWidget(part)
        empty = QWidget()
        inside = QVBoxLayout(empty)
        inside.setContentsMargins(0, 4, 0, 4)
        inside.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.configure_button)
        row.addStretch(1)
        inside.addWidget(self.empty_text)
        inside.addLayout(row)
        inside.addStretch(1)
        self._places.addWidget(empty)
        self._places.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._places, 1)

    def _connect(self) -> None:
        desk, table = self._desk, self.table
        desk.queue_changed.connect(self._on_queue)
        desk.runs_changed.connect(self.model.show_runs)
        table.move_asked.connect(self._move_by)
        table.remove_asked.connect(self.remove)
        table.opened.connect(self._open)
        table.selectionModel().currentChanged.connect(self._on_current)
        self.model.modelReset.connect(self._show_state)
        self.model.dropped.connect(self._move_to)
        self.up.clicked.connect(self._move_up)
        self.down.clicked.connect(self._move_down)
        self.top.clicked.connect(self._move_to_top)
        self.remove_button.clicked.connect(self.remove)
        self.retry_button.clicked.connect(self.retry)
        self.parallel.valueChanged.connect(self._on_parallel)
        self.hold_button.clicked.connect(self._hold_or_release)
        self.configure_button.clicked.connect(self.configure_asked)

    @Slot()
    def remove(self) -> None:
        """Take the current run out, when it waits."""
        entry = self.table.current
        if entry is not None and entry.state == "waiting":
            self._desk.remove(entry.run_id)

    @Slot()
    def retry(self) -> None:
        """Let the current run wait once more, when it failed or was stopped."""
        entry = self.table.current
        if entry is not None and entry.state in RETRIABLE:
            self._desk.retry(entry.run_id)

    @Slot(str, int)
    def _move_to(self, run_id: str, place: int) -> None:
        """Show the new order at once; the queue will say the same in a moment."""
        waiting = list(self._content.waiting)
        entry = next((entry for entry in waiting if entry.run_id == run_id), None)
        if entry is None or not 0 <= place < len(waiting) or waiting[place] == entry:
            return
        waiting.remove(entry)
        waiting.insert(place, entry)
        rest = [entry for entry in self._content.entries if entry.state != "waiting"]
        self._desk.move(run_id, place)
        self._show(dataclasses.replace(self._content, entries=(*rest, *waiting)))

    @Slot(int)
    def _move_by(self, places: int) -> None:
        entry = self.table.current
        if entry is not None and entry.state == "waiting":
            row = self.table.currentIndex().row()
            self._move_to(entry.run_id, self.model.place_of(row) + places)

    @Slot()
    def _move_up(self) -> None:
        self._move_by(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move_by(1)

    @Slot()
    def _move_to_top(self) -> None:
        self._move_by(-self.model.place_of(self.table.currentIndex().row()))

    @Slot()
    def _open(self) -> None:
        entry = self.table.current
        if entry is not None:
            self.show_asked.emit(entry.run_id)

    @Slot(int)
    def _on_parallel(self, number: int) -> None:
        if number != self._content.parallel:
            self._desk.set_parallel(number)

    @Slot()
    def _hold_or_release(self) -> None:
        self._desk.set_held(not self._content.held)

    @Slot(object)
    def _on_queue(self, content: QueueContent) -> None:
        self._show(content)
        before = self.parallel.blockSignals(True)
        self.parallel.setValue(content.parallel)
        self.parallel.blockSignals(before)

    def _show(self, content: QueueContent) -> None:
        self._content = content
        self.model.show_queue(content)
        self._show_state()

    @Slot()
    def _on_current(self) -> None:
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        content, entry = self._content, self.table.current
        self._places.setCurrentIndex(1 if self.model.rowCount() else 0)
        self.hold_button.setText(tr("Go on") if content.held else tr("Hold"))
        tip = tr("Start the next ones again") if content.held else tr("Start nothing more for now")
        self.hold_button.setToolTip(tip)
        self.summary.setText(_summary(content))
        place = self.model.place_of(self.table.currentIndex().row())
        waits = entry is not None and entry.state == "waiting"
        self.up.setEnabled(waits and place > 0)
        self.top.setEnabled(waits and place > 0)
        self.down.setEnabled(waits and place < self.model.num_waiting - 1)
        self.remove_button.setEnabled(waits)
        self.retry_button.setEnabled(entry is not None and entry.state in RETRIABLE)


def _summary(content: QueueContent) -> str:
    at_work, waiting = len(content.running), len(content.waiting)
    parts = [
        trn("{n} at work", "{n} at work", at_work) if at_work else "",
        trn("{n} waits", "{n} wait", waiting) if waiting else "",
        tr("held") if content.held else "",
    ]
    return " · ".join(part for part in parts if part)
