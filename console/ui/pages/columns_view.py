"""The columns of a dataset: a table to choose from, and the chosen one in detail."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QSortFilterProxyModel, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.core.profile import ColumnProfile, DataProfile
from console.ui.forms.format import grouped
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.column_table import (
    COLUMNS,
    DRIFT,
    HISTOGRAM,
    NAME,
    PROFILE_ROLE,
    SORT_ROLE,
    ColumnTableModel,
    DriftDelegate,
    HistogramDelegate,
    figure_text,
    share_text,
)
from console.ui.pages.data_words import part_text
from console.ui.plots.histogram_plot import HistogramPlot
from console.ui.widgets.basics import label, text_block

SIDE_BY_SIDE = 1000  # pixels from which the detail has room beside the table
LEFT_OUT_FIRST = (6, 5, 4)  # positions in COLUMNS, least needed first


class ColumnsView(QWidget):
    """Shows the columns of a profile."""

    def __init__(self) -> None:
        super().__init__()
        self._profile: DataProfile | None = None
        self.search, self.table = QLineEdit(), QTableView()
        self._model, self._sorted = ColumnTableModel(), QSortFilterProxyModel()
        self._problem = text_block(tone="warning", size="small")
        self.detail = ColumnDetail()
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._build_ui()
        self.search.textChanged.connect(self._narrow)
        self.table.selectionModel().selectionChanged.connect(self._selected)

    def show_profile(self, profile: DataProfile) -> None:
        """Show the columns of another profile, keeping the chosen one where it exists."""
        chosen = self.chosen
        self._profile = profile
        self._model.show_columns(profile.columns)
        problem = tr("Not split: {reason}", reason=tr_message(profile.problem))
        self._problem.setText(problem if profile.problem else "")
        self._problem.setVisible(bool(profile.problem))
        self._fit_columns()
        self.select(chosen.name if chosen else "")

    def select(self, name: str) -> None:
        """Choose the column called ``name``, or the first."""
        names = [self._sorted.index(row, 0).data() for row in range(self._sorted.rowCount())]
        self.table.selectRow(names.index(name) if name in names else 0)

    @property
    def chosen(self) -> ColumnProfile | None:
        """The chosen column."""
        column: ColumnProfile | None = self.table.currentIndex().data(PROFILE_ROLE)
        return column

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.search.setPlaceholderText(tr("Find a column"))
        self.search.setAccessibleName(tr("Find a column"))
        self.table.setAccessibleName(tr("Columns"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.detail.retranslate()
        if self._profile is not None:
            self.show_profile(self._profile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the detail beside the table where there is room, else below."""
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if way != self._splitter.orientation():
            self._splitter.setOrientation(way)
            self._splitter.setSizes([680, 600] if wide else [300, 260])
            self._splitter.setHandleWidth(16 if wide else 8)
        QTimer.singleShot(0, self, self._fit_columns)  # when the table has its new width

    def _build_ui(self) -> None:
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        table = self.table
        table.setModel(self._sorted)
        table.setItemDelegateForColumn(HISTOGRAM, HistogramDelegate(table))
        table.setItemDelegateForColumn(DRIFT, DriftDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.search.setClearButtonEnabled(True)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._problem)
        column.addWidget(self.search)
        column.addWidget(table, 1)
        self._splitter.setHandleWidth(8)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(listing)
        self._splitter.addWidget(self.detail)
        self._splitter.setSizes([300, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 4)
        layout.addWidget(self._splitter)

    @Slot()
    def _fit_columns(self) -> None:
        """Leave out columns that the detail says anyway, where room is short."""
        table, shown = self.table, set(range(len(COLUMNS)))
        header = table.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        table.resizeColumnsToContents()
        widths = [max(table.sizeHintForColumn(i), header.sectionSizeHint(i)) for i in shown]
        for place in LEFT_OUT_FIRST:
            if sum(widths[index] for index in shown) > table.viewport().width():
                shown.discard(place)
        for index in range(len(COLUMNS)):
            table.setColumnHidden(index, index not in shown)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    @Slot(str)
    def _narrow(self, text: str) -> None:
        chosen = self.chosen
        self._sorted.setFilterFixedString(text)
        self.select(chosen.name if chosen else "")

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        self.detail.show_column(self.chosen)


class ColumnDetail(QWidget):
    """One column: a large histogram by part, and its figures."""

    def __init__(self) -> None:
        super().__init__()
        self._column: ColumnProfile | None = None
        self.plot = HistogramPlot()
        self._facts = text_block(tone="muted", size="small")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.plot, 1)
        layout.addLayout(self._grid)
        layout.addWidget(self._facts)

    def show_column(self, column: ColumnProfile | None) -> None:
        """Show a column, or nothing."""
        self._column = column
        self.setVisible(column is not None)
        if column is None:
            return
        self.plot.show_column(column)
        self._facts.setText(_facts(column))
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        titles = ("", tr("Mean"), tr("Deviation"), tr("Drift (PSI)"), tr("Distance (KS)"))
        for place, title in enumerate(titles if column.parts else ()):
            self._put(0, place, title, tone="muted")
        for row, part in enumerate(column.parts, start=1):
            drift = ("–", "–") if part.psi is None else (f"{part.psi:.3f}", f"{part.ks:.3f}")
            cells = (part_text(part.part), figure_text(part.mean), figure_text(part.deviation))
            for place, text in enumerate((*cells, *drift)):
                self._put(row, place, text)

    def retranslate(self) -> None:
        """Words in the language in force."""
        self.plot.retranslate()
        self.show_column(self._column)

    def _put(self, row: int, place: int, text: str, tone: str = "") -> None:
        side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(label(text, tone=tone, size="small"), row, place, side)


def _facts(column: ColumnProfile) -> str:
    low, middle, high = (figure_text(v) for v in (column.minimum, column.median, column.maximum))
    outside = column.below + column.above
    words = [
        tr("from {low} over {middle} (median) to {high}", low=low, middle=middle, high=high),
        tr("missing at import {share}", share=share_text(column.missing)),
        tr("zeros {share}", share=share_text(column.zeros)),
        tr("repeats the row before {share}", share=share_text(column.repeats)),
    ]
    if outside:
        words.append(trn("{count} row beyond the picture", "{count} rows beyond the picture",
                         outside, count=grouped(outside)))  # fmt: skip
    return "  ·  ".join(words)
