"""Keeps a step with a loss or gradient that is not a number from reaching the weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from console.engine.training.clock import Clock, EpochSums
from console.engine.training.policies import non_finite_error

_SMALLEST_SCALE = 1e-3


class StepGuard:
    """Checks every step. A CPU checks at once; a GPU is not made to wait for the answer.

    On a GPU the fused optimizer is told to skip a bad step (``found_inf``, the switch a gradient
    scaler uses), and what is to be said follows at the next report. With fp16 the gradient scaler
    skips overflows itself; only a scale that has shrunk to nothing is an error.

    With ``skips`` a bad step is left out instead of ending the training. ``buffers``, such as the
    running means of batch norm, and the sums of the epoch are then put back as they were, too.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        device: torch.device,
        *,
        half: bool,
        skips: bool = False,
        buffers: Sequence[Tensor] = (),
    ) -> None:
        self._optimizer, self._half = optimizer, half
        self._skips, self._buffers = skips and not half, buffers
        self._waits = device.type == "cpu" or not optimizer.defaults.get("fused")
        self._bad = torch.zeros((), device=device)
        self._unread: list[tuple[Clock, Tensor]] = []
        self._kept: list[Tensor] = []
        self._place = Clock()

    @property
    def has_news(self) -> bool:
        """Whether a step is known to have been skipped since the last report; never on a GPU."""
        return self._waits and bool(self._unread)

    def remember(self, sums: EpochSums) -> None:
        """Keep what a step changes before it is known whether it counts."""
        if self._skips:
            sums.mark()
            self._kept = [buffer.clone() for buffer in self._buffers]

    def check(self, loss: Tensor, gradient_norm: Tensor, clock: Clock) -> bool:
        """Look at a step before it is applied; ``clock`` is the moment before it.

        False when it must not be applied.

        Raises:
            NonFiniteError: loss or gradient norm is not finite, and no step is skipped.
        """
        self._place = clock
        if self._half:
            return True
        finite = torch.isfinite(loss + gradient_norm)
        if self._waits and not self._skips:
            if not finite:
                what = "gradient" if torch.isfinite(loss) else "loss"
                raise non_finite_error(what, clock.epoch + 1, clock.step + 1)
            return True
        self._bad = (~finite).float()
        if not self._waits:
            self._optimizer.found_inf = self._bad  # type: ignore[attr-defined]
        elif finite:
            return True
        self._unread.append((clock, self._bad))
        return not self._waits

    def take_back(self, sums: EpochSums, num_samples: int) -> None:
        """Undo what a bad step has changed beside the weights; nothing after a good one."""
        if not self._skips:
            return
        sums.take_back(self._bad, num_samples)
        for buffer, kept in zip(self._buffers, self._kept, strict=True):
            buffer.copy_(torch.where(self._bad > 0, kept, buffer))

    def check_deferred(self, scaler: torch.amp.GradScaler) -> list[Clock]:
        """The moments before each step that was skipped since the last call.

        Raises:
            NonFiniteError: there is one, it was not applied, and no step is to be skipped.
        """
        if self._half and scaler.get_scale() < _SMALLEST_SCALE:
            raise non_finite_error("loss", self._place.epoch + 1, self._place.step + 1)
        unread, self._unread = self._unread, []
        if not unread:
            return []
        flags = torch.stack([bad for _place, bad in unread]).tolist()
        places = [place for (place, _bad), bad in zip(unread, flags, strict=True) if bad]
        if places and not self._skips:
            raise non_finite_error("loss", places[0].epoch + 1, places[0].step + 1)
        return places
