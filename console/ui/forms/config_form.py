"""A complete form for one config class, made from its field records and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from console.core.errors import ConsoleError
from console.core.fields import FieldRecord
from console.core.presets import PresetKind
from console.ui.forms.blocks_editor import BLOCK_FIELDS
from console.ui.forms.field_group import FieldGroup
from console.ui.forms.field_row import FieldRow
from console.ui.forms.form_model import FormModel
from console.ui.forms.preset_bar import PresetBar
from console.ui.i18n import tr
from console.ui.widgets.basics import label, line, set_style_property, text_block
from console.ui.widgets.notice import Notice

DEFAULT_PRESETS = {
    "model": "production_small", "trainer": "production_small", "balancing": "production"
}  # fmt: skip


class ConfigForm(QFrame):
    """Preset bar, groups of rows, and the help of the field in focus.

    ``state_changed`` follows every change of a value, a preset or a problem.
    """

    state_changed = Signal()

    def __init__(
        self,
        kind: PresetKind | None,
        title: str,
        config_class: type,
        *,
        without: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.model = FormModel(config_class, self)
        self.notice = Notice()
        self.presets = PresetBar(kind, title, self.model, self.notice)
        self._without = frozenset(without)
        self.groups = [FieldGroup(name, rows) for name, rows in self._grouped()]
        self.scroll = QScrollArea()
        self._help_title = label(bold=True, size="small")
        self._help = text_block(tone="muted", size="small")
        self._focused: FieldRow | None = None
        self._build_ui()
        self._connect()
        self._default_preset = DEFAULT_PRESETS.get(kind or "", "")
        self.presets.choose(self._default_preset)
        self.retranslate()

    @property
    def rows(self) -> list[FieldRow]:
        """Every row of the form."""
        return [row for group in self.groups for row in group.rows]

    def row(self, name: str) -> FieldRow:
        """The row that edits the field ``name``."""
        return next(row for row in self.rows if name in row.names)

    def state(self) -> dict[str, Any]:
        """Preset and changed values, to be kept until the window opens again."""
        changed = {name: now for name, (_before, now) in self.model.changed().items()}
        return {"preset": self.presets.preset, "changed": changed}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what ``state`` gave; a preset that is gone falls back to the first one."""
        name, changed = state.get("preset"), state.get("changed")
        try:
            self.presets.choose(str(name or self._default_preset))
        except ConsoleError:
            self.presets.choose(self._default_preset)
        if isinstance(changed, Mapping):
            self.model.set_values(changed)

    def reveal(self, name: str) -> None:
        """Unfold, scroll to and focus the field ``name``."""
        row = self.row(name)
        group = next(group for group in self.groups if row in group.rows)
        group.reveal(row)
        row.focus_editor()
        QTimer.singleShot(0, self, self._scroll_to_focused)

    def set_needed(self, names: Collection[str]) -> None:
        """Show these advanced fields at once, as long as what else is chosen makes them matter."""
        for group in self.groups:
            group.set_needed(names)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.presets.retranslate()
        for group in self.groups:
            group.retranslate()
        self._show_help()

    def _grouped(self) -> list[tuple[str, list[FieldRow]]]:
        grouped: dict[str, list[FieldRow]] = {}
        records_shown = [r for r in self.model.records if r.name not in self._without]
        for records in _editable(records_shown):
            grouped.setdefault(records[0].group, []).append(FieldRow(self.model, records))
        return list(grouped.items())

    def _build_ui(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 4, 8, 8)
        column.setSpacing(4)
        for index, group in enumerate(self.groups):
            if index:
                column.addWidget(line())
            column.addWidget(group)
        column.addStretch(1)
        self.scroll.setWidget(inside)
        self.scroll.setWidgetResizable(True)
        self.scroll.viewport().setAutoFillBackground(False)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 8, 8)
        head.setSpacing(8)
        head.addWidget(self.presets)
        head.addWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self.scroll, 1)
        layout.addWidget(line())
        layout.addWidget(self._help_strip())

    def _help_strip(self) -> QWidget:
        strip = QWidget()
        strip.setFixedHeight(62)
        words = QVBoxLayout(strip)
        words.setContentsMargins(12, 6, 12, 6)
        words.setSpacing(1)
        words.addWidget(self._help_title)
        words.addWidget(self._help)
        words.addStretch(1)
        return strip

    def _connect(self) -> None:
        for row in self.rows:
            row.focused.connect(self._row_focused)
        self.model.state_changed.connect(self._refresh)

    @Slot()
    def _refresh(self) -> None:
        for group in self.groups:
            group.refresh()
        self.state_changed.emit()

    @Slot(object)
    def _row_focused(self, row: FieldRow) -> None:
        self._focused = row
        self._show_help()

    def _show_help(self) -> None:
        row = self._focused
        set_style_property(self._help_title, "tone", "" if row else "muted")
        if row is None:
            self._help_title.setText("")
            self._help.setText(tr("Choose a field to read what it does."))
            return
        limits = row.limits_text
        self._help_title.setText(f"{row.title}  ·  {limits}" if limits else row.title)
        self._help.setText(row.help_text)

    @Slot()
    def _scroll_to_focused(self) -> None:
        if self._focused is not None:
            self.scroll.ensureWidgetVisible(self._focused, 0, 80)


def _editable(records: Sequence[FieldRecord]) -> list[list[FieldRecord]]:
    """The records in rows: the block lists together, fields with one possible value left out."""
    rows: list[list[FieldRecord]] = []
    blocks = [record for record in records if record.name in BLOCK_FIELDS]
    for record in records:
        if record.name in BLOCK_FIELDS:
            if len(blocks) == len(BLOCK_FIELDS) and record is blocks[0]:
                rows.append(blocks)
        elif record.minimum is None or record.minimum != record.maximum:
            rows.append([record])
    return rows
