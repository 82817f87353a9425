"""The menu of a plot: copy or save it as a picture or a table, show everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from console.core.errors import ConsoleError
from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.i18n import tr
from console.ui.plots.plot_files import curves_as_csv, save_csv, save_png

if TYPE_CHECKING:
    from console.ui.plots.metric_plot import MetricPlot


class PlotMenu(QObject):
    """Opens on right click, and does what it offers."""

    def __init__(self, plot: MetricPlot) -> None:
        super().__init__(plot)
        self._plot = plot
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self._open)

    def make(self) -> QMenu:
        """The menu itself."""
        menu = QMenu(self._plot)
        menu.addAction(tr("Copy picture"), self.copy_picture)
        menu.addAction(tr("Copy data"), self.copy_data)
        menu.addSeparator()
        menu.addAction(tr("Save picture..."), self.save_picture)
        menu.addAction(tr("Save data..."), self.save_data)
        menu.addSeparator()
        menu.addAction(tr("Show everything"), self._plot.follow)
        if self._plot.can_log:
            menu.addAction(tr("Logarithmic scale"), self._plot.toggle_log)
        return menu

    @Slot()
    def copy_picture(self) -> None:
        """The plot with its legend to the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._plot.grab())

    @Slot()
    def copy_data(self) -> None:
        """Every point to the clipboard, as CSV."""
        QGuiApplication.clipboard().setText(curves_as_csv(self._plot.points()))

    @Slot()
    def save_picture(self) -> None:
        """Ask for a file, and write the plot with its legend into it."""
        path = self._ask(tr("Save picture"), ".png", tr("Picture (*.png)"))
        if path is not None:
            self._write(save_png, path, self._plot.grab())

    @Slot()
    def save_data(self) -> None:
        """Ask for a file, and write every point into it."""
        path = self._ask(tr("Save data"), ".csv", tr("Table (*.csv)"))
        if path is not None:
            self._write(save_csv, path, self._plot.points())

    @Slot(QPoint)
    def _open(self, position: QPoint) -> None:
        menu = self.make()
        menu.exec(self._plot.mapToGlobal(position))
        menu.deleteLater()

    def _ask(self, title: str, suffix: str, filters: str) -> Path | None:
        name = self._plot.title.lower().replace(" ", "-") + suffix
        return file_dialogs().save_file(self._plot, title, name, [filters])

    def _write(self, writer: Callable[..., None], path: Path, content: object) -> None:
        try:
            writer(path, content)
        except ConsoleError as error:
            self._plot.problem.emit(error.to_dict())
