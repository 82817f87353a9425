"""The four plots of a run, with one cursor, one smoothing and the same marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from console.core.series import Floats
from console.runtime.run_curves import Mark, RunCurves
from console.ui.forms.format import number_text
from console.ui.i18n import language_events, tr, trn
from console.ui.plots.curves import CurveData, CurveSpec
from console.ui.plots.marks import PlotMark
from console.ui.plots.metric_plot import MetricPlot
from console.ui.widgets.run_words import metric_words

SMOOTHING_STEPS = 40
CLASS_ROLES = ("sell", "hold", "buy")


class RunPlots(QWidget):
    """Loss, accuracy, F1 by class, learning rate.

    Signals:
        cursor_moved(float | None): the epoch under the crosshair.
        epoch_picked(float): the operator clicked at an epoch.
        smoothing_changed(float): the weight of the past in smoothed curves.
        problem(dict): a picture or table could not be written.
    """

    cursor_moved = Signal(object)
    epoch_picked = Signal(float)
    smoothing_changed = Signal(float)
    problem = Signal(object)

    def __init__(self, smoothing: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves, self._epochs = RunCurves(), 0
        self._others: Sequence[RunCurves] = ()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, SMOOTHING_STEPS)
        self.smoothing.setFixedWidth(90)
        self.smoothing.setValue(_slider_of(smoothing))
        self.loss = MetricPlot(
            lambda: tr("Loss"), self._loss_curves(), can_log=True, extra=self.smoothing
        )
        self.accuracy = MetricPlot(lambda: tr("Accuracy"), self._accuracy_curves())
        self.f1 = MetricPlot(lambda: tr("F1 by class"), self._f1_curves())
        self.rate = MetricPlot(lambda: tr("Learning rate"), self._rate_curves(), can_log=True)
        self.all = (self.loss, self.accuracy, self.f1, self.rate)
        self._build_ui()
        self._connect()
        self.retranslate()

    def set_curves(self, curves: RunCurves, others: Sequence[RunCurves] = ()) -> None:
        """Show another run, or one training of several with the validation of ``others`` pale."""
        self._curves, self._others = curves, others
        for entry in self.f1.entries.values():
            entry.retranslate()
        for plot in self.all:
            plot.view.follow()
            plot.set_cursor(None)
        self.mark_stale(0)

    def mark_stale(self, epochs: int) -> None:
        """The data changed; ``epochs`` is how many are planned."""
        curves, self._epochs = self._curves, epochs
        end = curves.last_x
        marks = _plot_marks(curves.marks)
        for plot, best in (
            (self.loss, self._best_at("val_loss")),
            (self.accuracy, self._best_at("val_accuracy")),
            (self.f1, _nowhere),
            (self.rate, _nowhere),
        ):
            plot.set_extent(end, epochs)
            plot.set_marks(marks, best)

    def refresh(self) -> None:
        """Draw what changed and is on screen."""
        for plot in self.all:
            plot.refresh()

    @Slot(int)
    def set_pinned(self, epoch: int) -> None:
        """Mark the epoch whose figures are pinned, 0 for none."""
        for plot in self.all:
            plot.set_pinned(float(epoch) if epoch else None)

    def retranslate(self) -> None:
        """Write the words again."""
        self.smoothing.setToolTip(tr("Smoothing of the batch curve (S)"))
        self.smoothing.setAccessibleName(tr("Smoothing of the batch curve"))
        self.mark_stale(self._epochs)

    def _build_ui(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for index, plot in enumerate(self.all):
            grid.addWidget(plot, index // 2, index % 2)
            grid.setColumnStretch(index % 2, 1)
        grid.setRowStretch(0, 3)
        grid.setRowStretch(1, 2)

    def _connect(self) -> None:
        for plot in self.all:
            plot.cursor_moved.connect(self._on_cursor)
            plot.epoch_picked.connect(self.epoch_picked)
            plot.problem.connect(self.problem)
            plot.smoothing_wanted.connect(self._focus_smoothing)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        language_events().language_changed.connect(self._on_language)

    def _loss_curves(self) -> list[CurveSpec]:
        return [
            CurveSpec("raw", lambda: tr("batch"), "gradient", "raw", self._raw_loss, "batch"),
            CurveSpec("batch", lambda: tr("batch"), "gradient", "smooth", self._smooth_loss),
            CurveSpec("train", lambda: tr("train"), "train", "epochs", self._figure("train_loss")),
            CurveSpec(
                "validation",
                lambda: tr("validation"),
                "validation",
                "epochs",
                self._figure("val_loss"),
            ),
            self._other_curves("val_loss"),
        ]

    def _accuracy_curves(self) -> list[CurveSpec]:
        validation = self._figure("val_accuracy")
        return [
            CurveSpec(
                "train", lambda: tr("train"), "train", "epochs", self._figure("train_accuracy")
            ),
            CurveSpec("validation", lambda: tr("validation"), "validation", "epochs", validation),
            CurveSpec("floor", lambda: tr("majority floor"), "floor", "floor", self._floor),
            self._other_curves("val_accuracy"),
        ]

    def _f1_curves(self) -> list[CurveSpec]:
        return [
            CurveSpec(
                role, self._class_name(index), role, "epochs", self._figure("val_class_f1", index)
            )
            for index, role in enumerate(CLASS_ROLES)
        ]

    def _rate_curves(self) -> list[CurveSpec]:
        return [CurveSpec("rate", lambda: tr("learning rate"), "rate", "line", self._rate)]

    def _raw_loss(self) -> CurveData:
        return self._curves.batch_loss.raw

    def _smooth_loss(self) -> CurveData:
        return self._curves.batch_loss.smooth

    def _rate(self) -> CurveData:
        return self._curves.learning_rate

    def _floor(self) -> tuple[Floats, Floats]:
        x, y = self._curves.epoch_series("val_majority_floor")
        known = y > 0
        return x[known], y[known]

    def _figure(self, name: str, index: int | None = None) -> Callable[[], CurveData]:
        def read() -> CurveData:
            return self._curves.epoch_series(name, index)

        return read

    def _other_curves(self, name: str) -> CurveSpec:
        def read() -> CurveData:
            series = [others.epoch_series(name) for others in self._others]
            gap = np.full(1, np.nan)
            x = [part for one, _ in series for part in (one, gap)]
            y = [part for _, one in series for part in (one, gap)]
            return np.concatenate([gap, *x]), np.concatenate([gap, *y])

        def words() -> str:
            return tr("other trainings")

        return CurveSpec("others", words, "validation", "others", read, "validation")

    def _best_at(self, name: str) -> Callable[[], tuple[float, float] | None]:
        def read() -> tuple[float, float] | None:
            metrics = self._curves.epochs.get(self._curves.best_epoch)
            if metrics is None or not np.isfinite(value := float(getattr(metrics, name))):
                return None
            return float(metrics.epoch), value

        return read

    def _class_name(self, index: int) -> Callable[[], str]:
        def read() -> str:
            return self._curves.class_names[index]

        return read

    @Slot(object)
    def _on_cursor(self, x: float | None) -> None:
        for plot in self.all:
            plot.set_cursor(x)
        self.cursor_moved.emit(x)

    @Slot(int)
    def _on_smoothing(self, position: int) -> None:
        self.smoothing_changed.emit(_weight_of(position))

    @Slot()
    def _focus_smoothing(self) -> None:
        self.smoothing.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()


def _plot_marks(marks: Sequence[Mark]) -> list[PlotMark]:
    """All marks; settings that were changed together share one flag."""
    together: dict[float, list[Mark]] = {}
    drawn: list[PlotMark] = []
    for mark in marks:
        if mark.kind == "setting_changed":
            together.setdefault(mark.x, []).append(mark)
        elif mark.kind == "resumed":
            text = tr("attempt {attempt}", attempt=mark.event.attempt)
            drawn.append(PlotMark("attempt", mark.x, text))
        else:
            drawn.append(PlotMark("checkpoint", mark.x))
    return drawn + [_flag(x, changes) for x, changes in together.items()]


def _flag(x: float, changes: Sequence[Mark]) -> PlotMark:
    names = [metric_words(str(mark.event.data.get("name", ""))) for mark in changes]
    tips = [
        f"{name} {number_text(mark.event.data.get('before'))} → "
        f"{number_text(mark.event.data.get('after'))}"
        for name, mark in zip(names, changes, strict=True)
    ]
    words = names[0] if len(names) == 1 else trn("{n} change", "{n} changes", len(names))
    return PlotMark("setting", x, words, "\n".join(tips))


def _nowhere() -> None:
    return None


def _weight_of(position: int) -> float:
    """Slider positions to weights: even steps of 1/(1 - w) on a logarithmic scale, 0 to 0.999."""
    return 0.0 if position <= 0 else float(1.0 - 10.0 ** (-3.0 * position / SMOOTHING_STEPS))


def _slider_of(weight: float) -> int:
    return round(-np.log10(1.0 - min(max(weight, 0.0), 0.999)) * SMOOTHING_STEPS / 3.0)
