"""The checkpoints of a run as they lie on disk; readable without the training library.

checkpoints/step-000012345/{model,optim,rng-0}.safetensors, state.json, manifest.json. The manifest
is written last and holds the size and SHA-256 of each other file, and the id of the run that the
checkpoint belongs to. A second checkpoint of the same step is called step-000012345-r2.

Whatever lies there may be damaged, foreign or hostile: nothing here raises anything but a
``CheckpointError``, and no path of a manifest leads out of its folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import stat
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from console.core.errors import CheckpointError

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
TEMPORARY_PREFIX, DELETED_PREFIX = ".tmp-", ".del-"
_NAME = re.compile(r"step-(\d{9,})(?:-r(\d+))?")
FILES = ("model.safetensors", "optim.safetensors", "rng-0.safetensors", "state.json")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(safetensors|json)")
_BLOCK_BYTES = 1 << 20
_LARGEST_MANIFEST = 16 << 20
_LARGEST_COUNT = 1 << 53


@dataclass(frozen=True)
class CheckpointInfo:
    """One checkpoint. ``epoch`` counts from 1; 0 is the state before training.

    ``metrics`` are the figures of the last finished epoch (``EpochMetrics.to_dict()``), empty
    before there is one. ``complete_epoch`` says whether it was saved between two epochs;
    ``milestone`` whether it is one of the regularly kept ones.
    """

    name: str
    path: Path
    epoch: int
    step: int
    size_bytes: int
    saved_at: str
    is_best: bool
    reason: str = ""
    complete_epoch: bool = True
    milestone: bool = False
    metrics: Mapping[str, Any] = field(default_factory=dict)


def checkpoint_name(step: int, revision: int = 1) -> str:
    """The folder name of a checkpoint of optimisation step ``step``."""
    return f"step-{step:09d}" + (f"-r{revision}" if revision > 1 else "")


def checkpoint_order(name: str) -> tuple[int, int] | None:
    """(step, revision) of a checkpoint's name, to sort by; None for any other name."""
    match = _NAME.fullmatch(name)
    return (int(match[1]), int(match[2] or 1)) if match else None


