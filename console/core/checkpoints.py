"""The checkpoints of a run as they lie on disk; readable without the training library.

checkpoints/step-000012345/{model,optim,rng-0}.safetensors, state.json, manifest.json. The manifest
is written last and holds the size and SHA-256 of each other file. A second checkpoint of the same
step is called step-000012345-r2.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
TEMPORARY_PREFIX, DELETED_PREFIX = ".tmp-", ".del-"
_NAME = re.compile(r"step-(\d{9,})(?:-r(\d+))?")
_BLOCK_BYTES = 1 << 20


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
    if not folder.is_dir():
        return []
    found = [(checkpoint_order(path.name), path) for path in folder.iterdir() if path.is_dir()]
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
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        whole = all(key in manifest for key in ("epoch", "step", "saved_at", "files"))
        return manifest if whole else None
    except (OSError, ValueError, TypeError):
        return None


def checkpoint_problem(path: Path, *, only: str = "") -> str:
    """Why a checkpoint cannot be used, as words for the operator; empty when it is whole.

    ``only`` names the one file that is wanted; the others are then not looked at.
    """
    manifest = read_manifest(path)
    if manifest is None:
        return f"{MANIFEST} is missing or damaged"
    if manifest.get("format") != FORMAT_VERSION:
        return f"it has format {manifest.get('format')}, this program reads {FORMAT_VERSION}"
    wanted = {n: known for n, known in manifest["files"].items() if only in ("", n)}
    with ThreadPoolExecutor(max(1, len(wanted)), "checkpoint") as pool:
        found = {name: pool.submit(_measure, path / name) for name in wanted}
    for name, expected in wanted.items():
        try:
            size, digest = found[name].result()
        except OSError as error:
            return f"{name} cannot be read ({error.strerror or error})"
        if size != expected["size_bytes"]:
            return f"{name} is truncated: {size} of {expected['size_bytes']} bytes"
        if digest != expected["sha256"]:
            return f"{name} is damaged: its SHA-256 differs from the manifest"
    return ""


def _measure(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


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
