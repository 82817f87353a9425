"""The line-drawn icons of ``resources/icons``, tinted from the roles of the theme in force."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.core.paths import resources_dir

ICON_SIZE = 20
_SCALES = (1, 2)


def icon(name: str, role: str = "text") -> QIcon:
    """The icon ``name`` in the colour of ``role``; grey where its button is disabled.

    The icon belongs to the theme in force: set it again on ``theme_changed``.
    """
    from console.ui.theme.manager import current_theme, disabled_text

    theme = current_theme()
    return _tinted(name, theme.color(role).name(), disabled_text(theme).name())


def pixmap(name: str, role: str = "text", size: int = ICON_SIZE, scale: float = 1.0) -> QPixmap:
    """One picture of an icon, ``size`` logical pixels wide, for labels and painters."""
    from console.ui.theme.manager import current_theme

    return _render(name, current_theme().color(role).name(), size, scale)


def svg_text(name: str, color: str) -> str:
    """The SVG of an icon with its line colour filled in."""
    return _source(name).replace("currentColor", color)


def clear_icons() -> None:
    """Forget tinted icons; called when the theme changes."""
    _tinted.cache_clear()


@cache
def _tinted(name: str, color: str, disabled: str) -> QIcon:
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_render(name, color, ICON_SIZE, scale))
        made.addPixmap(_render(name, disabled, ICON_SIZE, scale), QIcon.Mode.Disabled)
    return made


def _render(name: str, color: str, size: int, scale: float) -> QPixmap:
    picture = QPixmap(QSize(round(size * scale), round(size * scale)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(svg_text(name, color).encode()))
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text("utf-8")
