"""Small live plots of what a run takes of the machine, over the time it has lived."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.runtime.run_meters import RunMeters
from console.ui.i18n import language_events, tr
from console.ui.plots.curves import Curve, CurveData, CurveSpec
from console.ui.plots.legend import LegendEntry
from console.ui.plots.metric_view import MetricView
from console.ui.theme import Theme, current_theme, font, theme_events
from console.ui.widgets import meter_words

HOURS_FROM = 2.0
Source = Callable[[], RunMeters]


class MeterPlot(QFrame):
    """One figure or two of the machine: title, newest value, curve."""

    def __init__(
        self,
        title: Callable[[], str],
        details: Callable[[], str],
        curves: Sequence[CurveSpec],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._title, self._details = title, details
        self._stale = True
        self._build_ui(curves)
        self.apply_theme(current_theme())
        self.retranslate()

    def mark_stale(self) -> None:
        """There is a new reading."""
        self._stale = True

    def refresh(self, span: float, unit: str) -> None:
        """Draw what changed, if on screen, over ``span`` of time in ``unit``."""
        if not (self._stale and self.isVisible()):
            return
        self.view.axes["bottom"].unit = unit
        self.view.fit_x(span, 0)
        low, high = self.view.x_range()
        bounds = [curve.bounds(low, high) for curve in self.curves]
        top = max((bound[1] for bound in bounds if bound is not None), default=0.0)
        self._stale = self.view.fit_y((0.0, top or 1.0))
        for curve in self.curves:
            curve.draw(low, high, False)
        self._show_value()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.view.apply_theme(theme)
        for curve in self.curves:
            curve.apply_theme(theme)
        self._stale = True

    def retranslate(self) -> None:
        """Write the words again."""
        self.title_label.setText(self._title())
        self.setAccessibleName(self._title())
        self.view.setAccessibleName(tr("Plot of {title}", title=self._title()))
        for entry in self.entries:
            entry.retranslate()
        self._show_value()

    def _build_ui(self, curves: Sequence[CurveSpec]) -> None:
        self.view = MetricView(self)
        self.view.setMouseEnabled(x=False, y=False)
        self.view.setMinimumSize(100, 56)
        self.curves = [Curve(spec, self.view.getPlotItem()) for spec in curves]
        self.title_label, self.value = QLabel(self), QLabel(self)
        self.title_label.setProperty("weight", "bold")
        self.value.setProperty("tone", "muted")
        for words in (self.title_label, self.value):
            words.setFont(font("small"))
        named = [spec for spec in curves if len(curves) > 1]
        self.entries = [LegendEntry(spec.key, spec.label, spec.role, parent=self) for spec in named]
        for entry, curve in zip(self.entries, self.curves, strict=False):
            entry.toggled.connect(curve.set_shown)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title_label)
        for entry in self.entries:
            head.addWidget(entry)
        head.addStretch(1)
        head.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _show_value(self) -> None:
        text = self._details()
        self.value.setText(text)
        self.value.setAccessibleName(f"{self._title()}: {text}")
        for entry, curve in zip(self.entries, self.curves, strict=False):
            entry.set_value(curve.value_at(None))


class MeterPlots(QWidget):
    """Processor, memory, disk, and GPUs where the run uses some."""

    def __init__(self, meters: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meters, self._seen = meters, (-1, -1)
        self.cpu = MeterPlot(
            lambda: tr("Processor"),
            lambda: meter_words.percent_words(self._newest("cpu_percent")),
            [CurveSpec("cpu", lambda: tr("Processor"), "rate", "line", self._read("cpu_percent"))],
        )
        self.memory = MeterPlot(
            lambda: tr("Memory, GB"),
            lambda: meter_words.memory_details(meters().newest, meters().peak_memory_bytes),
            [CurveSpec("memory", lambda: "", "test", "line", self._read("memory_bytes", 1e9))],
        )
        self.disk = MeterPlot(
            lambda: tr("Disk, MB/s"),
            lambda: meter_words.disk_details(meters().newest),
            [
                CurveSpec(
                    "read", lambda: tr("read"), "gradient", "line",
                    self._read("read_bytes_per_s", 1e6),
                ),
                CurveSpec(
                    "write", lambda: tr("written"), "sell", "line",
                    self._read("write_bytes_per_s", 1e6),
                ),
            ],
        )  # fmt: skip
        self.gpu = MeterPlot(
            lambda: tr("GPU, %"),
            lambda: meter_words.gpu_details(meters().newest),
            [CurveSpec("gpu", lambda: tr("GPU, %"), "buy", "line", self._read("gpu_percent"))],
        )
        self.all = (self.cpu, self.memory, self.disk, self.gpu)
        self._build_ui()

    def refresh(self) -> None:
        """Draw what changed and is on screen."""
        meters = self._meters()
        seen = (id(meters), meters.version)
        if seen != self._seen:
            self._seen = seen
            self.gpu.setVisible(bool(meters.newest.get("gpus")))
            for plot in self.all:
                plot.mark_stale()
        scale, unit = self._scale()
        for plot in self.all:
            plot.refresh(meters.hours * scale, unit)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was held back while hidden."""
        super().showEvent(event)
        self.refresh()

    def _build_ui(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for plot in self.all:
            row.addWidget(plot, 1)
        self.gpu.hide()
        theme_events().theme_changed.connect(self._on_theme)
        language_events().language_changed.connect(self._on_language)

    def _scale(self) -> tuple[float, str]:
        """Minutes for a short life, hours for a long one."""
        if self._meters().hours < HOURS_FROM:
            return 60.0, tr("min")
        return 1.0, tr("h")

    def _read(self, name: str, divisor: float = 1.0) -> Callable[[], CurveData]:
        def read() -> CurveData:
            hours, values = self._meters().series(name)
            return hours * self._scale()[0], values / divisor

        return read

    def _newest(self, name: str) -> float:
        return float(self._meters().newest.get(name) or 0.0)

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        for plot in self.all:
            plot.apply_theme(theme)
        self.refresh()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        for plot in self.all:
            plot.retranslate()
            plot.mark_stale()
        self.refresh()
