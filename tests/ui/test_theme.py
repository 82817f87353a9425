"""Colours that can be read, icons that follow them, switching while it runs."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from console.core.paths import resources_dir
from console.ui.theme import (
    SERIES,
    Theme,
    apply_theme,
    contrast,
    current_theme,
    font,
    icon,
    theme_events,
)
from console.ui.theme.roles import ROLES, THEMES

TEXT_ROLES = ("text", "muted", "accent", "good", "warning", "bad")
GROUNDS = ("window", "surface", "raised")


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize(("role", "ground"), [*itertools.product(TEXT_ROLES, GROUNDS)])
def test_that_text_reaches_four_and_a_half_to_one(theme: Theme, role: str, ground: str) -> None:
    assert contrast(theme.color(role), theme.color(ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_that_text_on_coloured_grounds_can_be_read(theme: Theme) -> None:
    assert contrast(theme.color("accent_text"), theme.color("accent")) >= 4.5
    assert contrast(theme.color("text"), theme.color("selection")) >= 4.5
    assert contrast(theme.color("muted"), theme.color("hover")) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize(("series", "ground"), [*itertools.product(SERIES, GROUNDS)])
def test_that_curves_reach_three_to_one(theme: Theme, series: str, ground: str) -> None:
    assert contrast(theme.series_color(series), theme.color(ground)) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("role", ["control", "focus"])
def test_that_frames_of_fields_reach_three_to_one(theme: Theme, role: str) -> None:
    assert contrast(theme.color(role), theme.color("surface")) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_that_every_role_and_series_has_a_colour_of_its_own_place(theme: Theme) -> None:
    assert set(theme.roles) == set(ROLES)
    assert set(theme.series) == set(SERIES)
    assert len({theme.series_color(name).name() for name in SERIES}) == len(SERIES)


def test_that_contrast_knows_its_ends() -> None:
    white, black = QColor("white"), QColor("black")
    assert contrast(white, black) == pytest.approx(21.0)
    assert contrast(white, white) == pytest.approx(1.0)


def test_that_the_theme_changes_while_the_application_runs(app: QApplication) -> None:
    heard: list[str] = []

    def hear(theme: Theme) -> None:
        heard.append(theme.name)

    theme_events().theme_changed.connect(hear)
    apply_theme(app, "dark")
    theme_events().theme_changed.disconnect(hear)
    assert heard == ["dark"]
    assert current_theme().is_dark
    assert app.palette().color(QPalette.ColorRole.Window) == current_theme().color("window")
    assert current_theme().roles["surface"] in app.styleSheet()


def test_that_no_name_is_left_in_the_style_sheet(app: QApplication) -> None:
    assert "@" not in app.styleSheet()


def test_that_every_icon_is_drawn_in_the_colours_of_the_theme(app: QApplication) -> None:
    names = [path.stem for path in (resources_dir() / "icons").glob("*.svg") if path.stem != "app"]
    assert len(names) > 20
    for name in names:
        light = icon(name).pixmap(20, 20).toImage()
        apply_theme(app, "dark")
        dark = icon(name).pixmap(20, 20).toImage()
        apply_theme(app, "light")
        assert light != dark, name


def test_that_the_bundled_typeface_speaks_russian_in_even_figures(app: QApplication) -> None:
    from PySide6.QtGui import QFontMetrics

    used = font()
    assert QFontInfo(used).family() == "Inter"
    metrics = QFontMetrics(used)
    assert metrics.inFontUcs4(ord("ж"))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")
