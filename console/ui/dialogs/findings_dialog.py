"""What a check of the data found, worst first, each with a button that mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.core.gate import Finding, Severity
from console.core.mends import Mend
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.data_gate import DataGate
from console.ui.pages.health_line import health_words
from console.ui.widgets.basics import Badge, button, label, line, text_block
from console.ui.widgets.notice import Notice

_LOOKS = {"red": ("problem", "bad"), "warning": ("warning", "warning"), "info": ("info", "muted")}


class MendButton(QPushButton):
    """Does what a finding proposes; ``mend_clicked`` carries it."""

    mend_clicked = Signal(object)

    def __init__(self, mend: Mend) -> None:
        super().__init__(tr_message(mend.words))
        self.mend = mend
        self.setToolTip(mend.line)
        self.setAutoDefault(False)
        self.clicked.connect(self._on_click)

    @Slot()
    def _on_click(self) -> None:
        self.mend_clicked.emit(self.mend)


class FindingsDialog(QDialog):
    """Follows ``gate`` while it is open.

    ``mend_asked`` carries the mend of a finding; ``show_mending`` says how far it is.
    """

    mend_asked = Signal(object)

    def __init__(self, gate: DataGate, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Findings"))
        self._gate = gate
        self._shown: Sequence[Finding] | None = None
        self._mending = ""
        self.mend_buttons: list[MendButton] = []
        self.notice = Notice()
        self._title, self._doing = label(size="title"), label(tone="muted", size="small")
        self._bar, self._area = QProgressBar(), QScrollArea()
        self.notes_button = button(kind="link")
        self._notes = QWidget()
        self.copy_button, self.check_button = button(tr("Copy as text")), button(tr("Check again"))
        self.close_button = button(tr("Close"), kind="primary")
        self._build_ui()
        self._connect()
        self.refresh()
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Wide enough for a sentence a line."""
        return QSize(760, 540)

    def show_mending(self, words: str, share: float = 0.0) -> None:
        """A mend is under way, or, without ``words``, has ended."""
        self._mending = words
        self._show_progress(share)

    @Slot()
    def refresh(self) -> None:
        """Show what the gate knows now; the list stays while a new check runs."""
        result = self._gate.result
        if result is not None and result.findings != self._shown:
            self._shown = result.findings
            self._fill(result.findings)
        self._title.setText(health_words(self._gate))
        self._show_progress(self._gate.share)

    def _build_ui(self) -> None:
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(tr("Findings"))
        self.notice.clear()
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        for part in (self._doing, self._bar):
            head.addWidget(part)
        foot.setSpacing(8)
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        for part in (self.check_button, self.close_button):
            foot.addWidget(part)
        for made in (self.copy_button, self.check_button, self.notes_button):
            made.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self._gate.changed.connect(self.refresh)
        self.copy_button.clicked.connect(self._copy)
        self.check_button.clicked.connect(self._gate.check)
        self.close_button.clicked.connect(self.accept)
        self.notes_button.clicked.connect(self._toggle_notes)

    def _fill(self, findings: Sequence[Finding]) -> None:
        self.notes_button.setParent(None)  # the list that held it goes away
        self.mend_buttons = []
        entries, column = _column()
        column.setContentsMargins(0, 0, 8, 0)
        for severity, title in _groups():
            found = [finding for finding in findings if finding.severity == severity]
            if found and severity != "info":
                column.addWidget(label(title(len(found)), bold=True))
                self._list(column, found)
        notes = [finding for finding in findings if finding.severity == "info"]
        self._notes, below = _column()
        self._notes.hide()
        self._list(below, notes)
        if notes:
            column.addWidget(self.notes_button, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(self._notes)
        self._name_notes()
        column.addStretch(1)
        self._area.setWidget(entries)

    def _list(self, column: QVBoxLayout, findings: Sequence[Finding]) -> None:
        for number, finding in enumerate(findings):
            if number:
                column.addWidget(line())
            made = MendButton(finding.mend) if finding.mend is not None else None
            if made is not None:
                made.mend_clicked.connect(self.mend_asked)
                self.mend_buttons.append(made)
            column.addLayout(_entry(finding, made))

    def _show_progress(self, share: float) -> None:
        busy = bool(self._mending) or self._gate.is_checking
        self._bar.setVisible(busy)
        self._bar.setValue(round(100 * share))
        self._doing.setVisible(busy)
        self._doing.setText(self._mending or tr_message(self._gate.doing))
        self._bar.setAccessibleName(self._doing.text())
        for made in (*self.mend_buttons, self.check_button):
            made.setEnabled(not busy)

    @Slot()
    def _toggle_notes(self) -> None:
        self._notes.setVisible(self._notes.isHidden())
        self._name_notes()

    def _name_notes(self) -> None:
        count = self._gate.count("info")
        words = trn("{n} note", "{n} notes", count)
        self.notes_button.setText(("▸ " if self._notes.isHidden() else "▾ ") + words)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(map(_text, self._shown or ())))
        self.notice.say(tr("Copied."), tone="good")


def _groups() -> tuple[tuple[Severity, Callable[[int], str]], ...]:
    return (
        ("red", lambda n: trn("{n} problem: training is blocked",
                              "{n} problems: training is blocked", n)),
        ("warning", lambda n: trn("{n} warning", "{n} warnings", n)),
    )  # fmt: skip


def _column() -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    return holder, column


def _lines(finding: Finding) -> list[tuple[str, str]]:
    told = ((tr("Cause"), finding.cause), (tr("Do"), finding.remedy))
    return [(title, tr_message(text)) for title, text in told if text]


def _text(finding: Finding) -> str:
    """A finding as plain text, with the command line that mends it."""
    lines = [tr_message(finding.message), tr_message(finding.evidence)]
    lines += [f"{title}: {text}" for title, text in _lines(finding)]
    lines += [finding.mend.line] if finding.mend else []
    return "\n".join(lines)


def _entry(finding: Finding, mend: MendButton | None) -> QHBoxLayout:
    icon, tone = _LOOKS[finding.severity]
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(text_block(tr_message(finding.message), tone="" if tone == "muted" else tone))
    column.addWidget(text_block(tr_message(finding.evidence), tone="muted", size="small"))
    for title, text in _lines(finding):
        row = QHBoxLayout()
        row.setSpacing(8)
        name = label(title, tone="muted", size="small")
        name.setMinimumWidth(72)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text_block(text, size="small"), 1)
        column.addLayout(row)
    if mend is not None:
        column.addWidget(mend, 0, Qt.AlignmentFlag.AlignLeft)
    entry = QHBoxLayout()
    entry.setSpacing(10)
    entry.addWidget(Badge(icon, tone), 0, Qt.AlignmentFlag.AlignTop)
    entry.addLayout(column, 1)
    return entry
