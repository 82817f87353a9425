"""Config fields declared once: the form, the CLI, YAML files, docs and validation derive from them.

A config is a class under ``@config`` whose fields are made by ``setting(...)``:

    @config
    class TrainerConfigV2:
        epochs: int = setting("Epochs", "...", default=150, minimum=1, maximum=500)
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, dataclass_transform

import pydantic
from pydantic.dataclasses import dataclass as pydantic_dataclass

from console.core.errors import ConfigError, Problem, did_you_mean

Kind = Literal[
    "int", "float", "bool", "choice", "text", "int_list", "float_list", "bool_list", "text_list",
    "config",
]  # fmt: skip
C = TypeVar("C")


@dataclass(frozen=True)
class FieldRecord:
    """Everything a form, a CLI option or a docs table needs to know about one config field."""

    name: str
    kind: Kind
    default: Any
    label: str
    help: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    scale: Literal["linear", "log"] = "linear"
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    group: str = "General"
    advanced: bool = False
    read_only: bool = False


def setting(
    label: str,
    help: str,
    *,
    default: Any,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    scale: Literal["linear", "log"] = "linear",
    choice_labels: Sequence[str] = (),
    group: str = "General",
    advanced: bool = False,
    read_only: bool = False,
) -> Any:
    """Declare a config field with its default, its limits and the words that describe it.

    Limits are inclusive and hold for every element of a list field. Choices are taken from the
    field's ``Literal`` annotation; ``choice_labels`` are their words in the same order.
    """
    record: dict[str, Any] = {
        "label": label, "help": help, "unit": unit, "minimum": minimum, "maximum": maximum,
        "step": step, "scale": scale, "choice_labels": tuple(choice_labels), "group": group,
        "advanced": advanced, "read_only": read_only,
    }  # fmt: skip
    return pydantic.Field(
        default, json_schema_extra=typing.cast("dict[str, Any]", {"console": record})
    )


@dataclass_transform(field_specifiers=(setting,))
def config(cls: type[C]) -> type[C]:
    """Make ``cls`` a validated config: typed, limits checked, unknown names refused.

    Construction and assignment raise ``ConfigError``. A class may define
    ``cross_checks(self) -> Iterator[Problem]`` for rules that span several fields.
    """
    made: Any = pydantic_dataclass(
        cls,
        config=pydantic.ConfigDict(
            extra="forbid", validate_assignment=True, allow_inf_nan=False, protected_namespaces=()
        ),
    )
    plain_init, plain_setattr = made.__init__, made.__setattr__

    @functools.wraps(plain_init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            plain_init(self, *args, **kwargs)
        except pydantic.ValidationError as error:
            raise ConfigError(cls.__name__, _problems_from(made, error)) from None
        _raise_problems(self)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        before = self.__dict__.get(name)
        try:
            plain_setattr(self, name, value)
        except pydantic.ValidationError as error:
            raise ConfigError(cls.__name__, _problems_from(made, error)) from None
        try:
            _raise_problems(self)
        except ConfigError:
            plain_setattr(self, name, before)
            raise

    made.__init__, made.__setattr__ = __init__, __setattr__
    return typing.cast("type[C]", made)


@functools.cache
def fields_of(config_class: type) -> tuple[FieldRecord, ...]:
    """The field records of a config class, in the order in which they are declared."""
    hints = typing.get_type_hints(config_class, include_extras=False)
    return tuple(_record(field, hints[field.name]) for field in dataclasses.fields(config_class))


def field_of(config_class: type, name: str) -> FieldRecord:
    """The record of one field.

    Raises:
        ConfigError: no such field; names the closest one.
    """
    for record in fields_of(config_class):
        if record.name == name:
            return record
    raise ConfigError(config_class.__name__, [unknown_field(config_class, name, None)])


def unknown_field(config_class: type, name: str, value: object) -> Problem:
    """The problem to report for a name that ``config_class`` does not have."""
    known = [record.name for record in fields_of(config_class)]
    return Problem(name, value, "there is no such setting.", did_you_mean(name, known))


def problems_in(config_class: type, values: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Every problem that constructing ``config_class(**values)`` would raise; empty when valid."""
    try:
        config_class(**values)
    except ConfigError as error:
        return error.problems
    return ()


