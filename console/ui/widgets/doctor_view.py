"""What the training doctor has found: evidence, cause, and one button for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.core.configs import TrainerConfigV2
from console.core.diagnosis import Action
from console.core.fields import fields_of
from console.runtime.run_controller import RunController
from console.runtime.run_findings import Finding, RunFindings
from console.ui.forms.format import value_text
from console.ui.i18n import language_events, tr, tr_message, trn
from console.ui.widgets.basics import Badge, button, line, text_block
from console.ui.widgets.log_view import time_of_day
from console.ui.widgets.run_words import metric_words

_LOOKS = {
    "severe": ("problem", "bad"), "warning": ("warning", "warning"), "info": ("info", "muted"),
}  # fmt: skip
_RECORDS = {record.name: record for record in fields_of(TrainerConfigV2)}


class ActionButton(QPushButton):
    """Does what a finding proposes; ``action_clicked`` carries it."""

    action_clicked = Signal(object)

    def __init__(self, action: Action) -> None:
        super().__init__(action_words(action))
        self.action = action
        self.clicked.connect(self._on_click)

    @Slot()
    def _on_click(self) -> None:
        self.action_clicked.emit(self.action)


class DoctorView(QScrollArea):
    """What the doctor says of the run in hand: active findings first, passed ones folded below.

    Signals:
        settings_requested(dict): settings of the run, with these trainer settings changed, are to
            be shown in Configure.
        changed(): the list, and with it ``title``, is another one.
    """

    settings_requested = Signal(object)
    changed = Signal()

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._findings, self._live = RunFindings(), False
        self._shown: tuple[object, ...] = ()
        self._unfolded = False
        self.buttons: list[ActionButton] = []
        self.passed_button = button(kind="link")
        self.passed_button.clicked.connect(self._toggle_passed)
        language_events().language_changed.connect(self._on_language)
        for news in (controller.run_changed, controller.state_changed, controller.events):
            news.connect(self._on_news)
        self._fill()
        self._on_news(None)

    def title(self) -> str:
        """The words of the tab, with the number of active findings."""
        count = len(self._findings.active)
        return tr("Doctor ({n})", n=count) if count else tr("Doctor")

    @Slot(object)
    def _on_news(self, _news: object) -> None:
        """Show what the run in hand has; nothing happens while it is what is shown."""
        findings, live = self._controller.progress.findings, self._controller.is_live
        state = (id(findings), findings.version, live)
        if state != self._shown:
            self._unfolded = self._unfolded and self._shown[:1] == state[:1]
            self._shown, self._findings, self._live = state, findings, live
            self._fill()
            self.changed.emit()

    @Slot(object)
    def _treat(self, action: Action) -> None:
        """What the button of a finding does."""
        if action.kind == "set":
            self._controller.change_settings({action.name: action.value})
        elif action.kind == "stop":
            self._controller.stop_after_epoch()
        elif action.kind == "stop_now":
            self._controller.stop_now()
        else:
            self.settings_requested.emit({action.name: action.value} if action.name else {})

    @property
    def text(self) -> str:
        """All that can be read, for tests."""
        parts = [part.text() for part in self.widget().findChildren(type(text_block()))]
        return "\n".join(part for part in parts if part)

    def _fill(self) -> None:
        at = self.verticalScrollBar().value()
        self.passed_button.setParent(None)  # the list that held it goes away
        self.buttons = []
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        active, passed = self._findings.active, self._findings.passed
        if not active:
            column.addWidget(text_block(tr("Nothing to worry about so far."), tone="muted"))
        self._list(column, active)
        if passed:
            self._name_passed(len(passed))
            column.addWidget(self.passed_button, 0, Qt.AlignmentFlag.AlignLeft)
            if self._unfolded:
                self._list(column, passed)
        column.addStretch(1)
        self.setWidget(holder)
        self.verticalScrollBar().setValue(at)
        self.setAccessibleName(tr("What the doctor has found"))

    def _list(self, column: QVBoxLayout, findings: list[Finding]) -> None:
        for number, finding in enumerate(findings):
            if number:
                column.addWidget(line())
            column.addLayout(self._entry(finding))

    def _entry(self, finding: Finding) -> QHBoxLayout:
        diagnosis = finding.diagnosis
        picture, tone = _LOOKS[diagnosis.level] if finding.is_active else ("good", "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        message = text_block(tr_message(diagnosis.message), tone="" if finding.is_active else tone)
        words.addWidget(message)
        told = " · ".join(part for part in (_place(finding), tr_message(diagnosis.cause)) if part)
        words.addWidget(text_block(told, tone="muted", size="small"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Badge(picture, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        action = possible(diagnosis.action, live=self._live)
        if finding.is_active and action.kind:
            made = ActionButton(action)
            made.action_clicked.connect(self._treat)
            made.setAccessibleDescription(message.text())
            self.buttons.append(made)
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _name_passed(self, count: int) -> None:
        words = trn("{n} has passed", "{n} have passed", count)
        self.passed_button.setText(("▾ " if self._unfolded else "▸ ") + words)

    @Slot()
    def _toggle_passed(self) -> None:
        self._unfolded = not self._unfolded
        self._fill()
        self.passed_button.setFocus()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self._fill()


def possible(action: Action, *, live: bool) -> Action:
    """The action as it makes sense now: what a live run can change, an ended one has set anew."""
    if live or action.kind in ("", "configure"):
        return action
    return Action("configure", action.name, action.value) if action.kind == "set" else Action()


def action_words(action: Action) -> str:
    """What the button of an action says."""
    if action.kind == "set":
        name = metric_words(action.name)
        return tr("Set {name} to {value}", name=name, value=_value(action))
    if action.kind == "stop":
        return tr("Stop after this epoch")
    if action.kind == "stop_now":
        return tr("Stop now, keeping everything")
    if action.name not in _RECORDS:
        return tr("Open Configure")
    name = tr(_RECORDS[action.name].label)
    return tr("Configure: {name} {value}", name=name, value=_value(action))


def _value(action: Action) -> str:
    record = _RECORDS.get(action.name)
    return value_text(record, action.value) if record is not None else str(action.value)


def _place(finding: Finding) -> str:
    epoch, passed = finding.event.epoch, finding.passed_at
    if passed:
        return tr("epochs {first} to {last}", first=epoch, last=passed)
    return " · ".join([tr("epoch {epoch}", epoch=epoch), time_of_day(finding.event.t)])
