"""The training core beside bare loops over the same model, in one run.

Rounds are interleaved and the best of each side counts: another process can only slow a round
down. Where one process does all the work its processor time is compared, which a busy machine
disturbs least; with one thread that is the time it takes on a quiet one.
"""

from __future__ import annotations

import dataclasses
import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from console.core.configs import TrainerConfigV2
from console.core.paths import Workspace
from console.core.presets import get_preset
from console.core.rundir import create_run
from console.engine.data.windows import WindowSource
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.run_recorder import RunRecorder
from console.engine.training.clock import EpochSums
from console.engine.training.device import numerics
from console.engine.training.evaluation import evaluate
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks
from tests.benchmarks.test_throughput import NUM_FEATURES, source

pytestmark = pytest.mark.slow
PRESETS = ("production_small", "production_large", "quick_experiment", "conservative")
STEPS, ROUNDS = 12, 8


def config_of(preset: str, **changes: Any) -> TrainerConfigV2:
    """The trainer preset for one epoch on one thread."""
    config = get_preset("trainer", preset).config()
    return dataclasses.replace(config, epochs=1, num_threads=1, device="cpu", **changes)


def model_of(preset: str) -> HybridCNNLSTMv2:
    """A fresh model of the model preset."""
    torch.manual_seed(0)
    config = get_preset("model", preset).config()
    return HybridCNNLSTMv2(dataclasses.replace(config, input_features=NUM_FEATURES))


@contextmanager
def one_thread() -> Iterator[None]:
    """Both sides compute on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def stopwatch(clock: Callable[[], float], work: Callable[[], object]) -> float:
    """What one call takes; rubbish of earlier ones is not charged to it."""
    gc.collect()
    begun = clock()
    work()
    return clock() - begun


def bare_steps(model: HybridCNNLSTMv2, batches: list[tuple[Tensor, Tensor]]) -> None:
    """Forward, cross-entropy, backward, fused AdamW."""
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    for sequence, label in batches:
        optimizer.zero_grad(set_to_none=True)
        outputs = model(sequence)
        loss = functional.cross_entropy(outputs["direction_logits"], label)
        loss = loss + outputs["confidence"].mean() + outputs["expected_return"].mean()
        loss.backward()
        optimizer.step()


class Stamps:
    """Hooks that note when each step was done; the trainer asks for commands after every one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self.times = clock, [0.0]

    @property
    def hooks(self) -> TrainingHooks:
        """Hooks for a trainer."""
        return TrainingHooks(self._emit, self._take)

    def _emit(self, kind: str, _epoch: int, _step: int, _data: object) -> None:
        if kind == "epoch_started":
            self.times[:] = [self._clock()]
        elif kind == "step":
            self.times.append(self._clock())

    def _take(self) -> list[dict[str, Any]]:
        self.times.append(self._clock())
        return []


def trained(
    clock: Callable[[], float], config: TrainerConfigV2, model: HybridCNNLSTMv2, loader: Any
) -> list[float]:
    """When the epoch began, and when each of its steps was done, the last before evaluating."""
    gc.collect()
    stamps = Stamps(clock)
    few = source(config.batch_size)
    ModelTrainerV2(model, config, hooks=stamps.hooks).train(loader, few)
    return stamps.times[:-1]  # the last look for commands comes after the evaluation


@pytest.mark.parametrize("preset", PRESETS)
def test_that_the_trainer_keeps_nearly_all_of_a_bare_loops_throughput(preset: str) -> None:
    config, clock = config_of(preset), time.process_time
    data = source(STEPS * config.batch_size)
    batches = [
        (batch["sequence"], batch["label"])
        for batch in data.batches(torch.arange(len(data)), config.batch_size)
    ]
    bare, ours = [], []
    with one_thread():
        for _ in range(ROUNDS):
            model = model_of(preset)
            bare.append(stopwatch(clock, lambda model=model: bare_steps(model, batches)))
            times = trained(clock, config, model_of(preset), data)
            ours.append(times[-1] - times[0])
    ratio = min(bare) / min(ours)
    num_windows = STEPS * config.batch_size
    print(
        f"\n{preset}: bare loop {num_windows / min(bare):,.0f}, trainer "
        f"{num_windows / min(ours):,.0f} windows/s, {ratio:.3f}"
    )
    assert ratio >= 0.95, (bare, ours)


class Samples(Dataset[dict[str, Tensor]]):
    """The windows of a source one by one, as data sets are usually written."""

    def __init__(self, data: WindowSource) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        data, end = self._data, int(self._data.ends[index]) + 1
        return {
            "sequence": data.matrix[end - data.sequence_length : end],
            "label": data.labels[index].long(),
            "return": data.returns[index],
        }


