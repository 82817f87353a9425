"""What becomes of missing values, repeated times, gaps and empty sides of the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QVBoxLayout, QWidget

from console.ui.i18n import tr, trn
from console.ui.wizard.field_box import Choice, FieldBox
from console.ui.wizard.words import DUPLICATES, MISSING

USUAL_GAP_S = 60.0


class RuleFields(QWidget):
    """Reads and writes the keys missing, duplicates, max_gap_s, sort and empty_levels."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[Mapping[str, str]] = []
        self.missing = Choice({key: tr(words) for key, words in MISSING.items()})
        self.duplicates = Choice({key: tr(words) for key, words in DUPLICATES.items()})
        self.max_gap, self.sort, self.empty = QDoubleSpinBox(), QCheckBox(), QCheckBox()
        self.max_gap.setRange(0.001, 1e9)
        self.max_gap.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.max_gap.setDecimals(3)
        self.max_gap.setSuffix(" " + tr("s"))
        self.sort.setText(tr("Sort the rows of each symbol by time"))
        self.boxes = {
            "missing": FieldBox(tr("Where a value is missing"), [self.missing]),
            "duplicates": FieldBox(tr("Where a time comes twice"), [self.duplicates]),
            "max_gap_s": FieldBox(tr("A longer step from row to row ends a window"),
                                  [self.max_gap]),
        }  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for box in self.boxes.values():
            layout.addWidget(box)
        layout.addWidget(self.empty)
        layout.addWidget(self.sort)
        for choice in (self.missing, self.duplicates):
            choice.activated.connect(self._on_edited)
        for tick in (self.sort, self.empty):
            tick.clicked.connect(self._on_edited)
        self.max_gap.valueChanged.connect(self._on_edited)

    def show_mapping(self, mapping: Mapping[str, Any], levels: Sequence[Mapping[str, str]]) -> None:
        """Show the rules of ``mapping``; ``levels`` are the book levels among the columns."""
        given = list(mapping.get("empty_levels") or ())
        self._levels = given or list(levels)
        self.missing.value = mapping.get("missing") or "error"
        self.duplicates.value = mapping.get("duplicates") or "error"
        self.max_gap.blockSignals(True)
        self.max_gap.setValue(float(mapping.get("max_gap_s") or USUAL_GAP_S))
        self.max_gap.blockSignals(False)
        self.sort.setChecked(bool(mapping.get("sort")))
        self.empty.setChecked(bool(given))
        self.empty.setVisible(bool(self._levels))
        self.empty.setText(
            trn("Price 0 with size 0 is an empty side ({n} level)",
                "Price 0 with size 0 is an empty side ({n} levels)", len(self._levels))
        )  # fmt: skip

    def write(self, mapping: dict[str, Any]) -> None:
        """Put what is shown into ``mapping``."""
        mapping["missing"], mapping["duplicates"] = self.missing.value, self.duplicates.value
        mapping["max_gap_s"], mapping["sort"] = self.max_gap.value(), self.sort.isChecked()
        mapping["empty_levels"] = [dict(each) for each in self._levels if self.empty.isChecked()]

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.edited.emit()
