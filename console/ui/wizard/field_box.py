"""A caption, its controls in a row, and what is wrong with them below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.ui.forms.editors import CalmComboBox
from console.ui.widgets.basics import label, set_style_property, text_block


class FieldBox(QWidget):
    """One thing that an operator decides."""

    def __init__(self, caption: str, controls: Sequence[QWidget]) -> None:
        super().__init__()
        self._caption = label(caption, tone="muted", size="small")
        self._problem = text_block(tone="bad", size="small")
        self._problem.hide()
        self.first, self.is_wrong = controls[0], False
        row = QHBoxLayout()
        row.setSpacing(8)
        for control in controls:
            row.addWidget(control, 1)
            if not control.accessibleName():
                control.setAccessibleName(caption)
        self._caption.setBuddy(controls[0])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._caption)
        layout.addLayout(row)
        layout.addWidget(self._problem)

    @property
    def problem(self) -> str:
        """What is said to be wrong, empty when nothing is."""
        return "" if self._problem.isHidden() else self._problem.text()

    def say(self, problem: str, *, tone: str = "bad") -> None:
        """Show what is wrong and what to do, or nothing.

        ``tone`` is ``warning`` for what should be looked at, ``muted`` for a remark.
        """
        set_style_property(self._problem, "tone", tone)
        self.is_wrong = bool(problem) and tone == "bad"
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))


class Choice(CalmComboBox):
    """A combo box of values with words."""

    def __init__(self, words: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._offered: dict[str, str] = {}
        self.offer(words or {})

    def offer(self, words: Mapping[str, str]) -> None:
        """Offer values by their words, keeping the choice where it is still there."""
        if words == self._offered:
            return
        before, self._offered = self.value, dict(words)
        self.clear()
        for value, text in words.items():
            self.addItem(text, value)
        self.value = before
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    @property
    def value(self) -> str:
        """The chosen value, empty when there is none."""
        return str(self.currentData() or "")

    @value.setter
    def value(self, value: str) -> None:
        self.setCurrentIndex(max(0, self.findData(value)) if self.count() else -1)