def to_plain(value: Any) -> Any:
    """A config as nested dicts, lists and scalars, ready for YAML and JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(config_class: type[C], values: Mapping[str, Any]) -> C:
    """Build a config (and the configs nested in it) from what ``to_plain`` wrote.

    Raises:
        ConfigError: an unknown name or a value outside its limits.
    """
    hints = typing.get_type_hints(config_class)
    built = dict(values)
    for name, value in values.items():
        nested = _nested_config(hints.get(name))
        if nested is not None and isinstance(value, Mapping):
            built[name] = from_plain(nested, value)
    return config_class(**built)


def changed_fields(config_now: Any, config_before: Any) -> dict[str, tuple[Any, Any]]:
    """Fields in which two configs of one class differ: ``{name: (before, now)}``."""
    before, now = to_plain(config_before), to_plain(config_now)
    return {name: (before[name], now[name]) for name in now if before[name] != now[name]}


def _raise_problems(made: Any) -> None:
    problems = [*_limit_problems(made)]
    cross_checks: Callable[[], Iterator[Problem]] | None = getattr(made, "cross_checks", None)
    if not problems and cross_checks is not None:
        problems.extend(cross_checks())
    if problems:
        raise ConfigError(type(made).__name__, problems)


def _limit_problems(made: Any) -> Iterator[Problem]:
    config_class: type = type(made)
    for record in fields_of(config_class):
        if record.minimum is None and record.maximum is None:
            continue
        value = getattr(made, record.name)
        for item in value if isinstance(value, tuple) else (value,):
            below = record.minimum is not None and not item >= record.minimum
            above = record.maximum is not None and not item <= record.maximum
            if below or above:
                yield Problem(record.name, value, f"{item!r} is not {_range_text(record)}.")
                break


def _range_text(record: FieldRecord) -> str:
    unit = f" {record.unit}" if record.unit else ""
    if record.maximum is None:
        return f"at least {record.minimum:g}{unit}"
    if record.minimum is None:
        return f"at most {record.maximum:g}{unit}"
    return f"between {record.minimum:g} and {record.maximum:g}{unit}"


def _problems_from(config_class: type, error: pydantic.ValidationError) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        if name in seen:
            continue
        seen.add(name)
        value = item.get("input")
        if item["type"] in ("unexpected_keyword_argument", "no_such_attribute"):
            yield unknown_field(config_class, name, value)
        elif item["type"] == "literal_error":
            choices = field_of(config_class, name).choices
            message = f"{value!r} is not one of: {', '.join(choices)}."
            yield Problem(name, value, message, did_you_mean(str(value), choices))
        else:
            text = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            yield Problem(name, value, f"{value!r} is not accepted: should be {text}.")


def _record(field: dataclasses.Field[Any], hint: Any) -> FieldRecord:
    info = field.default
    if not isinstance(info, pydantic.fields.FieldInfo):  # pragma: no cover - our own mistake
        raise TypeError(f"config field {field.name!r} is not declared with setting(...)")
    extra = typing.cast("dict[str, Any]", info.json_schema_extra)["console"]
    kind, choices = _kind_of(hint)
    return FieldRecord(field.name, kind, info.get_default(), choices=choices, **extra)


def _kind_of(hint: Any) -> tuple[Kind, tuple[str, ...]]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return "choice", tuple(str(choice) for choice in args)
    if origin is tuple:
        kind, choices = _kind_of(args[0])
        return typing.cast(Kind, {"choice": "text"}.get(kind, kind) + "_list"), choices
    if _nested_config(hint) is not None:
        return "config", ()
    kinds: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
    return kinds[hint], ()


def _nested_config(hint: Any) -> type | None:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    for option in options:
        if dataclasses.is_dataclass(option) and isinstance(option, type):
            return option
    return None
