"""Writing, choosing, reading and rotating checkpoints so that a crash never leaves half of one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    checkpoint_problem,
    checkpoints_in,
    read_verified,
    run_of,
    strict_json,
    unusable,
)
from console.core.clock import utc_now
from console.core.errors import CheckpointError, WorkspaceError
from console.core.files import disk_errors, fsync_dir, jsonable, write_json_atomic

_MODEL, _OPTIMIZER, _RNG, _STATE = FILES
_SPARE_BYTES = 8 << 20
_KEPT_NEWEST = 2


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

    def prepare(self) -> None:
        """Create the folder and remove what an interrupted write or rotation left behind.

        Raises:
            WorkspaceError: the folder cannot be created or written.
        """
        with disk_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in self.folder.iterdir():
                if path.name.startswith((TEMPORARY_PREFIX, DELETED_PREFIX)):
                    _remove(path)

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
            # hints only: the scan of the folder is the truth
            with contextlib.suppress(WorkspaceError):
                write_json_atomic(
                    self.folder.parent / f"{hint}.json",
                    {"name": target.name, **{k: content.about[k] for k in ("epoch", "step")}},
                )
        return next(info for info in checkpoints_in(self.folder) if info.name == target.name)

    def newest_valid(
        self, check: Callable[[CheckpointContent], str] | None = None
    ) -> tuple[Path | None, list[tuple[str, str]]]:
        """The newest checkpoint that can be used, and each newer one with what is wrong.

        ``check`` looks at the content of one whose hashes match; empty words let it pass.
        """
        rejected: list[tuple[str, str]] = []
        for path in checkpoint_paths(self.folder):
            problem = _content_problem(path, check)
            if not problem:
                self._rejected = {name for name, _reason in rejected}
                self._started_from = path.name
                return path, rejected
            rejected.append((path.name, problem))
        return None, rejected

    def find_step(self, step: int) -> Path | None:
        """The whole checkpoint saved at the end of the epoch that ended with ``step``, if any."""
        for info in checkpoints_in(self.folder):
            if info.step == step and info.complete_epoch and not checkpoint_problem(info.path):
                return info.path
        return None

    def rotate(self, keep_last: int, best_step: int) -> None:
        """Delete what is neither among the newest two, nor best, nor one of the last milestones.

        ``keep_last`` milestones are kept, and always the one this attempt started from. Damaged
        ones that a resume passed over go first.
        """
        infos = checkpoints_in(self.folder)
        usable = [info for info in infos if info.name not in self._rejected]
        milestones = [info for info in usable if info.milestone][:keep_last]
        keep = {info.name for info in (*usable[:_KEPT_NEWEST], *milestones)}
        keep |= {i.name for i in usable if i.complete_epoch and i.step == best_step}
        keep.add(self._started_from)
        for path in checkpoint_paths(self.folder):
            if path.name not in keep:
                self._delete(path)

    def _write(self, temporary: Path, content: CheckpointContent) -> None:
        files = {
            _MODEL: safetensors.torch.save(dict(content.model)),
            _OPTIMIZER: safetensors.torch.save(dict(content.optimizer)),
            _RNG: safetensors.torch.save(dict(content.rng)),
            _STATE: _json_bytes(content.state),
        }
        needed = sum(map(len, files.values())) + _SPARE_BYTES
        if shutil.disk_usage(self.folder).free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        manifest = {
            "format": FORMAT_VERSION,
            "saved_at": utc_now(),
            "run": run_of(self.folder),
            **content.about,
            "files": {name: _write_synced(temporary / name, raw) for name, raw in files.items()},
        }
        _write_synced(temporary / MANIFEST, _json_bytes(manifest))
        fsync_dir(temporary)

    def _free_path(self, step: int) -> Path:
        taken = [checkpoint_order(path.name) for path in self.folder.iterdir()]
        revisions = [order[1] for order in taken if order is not None and order[0] == step]
        return self.folder / checkpoint_name(step, 1 + max(revisions, default=0))

    def _delete(self, path: Path) -> None:
        doomed = path.with_name(DELETED_PREFIX + path.name)
        # what cannot be deleted now is swept away at the next start
        with contextlib.suppress(OSError):
            os.rename(path, doomed)  # noqa: PTH104
            shutil.rmtree(doomed, ignore_errors=True)


def read_checkpoint(path: Path) -> CheckpointContent:
    """Read a checkpoint folder back to the CPU; every byte was compared with its hash.

    Raises:
        CheckpointError: missing, truncated or damaged.
    """
    manifest, files = read_verified(path)
    try:
        state = strict_json(files[_STATE])
        if not isinstance(state, dict):
            raise ValueError(f"{_STATE} is no object")
        return CheckpointContent(
            model=safetensors.torch.load(files[_MODEL]),
            optimizer=safetensors.torch.load(files[_OPTIMIZER]),
            rng=safetensors.torch.load(files[_RNG]),
            state=state,
            about=manifest,
        )
    except (ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise unusable(path, " ".join(str(error).split())[:300]) from error


def read_model_weights(path: Path) -> dict[str, Tensor]:
    """Parameters and buffers of the model in checkpoint folder ``path``, on the CPU.

    Raises:
        CheckpointError: missing, truncated or damaged.
    """
    return dict(read_checkpoint(path).model)


def no_usable_checkpoint(folder: Path, rejected: Collection[tuple[str, str]]) -> CheckpointError:
    """The error for a folder in which every checkpoint is damaged."""
    reasons = "; ".join(f"{name}: {reason}" for name, reason in rejected)
    return CheckpointError(
        "No checkpoint in {folder} can be used ({reasons}).",
        remedy="Put back a copy of the folder, or start a new run.",
        folder=folder, reasons=reasons,
    )  # fmt: skip


def _content_problem(path: Path, check: Callable[[CheckpointContent], str] | None) -> str:
    try:
        content = read_checkpoint(path)
    except CheckpointError as error:
        return str(error.params["reason"])
    return check(content) if check is not None else ""


def _remove(path: Path) -> None:
    """Delete whatever it is; the target of a link stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _write_synced(path: Path, raw: bytes) -> dict[str, Any]:
    with open(path, "xb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    return {"sha256": hashlib.sha256(raw).hexdigest(), "size_bytes": len(raw)}


def _json_bytes(value: Any) -> bytes:
    return json.dumps(jsonable(value), separators=(",", ":"), ensure_ascii=False).encode()
