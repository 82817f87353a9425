"""Everything known about one dataset: health, facts, labels, features."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.core.datasets import DatasetInfo
from console.core.gate import GateResult, latest_result
from console.core.mends import Mend
from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.data_gate import DataGate
from console.ui.pages.data_words import label_text, pace_text, span_text
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.health_line import HealthLine
from console.ui.pages.mending import Mending
from console.ui.pages.profile_loader import ProfileLoader
from console.ui.widgets.basics import Badge, label, line, text_block
from console.ui.widgets.class_bar import ClassBar
from console.ui.widgets.run_words import size_words

SIDE_BY_SIDE = 700  # pixels from which facts and labels have room beside each other


class DatasetDetails(QWidget):
    """The first tab of a dataset.

    Signals:
        checked(): a check has ended.
        mend_asked(str, Mend): a finding of this dataset is to be mended by settings.
    """

    checked = Signal()
    mend_asked = Signal(str, object)

    def __init__(self, shelf: DatasetShelf, loader: ProfileLoader) -> None:
        super().__init__()
        self._shelf, self._loader = shelf, loader
        self._info: DatasetInfo | None = None
        self.gate = DataGate(shelf, self)
        self.health = HealthLine(self.gate)
        self.mending = Mending(self.gate, shelf, self)
        self.last_check = text_block(tone="muted", size="small")
        self._scroll = QScrollArea()
        self._halves: QBoxLayout | None = None
        self._build_ui()
        loader.changed.connect(self.refresh_health)
        self.gate.changed.connect(self._show_last_check)
        self.gate.ended.connect(self.checked)
        self.health.findings_asked.connect(self._show_findings)
        self.mending.settings_asked.connect(self._on_settings)

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Show a dataset, or nothing."""
        self._info = info
        self._halves = None
        self._scroll.setWidget(self._contents(info) if info else QWidget())
        self._scroll.setAccessibleName(tr("About this dataset"))
        self._turn()
        self.refresh_health()

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.health.retranslate()
        self.show_dataset(self._info)

    @Slot()
    def refresh_health(self) -> None:
        """Show what is known about the choice in force; another page may have checked."""
        if not self.isVisible():
            return
        self.gate.show_choice(self._loader.choice)
        self._show_last_check()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self.refresh_health()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Labels beside the facts where there is room, else below."""
        super().resizeEvent(event)
        self._turn()

    def _build_ui(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 6, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.health)
        layout.addWidget(self.last_check)
        layout.addSpacing(4)
        layout.addWidget(self._scroll, 1)

    def _turn(self) -> None:
        if self._halves is not None:
            way = QBoxLayout.Direction
            wide = self.width() >= SIDE_BY_SIDE
            self._halves.setDirection(way.LeftToRight if wide else way.TopToBottom)

    @Slot()
    def _show_findings(self) -> None:
        self.mending.show_findings(self)

    @Slot(object)
    def _on_settings(self, mend: Mend) -> None:
        if self._info is not None:
            self.mend_asked.emit(self._info.name, mend)

    @Slot()
    def _show_last_check(self) -> None:
        info = self._info
        result = latest_result(self._shelf.workspace, info.name) if info else None
        self.last_check.setText(_last_check_text(result) if result else "")
        self.last_check.setVisible(result is not None)

    def _contents(self, info: DatasetInfo) -> QWidget:
        inside = QWidget()
        inside.setObjectName("scrolled")
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 12, 0)
        body.setSpacing(8)
        for note in _warnings(info):
            body.addWidget(note)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(24)
        self._halves.addLayout(_facts(info, self._shelf.size_bytes(info)), 1)
        self._halves.addLayout(_labels(info), 1)
        body.addLayout(self._halves)
        for title, items in ((tr("Features"), info.features), (tr("Files"), info.sources)):
            if items:
                body.addWidget(line())
                body.addWidget(label(title, bold=True))
                body.addWidget(text_block(", ".join(items), tone="muted", size="small"))
        body.addStretch(1)
        return inside


def _last_check_text(result: GateResult) -> str:
    """When the dataset was last checked, and the worst that was found."""
    try:
        moment = datetime.fromisoformat(result.checked).astimezone(UTC)
        when = moment.strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        when = result.checked
    worst = [finding for finding in result.findings if finding.severity != "info"]
    if not worst:
        return tr("Last check {when}: nothing to look at.", when=when)
    return tr("Last check {when}: {finding}", when=when, finding=tr_message(worst[0].message))


def _labels(info: DatasetInfo) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    for known in info.labels:
        column.addWidget(label(label_text(known), bold=True))
        bar = ClassBar()
        bar.set_counts(known.counts)
        column.addWidget(bar)
        if known.unlabelled:
            words = trn(
                "{count} row without a label", "{count} rows without a label",
                known.unlabelled, count=grouped(known.unlabelled),
            )  # fmt: skip
            column.addWidget(label(words, tone="muted", size="small"))
    column.addStretch(1)
    return column


def _rows(count: int) -> str:
    return trn("{count} row", "{count} rows", count, count=grouped(count))


def _facts(info: DatasetInfo, size_bytes: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    symbols = ", ".join(info.symbols[:6]) + (" …" if len(info.symbols) > 6 else "")
    facts = (
        (tr("Rows"), grouped(info.num_rows)),
        (tr("Symbols"), f"{len(info.symbols)}: {symbols}"),
        (tr("Days"), grouped(info.num_days)),
        (tr("Span"), span_text(info)),
        (tr("Rows are"), pace_text(info)),
        (tr("Unbroken parts"), grouped(info.num_segments)),
        (tr("Shortest part"), _rows(info.shortest_segment)),
        (tr("Mid price"), tr("yes") if info.has_mid_price else tr("no")),
        (tr("Size on disk"), size_words(size_bytes)),
    )
    for row, (name, value) in enumerate(facts):
        grid.addWidget(label(name, tone="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text_block(value), row, 1)
    grid.setRowStretch(len(facts), 1)
    return grid


def _warnings(info: DatasetInfo) -> list[QWidget]:
    words = [tr_message(text) for text in info.warnings]
    if info.simulated:
        words.insert(0, tr("Simulated order book. Its scores say nothing about a market."))
    made = []
    for text in words:
        row = QWidget()
        inner = QHBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(Badge("warning", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(text_block(text), 1)
        made.append(row)
    return made
