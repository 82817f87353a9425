"""Values of config fields as words and figures."""

from __future__ import annotations

from typing import Any

from console.core.fields import FieldRecord
from console.ui.i18n import tr


def number_text(value: Any) -> str:
    """A number as short as it can be read back: ``256``, ``0.45``, ``5e-05``."""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def value_text(record: FieldRecord, value: Any) -> str:
    """A field's value in words: choices by their label, switches as on and off."""
    if record.kind == "bool":
        return tr("on") if value else tr("off")
    if record.kind == "choice" and value in record.choices and record.choice_labels:
        return tr(record.choice_labels[record.choices.index(value)])
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, list | tuple):
        if not value:
            return tr("all") if record.kind in ("bool_list", "text_list") else "–"
        return ", ".join(
            (tr("yes") if item else tr("no")) if isinstance(item, bool) else number_text(item)
            for item in value
        )
    return number_text(value) if value != "" else "–"


def range_text(record: FieldRecord) -> str:
    """The limits of a number field, such as ``1 to 500``; empty when there are none."""
    if record.minimum is not None and record.maximum is not None:
        if record.minimum == record.maximum:
            return ""
        return tr("{low} to {high}", low=_limit(record.minimum), high=_limit(record.maximum))
    if record.minimum is not None:
        return tr("at least {low}", low=_limit(record.minimum))
    if record.maximum is not None:
        return tr("at most {high}", high=_limit(record.maximum))
    return ""


def grouped(number: int) -> str:
    """A count with thin groups of three digits: ``1,035,000``."""
    return f"{number:,}".replace(",", tr(",")) if number >= 1000 else str(number)


def duration_text(seconds: float) -> str:
    """A time span with sensible digits: ``45 s``, ``3 min``, ``2 h 04 m``, ``5 days``."""
    if seconds < 90 and seconds != 60:
        return tr("{n} s", n=number_text(round(seconds, 1) if seconds < 10 else round(seconds)))
    if seconds < 90 * 60:
        return tr("{n} min", n=round(seconds / 60))
    if seconds < 48 * 3600:
        hours, minutes = divmod(round(seconds / 60), 60)
        return tr("{h} h {m} m", h=hours, m=f"{minutes:02d}")
    return tr("{n} d", n=round(seconds / 86400))


def _limit(value: float) -> str:
    return f"{value:.10g}"
