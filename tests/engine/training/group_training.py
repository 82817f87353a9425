"""One training in several processes, each of which leaves behind what it saw and what it has."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from console.core.metrics import EpochMetrics
from console.engine.data.windows import Windows
from console.engine.training.distributed import ProcessLostError, join_world
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from tests.engine.training.small_training import Recorder, make_config, make_model, make_source

REPO = Path(__file__).resolve().parents[3]
LOST = 3
TIMEOUT_S = 600.0


class Witness:
    """Passes a source on and writes down which windows were asked for in training."""

    def __init__(self, source: Windows) -> None:
        self.source, self.seen = source, list[list[int]]()
        self.num_samples, self.order = source.num_samples, source.order
        self.class_counts = source.class_counts

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, index: Tensor, batch_size: int) -> Iterator[dict[str, Tensor]]:
        self.seen += [part.tolist() for part in torch.split(index, batch_size)]
        return self.source.batches(index, batch_size)


@dataclass(frozen=True)
class Task:
    """What every process of a group does; ``plan`` are the first one's commands by look."""

    folder: str
    plan: dict[str, list[dict[str, Any]]]
    changes: dict[str, Any]
    resume: bool = False
    num_windows: int = 327
    disk: bool = False
    listed: bool = False


@dataclass(frozen=True)
class Result:
    """What one process of a group had in the end."""

    exit_code: int
    text: str
    history: list[EpochMetrics]
    test: dict[str, Any]
    stop_reason: str
    seen: list[list[int]]
    events: list[Any]
    weights: dict[str, Tensor]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one kind."""
        return [data for name, _epoch, _step, data in self.events if name == kind]


def train_together(num_processes: int, folder: Path, **task: Any) -> list[Result]:
    """Train in so many processes and wait for all of them; the results in order of rank."""
    place = folder / secrets.token_hex(4)
    place.mkdir(parents=True)
    settings = {"folder": str(folder / "run" / "checkpoints"), "plan": {}, "changes": {}, **task}
    children = [start_member(rank, num_processes, place, settings) for rank in range(num_processes)]
    try:
        return [result_of(child, place, rank) for rank, child in enumerate(children)]
    finally:
        for child in children:
            child.kill()
            child.wait()


def start_member(
    rank: int, num_processes: int, place: Path, settings: dict[str, Any]
) -> subprocess.Popen[bytes]:
    """One process of a group, with what torchrun would tell it."""
    numbers = {
        "RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": num_processes,
        "LOCAL_WORLD_SIZE": num_processes,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine.training.group_training", str(place),
         json.dumps(settings)],
        cwd=REPO, stderr=subprocess.PIPE,
        env={**os.environ, **{name: str(value) for name, value in numbers.items()}},
    )  # fmt: skip


def result_of(child: subprocess.Popen[bytes], place: Path, rank: int) -> Result:
    """What a process left behind once it has ended."""
    _, errors = child.communicate(timeout=TIMEOUT_S)
    path = place / f"{rank}.json"
    told = json.loads(path.read_text("utf-8")) if path.exists() else {}
    weights = safetensors.torch.load_file(place / f"{rank}.safetensors") if told else {}
    return Result(
        child.returncode, errors.decode(),
        [EpochMetrics.from_dict(item) for item in told.get("history", [])],
        told.get("test", {}), told.get("stop_reason", ""), told.get("seen", []),
        told.get("events", []), weights,
    )  # fmt: skip


def _sources(task: Task, place: Path) -> Sequence[Any]:
    disk = place if task.disk else None
    train = make_source(0, task.num_windows, oversample=True, disk=disk)
    sources: list[Any] = [train, make_source(327, 500, disk=disk), make_source(500, 700, disk=disk)]
    if task.listed:
        size = make_config(**task.changes).batch_size
        return [list(s.batches(torch.arange(len(s)), size)) for s in sources]
    return [Witness(train), *sources[1:]]


def main() -> int:
    place, task = Path(sys.argv[1]), Task(**json.loads(sys.argv[2]))
    torch.set_num_threads(1)
    recorder = Recorder({int(look): commands for look, commands in task.plan.items()})
    with join_world(place) as world:
        trainer = ModelTrainerV2(
            make_model(), make_config(**task.changes), checkpoint_dir=Path(task.folder),
            hooks=recorder.hooks, world=world,
        )  # fmt: skip
        sources = _sources(task, place / str(world.rank))
        try:
            history = trainer.train(*sources, resume=task.resume)
        except ProcessLostError as error:
            print(error, file=sys.stderr)
            return LOST
        content = {
            "history": [metrics.to_dict() for metrics in history], "test": trainer.test_results,
            "stop_reason": trainer.stop_reason, "events": recorder.events,
            "seen": getattr(sources[0], "seen", []),
        }  # fmt: skip
        weights = {name: value.contiguous() for name, value in trainer.model.state_dict().items()}
        safetensors.torch.save_file(weights, place / f"{world.rank}.safetensors")
        (place / f"{world.rank}.json").write_text(json.dumps(content), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
