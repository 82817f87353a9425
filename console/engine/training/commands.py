"""What the operator asked for while a training runs: stop, pause, save, change a setting."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from console.core.configs import TrainerConfigV2
from console.core.errors import ConfigError, did_you_mean
from console.engine.training.hooks import TrainingHooks

SETTINGS = {
    "learning_rate": "learning_rate",
    "patience": "early_stopping_patience",
    "epochs": "epochs",
    "save_every": "save_every_n_epochs",
}


class CommandDesk:
    """Takes commands, acknowledges each one, and remembers what is still to be done.

    ``config`` is the trainer's own and is changed when waiting settings are applied.
    """

    def __init__(self, config: TrainerConfigV2, hooks: TrainingHooks) -> None:
        self.stop_after_epoch = False
        self.stop_now = False
        self.paused = False
        self.release = False
        self.can_release = False
        self.save_wanted = False
        self.waiting: dict[str, int | float] = {}
        self._config, self._hooks = config, hooks
        self._given = self.in_force()

    def in_force(self) -> dict[str, int | float]:
        """The present values of the settings that can be changed."""
        return {name: getattr(self._config, field) for name, field in SETTINGS.items()}

    def read(self, epoch: int, step: int) -> None:
        """Take the commands that came since the last call."""
        for command in self._hooks.take_commands():
            accepted, message = self._handle(command)
            answer = {
                "id": command.get("id", ""), "command": command.get("command", ""),
                "accepted": accepted, "message": message,
            }  # fmt: skip
            if accepted and command.get("command") == "set":
                answer["waiting"] = dict(self.waiting)
            self._hooks.emit("command_ack", epoch, step, answer)

    def apply_waiting(self, epoch: int, step: int) -> None:
        """Put waiting settings in force; each real change is an event."""
        before = self.in_force()
        waiting, self.waiting = self.waiting, {}
        if not waiting:
            return
        after = _changed(self._config, waiting)
        for name, field in SETTINGS.items():
            _assign_unchecked(self._config, field, getattr(after, field))
            if before[name] != getattr(after, field):
                change = {"name": name, "before": before[name], "after": getattr(after, field)}
                self._hooks.emit("setting_changed", epoch, step, change)

    def state_dict(self) -> dict[str, Any]:
        """Settings as given, as in force, and waiting, as plain values."""
        return {"given": self._given, "in_force": self.in_force(), "waiting": self.waiting}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over changes made in an earlier attempt, unless this one was given other values."""
        earlier, changes = state["given"], state["in_force"]
        same = {n: changes[n] for n in SETTINGS if n in changes and earlier[n] == self._given[n]}
        merged = _changed(self._config, same)
        for field in SETTINGS.values():
            _assign_unchecked(self._config, field, getattr(merged, field))
        self.waiting = {n: v for n, v in state["waiting"].items() if n in same}

    def _handle(self, command: Mapping[str, Any]) -> tuple[bool, str]:
        kind = command.get("command")
        if kind == "stop":
            self.stop_after_epoch, self.paused = True, False
            return True, "stops after this epoch"
        if kind == "stop_now":
            self.stop_now, self.paused = True, False
            return True, "stops after this step"
        if kind == "pause":
            was_paused, self.paused = self.paused, True
            return not was_paused, "already paused" if was_paused else "pauses after this step"
        if kind == "release":
            if not self.can_release:
                return False, "has no checkpoints to go on from"
            self.release, self.paused = True, False
            return True, "pauses after this step and frees the memory"
        if kind == "resume":
            was_paused, self.paused = self.paused, False
            return was_paused, "goes on" if was_paused else "is not paused"
        if kind == "save":
            self.save_wanted = True
            return True, "saves after this step"
        if kind == "set":
            return self._set(command)
        return False, f"unknown command {kind!r}"

    def _set(self, command: Mapping[str, Any]) -> tuple[bool, str]:
        asked = {k: v for k, v in command.items() if k not in ("id", "command", "name", "value")}
        if "name" in command:
            asked[str(command["name"])] = command.get("value")
        for name in asked:
            if name not in SETTINGS:
                close = did_you_mean(name, SETTINGS)
                hint = f"; did you mean '{close}'?" if close else ""
                return False, f"'{name}' cannot be changed while training{hint}"
        if not asked:
            return False, "nothing to set"
        try:
            _changed(self._config, {**self.waiting, **asked})
        except ConfigError as error:
            return False, "; ".join(str(problem) for problem in error.problems)
        self.waiting.update(asked)
        return True, "applies at the next epoch"


def _changed(config: TrainerConfigV2, values: Mapping[str, Any]) -> TrainerConfigV2:
    return dataclasses.replace(config, **{SETTINGS[name]: v for name, v in values.items()})


def _assign_unchecked(config: TrainerConfigV2, field: str, value: Any) -> None:
    """Several fields checked together as one config; a check after each could refuse half way."""
    object.__setattr__(config, field, value)
