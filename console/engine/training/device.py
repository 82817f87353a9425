"""Which device, how many threads, which precision: what the machine really offers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from console.core.configs import TrainerConfigV2
from console.core.configs.trainer import Precision
from console.core.errors import ConsoleError


def choose_device(name: str) -> torch.device:
    """The device for ``TrainerConfigV2.device``; "auto" takes CUDA, then Apple's GPU, then the CPU.

    Raises:
        ConsoleError: the device is not in this machine.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", 0)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    base, _, index = name.partition(":")
    found = {
        "cpu": 1,
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
    }
    number = int(index) if index.isdigit() else 0
    if (index and not index.isdigit()) or number >= found.get(base, 0):
        raise ConsoleError(
            "The device '{device}' is not available here; available: {available}.",
            remedy="Set Device to auto, or to one of these.",
            device=name, available=", ".join(_names(found)),
        )  # fmt: skip
    return torch.device(base, number) if base == "cuda" else torch.device(base)


def supported_precision(wanted: Precision, device: torch.device) -> Precision:
    """``wanted`` where the device has it in hardware, else "off".

    A CPU without bfloat16 instructions emulates them, sixteen times slower than float32.
    """
    if wanted == "bf16":
        if device.type == "cuda":
            return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "off"
        fast = device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        native = fast and torch.cpu._is_avx512_bf16_supported()
        return "bf16" if native else "off"
    return "fp16" if wanted == "fp16" and device.type == "cuda" else "off"


def has_fused_adamw(device: torch.device) -> bool:
    """Whether AdamW can update all parameters in one call."""
    return device.type in ("cpu", "cuda", "mps")


@contextmanager
def numerics(config: TrainerConfigV2) -> Iterator[None]:
    """Run with the config's thread count and determinism; the process gets its own back after."""
    threads = torch.get_num_threads()
    deterministic = torch.are_deterministic_algorithms_enabled()
    benchmark = torch.backends.cudnn.benchmark
    if config.num_threads:
        torch.set_num_threads(config.num_threads)
    if config.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(deterministic)
        torch.backends.cudnn.benchmark = benchmark


def _names(found: dict[str, int]) -> Iterator[str]:
    yield "cpu"
    yield from (f"cuda:{index}" for index in range(found["cuda"]))
    if found["mps"]:
        yield "mps"
