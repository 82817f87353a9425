"""No dead settings: something outside the config classes reads every field."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path

import pytest

import console
from console.core import configs
from console.core.fields import fields_of

PACKAGE = Path(console.__file__).parent
CONFIG_CLASSES = [getattr(configs, name) for name in configs.__all__]


@cache
def names_read() -> frozenset[str]:
    """Every attribute that code outside ``core/configs`` reads."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "core" / "configs"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
    return frozenset(found)


def own_properties(config_class: type) -> dict[str, set[str]]:
    """Properties of a config class and the fields each of them reads."""
    path = Path(inspect.getfile(config_class))
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name != "cross_checks":
            found[node.name] = {
                inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)
            }
    return found


@pytest.mark.parametrize("config_class", CONFIG_CLASSES, ids=lambda made: made.__name__)
def test_that_every_setting_is_read_by_something(config_class: type) -> None:
    read = set(names_read())
    for name, fields in own_properties(config_class).items():
        if name in read:
            read |= fields
    dead = [record.name for record in fields_of(config_class) if record.name not in read]
    assert dead == []


@pytest.mark.parametrize("config_class", CONFIG_CLASSES, ids=lambda made: made.__name__)
def test_that_every_setting_has_words_and_a_sensible_default(config_class: type) -> None:
    for record in fields_of(config_class):
        assert record.label and record.help.endswith("."), record.name
        assert not record.choices or len(record.choice_labels) in (0, len(record.choices))
    assert config_class() is not None
