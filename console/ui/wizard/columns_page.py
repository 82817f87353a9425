"""Step 3: what each column means, tried out on the first rows while it is edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.ui.i18n import tr
from console.ui.widgets.basics import button, text_block
from console.ui.wizard.column_fields import ColumnFields
from console.ui.wizard.draft import ImportDraft
from console.ui.wizard.field_box import FieldBox
from console.ui.wizard.label_fields import LabelFields
from console.ui.wizard.preview_table import PreviewTable
from console.ui.wizard.roles import ROLES, features_of, role_of, role_words, with_role
from console.ui.wizard.rule_fields import RuleFields
from console.ui.wizard.words import problem_words, stored_words

FIELDS_WIDTH = 380


class ColumnsPage(QWidget):
    """``mapping_edited()`` follows every change; ``load_asked`` and ``save_asked`` are for YAML."""

    mapping_edited = Signal()
    load_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields, self.labels, self.rules = ColumnFields(), LabelFields(), RuleFields()
        self._source, self._other = text_block(tone="muted"), text_block(tone="bad")
        self.load_button = button(tr("Load mapping…"), kind="link")
        self.save_button = button(tr("Save mapping…"), kind="link")
        self.file_table = PreviewTable(tr("First rows of the file"))
        self.stored_table = PreviewTable(tr("Rows as they will be stored"))
        self.tabs = QTabWidget()
        self.tabs.addTab(self.file_table, tr("As in the file"))
        self.tabs.addTab(self.stored_table, tr("As it will be stored"))
        self.role_menu, self._clicked = QMenu(self), ""
        self._columns: list[Mapping[str, str]] = []
        self._scroll = QScrollArea()
        self._build_ui()
        for part in (self.fields, self.labels, self.rules):
            part.edited.connect(self.mapping_edited)
        header = self.file_table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setToolTip(tr("Click to choose what the column is"))
        header.sectionClicked.connect(self._offer_roles)
        self.role_menu.triggered.connect(self._on_role)
        self.load_button.clicked.connect(self.load_asked)
        self.save_button.clicked.connect(self.save_asked)

    def show_draft(self, draft: ImportDraft) -> None:
        """Show the mapping and what became of the first rows."""
        answer = draft.answer
        if not answer:
            return
        self._scroll.setVisible(draft.is_table)
        self.tabs.setTabVisible(0, draft.is_table)
        self._source.setText(_source_words(draft))
        if draft.is_table:
            self._show_mapping(draft, answer)
        names = [stored_words(name) for name in answer["stored_columns"]]
        self.stored_table.show_rows(names, answer["stored_rows"])
        self.tabs.setTabEnabled(1, bool(answer["stored_rows"]) or not draft.is_table)
        for made in (self.load_button, self.save_button):
            made.setVisible(draft.is_table)
        self.show_problems(draft)

    def show_problems(self, draft: ImportDraft) -> None:
        """Say what is wrong beside the field that it is about."""
        told = list(draft.answer.get("problems") or ())
        asked = list(draft.answer.get("decide") or ())
        for key, box in self.boxes().items():
            wrong = [problem_words(each) for each in told if _is_about(each["field"], key)]
            doubts = [problem_words(each) for each in asked if _is_about(each["field"], key)]
            box.say(" ".join(wrong or doubts), tone="bad" if wrong else "warning")
        known = self.boxes() if draft.is_table else {}
        rest = [each for each in told if not any(_is_about(each["field"], key) for key in known)]
        self._other.setText(" ".join(problem_words(each) for each in rest))
        self._other.setVisible(bool(rest))

    def problem(self, draft: ImportDraft) -> str:
        """Why no one can go on from here."""
        if draft.answer.get("problems"):
            return tr("The first rows do not fit yet.")
        mapping = draft.mapping or {}
        if draft.is_table and mapping.get("labels") and not draft.checked:
            return tr("Check what the label values mean, and say so.")
        return ""

    def show_culprit(self) -> None:
        """Go to the field that holds the import up."""
        wrong = next((box for box in self.boxes().values() if box.is_wrong), None)
        target = wrong.first if wrong is not None else self.labels.checked
        target.setFocus()
        self._scroll.ensureWidgetVisible(wrong or target)

    def mapping(self) -> dict[str, Any]:
        """The mapping as the fields show it."""
        made: dict[str, Any] = {"symbol": "", "timestamp": {}}
        self.labels.write(made)
        self.fields.write(made)
        self.rules.write(made)
        return made

    def boxes(self) -> dict[str, FieldBox]:
        """The field of each key of the mapping."""
        return {**self.fields.boxes, "labels": self.labels.box, **self.rules.boxes}

    def _show_mapping(self, draft: ImportDraft, answer: Mapping[str, Any]) -> None:
        mapping = draft.mapping or {}
        columns = self._columns = list(answer["columns"])
        self.fields.show_mapping(columns, mapping)
        self.labels.show_mapping(columns, mapping, answer.get("labels") or (), draft.checked)
        self.rules.show_mapping(mapping, answer.get("levels") or ())
        features = features_of(mapping, columns)
        names = [each["name"] for each in columns]
        roles = {name: role_of(name, mapping, features) for name in names}
        self.file_table.show_rows(names, answer["rows"], roles)

    @Slot(int)
    def _offer_roles(self, section: int) -> None:
        """Open the roles under the head of a column of the file."""
        self._clicked = self._columns[section]["name"]
        mapping = self.mapping()
        now = role_of(self._clicked, mapping, features_of(mapping, self._columns))
        self.role_menu.clear()
        for role in ROLES:
            action = self.role_menu.addAction(role_words(role))
            action.setData(role)
            action.setCheckable(True)
            action.setChecked(role == now)
        header = self.file_table.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(section), header.height())
        self.role_menu.popup(header.viewport().mapToGlobal(place))

    @Slot(QAction)
    def _on_role(self, action: QAction) -> None:
        mapping = with_role(self.mapping(), self._clicked, action.data(), self._columns)
        self.fields.show_mapping(self._columns, mapping)
        self.labels.show_mapping(self._columns, mapping, (), self.labels.checked.isChecked())
        self.mapping_edited.emit()

    def _build_ui(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        for part in (self.fields, self.labels, self.rules):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFixedWidth(FIELDS_WIDTH)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._source, 1)
        head.addWidget(self.load_button)
        head.addWidget(self.save_button)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._scroll)
        columns.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._other)
        layout.addLayout(columns, 1)


def _source_words(draft: ImportDraft) -> str:
    if not draft.is_table:
        return tr("This format says itself what its columns are.")
    return {
        "remembered": tr("Taken from your last import of the same columns."),
        "loaded": tr("Taken from the mapping that you loaded."),
        "edited": tr("Changed by you."),
    }.get(draft.source, tr("Guessed from the names and the first rows: please check."))


def _is_about(place: str, key: str) -> bool:
    if key == "day":
        return place == "timestamp.day"
    return place != "timestamp.day" and (place == key or place.startswith(f"{key}."))
