"""Where a training stands, and what the epoch in progress has added up so far."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Clock:
    """One moment of a training. Never changed, only replaced.

    ``epoch`` counts finished epochs, ``cursor`` batches consumed in the one in progress, ``step``
    optimisation steps, ``samples`` windows seen and ``seconds`` time spent training, all three
    over the whole run.
    """

    epoch: int = 0
    cursor: int = 0
    step: int = 0
    samples: int = 0
    seconds: float = 0.0

    @property
    def epoch_number(self) -> int:
        """The epoch this moment belongs to, from 1; 0 before the first step."""
        return self.epoch + (self.cursor > 0)

    def after_step(self, num_batches: int, num_samples: int, seconds: float) -> Clock:
        """The moment after one more optimisation step."""
        return Clock(
            self.epoch,
            self.cursor + num_batches,
            self.step + 1,
            self.samples + num_samples,
            self.seconds + seconds,
        )

    def after_epoch(self) -> Clock:
        """The moment between this epoch and the next."""
        return dataclasses.replace(self, epoch=self.epoch + 1, cursor=0)

    def at_epoch_start(self) -> Clock:
        """The moment at which the epoch in progress began anew, steps and time still counted."""
        return dataclasses.replace(self, cursor=0)


class EpochSums:
    """Sums of one epoch, kept on the device: nothing waits for a GPU while they grow."""

    def __init__(self, device: torch.device) -> None:
        exact = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(3, dtype=exact, device=device)
        self._left_out = torch.zeros(2, dtype=exact, device=device)  # samples and steps
        self._marked = self._sums
        self.num_samples = 0
        self.num_steps = 0
        self.seconds = 0.0

    def add_batch(self, loss: Tensor, num_right: Tensor, num_samples: int) -> None:
        """Add the mean loss and the number of right answers of one batch."""
        self._sums[0] += loss.detach() * num_samples
        self._sums[1] += num_right
        self.num_samples += num_samples

    @property
    def totals(self) -> Tensor:
        """Sum of losses and number of right answers, (2,)."""
        return self._sums[:2]

    def add_totals(self, loss: Tensor, num_right: Tensor, num_samples: int) -> None:
        """Add what several processes have summed."""
        self._sums[0] += loss
        self._sums[1] += num_right
        self.num_samples += num_samples

    def add_step(self, gradient_norm: Tensor, seconds: float) -> None:
        """Add one optimisation step; a norm that overflowed (fp16 skips that step) counts as 0."""
        self._sums[2] += gradient_norm.nan_to_num(0.0, 0.0, 0.0)
        self.num_steps += 1
        self.seconds += seconds

    def mark(self) -> None:
        """Remember the sums before a step that may have to be taken back."""
        self._marked = self._sums.clone()

    def take_back(self, bad: Tensor, num_samples: int) -> None:
        """Leave out what was added since ``mark`` where ``bad`` is 1; a GPU does not wait."""
        self._sums = torch.where(bad > 0, self._marked, self._sums)
        self._left_out += torch.stack([bad * num_samples, bad])

    def means(self) -> tuple[float, float, float]:
        """Mean loss, accuracy and mean gradient norm so far, of the steps that count."""
        loss, right, norm, *left_out = torch.cat([self._sums, self._left_out]).tolist()
        samples = max(1, self.num_samples - int(left_out[0]))
        steps = max(1, self.num_steps - int(left_out[1]))
        return loss / samples, right / samples, norm / steps

    def state_dict(self) -> dict[str, Any]:
        """The sums as plain values; JSON keeps a double exactly."""
        return {
            "sums": self._sums.tolist(), "num_samples": self.num_samples,
            "num_steps": self.num_steps, "seconds": self.seconds,
            "left_out": self._left_out.tolist(),
        }  # fmt: skip

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what ``state_dict`` gave; JSON keeps no infinity, which comes back as NaN."""
        sums = [math.nan if value is None else value for value in state["sums"]]
        self._sums.copy_(torch.tensor(sums, dtype=self._sums.dtype))
        left_out = state.get("left_out", (0.0, 0.0))
        self._left_out.copy_(torch.tensor(left_out, dtype=self._sums.dtype))
        self.num_samples, self.num_steps = int(state["num_samples"]), int(state["num_steps"])
        self.seconds = float(state["seconds"])
