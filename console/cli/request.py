"""What ``train`` was asked for, turned into one validated ``OrchestratorConfig``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.cli.output import Invocation
from console.cli.overrides import RUN_SECTION, Overrides, apply, parse_overrides
from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import get_dataset
from console.core.errors import ConfigError, Problem
from console.core.fields import from_plain
from console.core.imported_models import find_imported
from console.core.paths import is_url
from console.core.presets import get_preset
from console.core.rundir import RunDir

AUTO_PRESET = "auto"
SAMPLE_NAME = "sample"


@dataclass(frozen=True)
class TrainRequest:
    """The options of ``train`` as they were given; empty text and None mean "not given"."""

    data: str = ""
    label: str = ""
    model: str = ""
    trainer: str = ""
    balancing: str = ""
    settings: tuple[str, ...] = ()
    weights: str = ""
    name: str = ""
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    patience: int | None = None
    device: str = ""
    seed: int | None = None
    symbols: str = ""
    days: int | None = None
    output_dir: str = ""
    legacy_only: bool = False
    seeds: int | None = None
    folds: bool = False
    processes: int | None = None
    hosts: int | None = None
    rendezvous: str = ""


def make_config(request: TrainRequest, invocation: Invocation) -> OrchestratorConfig:
    """The config that ``request`` means.

    A dataset is looked up, so that a wrong name or label is answered before anything starts, and
    so that ``model.input_features`` follows it. Without a preset of its own, a training that starts
    from imported weights has the model they are of.

    Raises:
        ConfigError: an unknown preset, setting or label, or a value outside its limits.
        DataError: there is no such dataset.
        WeightsError: there is no such imported model.
    """
    overrides = _merge(request, parse_overrides(request.settings))
    run = _given(
        model_preset=request.model, trainer_preset=request.trainer,
        balancing_preset=request.balancing, experiment_name=request.name,
        initial_weights=request.weights,
        output_dir=request.output_dir, device=request.device, seed=request.seed,
        feature_store_days=request.days, symbols=_words(request.symbols),
        workspace=str(invocation.workspace.root), num_processes=request.processes,
        num_hosts=request.hosts, rendezvous=request.rendezvous,
    )  # fmt: skip
    workspace = invocation.workspace
    if request.folds:
        overrides["data"].setdefault("split_method", "walk_forward")
    run = {
        **_run_type(request),
        "output_dir": str(workspace.models),
        "mlflow_tracking_uri": str(workspace.root / "mlruns"),
        **run,
    }
    if request.legacy_only:
        run.update(use_feature_store=False, fallback_to_legacy=True, allow_simulated=False)
    plain = OrchestratorConfig(**{**run, **overrides[RUN_SECTION]})
    data = _data(overrides["data"], plain, invocation)
    weights = plain.initial_weights
    first = find_imported(workspace, weights) if weights else None
    return dataclasses.replace(
        plain,
        data=data,
        model=_model(overrides, plain, data, invocation)
        if request.model or first is None
        else dataclasses.replace(first.config, **overrides["model"]),
        trainer=apply(overrides["trainer"], "trainer", plain.trainer_preset),
        balancing=apply(overrides["balancing"], "balancing", plain.balancing_preset),
    )


def resumed_config(run: RunDir, processes: int | None) -> OrchestratorConfig:
    """The config with which ``run`` goes on: as it began, in another number of processes if asked.

    Raises:
        ConfigError: so many processes are not allowed.
        RunError: the run cannot be read.
    """
    config = from_plain(OrchestratorConfig, run.read_run()["config"])
    if processes is None:
        return config
    return dataclasses.replace(config, num_processes=processes)


def plan_summary(config: OrchestratorConfig) -> dict[str, dict[str, Any]]:
    """Every setting as the run would use it, by section."""
    from console.engine.run_plan import make_plan

    plan = make_plan(config).to_plain()
    return {name: values for name, values in plan.items() if isinstance(values, dict)}


def _merge(request: TrainRequest, overrides: Overrides) -> Overrides:
    """Short options such as ``--epochs`` are overrides too; ``--set`` wins over them."""
    short: Overrides = {
        "trainer": _given(
            epochs=request.epochs, batch_size=request.batch_size,
            learning_rate=request.learning_rate, early_stopping_patience=request.patience,
            device=request.device, seed=request.seed,
        ),
        "data": _given(
            dataset=request.data, label=request.label, days=request.days,
            symbols=_words(request.symbols),
        ),
    }  # fmt: skip
    return {section: {**short.get(section, {}), **own} for section, own in overrides.items()}


def _run_type(request: TrainRequest) -> dict[str, Any]:
    if request.folds and request.seeds:
        message = "give --seeds or --folds: a run trains several seeds or all folds, not both."
        raise ConfigError("train", [Problem("--seeds", request.seeds, message)])
    if request.seeds:
        return {"run_type": "seeds", "num_seeds": request.seeds}
    return {"run_type": "folds"} if request.folds else {}


def _data(
    values: dict[str, Any], config: OrchestratorConfig, invocation: Invocation
) -> DataConfig | None:
    named = values.get("dataset", "")
    if named == SAMPLE_NAME or (not named and _only_the_sample_is_left(config)):
        from console.engine.data.simulated import ensure_sample

        values = {**values, "dataset": ensure_sample(invocation.workspace).name}
    if not values:
        return None
    data = DataConfig(**values)
    if data.dataset:
        info = get_dataset(invocation.workspace, data.dataset)
        columns = [label.column for label in info.labels]
        if data.label and columns and data.label not in columns:
            raise ConfigError("DataConfig", [_unknown_label(data, columns)])
    return data


def _model(
    overrides: Overrides,
    config: OrchestratorConfig,
    data: DataConfig | None,
    invocation: Invocation,
) -> Any | None:
    values = dict(overrides["model"])
    if not values:
        if config.model_preset != AUTO_PRESET:
            get_preset("model", config.model_preset)
        return None
    if config.model_preset == AUTO_PRESET:
        message = "is chosen when the data is known; name a preset to change its settings."
        raise ConfigError("--set", [Problem("model_preset", AUTO_PRESET, message)])
    if data is not None and data.dataset:
        features = get_dataset(invocation.workspace, data.dataset).features
        values.setdefault("input_features", len(features))
    return apply(values, "model", config.model_preset)


def _only_the_sample_is_left(config: OrchestratorConfig) -> bool:
    store = config.feature_store_path
    stored = config.use_feature_store and (is_url(store) or Path(store).is_dir())
    legacy = config.fallback_to_legacy and Path(config.legacy_storage_path).is_dir()
    return config.allow_simulated and not stored and not legacy


def _unknown_label(data: DataConfig, columns: list[str]) -> Problem:
    from console.core.errors import did_you_mean

    message = f"'{data.dataset}' has no label '{data.label}'; labels: {', '.join(columns)}."
    return Problem("label", data.label, message, did_you_mean(data.label, columns))


def _words(text: str) -> tuple[str, ...] | None:
    return tuple(text.replace(",", " ").split()) or None


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
