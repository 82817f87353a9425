"""Writing, choosing, reading and rotating checkpoints so that a crash never leaves half of one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from console.core.checkpoints import (
    DELETED_PREFIX,
    FILES,
    FORMAT_VERSION,
    MANIFEST,
    TEMPORARY_PREFIX,
    CheckpointInfo,
    checkpoint_name,
    checkpoint_order,
    checkpoint_paths,
    checkpoints_in,
    read_verified,
    run_of,
    unusable,
)
from console.core.clock import utc_now
from console.core.errors import CheckpointError
from console.core.files import disk_errors, fsync_dir
from console.engine.training.tensor_file import file_parts

_MODEL, _OPTIMIZER, _RNG, _STATE = FILES
_SPARE_BYTES = 8 << 20
_KEPT_NEWEST = 2
_UNREADABLE = (ValueError, KeyError, RuntimeError, SafetensorError, msgspec.DecodeError)


@dataclass(frozen=True)
class CheckpointContent:
    """All that survives a restart. ``state`` is plain JSON; ``about`` goes into the manifest."""

    model: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]
    rng: Mapping[str, Tensor]
    state: Mapping[str, Any]
    about: Mapping[str, Any]


class CheckpointStore:
    """The ``checkpoints`` folder of one run; its hints lie beside it. One writer at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rejected: set[str] = set()
        self._started_from = ""
        self._deleting: threading.Thread | None = None

    def prepare(self) -> None:
        """Create the folder and remove what an interrupted write or rotation left behind.

        Raises:
            WorkspaceError: the folder cannot be created or written.
        """
        self.finish()
        with disk_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in self.folder.iterdir():
                if path.name.startswith((TEMPORARY_PREFIX, DELETED_PREFIX)):
                    _remove(path)

    def finish(self) -> None:
        """Wait until what a rotation has given up is deleted."""
        if self._deleting is not None:
            self._deleting.join()
            self._deleting = None

    def is_empty(self) -> bool:
        """Whether no checkpoint was ever published here."""
        return not checkpoint_paths(self.folder)

    def save(self, content: CheckpointContent, *, best: bool) -> CheckpointInfo:
        """Publish a checkpoint: temporary folder, fsync, manifest last, rename, fsync.

        The hints ``last.json`` and, for the best one, ``best.json`` follow.

        Raises:
            WorkspaceError: disk full or folder not writable; nothing is left behind and every
                earlier checkpoint stays.
        """
        self.finish()  # or its bytes would still count as taken
        with disk_errors(self.folder):
            target = self._free_path(int(content.about["step"]))
        temporary = self.folder / f"{TEMPORARY_PREFIX}{target.name}"
        with disk_errors(target):
            try:
                self._write(temporary, content)
                os.rename(temporary, target)  # noqa: PTH104 - never onto an existing folder
                fsync_dir(self.folder)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
        for hint in ("last", *(["best"] if best else [])):
            known = {"name": target.name, **{k: content.about[k] for k in ("epoch", "step")}}
            self._hint(hint, known)
        return next(info for info in checkpoints_in(self.folder) if info.name == target.name)

    def newest_valid(self) -> tuple[Path | None, list[tuple[str, str]]]:
        """The newest checkpoint that can be used, and each newer one with what is wrong."""
        path, _content, rejected = self.load_newest()
        return path, rejected

    def load_newest(
        self, check: Callable[[CheckpointContent], str] | None = None
    ) -> tuple[Path | None, CheckpointContent | None, list[tuple[str, str]]]:
        """``newest_valid`` with its content, read once: what was compared is what is given out.

        ``check`` looks at the content of one whose hashes match; empty words let it pass.
        """
        rejected: list[tuple[str, str]] = []
        for path in checkpoint_paths(self.folder):
            try:
                content = read_checkpoint(path)
                problem = check(content) if check is not None else ""
            except CheckpointError as error:
                problem = str(error.params["reason"])
            if not problem:
                self._rejected = {name for name, _reason in rejected}
                self._started_from = path.name
                return path, content, rejected
            rejected.append((path.name, problem))
        return None, None, rejected

    def weights_of_step(self, step: int) -> dict[str, Tensor] | None:
        """The weights saved at the end of the epoch that ended with ``step``, where undamaged."""
        for info in checkpoints_in(self.folder):
            if info.step == step and info.complete_epoch:
                with contextlib.suppress(CheckpointError):
                    return read_model_weights(info.path)
        return None

    def rotate(self, keep_last: int, best_step: int) -> None:
        """Delete what is neither among the newest two, nor best, nor one of the last milestones.

        ``keep_last`` milestones are kept, and always the one this attempt started from. Damaged
        ones that a resume passed over go first. They are out of the way at once; their bytes are
        freed beside the training.
        """
        infos = checkpoints_in(self.folder)
        usable = [info for info in infos if info.name not in self._rejected]
        milestones = [info for info in usable if info.milestone][:keep_last]
        keep = {info.name for info in (*usable[:_KEPT_NEWEST], *milestones)}
        keep |= {i.name for i in usable if i.complete_epoch and i.step == best_step}
        keep.add(self._started_from)
        doomed = [path for path in checkpoint_paths(self.folder) if path.name not in keep]
        given_up = [path for path in map(_set_aside, doomed) if path is not None]
        if given_up:
            self.finish()
            self._deleting = threading.Thread(target=_delete, args=(given_up,), name="rotation")
            self._deleting.start()

    def _write(self, temporary: Path, content: CheckpointContent) -> None:
        files: dict[str, Sequence[bytes | memoryview]] = {
            _MODEL: file_parts(content.model),
            _OPTIMIZER: file_parts(content.optimizer),
            _RNG: file_parts(content.rng),
            _STATE: [_json_bytes(content.state)],
        }
        needed = sum(len(part) for parts in files.values() for part in parts) + _SPARE_BYTES
        if shutil.disk_usage(self.folder).free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        manifest = {
            "format": FORMAT_VERSION,
            "saved_at": utc_now(),
            "run": run_of(self.folder),
            **content.about,
            "files": _write_all(temporary, files),
        }
        _write_synced(temporary / MANIFEST, [_json_bytes(manifest)])
        fsync_dir(temporary)

    def _hint(self, name: str, known: Mapping[str, Any]) -> None:
        """A help for people: the scan of the folder is the truth, so nobody waits for the disk."""
        path = self.folder.parent / f"{name}.json"
        temporary = path.with_name(f".{path.name}")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
            os.replace(temporary, path)

    def _free_path(self, step: int) -> Path:
        taken = [checkpoint_order(path.name) for path in self.folder.iterdir()]
        revisions = [order[1] for order in taken if order is not None and order[0] == step]
        return self.folder / checkpoint_name(step, 1 + max(revisions, default=0))


