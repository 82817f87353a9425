"""Randomness as a pure function of (seed, name, counters), and the state of the generators."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor


def keyed_seed(seed: int, name: str, *counters: int) -> int:
    """A 63-bit seed that depends on all arguments and on nothing else."""
    key = ":".join((str(seed), name, *map(str, counters))).encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") >> 1


def reseed(device: torch.device, seed: int, name: str, *counters: int) -> None:
    """Set torch's global generators, which dropout draws from, to a keyed state.

    Called before every batch: whatever an evaluation, a checkpoint or other code drew in between
    then changes nothing. ``torch.manual_seed`` does the same for all devices, but formats a stack
    trace for each call while CUDA is asleep.
    """
    value = keyed_seed(seed, name, *counters)
    torch.default_generator.manual_seed(value)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(value)
    elif device.type == "mps":  # pragma: no cover - Apple hardware
        torch.mps.manual_seed(value)


def capture_rng() -> dict[str, Tensor]:
    """The state of the global generators of Python, NumPy, torch and every CUDA device."""
    version, words, gauss = random.getstate()
    kind, key, position, has_gauss, cached = np.random.get_state(legacy=True)
    assert kind == "MT19937", kind
    assert version == 3, version
    state = {
        "python": torch.tensor(words, dtype=torch.int64),
        "python_gauss": torch.tensor(
            [float("nan") if gauss is None else gauss], dtype=torch.float64
        ),
        "numpy": torch.from_numpy(np.asarray(key).astype(np.int64)),
        "numpy_position": torch.tensor([position, has_gauss], dtype=torch.int64),
        "numpy_gauss": torch.tensor([cached], dtype=torch.float64),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        for index, device_state in enumerate(torch.cuda.get_rng_state_all()):
            state[f"cuda.{index}"] = device_state
    return state


def restore_rng(state: Mapping[str, Tensor]) -> None:
    """Put back what ``capture_rng`` took; devices that are not here now are left out."""
    gauss = float(state["python_gauss"].item())
    words = tuple(int(word) for word in state["python"].tolist())
    random.setstate((3, words, None if np.isnan(gauss) else gauss))
    position, has_gauss = (int(value) for value in state["numpy_position"].tolist())
    key = state["numpy"].numpy().astype(np.uint32)
    cached = float(state["numpy_gauss"].item())
    np.random.set_state(("MT19937", key, position, has_gauss, cached))
    torch.set_rng_state(state["torch"].contiguous())
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            if f"cuda.{index}" in state:
                torch.cuda.set_rng_state(state[f"cuda.{index}"], index)
