"""From an ``OrchestratorConfig`` to the settings a run really uses; decided once, then kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.errors import ConfigError, Problem, did_you_mean
from console.core.fields import from_plain, to_plain
from console.core.presets import get_preset, list_presets

AUTO_PRESET = "auto"
AUTO_LARGE_FROM_SAMPLES = 20_000
MOST_FOLDS = 500


@dataclass(frozen=True)
class RunPlan:
    """The settings of one run after presets and overrides.

    ``model_fits_data`` says that ``input_features`` follows the data; it is False when the caller
    gave a model config of his own, which must then agree with the data.
    """

    model: ModelConfigV2
    trainer: TrainerConfigV2
    data: DataConfig
    balancing: BalancingConfig
    model_preset: str
    model_fits_data: bool

    def to_plain(self) -> dict[str, Any]:
        """The plan as plain values for ``run.json``."""
        return {field.name: to_plain(getattr(self, field.name)) for field in _FIELDS}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> RunPlan:
        """Read what ``to_plain`` wrote."""
        return cls(
            model=from_plain(ModelConfigV2, values["model"]),
            trainer=from_plain(TrainerConfigV2, values["trainer"]),
            data=from_plain(DataConfig, values["data"]),
            balancing=from_plain(BalancingConfig, values["balancing"]),
            model_preset=str(values["model_preset"]),
            model_fits_data=bool(values["model_fits_data"]),
        )

    def model_for(self, num_features: int, num_samples: int) -> ModelConfigV2:
        """The model config for data with ``num_features`` columns and ``num_samples`` windows.

        Raises:
            ConfigError: the caller's own model config expects another number of features.
        """
        model = self.model
        if self.model_preset == AUTO_PRESET:
            size = "small" if num_samples < AUTO_LARGE_FROM_SAMPLES else "large"
            model = get_preset("model", f"production_{size}").config()
        if model.input_features == num_features:
            return model
        if not self.model_fits_data:
            message = (
                f"the model expects {model.input_features} features, the data has {num_features}; "
                f"set it to {num_features} or choose other data."
            )
            raise ConfigError(
                "ModelConfigV2", [Problem("input_features", model.input_features, message)]
            )
        return dataclasses.replace(model, input_features=num_features)


def make_plan(
    config: OrchestratorConfig,
    symbols: Sequence[str] | None = None,
    days: int | None = None,
) -> RunPlan:
    """Resolve presets, overrides and the settings that one part leaves to another.

    ``seed`` and ``device`` of the orchestrator win over the trainer's when they are not at their
    default; several processes get a gradient shard each; the balancing preset fills in focal gamma
    and class weights where the trainer leaves them at its defaults.

    Raises:
        ConfigError: an unknown preset, or values that do not fit together.
    """
    automatic = config.model is None and config.model_preset == AUTO_PRESET
    if automatic:
        model = ModelConfigV2()
    else:
        model = config.model or _preset_config("model", config.model_preset, (AUTO_PRESET,))
    balancing = config.balancing or _preset_config("balancing", config.balancing_preset)
    trainer = config.trainer or _preset_config("trainer", config.trainer_preset)
    data = _data_plan(config, symbols, days)
    _check_folds(config, data)
    return RunPlan(
        model=model,
        trainer=_with_balancing(_with_machine(trainer, config), balancing),
        data=data,
        balancing=balancing,
        model_preset=config.model_preset if config.model is None else "",
        model_fits_data=config.model is None,
    )


def _check_folds(config: OrchestratorConfig, data: DataConfig) -> None:
    """See that the folds asked for exist.

    Raises:
        ConfigError: a run of folds whose split has none, or far too many.
    """
    if config.run_type != "folds" or 2 <= data.num_folds <= MOST_FOLDS:
        return
    if data.num_folds < 2:
        problem = Problem(
            "run_type", "folds",
            f"the split method '{data.split_method}' makes one training, not several folds.",
        )  # fmt: skip
    else:
        problem = Problem(
            "run_type", "folds",
            f"{data.num_folds:,} folds are more than the {MOST_FOLDS} of one run.",
        )  # fmt: skip
    raise ConfigError(
        "OrchestratorConfig", [problem],
        remedy="Choose data.split_method=walk_forward, rolling or combinatorial, and not too many "
        "blocks.",
    )  # fmt: skip


def _preset_config(kind: Any, name: str, also_known: Sequence[str] = ()) -> Any:
    try:
        return get_preset(kind, name).config()
    except ConfigError:
        names = [*(preset.name for preset in list_presets(kind)), *also_known]
        if name in names:
            raise
        problem = f"there is no {kind} preset '{name}'; known: {', '.join(names)}."
        raise ConfigError(
            "OrchestratorConfig",
            [Problem(f"{kind}_preset", name, problem, did_you_mean(name, names))],
        ) from None


def _with_machine(trainer: TrainerConfigV2, config: OrchestratorConfig) -> TrainerConfigV2:
    base = OrchestratorConfig()
    seed = config.seed if config.seed != base.seed else trainer.seed
    device = config.device if config.device != base.device else trainer.device
    shards = trainer.gradient_shards
    if shards == TrainerConfigV2().gradient_shards:
        shards = config.world_size  # and so it stays, however many processes a resume has
    return dataclasses.replace(trainer, seed=seed, device=device, gradient_shards=shards)


def _with_balancing(trainer: TrainerConfigV2, balancing: BalancingConfig) -> TrainerConfigV2:
    base = TrainerConfigV2()
    changes: dict[str, Any] = {}
    if trainer.focal_gamma == base.focal_gamma:
        changes["focal_gamma"] = balancing.focal_gamma
    if balancing.use_class_weights and not trainer.use_class_weights:
        changes["use_class_weights"] = True
        changes["class_weight_method"] = balancing.class_weight_method
    return dataclasses.replace(trainer, **changes)


def _data_plan(
    config: OrchestratorConfig, symbols: Sequence[str] | None, days: int | None
) -> DataConfig:
    data = config.data or DataConfig()
    changes: dict[str, Any] = {}
    if not data.dataset:  # a stored source: the orchestrator's own choice of symbols and days
        changes["days"] = data.days or config.feature_store_days
        changes["symbols"] = data.symbols or config.symbols
    if symbols is not None:
        changes["symbols"] = tuple(symbols)
    if days is not None:
        changes["days"] = days
    return dataclasses.replace(data, **changes)


_FIELDS = dataclasses.fields(RunPlan)
