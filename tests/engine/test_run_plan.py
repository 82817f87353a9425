"""How presets, overrides and neighbouring settings become the plan of a run."""

from __future__ import annotations

import pytest

from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.errors import ConfigError
from console.engine.run_plan import RunPlan, make_plan


def test_that_presets_give_their_values() -> None:
    plan = make_plan(OrchestratorConfig(model_preset="conservative", trainer_preset="conservative"))
    assert plan.model.use_se_block and plan.model.dropout == 0.5
    assert plan.trainer.scheduler_T_0 == 15 and plan.trainer.focal_gamma == 3.0


def test_that_a_given_config_replaces_its_preset() -> None:
    config = OrchestratorConfig(trainer=TrainerConfigV2(epochs=7), model_preset="conservative")
    assert make_plan(config).trainer.epochs == 7


@pytest.mark.parametrize("kind", ["model", "trainer", "balancing"])
def test_that_an_unknown_preset_is_refused_with_the_known_ones(kind: str) -> None:
    with pytest.raises(ConfigError, match=r"known: .*conservative") as caught:
        make_plan(OrchestratorConfig(**{f"{kind}_preset": "conservativ"}))
    assert caught.value.problems[0].suggestion == "conservative"


def test_that_the_orchestrators_seed_and_device_win_when_set() -> None:
    trainer = TrainerConfigV2(seed=7, device="cpu")
    assert make_plan(OrchestratorConfig(trainer=trainer)).trainer.seed == 7
    plan = make_plan(OrchestratorConfig(trainer=trainer, seed=8, device="cuda"))
    assert (plan.trainer.seed, plan.trainer.device) == (8, "cuda")


def test_that_the_balancing_preset_fills_in_what_the_trainer_leaves_open() -> None:
    plan = make_plan(OrchestratorConfig(balancing_preset="conservative"))
    assert plan.trainer.focal_gamma == 2.0 and plan.trainer.use_class_weights
    chosen = OrchestratorConfig(
        balancing_preset="conservative", trainer=TrainerConfigV2(focal_gamma=1.0)
    )
    assert make_plan(chosen).trainer.focal_gamma == 1.0
    weights = BalancingConfig(use_class_weights=True, class_weight_method="log")
    assert make_plan(OrchestratorConfig(balancing=weights)).trainer.class_weight_method == "log"


def test_that_symbols_and_days_of_the_call_win_over_those_of_the_config() -> None:
    config = OrchestratorConfig(feature_store_days=12, symbols=("A", "B"))
    assert (make_plan(config).data.days, make_plan(config).data.symbols) == (12, ("A", "B"))
    plan = make_plan(config, symbols=["C"], days=3)
    assert (plan.data.days, plan.data.symbols) == (3, ("C",))


def test_that_a_named_dataset_keeps_its_own_days_and_symbols() -> None:
    plan = make_plan(OrchestratorConfig(data=DataConfig(dataset="ashare")))
    assert (plan.data.days, plan.data.symbols) == (0, ())


def test_that_a_presets_input_features_follow_the_data() -> None:
    assert make_plan(OrchestratorConfig()).model_for(25, 1000).input_features == 25


def test_that_an_own_model_config_must_agree_with_the_data() -> None:
    plan = make_plan(OrchestratorConfig(model=ModelConfigV2(input_features=110)))
    with pytest.raises(ConfigError, match="expects 110 features, the data has 25"):
        plan.model_for(25, 1000)


def test_that_auto_chooses_the_model_by_the_number_of_samples() -> None:
    plan = make_plan(OrchestratorConfig(model_preset="auto"))
    assert plan.model_for(25, 19_999).lstm_hidden == 128
    assert plan.model_for(25, 20_000).lstm_hidden == 256


def test_that_a_plan_survives_its_plain_form() -> None:
    plan = make_plan(OrchestratorConfig(model_preset="quick_experiment"))
    assert RunPlan.from_plain(plan.to_plain()) == plan
