"""Writing files so that a reader or a crash never meets half of one."""

from __future__ import annotations

import errno
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.core.errors import WorkspaceError

_BLOCK_BYTES = 4096


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals while writing ``path`` into a ``WorkspaceError``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WorkspaceError(
                "The disk is full: {path} could not be written.",
                remedy="Free some space, then try again; what was there before is kept.",
                path=path,
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise WorkspaceError(
                "{path} cannot be written: no permission, or the folder is read-only.",
                remedy="Choose another folder, or ask for the right to write there.",
                path=path,
            ) from error
        raise WorkspaceError(
            "{path} could not be written: {reason}.",
            remedy="Check the folder and try again.",
            path=path,
            reason=error.strerror or type(error).__name__,
        ) from error


def write_bytes_atomic(path: Path, content: bytes, *, called: Path | None = None) -> None:
    """Write a file completely or not at all: temporary file, fsync, rename, fsync of the folder.

    ``called`` is the file that errors name, where ``path`` is only a step on the way to it.
    """
    with disk_errors(called or path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        fsync_dir(path.parent)


def write_text_atomic(path: Path, content: str) -> None:
    """``write_bytes_atomic`` for UTF-8 text."""
    write_bytes_atomic(path, content.encode())


def write_json_atomic(path: Path, value: Any) -> None:
    """``write_bytes_atomic`` for indented JSON."""
    write_text_atomic(path, json.dumps(jsonable(value), indent=2, ensure_ascii=False) + "\n")


def write_json_in_place(path: Path, value: Any) -> bool:
    """Write over a small file without asking the disk for room; False when it does not fit.

    For what must be said on a full disk. The new content is padded to the length of the old one
    or fills the rest of its last block.
    """
    raw = json.dumps(jsonable(value), ensure_ascii=False).encode()
    try:
        with open(path, "r+b", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            room = -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
            if len(raw) > room:
                return False
            padded = raw.ljust(size)
            return stream.write(padded) == len(padded)
    except OSError:
        return False


def fsync_dir(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power loss; does nothing where folders cannot sync."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def jsonable(value: Any) -> Any:
    """``value`` with NaN and infinities as None, tuples as lists, paths as text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value
