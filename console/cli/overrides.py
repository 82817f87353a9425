"""``--set SECTION.FIELD=VALUE``: every config field is an option, derived from its record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from console.core.configs import BalancingConfig, DataConfig, OrchestratorConfig
from console.core.errors import ConfigError, Problem, did_you_mean
from console.core.fields import FieldRecord, fields_of, from_plain, unknown_field
from console.core.presets import CONFIG_CLASSES, PresetKind, get_preset

RUN_SECTION = "run"
SECTIONS: dict[str, type] = {str(kind): made for kind, made in CONFIG_CLASSES.items()}
SECTIONS.update({"data": DataConfig, RUN_SECTION: OrchestratorConfig})
Overrides = dict[str, dict[str, Any]]


def parse_overrides(assignments: Iterable[str]) -> Overrides:
    """Read ``section.field=value`` words; ``run.`` may be left out for the run's own settings.

    Returns the values by section; limits are checked later, when the config is made.

    Raises:
        ConfigError: no ``=``, an unknown section, or an unknown field (with the closest name).
    """
    found: Overrides = {section: {} for section in SECTIONS}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator:
            raise _refusal(assignment, "write it as section.field=value, e.g. trainer.epochs=3.")
        section, dot, field = name.strip().rpartition(".")
        section = section if dot else RUN_SECTION
        if section not in SECTIONS:
            known = ", ".join(SECTIONS)
            raise _refusal(
                name, f"there is no section '{section}'; known: {known}.",
                did_you_mean(section, SECTIONS),
            )  # fmt: skip
        found[section][field] = _value(_record(section, field), text.strip())
    return found


def apply(values: Mapping[str, Any], kind: PresetKind, preset: str) -> Any | None:
    """Preset ``preset`` with ``values`` in place of its own; None when nothing is replaced.

    Raises:
        ConfigError: an unknown preset or a value outside its limits.
    """
    if not values:
        return None
    return dataclasses.replace(get_preset(kind, preset).config(), **values)


def data_settings(
    assignments: Iterable[str], balancing_preset: str, sequence_length: int
) -> tuple[DataConfig, BalancingConfig, int]:
    """How data are split, scaled and labelled, and the rows in a window.

    ``data.`` may be left out of an assignment; ``model.sequence_length`` may be one.

    Raises:
        ConfigError: as ``parse_overrides``, an unknown preset, or a value outside its limits.
    """
    words = [word if "." in word.partition("=")[0] else f"data.{word}" for word in assignments]
    chosen = parse_overrides(words)
    preset = balancing_preset or from_plain(OrchestratorConfig, {}).balancing_preset
    rule = dataclasses.replace(get_preset("balancing", preset).config(), **chosen["balancing"])
    length = chosen["model"].get("sequence_length", sequence_length)
    return from_plain(DataConfig, chosen["data"]), rule, length


def describe_fields(section: str) -> list[FieldRecord]:
    """The fields that ``--set section.field=value`` accepts."""
    return [record for record in fields_of(SECTIONS[section]) if record.kind != "config"]


def _record(section: str, name: str) -> FieldRecord:
    for record in describe_fields(section):
        if record.name == name:
            return record
    config_class = SECTIONS[section]
    problem = unknown_field(config_class, name, None)
    suggestion = problem.suggestion or _elsewhere(name)
    raise _refusal(f"{section}.{name}", problem.message, suggestion)


def _elsewhere(name: str) -> str:
    """The full name of a field that was looked for in the wrong section."""
    for section in SECTIONS:
        if any(record.name == name for record in describe_fields(section)):
            return f"{section}.{name}"
    everything = [record.name for section in SECTIONS for record in describe_fields(section)]
    close = did_you_mean(name, everything)
    return _elsewhere(close) if close else ""


def _value(record: FieldRecord, text: str) -> Any:
    if record.kind.endswith("_list"):
        inner = text.strip("[]()")
        return tuple(word.strip().strip("'\"") for word in inner.split(",") if word.strip())
    return text


def _refusal(name: str, message: str, suggestion: str = "") -> ConfigError:
    return ConfigError("--set", [Problem(name, None, message, suggestion)])
