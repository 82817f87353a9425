"""The window's composition root: application, look, workspace, main window."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from console.core.errors import WorkspaceError
from console.core.paths import APP_NAME, Workspace, open_workspace, resources_dir
from console.runtime.settings import Settings
from console.ui.i18n import set_language, tr, tr_message
from console.ui.main_window import MainWindow
from console.ui.theme import apply_theme

if TYPE_CHECKING:
    from console.runtime.crash import CrashReporter


def make_application(settings: Settings) -> QApplication:
    """The application in the language and theme that the operator chose last."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([APP_NAME])
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName("Training Console")
    app.setWindowIcon(QIcon(str(resources_dir() / "icons" / "app.svg")))
    known = ("system", "en", "ru")
    set_language(settings.language if settings.language in known else "system")
    apply_theme(app, settings.theme)
    return app


def make_window(workspace: Workspace, settings: Settings) -> MainWindow:
    """The main window on a workspace; it is not shown yet."""
    return MainWindow(workspace, settings)


def report_crashes(window: MainWindow) -> CrashReporter:
    """From now on errors that nobody caught go to a log and are shown in the window."""
    from console.runtime.crash import CrashReporter

    reporter = CrashReporter(parent=window)
    reporter.install()
    reporter.crashed.connect(window.workbench.show_crash)
    return reporter


def main() -> int:
    """Open the window and return its exit code; a running training outlives it."""
    settings = Settings()
    app = make_application(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        workspace = open_workspace().ensure()
    except WorkspaceError as error:
        QMessageBox.critical(None, tr("Training Console"), _words(error))
        return 1
    window = make_window(workspace, settings)
    opening = Opening(window)
    window.ready.connect(opening.finish)
    window.show()
    code = app.exec()
    opening.end()
    return code


class Opening(QObject):
    """What has to wait until the window is ready."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reporter: CrashReporter | None = None

    @Slot()
    def finish(self) -> None:
        """Report crashes in the window."""
        self._reporter = report_crashes(self._window)

    def end(self) -> None:
        """Give the hooks back."""
        if self._reporter is not None:
            self._reporter.uninstall()


def _words(error: WorkspaceError) -> str:
    return f"{tr_message(error.message)}\n\n{tr_message(error.remedy)}"


if __name__ == "__main__":
    sys.exit(main())
