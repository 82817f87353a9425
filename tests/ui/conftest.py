"""A real window offscreen, with described datasets and dialogs that answer by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.core.datasets import DatasetInfo, LabelInfo, dataset_dir
from console.core.paths import Workspace
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.dialogs import file_dialogs, prompts
from console.ui.i18n import set_language
from console.ui.pages import data_gate, price_gate
from console.ui.theme import apply_theme


def describe_dataset(workspace: Workspace, name: str = "ashare", **changes: Any) -> DatasetInfo:
    """Write the description of a dataset; enough for every part of the window."""
    values: dict[str, Any] = {
        "name": name, "created": "2026-01-05T10:00:00Z", "num_rows": 1_035_000,
        "symbols": ("000001", "000002", "600519"), "rows_per_symbol": (400_000, 335_000, 300_000),
        "num_days": 64, "num_segments": 384, "shortest_segment": 2310,
        "first_time": 1_700_000_000.0, "last_time": 1_705_500_000.0,
        "features": tuple(f"f{index}" for index in range(25)),
        "labels": (
            LabelInfo("label_20", 20, (310_000, 415_000, 309_000), 1000),
            LabelInfo("label_100", 100, (340_000, 330_000, 360_000), 5000),
        ),
        "has_mid_price": True, "row_interval_s": 3.0, "fingerprint": "ab12",
    }  # fmt: skip
    info = DatasetInfo(**{**values, **changes})
    folder = dataset_dir(workspace, name)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(info).items()
    }
    plain["labels"] = [{**item, "counts": list(item["counts"])} for item in plain["labels"]]
    (folder / "dataset.yaml").write_text(yaml.safe_dump(plain), "utf-8")
    return info


@dataclass
class AnsweringDialogs(file_dialogs.FileDialogs):
    """Answers every file dialog with ``answers``, in order."""

    answers: list[Any] = field(default_factory=list)

    def open_file(self, parent: QWidget, title: str, filters: Sequence[str]) -> Path | None:
        return self.answers.pop(0)

    def open_files(self, parent: QWidget, title: str, filters: Sequence[str]) -> list[Path]:
        return self.answers.pop(0)

    def open_folder(self, parent: QWidget, title: str) -> Path | None:
        return self.answers.pop(0)

    def save_file(
        self, parent: QWidget, title: str, suggested: Path | str, filters: Sequence[str]
    ) -> Path | None:
        return self.answers.pop(0)


@dataclass
class AnsweringPrompts(prompts.Prompts):
    """Answers every question with ``answers``, in order, and keeps what was asked."""

    answers: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask_name(
        self, parent: QWidget, title: str, question: str, name: str, verb: str
    ) -> str | None:
        self.asked.append(title)
        return self.answers.pop(0)

    def choose(self, parent: QWidget, title: str, text: str, choices: Sequence[str]) -> int:
        self.asked.append(text)
        return self.answers.pop(0)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The application in English and in the light theme."""
    apply_theme(qapp, "light")
    yield qapp
    set_language("en")
    apply_theme(qapp, "light")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def unhurried_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No check of the data begins by itself while a test looks at something else."""
    monkeypatch.setattr(data_gate, "SETTLE_MS", 3_600_000)
    monkeypatch.setattr(price_gate, "SETTLE_MS", 3_600_000)


@pytest.fixture
def files() -> Iterator[AnsweringDialogs]:
    """File dialogs that answer by themselves."""
    service, before = AnsweringDialogs(), file_dialogs.file_dialogs()
    file_dialogs.use_file_dialogs(service)
    yield service
    file_dialogs.use_file_dialogs(before)


@pytest.fixture
def answers() -> Iterator[AnsweringPrompts]:
    """Questions that answer themselves."""
    service, before = AnsweringPrompts(), prompts.prompts()
    prompts.use_prompts(service)
    yield service
    prompts.use_prompts(before)


@pytest.fixture
def settings(app: QApplication) -> Settings:
    """Settings in a file of the test's own."""
    return Settings()


@pytest.fixture
def jobs(app: QApplication) -> Iterator[JobRunner]:
    """A job runner that leaves no process behind."""
    runner = JobRunner()
    yield runner
    runner.shutdown()
