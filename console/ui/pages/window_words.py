"""A window, its label and a model's answer in words."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from console.core.configs import BalancingConfig
from console.core.datasets import CLASS_NAMES
from console.core.fields import field_of
from console.core.inspection import InspectedData, InspectedWindow
from console.ui.forms.format import duration_text, grouped
from console.ui.i18n import tr, trn
from console.ui.plots.window_axes import clock_text, has_parts, signed
from console.ui.plots.window_marks import Bands

DOT = "   ·   "
SERIES = ("sell", "hold", "buy")
HOLD = 1


def part_words(part: str) -> str:
    """The name of a part of the data, or of all or none of them."""
    return {
        "all": tr("all"),
        "train": tr("training"),
        "validation": tr("validation"),
        "test": tr("test"),
        "left_out": tr("left out"),
    }[part]


def reason_words(reason: str) -> str:
    """Why a window belongs to no part."""
    return {
        "split": tr("it holds rows of two parts"),
        "purged": tr("purge and embargo keep it away from the next part"),
        "fold": tr("the fold does not use its rows"),
        "step": tr("the window step passes over it"),
        "unlabelled": tr("its label is unknown"),
        "first_day": tr("there is no day before it to scale it by"),
    }[reason]


def facts(window: InspectedWindow, data: InspectedData) -> str:
    """What the window is: symbol, time, part, label, return, place in its stretch."""
    first, last = window.time_at(1 - window.num_rows), window.time_at(0)
    begin = window.segment_row + 2 - window.num_rows
    part = part_words(window.part)
    if window.reason:
        part = tr("{part}: {reason}", part=part, reason=reason_words(window.reason))
    told = [
        f"{window.symbol}  {_moment(first)} – {clock_text(last, has_parts(window.path_time))}",
        part,
        _label_words(window, data),
        tr(
            "rows {first} to {last} of {count} in their stretch",
            first=grouped(begin), last=grouped(window.segment_row + 1),
            count=grouped(window.segment_rows),
        ),
    ]  # fmt: skip
    return DOT.join(told)


def prediction_words(window: InspectedWindow) -> str:
    """What the model says; empty without a model."""
    told = window.prediction
    if told is None:
        return ""
    best = max(range(len(told.probabilities)), key=told.probabilities.__getitem__)
    shares = ", ".join(
        f"{name} {_percent(share, 0)}"
        for name, share in zip(CLASS_NAMES, told.probabilities, strict=True)
    )
    verdict = tr("The model says {name}", name=CLASS_NAMES[best])
    if window.label >= 0:
        judged = tr("right") if best == window.label else tr("wrong")
        verdict = tr("{verdict}: {judged}", verdict=verdict, judged=judged)
    return DOT.join(
        [
            verdict,
            shares,
            tr("confidence {share}", share=_percent(told.confidence, 0)),
            tr("expected return {move}", move=move_text(told.expected_return)),
        ]
    )


def cell_words(window: InspectedWindow, data: InspectedData, row: int, feature: int) -> str:
    """One cell: feature, time, what the net sees and what is stored."""
    scaled = float(window.scaled[row - 1, feature])
    raw = float(window.raw[row - 1, feature])
    fine = has_parts(window.path_time)
    told = [data.features[feature], clock_text(window.time_at(row), fine)]
    if data.is_scaled:
        clipped = data.clip > 0 and abs(scaled) >= data.clip
        value = f"{signed(scaled, '.3f')}\u00a0σ"
        if clipped:
            told.append(tr("the net sees {value}, clipped", value=value))
        else:
            told.append(tr("the net sees {value}", value=value))
    told.append(tr("stored {value}", value=f"{raw:.7g}"))
    return DOT.join(told)


def bands(window: InspectedWindow, data: InspectedData) -> Bands:
    """What is shaded over the plot."""
    name = CLASS_NAMES[window.label] if window.label >= 0 else tr("no label")
    span = window.time_at(window.horizon_rows) - window.time_at(0)
    ahead = trn("{n} row ahead", "{n} rows ahead", window.horizon_rows)
    if window.touch_rows > 0 and window.label != HOLD:
        touch = window.touch_rows
        ahead = trn("barrier met after {n} row", "barrier met after {n} rows", touch)
    elif window.horizon_rows:
        ahead = f"{ahead}, {duration_text(round(span, 3))}"
    if not window.horizon_known:
        ahead = tr("the stretch ends here")
    words = (
        name if math.isnan(window.future_return) else f"{name}  {move_text(window.future_return)}"
    )
    return Bands(
        first=1 - window.num_rows,
        horizon=window.horizon_rows,
        role=SERIES[window.label] if window.label >= 0 else "hold",
        window_words=trn("the net sees {n} row", "the net sees {n} rows", window.num_rows),
        horizon_words=f"{words}\n{ahead}",
        touch=window.touch_rows,
        levels=_levels(window, data),
    )


def move_text(move: float) -> str:
    """A move of the price in per cent."""
    return "–" if math.isnan(move) else f"{signed(100 * move, '.3f')}\u00a0%"


def _label_words(window: InspectedWindow, data: InspectedData) -> str:
    name = CLASS_NAMES[window.label] if window.label >= 0 else tr("no label")
    words = f"{name} ({data.label['column'] or _method_words(str(data.label['method']))})"
    limits = data.label.get("thresholds")
    if limits is None or math.isnan(window.move):
        return words
    figures = (window.move, *limits)
    in_sigma = data.label["method"] == "volatility"
    texts = [f"{signed(x, '.3g')}\u00a0σ" if in_sigma else move_text(x) for x in figures]
    move, low, high = texts
    return tr(
        "{words}: {move}, limits {low} and {high}", words=words, move=move, low=low, high=high
    )


def _levels(window: InspectedWindow, data: InspectedData) -> tuple[tuple[float, str], ...]:
    """Prices that divide the classes, where the rule compares the price then with that now."""
    limits, now = data.label.get("thresholds"), float(window.path_mid[-window.path_first])
    is_plain = data.label.get("move") == "point" and data.label["method"] != "volatility"
    if not limits or not is_plain or not math.isfinite(now):
        return ()
    prices = [now + x if data.mid_kind == "relative" else now * (1.0 + x) for x in limits]
    return tuple(zip(prices, ("sell", "buy"), strict=True))


def _method_words(method: str) -> str:
    record = field_of(BalancingConfig, "label_method")
    known = dict(zip(record.choices, record.choice_labels, strict=True))
    return tr(known.get(method, method))


def _percent(share: float, digits: int) -> str:
    return f"{100 * share:.{digits}f}\u00a0%"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
