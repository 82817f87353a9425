"""A time axis with shortened gaps: ticks at round times, or where rows begin again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.core.series import Floats
from console.ui.pages.data_words import day_text, time_text
from console.ui.plots.axes import RoundAxis

PIXELS_PER_TICK = 84
DAY = 86_400.0
STEPS = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0),
    *(3600.0, 7200.0, 14_400.0, 21_600.0, 43_200.0),
    *(days * DAY for days in (1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1825, 3650)),
)
MOST_CANDIDATES = 4000
KEPT_SHARE = 0.7  # of the ticks of a step must have room for the step to be taken


class PlaceAxis(RoundAxis):
    """Translates between places and times along the points of a ``PricePath``."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._times: Floats = np.zeros(1)
        self._places: Floats = np.zeros(1)
        self._texts: dict[float, str] = {}

    def set_points(self, times: Floats, places: Floats) -> None:
        """Take the points (P,) of another path, ascending."""
        self._times, self._places = times, places
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Ticks of the shortest step that leaves room for its words."""
        apart = (high - low) / max(size, 1.0) * PIXELS_PER_TICK
        first, last = (float(np.interp(x, self._places, self._times)) for x in (low, high))
        for step in STEPS:
            if (last - first) / step > MOST_CANDIDATES:
                continue
            ticks = self._ticks(first, last, step)
            ticks = ticks[(ticks >= low) & (ticks <= high)]
            kept = _spaced(ticks, apart)
            if len(kept) >= KEPT_SHARE * len(ticks):
                break
        self._texts = self._words(kept, step)
        return [(step, kept)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The words at the ticks."""
        return [self._texts.get(value, "") for value in values]

    def _ticks(self, first: float, last: float, step: float) -> Floats:
        """Places of the multiples of ``step``; one inside a shortened gap moves to its end."""
        wanted = np.arange(np.ceil(first / step), np.floor(last / step) + 1) * step
        after = np.searchsorted(self._times, wanted).clip(1, max(len(self._times) - 1, 1))
        if len(self._times) < 2:
            return wanted[:0]
        span = self._times[after] - self._times[after - 1]
        drawn = self._places[after] - self._places[after - 1]
        inside = drawn < 0.9 * span
        places = np.interp(wanted, self._times, self._places)
        places[inside] = self._places[after][inside]
        return np.unique(places)

    def _words(self, ticks: Sequence[float], step: float) -> dict[float, str]:
        """Days where every tick has one of its own, else times, the first of a day with it."""
        times = np.interp(ticks, self._places, self._times).tolist()
        days = [day_text(time) for time in times]
        if step >= DAY or (len(ticks) > 1 and len(set(days)) == len(ticks)):
            return dict(zip(ticks, days, strict=True))
        texts: dict[float, str] = {}
        before = ""
        for tick, time, day in zip(ticks, times, days, strict=True):
            clock = time_text(time).rpartition(" ")[2]
            clock = clock[:5] if step >= 60 else clock
            texts[tick] = clock if day == before else f"{day} {clock}"
            before = day
        return texts


def _spaced(ticks: Floats, apart: float) -> list[float]:
    """Those of ascending ``ticks`` that keep a distance from the one before."""
    kept: list[float] = []
    for tick in ticks.tolist():
        if not kept or tick - kept[-1] >= apart:
            kept.append(tick)
    return kept
