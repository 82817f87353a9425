"""``train`` and ``resume``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from console.cli import foreground
from console.cli import train_options as options
from console.cli.check_report import require_sound_data
from console.cli.output import Invocation
from console.cli.queue import enqueue
from console.cli.request import TrainRequest, make_config, plan_summary, resumed_config
from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.rundir import RunDir, find_run


def train(
    context: typer.Context,
    data: options.Data = "",
    label: options.Label = "",
    preset: options.Preset = "",
    model: options.Model = "",
    trainer: options.Trainer = "",
    balancing: options.Balancing = "",
    settings: options.Settings = None,
    weights: options.Weights = "",
    name: options.RunName = "",
    epochs: options.Epochs = None,
    batch_size: options.BatchSize = None,
    lr: options.LearningRate = None,
    patience: options.Patience = None,
    symbols: options.Symbols = "",
    days: options.Days = None,
    device: options.Device = "",
    seed: options.Seed = None,
    seeds: options.Seeds = None,
    folds: options.Folds = False,
    processes: options.Processes = None,
    hosts: options.Hosts = None,
    rendezvous: options.Rendezvous = "",
    output_dir: options.OutputDir = "",
    detach: options.Detach = False,
    queue: options.Queue = False,
    dry_run: options.DryRun = False,
    no_check: options.NoCheck = False,
    no_onnx: options.NoOnnx = False,
    no_promote: options.NoPromote = False,
    legacy_only: options.LegacyOnly = False,
) -> None:
    """Train a model and follow it; Ctrl-C stops it and keeps everything.

    A named dataset is checked first; a red finding ends it with code 1 before anything is trained.
    """
    invocation: Invocation = context.obj
    request = TrainRequest(
        data=data, label=label, model=model or preset, trainer=trainer or preset,
        balancing=balancing, settings=tuple(settings or ()), weights=weights, name=name,
        epochs=epochs,
        batch_size=batch_size, learning_rate=lr, patience=patience, device=device, seed=seed,
        symbols=symbols, days=days, output_dir=output_dir, legacy_only=legacy_only,
        seeds=seeds, folds=folds, processes=processes, hosts=hosts, rendezvous=rendezvous,
    )  # fmt: skip
    config = make_config(request, invocation)
    if dry_run:
        _show_plan(invocation, config)
        return
    if not no_check:
        require_sound_data(invocation, config)
    if queue:
        enqueue(invocation, foreground.prepare(config))
    elif detach:
        foreground.start_detached(invocation, config)
    else:
        result = foreground.train(invocation, config)
        if not no_onnx and result["status"] == "success":
            result = {**result, **_export_onnx(invocation, result["run_dir"])}
        foreground.finish(invocation, result)


def resume(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's folder, id, part of it, or 'last'.")],
    detach: options.Detach = False,
    processes: options.Processes = None,
) -> None:
    """Continue a stopped, failed or crashed run from its newest checkpoint."""
    invocation: Invocation = context.obj
    found = find_run(invocation.workspace, run)
    config = resumed_config(found, processes)
    if detach:
        foreground.resume_detached(invocation, found, config)
    else:
        foreground.finish(invocation, foreground.resume(invocation, found, config))


def _show_plan(invocation: Invocation, config: OrchestratorConfig) -> None:
    summary = plan_summary(config)
    for section, values in summary.items():
        invocation.output.say(section)
        for name, value in values.items():
            invocation.output.say(f"  {name:32} {value}")
    invocation.output.result({"status": "dry_run", **summary})


def _export_onnx(invocation: Invocation, run_dir: str) -> dict[str, Any]:
    """Export beside the run; a training that succeeded does not fail for want of it."""
    from console.engine.export.exporter import export_run

    run = RunDir(Path(run_dir))
    try:
        exported = export_run(run, "onnx", run.export / "model.onnx")
    except ConsoleError as error:
        invocation.output.say(f"No ONNX file: {error.text}")
        return {"onnx_path": None, "onnx_error": error.to_dict()}
    difference = exported.max_difference
    invocation.output.say(f"ONNX {exported.path}, largest difference {difference:.1e}")
    return {"onnx_path": str(exported.path), "onnx_max_difference": difference}