def read_checkpoint(path: Path) -> CheckpointContent:
    """Read a checkpoint folder back to the CPU; every byte was compared with its hash.

    Raises:
        CheckpointError: missing, truncated or damaged.
    """
    manifest, files = read_verified(path)
    try:
        state = msgspec.json.decode(files[_STATE])
        if not isinstance(state, dict):
            raise ValueError(f"{_STATE} is no object")
        return CheckpointContent(
            model=safetensors.torch.load(files[_MODEL]),
            optimizer=safetensors.torch.load(files[_OPTIMIZER]),
            rng=safetensors.torch.load(files[_RNG]),
            state=state,
            about=manifest,
        )
    except _UNREADABLE as error:
        raise unusable(path, _one_line(error)) from error


def read_model_weights(path: Path) -> dict[str, Tensor]:
    """Parameters and buffers of the model in checkpoint folder ``path``, on the CPU.

    Raises:
        CheckpointError: the manifest or the file of the model is missing, truncated or damaged.
    """
    _manifest, files = read_verified(path, only=_MODEL)
    try:
        return dict(safetensors.torch.load(files[_MODEL]))
    except _UNREADABLE as error:
        raise unusable(path, _one_line(error)) from error


def no_usable_checkpoint(folder: Path, rejected: Collection[tuple[str, str]]) -> CheckpointError:
    """The error for a folder in which every checkpoint is damaged."""
    reasons = "; ".join(f"{name}: {reason}" for name, reason in rejected)
    return CheckpointError(
        "No checkpoint in {folder} can be used ({reasons}).",
        remedy="Put back a copy of the folder, or start a new run.",
        folder=folder, reasons=reasons,
    )  # fmt: skip


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _remove(path: Path) -> None:
    """Delete whatever it is, unless another process has; the target of a link stays."""
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _set_aside(path: Path) -> Path | None:
    """Rename a checkpoint out of sight; None where it cannot be, and may be next time."""
    aside = path.with_name(DELETED_PREFIX + path.name)
    try:
        os.rename(path, aside)  # noqa: PTH104
    except OSError:
        return None
    return aside


def _delete(folders: Sequence[Path]) -> None:
    """What cannot be deleted now is swept away at the next start."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _write_all(
    folder: Path, files: Mapping[str, Sequence[bytes | memoryview]]
) -> dict[str, dict[str, Any]]:
    """Write and sync the files; size and SHA-256 of each. While the disk works, we hash."""
    with ThreadPoolExecutor(len(files), "checkpoint") as pool:
        writing = [
            pool.submit(_write_synced, folder / name, parts) for name, parts in files.items()
        ]
        measured = {name: _measured(parts) for name, parts in files.items()}
    for file in writing:
        file.result()  # raises what the disk refused
    return measured


def _write_synced(path: Path, parts: Sequence[bytes | memoryview]) -> None:
    with open(path, "xb") as stream:
        stream.writelines(parts)
        stream.flush()
        os.fsync(stream.fileno())


def _measured(parts: Sequence[bytes | memoryview]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return {"sha256": digest.hexdigest(), "size_bytes": sum(map(len, parts))}


def _json_bytes(value: Any) -> bytes:
    """Not a number becomes null, as everywhere; a long history is written in milliseconds."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    """What the encoder does not know: paths, and subclasses of what it does know."""
    if isinstance(value, Path | str):
        return str(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
