"""What files mean that are dropped on the window: presets, runs, or market data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

PRESET_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True)
class Dropped:
    """Dropped paths by what they are; all that is neither a preset nor a run is taken for data."""

    presets: tuple[Path, ...] = ()
    runs: tuple[Path, ...] = ()
    data: tuple[Path, ...] = ()


def local_paths(mime: QMimeData) -> list[Path]:
    """The files and folders of this machine among what is dragged."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def sort_out(paths: Iterable[Path]) -> Dropped:
    """Which path is what: a run is a folder with run.json, or anything inside one."""
    presets, runs, data = [], [], []
    for path in paths:
        run = run_of(path)
        if run is not None:
            runs.append(run)
        elif path.suffix.lower() in PRESET_SUFFIXES and path.is_file():
            presets.append(path)
        else:
            data.append(path)
    return Dropped(tuple(presets), tuple(dict.fromkeys(runs)), tuple(data))


def run_of(path: Path) -> Path | None:
    """The run directory that ``path`` is, or lies in (a checkpoint, its events); None else."""
    for folder in (path, *path.parents[:3]):
        if (folder / "run.json").is_file():
            return folder
    return None
