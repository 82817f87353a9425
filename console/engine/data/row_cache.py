"""Folders of rows in the workspace's cache: made once, used again, the longest unused swept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from console.core.errors import WorkspaceError
from console.core.files import disk_errors
from console.core.paths import Workspace
from console.engine.data.rows import Array

FORMAT = 1
KEPT = 2  # folders, the newest among them
SPARE_BYTES = 512 * 2**20
STALE_S = 24 * 3600.0
UNFINISHED = ".unfinished-"


def cached_folder(
    workspace: Workspace,
    key: tuple[Any, ...],
    size_bytes: int,
    write: Callable[[Path], None],
) -> Path:
    """The folder that ``write`` fills with about ``size_bytes``, made unless ``key`` has one.

    Raises:
        WorkspaceError: there is too little space, or the folder cannot be written.
    """
    digest = hashlib.sha256(repr((FORMAT, *key)).encode()).hexdigest()
    folder = workspace.cache / f"rows-{digest[:20]}"
    with disk_errors(folder):
        if not folder.is_dir():
            workspace.cache.mkdir(parents=True, exist_ok=True)
            _sweep(workspace.cache, KEPT - 1)
            _require_space(workspace.cache, size_bytes)
            _make(folder, write)
        os.utime(folder)
    return folder


def unnamed_matrix(workspace: Workspace, num_rows: int, num_features: int) -> Array:
    """A writable mapped matrix (N, F) float32 in a file of no name: it goes with the process.

    Raises:
        WorkspaceError: there is too little space, or the cache cannot be written.
    """
    size_bytes = 4 * num_rows * num_features
    with disk_errors(workspace.cache):
        workspace.cache.mkdir(parents=True, exist_ok=True)
        _require_space(workspace.cache, size_bytes)
        with tempfile.TemporaryFile(dir=workspace.cache) as file:
            if hasattr(os, "posix_fallocate"):  # a full disk is met here, not while writing to it
                os.posix_fallocate(file.fileno(), 0, size_bytes)
            return np.memmap(file, np.float32, "w+", shape=(num_rows, num_features))


def _make(folder: Path, write: Callable[[Path], None]) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        write(unfinished)
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():  # another run made the same rows meanwhile
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _sweep(cache: Path, keep: int) -> None:
    """Delete all but the ``keep`` folders used last; open ones stay readable until closed."""
    used = {path: path.stat().st_mtime for path in cache.iterdir() if path.is_dir()}
    finished = sorted((p for p in used if p.name.startswith("rows-")), key=lambda p: -used[p])
    stale = time.time() - STALE_S
    left = [p for p in used if p.name.startswith(UNFINISHED) and used[p] < stale]
    for path in [*finished[keep:], *left]:
        shutil.rmtree(path, ignore_errors=True)


def _require_space(cache: Path, size_bytes: int) -> None:
    free = shutil.disk_usage(cache).free
    if free < size_bytes + SPARE_BYTES:
        raise WorkspaceError(
            "The rows need {needed:.1f} GB on the disk of {folder}, and {free:.1f} GB are free.",
            remedy="Free some space, choose a workspace on a larger disk, or take fewer days.",
            needed=(size_bytes + SPARE_BYTES) / 1e9, folder=cache, free=free / 1e9,
        )  # fmt: skip
