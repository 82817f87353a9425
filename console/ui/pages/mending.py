"""The findings of the chosen data on screen, and what their buttons do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from console.core.mends import Mend
from console.runtime.jobs import Job
from console.ui.dialogs.findings_dialog import FindingsDialog
from console.ui.i18n import tr, tr_message
from console.ui.pages.data_gate import DataGate
from console.ui.pages.data_strip import STRIP_FIELDS, DataStrip
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.forms_pane import FormsPane


class Mending(QObject):
    """Runs commands that mend a dataset; the choice is then checked again.

    ``settings_asked`` carries a mend by settings: they stand in forms elsewhere.
    """

    settings_asked = Signal(object)

    def __init__(self, gate: DataGate, shelf: DatasetShelf, parent: QObject) -> None:
        super().__init__(parent)
        self._gate, self._shelf = gate, shelf
        self.dialog: FindingsDialog | None = None
        self._job: Job | None = None
        self._mend: Mend | None = None

    def show_findings(self, parent: QWidget) -> None:
        """List what was found."""
        if self._gate.result is None:
            return
        if self.dialog is None:
            self.dialog = FindingsDialog(self._gate, parent)
            self.dialog.mend_asked.connect(self.apply)
            self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    @Slot(object)
    def apply(self, mend: Mend) -> None:
        """Do what ``mend`` says, and check again."""
        if mend.kind == "settings":
            self.apply_settings(mend)
        elif self._job is None:
            self._run(mend)

    def apply_settings(self, mend: Mend) -> None:
        """Leave the settings of ``mend`` to whoever has the forms."""
        if self.dialog is not None:
            self.dialog.close()
        self.settings_asked.emit(mend)

    def _check(self) -> None:
        if self._gate.result is None:
            self._gate.check()

    def _run(self, mend: Mend) -> None:
        self._mend = mend
        self._job = self._shelf.start_check(mend.command)
        self._job.progress.connect(self._on_progress)
        self._job.finished.connect(self._on_mended)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._show_progress(0.0)

    @Slot(object)
    def _on_progress(self, content: Mapping[str, Any]) -> None:
        told = content.get("progress")
        if isinstance(told, Mapping):
            self._show_progress(float(told.get("fraction") or 0.0))

    def _show_progress(self, share: float) -> None:
        if self.dialog is not None and self._mend is not None:
            self.dialog.show_mending(tr_message(self._mend.words) + "…", share)

    @Slot(object)
    def _on_mended(self, _result: object) -> None:
        mend = self._end()
        self._shelf.refresh()  # the choice is another one now: the rows are
        self._check()
        self._say(tr("Done: {what}", what=tr_message(mend.words)))

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        self._end()
        if self.dialog is not None:
            self.dialog.notice.show_error(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._end()

    def _end(self) -> Mend:
        mend, self._job, self._mend = self._mend, None, None
        assert mend is not None
        if self.dialog is not None:
            self.dialog.show_mending("")
        return mend

    def _say(self, words: str, *, undo: Callable[[], None] | None = None) -> None:
        if self.dialog is not None:
            action = tr("Undo") if undo else ""
            self.dialog.notice.say(words, tone="good", action=action, run=undo)

    @Slot(int)
    def _on_closed(self, _result: int) -> None:
        self.dialog = None


class FormMending(Mending):
    """Puts settings into the forms of Configure, too; ``applied`` follows every change of them."""

    applied = Signal()

    def __init__(
        self, gate: DataGate, shelf: DatasetShelf, strip: DataStrip, forms: FormsPane
    ) -> None:
        super().__init__(gate, shelf, forms)
        self._strip, self._forms = strip, forms
        self._before: dict[str, dict[str, Any]] = {}

    def apply_settings(self, mend: Mend) -> None:
        """Put the settings of ``mend`` into the forms."""
        self._before = {name: form.model.values() for name, form in self._forms.forms.items()}
        self._before["strip"] = self._strip.values()
        self._set(mend.settings)
        words = tr("Done: {what}", what=tr_message(mend.words))
        self._say(words, undo=self.undo)

    def _set(self, settings: Mapping[str, Any]) -> None:
        by_section: dict[str, dict[str, Any]] = {}
        for name, value in settings.items():
            section, _dot, field = name.partition(".")
            section = "strip" if section == "data" and field in STRIP_FIELDS else section
            by_section.setdefault(section, {})[field] = value
        self._put(by_section)

    def _put(self, by_section: Mapping[str, Mapping[str, Any]]) -> None:
        for name, values in by_section.items():
            if name == "strip":
                self._strip.restore({**self._strip.values(), **values})
            else:
                self._forms.forms[name].model.set_values(values)
        self.applied.emit()
        self._check()

    def undo(self) -> None:
        """Put back what the last settings mend has changed."""
        self._put(self._before)
