"""The bundled typeface in the sizes of the theme."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from console.core.paths import resources_dir
from console.ui.theme.roles import TYPE_SIZES

FAMILY = "Inter"
FALLBACKS = ("Inter", "Segoe UI", "DejaVu Sans", "sans-serif")


def load_fonts() -> None:
    """Register the bundled font files once; a missing file leaves the desktop's own font."""
    if FAMILY in QFontDatabase.families():
        return
    for path in sorted((resources_dir() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def font(size: str = "body", *, bold: bool = False) -> QFont:
    """A font of the theme with tabular figures; ``size`` is a key of ``TYPE_SIZES``."""
    made = QFont()
    made.setFamilies(list(FALLBACKS))
    made.setPixelSize(TYPE_SIZES[size])
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def apply_fonts(app: QApplication) -> None:
    """Make the bundled typeface the application's."""
    load_fonts()
    app.setFont(font())
