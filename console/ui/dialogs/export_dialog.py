"""Exports a model of a run to a file, and shows the proof that the file answers like the model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.core.checkpoints import CheckpointInfo, list_checkpoints
from console.core.rundir import RunDir
from console.runtime.jobs import Job, JobRunner
from console.ui.dialogs.file_dialogs import file_dialogs
from console.ui.forms.format import grouped
from console.ui.i18n import tr
from console.ui.plots.numbers import value_text
from console.ui.theme import font
from console.ui.widgets.basics import button, card, label, text_block
from console.ui.widgets.notice import Notice
from console.ui.widgets.run_words import size_words

FORMATS = ("onnx", "pt", "safetensors")
STAGES = ("read", "write", "compare", "done")


class ExportDialog(QDialog):
    """Format, checkpoint and file; the work runs as ``training-console export`` beside us."""

    def __init__(
        self,
        run: RunDir,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        checkpoint: str = "best",
    ) -> None:
        super().__init__(parent)
        self._run, self._jobs = run, jobs
        self._job: Job | None = None
        self._path_is_ours = True
        self.result_data: Mapping[str, Any] = {}
        self.setWindowTitle(tr("Export a model"))
        self.setModal(True)
        self.setMinimumWidth(640)
        self._build_ui()
        self._fill_checkpoints(checkpoint)
        self._connect()
        self._suggest()
        self._show_command()

    @property
    def format(self) -> str:
        """The chosen format."""
        return FORMATS[max(self.formats.checkedId(), 0)]

    @property
    def checkpoint(self) -> str:
        """The chosen checkpoint: ``best`` or a name."""
        return str(self.checkpoints.currentData() or "best")

    @property
    def is_working(self) -> bool:
        """Whether an export is under way."""
        return self._job is not None

    def arguments(self) -> list[str]:
        """The command line of this export."""
        return [
            "export", str(self._run.path), "--format", self.format,
            "--checkpoint", self.checkpoint, "--output", self.path_edit.text(),
        ]  # fmt: skip

    @Slot()
    def start(self) -> None:
        """Run the export."""
        self.notice.clear()
        self.result_card.setVisible(False)
        job = self._jobs.start(self.arguments())
        job.progress.connect(self._on_progress)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job = job
        self._show_working(True)

    def reject(self) -> None:
        """Close; an export under way is cancelled first."""
        if self._job is not None:
            self._job.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same as Cancel."""
        if self._job is not None:
            self._job.cancel()
            event.ignore()
        else:
            super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the command line to the room there is."""
        super().resizeEvent(event)
        self._show_command()

    def _build_ui(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(14)
        layout.addWidget(label(tr("Export a model"), size="title"))
        layout.addLayout(self._build_formats())
        layout.addLayout(self._build_choices())
        self.notice = Notice(self)
        layout.addWidget(self.notice)
        layout.addWidget(self._build_result())
        layout.addWidget(self._build_progress())
        layout.addStretch(1)
        layout.addLayout(self._build_buttons())

    def _build_formats(self) -> QVBoxLayout:
        words = {
            "onnx": (tr("ONNX"), tr("For other programs and fast answers, one row or many.")),
            "pt": (tr("PyTorch"), tr("Weights and settings, to go on working in Python.")),
            "safetensors": (tr("safetensors"), tr("Bare weights that any reader can check.")),
        }
        self.formats = QButtonGroup(self)
        column = QVBoxLayout()
        column.setSpacing(4)
        for index, name in enumerate(FORMATS):
            title, about = words[name]
            choice = QRadioButton(title)
            choice.setMinimumWidth(120)
            choice.setAccessibleDescription(about)
            self.formats.addButton(choice, index)
            row = QHBoxLayout()
            row.addWidget(choice)
            row.addWidget(text_block(about, tone="muted"), 1)
            column.addLayout(row)
        self.formats.button(0).setChecked(True)
        return column

    def _build_choices(self) -> QGridLayout:
        self.checkpoints, self.path_edit = QComboBox(), QLineEdit()
        self.browse_button = button(tr("Choose..."))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        captions = (tr("Checkpoint"), tr("File"))
        for row, (caption, widget) in enumerate(
            zip(captions, (self.checkpoints, self.path_edit), strict=True)
        ):
            name = label(caption)
            name.setBuddy(widget)
            widget.setAccessibleName(caption)
            grid.addWidget(name, row, 0)
            grid.addWidget(widget, row, 1, 1, 2 if row == 0 else 1)
        grid.addWidget(self.browse_button, 1, 2)
        grid.setColumnStretch(1, 1)
        self.command = label(tone="muted")
        self.command.setFont(font("small"))
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.command.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        grid.addWidget(self.command, 2, 1, 1, 2)
        return grid

    def _build_result(self) -> QWidget:
        self.result_card = card(kind="notice")
        grid = QGridLayout(self.result_card)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(12)
        self.results: dict[str, QLabel] = {}
        captions = {
            "path": tr("Written"), "size": tr("Size"), "difference": tr("Largest difference"),
        }  # fmt: skip
        for row, (key, caption) in enumerate(captions.items()):
            value = text_block()
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.results[key] = value
            grid.addWidget(label(caption, tone="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(1, 1)
        self.result_card.setVisible(False)
        return self.result_card

    def _build_progress(self) -> QWidget:
        self.progress_area = QWidget()
        column = QVBoxLayout(self.progress_area)
        column.setContentsMargins(0, 0, 0, 0)
        self.progress_words, self.progress_bar = label(tone="muted"), QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setRange(0, len(STAGES))
        self.progress_bar.setAccessibleName(tr("Progress of the export"))
        column.addWidget(self.progress_words)
        column.addWidget(self.progress_bar)
        self.progress_area.setVisible(False)
        return self.progress_area

    def _build_buttons(self) -> QHBoxLayout:
        self.close_button = button(tr("Cancel"))
        self.export_button = button(tr("Export"), kind="primary")
        self.export_button.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.export_button)
        return row

    def _connect(self) -> None:
        self.formats.idClicked.connect(self._on_format)
        self.checkpoints.currentIndexChanged.connect(self._on_checkpoint)
        self.path_edit.textEdited.connect(self._on_path_edited)
        self.browse_button.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self.reject)

    def _fill_checkpoints(self, chosen: str) -> None:
        known = list_checkpoints(self._run.path)
        best = next((info for info in known if info.is_best), None)
        text = tr("Best: {about}", about=_about(best)) if best else tr("Best so far")
        self.checkpoints.addItem(text, "best")
        for info in known:
            self.checkpoints.addItem(_about(info), info.name)
        wanted = "best" if best is not None and chosen == best.name else chosen
        self.checkpoints.setCurrentIndex(max(0, self.checkpoints.findData(wanted)))
        self.export_button.setEnabled(bool(known))
        if not known:
            self.notice.show_error(
                {
                    "message": tr("This run has no checkpoint yet."),
                    "remedy": tr("Let it train until its first checkpoint, then export again."),
                }
            )

    def _suggest(self) -> None:
        """A name that says which run and epoch it is, in the run's own folder."""
        folder = Path(self.path_edit.text()).parent if self.path_edit.text() else self._run.export
        part = "best" if self.checkpoint == "best" else self.checkpoint
        self.path_edit.setText(str(folder / f"{self._run.id}-{part}.{self.format}"))

    def _show_command(self) -> None:
        words = " ".join(
            f'"{word}"' if " " in word else word for word in ["training-console", *self.arguments()]
        )
        room = max(self.command.width(), 200)
        shown = self.command.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        self.command.setText(shown)
        self.command.setToolTip(words)

    @Slot(int)
    def _on_format(self, _index: int) -> None:
        if self._path_is_ours:
            self._suggest()
        else:
            path = Path(self.path_edit.text())
            if path.suffix.lstrip(".") in FORMATS:
                self.path_edit.setText(str(path.with_suffix(f".{self.format}")))
        self._show_command()

    @Slot(int)
    def _on_checkpoint(self, _index: int) -> None:
        if self._path_is_ours:
            self._suggest()
        self._show_command()

    @Slot(str)
    def _on_path_edited(self, text: str) -> None:
        self._path_is_ours = False
        self.export_button.setEnabled(bool(text.strip()))
        self._show_command()

    @Slot()
    def _browse(self) -> None:
        filters = {
            "onnx": tr("ONNX model (*.onnx)"), "pt": tr("PyTorch file (*.pt)"),
            "safetensors": tr("safetensors file (*.safetensors)"),
        }  # fmt: skip
        path = file_dialogs().save_file(
            self, tr("Export a model"), Path(self.path_edit.text()), [filters[self.format]]
        )
        if path is not None:
            self.path_edit.setText(str(path))
            self._path_is_ours = False
            self.export_button.setEnabled(True)
            self._show_command()

    @Slot(object)
    def _on_progress(self, content: Mapping[str, Any]) -> None:
        step = content.get("progress")
        stage = str(step.get("stage", "")) if isinstance(step, Mapping) else ""
        words = {
            "read": tr("Reading the checkpoint"), "write": tr("Writing the model"),
            "compare": tr("Loading it back and comparing"), "done": tr("Done"),
        }  # fmt: skip
        if stage in STAGES:
            self.progress_words.setText(words[stage])
            self.progress_bar.setValue(STAGES.index(stage) + 1)

    @Slot(object)
    def _on_finished(self, result: Mapping[str, Any]) -> None:
        self._show_working(False)
        self.result_data = result
        self.results["path"].setText(_breakable(str(result.get("path", self.path_edit.text()))))
        self.results["size"].setText(size_words(int(result.get("size_bytes") or 0)))
        self.results["difference"].setText(_difference_words(result))
        self.result_card.setVisible(True)
        self.close_button.setText(tr("Close"))
        self.adjustSize()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        self._show_working(False)
        self.notice.show_error(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._show_working(False)
        self.notice.say(tr("The export was cancelled."))

    def _show_working(self, working: bool) -> None:
        if not working:
            self._job = None
        else:
            self.progress_words.setText(tr("Starting"))
            self.progress_bar.setValue(0)
            self.close_button.setText(tr("Cancel"))
        self.progress_area.setVisible(working)
        for widget in (self.export_button, self.browse_button, self.path_edit, self.checkpoints):
            widget.setEnabled(not working)
        for choice in self.formats.buttons():
            choice.setEnabled(not working)


def _about(info: CheckpointInfo) -> str:
    loss = info.metrics.get("val_loss")
    if isinstance(loss, int | float):
        return tr(
            "epoch {epoch}, step {step}, validation loss {loss}",
            epoch=info.epoch, step=grouped(info.step), loss=value_text(float(loss)),
        )  # fmt: skip
    return tr("epoch {epoch}, step {step}", epoch=info.epoch, step=grouped(info.step))


def _difference_words(result: Mapping[str, Any]) -> str:
    difference = result.get("max_difference")
    if not isinstance(difference, int | float):
        return "–"
    count = result.get("num_windows")
    if not isinstance(count, int):
        return f"{difference:.1e}"
    template = (
        tr("{difference} over {count} windows of its data")
        if result.get("on_real_windows", True)
        else tr("{difference} over {count} random windows")
    )
    return template.format(difference=f"{difference:.1e}", count=grouped(count))


def _breakable(path: str) -> str:
    """A path that may be wrapped after its separators."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
