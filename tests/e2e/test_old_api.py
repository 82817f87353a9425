"""Scripts of the older system keep working with only their import line changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.core.configs import DataConfig
from console.core.datasets import DatasetInfo
from console.core.errors import ConfigError
from console.engine import training_orchestrator as old
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.model_trainer_v2 import ModelTrainerV2, create_trainer_v2

SMALL = {
    "input_features": 6, "sequence_length": 16, "cnn_channels": [8], "cnn_kernel_sizes": [3],
    "lstm_hidden": 8, "lstm_layers": 1, "attention_heads": 2,
}  # fmt: skip


def test_that_model_and_trainer_exist_right_after_construction() -> None:
    orchestrator = old.TrainingOrchestrator()
    assert type(orchestrator.model) is HybridCNNLSTMv2
    assert type(orchestrator.trainer) is ModelTrainerV2
    assert orchestrator.trainer.model is orchestrator.model


def test_that_the_old_names_are_the_version_2_classes() -> None:
    from console.engine.models.hybrid_cnn_lstm_v2 import ModelConfigV2
    from console.engine.training.model_trainer_v2 import EpochMetrics, TrainerConfigV2

    assert old.HybridCNNLSTM is HybridCNNLSTMv2 and old.ModelTrainer is ModelTrainerV2
    assert old.ModelConfig is ModelConfigV2 and old.TrainerConfig is TrainerConfigV2
    assert EpochMetrics.__module__ == "console.core.metrics"


def test_that_the_settings_of_production_small_are_active_by_default() -> None:
    trainer = create_trainer_v2(HybridCNNLSTMv2(old.ModelConfig(**SMALL)))
    config = trainer.config
    assert (config.learning_rate, config.batch_size, config.weight_decay) == (5e-5, 256, 0.01)
    assert (config.use_focal_loss, config.focal_gamma) == (True, 2.5)
    assert (config.label_smoothing, config.gaussian_noise_std) == (0.1, 0.01)
    assert (config.use_augmentation, config.scheduler_type) == (True, "cosine_warm_restarts")


def test_that_the_singleton_is_kept_until_a_config_is_given() -> None:
    first = old.get_training_orchestrator(force_new=True)
    assert old.get_training_orchestrator() is first
    assert old.get_training_orchestrator(force_new=True) is not first
    second = old.get_training_orchestrator()
    assert old.get_training_orchestrator(trainer_config={"epochs": 3}) is not second


def test_that_train_model_returns_what_old_scripts_read(
    small_dataset: DatasetInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    orchestrator = old.TrainingOrchestrator(
        model_config=SMALL,
        trainer_config={"epochs": 2, "batch_size": 32, "learning_rate": 1e-3, "num_threads": 1},
        data_config=DataConfig(dataset=small_dataset.name, label="label_1"),
    )
    before = orchestrator.model
    result = asyncio.run(orchestrator.train_model(run_name="nightly"))
    assert result["success"], result
    assert result.keys() >= {
        "success", "model_name", "version", "mlflow_version", "model_path", "onnx_path",
        "promoted_to_production", "final_metrics", "test_metrics", "run_name", "timestamp",
        "cpcv_results",
    }  # fmt: skip
    assert Path(result["model_path"]).is_relative_to(tmp_path / "models" / "trained")
    assert Path(result["onnx_path"]).is_file()
    assert result["promoted_to_production"] is False and "below 0.800" in result["promotion_reason"]
    assert orchestrator.model is not before and orchestrator.model is orchestrator.trainer.model
    quick = asyncio.run(orchestrator.quick_train(epochs=1, batch_size=64, learning_rate=1e-3))
    assert quick["success"] and quick["onnx_path"] == ""
    assert quick["model_path"] != result["model_path"]


def test_that_a_failure_is_returned_not_raised(small_dataset: DatasetInfo) -> None:
    orchestrator = old.TrainingOrchestrator(data_config={"dataset": "smal"})
    result = asyncio.run(orchestrator.train_model())
    assert result["success"] is False and "Did you mean 'small'?" in result["error"]
    assert result["run_name"]


def test_that_cross_validation_trains_every_fold_and_pools_them(
    small_dataset: DatasetInfo, tmp_path: Path
) -> None:
    orchestrator = old.TrainingOrchestrator(
        model_config=SMALL,
        trainer_config={"epochs": 1, "batch_size": 64, "learning_rate": 1e-3, "num_threads": 1},
        data_config=DataConfig(dataset=small_dataset.name, label="label_1"),
        cpcv_config={"n_splits": 3, "n_test_splits": 2, "embargo_pct": 0.0},
    )
    result = asyncio.run(orchestrator.train_model(use_cpcv=True, export_onnx=False))
    assert result["success"], result
    cpcv = result["cpcv_results"]
    assert (cpcv["n_splits"], cpcv["n_test_splits"], cpcv["embargo_pct"]) == (3, 2, 0.0)
    assert [fold["fold"] for fold in cpcv["folds"]] == [1, 2, 3] and cpcv["num_folds"] == 3
    assert cpcv["pooled"]["num_samples"] > 2_000 and cpcv["spread"]["test"]["f1"]["count"] == 3
    accuracy = cpcv["pooled"]["accuracy"]
    assert f"test accuracy {accuracy:.3f} is below" in result["promotion_reason"]
    assert Path(result["model_path"]).is_file()
    assert orchestrator.model is orchestrator.trainer.model


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n_split": 6}, "Did you mean 'n_splits'?"),
        ({"n_splits": 13}, "13 is not between 3 and 12"),
        ({"n_test_splits": 5}, "5 is not between 1 and 4"),
        ({"embargo_pct": 0.2}, "0.2 is not between 0 and 0.1"),
        ({"n_splits": 3, "n_test_splits": 3}, "at least one block must be trained on"),
    ],
)
def test_that_wrong_cross_validation_settings_are_answered(
    values: dict[str, float], words: str
) -> None:
    with pytest.raises(ConfigError) as found:
        old.TrainingOrchestrator(cpcv_config=values)
    assert words in str(found.value)
