"""Settings of one training run as a whole."""

from __future__ import annotations

from typing import Literal

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.configs.model import ModelConfigV2
from console.core.configs.trainer import TrainerConfigV2
from console.core.fields import config, setting

Execution = Literal["thread", "process"]


@config
class OrchestratorConfig:
    """What to train, on what, where the result goes, and in which process the work happens.

    ``model``, ``trainer``, ``data`` and ``balancing``, when given, replace the preset of that part.
    """

    use_feature_store: bool = setting(
        True, "Use the feature store", "Read dated Parquet groups before anything else.",
        group="Source",
    )  # fmt: skip
    feature_store_days: int = setting(
        30, "Days", "The last days to train on.", unit="days", minimum=1, maximum=36_500,
        group="Source",
    )  # fmt: skip
    fallback_to_legacy: bool = setting(
        True, "Fall back to old files", "Read .npy and .json files when the store has nothing.",
        group="Source",
    )  # fmt: skip
    legacy_storage_path: str = setting(
        "data/ml_training", "Old files", "Folder of the .npy and .json files.", group="Source"
    )
    feature_store_path: str = setting(
        "data/feature_store", "Feature store", "Folder that holds offline/<group>/date=...",
        group="Source",
    )  # fmt: skip
    allow_simulated: bool = setting(
        True, "Allow the simulated sample",
        "Train on the simulated order book, and say so, when no stored data is found.",
        group="Source",
    )  # fmt: skip
    symbols: tuple[str, ...] = setting(
        ("BTCUSDT", "ETHUSDT"), "Symbols", "Symbols to train on.", group="Source"
    )
    auto_select_symbols: bool = setting(
        False, "Choose symbols", "Take the symbols with the most rows instead of the list.",
        group="Source",
    )  # fmt: skip
    max_symbols: int = setting(
        50, "Most symbols", "Upper limit of symbols.", minimum=1, maximum=10_000, group="Source"
    )
    model_preset: str = setting(
        "production_small", "Model preset",
        "A model preset, or auto: small below 20,000 samples, else large.", group="Presets",
    )  # fmt: skip
    trainer_preset: str = setting(
        "production_small", "Trainer preset", "A trainer preset.", group="Presets"
    )
    balancing_preset: str = setting(
        "production", "Balancing preset", "A balancing preset.", group="Presets"
    )
    model: ModelConfigV2 | None = setting(
        None, "Model", "Replaces the model preset.", group="Presets"
    )
    trainer: TrainerConfigV2 | None = setting(
        None, "Trainer", "Replaces the trainer preset.", group="Presets"
    )
    data: DataConfig | None = setting(
        None, "Data", "An imported dataset with its split, instead of the sources above.",
        group="Presets",
    )  # fmt: skip
    balancing: BalancingConfig | None = setting(
        None, "Balancing", "Replaces the balancing preset.", group="Presets"
    )
    output_dir: str = setting(
        "models/trained", "Output folder", "Where the trained model is written.", group="Result"
    )
    experiment_name: str = setting(
        "ml_training", "Experiment", "Names the run and the experiment in MLflow.",
        group="Result",
    )  # fmt: skip
    use_mlflow: bool = setting(
        True, "Log to MLflow", "Log to MLflow when that extra is installed.", group="Result"
    )
    mlflow_tracking_uri: str = setting(
        "mlruns", "MLflow location", "Folder or address of MLflow.", group="Result"
    )
    device: str = setting(
        "auto", "Device", "auto, cpu, cuda, cuda:0 or mps; auto leaves it to the trainer.",
        group="Machine",
    )  # fmt: skip
    seed: int = setting(
        42, "Seed", "Seed of everything random in the run.", minimum=0, maximum=2**31 - 1,
        group="Machine",
    )  # fmt: skip
    execution: Execution = setting(
        "thread", "Runs in", "The calling thread, or a process of its own.",
        choice_labels=("this thread", "a process of its own"), group="Machine",
    )  # fmt: skip
    workspace: str = setting(
        "", "Workspace", "Folder of datasets and runs; empty takes the user's own.",
        group="Machine",
    )  # fmt: skip