def test_that_our_feed_is_never_slower_than_a_data_loader() -> None:
    """The same trainer fed by either; the first step, in which workers start, does not count."""
    preset, clock = "production_small", time.perf_counter
    config = config_of(preset)
    data = source(STEPS * config.batch_size)
    samples = Samples(data)
    taken: dict[str, list[float]] = {"ours": []}
    with one_thread():
        for _ in range(ROUNDS):
            times = trained(clock, config, model_of(preset), data)
            taken["ours"].append(times[-1] - times[1])
            for workers in (0, 1, 2):
                loader = DataLoader(samples, config.batch_size, shuffle=True, num_workers=workers)
                times = trained(clock, config, model_of(preset), loader)
                taken.setdefault(f"{workers} workers", []).append(times[-1] - times[1])
    num_windows = (STEPS - 1) * config.batch_size
    speeds = {name: num_windows / min(seconds) for name, seconds in taken.items()}
    print("\n" + ", ".join(f"{name} {speed:,.0f}" for name, speed in speeds.items()), "windows/s")
    assert speeds["ours"] >= max(speeds.values()), taken


class Costs:
    """Adds up the processor time of the calling thread inside wrapped functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, its time put down under ``name``."""

        def run(*arguments: Any, **named: Any) -> Any:
            begun = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                spent = time.thread_time() - begun
                self.seconds[name] = self.seconds.get(name, 0.0) + spent

        return run


@pytest.mark.parametrize("preset", ["production_small", "quick_experiment"])
def test_that_events_metrics_and_meters_cost_a_hundredth(
    preset: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real run directory; the thread of the meters is counted whole."""
    config = config_of(preset)
    num_steps = 60 if preset == "production_small" else 300
    costs, run = Costs(), create_run(workspace, "costs", config={}, details={})
    for name in ("add_batch", "add_step", "means"):
        monkeypatch.setattr(EpochSums, name, costs.counted("metrics", getattr(EpochSums, name)))
    with RunRecorder(run) as recorder:
        hooks = TrainingHooks(
            costs.counted("events", recorder.emit),
            costs.counted("commands", recorder.take_commands), recorder.last_seq,
        )  # fmt: skip
        trainer = ModelTrainerV2(model_of(preset), config, hooks=hooks)
        heart = next(t for t in threading.enumerate() if t.name == "heartbeat")
        assert heart.ident is not None
        heart_clock = time.pthread_getcpuclockid(heart.ident)
        few, data = source(config.batch_size), source(num_steps * config.batch_size)
        started = time.perf_counter()
        heart_begun, begun = time.clock_gettime(heart_clock), time.process_time()
        trainer.train(data, few)
        whole = time.process_time() - begun
        costs.seconds["meters"] = time.clock_gettime(heart_clock) - heart_begun
        passed = time.perf_counter() - started
    meters = costs.seconds.pop("meters")  # beat by the wall clock, however busy the machine is
    share = sum(costs.seconds.values()) / whole + meters / passed
    parts = ", ".join(f"{name} {1e3 * spent:.1f} ms" for name, spent in costs.seconds.items())
    print(
        f"\n{preset}: {parts} of {whole:.1f} s, meters {1e3 * meters:.1f} ms of {passed:.1f} s: "
        f"{100 * share:.2f} %"
    )
    assert share <= 0.01


@pytest.mark.parametrize("preset", PRESETS)
def test_that_an_evaluation_keeps_nine_tenths_of_a_bare_forward_loops_throughput(
    preset: str,
) -> None:
    config, clock = config_of(preset), time.process_time
    data = source(6 * config.batch_size)
    trainer = ModelTrainerV2(model_of(preset), config)
    feed = trainer._feed(data, "validation")
    batches = [batch.sequence for batch in feed.evaluation()]
    model = model_of(preset).eval()

    @torch.inference_mode()
    def bare_forward() -> None:
        for sequence in batches:
            model(sequence)

    def judge() -> None:
        evaluate(model, feed, trainer.criterion, num_classes=3, device=torch.device("cpu"))

    bare, ours = [], []
    with one_thread(), numerics(config):
        for _ in range(ROUNDS):
            bare.append(stopwatch(clock, bare_forward))
            ours.append(stopwatch(clock, judge))
    ratio = min(bare) / min(ours)
    print(
        f"\n{preset}: bare forward {len(data) / min(bare):,.0f}, evaluation "
        f"{len(data) / min(ours):,.0f} windows/s, {ratio:.3f}"
    )
    assert ratio >= 0.9, (bare, ours)


def test_that_a_reading_of_the_meters_costs_less_than_a_millisecond(workspace: Workspace) -> None:
    from console.engine.resources import ResourceMeter

    meter = ResourceMeter(workspace.root)
    taken = [stopwatch(time.thread_time, meter.read) for _ in range(50)]
    print(f"\na reading costs {1e3 * min(taken):.2f} ms, {1e3 * sorted(taken)[25]:.2f} as a rule")
    assert sorted(taken)[25] < 1e-3
