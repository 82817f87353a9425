"""Everything known about one dataset, beside the table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.core.datasets import DatasetInfo
from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.data_words import label_text, pace_text, span_text
from console.ui.widgets.basics import Badge, button, label, line, text_block
from console.ui.widgets.class_bar import ClassBar

WIDTH = 340


class DatasetDetails(QFrame):
    """``use_clicked(name)`` asks to train on the dataset."""

    use_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setFixedWidth(WIDTH)
        self._info: DatasetInfo | None = None
        self._title = label(size="title")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.use = button(kind="primary")
        self.use.setMinimumHeight(34)
        self.use.clicked.connect(self._ask_use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 12, 1, 12)
        layout.setSpacing(8)
        for part, stretch in ((self._title, 0), (self._scroll, 1), (self.use, 0)):
            row = QHBoxLayout()
            row.setContentsMargins(12, 0, 0 if part is self._scroll else 12, 0)
            row.addWidget(part)
            layout.addLayout(row, stretch)
        self.retranslate()

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Show a dataset, or nothing."""
        self._info = info
        self._title.setText(info.name if info else "")
        self.use.setEnabled(info is not None)
        self._scroll.setWidget(_contents(info) if info else QWidget())
        self._scroll.setAccessibleName(tr("About this dataset"))

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.use.setText(tr("Train on this data"))
        self.show_dataset(self._info)

    @Slot()
    def _ask_use(self) -> None:
        if self._info is not None:
            self.use_clicked.emit(self._info.name)


def _contents(info: DatasetInfo) -> QWidget:
    inside = QWidget()
    inside.setObjectName("scrolled")
    body = QVBoxLayout(inside)
    body.setContentsMargins(0, 0, 12, 0)
    body.setSpacing(8)
    for note in _warnings(info):
        body.addWidget(note)
    body.addLayout(_facts(info))
    for known in info.labels:
        body.addWidget(line())
        body.addWidget(label(label_text(known), bold=True))
        bar = ClassBar()
        bar.set_counts(known.counts)
        body.addWidget(bar)
        if known.unlabelled:
            words = trn(
                "{count} row without a label", "{count} rows without a label",
                known.unlabelled, count=grouped(known.unlabelled),
            )  # fmt: skip
            body.addWidget(label(words, tone="muted", size="small"))
    for title, items in ((tr("Features"), info.features), (tr("Files"), info.sources)):
        if items:
            body.addWidget(line())
            body.addWidget(label(title, bold=True))
            body.addWidget(text_block(", ".join(items), tone="muted", size="small"))
    body.addStretch(1)
    return inside


def _rows(count: int) -> str:
    return trn("{count} row", "{count} rows", count, count=grouped(count))


def _facts(info: DatasetInfo) -> QGridLayout:
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
    )
    for row, (name, value) in enumerate(facts):
        grid.addWidget(label(name, tone="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text_block(value), row, 1)
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
