"""Settings come back typed, also in another process."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QByteArray

from console.runtime.settings import Settings

VALUES = {
    "empty": [], "text": "a, b; c = \"d\" % 5", "five": 5, "none": None, "no": False,
    "deep": {"x": [1.5, "ф"]},
}  # fmt: skip
READER = """
import json
from console.runtime.settings import Settings
s = Settings()
print(json.dumps([
    s.theme, s.language, s.smoothing, s.mapping("configure/values"), s.flag("a"), s.flag("b", True),
    bytes(s.geometry.data()).hex(), s.last_run, s.text("n"),
]))
"""


def test_that_another_process_reads_what_was_written(qapp):
    import json

    settings = Settings()
    settings.theme, settings.language, settings.smoothing = "dark", "ru", 0.25
    settings.set_mapping("configure/values", VALUES)
    settings.set_flag("a", True)
    settings.set_flag("b", False)
    settings.geometry = QByteArray(bytes(range(256)))
    settings.last_run = "20261123-041043-run-52bfce"
    settings.set_text("n", "5")
    settings.sync()
    told = subprocess.run(
        [sys.executable, "-c", READER], capture_output=True, check=True, text=True
    )
    expected = [
        "dark", "ru", 0.25, VALUES, True, False, bytes(range(256)).hex(),
        "20261123-041043-run-52bfce", "5",
    ]  # fmt: skip
    assert json.loads(told.stdout) == expected


def test_that_damaged_values_read_as_defaults(qapp):
    path = Settings().path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[look]\ntheme=pink\n[train]\nsmoothing=high\n[configure]\nvalues={broken\n")
    settings = Settings()
    assert settings.theme == "system"
    assert settings.smoothing == 0.97
    assert settings.mapping("configure/values") == {}
    assert settings.last_page == ""


def test_that_a_change_is_told_once(qtbot):
    settings = Settings()
    told = []
    settings.changed.connect(told.append)
    settings.theme = "dark"
    settings.theme = "dark"
    assert told == ["look/theme"]
