"""Colours of the heat map: blue below, orange above, the surface at 0, for every colour vision."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from console.ui.theme import Theme

STEPS = 255  # odd, so that 0 has a colour of its own
_STOPS = {
    "light": ("#08306B", "#2F7FBC", "#A6CEE8", "#F7F7F5", "#FBC58A", "#DE6A1E", "#7F2704"),
    "dark": ("#B9E1FF", "#4FA8E8", "#1F5C8C", "#20252D", "#8A4A17", "#EB8A3C", "#FFDDB0"),
}


def heat_colors(theme: Theme) -> npt.NDArray[np.uint8]:
    """``STEPS`` colours (STEPS, 3) from the lowest to the highest value."""
    stops = np.array([_channels(text) for text in _STOPS[theme.name]], dtype=np.float64)
    places = np.linspace(0.0, len(stops) - 1.0, STEPS)
    channels = [np.interp(places, np.arange(len(stops)), stops[:, index]) for index in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
