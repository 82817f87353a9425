"""What is known about a dataset, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from console.core.configs import DataConfig, ModelConfigV2
from console.core.datasets import CLASS_NAMES, DatasetInfo, LabelInfo
from console.ui.forms.format import duration_text
from console.ui.i18n import tr, trn

FIRST_DATE = 315_532_800.0  # 1980-01-01: days before are numbers, the true dates are hidden


def span_text(info: DatasetInfo) -> str:
    """First and last day of the data."""
    first, last = (day_text(seconds) for seconds in (info.first_time, info.last_time))
    return first if first == last else f"{first} – {last}"


def time_text(seconds: float) -> str:
    """A moment: date and time of day, or day number and time where dates are hidden."""
    clock = datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")
    return f"{day_text(seconds)}  {clock}"


def part_text(kind: str) -> str:
    """A part of the split, or what lies between and around the parts."""
    words = {
        "train": tr("training"), "validation": tr("validation"), "test": tr("test"),
        "left_out": tr("left out: purge and embargo"), "outside": tr("in no window"),
    }  # fmt: skip
    return words[kind]


def label_text(label: LabelInfo) -> str:
    """A label with its reach."""
    if not label.horizon_rows:
        return label.column
    ahead = trn("{n} row ahead", "{n} rows ahead", label.horizon_rows)
    return f"{label.column}  ({ahead})"


def chosen_label(info: DatasetInfo, config: DataConfig) -> LabelInfo | None:
    """The stored label that a training takes; None when classes are made from prices."""
    if config.label_source == "prices" or not info.labels:
        return None
    return next((label for label in info.labels if label.column == config.label), info.labels[0])


def majority(counts: Sequence[int]) -> tuple[str, float]:
    """The most frequent class and its share: what always guessing it would reach."""
    total = sum(counts) or 1
    index = max(range(len(CLASS_NAMES)), key=counts.__getitem__)
    return CLASS_NAMES[index], counts[index] / total


def num_rows(info: DatasetInfo, config: DataConfig) -> int:
    """Rows left after choosing symbols and last days (days are taken as equally long)."""
    per_symbol = dict(zip(info.symbols, info.rows_per_symbol, strict=True))
    chosen = config.symbols or info.symbols
    rows = sum(per_symbol.get(symbol, 0) for symbol in chosen)
    if config.days and info.num_days:
        rows = round(rows * min(1.0, config.days / info.num_days))
    return rows


def num_train_windows(info: DatasetInfo, config: DataConfig, model: ModelConfigV2) -> int:
    """About how many training windows there are, before oversampling."""
    rows = num_rows(info, config)
    segments = info.num_segments * rows / info.num_rows if info.num_rows else 0.0
    usable = rows - segments * (model.sequence_length - 1)
    return max(0, math.floor(usable * config.train_share / config.window_stride))


def window_span_text(info: DatasetInfo, model: ModelConfigV2) -> str:
    """How much time one window covers; empty when the rows keep no steady pace."""
    if info.row_interval_s <= 0.0:
        return ""
    return duration_text(info.row_interval_s * model.sequence_length)


def pace_text(info: DatasetInfo) -> str:
    """The usual distance of two rows."""
    if info.row_interval_s <= 0.0:
        return "–"
    return tr("{time} apart", time=duration_text(info.row_interval_s))


def day_text(seconds: float) -> str:
    """A date, or the number of the day where the true dates are hidden."""
    if seconds < FIRST_DATE:
        return tr("day {n}", n=math.floor(seconds / 86_400))
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
