"""The card beside the forms: what the training will be like, and the button that starts it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.core.configs import DataConfig, ModelConfigV2, TrainerConfigV2
from console.core.datasets import DatasetInfo
from console.core.model_size import num_parameters, receptive_rows, training_bytes
from console.ui.forms.format import grouped
from console.ui.i18n import tr, trn
from console.ui.pages.data_words import (
    chosen_label,
    majority,
    num_train_windows,
    window_span_text,
)
from console.ui.pages.price_gate import PriceGate
from console.ui.pages.price_tag import PriceTag
from console.ui.widgets.basics import Badge, button, label, line, set_style_property, text_block
from console.ui.widgets.class_bar import ClassBar
from console.ui.widgets.run_words import size_words

WIDTH = 284
_PARTS = {"train": "Training part", "validation": "Validation part", "test": "Test part"}
_MOST_CHANGES = 8


@dataclass(frozen=True)
class Change:
    """One field that differs from its preset, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """All that the card shows. ``model`` and the others are None while they are not valid.

    ``can_queue`` says that the training could wait for its turn even if it cannot start now;
    ``unfit`` says that findings are the reason; ``checking`` is the share done of the check that
    the start waits for; ``mixes`` are class counts by part, once they are known.
    """

    info: DatasetInfo | None = None
    data: DataConfig | None = None
    model: ModelConfigV2 | None = None
    trainer: TrainerConfigV2 | None = None
    changes: Sequence[Change] = field(default_factory=tuple)
    reason: str = ""
    jump_to: str = ""
    unfit: bool = False
    can_queue: bool = False
    checking: float | None = None
    mixes: Sequence[tuple[str, Sequence[int]]] = field(default_factory=tuple)
    num_trainings: int = 1


