"""The price of a training on Configure's card: time, memory, disk and threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from console.core.configs import BalancingConfig, DataConfig, ModelConfigV2, TrainerConfigV2
from console.core.fields import field_of
from console.ui.forms.format import duration_text, grouped, value_text
from console.ui.i18n import tr, tr_message
from console.ui.pages.price_gate import PriceGate
from console.ui.widgets.basics import button, label, text_block
from console.ui.widgets.run_words import size_words

_SECTIONS = {
    "model": ModelConfigV2, "trainer": TrainerConfigV2, "data": DataConfig,
    "balancing": BalancingConfig,
}  # fmt: skip


class PriceTag(QWidget):
    """Shows what a ``PriceGate`` knows. ``changes_asked`` carries the settings that would fit."""

    changes_asked = Signal(object)

    def __init__(self, gate: PriceGate) -> None:
        super().__init__()
        self._gate = gate
        self._title = label(tone="muted", size="small")
        self.measure, self.cancel = button(kind="link"), button(kind="link")
        self._figures = QGridLayout()
        self._on_show: tuple[list[tuple[str, str]], bool] = ([], False)
        self._bar = QProgressBar()
        self._note = text_block(tone="muted", size="small")
        self.offer = QWidget()  # stands where the start is refused
        self._remedy = text_block(size="small")
        self.apply = button()
        self._build_ui()
        self.measure.clicked.connect(gate.measure)
        self.cancel.clicked.connect(gate.cancel)
        self.apply.clicked.connect(self._ask_changes)
        gate.changed.connect(self.refresh)
        self.retranslate()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The figures on show, name and value."""
        return list(_figures(self._shown)) if self._shown else []

    @property
    def note(self) -> str:
        """The sentence below the figures."""
        return self._note.text()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._title.setText(tr("What it will take"))
        self.cancel.setText(tr("Cancel"))
        self._bar.setAccessibleName(tr("What it will take"))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known now."""
        state, problem = self._gate.state, self._gate.problem
        self.setVisible(state != "none")
        self.measure.setText(tr("Measure again") if self._gate.result else tr("Estimate"))
        self.measure.setToolTip(
            tr("A few real steps with the chosen data and settings; takes a quarter of a minute.")
        )
        self.measure.setVisible(state != "measuring")
        self.cancel.setVisible(state == "measuring")
        self._bar.setVisible(state == "measuring")
        self._bar.setValue(round(100 * self._gate.share))
        self._show_figures(is_old=self._gate.result is None)
        self._note.setText(self._words())
        self._note.setVisible(bool(self._note.text()))
        self.offer.setVisible(problem is not None)
        self.apply.setVisible(bool(problem and problem["changes"]))
        if problem is not None:
            self._remedy.setText(tr_message(problem["remedy"]))
            self.apply.setText(tr("Change the settings"))
            self.apply.setToolTip("\n".join(_change_words(problem["changes"])))

    @property
    def _shown(self) -> Mapping[str, Any] | None:
        return self._gate.result or self._gate.earlier

    def _build_ui(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.measure)
        head.addWidget(self.cancel)
        self._figures.setHorizontalSpacing(8)
        self._figures.setVerticalSpacing(4)
        self._figures.setColumnStretch(0, 1)
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(self._figures)
        layout.addWidget(self._bar)
        layout.addWidget(self._note)
        offer = QVBoxLayout(self.offer)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.setSpacing(4)
        offer.addWidget(self._remedy)
        offer.addWidget(self.apply, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_figures(self, *, is_old: bool) -> None:
        wanted = (self.rows, is_old)
        if wanted == self._on_show:
            return  # nothing flickers while a measurement goes on
        self._on_show = wanted
        while self._figures.count():
            widget = self._figures.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(self.rows):
            self._figures.addWidget(label(name, tone="muted"), row, 0)
            figure = label(value, tone="muted" if is_old else "")
            figure.setEnabled(not is_old)
            self._figures.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)

    def _words(self) -> str:
        state = self._gate.state
        if state == "measuring":
            return _stage_words(self._gate.doing)
        if state == "failed" and self._gate.failure is not None:
            return tr("Not measured: {reason}", reason=tr_message(self._gate.failure["message"]))
        if state == "unmeasured" and self._gate.earlier is not None:
            return tr("Measured with other settings.")
        notes = self._gate.result["notes"] if self._gate.result else ()
        return " ".join(map(tr_message, notes))

    @Slot()
    def _ask_changes(self) -> None:
        problem = self._gate.problem
        if problem is not None:
            self.changes_asked.emit(problem["changes"])


def _figures(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was measured, as far as it was."""
    if result["seconds_per_epoch"] is not None:
        yield tr("An epoch"), _span(*result["seconds_per_epoch_range"])
        yield tr("All epochs"), _span(*result["total_seconds_range"])
        speed = grouped(round(result["samples_per_second"]))
        yield tr("Windows a second"), speed
    if result["peak_memory_bytes"]:
        yield tr("Memory"), _of(result["peak_memory_bytes"], result["memory_available_bytes"])
    if result["gpu_peak_bytes"]:
        yield tr("Memory of the GPU"), size_words(result["gpu_peak_bytes"])
    if result["disk_bytes"]:
        yield tr("Disk"), _of(result["disk_bytes"], result["disk_free_bytes"])
    if result["seconds_per_epoch"] is not None and result["device"] == "cpu":
        timed = tr("{n}, by timing", n=result["threads"])
        yield tr("CPU threads"), timed if result["threads_timed"] else str(result["threads"])


def _span(low: float, high: float) -> str:
    """A range of time, as short as it can be said."""
    first, last = duration_text(low), duration_text(high)
    return first if first == last else f"{first} – {last}"


def _of(part: int, whole: int) -> str:
    """A share of memory or disk, short enough for the card: ``0.65 of 21.8 GB``."""
    return tr("{part} of {whole} GB", part=_gb(part), whole=_gb(whole))


def _gb(num_bytes: int) -> str:
    figures = num_bytes / 1e9
    return f"{figures:.2f}" if figures < 10 else f"{figures:.0f}"


def _stage_words(stage: str) -> str:
    return {
        "load": tr("Measuring: loading the data…"),
        "memory": tr("Measuring: memory of a step…"),
        "threads": tr("Measuring: CPU threads…"),
        "speed": tr("Measuring: speed…"),
    }.get(stage, tr("Measuring…"))


def _change_words(changes: Mapping[str, Any]) -> Iterator[str]:
    for path, value in changes.items():
        section, _dot, name = path.partition(".")
        record = field_of(_SECTIONS[section], name)
        yield f"{tr(record.label)}: {value_text(record, value)}"
