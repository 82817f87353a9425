"""Step 2: how the files are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.widgets.basics import label, text_block
from console.ui.widgets.run_words import size_words
from console.ui.wizard.draft import AUTO, ImportDraft
from console.ui.wizard.field_box import Choice, FieldBox
from console.ui.wizard.preview_table import PreviewTable
from console.ui.wizard.words import choice_words, format_title, option_words, problem_words


class FormatPage(QWidget):
    """``format_chosen(name)`` and ``option_changed()`` say what the operator wants otherwise."""

    format_chosen = Signal(str)
    option_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.formats = Choice()
        self._format_box = FieldBox(tr("Format"), [self.formats])
        self._facts, self._problem = label(tone="muted"), text_block(tone="bad")
        self.table = PreviewTable(tr("First rows of the file"))
        self.options: dict[str, Choice | QLineEdit] = {}
        self._option_boxes: dict[str, FieldBox] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for column in range(3):
            self._grid.setColumnStretch(column, 1)
        self._grid.addWidget(self._format_box, 0, 0, 1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._grid)
        layout.addWidget(self._problem)
        layout.addWidget(self._facts)
        layout.addWidget(self.table, 1)
        self.formats.activated.connect(self._on_format)

    def show_draft(self, draft: ImportDraft) -> None:
        """Show the format in force and what the files begin with."""
        answer = draft.answer
        if not answer:
            return
        words = {each["name"]: format_title(answer, each["name"]) for each in answer["formats"]}
        auto = tr("Recognised: {name}", name=words[draft.format])
        self.formats.offer(
            {AUTO: auto if draft.chosen_format == AUTO else tr("Recognise"), **words}
        )
        self.formats.value = draft.chosen_format
        self._format_box.say(tr_message(answer["why"]), tone="muted")
        self._facts.setText(_facts(answer))
        self.table.show_rows([each["name"] for each in answer["columns"]], answer["rows"])
        self._show_options(draft, answer)
        self._show_problems(draft, answer)

    def problem(self, draft: ImportDraft) -> str:
        """Why no one can go on from here."""
        wrong = not draft.is_table and draft.answer.get("problems")
        return tr("The first rows do not fit yet.") if wrong else ""

    def _show_options(self, draft: ImportDraft, answer: Mapping[str, Any]) -> None:
        for place, record in enumerate(answer["options"]):
            name = record["name"]
            if name not in self.options:
                self._add_option(record, place)
            self._option_boxes[name].setVisible(not draft.is_table)
            editor, value = self.options[name], draft.options.get(name, "")
            if isinstance(editor, Choice):
                editor.value = value or str(record["default"])
            elif editor.text() != value:
                editor.setText(value)

    def _show_problems(self, draft: ImportDraft, answer: Mapping[str, Any]) -> None:
        told = () if draft.is_table else answer.get("problems") or ()
        for name, box in self._option_boxes.items():
            wrong = [problem_words(each) for each in told if each["field"] == name]
            box.say(" ".join(wrong) or option_words(name)[1], tone="bad" if wrong else "muted")
        rest = [problem_words(each) for each in told if each["field"] not in self._option_boxes]
        self._problem.setText(" ".join(rest))
        self._problem.setVisible(bool(rest))

    def _add_option(self, record: Mapping[str, Any], place: int) -> None:
        caption, about = option_words(record["name"])
        default = "" if record["default"] is None else str(record["default"])
        editor: Choice | QLineEdit
        if record["kind"] == "choice":
            editor = Choice({str(each): choice_words(str(each)) for each in record["choices"]})
            editor.activated.connect(self._on_option)
        else:
            editor = QLineEdit()
            editor.setPlaceholderText(default or tr("As in the file"))
            editor.textEdited.connect(self._on_option)
        editor.setAccessibleDescription(about)
        box = FieldBox(caption, [editor])
        self.options[record["name"]], self._option_boxes[record["name"]] = editor, box
        self._grid.addWidget(box, 1 + place // 3, place % 3, Qt.AlignmentFlag.AlignTop)

    def values(self) -> dict[str, str]:
        """The options that were filled in."""
        return {
            name: editor.value if isinstance(editor, Choice) else editor.text().strip()
            for name, editor in self.options.items()
        }

    @Slot(int)
    def _on_format(self, _index: int) -> None:
        self.format_chosen.emit(self.formats.value)

    @Slot()
    def _on_option(self, _value: object = None) -> None:
        self.option_changed.emit()


def _facts(answer: Mapping[str, Any]) -> str:
    words = [trn("{n} file", "{n} files", len(answer["files"])), size_words(answer["size_bytes"])]
    if answer["num_rows"] is not None:
        words.append(f"{tr('Rows')}: {grouped(answer['num_rows'])}")
    words.append(trn("{n} column", "{n} columns", len(answer["columns"])))
    return "  ·  ".join(words)
