"""What is wrong with a field, in the operator's language."""

from __future__ import annotations

from console.core.errors import Problem
from console.core.fields import FieldRecord
from console.ui.forms.format import number_text, range_text
from console.ui.i18n import tr, tr_message


def problem_text(record: FieldRecord, problem: Problem) -> str:
    """One sentence about one field; the limits are named where it is outside them."""
    items = problem.value if isinstance(problem.value, list | tuple) else (problem.value,)
    numeric = record.kind in ("int", "float", "int_list", "float_list")
    if numeric and any(isinstance(item, str) for item in items):
        wrong = next(item for item in items if isinstance(item, str))
        if not wrong:
            return tr("A number is needed.")
        return tr("“{value}” is not a number.", value=wrong)
    if record.kind in ("int", "int_list") and any(_is_fraction(item) for item in items):
        return tr("A whole number is needed.")
    outside = next((item for item in items if _is_outside(record, item)), None)
    if outside is not None:
        limits = f"{range_text(record)} {tr(record.unit) if record.unit else ''}".strip()
        return tr("{value} is outside {limits}.", value=number_text(outside), limits=limits)
    message = tr_message(problem.message)
    return message[:1].upper() + message[1:]


def _is_fraction(value: object) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _is_outside(record: FieldRecord, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    below = record.minimum is not None and value < record.minimum
    return below or (record.maximum is not None and value > record.maximum)
