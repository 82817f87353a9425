"""Writing a whole dataset beside its place, and putting it there in one step."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from console.core.datasets import dataset_dir
from console.core.errors import DataError
from console.core.files import disk_errors, fsync_dir
from console.core.paths import Workspace

STAGING = ".staging"
_NAME = re.compile(r"\w[\w.-]{0,63}", re.UNICODE)


def check_name(name: str) -> None:
    """Require a name that can be a folder.

    Raises:
        DataError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise DataError(
            "'{name}' cannot name a dataset.",
            remedy="Use letters, digits, '_', '-' and '.', at most 64, not beginning with '.'.",
            name=name,
        )


@contextmanager
def exclusive(workspace: Workspace, purpose: str) -> Iterator[None]:
    """One process at a time in the block, per workspace and purpose.

    Raises:
        WorkspaceError: the folder of datasets cannot be written.
    """
    path = workspace.datasets / STAGING / f"{purpose}.lock"
    lock = filelock.FileLock(path)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staged(workspace: Workspace, name: str) -> Iterator[Path]:
    """A folder to write dataset ``name`` into; it takes the name's place when the block succeeds.

    One writer at a time per name. What a crashed writer left is swept, and a dataset that it had
    already moved aside is put back.
    """
    final, staging = dataset_dir(workspace, name), workspace.datasets / STAGING
    folder = staging / f"{name}~{uuid.uuid4().hex[:8]}"
    aside = staging / f"{name}~before"
    with exclusive(workspace, name):
        with disk_errors(folder):
            _sweep(final, aside, staging, name)
            folder.mkdir()
        try:
            yield folder
            with disk_errors(final):
                _publish(folder, final, aside)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, final: Path, aside: Path) -> None:
    fsync_dir(folder)
    if final.exists():
        final.rename(aside)
    try:
        folder.rename(final)
    except OSError:
        if aside.exists():
            aside.rename(final)
        raise
    fsync_dir(final.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _sweep(final: Path, aside: Path, staging: Path, name: str) -> None:
    if aside.exists() and not final.exists():
        aside.rename(final)
    for leftover in staging.glob(f"{name}~*"):
        shutil.rmtree(leftover)
