"""Keeps a step with a loss or gradient that is not a number from reaching the weights."""

from __future__ import annotations

import torch
from torch import Tensor

from console.engine.training.clock import Clock
from console.engine.training.policies import non_finite_error

_SMALLEST_SCALE = 1e-3


class StepGuard:
    """Checks every step. A CPU checks at once; a GPU is not made to wait for the answer.

    On a GPU the fused optimizer is told to skip a bad step (``found_inf``, the switch a gradient
    scaler uses), and the error follows at the next report. With fp16 the gradient scaler skips
    overflows itself; only a scale that has shrunk to nothing is an error.
    """

    def __init__(
        self, optimizer: torch.optim.Optimizer, device: torch.device, *, half: bool
    ) -> None:
        self._optimizer, self._half = optimizer, half
        self._waits = device.type == "cpu" or not optimizer.defaults.get("fused")
        self._bad_step = torch.zeros((), device=device)
        self._place = Clock()

    def check(self, loss: Tensor, gradient_norm: Tensor, clock: Clock) -> None:
        """Look at a step before it is applied; ``clock`` is the moment before it.

        Raises:
            ConsoleError: loss or gradient norm is not finite.
        """
        self._place = clock
        if self._half:
            return
        finite = torch.isfinite(loss + gradient_norm)
        if self._waits:
            if not finite:
                what = "gradient" if torch.isfinite(loss) else "loss"
                raise non_finite_error(what, clock.epoch + 1, clock.step + 1)
            return
        bad = (~finite).float()
        self._optimizer.found_inf = bad  # type: ignore[attr-defined]
        first = (self._bad_step == 0) * bad * (clock.step + 1)
        self._bad_step += first

    def check_deferred(self, scaler: torch.amp.GradScaler) -> None:
        """Raise for a bad step since the last call, where ``check`` did not wait.

        Raises:
            ConsoleError: a step had a loss or gradient that is not finite; it was not applied.
        """
        epoch = self._place.epoch + 1
        if self._half and scaler.get_scale() < _SMALLEST_SCALE:
            raise non_finite_error("loss", epoch, self._place.step + 1)
        if not self._waits and not self._half:
            step = int(self._bad_step.item())
            self._bad_step.zero_()
            if step:
                raise non_finite_error("loss", epoch, step)
