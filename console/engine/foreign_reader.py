"""Reads one foreign file of weights in a process with limits; never anything but tensors.

``python -m console.engine.foreign_reader FILE OUTPUT`` copies the tensors of FILE to OUTPUT as
safetensors and prints what the file says about itself. Whatever a file does to the reader, it does
it to this process, which can neither grow nor write much nor go on for long.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from console.core.errors import ConsoleError, WeightsError
from console.core.files import jsonable

LARGEST_FILE_BYTES = 4 << 30
SPARE_BYTES = 512 << 20
CPU_SECONDS = 120
_WRAPPERS = ("state_dict", "model_state_dict", "model", "weights")
_PREFIXES = ("module.", "_orig_mod.", "network.")
_REFUSED = re.compile(r"(?:GLOBAL|function|class|global:?)\s+`?([A-Za-z_]\w*(?:\.\w+)+)")


def read_foreign(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a ``.pt`` or ``.safetensors`` file by name, and its metadata if it has any.

    Raises:
        WeightsError: the file is damaged, too large, or asks for anything but tensors.
    """
    size = _size_of(path)
    try:
        if _begins_with(path, b"PK"):
            _check_archive(path)
            content = _loaded(path, mmap=True)
        elif path.suffix == ".safetensors":
            return _read_safetensors(path, size)
        else:  # the format before 2020
            content = _loaded(path, mmap=False)
    except ConsoleError:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes the reader raise
        raise _unreadable(path, error) from error
    return _tensors_in(content, path, size)


def _loaded(path: Path, *, mmap: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about pickles of other versions; what counts is refused
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)


def _read_safetensors(path: Path, size: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
    with safetensors.safe_open(path, framework="pt") as stream:
        texts = dict(stream.metadata() or {})
        weights = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    metadata = {name: _from_json(text) for name, text in texts.items()}
    return _tensors_in({"state_dict": weights, "metadata": metadata}, path, size)


def _tensors_in(content: Any, path: Path, size: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
    metadata = content.get("metadata") if isinstance(content, Mapping) else None
    weights = _unwrapped(content)
    if not weights or not all(isinstance(value, Tensor) for value in weights.values()):
        raise _not_weights(path)
    declared = sum(value.numel() * value.element_size() for value in weights.values())
    if declared > 2 * size + (1 << 20):
        raise WeightsError(
            "{path} announces tensors of {declared} MB, but the whole file has {size} MB.",
            remedy="Do not use this file.", path=path, declared=f"{declared / 1e6:,.0f}",
            size=f"{size / 1e6:,.1f}",
        )  # fmt: skip
    tensors = {}
    for name, value in weights.items():
        if value.layout != torch.strided or value.is_complex() or value.is_quantized:
            raise _not_weights(path)
        tensors[_plain_name(str(name))] = value.detach().clone().contiguous()
    return tensors, dict(metadata) if isinstance(metadata, Mapping) else {}


def _unwrapped(content: Any) -> Mapping[Any, Any]:
    if not isinstance(content, Mapping):
        return {}
    for name in _WRAPPERS:
        if isinstance(content.get(name), Mapping):
            return dict(content[name])
    return content


def _plain_name(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _check_archive(path: Path) -> None:
    """A file of ``torch.save`` holds one pickle and stored, not compressed, numbers.

    Raises:
        WeightsError: there is more in it, or it unpacks to more than it is.
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    pickles = [name for name in names if name.endswith(".pkl")]
    odd = [name for name in names if name.endswith((".py", ".pyc", ".debug_pkl"))]
    compressed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if len(pickles) != 1 or odd or compressed or len(names) != len(set(names)):
        found = "compressed parts" if compressed else ", ".join((pickles + odd)[:4]) or "no pickle"
        raise WeightsError(
            "{path} is not a plain file of weights: it holds {found}.",
            remedy="Save model.state_dict() alone with torch.save, or as safetensors.",
            path=path, found=found,
        )  # fmt: skip


def _size_of(path: Path) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > LARGEST_FILE_BYTES:
        raise WeightsError(
            "{path} is larger than {limit} GB, more than any model of this program.",
            remedy="Choose the file of the weights.", path=path, limit=LARGEST_FILE_BYTES >> 30,
        )  # fmt: skip
    return size


def _begins_with(path: Path, start: bytes) -> bool:
    with open(path, "rb") as stream:
        return stream.read(len(start)) == start


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _not_weights(path: Path) -> WeightsError:
    return WeightsError(
        "{path} does not hold weights by name.",
        remedy="Save model.state_dict() with torch.save, or as safetensors.", path=path,
    )  # fmt: skip


def _unreadable(path: Path, error: Exception) -> WeightsError:
    told = str(error).strip()
    asked = _REFUSED.search(told)
    if asked is not None:
        return WeightsError(
            "{path} was not read: it asks for {name}, which weights do not need; such a file can "
            "run programs.",
            remedy="Do not use this file. Ask for the weights alone, best as safetensors.",
            path=path, name=asked[1],
        )  # fmt: skip
    return WeightsError(
        "{path} cannot be read as weights: {reason}.",
        remedy="Save model.state_dict() with torch.save, or as safetensors.",
        path=path, reason=_reason(error, told),
    )  # fmt: skip


def _reason(error: Exception, told: str) -> str:
    """In our words where PyTorch's would advise to read the file without protection."""
    if told.startswith("Weights only load failed"):
        detail = re.search(r"WeightsUnpickler error: ([^\n]+)", told)
        more = f" ({detail[1].strip()[:100]})" if detail else ""
        return f"it is damaged or holds more than tensors{more}"
    if isinstance(
        error, EOFError | LookupError | AttributeError | UnicodeError | zipfile.BadZipFile
    ):
        return "it is damaged, or no file of weights"
    return (told.splitlines() or [type(error).__name__])[0][:200].rstrip(". ")


def _limit_this_process(size_bytes: int) -> None:
    """No more memory than a few times the file, no more files than the copy, no endless loop."""
    try:
        import resource
    except ImportError:  # Windows: only the parent's time limit
        return
    memory = psutil.Process().memory_info().vms + 4 * size_bytes + SPARE_BYTES
    limits = {
        resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 2 * size_bytes + (1 << 20), resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for kind, limit in limits.items():
        soft, hard = resource.getrlimit(kind)
        least = min([limit] + [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY])
        with contextlib.suppress(ValueError, OSError):  # macOS has not every limit
            resource.setrlimit(kind, (least, hard))


def main() -> int:
    """Copy the tensors of one file and print its metadata as one JSON line."""
    source, output = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    try:
        _limit_this_process(_size_of(source))
        tensors, metadata = read_foreign(source)
        output.write_bytes(safetensors.torch.save(tensors))
        content: dict[str, Any] = {"metadata": jsonable(metadata)}
    except ConsoleError as error:
        content = {"error": error.to_dict()}
    except (MemoryError, OSError, RuntimeError, ValueError, TypeError) as error:
        content = {"error": _unreadable(source, error).to_dict()}
    print(json.dumps(content, ensure_ascii=False), flush=True)
    return 1 if "error" in content else 0


if __name__ == "__main__":
    sys.exit(main())
