"""The options of ``train`` as annotated types; help and range come from the field records."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from console.core.configs import DataConfig, OrchestratorConfig, TrainerConfigV2
from console.core.fields import field_of

WHAT, COMMON, OLD = "What to train", "Often changed", "For scripts of the old system"


def _from_field(config_class: type, name: str, panel: str) -> Any:
    record = field_of(config_class, name)
    words = [record.help]
    if record.minimum is not None and record.maximum is not None:
        low, high = (f"{limit:,.10g}" for limit in (record.minimum, record.maximum))
        words.append(f"From {low} to {high}.")
    return typer.Option(help=" ".join(words), rich_help_panel=panel, show_default=False)


Data = Annotated[str, _from_field(DataConfig, "dataset", WHAT)]
Label = Annotated[str, _from_field(DataConfig, "label", WHAT)]
Preset = Annotated[str, typer.Option(help="Preset of model and trainer.", rich_help_panel=WHAT)]
Model = Annotated[
    str, typer.Option(help="Model preset, or auto (by the amount of data).", rich_help_panel=WHAT)
]
Trainer = Annotated[str, typer.Option(help="Trainer preset.", rich_help_panel=WHAT)]
Balancing = Annotated[str, typer.Option(help="Balancing preset.", rich_help_panel=WHAT)]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.FIELD=VALUE",
        help="Any setting, e.g. model.dropout=0.4; repeat it for more. "
        "`training-console presets fields` lists them.",
        rich_help_panel=WHAT,
    ),
]
Weights = Annotated[str, _from_field(OrchestratorConfig, "initial_weights", WHAT)]
RunName = Annotated[str, typer.Option(help="Names the run.", rich_help_panel=WHAT)]
Symbols = Annotated[
    str, typer.Option(help="Symbols, separated by spaces or commas.", rich_help_panel=COMMON)
]
Days = Annotated[int | None, _from_field(OrchestratorConfig, "feature_store_days", COMMON)]
Epochs = Annotated[int | None, _from_field(TrainerConfigV2, "epochs", COMMON)]
BatchSize = Annotated[int | None, _from_field(TrainerConfigV2, "batch_size", COMMON)]
LearningRate = Annotated[float | None, _from_field(TrainerConfigV2, "learning_rate", COMMON)]
Patience = Annotated[int | None, _from_field(TrainerConfigV2, "early_stopping_patience", COMMON)]
Device = Annotated[str, _from_field(TrainerConfigV2, "device", COMMON)]
Seed = Annotated[int | None, _from_field(TrainerConfigV2, "seed", COMMON)]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds",
        min=2,
        max=100,
        metavar="N",
        rich_help_panel=COMMON,
        help="Train N times, with this seed and the ones after it, as one run.",
    ),
]
Folds = Annotated[
    bool,
    typer.Option(
        "--folds",
        rich_help_panel=COMMON,
        help="Train every fold of the split as one run; walk-forward unless data.split_method "
        "says otherwise.",
    ),
]
Processes = Annotated[int | None, _from_field(OrchestratorConfig, "num_processes", COMMON)]
Hosts = Annotated[int | None, _from_field(OrchestratorConfig, "num_hosts", COMMON)]
Rendezvous = Annotated[str, _from_field(OrchestratorConfig, "rendezvous", COMMON)]
OutputDir = Annotated[str, _from_field(OrchestratorConfig, "output_dir", COMMON)]
Detach = Annotated[
    bool, typer.Option("--detach", help="Train in a process of its own and return at once.")
]
Queue = Annotated[
    bool, typer.Option("--queue", help="Let it wait for its turn in the queue and return at once.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check all settings and say what would be done.")
]
NoCheck = Annotated[
    bool, typer.Option("--no-check", help="Train without checking the dataset for leaks first.")
]
NoOnnx = Annotated[
    bool, typer.Option("--no-onnx", help="Write no ONNX file at the end.", rich_help_panel=OLD)
]
NoPromote = Annotated[
    bool,
    typer.Option(
        "--no-promote", help="Accepted; `train` never promotes a model.", rich_help_panel=OLD
    ),
]
LegacyOnly = Annotated[
    bool,
    typer.Option("--legacy-only", help="Read .npy and .json files only.", rich_help_panel=OLD),
]
