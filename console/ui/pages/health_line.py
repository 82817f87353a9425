"""The health of the chosen data: what the last check found, and a button that checks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.fields import fields_of, to_plain
from console.core.gate import LABEL_GROUP, GateResult, gate_key, read_result
from console.runtime.jobs import Job
from console.ui.dialogs.findings_dialog import FindingsDialog
from console.ui.i18n import tr, tr_message, trn
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.widgets.basics import Badge, button, label, set_style_property

_LOOKS = {
    "red": ("problem", "bad"), "warning": ("warning", "warning"), "good": ("good", "good"),
    "unknown": ("info", "muted"),
}  # fmt: skip


@dataclass(frozen=True)
class DataChoice:
    """The data of the next training, as far as the findings depend on it."""

    info: DatasetInfo
    data: DataConfig
    balancing: BalancingConfig
    sequence_length: int

    @property
    def key(self) -> str:
        """Under which the findings are kept."""
        return gate_key(self.info, self.data, self.balancing, self.sequence_length)

    @property
    def arguments(self) -> list[str]:
        """The command that checks this choice."""
        words = ["data", "check", self.info.name, "--sequence-length", str(self.sequence_length)]
        for field in fields_of(DataConfig):
            if field.name != "dataset":
                words += ["--set", f"data.{field.name}={_text(getattr(self.data, field.name))}"]
        for field in fields_of(BalancingConfig):
            if field.group == LABEL_GROUP:
                value = _text(getattr(self.balancing, field.name))
                words += ["--set", f"balancing.{field.name}={value}"]
        return words

    @property
    def profile_arguments(self) -> list[str]:
        """The command that profiles this choice."""
        return ["data", "profile", *self.arguments[2:]]


class HealthLine(QWidget):
    """Shows what is known about a ``DataChoice``; ``changed`` follows every check."""

    changed = Signal()

    def __init__(self, shelf: DatasetShelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._choice: DataChoice | None = None
        self._result: GateResult | None = None
        self._failure = ""
        self._job: Job | None = None
        self._badge, self._words = Badge("info", "muted"), label(size="small")
        self.check_button, self.findings_button = button(kind="link"), button(kind="link")
        self._build_ui()
        self.check_button.clicked.connect(self.check)
        self.findings_button.clicked.connect(self.show_findings)
        self.retranslate()

    def show_choice(self, choice: DataChoice | None) -> None:
        """Another choice of data; None where it is not valid or there is none."""
        if choice != self._choice:
            self._failure = ""
        self._choice = choice
        self._result = None
        if choice is not None:
            self._result = read_result(self._shelf.workspace, choice.info.name, choice.key)
        self.retranslate()

    def problem(self) -> str:
        """The red finding that forbids a training with this choice; empty when there is none."""
        blocking = self._result.blocking if self._result else ()
        if not blocking:
            return ""
        return tr("The data are not fit: {reason}", reason=tr_message(blocking[0].message))

    @property
    def text(self) -> str:
        """The words of the line."""
        return self._words.text()

    @Slot()
    def check(self) -> None:
        """Check the chosen data in a process of its own."""
        if self._choice is None or self._job is not None:
            return
        self._failure = ""
        self._job = self._shelf.start_check(self._choice.arguments)
        self._job.finished.connect(self._on_end)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_end)
        self.retranslate()

    @Slot()
    def show_findings(self) -> None:
        """List what was found."""
        if self._result is not None:
            FindingsDialog(self._result, self.window()).open()

    def retranslate(self) -> None:
        """Words in the language in force."""
        look, words = self._state()
        icon, tone = _LOOKS[look]
        self._badge.set_icon(icon, tone)
        set_style_property(self._words, "tone", tone)
        self._words.setText(words)
        self.check_button.setText(tr("Check again") if self._result else tr("Check the data"))
        self.check_button.setEnabled(self._job is None)
        self.check_button.setToolTip(
            tr("Look for leaks, damage and traps in the data as they would be split now.")
        )
        self.findings_button.setText(tr("Findings…"))
        self.findings_button.setVisible(self._result is not None)
        self.setVisible(self._choice is not None)

    def _build_ui(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._badge, self._words, self.check_button, self.findings_button):
            layout.addWidget(part)
        layout.addStretch(1)

    def _state(self) -> tuple[str, str]:
        """The look and the words of the line."""
        if self._job is not None:
            return "unknown", tr("Checking the data…")
        if self._failure:
            return "warning", tr("The check did not end: {reason}", reason=self._failure)
        if self._result is None:
            return "unknown", tr("Data health: not checked with these settings")
        red = len(self._result.blocking)
        if red:
            return "red", trn("Data health: {n} red finding", "Data health: {n} red findings", red)
        warnings = sum(finding.severity == "warning" for finding in self._result.findings)
        if warnings:
            return "warning", trn(
                "Data health: good, {n} warning", "Data health: good, {n} warnings", warnings
            )
        return "good", tr("Data health: good")

    @Slot(object)
    def _on_failed(self, error: Mapping[str, str]) -> None:
        found = self._job is not None and "findings" in self._job.result
        if not found:  # a red finding ends the command with 1, too
            self._failure = tr_message(error["message"])
        self._on_end()

    @Slot()
    def _on_end(self, _result: object = None) -> None:
        self._job = None
        self.show_choice(self._choice)
        self.changed.emit()


def _text(value: object) -> str:
    """``value`` as ``--set`` reads it."""
    plain = to_plain(value)
    return ",".join(map(str, plain)) if isinstance(plain, list) else str(plain)
