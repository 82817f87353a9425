"""A live plot: header, legend with read-out, drawing area, its own menu, keys and files."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.core.series import Floats
from console.ui.forms.format import grouped
from console.ui.i18n import language_events, tr
from console.ui.plots.curves import Curve, CurveSpec
from console.ui.plots.legend import LegendEntry
from console.ui.plots.marks import PlotMark
from console.ui.plots.metric_view import MetricView
from console.ui.plots.plot_keys import PlotKeys
from console.ui.plots.plot_menu import PlotMenu
from console.ui.theme import Theme, current_theme, font, theme_events

HEADER_HEIGHT = 26


class MetricPlot(QFrame):
    """Curves over epochs.

    Call ``mark_stale`` when data changed and ``refresh`` once per tick: it repaints only when
    something changed and the plot is on screen.

    Signals:
        cursor_moved(float | None): the epoch under the crosshair.
        epoch_picked(float): the operator clicked at an epoch.
        smoothing_wanted(): the key for smoothing was pressed.
        problem(dict): a file could not be written: {message, remedy}.
    """

    cursor_moved = Signal(object)
    epoch_picked = Signal(float)
    smoothing_wanted = Signal()
    problem = Signal(object)

    def __init__(
        self,
        title: Callable[[], str],
        curves: Sequence[CurveSpec],
        *,
        can_log: bool = False,
        extra: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._title, self._can_log, self._extra = title, can_log, extra
        self._last_x, self._limit = 0.0, 0
        self._best_source: Callable[[], tuple[float, float] | None] | None = None
        self._cursor: float | None = None
        self._stale = True
        self._drawn: tuple[int, int] = (0, 0)
        self._build_ui(curves)
        self._connect()
        self.apply_theme(current_theme())
        self.retranslate()

    def set_extent(self, last_x: float, limit: int) -> None:
        """The right end of the data and the planned number of epochs (0 is unknown)."""
        self._last_x, self._limit = last_x, limit

    def set_marks(
        self, marks: Sequence[PlotMark], best: Callable[[], tuple[float, float] | None]
    ) -> None:
        """Marks on the time axis, and where the best epoch is (x, y)."""
        self._marks, self._best_source = marks, best
        self._stale = True

    def mark_stale(self) -> None:
        """The data changed."""
        self._stale = True

    def refresh(self) -> None:
        """Draw what changed, if anything and if on screen."""
        if self._stale and self.isVisible():
            self._stale = False
            self._draw()

    def set_cursor(self, x: float | None) -> None:
        """Show the crosshair at an epoch, and the values there."""
        if x != self._cursor:
            self._cursor = x
            self.view.marks.set_cursor(x)
            self._show_values()

    def set_pinned(self, x: float | None) -> None:
        """Mark the epoch whose figures are pinned."""
        self.view.marks.set_pinned(x)

    def follow(self) -> None:
        """Show everything again."""
        self.view.follow()
        self._stale = True
        self.refresh()

    def set_log(self, log: bool) -> None:
        """Switch between linear and logarithmic values."""
        self.log_button.setChecked(log)

    @property
    def can_log(self) -> bool:
        """Whether there is a logarithmic scale."""
        return self._can_log

    @property
    def cursor_x(self) -> float | None:
        """Where the crosshair is, in epochs."""
        return self._cursor

    @property
    def last_x(self) -> float:
        """The right end of the data, in epochs."""
        return self._last_x

    @property
    def title(self) -> str:
        """The translated title."""
        return self._title()

    def toggle_log(self) -> None:
        """Switch between linear and logarithmic values, where that is offered."""
        if self._can_log:
            self.log_button.toggle()

    def zoom(self, factor: float) -> None:
        """Zoom the time axis."""
        self.view.zoom(factor)
        self._stale = True

    def points(self) -> dict[str, tuple[Floats, Floats]]:
        """Every point of every curve by its (translated) name."""
        return {curve.spec.label(): curve.points() for curve in self.curves.values()}

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.view.apply_theme(theme)
        for curve in self.curves.values():
            curve.apply_theme(theme)
        for entry in self.entries.values():
            entry.update()
        self._stale = True
        self.refresh()

    def retranslate(self) -> None:
        """Write the words again."""
        title = self._title()
        self.title_label.setText(title)
        self.setAccessibleName(title)
        self.view.setAccessibleName(tr("Plot of {title}", title=title))
        self.log_button.setText(tr("log"))
        self.log_button.setToolTip(tr("Logarithmic scale (L)"))
        self.log_button.setAccessibleName(tr("Logarithmic scale of {title}", title=title))
        self.follow_button.setText(tr("Follow"))
        self.follow_button.setToolTip(tr("Show everything again and follow the run (F)"))
        for entry in self.entries.values():
            entry.retranslate()
        self._show_badge()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the crosshair; + and - zoom; F, L, S, C, Home, End."""
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was held back while hidden."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the badge from crowding the legend out."""
        super().resizeEvent(event)
        self.badge.setVisible(self.width() >= 420)

    def _build_ui(self, curves: Sequence[CurveSpec]) -> None:
        self.view = MetricView(self)
        self.curves = {spec.key: Curve(spec, self.view.getPlotItem()) for spec in curves}
        self._marks: Sequence[PlotMark] = ()
        self.title_label, self.badge = QLabel(self), QLabel(self)
        self.title_label.setProperty("weight", "bold")
        self.badge.setProperty("tone", "muted")
        self.badge.setFont(font("small"))
        self.log_button, self.follow_button = QToolButton(self), QToolButton(self)
        self.log_button.setCheckable(True)
        self.log_button.setVisible(self._can_log)
        self.follow_button.setVisible(False)
        for button in (self.log_button, self.follow_button):
            button.setFont(font("small"))
        self.entries = {
            spec.key: LegendEntry(
                spec.key, spec.label, spec.role, dashed=spec.kind == "floor", parent=self
            )
            for spec in curves
            if not spec.belongs_to
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 4)
        layout.setSpacing(2)
        layout.addLayout(self._header())
        layout.addLayout(self._legend())
        layout.addWidget(self.view, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.title_label)
        row.addStrut(HEADER_HEIGHT)
        row.addStretch(1)
        row.addWidget(self.badge)
        row.addWidget(self.follow_button)
        if self._extra is not None:
            row.addWidget(self._extra)
        row.addWidget(self.log_button)
        return row

    def _legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        for entry in self.entries.values():
            row.addWidget(entry)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.log_button.toggled.connect(self._on_log)
        self.follow_button.clicked.connect(self.follow)
        self.view.follow_changed.connect(self._on_follow_changed)
        self.view.view.sigXRangeChanged.connect(self._on_range_changed)
        self.view.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.view.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        for entry in self.entries.values():
            entry.toggled.connect(self._on_toggled)
            entry.isolated.connect(self._on_isolated)
        self.menu = PlotMenu(self)
        self.keys = PlotKeys(self)
        theme_events().theme_changed.connect(self.apply_theme)
        language_events().language_changed.connect(self._on_language)

    def _draw(self) -> None:
        self.view.fit_x(self._last_x, self._limit)
        low, high = self.view.x_range()
        self._stale = self.view.fit_y(self._bounds(low, high))
        shown = total = 0
        for curve in self.curves.values():
            if curve.shown:
                drawn = curve.draw(low, high, self.view.log)
                if curve.spec.kind == "raw" or curve.spec.kind == "line":
                    shown, total = shown + drawn.shown, total + drawn.total
        self._drawn = (min(shown, total), total)
        self.view.marks.set_marks(tuple(self._marks), self._best())
        self._show_values()
        self._show_badge()

    def _bounds(self, low: float, high: float) -> tuple[float, float] | None:
        found = [curve.bounds(low, high) for curve in self.curves.values() if curve.shown]
        known = [bounds for bounds in found if bounds is not None]
        if not known:
            return None
        return min(low for low, _ in known), max(high for _, high in known)

    def _best(self) -> tuple[float, float] | None:
        best = self._best_source() if self._best_source else None
        if best is None or not self.view.log:
            return best
        return (best[0], math.log10(best[1])) if best[1] > 0 else None

    def _show_values(self) -> None:
        for key, entry in self.entries.items():
            entry.set_value(self.curves[key].value_at(self._cursor))

    def _show_badge(self) -> None:
        shown, total = self._drawn
        if self._cursor is not None:
            self.badge.setText(tr("epoch {epoch}", epoch=f"{self._cursor:.2f}"))
        elif total:
            text = tr("{shown} of {total} points", shown=grouped(shown), total=grouped(total))
            self.badge.setText(text)
        else:
            self.badge.setText("")

    @Slot(bool)
    def _on_log(self, log: bool) -> None:
        self.view.set_log(log)
        self._stale = True
        self.refresh()

    @Slot(bool)
    def _on_follow_changed(self, follows: bool) -> None:
        self.follow_button.setVisible(not follows)

    @Slot(object, object)
    def _on_range_changed(self, _view: object, _range: object) -> None:
        if not self.view.follow_x:
            self.view.refit()
        self._stale = True

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        entry = self.sender()
        assert isinstance(entry, LegendEntry)
        self._show_curve(entry.key, shown)

    @Slot(str)
    def _on_isolated(self, key: str) -> None:
        others = [entry for name, entry in self.entries.items() if name != key]
        alone = not any(entry.isChecked() for entry in others)
        for entry in others:
            entry.setChecked(alone)
        self.entries[key].setChecked(True)

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()

    @Slot(object)
    def _on_mouse_moved(self, position: QPointF) -> None:
        view = self.view.view
        if view.sceneBoundingRect().contains(position):
            x = float(view.mapSceneToView(position).x())
            self.view.setToolTip(self.view.marks.tip_near(x))
            self.cursor_moved.emit(max(0.0, x))
        else:
            self.cursor_moved.emit(None)

    @Slot(object)
    def _on_mouse_clicked(self, event: object) -> None:
        view = self.view.view
        position = event.scenePos()  # type: ignore[attr-defined]
        if not view.sceneBoundingRect().contains(position):
            return
        if event.double():  # type: ignore[attr-defined]
            self.follow()
        elif event.button() == Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            self.epoch_picked.emit(float(view.mapSceneToView(position).x()))

    def leaveEvent(self, event: object) -> None:
        """The pointer left: no crosshair."""
        self.cursor_moved.emit(None)
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _show_curve(self, key: str, shown: bool) -> None:
        for curve in self.curves.values():
            if key in (curve.spec.key, curve.spec.belongs_to):
                curve.set_shown(shown)
        self.view.refit()
        self._stale = True
        self.refresh()
