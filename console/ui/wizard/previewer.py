"""Asks ``data preview`` in a child process; only the answer to the latest question counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from console.core.errors import ConsoleError
from console.core.files import disk_errors
from console.core.paths import Workspace
from console.runtime.jobs import Job, JobRunner
from console.ui.wizard.draft import ImportDraft

SETTLE_MS = 250


class Previewer(QObject):
    """Waits until the operator pauses, then looks at the files.

    Signals:
        busy_changed(bool): whether an answer is awaited.
        answered(dict): what was found.
        failed(dict): {type, message, remedy}.
    """

    busy_changed = Signal(bool)
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._jobs = workspace, jobs
        self._draft: ImportDraft | None = None
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._start)
        self.is_busy = False

    def ask(self, draft: ImportDraft, *, at_once: bool = False) -> None:
        """Look at ``draft``; whatever was asked before is dropped."""
        self.drop()
        self._draft = draft
        self._set_busy(True)
        if at_once:
            self._start()
        else:
            self._timer.start()

    def drop(self) -> None:
        """Forget the question in hand."""
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            job.finished.disconnect(self._on_finished)
            job.failed.disconnect(self._on_failed)
            job.cancel()
        self._set_busy(False)

    @Slot()
    def _start(self) -> None:
        draft = self._draft
        if draft is None:
            return
        path = self._workspace.mappings / "draft.yaml"
        try:
            if draft.mapping is not None:
                write_mapping(path, draft.mapping)
        except ConsoleError as error:
            self._set_busy(False)
            self.failed.emit(error.to_dict())
            return
        words = [*draft.preview_arguments(path), "--workspace", str(self._workspace.root)]
        self._job = self._jobs.start(words)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)

    @Slot(object)
    def _on_finished(self, answer: Mapping[str, Any]) -> None:
        self._job = None
        self._set_busy(False)
        self.answered.emit(answer)

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        self._job = None
        self._set_busy(False)
        self.failed.emit(error)

    def _set_busy(self, busy: bool) -> None:
        if busy != self.is_busy:
            self.is_busy = busy
            self.busy_changed.emit(busy)


def write_mapping(path: Path, mapping: Mapping[str, Any]) -> None:
    """Write a mapping as YAML.

    Raises:
        WorkspaceError: it cannot be written.
    """
    body = yaml.safe_dump(dict(mapping), sort_keys=False, allow_unicode=True)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
