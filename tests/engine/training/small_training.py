"""A small training that takes a fraction of a second, and a recorder of its events."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from console.core.configs import ModelConfigV2, TrainerConfigV2
from console.core.events import KINDS
from console.core.files import jsonable
from console.core.metrics import EpochMetrics
from console.engine.data.block_windows import BlockWindowSource
from console.engine.data.normalise import Scaler
from console.engine.data.windows import Windows, WindowSource
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks
from tests.engine.data.disk_files import on_disk
from tests.engine.data.market_files import make_rows

FEATURES, ROWS = 5, 8
NOT_REPRODUCIBLE = ("epoch_time", "samples_per_second")
Command = dict[str, Any]


@dataclass
class Recorder:
    """Records events like a run does; ``plan`` holds commands by the number of the look for them.

    The trainer looks once after every step, and again and again while paused.
    """

    plan: dict[int, list[Command]] = field(default_factory=dict)
    events: list[tuple[str, int, int, dict[str, Any]]] = field(default_factory=list)
    num_looks: int = 0

    @property
    def hooks(self) -> TrainingHooks:
        """Hooks for a trainer."""
        return TrainingHooks(self.emit, self.take, lambda: len(self.events))

    def emit(self, kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        """Record an event as JSON would keep it."""
        assert kind in KINDS
        self.events.append((kind, epoch, step, json.loads(json.dumps(jsonable(data)))))

    def take(self) -> list[Command]:
        """Hand out what is planned for this look."""
        self.num_looks += 1
        planned = self.plan.get(self.num_looks, [])
        return [{"id": f"{self.num_looks}.{n}", **command} for n, command in enumerate(planned)]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of all events of one kind."""
        return [data for name, _epoch, _step, data in self.events if name == kind]

    def kinds(self, *wanted: str) -> list[str]:
        """The kinds of the events, in order, as far as they are wanted."""
        return [event[0] for event in self.events if event[0] in wanted]


def make_source(
    begin: int, end: int, *, oversample: bool = False, disk: str | Path | None = None
) -> Windows:
    """Windows that end in rows begin + T - 1 ... end - 1 of one fixed random series.

    With ``disk``, a folder, the series is a mapped file there and is read in small blocks.
    """
    generator = np.random.default_rng(0)
    matrix = generator.standard_normal((700, FEATURES), dtype=np.float32)
    drift = matrix[:, 0] + matrix[:, 1]
    labels = np.digitize(drift, [-0.6, 0.6])
    ends = np.arange(begin + ROWS - 1, end)
    returns = np.where(ends % 10 == 0, np.nan, drift[ends]).astype(np.float32)
    index = np.arange(len(ends))
    repeats = np.concatenate([index, index[labels[ends] == 2]]) if oversample else None
    if disk is None:
        return WindowSource(
            torch.from_numpy(matrix), ends, ROWS, labels[ends], returns, sample_index=repeats
        )
    rows = dataclasses.replace(make_rows([[700]]), matrix=matrix, features=tuple("abcde"))
    mapped = on_disk(rows, Path(disk) / secrets.token_hex(4))
    return BlockWindowSource(
        mapped, Scaler("none", mapped.features, (), ()), ends, ROWS, labels[ends], returns,
        sample_index=repeats, block_rows=16, pool_blocks=3,
    )  # fmt: skip


def make_model(**changes: object) -> HybridCNNLSTMv2:
    """A network with dropout, always with the same first weights."""
    torch.manual_seed(0)
    small = {
        "input_features": FEATURES, "sequence_length": ROWS, "cnn_channels": (8,),
        "cnn_kernel_sizes": (3,), "lstm_hidden": 6, "attention_heads": 2, "dropout": 0.2,
    }  # fmt: skip
    return HybridCNNLSTMv2(ModelConfigV2(**{**small, **changes}))


def make_config(**changes: object) -> TrainerConfigV2:
    """Three quick epochs of ten batches."""
    quick = {"epochs": 3, "batch_size": 32, "learning_rate": 3e-3, "num_threads": 1}
    return TrainerConfigV2(**{**quick, **changes})


@dataclass
class Training:
    """A trainer with its data."""

    trainer: ModelTrainerV2
    oversample: bool = False
    disk: str | Path | None = None

    def run(self, *, resume: bool = False) -> list[EpochMetrics]:
        """Train to the end."""
        train = make_source(0, 327, oversample=self.oversample, disk=self.disk)
        return self.trainer.train(
            train, make_source(327, 500, disk=self.disk), make_source(500, 700, disk=self.disk),
            resume=resume,
        )  # fmt: skip

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        """The model's parameters and buffers."""
        return self.trainer.model.state_dict()


def make_training(
    folder: Path | None = None,
    recorder: Recorder | None = None,
    *,
    oversample: bool = False,
    disk: str | Path | None = None,
    **changes: object,
) -> Training:
    """A training with a checkpoint folder, if one is given; from ``disk``, if a folder is given."""
    trainer = ModelTrainerV2(
        make_model(), make_config(**changes), checkpoint_dir=folder,
        hooks=recorder.hooks if recorder else None,
    )  # fmt: skip
    return Training(trainer, oversample, disk)


def reproducible(history: list[EpochMetrics]) -> list[dict[str, Any]]:
    """Everything in a history that must not depend on the clock on the wall."""
    return [
        {name: value for name, value in metrics.to_dict().items() if name not in NOT_REPRODUCIBLE}
        for metrics in history
    ]


def flat(value: Any) -> list[float]:
    """All numbers of nested plain values in order; dicts by name."""
    if isinstance(value, Mapping):
        return [number for name in sorted(value) for number in flat(value[name])]
    if isinstance(value, list | tuple):
        return [number for item in value for number in flat(item)]
    return [float("nan") if value is None else float(value)]


def assert_same_weights(
    ours: Mapping[str, torch.Tensor], theirs: Mapping[str, torch.Tensor]
) -> None:
    """Equal to the last bit."""
    assert ours.keys() == theirs.keys()
    different = [name for name in ours if not ours[name].equal(theirs[name])]
    assert different == []
