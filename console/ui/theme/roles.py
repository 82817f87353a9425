"""Colours by what they are for. Text roles reach 4.5:1 and line colours 3:1 on their surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor

ROLES = (
    "window", "surface", "raised", "text", "muted", "accent", "accent_text", "good", "warning",
    "bad", "focus", "grid", "border", "control", "hover", "selection",
)  # fmt: skip
SERIES = (
    "train", "validation", "sell", "hold", "buy", "rate", "gradient", "floor", "test",
)  # fmt: skip
SPACING = {"xs": 4, "s": 8, "m": 12, "l": 16, "xl": 24}
TYPE_SIZES = {"small": 11, "body": 13, "title": 16, "display": 22}
CORNER = 6


@dataclass(frozen=True)
class Theme:
    """One complete set of colours; ``name`` is ``light`` or ``dark``."""

    name: str
    roles: Mapping[str, str]
    series: Mapping[str, str]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    def color(self, role: str) -> QColor:
        """The colour of a role of ``ROLES``."""
        return QColor(self.roles[role])

    def series_color(self, name: str | int) -> QColor:
        """The fixed colour of a curve of ``SERIES``, or the one at a position (it wraps round)."""
        key = SERIES[name % len(SERIES)] if isinstance(name, int) else name
        return QColor(self.series[key])


# Series colours follow Okabe and Ito (2008), made darker or lighter until each reaches 3:1 on
# the surface; their order keeps train and validation far apart for every kind of colour vision.
LIGHT = Theme(
    "light",
    {
        "window": "#F3F4F6", "surface": "#FFFFFF", "raised": "#F8F9FB", "text": "#1B1F27",
        "muted": "#5B6472", "accent": "#1F5FBF", "accent_text": "#FFFFFF", "good": "#14713F",
        "warning": "#8A5A00", "bad": "#B3261E", "focus": "#1F5FBF", "grid": "#E1E4EA",
        "border": "#CFD4DC", "control": "#8C95A3", "hover": "#E9ECF1", "selection": "#D9E6FA",
    },
    {
        "train": "#0072B2", "validation": "#D55E00", "sell": "#B4508A", "hold": "#6B7280",
        "buy": "#00845F", "rate": "#8A7A00", "gradient": "#2C8FC7", "floor": "#4A4F5A",
        "test": "#7B4FB5",
    },
)  # fmt: skip
DARK = Theme(
    "dark",
    {
        "window": "#14171C", "surface": "#1C2027", "raised": "#242932", "text": "#E6E9EE",
        "muted": "#9AA4B2", "accent": "#6BA6FF", "accent_text": "#0B1220", "good": "#5CC88D",
        "warning": "#E5B14B", "bad": "#FF8A80", "focus": "#6BA6FF", "grid": "#2D333D",
        "border": "#3A424E", "control": "#6B7687", "hover": "#2B313B", "selection": "#22364F",
    },
    {
        "train": "#3FA9F5", "validation": "#F0883E", "sell": "#D98BB8", "hold": "#9AA4B2",
        "buy": "#2FBF8F", "rate": "#E6D94A", "gradient": "#7CCBF5", "floor": "#B9C0CA",
        "test": "#B794F6",
    },
)  # fmt: skip
THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (
        linear(channel) for channel in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
