"""Switching the theme of the whole application while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from console.ui.theme.fonts import apply_fonts
from console.ui.theme.icons import clear_icons
from console.ui.theme.roles import DARK, LIGHT, THEMES, Theme
from console.ui.theme.stylesheet import stylesheet

CHOICES = ("system", "light", "dark")


class ThemeEvents(QObject):
    """Announces a new theme; widgets that paint themselves listen and repaint."""

    theme_changed = Signal(object)

    @Slot()
    def follow_system(self) -> None:
        """Take the desktop's scheme when the choice is ``system``."""
        app = QApplication.instance()
        if _State.choice == "system" and isinstance(app, QApplication):
            apply_theme(app, "system")


class _State:
    """The theme in force in this process."""

    choice = "light"
    theme = LIGHT
    events: ThemeEvents | None = None


def theme_events() -> ThemeEvents:
    """The object whose ``theme_changed(Theme)`` signal self-painting widgets listen to."""
    if _State.events is None:
        _State.events = ThemeEvents()
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(_State.events.follow_system)
    return _State.events


def current_theme() -> Theme:
    """The theme in force."""
    return _State.theme


def theme_choice() -> str:
    """What was chosen: ``light``, ``dark`` or ``system``."""
    return _State.choice


def apply_theme(app: QApplication, choice: str) -> Theme:
    """Dress the application in ``light``, ``dark`` or the desktop's scheme (``system``)."""
    if choice not in CHOICES:
        raise ValueError(f"no such theme: {choice!r}")
    _State.choice = choice
    theme = THEMES.get(choice) or _system_theme()
    events = theme_events()
    clear_icons()
    _State.theme = theme
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    apply_fonts(app)
    app.setPalette(palette_of(theme))
    app.setStyleSheet(stylesheet(theme))
    events.theme_changed.emit(theme)
    return theme


@contextmanager
def undressed(app: QApplication) -> Iterator[None]:
    """Build many widgets without the style sheet, and dress them all at the end.

    With a style sheet in force Qt dresses a whole subtree again at every step of its building,
    which makes opening the window three times as slow.
    """
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette of a theme, so that plain widgets and native dialogs fit in."""
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    palette = QPalette()
    for target, source in (
        (role.Window, "window"), (role.WindowText, "text"), (role.Base, "surface"),
        (role.AlternateBase, "raised"), (role.Text, "text"), (role.Button, "raised"),
        (role.ButtonText, "text"), (role.ToolTipBase, "raised"), (role.ToolTipText, "text"),
        (role.PlaceholderText, "muted"), (role.Highlight, "accent"),
        (role.HighlightedText, "accent_text"), (role.Link, "accent"), (role.BrightText, "bad"),
        (role.Mid, "border"), (role.Midlight, "grid"), (role.Dark, "border"),
    ):  # fmt: skip
        palette.setColor(target, theme.color(source))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, disabled_text(theme))
    return palette


def disabled_text(theme: Theme) -> QColor:
    """Muted text halfway to the surface: visibly out of use, still readable."""
    muted, surface = theme.color("muted"), theme.color("surface")
    return QColor(
        (2 * muted.red() + surface.red()) // 3,
        (2 * muted.green() + surface.green()) // 3,
        (2 * muted.blue() + surface.blue()) // 3,
    )


def _system_theme() -> Theme:
    hints = QGuiApplication.styleHints()
    dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT
