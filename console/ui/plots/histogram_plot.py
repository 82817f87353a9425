"""One column's histogram, the parts of the split laid over each other as shares."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from console.core.profile import ColumnProfile
from console.ui.i18n import tr
from console.ui.pages.data_words import part_text
from console.ui.plots.axes import RoundAxis
from console.ui.plots.key_label import KeyLabel
from console.ui.theme import Theme, current_theme, theme_events
from console.ui.widgets.basics import label

FILL_ALPHA = 46
STYLES = {
    "train": Qt.PenStyle.SolidLine, "validation": Qt.PenStyle.SolidLine,
    "test": Qt.PenStyle.DashLine,
}  # fmt: skip


class HistogramPlot(QFrame):
    """Shares of each part in the bins of a column; a column without parts shows all rows."""

    def __init__(self) -> None:
        super().__init__()
        self._column: ColumnProfile | None = None
        self._axes = {side: RoundAxis(side) for side in ("left", "bottom")}
        self.view = pg.PlotWidget(axisItems=dict(self._axes))
        self._keys = {part: KeyLabel(part) for part in STYLES}
        self._name, self._reading = label(bold=True), label(tone="muted", size="small")
        self._curves: list[pg.PlotDataItem] = []
        self._build_ui()
        self.view.scene().sigMouseMoved.connect(self._on_mouse)
        theme_events().theme_changed.connect(self.apply_theme)
        self.apply_theme(current_theme())

    def show_column(self, column: ColumnProfile) -> None:
        """Draw a column."""
        self._column = column
        self._reading.clear()
        self._name.setText(column.name)
        present = {part.part for part in column.parts}
        for part, key in self._keys.items():
            key.setVisible(part in present)
        self.view.setAccessibleDescription(column.name)
        self._draw()

    def retranslate(self) -> None:
        """Words in the language in force."""
        for part, key in self._keys.items():
            key.setText(part_text(part))
        self.view.setAccessibleName(tr("Histogram of the column"))

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.view.setBackground(theme.color("surface"))
        for axis in self._axes.values():
            axis.apply_theme(theme)
        if self._column is not None:
            self._draw()

    def _build_ui(self) -> None:
        item = self.view.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.getViewBox().setMouseEnabled(x=False, y=False)
        self._axes["left"].setGrid(255)
        self._axes["left"].setZValue(-1000)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMinimumHeight(90)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._name)
        for key in self._keys.values():
            row.addWidget(key)
        row.addStretch(1)
        row.addWidget(self._reading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)

    def _draw(self) -> None:
        column = self._column
        assert column is not None
        item, theme = self.view.getPlotItem(), current_theme()
        for curve in self._curves:
            item.removeItem(curve)
        self._curves = []
        edges = np.linspace(column.low, column.high, len(column.counts) + 1)
        drawn = {part.part: part.counts for part in column.parts} or {"": column.counts}
        highest = 0.0
        for part, counts in drawn.items():
            shares = np.array(counts) / max(sum(counts), 1)
            highest = max(highest, float(shares.max()))
            color = theme.series_color(part) if part else theme.color("control")
            fill = QColor(color)
            fill.setAlpha(FILL_ALPHA)
            pen = pg.mkPen(color, width=1.5, style=STYLES.get(part, Qt.PenStyle.SolidLine))
            curve = pg.PlotDataItem(
                edges, shares, stepMode="center", pen=pen, fillLevel=0.0, brush=fill
            )
            self._curves.append(curve)
            item.addItem(curve, ignoreBounds=True)
        item.setXRange(column.low, column.high, padding=0.01)
        item.setYRange(0.0, 1.08 * highest or 1.0, padding=0)

    @Slot(object)
    def _on_mouse(self, position: QPointF) -> None:
        column, box = self._column, self.view.getPlotItem().getViewBox()
        if column is None or not box.sceneBoundingRect().contains(position):
            self._reading.clear()
            return
        width = (column.high - column.low) / len(column.counts)
        place = int((box.mapSceneToView(position).x() - column.low) / width)
        if not 0 <= place < len(column.counts):
            self._reading.clear()
            return
        low = column.low + place * width
        shares = [
            f"{100 * part.counts[place] / max(sum(part.counts), 1):.1f}\u00a0%"
            for part in column.parts
        ]
        self._reading.setText(f"{low:.4g} … {low + width:.4g}:  " + "  ".join(shares))
