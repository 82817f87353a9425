"""The health of the chosen data in one line: what is known, a check on request, the findings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.data_gate import DataGate, State
from console.ui.widgets.basics import Badge, button, label, set_style_property

_LOOKS: dict[State, tuple[str, str]] = {
    "none": ("info", "muted"), "unchecked": ("info", "muted"), "checking": ("info", "muted"),
    "failed": ("warning", "warning"), "red": ("problem", "bad"), "warning": ("warning", "warning"),
    "good": ("good", "good"),
}  # fmt: skip

_MOST_CHARACTERS = 90  # of a failure; the tool tip has all of it


class HealthLine(QWidget):
    """Shows what ``gate`` knows; ``findings_asked`` wants the list of findings."""

    findings_asked = Signal()

    def __init__(self, gate: DataGate) -> None:
        super().__init__()
        self._gate = gate
        self._badge, self._words = Badge("info", "muted"), label(size="small")
        self._bar = QProgressBar()
        self.check_button, self.findings_button = button(kind="link"), button(kind="link")
        self._build_ui()
        self.check_button.clicked.connect(self._check_clicked)
        self.findings_button.clicked.connect(self.findings_asked)
        gate.changed.connect(self.retranslate)
        self.retranslate()

    @property
    def text(self) -> str:
        """The words of the line."""
        return self._words.text()

    @Slot()
    def retranslate(self) -> None:
        """Words in the language in force."""
        state, checking = self._gate.state, self._gate.is_checking
        icon, tone = _LOOKS[state]
        self._badge.set_icon(icon, tone)
        set_style_property(self._words, "tone", tone)
        words = health_words(self._gate)
        self._words.setText(
            words if len(words) <= _MOST_CHARACTERS else words[:_MOST_CHARACTERS] + "…"
        )
        self._words.setToolTip(tr_message(self._gate.doing) if checking else words)
        self._bar.setVisible(checking)
        self._bar.setValue(round(100 * self._gate.share))
        self._bar.setAccessibleName(self._words.text())
        known = state in ("good", "warning", "red")
        asks = tr("Cancel") if checking else tr("Check again") if known else tr("Check the data")
        self.check_button.setText(asks)
        self.check_button.setToolTip(
            tr("Look for leaks, damage and traps in the data as they would be split now.")
        )
        self.findings_button.setText(tr("Findings…"))
        self.findings_button.setVisible(known)
        self.setVisible(state != "none")

    def _build_ui(self) -> None:
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(96)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._badge, self._words, self._bar, self.check_button, self.findings_button):
            layout.addWidget(part)
        layout.addStretch(1)

    @Slot()
    def _check_clicked(self) -> None:
        if self._gate.is_checking:
            self._gate.cancel()
        else:
            self._gate.check()


def health_words(gate: DataGate) -> str:
    """What is known about the data in force, in a few words."""
    words: dict[State, Callable[[], str]] = {
        "none": str,
        "unchecked": lambda: tr("Data health: not checked with these settings"),
        "checking": lambda: tr("Data health: checking…"),
        "failed": lambda: tr("The check did not end: {reason}", reason=_reason(gate)),
        "red": lambda: trn(
            "Data health: {n} problem", "Data health: {n} problems", gate.count("red")
        ),
        "warning": lambda: trn(
            "Data health: {n} warning", "Data health: {n} warnings", gate.count("warning")
        ),
        "good": lambda: tr("Data health: good"),
    }
    return words[gate.state]()


def _reason(gate: DataGate) -> str:
    return tr_message(gate.failure["message"]) if gate.failure else ""
