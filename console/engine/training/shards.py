"""Each batch cut into shards whose gradients add up, the same for any number of processes.

A shard is one forward and backward pass with its own random draws and its own batch-norm
statistics. How many there are is a setting of the training; how they are spread over processes
is not, and changes nothing but the order of sums that are kept in double precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from console.engine.training.clock import EpochSums
from console.engine.training.distributed import ALONE, World


@dataclass(frozen=True)
class Shards:
    """How a batch is cut into ``count`` shards, and which of them this process computes."""

    count: int = 1
    world: World = ALONE

    @property
    def own(self) -> range:
        """The shards of this process, next to each other; the first process has at least one."""
        rank, size = self.world.rank, self.world.size
        return range(-(-self.count * rank // size), -(-self.count * (rank + 1) // size))

    def span(self, num_samples: int) -> tuple[int, int]:
        """From where to where in a batch of ``num_samples`` windows this process computes."""
        own = self.own
        return self._edge(own.start, num_samples), self._edge(own.stop, num_samples)

    def pieces(self, num_samples: int) -> dict[int, tuple[int, int]]:
        """The own shards that have windows, each from where to where inside ``span``."""
        begin, _ = self.span(num_samples)
        edges = {s: (self._edge(s, num_samples), self._edge(s + 1, num_samples)) for s in self.own}
        return {s: (a - begin, b - begin) for s, (a, b) in edges.items() if b > a}

    def _edge(self, shard: int, num_samples: int) -> int:
        """Where a shard begins; the first ones are one window longer (``numpy.array_split``)."""
        size, longer = divmod(num_samples, self.count)
        return shard * size + min(shard, longer)


class ShardSum:
    """Adds up gradients, loss and buffers of all shards of a step, in all processes.

    Everything lies in one flat buffer of doubles, summed by one all-reduce. Buffers of the model,
    such as the running statistics of batch norm, start every shard as they were before the step
    and end it as the mean of what the shards made of them.
    """

    def __init__(self, model: nn.Module, world: World, device: torch.device) -> None:
        self._world, self._device = world, device
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._buffers = list(model.buffers())
        num_gradients = sum(p.numel() for p in self._parameters)
        num_buffered = sum(b.numel() for b in self._buffers)
        exact = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(num_gradients + num_buffered + 4, dtype=exact, device=device)
        parts = torch.split(self._sums, [num_gradients, num_buffered, 4])
        self._gradients, self._buffered, self._figures = parts
        self._start = [buffer.clone() for buffer in self._buffers]
        self._had_gradient: list[bool] = []
        self._has_gradient: list[bool] = []

    def begin(self) -> None:
        """A step begins."""
        self._sums.zero_()
        for start, buffer in zip(self._start, self._buffers, strict=True):
            start.copy_(buffer)

    def add(self, loss: Tensor, sums: EpochSums) -> None:
        """A shard is through: its share of the loss, its sums, and the gradients it left."""
        self._gradients += _flat([_gradient(p) for p in self._parameters], self._sums)
        self._figures[0] += loss
        self._figures[1:3] += sums.totals
        self._figures[3] += 1
        self._had_gradient = [p.grad is not None for p in self._parameters]
        for parameter in self._parameters:
            parameter.grad = None
        if self._buffers:
            self._buffered += _flat(self._buffers, self._sums)
            self._copy(self._start)

    def finish(self, sums: EpochSums, num_samples: int) -> Tensor:
        """The step's mean loss; gradients and buffers are in place, the rest is in ``sums``.

        Raises:
            ProcessLostError: another process is gone.
        """
        self._world.sum_(self._sums)
        loss, loss_total, num_right, num_shards = self._figures.clone()
        sums.add_totals(loss_total, num_right, num_samples)
        self._put_gradients()
        if self._buffers:
            sizes = [buffer.numel() for buffer in self._buffers]
            self._copy(torch.split(self._buffered / num_shards, sizes))
        mean: Tensor = loss.to(torch.float32)
        return mean

    def _put_gradients(self) -> None:
        """Parameters that no loss reaches keep no gradient, as in one process."""
        if not self._has_gradient:
            self._has_gradient = self._world.share(self._had_gradient)
        sizes = [parameter.numel() for parameter in self._parameters]
        parts = torch.split(self._gradients.float(), sizes)
        for parameter, part, there in zip(self._parameters, parts, self._has_gradient, strict=True):
            parameter.grad = part.view_as(parameter) if there else None

    def _copy(self, values: Sequence[Tensor]) -> None:
        """Put values into the buffers; counts are whole numbers."""
        for buffer, value in zip(self._buffers, values, strict=True):
            whole = value if buffer.is_floating_point() else value.round()
            buffer.copy_(whole.view_as(buffer))


def _gradient(parameter: nn.Parameter) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def _flat(tensors: Sequence[Tensor], like: Tensor) -> Tensor:
    """All elements in a row, in the kind of ``like``."""
    return torch.cat([tensor.detach().flatten().to(like) for tensor in tensors])
