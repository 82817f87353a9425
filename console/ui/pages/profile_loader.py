"""The profile of the chosen dataset: the stored one, or one that a job makes now."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import DatasetInfo
from console.core.fields import from_plain
from console.core.presets import get_preset
from console.core.profile import DataProfile, read_profile
from console.runtime.jobs import Job
from console.ui.i18n import tr
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.dataset_shelf import DatasetShelf

SEQUENCE_LENGTH = 60  # as `data profile` takes it where nothing else is said


class ProfileLoader(QObject):
    """Knows one profile at a time, that of ``choice``.

    Signals:
        changed(): there is another choice, profile, failure or amount done.
    """

    changed = Signal()

    def __init__(self, shelf: DatasetShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._info: DatasetInfo | None = None
        self._configured: DataChoice | None = None
        self._job: Job | None = None
        self._job_key = ""
        self.choice: DataChoice | None = None
        self.profile: DataProfile | None = None
        self.failure: Mapping[str, str] | None = None
        self.done, self.doing = -1.0, ""

    @property
    def is_busy(self) -> bool:
        """Whether a profile is being made."""
        return self._job is not None

    @property
    def is_configured(self) -> bool:
        """Whether the choice is the one that Configure shows, not the defaults."""
        return self._info is not None and self._configured_for(self._info) is not None

    def choice_of(self, info: DatasetInfo) -> DataChoice:
        """How ``info`` is prepared: as Configure shows it where chosen there, else by default."""
        configured = self._configured_for(info)
        if configured is not None:
            return dataclasses.replace(configured, info=info)
        preset = from_plain(OrchestratorConfig, {}).balancing_preset
        rule = get_preset("balancing", preset).config()
        return DataChoice(info, DataConfig(dataset=info.name), rule, SEQUENCE_LENGTH)

    def set_configured(self, choice: DataChoice | None) -> None:
        """What Configure would train on, None while a field is not valid."""
        self._configured = choice
        self._choose()

    def show_dataset(self, info: DatasetInfo | None) -> None:
        """Another dataset was chosen."""
        self._info = info
        self._choose()

    @Slot()
    def need(self) -> None:
        """Somebody looks: read what is stored, else have it made, unless that failed."""
        if self.choice is None or self.profile is not None or self.failure is not None:
            return
        name, key = self.choice.info.name, self.choice.key
        self.profile = read_profile(self._shelf.workspace, name, key)
        if self.profile is None and self._job is None:
            self._start(self.choice)
        self.changed.emit()

    @Slot()
    def try_again(self) -> None:
        """Have it made once more after a failure."""
        self.failure = None
        self.need()

    def _configured_for(self, info: DatasetInfo) -> DataChoice | None:
        configured = self._configured
        return configured if configured and configured.info.name == info.name else None

    def _choose(self) -> None:
        choice = self.choice_of(self._info) if self._info is not None else None
        if choice != self.choice:
            self.choice, self.profile, self.failure = choice, None, None
            if self._job is not None and (choice is None or choice.key != self._job_key):
                self._job.cancel()
        self.changed.emit()

    def _start(self, choice: DataChoice) -> None:
        self.done, self.doing = -1.0, ""
        self._job_key = choice.key
        self._job = self._shelf.start_profile(choice.profile_arguments)
        self._job.progress.connect(self._on_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_end)

    @Slot(object)
    def _on_progress(self, content: Mapping[str, object]) -> None:
        told = content.get("progress")
        if isinstance(told, Mapping):
            self.done, self.doing = float(told["fraction"]), str(told["message"])
            self.changed.emit()

    @Slot(object)
    def _on_finished(self, _result: object) -> None:
        choice = self.choice
        if choice is not None and choice.key == self._job_key:
            self.profile = read_profile(self._shelf.workspace, choice.info.name, choice.key)
            if self.profile is None:  # asking once more would go on for ever
                self.failure = {"message": tr("The figures were made but cannot be read.")}
        self._on_end()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        if self.choice is not None and self.choice.key == self._job_key:
            self.failure = error
        self._on_end()

    @Slot()
    def _on_end(self) -> None:
        self._job = None
        self.changed.emit()
