"""The options of raw formats as plain records, derived from the fields of ``ImportOptions``."""

from __future__ import annotations

import dataclasses
import datetime
import typing
from collections.abc import Mapping
from typing import Any

from console.core.errors import ConfigError, Problem, did_you_mean
from console.engine.feature_store.importers.base import ImportOptions


def option_records() -> list[dict[str, Any]]:
    """A record per option: name, kind (text, date, int or choice), default and choices."""
    kinds = typing.get_type_hints(ImportOptions)
    return [
        {"name": each.name, "default": _plain(each.default), **_kind(kinds[each.name])}
        for each in dataclasses.fields(ImportOptions)
    ]


def options_from(values: Mapping[str, str]) -> ImportOptions:
    """Options from text by name, as ``--set`` gives it.

    Raises:
        ConfigError: an unknown name or a wrong value.
    """
    records = {record["name"]: record for record in option_records()}
    problems: list[Problem] = []
    made: dict[str, Any] = {}
    for name, text in values.items():
        if name not in records:
            hint = did_you_mean(name, records)
            problems.append(Problem(name, text, "there is no such option.", hint))
            continue
        try:
            made[name] = _value(records[name], text)
        except ValueError:
            problems.append(Problem(name, text, _expected(records[name])))
    if problems:
        raise ConfigError("options", problems, remedy="Correct the options.")
    return ImportOptions(**made)


def _kind(annotation: Any) -> dict[str, Any]:
    if typing.get_origin(annotation) is typing.Literal:
        return {"kind": "choice", "choices": list(typing.get_args(annotation))}
    if datetime.date in (annotation, *typing.get_args(annotation)):
        return {"kind": "date"}
    return {"kind": "int" if annotation is int else "text"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _value(record: Mapping[str, Any], text: str) -> Any:
    if record["kind"] == "date":
        return datetime.date.fromisoformat(text) if text else None
    if record["kind"] == "int":
        number = int(text)
        if not 1 <= number <= 50:
            raise ValueError(text)
        return number
    if record["kind"] == "choice" and text not in record["choices"]:
        raise ValueError(text)
    return text


def _expected(record: Mapping[str, Any]) -> str:
    if record["kind"] == "date":
        return "a date such as 2024-01-31 is expected."
    if record["kind"] == "int":
        return "a whole number from 1 to 50 is expected."
    return "one of {known} is expected.".format(known=", ".join(map(str, record["choices"])))
