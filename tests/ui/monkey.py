"""A random but seeded operator: clicks, keys, drags, resizes, looks, languages, runs that come and
go. It only acts; whoever watches judges."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from console.core.configs import OrchestratorConfig
from console.core.fields import to_plain
from console.core.paths import Workspace
from console.core.rundir import LIVE_STATES, RunDir, create_run, list_runs
from console.ui.i18n import set_language
from console.ui.main_window import MainWindow
from console.ui.theme import apply_theme

STORYTELLER = Path(__file__).parents[1] / "runtime" / "storyteller.py"
PLAIN_KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
    Qt.Key.Key_F, Qt.Key.Key_L, Qt.Key.Key_S, Qt.Key.Key_Plus, Qt.Key.Key_Minus,
)  # fmt: skip
CONTROL_KEYS = "1234567KPFDEZY."
WORDS = ("0", "-1", "1e-3", "1e999", "abc", "0,5", "9" * 30, "ёж", "\u202e", "a/b", "nan")
MOST_RUNS, MOST_LIVE = 12, 2


class Monkey(QObject):
    """Acts whenever the event loop is idle, in nested loops too, until its actions are used up.

    ``log`` holds the last actions in words; ``finished`` follows the last one.
    """

    finished = Signal()

    def __init__(
        self, window: MainWindow, workspace: Workspace, seed: int, num_actions: int
    ) -> None:
        super().__init__()
        self.log: list[str] = []
        self._window, self._workspace = window, workspace
        self._random = random.Random(seed)
        self._left = num_actions
        self._live: list[subprocess.Popen[bytes]] = []
        window.installEventFilter(self)
        chances: tuple[tuple[int, Callable[[], None]], ...] = (
            (40, self._click), (20, self._key), (6, self._type), (6, self._drag),
            (6, self._wheel), (3, self._menu), (4, self._escape), (2, self._resize),
            (1, self._look), (1, self._tell_run), (1, self._kill_run), (1, self._attach),
            (1, self._spoil_run), (1, self._start_training),
        )  # fmt: skip
        self._deeds = [deed for weight, deed in chances for _ in range(weight)]

    def start(self) -> None:
        """Begin; returns at once."""
        QTimer.singleShot(0, self, self._act)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window stays open until the end."""
        if event.type() == QEvent.Type.Close and self._left > 0:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def end(self) -> None:
        """Every process that told a run is gone."""
        for process in self._live:
            process.kill()
            process.communicate()
        self._live.clear()
        kill_workers(self._workspace)

    def _act(self) -> None:
        if self._left <= 0:
            self._leave_everything()
            return
        self._left -= 1
        # a timer of its own for each action: one that is at work does not fire in a nested loop
        QTimer.singleShot(0, self, self._act)
        deed = self._random.choice(self._deeds)
        self._note(deed.__name__)
        deed()

    def _leave_everything(self) -> None:
        """Close what stands open, one at a time, then say that it is over."""
        front = self._front()
        if front is not self._window:
            QTimer.singleShot(0, self, self._act)
            QTest.keyClick(front, Qt.Key.Key_Escape)
            if front.isVisible() and self._front() is front:
                front.close()
            return
        self.finished.emit()

    def _note(self, words: str) -> None:
        self.log.append(words)
        del self.log[:-40]

    def _front(self) -> QWidget:
        """What the operator would meet: a menu, a dialog, or the window."""
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        return popup or modal or self._window

    def _any_widget(self) -> QWidget:
        front = self._front()
        shown = [w for w in front.findChildren(QWidget) if w.isVisible() and w.window() is front]
        return self._random.choice(shown) if shown else front

    def _any_point(self, widget: QWidget) -> QPoint:
        width, height = max(1, widget.width()), max(1, widget.height())
        return QPoint(self._random.randrange(width), self._random.randrange(height))

    def _click(self) -> None:
        widget = self._any_widget()
        point = self._any_point(widget)
        self._note(f"  {type(widget).__name__} {widget.objectName()} {widget.accessibleName()}")
        if self._random.random() < 0.1:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=point)
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)

    def _key(self) -> None:
        target = QApplication.focusWidget() or self._front()
        if self._random.random() < 0.3:
            key = self._random.choice(CONTROL_KEYS)
            QTest.keyClick(target, key, Qt.KeyboardModifier.ControlModifier)
        else:
            shift = self._random.random() < 0.2
            none = Qt.KeyboardModifier.NoModifier
            modifier = Qt.KeyboardModifier.ShiftModifier if shift else none
            QTest.keyClick(target, self._random.choice(PLAIN_KEYS), modifier)

    def _type(self) -> None:
        target = QApplication.focusWidget() or self._front()
        for letter in self._random.choice(WORDS):
            QTest.keyClick(target, letter if letter.isascii() else "x")

    def _drag(self) -> None:
        widget = self._any_widget()
        start, end = self._any_point(widget), self._any_point(widget)
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
        if _alive(widget):
            QTest.mouseMove(widget, end)
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)

    def _wheel(self) -> None:
        widget = self._any_widget()
        point = QPointF(self._any_point(widget))
        turn = QPoint(0, self._random.choice((-120, 120)))
        event = QWheelEvent(
            point, QPointF(widget.mapToGlobal(point)), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def _menu(self) -> None:
        """A context menu, or one of the menu bar."""
        if self._front() is self._window and self._random.random() < 0.3:
            bar = self._window.findChild(QMenuBar)
            assert bar is not None
            menu = self._random.choice(bar.findChildren(QMenu))
            menu.popup(self._window.mapToGlobal(QPoint(60, 30)))
            return
        widget = self._any_widget()
        point = self._any_point(widget)
        reason = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(reason, point, widget.mapToGlobal(point))
        QApplication.sendEvent(widget, event)

    def _escape(self) -> None:
        QTest.keyClick(self._front(), Qt.Key.Key_Escape)

    def _resize(self) -> None:
        size = self._random.choice(((960, 600), (1024, 640), (1280, 800), (1920, 1080)))
        self._window.resize(*size)

    def _look(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if self._random.random() < 0.5:
            apply_theme(app, self._random.choice(("light", "dark")))
        else:
            set_language(self._random.choice(("en", "ru")))

    def _tell_run(self) -> None:
        """A run that another program works on."""
        self._live = [process for process in self._live if process.poll() is None]
        if len(self._live) >= MOST_LIVE or len(list_runs(self._workspace)) >= MOST_RUNS:
            return
        config = to_plain(OrchestratorConfig())
        run = create_run(self._workspace, "monkey", config=config, details={})
        words = [sys.executable, str(STORYTELLER), str(run.path), "3", "--hold"]
        self._live.append(subprocess.Popen(words, stdout=subprocess.DEVNULL))

    def _start_training(self) -> None:
        """A real one, when the window allows it."""
        if self._front() is self._window and len(list_runs(self._workspace)) < MOST_RUNS:
            self._window.actions_by_name["start"].trigger()

    def _kill_run(self) -> None:
        """A storyteller, or a real worker."""
        if self._live:
            process = self._live.pop(self._random.randrange(len(self._live)))
            process.kill()
            process.wait()
        else:
            kill_workers(self._workspace)

    def _attach(self) -> None:
        run = self._any_run()
        if run is not None:
            self._window.workbench.controller.attach(run)

    def _spoil_run(self) -> None:
        """Its folder disappears, or its events are cut or mixed with foreign lines."""
        run = self._any_run()
        if run is None:
            return
        way = self._random.randrange(3)
        if way == 0:
            shutil.rmtree(run.path, ignore_errors=True)
        elif run.events.exists():
            size = run.events.stat().st_size
            with open(run.events, "r+b") as stream:
                if way == 1:
                    stream.truncate(size // 2)
                else:
                    stream.seek(size)
                    stream.write(b'{"kind": "nothing"}\n\xff\xfe\n[1, 2\n')

    def _any_run(self) -> RunDir | None:
        runs = list_runs(self._workspace)
        return self._random.choice(runs) if runs else None


def kill_workers(workspace: Workspace) -> None:
    """Every process that works on a run is killed."""
    for run in list_runs(workspace):
        status = run.status()
        if status.state in LIVE_STATES and status.pid:
            with contextlib.suppress(psutil.Error):
                psutil.Process(status.pid).kill()


def _alive(widget: QWidget) -> bool:
    """Whether the widget has survived what was just done to it."""
    try:
        widget.objectName()
    except RuntimeError:
        return False
    return True
