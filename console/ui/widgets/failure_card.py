"""What went wrong with a run, what was kept, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from console.ui.i18n import language_events, tr, tr_message
from console.ui.widgets.basics import Badge, button, text_block


class FailureCard(QFrame):
    """Hidden until something failed.

    Signals:
        resume_requested(): go on from what was kept.
        dismissed(): the operator has read it.
    """

    resume_requested = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "notice")
        self._error: Mapping[str, str] = {}
        self._kept_epoch: int | None = None
        self._can_resume = False
        self._build_ui()
        self.resume_button.clicked.connect(self.resume_requested)
        self.details_button.clicked.connect(self._toggle_details)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self._dismiss)
        language_events().language_changed.connect(self._on_language)
        self.setVisible(False)

    def show_failure(
        self, error: Mapping[str, str], *, kept_epoch: int | None, can_resume: bool
    ) -> None:
        """Show ``error`` {message, remedy, details}; ``kept_epoch`` is that of the checkpoint."""
        self._error, self._kept_epoch, self._can_resume = error, kept_epoch, can_resume
        self.details.setVisible(False)
        self.retranslate()
        self.setVisible(True)

    def clear(self) -> None:
        """Hide the card."""
        self.setVisible(False)

    @property
    def text(self) -> str:
        """All it says, for tests and screen readers."""
        return " ".join(part.text() for part in (self.message, self.kept, self.remedy)).strip()

    def retranslate(self) -> None:
        """Write the words again."""
        message = tr_message(self._error.get("message", ""))
        self.message.setText(message or tr("The training ended unexpectedly."))
        if self._kept_epoch is None:
            self.kept.setText(tr("No checkpoint had been saved yet."))
        else:
            self.kept.setText(
                tr("The checkpoint of epoch {epoch} is safe.", epoch=self._kept_epoch)
            )
        remedy = tr_message(self._error.get("remedy", ""))
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.resume_button.setText(tr("Resume run"))
        self.resume_button.setVisible(self._can_resume and self._kept_epoch is not None)
        details = self._error.get("details", "")
        self.details.setPlainText(details)
        self.details.setAccessibleName(tr("Details"))
        for widget in (self.details_button, self.copy_button):
            widget.setVisible(bool(details))
        self._name_details_button()
        self.copy_button.setText(tr("Copy details"))
        self.close_button.setText(tr("Close"))
        self.setAccessibleName(tr("The training failed"))
        self.setAccessibleDescription(self.text)

    def _build_ui(self) -> None:
        self.message, self.kept, self.remedy = text_block(), text_block(), text_block(tone="muted")
        self.message.setProperty("weight", "bold")
        for part in (self.message, self.kept, self.remedy):
            part.setMinimumWidth(400)
        for part in (self.message, self.remedy):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.resume_button = button(kind="primary")
        self.details_button, self.copy_button = button(kind="link"), button(kind="link")
        self.close_button = button()
        self.details = QPlainTextEdit()
        self.details.setAccessibleName(tr("Details"))
        self.details.setReadOnly(True)
        self.details.setMaximumHeight(160)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.message, self.kept, self.remedy):
            words.addWidget(part)
        links = QHBoxLayout()
        links.setSpacing(12)
        links.addWidget(self.details_button)
        links.addWidget(self.copy_button)
        links.addStretch(1)
        words.addLayout(links)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Badge("problem", "bad", 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.resume_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addLayout(row)
        layout.addWidget(self.details)

    def _name_details_button(self) -> None:
        hidden = self.details.isHidden()
        self.details_button.setText(tr("Show details") if hidden else tr("Hide details"))

    @Slot()
    def _toggle_details(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self._name_details_button()

    @Slot()
    def _copy(self) -> None:
        words = (self.text, self._error.get("details", ""))
        QGuiApplication.clipboard().setText("\n\n".join(word for word in words if word))

    @Slot()
    def _dismiss(self) -> None:
        self.setVisible(False)
        self.dismissed.emit()

    @Slot(str)
    def _on_language(self, _code: str) -> None:
        self.retranslate()
