"""Several processes that train one model together, and what they tell each other.

Every process sees the same commands at the same step and takes the same decisions, so that only
numbers and commands ever travel; alone, a process talks to nobody and nothing here costs anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import torch
import torch.distributed as dist
from torch import Tensor

from console.core.errors import ConsoleError
from console.core.files import jsonable
from console.engine.training.hooks import TrainingHooks

PATIENCE = timedelta(hours=24)  # a slow disk or a long pause is no lost process


class ProcessLostError(RuntimeError):
    """Another process of the training is gone; this one can only end, to be started again."""


@dataclass(frozen=True)
class World:
    """This process among those of one training."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes, speaks and listens for all."""
        return self.rank == 0

    def sum_(self, tensor: Tensor) -> Tensor:
        """Replace ``tensor`` by its sum over all processes, the same bits everywhere.

        Raises:
            ProcessLostError: another process is gone.
        """
        if self.size > 1:
            try:
                dist.all_reduce(tensor)
            except RuntimeError as error:
                raise ProcessLostError(_lost(error)) from error
        return tensor

    def sum_all(self, tensors: Sequence[Tensor]) -> None:
        """``sum_`` for several tensors on one device in one go; counts stay exact."""
        if self.size == 1:
            return
        packed = self.sum_(torch.cat([tensor.flatten().double() for tensor in tensors]))
        sizes = [tensor.numel() for tensor in tensors]
        for tensor, part in zip(tensors, torch.split(packed, sizes), strict=True):
            tensor.copy_(part.view_as(tensor))

    def share(self, value: Any) -> Any:
        """What the first process gives, on all of them; plain JSON values.

        Raises:
            ProcessLostError: another process is gone.
        """
        if self.size == 1:
            return value
        text = json.dumps(jsonable(value)).encode() if self.is_first else b""
        length = int(self.sum_(torch.tensor(len(text))))
        return json.loads(self.share_bytes(text, length))

    def share_bytes(self, raw: bytes, length: int) -> bytes:
        """The first process's ``length`` bytes, on all of them."""
        content = torch.zeros(length, dtype=torch.uint8)
        if self.is_first:
            content.copy_(torch.frombuffer(bytearray(raw), dtype=torch.uint8))
        return self.sum_(content).numpy().tobytes()

    def share_tensors(self, tensors: Sequence[Tensor]) -> None:
        """Replace ``tensors`` by those of the first process."""
        if self.size == 1:
            return
        try:
            for tensor in tensors:
                dist.broadcast(tensor, src=0)
        except RuntimeError as error:
            raise ProcessLostError(_lost(error)) from error

    def device_name(self, name: str) -> str:
        """The device of this process where ``name`` leaves the choice: a GPU of its own.

        Raises:
            ConsoleError: there are not as many GPUs as processes, or they cannot work together.
        """
        if self.size == 1:
            return name
        num_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if name == "mps":
            raise ConsoleError(
                "Apple's GPU cannot be shared by several processes.",
                remedy="Set Device to cpu, or train in one process.",
            )
        if name not in ("auto", "cuda"):
            return name
        if num_gpus == 0 and name == "auto":
            return "cpu"
        if num_gpus < self.local_size:
            raise ConsoleError(
                "{num_processes} processes need a GPU each; this machine has {num_gpus}.",
                remedy="Start fewer processes, or set Device to cpu.",
                num_processes=self.local_size, num_gpus=num_gpus,
            )  # fmt: skip
        return f"cuda:{self.local_rank}"


ALONE = World()


def common_hooks(hooks: TrainingHooks, world: World) -> TrainingHooks:
    """Hooks for one of several processes: all hear the same commands at the same step.

    The first process's commands go to all. Of the others only the wish to stop counts, which a
    signal may have given to any of them. Only the first one's events count.
    """
    if world.size == 1:
        return hooks
    if not world.share(hooks.has_commands):
        return hooks if world.is_first else TrainingHooks()
    take = CommonCommands(hooks, world).take
    if world.is_first:
        return TrainingHooks(hooks.emit, take, hooks.last_seq)
    return TrainingHooks(take_commands=take)


class CommonCommands:
    """Commands of all processes; one tiny sum at each look, and no more while there are none."""

    def __init__(self, hooks: TrainingHooks, world: World) -> None:
        self._hooks, self._world = hooks, world

    def take(self) -> list[dict[str, Any]]:
        """The commands since the last look, the same on every process.

        Nothing is handed out before every process has looked: a command that comes because
        another process died is never obeyed.
        """
        own = self._hooks.take_commands()
        others = not self._world.is_first
        stops = others and any(command.get("command") == "stop_now" for command in own)
        text = json.dumps(jsonable(own)).encode() if own and not others else b""
        length, num_stops = self._world.sum_(torch.tensor([len(text), int(stops)])).tolist()
        commands = json.loads(self._world.share_bytes(text, length)) if length else []
        if num_stops and not any(command.get("command") == "stop_now" for command in commands):
            commands.append({"id": "", "command": "stop_now"})
        return list(commands)


@contextmanager
def join_world(rendezvous: Path) -> Iterator[World]:
    """Join the processes that torchrun started; ``rendezvous`` is a folder of this launch.

    On one host they find each other through a file there and talk over the loopback interface
    only; on several hosts through the store of torchrun's agent.
    """
    number = {
        name: int(os.environ[name])
        for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    }
    world = World(*number.values())
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    if torch.cuda.is_available():
        torch.cuda.set_device(world.local_rank % torch.cuda.device_count())
    try:
        if world.size == world.local_size:
            for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"):
                os.environ.setdefault(name, loopback())
            attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
            store = torch._C._distributed_c10d.FileStore(
                str(rendezvous / f"workers-{attempt}"), world.size
            )
            dist.init_process_group(
                backend, store=store, rank=world.rank, world_size=world.size, timeout=PATIENCE
            )
        else:
            dist.init_process_group(backend, timeout=PATIENCE)
    except RuntimeError as error:
        raise ProcessLostError(_lost(error)) from error
    yield world
    dist.destroy_process_group()  # not after an error: others may be gone, and it would wait


def loopback() -> str:
    """The name of the network interface that leaves this machine nowhere."""
    addresses = psutil.net_if_addrs()
    return next(
        name for name, found in addresses.items() if any(a.address == "127.0.0.1" for a in found)
    )


def _lost(error: Exception) -> str:
    return f"another process of the training is gone: {str(error).split('. ')[0]}"
