"""The Meters tab: live plots of the machine, made when they are first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from console.core.rundir import LIVE_STATES
from console.runtime.run_controller import RunController
from console.runtime.run_meters import RunMeters
from console.ui.i18n import language_events, tr
from console.ui.theme import font
from console.ui.widgets.basics import label
from console.ui.widgets.meter_words import readout_words

if TYPE_CHECKING:
    from console.ui.plots.meter_plots import MeterPlots


class MetersView(QWidget):
    """What the run in hand takes of the machine, over its time."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.plots: MeterPlots | None = None
        self.empty = label(tone="muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.empty)
        language_events().language_changed.connect(self._on_language)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the words again."""
        self.empty.setText(tr("A running training tells every five seconds what it uses."))

    def refresh(self) -> None:
        """Draw what changed, if on screen."""
        if self.plots is None or not self.isVisible():
            return
        known = bool(self._meters().version)
        self._layout.setCurrentWidget(self.plots if known else self.empty)
        self.plots.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the plots after the first paint, and catch up."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.ensure_plots)

    @Slot()
    def ensure_plots(self) -> None:
        """Make the plots now; imports pyqtgraph."""
        if self.plots is None:
            from console.ui.plots.meter_plots import MeterPlots

            self.plots = MeterPlots(self._meters, self)
            self._layout.addWidget(self.plots)
        self.refresh()

    def _meters(self) -> RunMeters:
        return self._controller.progress.meters

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()


class MeterReadout(QLabel):
    """The newest reading of a live run in a few words; its room only grows."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setProperty("tone", "muted")
        self.setFont(font("small"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def refresh(self) -> None:
        """Show the newest reading, nothing once the run has ended."""
        live = self._controller.state.state in LIVE_STATES
        text = readout_words(self._controller.progress.meters.newest) if live else ""
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(tr("Use of the machine: {reading}", reading=text) if text else "")
        self.setToolTip(tr("Of the whole training; 100 % is one processor core") if text else "")
        wanted = self.fontMetrics().horizontalAdvance(text)
        self.setMinimumWidth(max(self.minimumWidth(), wanted) if text else 0)