def checkpoint_paths(folder: Path) -> list[Path]:
    """Every published checkpoint below ``folder`` (a ``checkpoints`` folder), newest first.

    Newest by step number, never by the order of the text.
    """
    try:
        found = [(checkpoint_order(path.name), path) for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
    known = [(order, path) for order, path in found if order is not None]
    return [path for _order, path in sorted(known, reverse=True)]


def list_checkpoints(run_path: Path) -> list[CheckpointInfo]:
    """The checkpoints of the run in ``run_path``, newest first; those without manifest left out."""
    return checkpoints_in(Path(run_path) / "checkpoints")


def checkpoints_in(folder: Path) -> list[CheckpointInfo]:
    """The checkpoints in a ``checkpoints`` folder, newest first.

    Files are not hashed here; ``checkpoint_problem`` does that.
    """
    readable = [
        (path, manifest)
        for path in checkpoint_paths(folder)
        if (manifest := read_manifest(path)) is not None
    ]
    best_step = readable[0][1].get("best_step") if readable else None
    return [_info(path, manifest, best_step) for path, manifest in readable]


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest of one checkpoint folder; None when it is missing or damaged."""
    try:
        with _open_regular(path / MANIFEST) as stream:
            manifest = strict_json(stream.read(_LARGEST_MANIFEST))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and _is_whole(manifest) else None


def checkpoint_problem(path: Path, *, only: str = "") -> str:
    """Why a checkpoint cannot be used, as words for the operator; empty when it is whole.

    ``only`` names the one file that is wanted; the others are then not looked at.
    """
    try:
        read_verified(path, only=only, keep=False)
    except CheckpointError as error:
        return str(error.params["reason"])
    return ""


def read_verified(
    path: Path, *, only: str = "", keep: bool = True
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the bytes of its files; the very bytes given out were compared.

    ``only`` names the one file that is wanted. Without ``keep`` the bytes are not given out.

    Raises:
        CheckpointError: missing, truncated, damaged, or of another run.
    """
    manifest = read_manifest(path)
    problem = _manifest_problem(path, manifest)
    if manifest is None or problem:
        raise unusable(path, problem)
    wanted = {name: entry for name, entry in manifest["files"].items() if only in ("", name)}
    kept: dict[str, list[bytes] | None] = {name: [] if keep else None for name in wanted}
    with ThreadPoolExecutor(len(wanted), "checkpoint") as pool:
        looks = [
            pool.submit(_file_problem, path / name, entry, kept[name])
            for name, entry in wanted.items()
        ]
    problem = next(filter(None, (look.result() for look in looks)), "")
    if problem:
        raise unusable(path, problem)
    return manifest, {name: b"".join(blocks or ()) for name, blocks in kept.items()}


def unusable(path: Path, reason: str) -> CheckpointError:
    """The error for a checkpoint that cannot be used."""
    return CheckpointError(
        "The checkpoint {path} cannot be used: {reason}.",
        remedy="Choose an older checkpoint of the run, or start a new run.",
        path=path, reason=reason,
    )  # fmt: skip


def run_of(folder: Path) -> str:
    """The id of the run whose ``checkpoints`` folder this is; empty where no run is around it."""
    try:
        content = strict_json((folder.parent / "run.json").read_bytes())
        return str(content["id"]) if isinstance(content, dict) else ""
    except (OSError, ValueError, KeyError):
        return ""


def strict_json(raw: bytes) -> Any:
    """Read JSON; NaN, infinities and bottomless nesting are no JSON.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_count(value: object) -> bool:
    """Whether ``value`` is a whole number from 0 that every reader of JSON can hold."""
    return type(value) is int and 0 <= value <= _LARGEST_COUNT


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_whole(manifest: Mapping[str, Any]) -> bool:
    counts = [manifest.get("epoch"), manifest.get("step"), manifest.get("best_step", 0)]
    files = manifest.get("files")
    return (
        all(map(is_count, counts))
        and isinstance(manifest.get("saved_at"), str)
        and isinstance(manifest.get("metrics") or {}, dict)
        and isinstance(files, dict)
        and all(map(_is_entry, files.values()))
    )


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    return is_count(entry.get("size_bytes")) and isinstance(entry.get("sha256"), str)


def _manifest_problem(path: Path, manifest: Mapping[str, Any] | None) -> str:
    """Why a checkpoint may not be read, for a reason that needs no look into its files."""
    if manifest is None:
        return f"{MANIFEST} is missing or damaged"
    if manifest.get("format") != FORMAT_VERSION:
        found = f"{manifest.get('format')!s:.40}"
        return f"it has format {found}, this program reads {FORMAT_VERSION}"
    return _names_problem(manifest["files"]) or _place_problem(path, manifest)


def _names_problem(names: Iterable[str]) -> str:
    strange = next((name for name in names if not _FILE_NAME.fullmatch(name)), None)
    if strange is not None:
        return f"{MANIFEST} lists {strange!r:.80}, which is no file of a checkpoint"
    missing = next((name for name in FILES if name not in names), None)
    return f"{MANIFEST} does not list {missing}" if missing else ""


def _place_problem(path: Path, manifest: Mapping[str, Any]) -> str:
    """A checkpoint that was put where it does not belong: another step's, or another run's."""
    order, step = checkpoint_order(path.name), manifest["step"]
    if order is not None and order[0] != step:
        return f"it is the checkpoint of step {step}"
    owner, here = manifest.get("run"), run_of(path.parent)
    return f"it belongs to the run {owner!s:.80}" if owner and here and owner != here else ""


def _file_problem(path: Path, expected: Mapping[str, Any], kept: list[bytes] | None = None) -> str:
    """Why a file is not the one of the manifest; its blocks are added to ``kept``."""
    digest, size = hashlib.sha256(), 0
    try:
        with _open_regular(path) as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                if kept is not None:
                    kept.append(block)
    except OSError as error:
        return f"{path.name} cannot be read ({error.strerror or error})"
    if size != expected["size_bytes"]:
        return f"{path.name} is truncated: {size} of {expected['size_bytes']} bytes"
    if digest.hexdigest() != expected["sha256"]:
        return f"{path.name} is damaged: its SHA-256 differs from the manifest"
    return ""


def _open_regular(path: Path) -> BinaryIO:
    """Open a file, and nothing that only looks like one and never ends, such as a pipe.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    return open(path, "rb")


def _info(path: Path, manifest: Mapping[str, Any], best_step: int | None) -> CheckpointInfo:
    complete = bool(manifest.get("complete_epoch", True))
    return CheckpointInfo(
        name=path.name,
        path=path,
        epoch=int(manifest["epoch"]),
        step=int(manifest["step"]),
        size_bytes=sum(int(file["size_bytes"]) for file in manifest["files"].values()),
        saved_at=str(manifest["saved_at"]),
        is_best=bool(best_step) and manifest["step"] == best_step and complete,
        reason=str(manifest.get("reason", "")),
        complete_epoch=complete,
        milestone=bool(manifest.get("milestone", False)),
        metrics=dict(manifest.get("metrics") or {}),
    )
