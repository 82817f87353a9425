"""The datasets of the workspace for the whole window, and the jobs that add to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from console.core.datasets import DatasetInfo, dataset_bytes, list_datasets
from console.core.paths import Workspace
from console.runtime.jobs import Job, JobRunner


class DatasetShelf(QObject):
    """Lists datasets and runs imports in child processes, one at a time.

    Signals:
        changed(): the list is another one.
        busy_changed(str): what is going on, ``import``, ``sample`` or nothing.
        progress(float, str): share done (below 0 when unknown) and what is being done.
        failed(dict): {type, message, remedy} of an import.
        added(str): the name of a dataset that has just been stored.
    """

    changed = Signal()
    busy_changed = Signal(str)
    progress = Signal(float, str)
    failed = Signal(object)
    added = Signal(str)

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace, self.jobs = workspace, jobs
        self.datasets: list[DatasetInfo] = []
        self.busy = ""
        self._expected = ""
        self._job: Job | None = None
        self._sizes: dict[tuple[str, str], int] = {}
        self._reload()

    def get(self, name: str) -> DatasetInfo | None:
        """The dataset called ``name``."""
        return next((info for info in self.datasets if info.name == name), None)

    @Slot()
    def refresh(self) -> None:
        """Read the list again."""
        self._reload()
        self.changed.emit()

    def import_data(self, arguments: Sequence[str], name: str) -> None:
        """Run ``data import`` with ``arguments`` as dataset ``name``; the outcome is signalled."""
        self._start("import", [*arguments, "--name", name], name)

    @Slot()
    def make_sample(self) -> None:
        """Make the simulated sample."""
        self._start("sample", ["data", "sample"], "")

    def start_check(self, arguments: Sequence[str]) -> Job:
        """Start ``data check`` with ``arguments`` beside whatever else is in hand."""
        return self.jobs.start([*arguments, "--workspace", str(self.workspace.root)])

    def start_profile(self, arguments: Sequence[str]) -> Job:
        """Start ``data profile`` with ``arguments``, likewise."""
        return self.start_check(arguments)

    def size_bytes(self, info: DatasetInfo) -> int:
        """What a dataset takes on the disk; looked up once."""
        known = info.name, info.fingerprint
        if known not in self._sizes:
            self._sizes[known] = dataset_bytes(self.workspace, info.name)
        return self._sizes[known]

    @Slot()
    def cancel(self) -> None:
        """Give up the job in hand."""
        if self._job is not None:
            self._job.cancel()

    def _start(self, what: str, arguments: list[str], name: str) -> None:
        if self._job is not None:
            return
        self._expected = name
        self._job = self.jobs.start([*arguments, "--workspace", str(self.workspace.root)])
        self._job.progress.connect(self._on_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._set_busy(what)

    @Slot(object)
    def _on_progress(self, content: Mapping[str, object]) -> None:
        told = content.get("progress", content)
        values = told if isinstance(told, Mapping) else {"fraction": told}
        done = values.get("fraction", -1.0)
        message = values.get("message", "")
        self.progress.emit(float(done) if isinstance(done, int | float) else -1.0, str(message))

    @Slot(object)
    def _on_finished(self, result: object) -> None:
        told = result.get("name") if isinstance(result, Mapping) else None
        self._end()
        self.added.emit(str(told or self._expected))

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self._end()
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._end()

    def _end(self) -> None:
        self._job = None
        self.refresh()
        self._set_busy("")

    def _set_busy(self, what: str) -> None:
        self.busy = what
        self.busy_changed.emit(what)

    def _reload(self) -> None:
        self.datasets = list_datasets(self.workspace)
