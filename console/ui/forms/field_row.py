"""One line of a form: changed mark, label, editor, way back to the preset, problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.core.fields import FieldRecord
from console.ui.forms.blocks_editor import BlocksEditor
from console.ui.forms.editors import make_editor
from console.ui.forms.form_model import FormModel
from console.ui.forms.format import range_text, value_text
from console.ui.forms.problem_text import problem_text
from console.ui.i18n import tr
from console.ui.widgets.basics import Badge, Dot, IconButton, label, set_style_property, text_block

MOST_WIDTH = 560  # keeps a label near its editor in a wide window


class FieldRow(QWidget):
    """Edits one field, or a few that belong in one editor.

    ``focused(names)`` tells the form whose help to show.
    """

    focused = Signal(object)

    def __init__(self, model: FormModel, records: Sequence[FieldRecord]) -> None:
        super().__init__()
        self._model, self.records = model, tuple(records)
        self.names = tuple(record.name for record in records)
        self._is_block = len(records) > 1
        self.editor: Any = (
            BlocksEditor({record.name: record for record in records})
            if self._is_block
            else make_editor(records[0], read_only=model.is_fixed(records[0].name))
        )
        self._dot = Dot()
        self._label = label()
        self._label.setWordWrap(True)
        self._preset = label(tone="muted", size="small")
        self._reset = IconButton("reset")
        self._problem = text_block(tone="bad", size="small")
        self._problem_line = QWidget()
        self._build_ui()
        self._connect()
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.editor.retranslate()
        self._label.setText(self.title)
        self._reset.set_words(tr("Put {field} back to the preset", field=self.title))
        self.setToolTip(self.help_text)
        target = self.editor.focusProxy() or self.editor
        if self._is_block:
            self.editor.setAccessibleName(self.title)
        else:
            target.setAccessibleName(self.title)
            target.setAccessibleDescription(self.help_text)
        self.refresh()

    @property
    def title(self) -> str:
        """The label in the language in force."""
        return tr("Convolution blocks") if self._is_block else tr(self.records[0].label)

    @property
    def help_text(self) -> str:
        """The help of the field, or of each of the fields."""
        if self._is_block:
            return " ".join(f"{tr(record.label)}: {tr(record.help)}" for record in self.records)
        return tr(self.records[0].help)

    @property
    def limits_text(self) -> str:
        """Range with unit."""
        record = self.records[0]
        limits = "" if self._is_block else range_text(record)
        return f"{limits} {tr(record.unit)}".strip() if limits and record.unit else limits

    @property
    def is_changed(self) -> bool:
        """Whether the row differs from the preset."""
        return bool(set(self.names) & set(self._model.changed()))

    @property
    def is_advanced(self) -> bool:
        """Whether the row is folded away at first."""
        return all(record.advanced for record in self.records)

    @property
    def problem(self) -> str:
        """What is wrong, empty when nothing is."""
        return self._problem.text()

    @property
    def reset_button(self) -> QAbstractButton:
        """The way back to the preset."""
        return self._reset

    def focus_editor(self) -> None:
        """Put the cursor into the field."""
        if self._is_block:
            self.editor.focus_first()
        else:
            self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show what the model holds."""
        model = self._model
        value = {name: model.value(name) for name in self.names}
        self.editor.set_value(value if self._is_block else value[self.names[0]])
        changed = self.is_changed
        self._dot.set_on(changed)
        self._reset.setVisible(changed)
        self._preset.setVisible(changed)
        if changed:
            self._preset.setText(tr("preset {value}", value=self._preset_text()))
        self._show_problems({n: model.problems[n] for n in self.names if n in model.problems})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Announce the row whose editor got the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self)
        return False

    def _build_ui(self) -> None:
        self.setMaximumWidth(MOST_WIDTH)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._label)
        words.addWidget(self._preset)
        words.addStretch(1)
        back = QHBoxLayout()
        back.setContentsMargins(0, 0, 0, 0)
        back.addWidget(self._reset)
        slot = QWidget()
        slot.setLayout(back)
        slot.setFixedWidth(26)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._dot, 0, 0)
        grid.addLayout(words, 0, 1)
        if self._is_block:
            grid.addWidget(slot, 0, 3)
            grid.addWidget(self.editor, 1, 1, 1, 3)
        else:
            grid.addWidget(self.editor, 0, 2)
            grid.addWidget(slot, 0, 3)
        grid.setRowMinimumHeight(0, 32)
        self._build_problem_line()
        grid.addWidget(self._problem_line, 2, 1, 1, 3)

    def _build_problem_line(self) -> None:
        layout = QHBoxLayout(self._problem_line)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(6)
        layout.addWidget(Badge("problem", "bad", 14), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._problem, 1)

    def _connect(self) -> None:
        self.editor.edited.connect(self._edited)
        self._reset.clicked.connect(self._put_back)
        watched = [self.editor, *self.editor.findChildren(QWidget)]
        for widget in watched:
            widget.installEventFilter(self)
        if self._is_block:
            self.editor.row_added.connect(self._watch)

    def _preset_text(self) -> str:
        if not self._is_block:
            return value_text(self.records[0], self._model.preset_value(self.names[0]))
        channels, kernels = (self._model.preset_value(name) for name in self.names[:2])
        return "  ".join(f"{c}·{k}" for c, k in zip(channels, kernels, strict=False))

    def _show_problems(self, problems: Mapping[str, Any]) -> None:
        texts = [
            problem_text(record, problems[record.name])
            for record in self.records
            if record.name in problems
        ]
        self._problem.setText(" ".join(texts))
        self._problem_line.setVisible(bool(texts))
        if self._is_block:
            self.editor.set_invalid(set(problems))
        else:
            set_style_property(self.editor, "invalid", bool(texts))

    @Slot(object)
    def _edited(self, value: Any) -> None:
        self._model.set_values(value if self._is_block else {self.names[0]: value})

    @Slot()
    def _put_back(self) -> None:
        self._model.reset(*self.names)
        self.focus_editor()

    @Slot(object)
    def _watch(self, widget: QWidget) -> None:
        widget.installEventFilter(self)
