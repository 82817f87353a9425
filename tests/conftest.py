"""Fixtures shared by all tests: isolated folders and, where present, real market data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from console.core.paths import CONFIG_VARIABLE, WORKSPACE_VARIABLE, Workspace, open_workspace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("no_deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no_deadline")


@pytest.fixture(autouse=True)
def isolated_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the user's own workspace, presets or settings."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path / "workspace"))
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "config"))
    yield


@pytest.fixture
def workspace() -> Workspace:
    """An empty workspace of the test's own."""
    return open_workspace().ensure()


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of real market data; tests that need it are skipped where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("TRAINING_CONSOLE_MARKET_DATA", beside))
    if not (folder / "ashare_l2").is_dir():
        pytest.skip(f"no market data in {folder}; set TRAINING_CONSOLE_MARKET_DATA")
    return folder
