"""Short questions to the operator, behind one object so that a test can answer for it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from console.ui.i18n import tr
from console.ui.widgets.basics import button, label, text_block


class NameDialog(QDialog):
    """Asks for one name."""

    def __init__(self, parent: QWidget, title: str, question: str, name: str, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.edit = QLineEdit(name)
        self.edit.setAccessibleName(question)
        self.edit.selectAll()
        self.edit.textChanged.connect(self._text_changed)
        buttons = QDialogButtonBox()
        self.accept_button = button(verb, kind="primary")
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(label(question))
        layout.addWidget(self.edit)
        layout.addWidget(buttons)
        self.setMinimumWidth(360)
        self._text_changed(name)

    @Slot(str)
    def _text_changed(self, text: str) -> None:
        self.accept_button.setEnabled(bool(text.strip()))


class ChoiceDialog(QDialog):
    """Says one sentence and offers a few ways on; the first is the default."""

    def __init__(self, parent: QWidget, title: str, text: str, choices: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.chosen = -1
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        words = text_block(text)
        words.setMinimumWidth(380)
        layout.addWidget(label(title, size="title"))
        layout.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.buttons = [
            button(choice, kind="primary" if index == 0 else "")
            for index, choice in enumerate(choices)
        ]
        for made in self.buttons:
            made.clicked.connect(self._choose)
            row.addWidget(made)
        self.buttons[0].setDefault(True)
        layout.addLayout(row)

    @Slot()
    def _choose(self) -> None:
        self.chosen = next(i for i, made in enumerate(self.buttons) if made is self.sender())
        self.accept()


class Prompts:
    """Asks for a name, or for one of a few ways on."""

    def ask_name(
        self, parent: QWidget, title: str, question: str, name: str, verb: str
    ) -> str | None:
        """A name, or None when the operator cancels."""
        dialog = NameDialog(parent, title, question, name, verb)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.edit.text().strip() if accepted else None

    def choose(self, parent: QWidget, title: str, text: str, choices: Sequence[str]) -> int:
        """The position of the chosen way on, -1 when the dialog was closed."""
        dialog = ChoiceDialog(parent, title, text, choices)
        dialog.exec()
        dialog.deleteLater()
        return dialog.chosen


class _Service:
    current = Prompts()


def prompts() -> Prompts:
    """The service in use."""
    return _Service.current


def use_prompts(service: Prompts) -> None:
    """Replace the service, e.g. by one that answers by itself."""
    _Service.current = service
