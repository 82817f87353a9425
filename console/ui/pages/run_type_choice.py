"""What one start trains: the model once, with several seeds, or on every fold of the split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.fields import field_of
from console.ui.forms.editors import CalmComboBox
from console.ui.forms.number_edit import NumberEdit
from console.ui.i18n import tr, trn
from console.ui.widgets.basics import label

RUN_TYPE, SEEDS = (
    field_of(OrchestratorConfig, "run_type"),
    field_of(OrchestratorConfig, "num_seeds"),
)


class RunTypeChoice(QWidget):
    """``changed`` follows every choice; ``folds_wanted`` asks for a split that has folds."""

    changed = Signal()
    folds_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caption, self._note = label(tone="muted", size="small"), label(size="small")
        self.kind, self.num_seeds = CalmComboBox(), NumberEdit(SEEDS)
        self._data: DataConfig | None = None
        self._build_ui()
        self.kind.activated.connect(self._kind_chosen)
        self.num_seeds.edited.connect(self._seeds_edited)
        self.retranslate()

    def values(self) -> dict[str, Any]:
        """The fields of ``OrchestratorConfig`` that this line sets."""
        seeds = self.num_seeds.value() if self._type == "seeds" else SEEDS.default
        return {"run_type": self._type, "num_seeds": seeds}

    def restore(self, values: Mapping[str, Any]) -> None:
        """Bring back an earlier choice."""
        self.num_seeds.set_value(values.get("num_seeds", SEEDS.default))
        self.choose(str(values.get("run_type", RUN_TYPE.default)))

    def choose(self, run_type: str) -> None:
        """Take a run type."""
        index = max(0, self.kind.findData(run_type))
        self.kind.setCurrentIndex(index)
        self._kind_chosen(index)

    def show_split(self, data: DataConfig | None) -> None:
        """Follow the split in force; None while it is not valid."""
        self._data = data
        self._show()

    @property
    def num_trainings(self) -> int:
        """How many trainings a start would make, as far as that is known."""
        seeds = self.num_seeds.value()
        if self._type == "seeds":
            return seeds if isinstance(seeds, int) else 1
        return self._num_folds if self._type == "folds" else 1

    def problem(self) -> str:
        """Why no run can start with this choice, empty when one can."""
        seeds = self.num_seeds.value()
        low, high = int(SEEDS.minimum or 0), int(SEEDS.maximum or 0)
        if self._type == "seeds" and not (isinstance(seeds, int) and low <= seeds <= high):
            return tr("The number of seeds must be from {low} to {high}.", low=low, high=high)
        if self._type == "folds" and self._data is not None and self._num_folds < 2:
            return tr("The split makes one training, not several folds.")
        return ""

    def retranslate(self) -> None:
        """Words in the language in force."""
        self._caption.setText(tr(RUN_TYPE.label))
        chosen = self.kind.currentIndex()
        self.kind.clear()
        for value, words in zip(RUN_TYPE.choices, RUN_TYPE.choice_labels, strict=True):
            self.kind.addItem(tr(words), value)
        self.kind.setCurrentIndex(max(0, chosen))
        for editor, record in ((self.kind, RUN_TYPE), (self.num_seeds, SEEDS)):
            editor.setAccessibleName(tr(record.label))
            editor.setToolTip(tr(record.help))
        self.num_seeds.set_unit(tr("seeds"))
        self._show()

    def _build_ui(self) -> None:
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.num_seeds.setFixedWidth(92)
        self.num_seeds.set_value(SEEDS.default)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._note, self._caption, self.kind, self.num_seeds):
            layout.addWidget(part)

    def _show(self) -> None:
        self.num_seeds.setVisible(self._type == "seeds")
        note = ""
        if self._type == "folds" and self._num_folds > 1:
            note = trn("{n} fold", "{n} folds", self._num_folds)
        elif self._type == "single" and self._data is not None and self._num_folds > 1:
            fold = self._data.fold or self._num_folds
            note = tr("trains fold {fold} of {total}", fold=fold, total=self._num_folds)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    @property
    def _type(self) -> str:
        return str(self.kind.currentData())

    @property
    def _num_folds(self) -> int:
        return self._data.num_folds if self._data is not None else 1

    @Slot(int)
    def _kind_chosen(self, _index: int) -> None:
        if self._type == "folds" and self._data is not None and self._num_folds < 2:
            self.folds_wanted.emit()
        self._show()
        self.changed.emit()

    @Slot(object)
    def _seeds_edited(self, _value: object) -> None:
        self.changed.emit()
