"""The price of each symbol as few points, and the bands of the split on its time axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from console.core.profile import Band, BandKind, PricePath
from console.engine.data.price_moves import known_prices
from console.engine.data.rows import Array, MarketRows

POINTS, ALL_POINTS, FEWEST_POINTS = 2_000, 60_000, 40
BREAK_SHARE = 0.1  # of the points may be breaks of the line
GAP_SHARE = 0.2  # of the recorded time that gaps may take on the axis
Floats = npt.NDArray[np.float64]


def price_paths(
    rows: MarketRows, ends: Mapping[str, Array], sequence_length: int
) -> tuple[PricePath, ...]:
    """One path per symbol; ``ends`` are the window ends of each part, as row numbers."""
    ranges = rows.symbol_ranges()
    most = max(FEWEST_POINTS, min(POINTS, ALL_POINTS // max(len(ranges), 1)))
    prices, names = known_prices(rows), tuple(ends)
    every = np.concatenate([np.empty(0, dtype=np.int64), *ends.values()])
    parts = np.repeat(np.arange(len(names)), [len(part) for part in ends.values()])
    order = np.argsort(every, kind="stable")
    every, parts = every[order], parts[order]
    paths = []
    for code, first, stop in ranges:
        inside = slice(*np.searchsorted(every, (first, stop)))
        piece = rows.between(first, stop)
        places, shortened = axis_places(piece.time, piece.segment)
        mine = every[inside] - first, parts[inside]
        bands = _bands(piece.time, places, *mine, names, sequence_length)
        at, kept = _points(piece.time, piece.segment, prices[first:stop], most)
        paths.append(
            PricePath(
                rows.symbols[code], len(piece),
                tuple(np.round(piece.time[at], 3).tolist()),
                tuple(np.round(places[at], 3).tolist()),
                tuple(_digits(value) for value in kept), shortened, tuple(bands),
            )
        )  # fmt: skip
    return tuple(paths)


def axis_places(time: Floats, segment: Array) -> tuple[Floats, bool]:
    """Seconds from the first row (N,), and whether gaps between stretches were shortened.

    Gaps longer than a limit are drawn with the limit's length; it is the longest for which all
    gaps together take at most ``GAP_SHARE`` of the recorded time.
    """
    place = time - time[0]
    after = np.flatnonzero(segment[1:] != segment[:-1]) + 1
    gaps = time[after] - time[after - 1]
    room = GAP_SHARE * (float(place[-1]) - float(gaps.sum()))
    if room <= 0 or gaps.sum() <= room:
        return place, False
    rising = np.sort(gaps)
    left = len(gaps) - np.arange(len(gaps))
    before = np.cumsum(rising) - rising
    fits = (room - before) / left  # the limit, were all shorter gaps drawn in full
    limit = float(fits[np.argmax(fits <= rising)])
    cut = np.zeros(len(time))
    cut[after] = np.maximum(gaps - limit, 0.0)
    return place - np.cumsum(cut), True


def _bands(
    time: Floats, places: Floats, ends: Array, parts: Array, names: tuple[str, ...], length: int
) -> Iterator[Band]:
    """Bands of one symbol in row order; rows are numbered within the symbol.

    A part's band reaches from the first row of its first window to the last of its last one, as
    long as no window of another part lies between.
    """

    def band(kind: str, first: int, stop: int, num_windows: int = 0) -> Band:
        made: BandKind = kind  # type: ignore[assignment]
        last = stop - 1
        return Band(
            made, round(float(places[first]), 3), round(float(places[last]), 3),
            float(time[first]), float(time[last]), stop - first, num_windows,
        )  # fmt: skip

    done = 0
    change = np.flatnonzero(parts[1:] != parts[:-1]) + 1
    for group in np.split(np.arange(len(ends)), change):
        if not len(group):
            continue
        first, stop = int(ends[group[0]]) - (length - 1), int(ends[group[-1]]) + 1
        if first > done:
            yield band("left_out" if done else "outside", done, first)
        yield band(names[parts[group[0]]], max(first, done), stop, len(group))
        done = stop
    if done < len(time):
        yield band("outside", done, len(time))


def _points(
    time: Floats, segment: Array, price: Floats, most: int
) -> tuple[npt.NDArray[np.int64], list[float]]:
    """Rows (P,) of the points and their prices, NaN for a break; P is at most ``most``.

    Every bucket gives its lowest and its highest price in their order; the longest gaps cut
    buckets and break the line.
    """
    after = np.flatnonzero(segment[1:] != segment[:-1]) + 1
    num_breaks = min(len(after), int(BREAK_SHARE * most))
    gaps = time[after] - time[after - 1]
    breaks = after[np.argsort(-gaps, kind="stable")[:num_breaks]]
    num_buckets = max(1, (most - 3 * num_breaks) // 2)
    even = np.linspace(0, len(time), num_buckets + 1).astype(np.int64)
    cuts = np.unique(np.concatenate([even, breaks]))
    broken = set(breaks.tolist())
    at: list[int] = []
    kept: list[float] = []
    for start, stop in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        if start in broken:
            at.append(start)
            kept.append(float("nan"))
        known = np.flatnonzero(np.isfinite(price[start:stop]))
        if not len(known):
            at.append(start)
            kept.append(float("nan"))
            continue
        bucket = price[start:stop][known]
        for place in sorted({int(bucket.argmin()), int(bucket.argmax())}):
            at.append(start + int(known[place]))
            kept.append(float(bucket[place]))
    return np.asarray(at, dtype=np.int64), kept


def _digits(value: float) -> float | None:
    return float(f"{value:.7g}") if np.isfinite(value) else None
