"""Settings of one training run as a whole."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Literal

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.configs.model import ModelConfigV2
from console.core.configs.trainer import TrainerConfigV2
from console.core.errors import Problem
from console.core.fields import config, setting

Execution = Literal["thread", "process", "torchrun"]
RunType = Literal["single", "seeds", "folds"]


@config
class OrchestratorConfig:
    """What to train, on what, where the result goes, and in which process the work happens.

    ``model``, ``trainer``, ``data`` and ``balancing``, when given, replace the preset of that part.
    """

    use_feature_store: bool = setting(
        "Use the feature store", "Read dated Parquet groups before anything else.", default=True,
        group="Source",
    )  # fmt: skip
    feature_store_days: int = setting(
        "Days", "The last days to train on.", default=30, unit="days", minimum=1, maximum=36_500,
        group="Source",
    )  # fmt: skip
    fallback_to_legacy: bool = setting(
        "Fall back to old files", "Read .npy and .json files when the store has nothing.",
        default=True, group="Source",
    )  # fmt: skip
    legacy_storage_path: str = setting(
        "Old files", "Folder of the .npy and .json files.", default="data/ml_training",
        group="Source",
    )  # fmt: skip
    feature_store_path: str = setting(
        "Feature store",
        "Folder or address (s3://...) of symbol=.../date=..., or of offline/<group>/date=...",
        default="data/feature_store", group="Source",
    )  # fmt: skip
    allow_simulated: bool = setting(
        "Allow the simulated sample",
        "Train on the simulated order book, and say so, when no stored data is found.",
        default=True, group="Source",
    )  # fmt: skip
    symbols: tuple[str, ...] = setting(
        "Symbols", "Symbols to train on.", default=("BTCUSDT", "ETHUSDT"), group="Source",
    )  # fmt: skip
    auto_select_symbols: bool = setting(
        "Choose symbols", "Take the symbols with the most rows instead of the list.",
        default=False, group="Source",
    )  # fmt: skip
    max_symbols: int = setting(
        "Most symbols", "Upper limit of symbols.", default=50, minimum=1, maximum=10_000,
        group="Source",
    )  # fmt: skip
    model_preset: str = setting(
        "Model preset", "A model preset, or auto: small below 20,000 samples, else large.",
        default="production_small", group="Presets",
    )  # fmt: skip
    trainer_preset: str = setting(
        "Trainer preset", "A trainer preset.", default="production_small", group="Presets",
    )  # fmt: skip
    balancing_preset: str = setting(
        "Balancing preset", "A balancing preset.", default="production", group="Presets",
    )  # fmt: skip
    model: ModelConfigV2 | None = setting(
        "Model", "Replaces the model preset.", default=None, group="Presets",
    )  # fmt: skip
    trainer: TrainerConfigV2 | None = setting(
        "Trainer", "Replaces the trainer preset.", default=None, group="Presets",
    )  # fmt: skip
    data: DataConfig | None = setting(
        "Data", "An imported dataset with its split, instead of the sources above.", default=None,
        group="Presets",
    )  # fmt: skip
    balancing: BalancingConfig | None = setting(
        "Balancing", "Replaces the balancing preset.", default=None, group="Presets",
    )  # fmt: skip
    initial_weights: str = setting(
        "Start from weights",
        "Name or folder of an imported model to begin with; empty draws new weights.",
        default="", group="Presets",
    )  # fmt: skip
    output_dir: str = setting(
        "Output folder", "Where the trained model is written.", default="models/trained",
        group="Result",
    )  # fmt: skip
    experiment_name: str = setting(
        "Experiment", "Names the run and the experiment in MLflow.", default="ml_training",
        group="Result",
    )  # fmt: skip
    use_mlflow: bool = setting(
        "Log to MLflow", "Log to MLflow when that extra is installed.", default=True,
        group="Result",
    )  # fmt: skip
    mlflow_tracking_uri: str = setting(
        "MLflow location", "Folder or address of MLflow.", default="mlruns", group="Result",
    )  # fmt: skip
    device: str = setting(
        "Device", "auto, cpu, cuda, cuda:0 or mps; auto leaves it to the trainer.", default="auto",
        group="Machine",
    )  # fmt: skip
    seed: int = setting(
        "Seed", "Seed of everything random in the run.", default=42, minimum=0, maximum=2**31 - 1,
        group="Machine",
    )  # fmt: skip
    execution: Execution = setting(
        "Runs in", "The calling thread, a process of its own, or several processes of torchrun.",
        default="thread",
        choice_labels=("this thread", "a process of its own", "several processes"),
        group="Machine",
    )  # fmt: skip
    num_processes: int = setting(
        "Processes", "Processes that share the work on each host, by torchrun.", default=1,
        minimum=1, maximum=64, group="Machine",
    )  # fmt: skip
    num_hosts: int = setting(
        "Hosts",
        "Computers that train together and share the workspace; each of the others runs "
        "`training-console runs join`.", default=1, minimum=1, maximum=64, group="Machine",
    )  # fmt: skip
    rendezvous: str = setting(
        "Meeting point", "host:port of the first of several hosts, reachable from all of them.",
        default="", group="Machine",
    )  # fmt: skip
    workspace: str = setting(
        "Workspace", "Folder of datasets and runs; empty takes the user's own.", default="",
        group="Machine",
    )  # fmt: skip
    run_type: RunType = setting(
        "Run type",
        "One training; the same training with several seeds; or one for every fold of the split.",
        default="single", choice_labels=("one training", "several seeds", "all folds"),
        group="Trainings",
    )  # fmt: skip
    num_seeds: int = setting(
        "Seeds", "Trainings of a run with several seeds: the seed, the next one, and so on.",
        default=3, minimum=2, maximum=100, group="Trainings",
    )  # fmt: skip

    @property
    def world_size(self) -> int:
        """How many processes train together."""
        return self.num_processes * self.num_hosts

    @property
    def together(self) -> bool:
        """Whether torchrun starts the work: always for several processes."""
        return self.execution == "torchrun" or self.world_size > 1

    def detached(self) -> OrchestratorConfig:
        """The same, with the work in a process of its own, or in several."""
        if self.execution != "thread":
            return self
        return dataclasses.replace(self, execution="process")

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        if self.num_hosts > 1 and not re.fullmatch(r"[^:\s]+:\d+", self.rendezvous):
            yield Problem(
                "rendezvous", self.rendezvous,
                "several hosts need a meeting point, host:port of the first of them.",
            )  # fmt: skip
        if self.together and self.run_type != "single":
            yield Problem(
                "run_type", self.run_type,
                "a run of several trainings does each of them in one process.",
            )  # fmt: skip