class StartSummary(QFrame):
    """``start_clicked`` and ``queue_clicked`` are emitted by the buttons; ``jump_asked`` leads to
    the field in the way, ``findings_asked`` to the findings; ``cancel_asked`` gives up a start
    that waits."""

    start_clicked = Signal()
    queue_clicked = Signal()
    jump_asked = Signal(str)
    findings_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, prices: PriceGate) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setFixedWidth(WIDTH)
        self.start, self.queue = button(kind="primary"), button()
        self.reason = text_block(tone="bad", size="small")
        self._jump, self.findings = button(kind="link"), button(kind="link")
        self.waiting, self._bar = text_block(tone="muted", size="small"), QProgressBar()
        self.cancel = button(kind="link")
        self._title = label(bold=True)
        self.price = PriceTag(prices)
        self._figures = QGridLayout()
        self._mix_line = line()
        self._mix_title = label(tone="muted", size="small")
        self._mix = ClassBar()
        self._parts = {name: (label(tone="muted", size="small"), ClassBar()) for name in _PARTS}
        self._floor = text_block(tone="muted", size="small")
        self._notes = QVBoxLayout()
        self._changes_title = label(tone="muted", size="small")
        self._changes = QVBoxLayout()
        self._plan = Plan()
        self._build_ui()
        self.start.clicked.connect(self.start_clicked)
        self.queue.clicked.connect(self.queue_clicked)
        self._jump.clicked.connect(self._ask_jump)
        self.findings.clicked.connect(self.findings_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.retranslate()

    def show_plan(self, plan: Plan) -> None:
        """Show a plan; the button works when nothing is in its way."""
        before, self._plan = self._plan, plan
        self._show_foot(plan)
        if replace(plan, checking=None) != replace(before, checking=None):
            self._show_body(plan)

    def _show_foot(self, plan: Plan) -> None:
        waits = plan.checking is not None
        self.start.setEnabled(not plan.reason and not waits)
        self.queue.setEnabled(plan.can_queue and not waits)
        instead = plan.can_queue and bool(plan.reason)
        set_style_property(self.queue, "kind", "primary" if instead else "")
        set_style_property(self.reason, "tone", "muted" if instead else "bad")
        self.reason.setText(plan.reason)
        self.reason.setVisible(bool(plan.reason))
        self._jump.setVisible(bool(plan.jump_to))
        self.findings.setVisible(plan.unfit)
        for part in (self.waiting, self._bar, self.cancel):
            part.setVisible(waits)
        self._bar.setValue(round(100 * (plan.checking or 0.0)))

    def _show_body(self, plan: Plan) -> None:
        self._show_figures(plan)
        self._show_mix(plan)
        self._show_notes(plan)
        self._show_changes(plan.changes)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._title.setText(tr("Before you start"))
        self.start.setText(tr("Start training"))
        self.start.setToolTip(tr("Start training") + "  (Ctrl+Enter)")
        self.queue.setText(tr("Add to queue"))
        self.queue.setToolTip(tr("Start when its turn comes") + "  (Ctrl+Shift+Enter)")
        self._jump.setText(tr("Show the field"))
        self.findings.setText(tr("Show the findings"))
        self.waiting.setText(tr("Checking the data first…"))
        self._bar.setAccessibleName(self.waiting.text())
        self.cancel.setText(tr("Cancel"))
        self.price.retranslate()
        self._changes_title.setText(tr("Different from the presets"))
        self._show_foot(self._plan)
        self._show_body(self._plan)

    def _build_ui(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        body = QVBoxLayout(inside)
        body.setContentsMargins(12, 10, 12, 10)
        body.setSpacing(8)
        self._figures.setHorizontalSpacing(8)
        self._figures.setVerticalSpacing(4)
        self._figures.setColumnStretch(0, 1)
        self._notes.setSpacing(8)
        self._changes.setSpacing(4)
        body.addLayout(self._figures)
        body.addWidget(line())
        body.addWidget(self.price)
        parts = [part for pair in self._parts.values() for part in pair]
        for part in (self._mix_line, self._mix_title, *parts, self._mix, self._floor):
            body.addWidget(part)
        body.addLayout(self._notes)
        body.addWidget(line())
        body.addWidget(self._changes_title)
        body.addLayout(self._changes)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.setContentsMargins(12, 14, 12, 12)
        head.addWidget(self._title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(scroll, 1)
        layout.addWidget(line())
        layout.addLayout(self._build_foot())

    def _build_foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 10, 12, 12)
        foot.setSpacing(6)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made, stretch in ((self.start, 1), (self.queue, 0)):
            made.setMinimumHeight(34)
            buttons.addWidget(made, stretch)
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        foot.addWidget(self.reason)
        foot.addWidget(self.price.offer)
        foot.addWidget(self._jump, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self.findings, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self.waiting)
        foot.addWidget(self._bar)
        foot.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addLayout(buttons)
        return foot

    def _show_figures(self, plan: Plan) -> None:
        _clear(self._figures)
        for row, (name, value) in enumerate(_figures(plan)):
            words = label(name, tone="muted")
            figure = label(value)
            self._figures.addWidget(words, row, 0)
            self._figures.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)

    def _show_mix(self, plan: Plan) -> None:
        """Of the windows of each part once they were counted, of all rows until then."""
        known = chosen_label(plan.info, plan.data) if plan.info and plan.data else None
        mixes = dict(plan.mixes)
        for name, (words, bar) in self._parts.items():
            counts = mixes.get(name, ())
            total = sum(counts)
            num = trn("{count} window", "{count} windows", total, count=grouped(total))
            words.setText(f"{tr(_PARTS[name])}: {num}")
            words.setVisible(bool(counts))
            bar.set_counts(counts)
        self._mix.set_counts(known.counts if known and not mixes else ())
        title = tr("Class mix of the windows") if mixes else tr("Class mix of all labelled rows")
        self._mix_title.setText(title)
        self._mix_title.setVisible(known is not None or bool(mixes))
        self._mix_line.setVisible(known is not None or bool(mixes))
        judged = mixes.get("test") or mixes.get("validation") or (known.counts if known else ())
        self._floor.setVisible(bool(judged))
        if judged:
            name, share = majority(judged)
            self._floor.setText(
                tr("Always guessing {name} would be right in {share}.", name=name,
                   share=f"{100 * share:.1f}\u00a0%")
            )  # fmt: skip

    def _show_notes(self, plan: Plan) -> None:
        _clear(self._notes)
        for note in _notes(plan):
            row = QWidget()
            inner = QHBoxLayout(row)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(6)
            inner.addWidget(Badge("warning", "warning", 16), 0, Qt.AlignmentFlag.AlignTop)
            inner.addWidget(text_block(note, size="small"), 1)
            self._notes.addWidget(row)

    def _show_changes(self, changes: Sequence[Change]) -> None:
        _clear(self._changes)
        if not changes:
            self._changes.addWidget(text_block(tr("Nothing. The presets are used as they are.")))
        for change in changes[:_MOST_CHANGES]:
            self._changes.addWidget(text_block(f"{change.label}: {change.before} → {change.after}"))
        rest = len(changes) - _MOST_CHANGES
        if rest > 0:
            words = trn("and {n} more", "and {n} more", rest)
            self._changes.addWidget(label(words, tone="muted", size="small"))

    @Slot()
    def _ask_jump(self) -> None:
        self.jump_asked.emit(self._plan.jump_to)


def _figures(plan: Plan) -> list[tuple[str, str]]:
    """What can be said with what is valid now."""
    info, data, model, trainer = plan.info, plan.data, plan.model, plan.trainer
    figures: list[tuple[str, str]] = []
    if plan.num_trainings > 1:
        figures.append((tr("Trainings in the run"), grouped(plan.num_trainings)))
    if info is not None and data is not None and model is not None:
        counted = sum(dict(plan.mixes).get("train", ()))
        windows = counted or num_train_windows(info, data, model)
        words = grouped(windows) if counted else tr("about {n}", n=grouped(windows))
        figures.append((tr("Training windows"), words))
        span = window_span_text(info, model)
        rows = trn("{n} row", "{n} rows", model.sequence_length)
        figures.append((tr("A window sees"), f"{rows} = {span}" if span else rows))
        if trainer is not None:
            steps = math.ceil(windows / trainer.batch_size)
            figures.append((tr("Steps in an epoch"), tr("about {n}", n=grouped(steps))))
    if trainer is not None:
        figures.append((tr("Epochs, at most"), grouped(trainer.epochs)))
    if info is not None:
        figures.append((tr("Features"), grouped(len(info.features))))
    if model is not None:
        figures.append((tr("Parameters"), grouped(num_parameters(model))))
        figures.append((tr("The network itself"), size_words(training_bytes(model))))
        reach = trn("{n} row", "{n} rows", receptive_rows(model))
        figures.append((tr("Convolutions see"), reach))
    return figures


def _notes(plan: Plan) -> list[str]:
    notes = []
    if plan.info is not None and plan.info.simulated:
        notes.append(
            tr("Simulated data: good for trying things out, its scores say nothing about a market.")
        )
    if (
        plan.info is not None
        and plan.model is not None
        and plan.model.sequence_length > plan.info.shortest_segment
    ):
        notes.append(
            trn(
                "Parts of the data shorter than the window give no windows; the shortest has "
                "one row.",
                "Parts of the data shorter than the window give no windows; the shortest has "
                "{n} rows.",
                plan.info.shortest_segment,
            )
        )
    if plan.data is not None and plan.data.label_source == "prices":
        notes.append(tr("Classes are made from future prices by the balancing preset."))
    return notes


def _clear(layout: QGridLayout | QVBoxLayout) -> None:
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
