"""Changes settings of the run in hand while it trains; they apply at its next epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.core.configs import TrainerConfigV2
from console.core.errors import Problem
from console.core.events import Event
from console.core.fields import field_of, problems_in, to_plain
from console.runtime.run_controller import RunController
from console.ui.forms.editors import NumberEditor
from console.ui.forms.format import number_text, range_text
from console.ui.forms.problem_text import problem_text
from console.ui.i18n import tr, tr_message
from console.ui.widgets.basics import button, label, set_style_property, text_block

FIELDS: Mapping[str, str] = {
    "learning_rate": "learning_rate", "patience": "early_stopping_patience", "epochs": "epochs",
    "save_every": "save_every_n_epochs",
}  # fmt: skip


class ChangeDialog(QDialog):
    """Four fields with their present values; refusals are said in place."""

    def __init__(self, controller: RunController, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Change settings of this run"))
        self._controller = controller
        self._asked = ""
        self._config = _config_of(controller)
        self._records = {name: field_of(TrainerConfigV2, field) for name, field in FIELDS.items()}
        self.editors = {name: NumberEditor(record) for name, record in self._records.items()}
        self.notes: dict[str, QLabel] = {name: label(tone="muted", size="small") for name in FIELDS}
        self.answer = text_block()
        self.apply_button = button(tr("Change"), kind="primary")
        self.close_button = button(tr("Close"))
        self._build_ui()
        self._restore()
        self._connect()
        self._check()

    def values(self) -> dict[str, Any]:
        """What differs from the present, or from what is waiting already."""
        now = self._present()
        values = {name: editor.value() for name, editor in self.editors.items()}
        return {name: value for name, value in values.items() if value != now[name]}

    def propose(self, name: str, value: object) -> None:
        """Put a value into a field."""
        self.editors[name].set_value(value)
        self._check()

    def _build_ui(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for row, (name, record) in enumerate(self._records.items()):
            editor = self.editors[name]
            editor.setAccessibleName(tr(record.label))
            editor.setToolTip(tr(record.help))
            words = label(tr(record.label))
            words.setBuddy(editor)
            grid.addWidget(words, row, 0)
            grid.addWidget(editor, row, 1)
            grid.addWidget(self.notes[name], row, 2)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.apply_button)
        self.apply_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(self.answer)
        layout.addLayout(foot)
        self.setMinimumWidth(600)

    def _restore(self) -> None:
        for name, value in self._present().items():
            self.editors[name].set_value(value)

    def _connect(self) -> None:
        controller = self._controller
        self.apply_button.clicked.connect(self._apply)
        self.close_button.clicked.connect(self.accept)
        for editor in self.editors.values():
            editor.edited.connect(self._on_edited)
        controller.acknowledged.connect(self._on_answer)
        controller.events.connect(self._on_events)
        controller.state_changed.connect(self._on_state)
        controller.run_changed.connect(self._on_run)

    def _present(self) -> dict[str, Any]:
        """What is waiting, else what is in force, else what the run was started with."""
        progress = self._controller.progress
        started = {name: getattr(self._config, field) for name, field in FIELDS.items()}
        return {**started, **_known(progress.settings), **_known(progress.waiting)}

    def _problems(self) -> dict[str, Problem]:
        values = {FIELDS[name]: editor.value() for name, editor in self.editors.items()}
        problems = problems_in(TrainerConfigV2, {**to_plain(self._config), **values})
        own = set(FIELDS.values())
        return {p.field if p.field in own else "learning_rate": p for p in problems}

    @Slot()
    def _check(self) -> None:
        problems, changed = self._problems(), self.values()
        for name, record in self._records.items():
            problem = problems.get(FIELDS[name])
            set_style_property(self.editors[name], "invalid", problem is not None)
            set_style_property(self.notes[name], "tone", "bad" if problem else "muted")
            told = problem_text(record, problem) if problem else self._note(name)
            self.notes[name].setText(told)
            self.editors[name].setAccessibleDescription(told)
        live = self._controller.is_live
        self.apply_button.setEnabled(live and bool(changed) and not problems and not self._asked)
        if not live:
            self._say(tr("This run has ended."), "muted")

    def _note(self, name: str) -> str:
        progress = self._controller.progress
        if name in progress.waiting:
            before = progress.settings.get(name)
            epoch = progress.epoch + 1
            if before is None:
                return tr("applies at epoch {epoch}", epoch=epoch)
            return tr(
                "applies at epoch {epoch}; now {value}", epoch=epoch, value=number_text(before)
            )
        return range_text(self._records[name])

    def _say(self, text: str, tone: str) -> None:
        set_style_property(self.answer, "tone", tone)
        self.answer.setText(text)

    @Slot()
    def _apply(self) -> None:
        self._asked = self._controller.change_settings(self.values())
        self._say(tr("Asking the training…") if self._asked else "", "muted")
        self._check()

    @Slot(object)
    def _on_answer(self, event: Event) -> None:
        if not self._asked or event.data.get("id") != self._asked:
            return
        self._asked = ""
        if event.data.get("accepted", True):
            epoch = self._controller.progress.epoch + 1
            self._say(tr("Applies at epoch {epoch}.", epoch=epoch), "good")
        else:
            reason = tr_message(str(event.data.get("message") or ""))
            self._say(tr("The training refuses: {reason}", reason=reason), "bad")
        self._check()

    @Slot(object)
    def _on_edited(self, _value: object) -> None:
        self._say("", "muted")
        self._check()

    @Slot(object)
    def _on_events(self, events: list[Event]) -> None:
        if {event.kind for event in events} & {"epoch_started", "setting_changed", "command_ack"}:
            self._check()

    @Slot(object)
    def _on_state(self, _status: object) -> None:
        self._check()

    @Slot(object)
    def _on_run(self, _run: object) -> None:
        self.reject()


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in FIELDS and value is not None}


def _config_of(controller: RunController) -> TrainerConfigV2:
    """The trainer's config of the run in hand, as far as it can be read."""
    config = controller.run_config()
    return config.trainer if config is not None and config.trainer else TrainerConfigV2()
