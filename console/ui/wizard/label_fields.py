"""Which columns are labels, how far each looks, and what their values mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.core.datasets import CLASS_NAMES
from console.ui.i18n import tr
from console.ui.widgets.basics import label, set_style_property, text_block
from console.ui.widgets.check_list_box import CheckListBox
from console.ui.wizard.field_box import FieldBox
from console.ui.wizard.roles import USUAL, new_label

LONGEST = 1_000_000


class LabelFields(QWidget):
    """Reads and writes the key labels; ``declared(bool)``: a person vouches for their meaning."""

    edited = Signal()
    declared = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.checked = QCheckBox(tr("I have checked what the values mean"))
        self.chosen = CheckListBox()
        self.chosen.name_items(tr("Columns"), tr("Find a column"))
        self.box = FieldBox(tr("Labels"), [self.chosen])
        self.horizons: dict[str, QSpinBox] = {}
        self.meanings: list[EncodingRow] = []
        self._labels: dict[str, dict[str, Any]] = {}
        self._evidence: Mapping[str, Mapping[str, float]] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.box)
        layout.addLayout(self._rows)
        layout.addWidget(self.checked)
        self.chosen.selection_changed.connect(self._on_chosen)
        self.checked.clicked.connect(self.declared)

    def show_mapping(
        self,
        columns: list[Mapping[str, str]],
        mapping: Mapping[str, Any],
        found: Sequence[Mapping[str, Any]],
        checked: bool,
    ) -> None:
        """Show the labels of ``mapping``; ``found`` is what the rows say about their values."""
        labels = {str(each["column"]): dict(each) for each in mapping.get("labels") or ()}
        evidence = {str(each["column"]): each.get("moves") or {} for each in found}
        self.chosen.blockSignals(True)
        self.chosen.set_names([each["name"] for each in columns if each["kind"] != "time"])
        self.chosen.set_chosen(labels)
        self.chosen.blockSignals(False)
        self.checked.setChecked(checked)
        if labels != self._labels or list(labels) != list(self._labels) or not self.meanings:
            self._labels, self._evidence = labels, evidence
            self._build_rows()
        elif evidence:
            self._evidence = evidence
        for row in self.meanings:
            row.show_evidence(self._evidence)

    def write(self, mapping: dict[str, Any]) -> None:
        """Put what is shown into ``mapping``."""
        mapping["labels"] = list(self._labels.values())

    def _build_rows(self) -> None:
        while self._rows.count():
            widget = self._rows.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.horizons, self.meanings = {}, []
        self.checked.setVisible(bool(self._labels))
        if self._labels:
            self._rows.addWidget(self._horizon_grid())
        groups = _alike(self._labels)
        for names in groups:
            if len(groups) > 1:
                self._rows.addWidget(text_block(", ".join(names), tone="muted", size="small"))
            row = EncodingRow(names, self._labels[names[0]].get("encoding") or USUAL)
            row.edited.connect(self._on_meaning)
            self.meanings.append(row)
            self._rows.addWidget(row)

    def _horizon_grid(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (name, each) in enumerate(self._labels.items()):
            spin = QSpinBox()
            spin.setRange(1, LONGEST)
            spin.setValue(int(each.get("horizon_rows") or 1))
            spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            spin.setAccessibleName(tr("Rows that {label} looks ahead", label=name))
            spin.valueChanged.connect(self._on_horizon)
            self.horizons[name] = spin
            grid.addWidget(label(name), row, 0)
            grid.addWidget(label(tr("looks ahead"), tone="muted"), row, 1)
            grid.addWidget(spin, row, 2)
            grid.addWidget(label(tr("rows"), tone="muted"), row, 3)
        return made

    @Slot()
    def _on_chosen(self) -> None:
        others = list(self._labels.values())
        self._labels = {
            name: self._labels.get(name) or new_label(name, others) for name in self.chosen.chosen
        }
        self._build_rows()
        self.edited.emit()

    @Slot(int)
    def _on_horizon(self, _value: int) -> None:
        for name, spin in self.horizons.items():
            self._labels[name] = {**self._labels[name], "horizon_rows": spin.value()}
        self.edited.emit()

    @Slot()
    def _on_meaning(self) -> None:
        for row in self.meanings:
            for name in row.names:
                self._labels[name] = {**self._labels[name], "encoding": row.encoding()}
        self.edited.emit()


class EncodingRow(QWidget):
    """The values of SELL, HOLD and BUY in labels that are alike, and what prices did after each."""

    edited = Signal()

    def __init__(self, names: Sequence[str], encoding: Mapping[int | str, str]) -> None:
        super().__init__()
        self.names = list(names)
        self.values: dict[str, QLineEdit] = {}
        row = QHBoxLayout()
        row.setSpacing(6)
        by_class = {kind: value for value, kind in encoding.items()}
        for kind in CLASS_NAMES:
            box = QLineEdit(str(by_class.get(kind, "")))
            box.setAccessibleName(tr("Value of {name}", name=kind))
            box.textEdited.connect(self._on_edited)
            self.values[kind] = box
            row.addWidget(label(f"{kind} ="))
            row.addWidget(box, 1)
        self._evidence = text_block(tone="muted", size="small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._evidence)

    def encoding(self) -> dict[int | str, str]:
        """Class by stored value."""
        return {plain_value(box.text().strip()): kind for kind, box in self.values.items()}

    def show_evidence(self, moves: Mapping[str, Mapping[str, float]]) -> None:
        """Say how prices moved after each value of the label that looks furthest."""
        name = next((name for name in reversed(self.names) if moves.get(name)), "")
        after = moves.get(name, {})
        words = [f"{value}: {100 * move:+.3f}\u00a0%" for value, move in sorted(after.items())]
        text = tr("Mean move of the price after {label} = {moves}", label=name,
                  moves=", ".join(words))  # fmt: skip
        sell, buy = (after.get(self.values[kind].text().strip()) for kind in ("SELL", "BUY"))
        doubtful = sell is not None and buy is not None and sell > buy
        if doubtful:
            text += ". " + tr("It rose more after SELL than after BUY: is the order right?")
        set_style_property(self._evidence, "tone", "warning" if doubtful else "muted")
        self._evidence.setText(text if words else "")
        self._evidence.setVisible(bool(words))

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self.edited.emit()


def plain_value(text: str) -> int | str:
    """A stored value as YAML has it."""
    try:
        return int(text)
    except ValueError:
        return text


def with_numbers(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """``mapping`` from JSON, where every key is text, with label values as numbers again."""
    made = dict(mapping)
    if made.get("labels"):
        made["labels"] = [
            {**each, "encoding": {plain_value(key): kind for key, kind in each["encoding"].items()}}
            for each in made["labels"]
        ]
    return made


def _alike(labels: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Names of labels whose values mean the same, together."""
    groups: dict[str, list[str]] = {}
    for name, each in labels.items():
        key = str(sorted((str(k), v) for k, v in (each.get("encoding") or USUAL).items()))
        groups.setdefault(key, []).append(name)
    return list(groups.values())
