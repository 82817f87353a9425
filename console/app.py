"""The window's composition root: application, look, workspace, main window."""

from __future__ import annotations

import signal
import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from console.core.errors import WorkspaceError
from console.core.paths import APP_NAME, Workspace, open_workspace, resources_dir
from console.runtime.crash import CrashReporter
from console.runtime.settings import Settings
from console.ui.i18n import set_language, tr, tr_message
from console.ui.main_window import MainWindow
from console.ui.theme import apply_theme


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


def main() -> int:
    """Open the window and return its exit code; a running training outlives it."""
    settings = Settings()
    app = make_application(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    reporter = CrashReporter()
    reporter.install()
    try:
        workspace = open_workspace().ensure()
    except WorkspaceError as error:
        QMessageBox.critical(None, tr("Training Console"), _words(error))
        return 1
    window = make_window(workspace, settings)
    reporter.crashed.connect(window.show_crash)
    window.show()
    code = app.exec()
    reporter.uninstall()
    return code


def _words(error: WorkspaceError) -> str:
    return f"{tr_message(error.message)}\n\n{tr_message(error.remedy)}"


if __name__ == "__main__":
    sys.exit(main())
