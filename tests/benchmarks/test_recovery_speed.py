"""What saving and finding the way back cost, beside the bare work on the disk; in one run."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch

from console.core.clock import utc_now
from console.core.configs import TrainerConfigV2
from console.core.events import Event
from console.core.paths import Workspace
from console.core.presets import get_preset
from console.core.rundir import RunDir, create_run
from console.engine.run_recorder import RunRecorder
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks
from tests.benchmarks.test_throughput import BATCH_SIZE, network, source

ROUNDS = 15
EPOCHS, EVENTS_PER_EPOCH, STEPS_PER_EVENT = 1000, 60, 5


def seconds(work: Callable[[], object]) -> float:
    """What one call takes; rubbish of earlier ones is not charged to it."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def one_epoch() -> TrainerConfigV2:
    config = get_preset("trainer", "production_small").config()
    config.epochs = 1
    return config


@pytest.fixture
def trained(workspace: Workspace) -> tuple[RunDir, ModelTrainerV2]:
    """A run of production_small with one short epoch, and its trainer."""
    run = create_run(workspace, "speed", config={}, details={})
    trainer = ModelTrainerV2(network(), one_epoch(), checkpoint_dir=run.checkpoints)
    trainer.train(source(BATCH_SIZE), source(BATCH_SIZE))
    return run, trainer


@pytest.mark.slow
def test_that_a_checkpoint_costs_three_times_writing_its_bytes_once(
    trained: tuple[RunDir, ModelTrainerV2], tmp_path: Path
) -> None:
    run, trainer = trained
    progress, recovery = trainer._progress, trainer._recovery
    [newest, *_others] = sorted(run.checkpoints.iterdir(), reverse=True)
    content = os.urandom(sum(path.stat().st_size for path in newest.iterdir()))

    def write_once() -> None:
        with open(tmp_path / "bytes", "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())

    def save() -> None:
        progress.clock = dataclasses.replace(progress.clock, step=progress.clock.step + 1)
        assert recovery.save("epoch")

    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(seconds(write_once))
        (tmp_path / "bytes").unlink()
        ours.append(seconds(save))
    print(
        f"\n{len(content) / 1e6:.1f} MB: written once {1e3 * min(bare):.1f} ms, as a checkpoint "
        f"{1e3 * min(ours):.1f} ms, {min(ours) / min(bare):.2f} times"
    )
    assert min(ours) <= 3.0 * min(bare), (bare, ours)


def tell_story(run: RunDir, trainer: ModelTrainerV2) -> None:
    """Let the run have had a thousand epochs: its events, and the history in its checkpoint."""
    [metrics] = trainer.history
    steps_per_epoch = EVENTS_PER_EPOCH * STEPS_PER_EVENT
    seq = 0
    with open(run.events, "ab") as stream:
        for epoch in range(1, EPOCHS + 1):
            for part in range(EVENTS_PER_EPOCH):
                seq += 1
                step = (epoch - 1) * steps_per_epoch + (part + 1) * STEPS_PER_EVENT
                steps = list(range(step - STEPS_PER_EVENT + 1, step + 1))
                data = {"steps": steps, "loss": [0.5] * STEPS_PER_EVENT, "learning_rate": 5e-5}
                event = Event("step", run.id, 1, seq, utc_now(), epoch, step, data)
                stream.write(event.to_json().encode() + b"\n")
            seq += 1
            event = Event("epoch_metrics", run.id, 1, seq, utc_now(), epoch, step, metrics)
            stream.write(event.to_json().encode() + b"\n")
    trainer.history[:] = [dataclasses.replace(metrics, epoch=n + 1) for n in range(EPOCHS)]
    progress = trainer._progress
    progress.clock = dataclasses.replace(
        progress.clock, epoch=EPOCHS, step=EPOCHS * steps_per_epoch
    )
    assert trainer._recovery.save("epoch")


@pytest.mark.slow
def test_that_a_run_of_a_thousand_epochs_is_ready_in_twice_the_time_its_checkpoint_takes(
    trained: tuple[RunDir, ModelTrainerV2],
) -> None:
    """Ready: the lock taken, the events open, the newest checkpoint and the best weights loaded."""
    run, trainer = trained
    tell_story(run, trainer)
    newest = max(run.checkpoints.iterdir())
    again = ModelTrainerV2(network(), one_epoch(), checkpoint_dir=run.checkpoints)
    data, begun = source(BATCH_SIZE), 0.0

    def load() -> None:
        for path in newest.iterdir():
            hashlib.sha256(path.read_bytes()).hexdigest()
        for path in newest.glob("*.safetensors"):
            for tensor in safetensors.torch.load_file(path).values():
                tensor.clone()

    def resume() -> None:
        with RunRecorder(run) as recorder:
            again.hooks = TrainingHooks(recorder.emit, recorder.take_commands, recorder.last_seq)
            again._open(data, data, resume=True)
            ready.append(time.perf_counter() - begun)

    bare: list[float] = []
    ready: list[float] = []
    for _ in range(ROUNDS):
        bare.append(seconds(load))
        gc.collect()
        begun = time.perf_counter()
        resume()
    assert len(again.history) == EPOCHS and again._progress.clock.epoch == EPOCHS
    assert torch.equal(next(again.model.parameters()), next(trainer.model.parameters()))
    print(
        f"\n{run.events.stat().st_size / 1e6:.0f} MB of events: checkpoint loaded "
        f"{1e3 * min(bare):.1f} ms, run ready {1e3 * min(ready):.1f} ms, "
        f"{min(ready) / min(bare):.2f} times"
    )
    assert min(ready) <= 2.0 * min(bare), (bare, ready)
