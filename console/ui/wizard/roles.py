"""The part that each column of a table plays in its mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.ui.i18n import tr

Column = Mapping[str, str]
ROLES = ("symbol", "time", "day", "session", "label", "feature", "")
USUAL = {0: "SELL", 1: "HOLD", 2: "BUY"}


def role_of(column: str, mapping: Mapping[str, Any], features: tuple[str, ...]) -> str:
    """The part that a column plays: symbol, time, day, session, label, feature or nothing."""
    stamp = mapping.get("timestamp") or {}
    if column == mapping.get("symbol"):
        return "symbol"
    if column == stamp.get("column"):
        return "time"
    if column == stamp.get("day"):
        return "day"
    if any(column == label.get("column") for label in mapping.get("labels") or ()):
        return "label"
    if column in sessions_of(mapping):
        return "session"
    return "feature" if column in features else ""


def role_words(role: str) -> str:
    """A role as the head of a column shows it."""
    return {
        "symbol": tr("symbol"), "time": tr("time"), "day": tr("day"), "label": tr("label"),
        "session": tr("session"), "feature": tr("feature"), "": tr("not used"),
    }[role]  # fmt: skip


def sessions_of(mapping: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns whose change breaks a window."""
    given = mapping.get("session") or ()
    return (given,) if isinstance(given, str) else tuple(given)


def features_of(mapping: Mapping[str, Any], columns: list[Column]) -> tuple[str, ...]:
    """The features that a mapping makes of ``columns``."""
    given = mapping.get("features") or {}
    if isinstance(given, list | tuple):
        return tuple(given)
    stamp = mapping.get("timestamp") or {}
    taken = {mapping.get("symbol") if isinstance(mapping.get("symbol"), str) else None}
    taken |= {stamp.get("column"), stamp.get("day"), *sessions_of(mapping)}
    taken |= {label.get("column") for label in mapping.get("labels") or ()}
    taken |= set(given.get("exclude") or ())
    numeric = [each["name"] for each in columns if each["kind"] == "number"]
    chosen = [name for name in numeric if name not in taken]
    return (*chosen, *(name for name in given.get("include") or () if name not in chosen))


def feature_choice(
    mapping: Mapping[str, Any], columns: list[Column], chosen: Sequence[str]
) -> dict[str, list[str]]:
    """``chosen`` as what is left out of, and added to, the features that follow from the roles."""
    usual = features_of({**mapping, "features": {}}, columns)
    made = {
        "exclude": [name for name in usual if name not in chosen],
        "include": [name for name in chosen if name not in usual],
    }
    return {key: names for key, names in made.items() if names}


def with_role(
    mapping: Mapping[str, Any], column: str, role: str, columns: list[Column]
) -> dict[str, Any]:
    """``mapping`` with ``column`` in another role, and in none of its earlier ones."""
    features = [name for name in features_of(mapping, columns) if name != column]
    features += [column] if role == "feature" else []
    made = dict(mapping)
    stamp = {key: x for key, x in (made.get("timestamp") or {}).items() if x != column}
    labels = [each for each in made.get("labels") or () if each["column"] != column]
    sessions = [name for name in sessions_of(mapping) if name != column]
    if made.get("symbol") == column:
        made["symbol"] = {"value": ""}
    if role == "symbol":
        made["symbol"] = column
    elif role in ("time", "day"):
        stamp["column" if role == "time" else "day"] = column
    elif role == "label":
        labels.append(new_label(column, labels))
    if role in ("day", "session"):
        sessions.append(column)
    made |= {"timestamp": stamp, "labels": labels, "session": sessions}
    return {**made, "features": feature_choice(made, columns, features)}


def new_label(column: str, others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A label that means the same by its values as the ``others``."""
    encoding = next((each["encoding"] for each in others if each.get("encoding")), USUAL)
    return {"column": column, "horizon_rows": 1, "encoding": dict(encoding), "drop_tail": True}
