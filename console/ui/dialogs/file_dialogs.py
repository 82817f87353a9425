"""Every file dialog of the window goes through one object, so that a test can answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialogs:
    """Asks the operator for files. Titles and filter words come in already translated.

    A filter is ``"Model files (*.onnx *.pt)"``. Every method answers None or an empty list when
    the operator cancels.
    """

    def __init__(self, *, native: bool = True) -> None:
        self._native = native
        self._folder = str(Path.home())

    def open_file(self, parent: QWidget, title: str, filters: Sequence[str]) -> Path | None:
        """One existing file."""
        dialog = self._dialog(parent, title, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        chosen = self._chosen(dialog)
        return chosen[0] if chosen else None

    def open_files(self, parent: QWidget, title: str, filters: Sequence[str]) -> list[Path]:
        """Any number of existing files."""
        dialog = self._dialog(parent, title, filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        return self._chosen(dialog)

    def open_folder(self, parent: QWidget, title: str) -> Path | None:
        """One existing folder."""
        dialog = self._dialog(parent, title, ())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        chosen = self._chosen(dialog)
        return chosen[0] if chosen else None

    def save_file(
        self, parent: QWidget, title: str, suggested: Path | str, filters: Sequence[str]
    ) -> Path | None:
        """Where to write; the suffix of ``suggested`` is added when the operator gives none."""
        suggested = Path(suggested)
        dialog = self._dialog(parent, title, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
        if suggested.is_absolute():
            dialog.setDirectory(str(suggested.parent))
        dialog.selectFile(suggested.name)
        chosen = self._chosen(dialog)
        return chosen[0] if chosen else None

    def _dialog(self, parent: QWidget, title: str, filters: Sequence[str]) -> QFileDialog:
        dialog = QFileDialog(parent, title, self._folder)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self._native)
        if filters:
            dialog.setNameFilters(list(filters))
        return dialog

    def _chosen(self, dialog: QFileDialog) -> list[Path]:
        accepted = dialog.exec() == QFileDialog.DialogCode.Accepted
        chosen = [Path(name) for name in dialog.selectedFiles()] if accepted else []
        dialog.deleteLater()
        if chosen:
            self._folder = str(chosen[0].parent)
        return chosen


class _Service:
    current = FileDialogs()


def file_dialogs() -> FileDialogs:
    """The service in use."""
    return _Service.current


def use_file_dialogs(service: FileDialogs) -> None:
    """Replace the service, e.g. by one that answers by itself."""
    _Service.current = service
