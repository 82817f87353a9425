"""Built-in and user presets of models, trainers and class balancing, as YAML files.

A preset file is ``{kind, name, description, values}``; ``values`` holds only what differs from the
class defaults, so a built-in preset follows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from console.core.configs import BalancingConfig, ModelConfigV2, TrainerConfigV2
from console.core.errors import ConfigError, Problem, did_you_mean
from console.core.fields import from_plain, to_plain
from console.core.files import write_text_atomic
from console.core.paths import resources_dir, user_presets_dir

PresetKind = Literal["model", "trainer", "balancing"]
CONFIG_CLASSES: dict[PresetKind, type] = {
    "model": ModelConfigV2,
    "trainer": TrainerConfigV2,
    "balancing": BalancingConfig,
}
_NAME = re.compile(r"[\w][\w .+-]{0,63}", re.UNICODE)


@dataclass(frozen=True)
class Preset:
    """A named set of values for one kind of config."""

    kind: PresetKind
    name: str
    description: str
    values: dict[str, Any]
    built_in: bool

    def config(self) -> Any:
        """The config this preset describes (``ModelConfigV2``, ``TrainerConfigV2``, ...).

        Raises:
            ConfigError: the preset holds an unknown name or a value outside its limits.
        """
        return from_plain(CONFIG_CLASSES[self.kind], self.values)


def list_presets(kind: PresetKind) -> list[Preset]:
    """Built-in presets, then the user's, each in name order; damaged user files are left out."""
    built_in = [_read(path, kind, True) for path in _files(_built_in_dir(kind))]
    own: list[Preset] = []
    for path in _files(user_presets_dir() / kind):
        try:
            own.append(_read(path, kind, False))
        except ConfigError:
            continue
    return built_in + own


def damaged_presets(kind: PresetKind) -> list[tuple[Path, ConfigError]]:
    """User preset files that cannot be read, each with its reason."""
    damaged = []
    for path in _files(user_presets_dir() / kind):
        try:
            _read(path, kind, False)
        except ConfigError as error:
            damaged.append((path, error))
    return damaged


def get_preset(kind: PresetKind, name: str) -> Preset:
    """The preset called ``name``.

    Raises:
        ConfigError: there is none; lists the known ones and the closest.
    """
    presets = list_presets(kind)
    for preset in presets:
        if preset.name == name:
            return preset
    names = [preset.name for preset in presets]
    message = f"there is no {kind} preset '{name}'; known: {', '.join(names)}."
    raise ConfigError(
        "Preset", [Problem(f"{kind}_preset", name, message, did_you_mean(name, names))]
    )


def save_preset(kind: PresetKind, name: str, config: Any, description: str = "") -> Preset:
    """Write a user preset; an existing user preset of that name is replaced.

    Raises:
        ConfigError: the name is not usable or belongs to a built-in preset.
        WorkspaceError: the folder cannot be written.
    """
    _check_name(kind, name)
    preset = Preset(kind, name, description, _differing(kind, config), built_in=False)
    write_text_atomic(_user_file(kind, name), _to_yaml(preset))
    return preset


def duplicate_preset(kind: PresetKind, name: str, new_name: str) -> Preset:
    """Copy a preset, built-in or not, to a new user preset."""
    source = get_preset(kind, name)
    _check_free(kind, new_name)
    return save_preset(kind, new_name, source.config(), source.description)


def rename_preset(kind: PresetKind, name: str, new_name: str) -> Preset:
    """Rename a user preset."""
    _user_preset(kind, name, "renamed")
    renamed = duplicate_preset(kind, name, new_name)
    _user_file(kind, name).unlink()
    return renamed


def delete_preset(kind: PresetKind, name: str) -> Preset:
    """Delete a user preset and return it, so that it can be saved again."""
    preset = _user_preset(kind, name, "deleted")
    _user_file(kind, name).unlink()
    return preset


def export_preset(kind: PresetKind, name: str, target: Path) -> None:
    """Write a preset with all its values, so that it does not depend on our defaults."""
    preset = get_preset(kind, name)
    complete = Preset(kind, name, preset.description, to_plain(preset.config()), False)
    write_text_atomic(target, _to_yaml(complete))


def import_preset(source: Path, new_name: str | None = None) -> Preset:
    """Read a preset file and keep it as a user preset.

    Raises:
        ConfigError: not YAML, not a preset, invalid values, or the name is taken.
    """
    preset = _read(source, None, False)
    name = new_name or preset.name
    _check_free(preset.kind, name)
    return save_preset(preset.kind, name, preset.config(), preset.description)


def kind_of(source: Path) -> PresetKind | None:
    """The kind of a preset file; None for a file that is none, whatever it is."""
    try:
        return _read(source, None, False).kind
    except ConfigError:
        return None


def _read(path: Path, kind: PresetKind | None, built_in: bool) -> Preset:
    def refuse(reason: str) -> ConfigError:
        return ConfigError(str(path), [Problem("file", path.name, reason)])

    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise refuse(f"is not valid YAML: {_first_line(error)}.") from error
    if not isinstance(content, dict) or content.get("kind") not in CONFIG_CLASSES:
        raise refuse("is not a preset: 'kind' must be model, trainer or balancing.")
    if kind is not None and content["kind"] != kind:
        raise refuse(f"is a {content['kind']} preset, not a {kind} preset.")
    values = content.get("values") or {}
    if not isinstance(values, dict) or not isinstance(content.get("name"), str):
        raise refuse("is not a preset: 'name' and 'values' are needed.")
    name = path.stem if built_in or kind is not None else content["name"]
    preset = Preset(content["kind"], name, str(content.get("description") or ""), values, built_in)
    try:
        preset.config()
    except ConfigError as error:
        raise ConfigError(str(path), error.problems) from None
    return preset


def _to_yaml(preset: Preset) -> str:
    content = {
        "kind": preset.kind, "name": preset.name, "description": preset.description,
        "values": preset.values,
    }  # fmt: skip
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _differing(kind: PresetKind, config: Any) -> dict[str, Any]:
    defaults: Callable[[], Any] = CONFIG_CLASSES[kind]
    plain, base = to_plain(config), to_plain(defaults())
    return {name: value for name, value in plain.items() if value != base[name]}


def _user_preset(kind: PresetKind, name: str, verb: str) -> Preset:
    preset = get_preset(kind, name)
    if preset.built_in:
        message = f"is built in and cannot be {verb}; duplicate it under another name."
        raise ConfigError("Preset", [Problem("name", name, message)])
    return preset


def _check_name(kind: PresetKind, name: str) -> None:
    if not _NAME.fullmatch(name):
        message = "use letters, digits, spaces, '.', '-', '+' and '_', at most 64 of them."
        raise ConfigError("Preset", [Problem("name", name, message)])
    if (_built_in_dir(kind) / f"{name}.yaml").exists():
        raise ConfigError("Preset", [Problem("name", name, "belongs to a built-in preset.")])


def _check_free(kind: PresetKind, name: str) -> None:
    _check_name(kind, name)
    if _user_file(kind, name).exists():
        raise ConfigError("Preset", [Problem("name", name, "is already taken.")])


def _built_in_dir(kind: PresetKind) -> Path:
    return resources_dir() / "presets" / kind


def _user_file(kind: PresetKind, name: str) -> Path:
    return user_presets_dir() / kind / f"{name}.yaml"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" in line {mark.line + 1}" if mark is not None else ""
    return f"{getattr(error, 'problem', None) or str(error).splitlines()[0]}{where}"
