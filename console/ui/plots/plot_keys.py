"""The keys of a plot: the whole crosshair and zoom without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from console.ui.plots.metric_plot import MetricPlot


class PlotKeys:
    """Arrows, Home and End move the crosshair; + and - zoom; F, L, S, C; Escape."""

    def __init__(self, plot: MetricPlot) -> None:
        self._plot = plot
        key = Qt.Key
        self._actions: dict[int, Callable[[], None]] = {
            key.Key_Left: self._left, key.Key_Right: self._right, key.Key_Home: self._first,
            key.Key_End: self._last, key.Key_Plus: self._closer, key.Key_Equal: self._closer,
            key.Key_Minus: self._farther, key.Key_F: plot.follow, key.Key_L: plot.toggle_log,
            key.Key_C: plot.menu.copy_picture, key.Key_S: plot.smoothing_wanted.emit,
            key.Key_Escape: self._leave,
        }  # fmt: skip

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key is for; False when it is none of ours."""
        action = self._actions.get(event.key())
        if action is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        action()
        return True

    def _move(self, x: float) -> None:
        self._plot.cursor_moved.emit(min(max(x, 0.0), max(self._plot.last_x, 0.0)))

    def _step(self, direction: int) -> None:
        low, high = self._plot.view.x_range()
        start = self._plot.cursor_x if self._plot.cursor_x is not None else self._plot.last_x
        self._move(start + direction * max(1.0, (high - low) / 50.0))

    def _left(self) -> None:
        self._step(-1)

    def _right(self) -> None:
        self._step(1)

    def _first(self) -> None:
        self._move(1.0)

    def _last(self) -> None:
        self._move(self._plot.last_x)

    def _closer(self) -> None:
        self._plot.zoom(0.5)

    def _farther(self) -> None:
        self._plot.zoom(2.0)

    def _leave(self) -> None:
        self._plot.cursor_moved.emit(None)
