"""What the window remembers between two starts, typed, in one INI file of the user's folder.

QSettings gives back text for everything once the file is read in a new process, so every value
passes through a reader here and nothing else touches the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from console.core.paths import config_dir

FILE_NAME = "window.ini"


class Settings(QObject):
    """Typed access; a missing or damaged value reads as its default.

    ``changed(name)`` is emitted after a value was written.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path or config_dir() / FILE_NAME
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return self._one_of("look/theme", ("system", "light", "dark"))

    @theme.setter
    def theme(self, value: str) -> None:
        self._write("look/theme", value)

    @property
    def language(self) -> str:
        """``system`` or a language code such as ``ru``."""
        return self.text("look/language", "system")

    @language.setter
    def language(self, value: str) -> None:
        self._write("look/language", value)

    @property
    def last_page(self) -> str:
        """The page that was open last."""
        return self.text("window/page")

    @last_page.setter
    def last_page(self, value: str) -> None:
        self._write("window/page", value)

    @property
    def last_folder(self) -> str:
        """The folder a file dialog was in last."""
        return self.text("window/folder")

    @last_folder.setter
    def last_folder(self, value: str) -> None:
        self._write("window/folder", value)

    @property
    def last_run(self) -> str:
        """The id of the run that was in hand last."""
        return self.text("window/run")

    @last_run.setter
    def last_run(self, value: str) -> None:
        self._write("window/run", value)

    @property
    def geometry(self) -> QByteArray:
        """Size and place of the window, as ``QWidget.saveGeometry`` gives it."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._write("window/geometry", bytes(value.toBase64().data()).decode("ascii"))

    @property
    def window_state(self) -> QByteArray:
        """Docks and tool bars, as ``QMainWindow.saveState`` gives it."""
        return self._bytes("window/state")

    @window_state.setter
    def window_state(self, value: QByteArray) -> None:
        self._write("window/state", bytes(value.toBase64().data()).decode("ascii"))

    @property
    def smoothing(self) -> float:
        """Smoothing of the batch-level curves, 0 to 0.999."""
        return min(0.999, max(0.0, self.number("train/smoothing", 0.97)))

    @smoothing.setter
    def smoothing(self, value: float) -> None:
        self._write("train/smoothing", repr(float(value)))

    def text(self, name: str, default: str = "") -> str:
        """A text value."""
        value = self._store.value(name)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: float = 0.0) -> float:
        """A number."""
        try:
            return float(self.text(name, repr(default)))
        except ValueError:
            return default

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no."""
        return self.text(name, "true" if default else "false") == "true"

    def mapping(self, name: str) -> dict[str, Any]:
        """A JSON object, such as the last dataset, presets and changed values of Configure."""
        try:
            content = json.loads(self.text(name, "{}"))
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def set_text(self, name: str, value: str) -> None:
        """Keep a text value."""
        self._write(name, value)

    def set_flag(self, name: str, value: bool) -> None:
        """Keep a yes or no."""
        self._write(name, "true" if value else "false")

    def set_mapping(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep a JSON object."""
        self._write(name, json.dumps(dict(value), ensure_ascii=True, sort_keys=True))

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _write(self, name: str, value: str) -> None:
        if self._store.value(name) != value:
            self._store.setValue(name, value)
            self.changed.emit(name)

    def _one_of(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, choices[0])
        return value if value in choices else choices[0]

    def _bytes(self, name: str) -> QByteArray:
        return QByteArray.fromBase64(self.text(name).encode("ascii", "ignore"))
