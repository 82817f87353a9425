"""``estimate``: what a training would take, measured without starting it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from console.cli import train_options as options
from console.cli.output import Invocation
from console.cli.progress_bar import ProgressBar
from console.cli.request import TrainRequest, make_config


def estimate(
    context: typer.Context,
    data: options.Data = "",
    label: options.Label = "",
    preset: options.Preset = "",
    model: options.Model = "",
    trainer: options.Trainer = "",
    balancing: options.Balancing = "",
    settings: options.Settings = None,
    name: options.RunName = "",
    epochs: options.Epochs = None,
    batch_size: options.BatchSize = None,
    lr: options.LearningRate = None,
    patience: options.Patience = None,
    symbols: options.Symbols = "",
    days: options.Days = None,
    device: options.Device = "",
    seed: options.Seed = None,
    output_dir: options.OutputDir = "",
    legacy_only: options.LegacyOnly = False,
) -> None:
    """Measure time, memory and disk of a training with a few real steps, without starting it.

    Takes the options of `train`. A training that would not fit is answered with what would; the
    exit code is 0 all the same: the question has been answered.
    """
    invocation: Invocation = context.obj
    request = TrainRequest(
        data=data, label=label, model=model or preset, trainer=trainer or preset,
        balancing=balancing, settings=tuple(settings or ()), name=name, epochs=epochs,
        batch_size=batch_size, learning_rate=lr, patience=patience, device=device, seed=seed,
        symbols=symbols, days=days, output_dir=output_dir, legacy_only=legacy_only,
    )  # fmt: skip
    config = make_config(request, invocation)
    from console.engine.estimate import launch

    with ProgressBar(invocation.output, "estimate") as bar:
        result = launch.estimate(dataclasses.replace(config, execution="process"), bar.move)
    for line in _lines(result):
        invocation.output.say(line)
    invocation.output.result(result)


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The result in words."""
    if result["seconds_per_epoch"] is not None:
        yield (
            f"An epoch takes {_span(result['seconds_per_epoch_range'])}, all of it "
            f"{_span(result['total_seconds_range'])} ({result['epochs']} epochs at most)"
        )
        yield f"{result['samples_per_second']:,.0f} windows a second, {_threads(result)}"
        yield (
            f"Checkpoints take {_mb(result['disk_bytes'])} "
            f"({result['checkpoints_kept']} of {_mb(result['checkpoint_bytes'])}), "
            f"{_mb(result['disk_free_bytes'])} are free"
        )
    if result["peak_memory_bytes"]:
        free = _mb(result["memory_available_bytes"])
        yield f"Memory at its peak {_mb(result['peak_memory_bytes'])}, {free} are free"
    if result["gpu_peak_bytes"]:
        yield f"Memory of the GPU at its peak {_mb(result['gpu_peak_bytes'])}"
    yield from result["notes"]
    for problem in result["problems"]:
        yield f"Does not fit: {problem['message']}"
        changes = " ".join(f"--set {name}={value}" for name, value in problem["changes"].items())
        yield f"Do: {problem['remedy']} {changes}".rstrip()


def _threads(result: Mapping[str, Any]) -> str:
    words = f"with {result['threads']} threads on {result['device']}"
    timed = ", ".join(
        f"{timing['threads']}: {timing['samples_per_second']:,.0f}"
        for timing in result["threads_timed"]
    )
    return f"{words} (timed: {timed})" if timed else words


def _span(seconds: tuple[float, float]) -> str:
    low, high = map(_duration, seconds)
    return low if low == high else f"{low} to {high}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _mb(num_bytes: float) -> str:
    return f"{num_bytes / 1e6:,.0f} MB"
