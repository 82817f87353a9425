"""The values of one form, what they differ in from a preset, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.core.errors import Problem
from console.core.fields import FieldRecord, fields_of, from_plain, problems_in, to_plain

# Set by the chosen data, never by a preset.
_FOLLOWS_DATA = {"input_features", "dataset", "label", "label_source", "symbols", "days"}


class FormModel(QObject):
    """Plain values of a config class, edited one by one and compared with a preset.

    A value may be invalid at any time; ``problems`` tells, ``config()`` refuses.
    """

    value_changed = Signal(str)
    state_changed = Signal()

    def __init__(self, config_class: type, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._class = config_class
        self.records: tuple[FieldRecord, ...] = fields_of(config_class)
        self._values: dict[str, Any] = to_plain(config_class())
        self._preset: dict[str, Any] = dict(self._values)
        self._problems: dict[str, Problem] = {}

    def record(self, name: str) -> FieldRecord:
        """The field record called ``name``."""
        return next(record for record in self.records if record.name == name)

    def is_fixed(self, name: str) -> bool:
        """Whether a field only shows what the chosen data says."""
        return name in self._fixed() or self.record(name).read_only

    def value(self, name: str) -> Any:
        """The value of a field; lists for list fields, text that is no number stays text."""
        return self._values[name]

    def preset_value(self, name: str) -> Any:
        """The value that the preset has."""
        return self._preset[name]

    def values(self) -> dict[str, Any]:
        """All values, ready for YAML."""
        return dict(self._values)

    def set_value(self, name: str, value: Any) -> None:
        """Change one field."""
        self.set_values({name: value})

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Change several fields at once; names that do not exist are left out."""
        changed = [
            name
            for name, value in values.items()
            if name in self._values and to_plain(value) != self._values[name]
        ]
        for name in changed:
            self._values[name] = to_plain(values[name])
        if changed:
            self._announce(changed)

    def load_preset(self, config: Any) -> None:
        """Take all values of a preset's config; fixed fields keep what they follow."""
        before = dict(self._values)
        self._preset = to_plain(config)
        self._values.update(
            {name: value for name, value in self._preset.items() if name not in self._fixed()}
        )
        self._announce([name for name in self._values if before[name] != self._values[name]])

    def defaults(self) -> Any:
        """A config of the class with all its defaults."""
        return self._class()

    def compare_with(self, config: Any) -> None:
        """Compare with another preset without touching the values."""
        self._preset = to_plain(config)
        self._announce([])

    def reset(self, *names: str) -> None:
        """Put fields back to the preset; without names, all of them."""
        chosen = names or tuple(self._values)
        self.set_values({name: self._preset[name] for name in chosen if name not in self._fixed()})

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """``{name: (preset value, value)}`` of the fields that differ."""
        return {
            name: (self._preset[name], value)
            for name, value in self._values.items()
            if value != self._preset[name] and name not in self._fixed()
        }

    @property
    def problems(self) -> Mapping[str, Problem]:
        """The first problem of each field that has one."""
        return self._problems

    def config(self) -> Any:
        """The config that the values make.

        Raises:
            ConfigError: some value is not valid.
        """
        return from_plain(self._class, self._values)

    def _fixed(self) -> set[str]:
        """Fields that follow something else than the preset."""
        return _FOLLOWS_DATA & set(self._values)

    def _announce(self, changed: list[str]) -> None:
        self._problems = {}
        for problem in problems_in(self._class, self._values):
            self._problems.setdefault(problem.field, problem)
        for name in changed:
            self.value_changed.emit(name)
        self.state_changed.emit()
