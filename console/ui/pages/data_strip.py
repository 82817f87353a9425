"""The line above the forms: which data, which label, how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from console.core.configs import DataConfig
from console.core.datasets import DatasetInfo
from console.core.fields import field_of
from console.core.presets import list_presets
from console.ui.forms.editors import CalmComboBox
from console.ui.forms.format import grouped
from console.ui.forms.number_edit import NumberEdit
from console.ui.i18n import tr, trn
from console.ui.pages.data_words import label_text, pace_text, span_text
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.widgets.basics import button, label
from console.ui.widgets.check_list_box import CheckListBox

FROM_PRICES = "\0prices"
STRIP_FIELDS = ("dataset", "label", "label_source", "symbols", "days")


class DataStrip(QFrame):
    """Chooses the data of the next training; ``changed`` follows every choice."""

    changed = Signal()
    balancing_chosen = Signal(str)
    import_asked = Signal()

    def __init__(self, shelf: DatasetShelf) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._shelf = shelf
        self.dataset, self.label = CalmComboBox(), CalmComboBox()
        self.days = NumberEdit(field_of(DataConfig, "days"))
        self.symbols = CheckListBox()
        self.balancing = CalmComboBox()
        self._words = {name: label(tone="muted", size="small") for name in _WORDS}
        self._facts = label(tone="muted", size="small")
        self._import = button()
        self._build_ui()
        self._connect()
        self.retranslate()
        self.reload()

    @property
    def info(self) -> DatasetInfo | None:
        """The chosen dataset."""
        return self._shelf.get(str(self.dataset.currentData() or ""))

    def values(self) -> dict[str, Any]:
        """The fields of ``DataConfig`` that this line sets."""
        chosen = str(self.label.currentData() or "")
        from_prices = chosen == FROM_PRICES
        return {
            "dataset": str(self.dataset.currentData() or ""),
            "label": "" if from_prices else chosen,
            "label_source": "prices" if from_prices else "given" if chosen else "auto",
            "symbols": [] if self.symbols.is_all else list(self.symbols.chosen),
            "days": self.days.value(),
        }

    def problem(self) -> str:
        """Why no training can start from this line, empty when it can."""
        if self.info is None:
            return tr("There is no data yet. Import some, or use the simulated sample.")
        if not self.symbols.chosen:
            return tr("No symbol is chosen.")
        days = self.days.value()
        if not isinstance(days, int) or days < 0:
            return tr("The number of days must be a whole number; 0 takes all.")
        return ""

    def restore(self, values: Mapping[str, Any]) -> None:
        """Bring back earlier choices, as far as they still exist."""
        index = self.dataset.findData(values.get("dataset"))
        if index >= 0:
            self.dataset.setCurrentIndex(index)
            self._show_dataset()
            source = values.get("label_source")
            wanted = FROM_PRICES if source == "prices" else values.get("label")
            self.label.setCurrentIndex(max(0, self.label.findData(wanted)))
            self.symbols.set_names(self.info.symbols, values.get("symbols") or ())
        self.days.set_value(values.get("days", 0))
        self._show_facts()
        self.changed.emit()

    def add_line(self, widget: QWidget) -> None:
        """Show ``widget`` below the choices."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)

    @Slot()
    def reload(self) -> None:
        """Show the datasets of the workspace, keeping the choice."""
        before = self.values() if self.dataset.count() else {}
        self.dataset.clear()
        for info in self._shelf.datasets:
            words = tr("{name} (simulated)", name=info.name) if info.simulated else info.name
            self.dataset.addItem(words, info.name)
        self.dataset.setEnabled(self.dataset.count() > 0)
        self._show_dataset()
        if before.get("dataset"):
            self.restore(before)
        self.changed.emit()

    def choose(self, name: str) -> None:
        """Take the dataset called ``name``."""
        index = self.dataset.findData(name)
        if index >= 0 and index != self.dataset.currentIndex():
            self.dataset.setCurrentIndex(index)
            self._dataset_chosen(index)

    @Slot()
    def reload_balancing(self) -> None:
        """Show the balancing presets."""
        chosen = self.balancing.currentData()
        self.balancing.clear()
        for preset in list_presets("balancing"):
            self.balancing.addItem(preset.name, preset.name)
        self.balancing.setCurrentIndex(max(0, self.balancing.findData(chosen)))

    @Slot(str)
    def show_balancing(self, name: str) -> None:
        """Another balancing preset is in force."""
        self.reload_balancing()
        self.balancing.setCurrentIndex(self.balancing.findData(name))

    def retranslate(self) -> None:
        """Words in the language in force."""
        for name, words in _WORDS.items():
            self._words[name].setText(tr(words))
            getattr(self, name).setAccessibleName(tr(words))
        self.days.setToolTip(tr(field_of(DataConfig, "days").help))
        self.symbols.setToolTip(tr(field_of(DataConfig, "symbols").help))
        self.symbols.retranslate()
        self._import.setText(tr("Import…"))
        chosen = self.dataset.currentIndex()
        for index, info in enumerate(self._shelf.datasets):
            words = tr("{name} (simulated)", name=info.name) if info.simulated else info.name
            self.dataset.setItemText(index, words)
        self.dataset.setCurrentIndex(chosen)
        self._fill_labels(self.label.currentData())
        self._show_facts()

    def _build_ui(self) -> None:
        for box, width in ((self.dataset, 150), (self.label, 170), (self.balancing, 120)):
            box.setMinimumWidth(width)
        self.days.setFixedWidth(104)
        self.symbols.setFixedWidth(120)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for column, name in enumerate(_WORDS):
            grid.addWidget(self._words[name], 0, column)
            grid.addWidget(getattr(self, name), 1, column)
        grid.addWidget(self._import, 1, len(_WORDS))
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(4, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(grid)
        layout.addWidget(self._facts)
        self.reload_balancing()

    def _connect(self) -> None:
        self.dataset.activated.connect(self._dataset_chosen)
        self.label.activated.connect(self._choice_made)
        self.days.edited.connect(self._choice_made)
        self.symbols.selection_changed.connect(self._choice_made)
        self.balancing.activated.connect(self._balancing_activated)
        self._import.clicked.connect(self.import_asked)
        self._shelf.changed.connect(self.reload)

    @Slot(int)
    def _dataset_chosen(self, _index: int) -> None:
        self._show_dataset()
        self.changed.emit()

    @Slot()
    def _choice_made(self, _value: object = None) -> None:
        self._show_facts()
        self.changed.emit()

    @Slot(int)
    def _balancing_activated(self, _index: int) -> None:
        self.balancing_chosen.emit(str(self.balancing.currentData()))

    def _show_dataset(self) -> None:
        info = self.info
        self._fill_labels(None)
        self.symbols.set_names(info.symbols if info else ())
        self.days.set_value(self.days.value() or 0)
        self._show_facts()

    def _fill_labels(self, chosen: object) -> None:
        info = self.info
        self.label.clear()
        for known in info.labels if info else ():
            self.label.addItem(label_text(known), known.column)
        if info is not None and info.has_mid_price:
            self.label.addItem(tr("from future prices"), FROM_PRICES)
        self.label.setCurrentIndex(max(0, self.label.findData(chosen)))
        self.label.setEnabled(self.label.count() > 0)

    def _show_facts(self) -> None:
        num_days = self.info.num_days if self.info else 0
        every = self.days.value() == 0
        self.days.set_unit(tr("0 = all") if every else tr("of {n}", n=num_days))
        self._facts.setText("   ·   ".join(_facts(self.info)))


_WORDS: Mapping[str, str] = {
    "dataset": "Dataset",
    "label": "Label",
    "days": "Last days",
    "symbols": "Symbols",
    "balancing": "Balancing",
}


def _facts(info: DatasetInfo | None) -> list[str]:
    if info is None:
        return []
    return [
        trn("{count} row", "{count} rows", info.num_rows, count=grouped(info.num_rows)),
        trn("{n} symbol", "{n} symbols", len(info.symbols)),
        trn("{n} day", "{n} days", info.num_days),
        span_text(info),
        trn("{n} feature", "{n} features", len(info.features)),
        tr("rows {pace}", pace=pace_text(info)),
    ]
