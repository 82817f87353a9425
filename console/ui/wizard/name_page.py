"""Step 4: what the dataset is called, and once more what will be imported."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from console.core.datasets import SAMPLE_NAME
from console.ui.forms.format import grouped
from console.ui.i18n import tr
from console.ui.widgets.basics import card, label, text_block
from console.ui.wizard.draft import NAME, ImportDraft
from console.ui.wizard.roles import features_of, sessions_of
from console.ui.wizard.words import format_title, stored_words


class NamePage(QWidget):
    """``named(text)`` follows the name."""

    named = Signal(str)

    def __init__(self, existing: Collection[str]) -> None:
        super().__init__()
        self._existing = set(existing)
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.setAccessibleName(tr("Name in this workspace"))
        self._remark = text_block(tone="warning")
        self._grid = QGridLayout()
        self._build_ui()
        self.name.textEdited.connect(self._on_edited)

    def show_draft(self, draft: ImportDraft) -> None:
        """Show the name and the summary."""
        if self.name.text() != draft.name:
            self.name.setText(draft.name)
        self._remark.setText(tr("“{name}” is there already and will be replaced.", name=draft.name))
        self._remark.setVisible(draft.name in self._existing)
        if draft.answer:
            self._show_summary(draft)

    def problem(self, draft: ImportDraft) -> str:
        """Why the import cannot start."""
        if draft.name == SAMPLE_NAME:
            return tr("The name “sample” is kept for the simulated order book.")
        if not NAME.fullmatch(draft.name):
            return tr("A name is made of letters, digits, “.”, “-” and “_”.")
        return ""

    def _show_summary(self, draft: ImportDraft) -> None:
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (caption, words) in enumerate(_summary(draft)):
            value: QLabel = text_block(words)
            place = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(caption, tone="muted"), row, 0, place)
            self._grid.addWidget(value, row, 1)

    def _build_ui(self) -> None:
        frame = card()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.setSpacing(12)
        inner.addWidget(label(tr("Name in this workspace"), tone="muted", size="small"))
        inner.addWidget(self.name)
        inner.addWidget(self._remark)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        inner.addLayout(self._grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.named.emit(text)


def _summary(draft: ImportDraft) -> list[tuple[str, str]]:
    answer = draft.answer
    files = [str(path) for path in answer["files"]]
    more = f"  + {grouped(len(files) - 3)}" if len(files) > 3 else ""
    made = [(tr("Files"), "\n".join(files[:3]) + more)]
    made.append((tr("Format"), format_title(answer, draft.format)))
    if answer["num_rows"] is not None:
        made.append((tr("Rows"), grouped(answer["num_rows"])))
    if not draft.is_table:
        options = ", ".join(value for value in draft.options.values() if value)
        names = [stored_words(name) for name in answer["stored_columns"]]
        made.append((tr("Columns"), f"{len(names)}: {', '.join(names)}"))
        return [*made, (tr("Options"), options)] if options else made
    mapping = draft.mapping or {}
    symbol, stamp = mapping.get("symbol"), mapping.get("timestamp") or {}
    labels = ", ".join(str(each["column"]) for each in mapping.get("labels") or ())
    mid = mapping.get("mid_price") or {}
    features = features_of(mapping, list(answer["columns"]))
    time = " + ".join(filter(None, (stamp.get("day"), stamp.get("column"))))
    made += [
        (tr("Symbol"), str(symbol.get("value") if isinstance(symbol, dict) else symbol)),
        (tr("Time"), time),
        (tr("Session"), ", ".join(sessions_of(mapping)) or tr("none")),
        (tr("Features"), f"{len(features)}: {', '.join(features)}"),
        (tr("Labels"), labels or tr("none")),
        (tr("Mid-price"), mid.get("column") or tr("none")),
    ]
    note = tr("The mapping is remembered for the next files with these columns.")
    return [*made, (tr("Mapping"), note)]
