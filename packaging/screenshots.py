"""Take a picture of every page in both themes, both languages and three sizes.

    python packaging/screenshots.py FOLDER [--workspace DIR] [--quick]

Without ``--workspace`` an empty one is used, and the sample is made first.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from console.app import make_application, make_window
from console.core.paths import CONFIG_VARIABLE, WORKSPACE_VARIABLE, open_workspace
from console.core.rundir import list_runs
from console.runtime.settings import Settings
from console.ui.dialogs.help_dialog import HelpDialog
from console.ui.dialogs.settings_dialog import SettingsDialog
from console.ui.i18n import set_language
from console.ui.main_window import MainWindow
from console.ui.pages.data_page import TABS
from console.ui.pages.profile_tab import ProfileTab
from console.ui.pages.split_view import SplitView
from console.ui.theme import apply_theme

SIZES = ((1280, 800), (1920, 1080), (1024, 640))
SAMPLE_TIMEOUT_S = 300.0
SETTLE_S = 0.3


def main() -> None:
    """Read the command line, open the window, take the pictures."""
    parser = argparse.ArgumentParser(description="Take pictures of every page of the window.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--workspace", default="", help="show the data and runs of this workspace")
    parser.add_argument("--quick", action="store_true", help="one size only")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="training-console-") as home:
        os.environ[CONFIG_VARIABLE] = str(Path(home) / "config")
        os.environ[WORKSPACE_VARIABLE] = options.workspace or str(Path(home) / "workspace")
        settings = Settings()
        app = make_application(settings)
        window = make_window(open_workspace().ensure(), settings)
        window.show()
        _wait(app, lambda: bool(window.workbench.shelf.datasets), SAMPLE_TIMEOUT_S)
        _show_newest_run(window)
        _take_all(app, window, options.folder, SIZES[:1] if options.quick else SIZES)
        window.close()


def _take_all(
    app: QApplication, window: MainWindow, folder: Path, sizes: tuple[tuple[int, int], ...]
) -> None:
    for theme in ("light", "dark"):
        apply_theme(app, theme)
        for language in ("en", "ru"):
            set_language(language)
            for width, height in sizes:
                _take_pages(app, window, folder, f"{theme}-{language}-{width}x{height}")
                _take_wizard(app, window, folder, f"{theme}-{language}-{width}x{height}")
            _take_dialogs(app, window, folder, f"{theme}-{language}")


def _take_pages(app: QApplication, window: MainWindow, folder: Path, name: str) -> None:
    width, height = map(int, name.rpartition("-")[2].split("x"))
    window.resize(width, height)
    for page in window.workbench.pages:
        window.show_page(page)
        _settle(app)
        window.grab().save(str(folder / f"{page}-{name}.png"))
    _take_data_tabs(app, window, folder, name)
    _take_details(app, window, folder, name)


def _take_data_tabs(app: QApplication, window: MainWindow, folder: Path, name: str) -> None:
    """The other views of the dataset, with the crosshair on its price."""
    view = window.workbench.data_page.details
    window.show_page("data")
    for tab, _words in TABS[1:]:
        view.show_tab(tab)
        shown = view.widget(tab)
        if isinstance(shown, ProfileTab):
            _wait(app, lambda shown=shown: shown.is_ready, SAMPLE_TIMEOUT_S)
            if isinstance(shown.contents, SplitView):
                shown.contents.plot.move_cursor(300)
        _settle(app)
        window.grab().save(str(folder / f"data-{tab}-{name}.png"))
    view.show_tab(TABS[0][0])


def _take_details(app: QApplication, window: MainWindow, folder: Path, name: str) -> None:
    """Configure with changes and a problem, and its other forms."""
    page = window.workbench.configure_page
    window.show_page("configure")
    page.forms.reveal("model.dropout")
    page.forms.model.model.set_value("dropout", 0.45)
    page.forms.trainer.model.set_values({"learning_rate": 3.0, "batch_size": 128})
    _settle(app)
    window.grab().save(str(folder / f"configure-changed-{name}.png"))
    for form in page.forms.forms.values():
        form.model.reset()
    page.forms.reveal("data.train_fraction")
    _settle(app)
    window.grab().save(str(folder / f"configure-split-{name}.png"))
    page.forms.reveal("model.sequence_length")


def _take_dialogs(app: QApplication, window: MainWindow, folder: Path, name: str) -> None:
    dialogs = {
        "settings": SettingsDialog(window, Settings(), os.environ[WORKSPACE_VARIABLE]),
        "help": HelpDialog(window),
    }
    for title, dialog in dialogs.items():
        dialog.show()
        _settle(app)
        dialog.grab().save(str(folder / f"dialog-{title}-{name}.png"))
        dialog.close()
        dialog.deleteLater()


def _take_wizard(app: QApplication, window: MainWindow, folder: Path, name: str) -> None:
    """Every step of the import of a small table, the columns with a problem, too."""
    page = window.workbench.data_page
    page.open_import()
    wizard = page.dialog
    assert wizard is not None
    shots = {"empty": [], "files": [_table()]}
    for title, paths in shots.items():
        if paths:
            wizard.take_files(paths)
        _settle(app)
        wizard.grab().save(str(folder / f"import-{title}-{name}.png"))
    _wait(app, lambda: not wizard.previewer.is_busy, SAMPLE_TIMEOUT_S)
    for title in ("format", "columns", "columns-problem", "name"):
        if title == "columns-problem":
            meaning = wizard.columns_page.labels.meanings[0].values["BUY"]
            wizard.columns_page.labels.checked.click()
            for text in ("7", "2"):
                meaning.setText(text)
                meaning.textEdited.emit(text)
                _wait(app, lambda: not wizard.previewer.is_busy, SAMPLE_TIMEOUT_S)
                if text == "7":
                    _settle(app)
                    wizard.grab().save(str(folder / f"import-{title}-{name}.png"))
            continue
        wizard.go_on()
        _settle(app)
        wizard.grab().save(str(folder / f"import-{title}-{name}.png"))
    wizard.reject()
    wizard.draft.take_paths([])


def _table() -> Path:
    """A few rows of a made-up order book with labels."""
    path = Path(os.environ[CONFIG_VARIABLE]).with_name("quotes.csv")
    names = "symbol,date,time,bid1,bsize1,ask1,asize1,mid,label_5"
    rows = [
        f"AAA,2024-03-0{1 + row // 100},{36_000 + 3 * (row % 100)},{99.9 + row % 7 / 100:.2f},"
        f"{row % 9 + 1},{100.1 + row % 5 / 100:.2f},{row % 4 + 1},{100 + row % 6 / 100:.2f},"
        f"{row % 3}"
        for row in range(300)
    ]
    path.write_text("\n".join([names, *rows]) + "\n", "utf-8")
    return path


def _show_newest_run(window: MainWindow) -> None:
    runs = list_runs(open_workspace())
    if runs:
        window.workbench.controller.attach(runs[0])


def _settle(app: QApplication) -> None:
    _wait(app, lambda: False, SETTLE_S)


def _wait(app: QApplication, done: Callable[[], bool], timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    while not done() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
