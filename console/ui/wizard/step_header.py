"""The steps of the wizard, the one in hand standing out."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from console.ui.i18n import tr
from console.ui.widgets.basics import label, set_style_property
from console.ui.wizard.words import STEPS


class StepHeader(QWidget):
    """1 Files  ›  2 Format  ›  3 Columns  ›  4 Name."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for number, words in enumerate(STEPS, 1):
            if number > 1:
                row.addWidget(label("›", tone="muted"))
            step = label(f"{number}  {tr(words)}")
            self._labels.append(step)
            row.addWidget(step)
        row.addStretch(1)

    def show_step(self, step: int) -> None:
        """Stand on ``step``, from 0."""
        for number, each in enumerate(self._labels):
            set_style_property(each, "tone", "" if number == step else "muted")
            set_style_property(each, "weight", "bold" if number == step else "")
        name = self._labels[step].text()
        self.setAccessibleName(tr("Step {step} of {total}", step=name, total=len(STEPS)))
