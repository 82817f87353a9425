"""What a check of the data found, worst first, each with figures, cause and remedy."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.core.gate import Finding, GateResult
from console.ui.i18n import tr, tr_message
from console.ui.widgets.basics import Badge, button, label, line, text_block

_LOOKS = {"red": ("problem", "bad"), "warning": ("warning", "warning"), "info": ("info", "muted")}


class FindingsDialog(QDialog):
    """One entry per finding."""

    def __init__(self, result: GateResult, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Findings"))
        entries = QWidget()
        column = QVBoxLayout(entries)
        column.setSpacing(10)
        for number, finding in enumerate(result.findings):
            if number:
                column.addWidget(line())
            column.addLayout(_entry(finding))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(entries)
        close = button(tr("Close"), kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(area, 1)
        layout.addLayout(foot)

    def sizeHint(self) -> QSize:
        """Wide enough for a sentence a line."""
        return QSize(720, 520)


def _entry(finding: Finding) -> QHBoxLayout:
    icon, tone = _LOOKS[finding.severity]
    column = QVBoxLayout()
    column.setSpacing(3)
    column.addWidget(text_block(tr_message(finding.message), tone="" if tone == "muted" else tone))
    column.addWidget(text_block(tr_message(finding.evidence), tone="muted", size="small"))
    for title, text in ((tr("Cause"), finding.cause), (tr("Do"), finding.remedy)):
        if text:
            row = QHBoxLayout()
            row.setSpacing(8)
            name = label(title, tone="muted", size="small")
            name.setMinimumWidth(64)
            row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text_block(tr_message(text), size="small"), 1)
            column.addLayout(row)
    entry = QHBoxLayout()
    entry.setSpacing(10)
    entry.addWidget(Badge(icon, tone), 0, Qt.AlignmentFlag.AlignTop)
    entry.addLayout(column, 1)
    return entry
