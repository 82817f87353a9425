"""One click proves that the run in hand resumes exactly: `verify-resume` as a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from console.core.checkpoints import CheckpointInfo, list_checkpoints
from console.core.rundir import RunDir
from console.runtime.jobs import Job, JobRunner
from console.ui.dialogs.prompts import prompts
from console.ui.i18n import tr, tr_message
from console.ui.widgets.basics import Badge, button, set_style_property, text_block

LOOKS = {
    "identical": ("good", "good"), "within": ("warning", "warning"), "differs": ("problem", "bad"),
    "cannot_tell": ("info", "muted"), "failed": ("problem", "bad"), "": ("info", "muted"),
}  # fmt: skip


class ResumeCheck(QWidget):
    """A button, what it found in one line, and the details on request."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Mapping[str, Any] = {}
        self._jobs = jobs
        self._job: Job | None = None
        self._run: RunDir | None = None
        self._reason = ""
        self._share = (0, 0)
        self._build_ui()
        self.check_button.clicked.connect(self._on_check)
        self.details_button.clicked.connect(self.show_details)
        self.retranslate()

    @property
    def is_working(self) -> bool:
        """Whether steps are being repeated now."""
        return self._job is not None

    @property
    def text(self) -> str:
        """The words of the line."""
        return self._words.text()

    def set_run(self, run: RunDir | None) -> None:
        """Another run: what was found about the last one no longer counts."""
        if run != self._run:
            self.cancel()
            self._job, self.result = None, {}
        self._run = run

    def refresh(self, known: Sequence[CheckpointInfo]) -> None:
        """Say whether there is anything to check; ``known`` are the run's checkpoints."""
        self._reason = self._why_not(known)
        self.retranslate()

    def start(self) -> None:
        """Check the run in hand, if there is anything to check."""
        if self._run is None or self._reason or self.is_working:
            return
        self.result, self._share = {}, (0, 0)
        self._bar.setValue(0)
        self._job = self._jobs.start(["verify-resume", str(self._run.path)])
        self._job.progress.connect(self._on_progress)
        self._job.told.connect(self._on_told)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self.retranslate()

    def cancel(self) -> None:
        """End a check that is under way."""
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def show_details(self) -> None:
        """All figures and reasons of the last check."""
        prompts().choose(self, tr("Resume check"), details_of(self.result), [tr("Close")])

    def retranslate(self) -> None:
        """Words in the language in force."""
        status = str(self.result.get("status", ""))
        icon, tone = LOOKS[status]
        self._badge.set_icon(icon, tone)
        self._words.setText(self._line(status))
        set_style_property(self._words, "tone", tone)
        self._badge.setVisible(bool(status))
        self._bar.setVisible(self.is_working)
        self._bar.setAccessibleName(self._words.text())
        self.check_button.setText(tr("Cancel") if self.is_working else tr("Check resume"))
        self.check_button.setEnabled(self.is_working or not self._reason)
        self.check_button.setToolTip(
            self._reason
            or tr("Repeat recorded steps from a checkpoint and compare every bit; only reads.")
        )
        self.details_button.setText(tr("Details…"))
        self.details_button.setVisible(bool(self.result))

    def _build_ui(self) -> None:
        self._badge, self._words = Badge("info", "muted"), text_block()
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(96)
        self.check_button, self.details_button = button(), button(kind="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.check_button)
        row.addWidget(self._bar)
        row.addWidget(self._badge)
        row.addWidget(self._words, 1)
        row.addWidget(self.details_button)

    def _line(self, status: str) -> str:
        if self.is_working:
            done, total = self._share
            words = tr("Repeating steps: {done} of {total}", done=done, total=total)
            return words if total else tr("Loading the data of the run…")
        if status:
            return tr_message(str(self.result["message"]))
        return self._reason

    def _why_not(self, known: Sequence[CheckpointInfo]) -> str:
        if self._run is None or not known:
            return tr("There is no checkpoint to check yet.")
        if self._run.status().step <= known[-1].step:
            return tr("No step is recorded behind a checkpoint yet.")
        return ""

    @Slot()
    def _on_check(self) -> None:
        if self.is_working:
            self.cancel()
        else:
            self.start()

    @Slot(object)
    def _on_progress(self, content: Mapping[str, Any]) -> None:
        if self.sender() is self._job and isinstance(content["progress"], Mapping):
            self._share = content["progress"]["done"], content["progress"]["total"]
            self._bar.setValue(round(100 * self._share[0] / max(1, self._share[1])))
            self.retranslate()

    @Slot(object)
    def _on_told(self, content: Mapping[str, Any]) -> None:
        if self.sender() is self._job and content.get("status") in LOOKS:
            self.result = content

    @Slot(object)
    def _on_finished(self, _result: Mapping[str, Any]) -> None:
        self._end()

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        """Also after "not identical", which is a result like any other."""
        if self.sender() is self._job and not self.result:
            self.result = {**error, "status": "failed"}
        self._end()

    @Slot()
    def _on_cancelled(self) -> None:
        self._end()

    def _end(self) -> None:
        if self.sender() is self._job:
            self._job = None
            self.refresh(list_checkpoints(self._run.path) if self._run else ())


def details_of(result: Mapping[str, Any]) -> str:
    """A result in full: the sentence, what it rests on, why, and what to do."""
    lines = [tr_message(str(result.get("message", "")))]
    names = {
        tr("From checkpoint"): result.get("from_checkpoint"),
        tr("To checkpoint"): result.get("to_checkpoint"),
        tr("Steps repeated"): result.get("steps"),
    }
    lines += [f"{words}: {value}" for words, value in names.items() if value]
    lines += [f"• {tr_message(str(reason))}" for reason in result.get("reasons") or ()]
    remedy = str(result.get("remedy", ""))
    return "\n".join([*lines, *([tr_message(remedy)] if remedy else [])])
