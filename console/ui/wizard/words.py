"""What the wizard calls formats, options, units and rules, and how it tells problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.ui.i18n import tr, tr_message

STEPS = ("Files", "Format", "Columns", "Name")
UNITS = {
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
    "iso": "written date and time",
}  # fmt: skip
MID_KINDS = {"price": "a price", "relative": "a relative change"}
MISSING = {
    "error": "Stop the import", "drop": "Leave the row out", "previous": "Take the value before",
}  # fmt: skip
DUPLICATES = {"error": "Stop the import", "last": "Keep the last row"}
OPTIONS = {
    "symbol": ("Symbol", "Of files that do not name one; empty takes the file's own."),
    "day": ("Day", "Of files that only hold times of day, such as 2024-01-31."),
    "levels": ("Book levels", "How many levels of the book are kept on each side."),
    "features": ("Features", "Which features are made of the book or the candles."),
}
CHOICES = {
    "basic": "a few of the format's own", "reference": "the reference set",
    "all": "the reference set and order flow",
}  # fmt: skip


def choice_words(choice: str) -> str:
    """One of the values that an option can have."""
    return tr(CHOICES.get(choice, choice))


def option_words(name: str) -> tuple[str, str]:
    """Caption and explanation of an option of a raw format."""
    words, about = OPTIONS.get(name, (name.replace("_", " ").capitalize(), ""))
    return tr(words), tr(about) if about else ""


def format_title(answer: Mapping[str, Any], name: str) -> str:
    """What an operator calls a format."""
    known = {entry["name"]: entry["title"] for entry in answer.get("formats", ())}
    return tr_message(known.get(name, name))


def stored_words(column: str) -> str:
    """The head of a column of rows as they will be stored; ours are in brackets."""
    return {
        "(time)": tr("time"), "(symbol)": tr("symbol"), "(stretch)": tr("stretch"),
        "(mid-price)": tr("mid-price"),
    }.get(column, column)  # fmt: skip


def problem_words(told: Mapping[str, str]) -> str:
    """What is wrong and what to do about it."""
    message = tr_message(told["message"])
    remedy = tr_message(told.get("remedy") or "")
    return f"{message[:1].upper()}{message[1:]} {remedy}".strip()
