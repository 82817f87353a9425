"""Growing metric series: amortised append, smoothing, and a min/max pyramid for drawing.

A series keeps every point. What is drawn is at most ``max_points`` of them for any range of x,
chosen so that the smallest and the largest value of the range are always among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BASE_BUCKET = 16
BUCKET_FACTOR = 4
MAX_POINTS = 2_000
NO_SMOOTHING = 1e-12


@dataclass(frozen=True)
class Decimated:
    """What is drawn of a range: ``x`` and ``y`` of ``shown`` points out of ``total`` in it."""

    x: Floats
    y: Floats
    total: int

    @property
    def shown(self) -> int:
        """How many points are drawn."""
        return len(self.x)


class GrowingArray:
    """A one-dimensional array that doubles its room when it is full."""

    def __init__(self, dtype: type[np.generic], room: int = 64) -> None:
        self._values = np.empty(room, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[np.generic]:
        """The filled part, as a view that the next ``extend`` may outdate."""
        return self._values[: self._length]

    def extend(self, values: NDArray[np.generic]) -> None:
        """Append ``values``."""
        end = self._length + len(values)
        if end > len(self._values):
            grown = np.empty(max(end, 2 * len(self._values)), dtype=self._values.dtype)
            grown[: self._length] = self.values
            self._values = grown
        self._values[self._length : end] = values
        self._length = end

    def cut(self, length: int) -> None:
        """Forget everything from position ``length`` on."""
        self._length = min(self._length, length)


class Series:
    """Points (x, y) with x never decreasing; y may be NaN, which is drawn as a gap.

    ``superseded`` counts the points that ``truncate_after`` has hidden.
    """

    def __init__(self) -> None:
        self._x, self._y = GrowingArray(np.float64), GrowingArray(np.float64)
        self._pyramid = _Pyramid()
        self.superseded = 0

    def __len__(self) -> int:
        return len(self._x)

    @property
    def x(self) -> Floats:
        """All x values, as a view."""
        return self._x.values  # type: ignore[return-value]

    @property
    def y(self) -> Floats:
        """All y values, as a view."""
        return self._y.values  # type: ignore[return-value]

    def append(self, x: float, y: float) -> None:
        """Add one point."""
        self.extend([x], [y])

    def extend(self, xs: ArrayLike, ys: ArrayLike) -> None:
        """Add points; None and infinities count as NaN.

        Raises:
            ValueError: lengths differ, or x would decrease.
        """
        x, y = _floats(xs), _floats(ys)
        if len(x) != len(y):
            raise ValueError(f"{len(x)} x values but {len(y)} y values")
        if not len(x):
            return
        before = self.x[-1:] if len(self) else x[:1]
        if np.any(np.diff(np.concatenate((before, x))) < 0):
            raise ValueError("x must not decrease")
        self._x.extend(x)
        self._y.extend(np.where(np.isfinite(y), y, np.nan))
        self._pyramid.update(self.y)

    def truncate_after(self, x: float) -> int:
        """Hide the points beyond ``x`` (a resume has superseded them); returns how many."""
        keep = int(np.searchsorted(self.x, x, side="right"))
        hidden = len(self) - keep
        self._x.cut(keep)
        self._y.cut(keep)
        self._pyramid.cut(keep)
        self.superseded += hidden
        return hidden

    def decimate(
        self, low: float = -np.inf, high: float = np.inf, max_points: int = MAX_POINTS
    ) -> Decimated:
        """At most ``max_points`` points of ``low <= x <= high``, one more on each side if any.

        The minimum, the maximum, the first and the last point of the range are always among them.
        """
        begin = int(np.searchsorted(self.x, low, side="left"))
        end = int(np.searchsorted(self.x, high, side="right"))
        outer_begin, outer_end = max(begin - 1, 0), min(end + 1, len(self))
        if outer_end - outer_begin <= max_points:
            chosen = np.arange(outer_begin, outer_end)
        else:
            inner = self._pyramid.choose(self.y, begin, end, max_points - 4)
            edges = np.array([outer_begin, begin, end - 1, outer_end - 1])
            chosen = np.unique(np.concatenate((edges, inner)))
        return Decimated(self.x[chosen], self.y[chosen], end - begin)

    def bounds(
        self, low: float = -np.inf, high: float = np.inf, trim: float = 0.0
    ) -> tuple[float, float] | None:
        """The range of y for ``low <= x <= high`` without the share ``trim`` at each end.

        Percentiles are taken over the decimated points, which exaggerates extremes slightly and
        costs the same for any number of points. None when nothing finite is in the range.
        """
        drawn = self.decimate(low, high)
        y = drawn.y[(drawn.x >= low) & (drawn.x <= high) & np.isfinite(drawn.y)]
        if not len(y):
            return None
        bottom, top = np.quantile(y, [trim, 1.0 - trim])
        return float(bottom), float(top)


class SmoothedSeries:
    """A raw series and its exponential moving average, kept in step."""

    def __init__(self, weight: float = 0.9) -> None:
        self.raw = Series()
        self.smooth = Series()
        self._weight = weight
        self._state = _EmaState()

    @property
    def weight(self) -> float:
        """Share of the past in the average: 0 is no smoothing, below 1."""
        return self._weight

    @weight.setter
    def weight(self, weight: float) -> None:
        if weight != self._weight:
            self._weight = weight
            self._rebuild()

    def extend(self, xs: ArrayLike, ys: ArrayLike) -> None:
        """Add points to both series."""
        before = len(self.raw)
        self.raw.extend(xs, ys)
        x, y = self.raw.x[before:], self.raw.y[before:]
        self.smooth.extend(x, _ema(y, self._weight, self._state))

    def truncate_after(self, x: float) -> int:
        """Hide the points beyond ``x`` in both series."""
        hidden = self.raw.truncate_after(x)
        if hidden:
            self.smooth.truncate_after(x)
            self._state = self._state_at_end()
        return hidden

    def _state_at_end(self) -> _EmaState:
        """What the average remembers after the last point, worked out from its value there."""
        finite = np.flatnonzero(np.isfinite(self.smooth.y))
        if not len(finite):
            return _EmaState()
        remaining = float(self._weight ** len(finite))
        return _EmaState(float(self.smooth.y[finite[-1]]) * (1.0 - remaining), remaining)

    def _rebuild(self) -> None:
        self.smooth, self._state = Series(), _EmaState()
        self.smooth.extend(self.raw.x, _ema(self.raw.y, self._weight, self._state))


def ema(values: Sequence[float] | Floats, weight: float) -> Floats:
    """Exponential moving average without start-up bias; NaN stays NaN and is passed over.

    y_n = s_n / (1 - w^n) with s_n = w s_(n-1) + (1 - w) x_n and s_0 = 0, the correction of
    Kingma and Ba, "Adam", 2015, section 3.
    """
    return _ema(_floats(values), weight, _EmaState())


@dataclass
class _EmaState:
    total: float = 0.0
    remaining: float = 1.0  # w^n


def _ema(values: Floats, weight: float, state: _EmaState) -> Floats:
    result = np.full(len(values), np.nan)
    finite = np.flatnonzero(np.isfinite(values))
    if weight < NO_SMOOTHING:
        result[finite] = values[finite]
        return result
    # Within a block of k points s_n is a scaled cumulative sum; k keeps w^-k far from overflow.
    block = max(1, int(23.0 / max(-np.log(weight), 1e-9)))
    block = min(block, 65_536)
    powers = weight ** np.arange(1, min(block, max(len(finite), 1)) + 1)
    for start in range(0, len(finite), block):
        where = finite[start : start + block]
        scale = powers[: len(where)]
        sums = scale * (state.total + (1.0 - weight) * np.cumsum(values[where] / scale))
        remaining = state.remaining * scale
        result[where] = sums / (1.0 - remaining)
        state.total, state.remaining = float(sums[-1]), float(remaining[-1])
    return result


class _Pyramid:
    """Per bucket of 16, 64, 256, ... points the positions of its smallest and largest value."""

    def __init__(self) -> None:
        self._low: list[GrowingArray] = []
        self._high: list[GrowingArray] = []

    def update(self, y: Floats) -> None:
        """Fill the buckets that ``y`` has completed since the last call."""
        level, size = 0, BASE_BUCKET
        while size <= len(y):
            if level == len(self._low):
                self._low.append(GrowingArray(np.int64))
                self._high.append(GrowingArray(np.int64))
            done, full = len(self._low[level]), len(y) // size
            if done == full:
                break
            if level == 0:
                low = high = np.arange(done * size, full * size).reshape(-1, size)
            else:
                group = slice(done * BUCKET_FACTOR, full * BUCKET_FACTOR)
                low = self._positions(self._low[level - 1], group)
                high = self._positions(self._high[level - 1], group)
            self._low[level].extend(_pick(y, low, np.inf))
            self._high[level].extend(_pick(y, high, -np.inf))
            level, size = level + 1, size * BUCKET_FACTOR

    def cut(self, length: int) -> None:
        """Forget the buckets that reach beyond ``length`` points."""
        for level, (low, high) in enumerate(zip(self._low, self._high, strict=True)):
            full = length // (BASE_BUCKET * BUCKET_FACTOR**level)
            low.cut(full)
            high.cut(full)

    def choose(self, y: Floats, begin: int, end: int, max_points: int) -> Indices:
        """Positions in ``[begin, end)``, at most ``max_points``, with every bucket's extremes."""
        wanted = max(1, max_points // 2 - 2)
        level, size = 0, BASE_BUCKET
        while (end - begin) // size > wanted:
            level, size = level + 1, size * BUCKET_FACTOR
        if level >= len(self._low):
            return _extremes(y, begin, end)
        first = -(-begin // size)
        last = max(first, min(end // size, len(self._low[level])))
        middle = slice(first, last)
        parts = [
            _extremes(y, begin, min(first * size, end)),
            self._low[level].values[middle],
            self._high[level].values[middle],
            _extremes(y, max(last * size, begin), end),
        ]
        return np.concatenate(parts).astype(np.int64)

    @staticmethod
    def _positions(finer: GrowingArray, group: slice) -> Indices:
        return finer.values[group].reshape(-1, BUCKET_FACTOR)  # type: ignore[return-value]


def _pick(y: Floats, positions: Indices, worst: float) -> Indices:
    """Of each row of positions the one with the smallest (``worst`` inf) or largest value."""
    values = y[positions]
    values = np.where(np.isnan(values), worst, values)
    column = values.argmin(axis=1) if worst > 0 else values.argmax(axis=1)
    return np.asarray(positions[np.arange(len(positions)), column], dtype=np.int64)


def _extremes(y: Floats, begin: int, end: int) -> Indices:
    if end <= begin:
        return np.empty(0, dtype=np.int64)
    row = np.arange(begin, end)[None, :]
    return np.concatenate((_pick(y, row, np.inf), _pick(y, row, -np.inf)))


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64).reshape(-1)
