"""Colours, type and icons of the window, by role; light and dark, switched while it runs."""

from console.ui.theme.fonts import font
from console.ui.theme.icons import icon, pixmap
from console.ui.theme.manager import (
    ThemeEvents,
    apply_theme,
    current_theme,
    theme_choice,
    theme_events,
    undressed,
)
from console.ui.theme.roles import CORNER, SERIES, SPACING, TYPE_SIZES, Theme, contrast

__all__ = [
    "CORNER",
    "SERIES",
    "SPACING",
    "TYPE_SIZES",
    "Theme",
    "ThemeEvents",
    "apply_theme",
    "contrast",
    "current_theme",
    "font",
    "icon",
    "pixmap",
    "theme_choice",
    "theme_events",
    "undressed",
]
