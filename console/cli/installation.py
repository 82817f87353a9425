"""Looks at the machine and the installed packages: what a training needs, on one screen."""

from __future__ import annotations

import dataclasses
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import filelock
import psutil

import console
from console.core.errors import WorkspaceError
from console.core.paths import open_workspace

LEAST_DISK_GB, LITTLE_DISK_GB, LITTLE_MEMORY_GB, SLOW_SYNC_S = 0.5, 5.0, 2.0, 0.5
_QT = (
    "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'; "
    "from PySide6 import QtCore, QtWidgets; QtWidgets.QApplication([]); print(QtCore.qVersion())"
)


@dataclass(frozen=True)
class Check:
    """One line of the screen; ``remedy`` is empty while all is well."""

    name: str
    state: Literal["good", "warning", "problem"]
    value: str
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The check as plain values."""
        return dataclasses.asdict(self)


def check_installation(workspace: str = "") -> list[Check]:
    """Python, PyTorch, CPU, memory, workspace, disk, GPU, export and window, in this order."""
    root = open_workspace(workspace).root
    python = Check("Python", "good", f"{platform.python_version()} at {sys.executable}")
    return [
        Check("Training Console", "good", console.__version__), python, _torch(), _cpu(), _memory(),
        _workspace(workspace), _disk(root), _gpu(), _export(), _window(),
    ]  # fmt: skip


def _torch() -> Check:
    try:
        import torch
    except (ImportError, OSError) as error:
        return Check("PyTorch", "problem", _first_line(error), "Install the package again.")
    return Check("PyTorch", "good", f"{torch.__version__}, {torch.get_num_threads()} threads")


def _cpu() -> Check:
    usable = len(psutil.Process().cpu_affinity()) if hasattr(os, "sched_getaffinity") else None
    cores = usable or os.cpu_count() or 1
    limit, value = os.environ.get("OMP_NUM_THREADS", ""), f"{cores} cores"
    if limit.isdigit() and int(limit) < cores:
        return Check(
            "CPU", "warning", f"{value}, but OMP_NUM_THREADS={limit}",
            "Unset OMP_NUM_THREADS, or set CPU threads of the trainer.",
        )  # fmt: skip
    return Check("CPU", "good", value)


def _memory() -> Check:
    memory = psutil.virtual_memory()
    free, total = memory.available / 1e9, memory.total / 1e9
    value = f"{free:.1f} of {total:.1f} GB are free"
    if free < LITTLE_MEMORY_GB:
        return Check("Memory", "warning", value, "Close other programs, or keep rows on disk.")
    return Check("Memory", "good", value)


def _workspace(option: str) -> Check:
    """Writable, quick to sync, and with locks that lock: the truth about runs rests on them."""
    try:
        root = open_workspace(option).ensure().root
        begun = time.monotonic()
        with tempfile.NamedTemporaryFile(dir=root) as stream:
            stream.write(b"x" * (1 << 20))
            stream.flush()
            os.fsync(stream.fileno())
        seconds = time.monotonic() - begun
        locks = _locks_hold(root)
    except (WorkspaceError, OSError) as error:
        return Check("Workspace", "problem", _first_line(error), "Choose another --workspace.")
    if not locks:
        return Check(
            "Workspace", "problem", f"{root}: file locks do not hold there",
            "Choose a folder on a local disk with --workspace.",
        )  # fmt: skip
    if seconds > SLOW_SYNC_S:
        return Check(
            "Workspace", "warning", f"{root}: 1 MB took {seconds:.1f} s to write",
            "Checkpoints will be slow there; a local disk is faster.",
        )  # fmt: skip
    return Check("Workspace", "good", f"{root}, 1 MB written in {1e3 * seconds:.0f} ms")


def _locks_hold(root: Path) -> bool:
    path = root / f".lock-check-{os.getpid()}"
    try:
        with filelock.FileLock(path, timeout=0, thread_local=False):
            try:
                with filelock.FileLock(path, timeout=0, thread_local=False):
                    return False
            except filelock.Timeout:
                return True
    finally:
        path.unlink(missing_ok=True)


def _disk(root: Path) -> Check:
    place = next(folder for folder in (root, *root.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    value = f"{free:.1f} GB are free"
    if free >= LITTLE_DISK_GB:
        return Check("Disk", "good", value)
    state: Literal["warning", "problem"] = "problem" if free < LEAST_DISK_GB else "warning"
    return Check("Disk", state, value, "Free some space: each run keeps several checkpoints.")


def _gpu() -> Check:
    try:
        import torch
    except (ImportError, OSError):
        return Check("GPU", "warning", "not known without PyTorch")
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
        return Check("GPU", "good", ", ".join(names))
    if torch.backends.mps.is_available():
        return Check("GPU", "good", "Apple GPU")
    if shutil.which("nvidia-smi"):
        return Check(
            "GPU", "warning", "there is one, but this PyTorch cannot use it",
            "Install a PyTorch built for CUDA, and a driver that is new enough.",
        )  # fmt: skip
    return Check("GPU", "good", "none; training runs on the CPU")


def _export() -> Check:
    try:
        versions = [f"{name} {metadata.version(name)}" for name in ("onnx", "onnxruntime")]
    except metadata.PackageNotFoundError as error:
        return Check("Export", "warning", f"{error.name} is missing", "Install the package again.")
    return Check("Export", "good", ", ".join(versions))


def _window() -> Check:
    """Qt in a process of its own: a library that is missing may abort it."""
    command = [sys.executable, "-c", _QT]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return Check("Window", "problem", "Qt does not come up within a minute")
    if answer.returncode == 0:
        return Check("Window", "good", f"Qt {answer.stdout.strip()}")
    lines = answer.stderr.strip().splitlines()
    return Check(
        "Window", "problem", lines[-1] if lines else f"Qt ended with code {answer.returncode}",
        "Install the libraries that Qt needs; commands work without them.",
    )  # fmt: skip


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
