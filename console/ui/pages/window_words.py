"""A window, its label and a model's answer in words."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from console.core.datasets import CLASS_NAMES
from console.core.inspection import InspectedData, InspectedWindow
from console.ui.forms.format import duration_text, grouped
from console.ui.i18n import tr, trn
from console.ui.plots.numbers import value_text
from console.ui.plots.window_axes import clock_text
from console.ui.plots.window_marks import Bands

DOT = "   ·   "
SERIES = ("sell", "hold", "buy")


def part_words(part: str) -> str:
    """The name of a part of the data, or of all or none of them."""
    return {
        "all": tr("all windows"),
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
        "step": tr("the window step passes over it"),
        "unlabelled": tr("its label is unknown"),
    }[reason]


def facts(window: InspectedWindow, data: InspectedData) -> str:
    """What the window is: symbol, time, part, label, return, place in its stretch."""
    first, last = window.time_at(1 - window.num_rows), window.time_at(0)
    begin = window.segment_row + 2 - window.num_rows
    part = part_words(window.part)
    if window.reason:
        part = tr("{part}: {reason}", part=part, reason=reason_words(window.reason))
    told = [
        f"{window.symbol}  {_moment(first)} – {clock_text(last, last - first < 60)}",
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
    verdict = ""
    if window.label >= 0:
        verdict = tr(" (right)") if best == window.label else tr(" (wrong)")
    return DOT.join(
        [
            tr("The model says {name}{verdict}", name=CLASS_NAMES[best], verdict=verdict),
            shares,
            tr("confidence {share}", share=_percent(told.confidence, 0)),
            tr("expected return {move}", move=move_text(told.expected_return)),
        ]
    )


def cell_words(window: InspectedWindow, data: InspectedData, row: int, feature: int) -> str:
    """One cell: feature, time, what the net sees and what is stored."""
    scaled = float(window.scaled[row - 1, feature])
    raw = float(window.raw[row - 1, feature])
    told = [data.features[feature], clock_text(window.time_at(row), fine=True)]
    if data.is_scaled:
        clipped = data.clip > 0 and abs(scaled) >= data.clip
        value = f"{scaled:+.3f}\u00a0σ"
        told.append(tr("the net sees {value}", value=value) + (tr(", clipped") if clipped else ""))
    told.append(tr("stored {value}", value=f"{raw:.7g}"))
    return DOT.join(told)


def bands(window: InspectedWindow) -> Bands:
    """What is shaded over the plot."""
    name = CLASS_NAMES[window.label] if window.label >= 0 else tr("no label")
    span = window.time_at(window.horizon_rows) - window.time_at(0)
    ahead = trn("{n} row ahead", "{n} rows ahead", window.horizon_rows)
    if window.horizon_rows:
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
    )


def move_text(move: float) -> str:
    """A move of the price in per cent."""
    return "–" if math.isnan(move) else f"{100 * move:+.3f}\u00a0%"


def _label_words(window: InspectedWindow, data: InspectedData) -> str:
    name = CLASS_NAMES[window.label] if window.label >= 0 else tr("no label")
    rule = data.label["column"] or tr("from prices")
    words = tr("{name} by {rule}", name=name, rule=rule)
    limits = data.label.get("thresholds")
    if limits is None or math.isnan(window.move):
        return words
    if data.label["method"] == "volatility":
        texts = [f"{value_text(abs(value))}\u00a0σ" for value in (window.move, *limits)]
        signs = ["-" if value < 0 else "+" for value in (window.move, *limits)]
        move, low, high = (sign + text for sign, text in zip(signs, texts, strict=True))
    else:
        move, low, high = (move_text(value) for value in (window.move, *limits))
    return tr(
        "{words}: {move}, limits {low} and {high}", words=words, move=move, low=low, high=high
    )


def _percent(share: float, digits: int) -> str:
    return f"{100 * share:.{digits}f}\u00a0%"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
