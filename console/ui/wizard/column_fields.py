"""Who is what: symbol, time, session, features and mid-price of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.ui.i18n import tr
from console.ui.widgets.check_list_box import CheckListBox
from console.ui.wizard.field_box import Choice, FieldBox
from console.ui.wizard.roles import Column, feature_choice, features_of, sessions_of
from console.ui.wizard.words import MID_KINDS, UNITS


class ColumnFields(QWidget):
    """Reads and writes the keys symbol, timestamp, session, features and mid_price."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[Column] = []
        self.symbol, self.fixed_symbol = Choice(), QLineEdit()
        self.time, self.day = Choice(), Choice()
        self.unit = Choice({key: tr(words) for key, words in UNITS.items()})
        self.mid = Choice()
        self.mid_kind = Choice({key: tr(words) for key, words in MID_KINDS.items()})
        self.session, self.features = CheckListBox(), CheckListBox()
        for box in (self.session, self.features):
            box.name_items(tr("Columns"), tr("Find a column"))
        self.fixed_symbol.setPlaceholderText(tr("such as BTCUSDT"))
        for control, words in (
            (self.fixed_symbol, tr("Symbol of all rows")), (self.unit, tr("Unit of the time")),
            (self.mid_kind, tr("Kind of the mid-price")),
        ):  # fmt: skip
            control.setAccessibleName(words)
        self.boxes = {
            "symbol": FieldBox(tr("Symbol"), [self.symbol, self.fixed_symbol]),
            "timestamp": FieldBox(tr("Time"), [self.time, self.unit]),
            "day": FieldBox(tr("Day, added to times of day"), [self.day]),
            "session": FieldBox(tr("A change of these ends a window"), [self.session]),
            "features": FieldBox(tr("Features"), [self.features]),
            "mid_price": FieldBox(tr("Mid-price"), [self.mid, self.mid_kind]),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for box in self.boxes.values():
            layout.addWidget(box)
        self._connect()

    def show_mapping(self, columns: list[Column], mapping: Mapping[str, Any]) -> None:
        """Offer ``columns`` and show what ``mapping`` makes of them."""
        self._columns = columns
        names = [each["name"] for each in columns]
        numeric = [each["name"] for each in columns if each["kind"] == "number"]
        self.symbol.offer({"": tr("The same for all rows"), **_same(names)})
        self.time.offer({"": tr("Choose…"), **_same(names)})
        self.day.offer({"": tr("None"), **_same(names)})
        self.mid.offer({"": tr("None"), **_same(numeric)})
        symbol, stamp = mapping.get("symbol") or "", mapping.get("timestamp") or {}
        fixed = symbol.get("value", "") if isinstance(symbol, Mapping) else ""
        self.symbol.value = "" if isinstance(symbol, Mapping) else str(symbol)
        if fixed and fixed != self.fixed_symbol.text():
            self.fixed_symbol.setText(str(fixed))
        self.time.value, self.unit.value = stamp.get("column", ""), stamp.get("unit", "s")
        self.day.value = stamp.get("day") or ""
        mid = mapping.get("mid_price") or {}
        self.mid.value, self.mid_kind.value = mid.get("column", ""), mid.get("kind", "price")
        self.session.set_names(names)
        self.features.set_names(numeric)
        self.session.blockSignals(True)
        self.features.blockSignals(True)
        self.session.set_chosen(sessions_of(mapping))
        self.features.set_chosen(features_of(mapping, columns))
        self.session.blockSignals(False)
        self.features.blockSignals(False)
        self._show_needed()

    def write(self, mapping: dict[str, Any]) -> None:
        """Put what is shown into ``mapping``; the labels have to be in it already."""
        mapping["symbol"] = self.symbol.value or {"value": self.fixed_symbol.text().strip()}
        stamp = {"column": self.time.value, "unit": self.unit.value, "day": self.day.value}
        mapping["timestamp"] = {key: value for key, value in stamp.items() if value}
        mapping["session"] = list(self.session.chosen)
        mapping["mid_price"] = (
            {"column": self.mid.value, "kind": self.mid_kind.value} if self.mid.value else None
        )
        mapping["features"] = feature_choice(mapping, self._columns, self.features.chosen)

    def _connect(self) -> None:
        for choice in (self.symbol, self.time, self.unit, self.day, self.mid, self.mid_kind):
            choice.activated.connect(self._on_edited)
        self.fixed_symbol.textEdited.connect(self._on_edited)
        for box in (self.session, self.features):
            box.selection_changed.connect(self._on_edited)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self._show_needed()
        self.edited.emit()

    def _show_needed(self) -> None:
        kinds = {each["name"]: each["kind"] for each in self._columns}
        self.fixed_symbol.setVisible(not self.symbol.value)
        self.unit.setEnabled(kinds.get(self.time.value) != "time")
        self.mid_kind.setVisible(bool(self.mid.value))


def _same(names: Sequence[str]) -> dict[str, str]:
    return {name: name for name in names}
