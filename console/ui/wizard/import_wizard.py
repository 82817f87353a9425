"""Import data: files, format, columns, name; every step is tried on the first rows of the files."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.errors import ConsoleError
from console.core.paths import Workspace
from console.runtime.jobs import JobRunner
from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.drops import local_paths
from console.ui.i18n import tr
from console.ui.widgets.basics import button, label, text_block
from console.ui.widgets.notice import Notice
from console.ui.wizard.columns_page import ColumnsPage
from console.ui.wizard.draft import ImportDraft
from console.ui.wizard.files_page import FilesPage
from console.ui.wizard.format_page import FormatPage
from console.ui.wizard.label_fields import with_numbers
from console.ui.wizard.name_page import NamePage
from console.ui.wizard.previewer import Previewer, write_mapping
from console.ui.wizard.step_header import StepHeader
from console.ui.wizard.words import problem_words

LARGEST = QSize(1160, 760)
MARGIN = 48
COLUMNS_STEP = 2


class ImportWizard(QDialog):
    """``chosen(arguments, name)`` carries the command line of the import that was accepted.

    What is said goes into ``draft``, which the caller keeps: closing loses nothing.
    """

    chosen = Signal(object, str)

    def __init__(
        self,
        draft: ImportDraft,
        workspace: Workspace,
        jobs: JobRunner,
        existing: Collection[str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.draft, self._workspace = draft, workspace
        self.previewer = Previewer(workspace, jobs, self)
        self.files_page, self.format_page = FilesPage(), FormatPage()
        self.columns_page, self.name_page = ColumnsPage(), NamePage(existing)
        self.pages = (self.files_page, self.format_page, self.columns_page, self.name_page)
        self.stack, self.notice, self.steps = QStackedWidget(), Notice(), StepHeader()
        self.back_button, self.cancel_button = button(tr("Back")), button(tr("Cancel"))
        self.next_button = button(kind="primary")
        self.reason, self.busy = text_block(tone="muted"), QProgressBar()
        self.show_button = button(tr("Show me"), kind="link")
        self._before: ImportDraft | None = None
        self.setWindowTitle(tr("Import data"))
        self.setAcceptDrops(True)
        self._build_ui()
        self._connect()
        self._fit(parent)
        self._restore()

    @property
    def step(self) -> int:
        """The step in hand, from 0."""
        return self.stack.currentIndex()

    def problem(self) -> str:
        """Why the step in hand cannot be left forwards; empty when it can."""
        told = self.pages[self.step].problem(self.draft)
        if told or self.step == 0:
            return told
        if self.previewer.is_busy:
            return tr("The files are being read…")
        return "" if self.draft.answer else tr("Choose another format, or other files.")

    @Slot()
    def go_on(self) -> None:
        """The next step; from the last one the import starts."""
        if self.problem():
            return
        if self.step + 1 < len(self.pages):
            self._show_step(self.step + 1)
            return
        path = self._workspace.mappings / "import.yaml"
        try:
            if self.draft.is_table:
                write_mapping(path, self.draft.mapping or {})
        except ConsoleError as error:
            self.notice.show_error(error)
            return
        self.accept()
        self.chosen.emit(self.draft.import_arguments(path), self.draft.name)

    @Slot()
    def go_back(self) -> None:
        """The step before."""
        if self.step > 0:
            self._show_step(self.step - 1)

    def done(self, result: int) -> None:
        """Close; a preview in hand is of no use any more."""
        self.previewer.drop()
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        if paths := local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.take_files(paths)

    @Slot(object)
    def take_files(self, paths: list[Path]) -> None:
        """Begin again with these files."""
        self.draft.take_paths(paths)
        self._show_step(0)
        self._ask(at_once=True)

    def _build_ui(self) -> None:
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("The files are being read…"))
        self.busy.setFixedWidth(96)
        self.busy.setVisible(False)
        for page in self.pages:
            self.stack.addWidget(page)
        self.next_button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.busy)
        foot.addWidget(self.show_button)
        foot.addWidget(self.reason, 1)
        for made in (self.cancel_button, self.back_button, self.next_button):
            made.setMinimumWidth(88)
            foot.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(label(tr("Import data"), size="title"))
        layout.addWidget(self.steps)
        layout.addWidget(self.notice)
        layout.addWidget(self.stack, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.next_button.clicked.connect(self.go_on)
        self.back_button.clicked.connect(self.go_back)
        self.cancel_button.clicked.connect(self.reject)
        self.show_button.clicked.connect(self._show_culprit)
        QShortcut(QKeySequence("Alt+Left"), self).activated.connect(self.go_back)
        self.files_page.chosen.connect(self.take_files)
        self.format_page.format_chosen.connect(self._on_format)
        self.format_page.option_changed.connect(self._on_option)
        self.columns_page.mapping_edited.connect(self._on_mapping)
        self.columns_page.labels.declared.connect(self._on_declared)
        self.columns_page.load_asked.connect(self._load_mapping)
        self.columns_page.save_asked.connect(self._save_mapping)
        self.name_page.named.connect(self._on_name)
        self.previewer.busy_changed.connect(self._on_busy)
        self.previewer.answered.connect(self._on_answer)
        self.previewer.failed.connect(self._on_failed)

    def _fit(self, parent: QWidget) -> None:
        room = parent.window().size() - QSize(MARGIN, MARGIN)
        self.resize(room.boundedTo(LARGEST).expandedTo(QSize(880, 560)))

    def _restore(self) -> None:
        step = self.draft.step if self.draft.answer else 0
        for page in self.pages:
            page.show_draft(self.draft)
        self._show_step(step)
        if self.draft.paths:  # also when they were looked at before: they may have changed
            self._ask(at_once=True)

    def _show_step(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        self.draft.step = step
        self.steps.show_step(step)
        self.pages[step].show_draft(self.draft)
        last = step + 1 == len(self.pages)
        self.next_button.setText(tr("Import") if last else tr("Next"))
        self.back_button.setEnabled(step > 0)
        self._show_reason()
        if last:
            self.name_page.name.setFocus()
            self.name_page.name.selectAll()
        elif self.next_button.isEnabled():
            self.next_button.setFocus()
        elif step == COLUMNS_STEP and self.draft.is_table:
            self.columns_page.fields.symbol.setFocus()

    def _show_reason(self) -> None:
        told = self.problem()
        self.reason.setText(told)
        culprit = self.step == COLUMNS_STEP and self.draft.is_table and not self.previewer.is_busy
        self.show_button.setVisible(culprit and bool(told))
        self.next_button.setEnabled(not told)

    @Slot()
    def _show_culprit(self) -> None:
        self.columns_page.show_culprit()

    def _ask(self, *, at_once: bool = False) -> None:
        self.notice.clear()
        self.previewer.ask(self.draft, at_once=at_once)

    @Slot(str)
    def _on_format(self, name: str) -> None:
        self.draft.take_format(name)
        self._ask(at_once=True)
        self._show_reason()

    @Slot()
    def _on_option(self) -> None:
        self.draft.options = self.format_page.values()
        self._ask()
        self._show_reason()

    @Slot()
    def _on_mapping(self) -> None:
        page = self.columns_page
        self.draft.take_mapping(page.mapping(), "edited", checked=page.labels.checked.isChecked())
        self._ask()
        self._show_reason()

    @Slot(bool)
    def _on_declared(self, on: bool) -> None:
        self.draft.checked = on
        self._show_reason()

    @Slot(str)
    def _on_name(self, name: str) -> None:
        self.draft.name = name.strip()
        self.name_page.show_draft(self.draft)
        self._show_reason()

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self.busy.setVisible(busy)
        self._show_reason()

    @Slot(object)
    def _on_answer(self, answer: Mapping[str, Any]) -> None:
        before, self._before = self._before, None
        if before is not None and not answer.get("understood"):
            self._give_up_loading(before, answer)
            return
        self.draft.answer = answer
        if self.draft.mapping is None and answer.get("mapping"):
            source = str(answer["mapping_source"])
            declared = source == "remembered"
            self.draft.take_mapping(with_numbers(answer["mapping"]), source, checked=declared)
        self.pages[self.step].show_draft(self.draft)
        self._show_reason()
        if self.next_button.isEnabled() and self.step == 0:
            self.next_button.setFocus()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        self.draft.answer = {}
        self.notice.show_error(error)
        self._show_reason()

    @Slot()
    def _load_mapping(self) -> None:
        filters = [tr("Mappings") + " (*.yaml *.yml)"]
        path = file_dialogs().open_file(self, tr("Mapping of the columns"), filters)
        if path is None:
            return
        try:
            mapping = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            reason = str(error).splitlines()[0]
            self.notice.show_error({"message": f"{path} cannot be read: {reason}."})
            return
        self._before = dataclasses.replace(self.draft)
        mapping = mapping if isinstance(mapping, dict) else {}
        self.draft.take_mapping(mapping, "loaded", checked=True)
        self._ask(at_once=True)

    def _give_up_loading(self, before: ImportDraft, answer: Mapping[str, Any]) -> None:
        """What was loaded cannot be shown in fields: keep what was there."""
        self.draft.take_mapping(before.mapping, before.source, checked=before.checked)
        told = [f"{each['field']}: {problem_words(each)}" for each in answer["problems"]]
        self.notice.show_error(
            {"message": tr("This is no mapping that can be used."), "remedy": " ".join(told)}
        )
        self._show_reason()

    @Slot()
    def _save_mapping(self) -> None:
        filters = [tr("Mappings") + " (*.yaml *.yml)"]
        path = file_dialogs().save_file(
            self, tr("Mapping of the columns"), f"{self.draft.name}.yaml", filters
        )
        if path is None:
            return
        try:
            write_mapping(path, self.draft.mapping or {})
        except ConsoleError as error:
            self.notice.show_error(error)
            return
        self.notice.say(tr("Written to {path}.", path=path), tone="good")
