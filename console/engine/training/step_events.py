"""Packs losses and gradient norms of many steps into few events: four a second, none left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_INTERVAL_S = 0.25


class StepEvents:
    """Collects losses as tensors and reads them together, so that a GPU is not kept waiting."""

    def __init__(self, emit: Callable[[dict[str, Any]], None]) -> None:
        self._emit = emit
        self._steps: list[int] = []
        self._losses: list[Tensor] = []
        self._norms: list[Tensor] = []
        self._samples = 0
        self._seconds = 0.0
        self._last = time.monotonic()
        self._place: dict[str, Any] = {}

    @property
    def is_due(self) -> bool:
        """Whether the last event is long enough ago."""
        return time.monotonic() - self._last >= _INTERVAL_S

    def add(
        self,
        step: int,
        loss: Tensor,
        gradient_norm: Tensor,
        num_samples: int,
        seconds: float,
        **place: float,
    ) -> None:
        """Remember one step; ``place`` is what the next event says beside the losses."""
        self._steps.append(step)
        self._losses.append(loss.detach())
        self._norms.append(gradient_norm.detach())
        self._samples += num_samples
        self._seconds += seconds
        self._place = place

    def flush(self) -> None:
        """Emit what was collected, if anything."""
        self._last = time.monotonic()
        if not self._steps:
            return
        rate = self._samples / self._seconds if self._seconds > 0 else 0.0
        losses, norms = torch.stack([*self._losses, *self._norms]).view(2, -1).tolist()
        self._emit(
            {
                "steps": self._steps,
                "loss": losses,
                "gradient_norm": norms,
                "samples_per_second": rate,
                **self._place,
            }
        )
        self._steps, self._losses, self._norms = [], [], []
        self._samples, self._seconds = 0, 0.0
