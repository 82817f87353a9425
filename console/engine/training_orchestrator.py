"""The old entry point under its old names; everything inside is version 2.

Scripts written for the older system keep working with only their import line changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.core.clock import utc_now
from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.errors import ConsoleError
from console.core.fields import from_plain
from console.core.rundir import RunDir
from console.engine.cpcv import cpcv_results, read_cpcv, with_cpcv
from console.engine.export.exporter import export_run
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.registry.model_registry import Candidate, ModelRegistry
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training_orchestrator_v2 import TrainingOrchestratorV2

HybridCNNLSTM = HybridCNNLSTMv2
ModelTrainer = ModelTrainerV2
ModelConfig = ModelConfigV2
TrainerConfig = TrainerConfigV2

__all__ = [
    "HybridCNNLSTM",
    "ModelConfig",
    "ModelTrainer",
    "OrchestratorConfig",
    "TrainerConfig",
    "TrainingOrchestrator",
    "TrainingOrchestratorV2",
    "get_training_orchestrator",
]


class TrainingOrchestrator:
    """The old API. ``model`` and ``trainer`` exist at once and are the trained ones afterwards.

    ``cpcv_config`` (n_splits, n_test_splits, embargo_pct) is for ``train_model(use_cpcv=True)``.
    Configs may be given as config objects or as dicts; those left out follow the
    ``production_small`` presets.

    Raises:
        ConfigError: an unknown name, or a value outside its limits.
    """

    def __init__(
        self,
        model_config: ModelConfigV2 | Mapping[str, Any] | None = None,
        trainer_config: TrainerConfigV2 | Mapping[str, Any] | None = None,
        data_config: DataConfig | Mapping[str, Any] | None = None,
        balancing_config: BalancingConfig | Mapping[str, Any] | None = None,
        cpcv_config: Mapping[str, Any] | None = None,
    ) -> None:
        self.cpcv = read_cpcv(cpcv_config)
        self.config = OrchestratorConfig(
            model=_as_config(ModelConfigV2, model_config),
            trainer=_as_config(TrainerConfigV2, trainer_config),
            data=_as_config(DataConfig, data_config),
            balancing=_as_config(BalancingConfig, balancing_config),
        )
        self.model = HybridCNNLSTMv2(self.config.model or ModelConfigV2())
        self.trainer = ModelTrainerV2(self.model, self.config.trainer or TrainerConfigV2())

    async def train_model(
        self,
        model_name: str = "hybrid_cnn_lstm",
        run_name: str | None = None,
        export_onnx: bool = True,
        auto_promote: bool = True,
        min_accuracy_for_promotion: float = 0.80,
        use_cpcv: bool = False,
    ) -> dict[str, Any]:
        """Train, export and register a model; with ``use_cpcv``, train every combinatorial fold.

        Promotion is then decided by the judgement over the test windows of all folds, and
        ``cpcv_results`` holds folds, spread and pooled figures; else it is None.

        Returns on success: success, model_name, version, mlflow_version, model_path, onnx_path,
        promoted_to_production, promotion_reason, final_metrics, test_metrics, run_name, timestamp,
        cpcv_results; on failure: success False, error, run_name.
        """
        name = run_name or f"{model_name}-{utc_now()}"
        try:
            config = with_cpcv(self.config, self.cpcv) if use_cpcv else self.config
            result = await self._train(config, name)
            answer = self._finish(
                result, model_name, name, export_onnx, auto_promote, min_accuracy_for_promotion
            )
            folds = cpcv_results(self.cpcv, result) if use_cpcv else None
            return {**answer, "cpcv_results": folds}
        except ConsoleError as error:
            return {"success": False, "error": str(error), "run_name": name}

    async def quick_train(
        self, epochs: int = 50, batch_size: int = 64, learning_rate: float = 0.001
    ) -> dict[str, Any]:
        """``train_model`` with these three settings, without export to ONNX and promotion."""
        trainer = dataclasses.replace(
            self.config.trainer or TrainerConfigV2(),
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
        )
        quick = TrainingOrchestrator.__new__(TrainingOrchestrator)
        quick.config = dataclasses.replace(self.config, trainer=trainer)
        quick.model, quick.trainer, quick.cpcv = self.model, self.trainer, self.cpcv
        result = await quick.train_model(export_onnx=False, auto_promote=False)
        self.model, self.trainer = quick.model, quick.trainer
        return result

    async def _train(self, config: OrchestratorConfig, run_name: str) -> dict[str, Any]:
        orchestrator = TrainingOrchestratorV2(dataclasses.replace(config, experiment_name=run_name))
        result = await orchestrator.run_training()
        if result["status"] == "error":
            raise ConsoleError(result["error"])
        if orchestrator.trainer is not None:
            assert isinstance(orchestrator.trainer.model, HybridCNNLSTMv2)
            self.trainer, self.model = orchestrator.trainer, orchestrator.trainer.model
        return result

    def _finish(
        self,
        result: dict[str, Any],
        model_name: str,
        run_name: str,
        export_onnx: bool,
        auto_promote: bool,
        min_accuracy: float,
    ) -> dict[str, Any]:
        saved, model_path = result["save_results"], Path(result["model_path"])
        onnx_path = ""
        if export_onnx:
            onnx_path = str(model_path.with_suffix(".onnx"))
            export_run(RunDir(Path(result["run_dir"])), "onnx", Path(onnx_path))
        stats, metrics = result["data_stats"], saved["metrics"]
        candidate = Candidate(
            model_name, saved["version"], str(model_path), metrics,
            f"{stats['fingerprint']}:{metrics.get('num_samples', stats['test_windows'])}",
        )  # fmt: skip
        decision = ModelRegistry(model_path.parent.parent).register(
            candidate, promote=auto_promote, min_accuracy=min_accuracy
        )
        return {
            "success": True, "model_name": model_name, "version": saved["version"],
            "mlflow_version": result.get("mlflow_run_id"), "model_path": str(model_path),
            "onnx_path": onnx_path, "promoted_to_production": decision.promoted,
            "promotion_reason": decision.reason,
            "final_metrics": result["training_results"]["final_metrics"],
            "test_metrics": result["test_metrics"], "run_name": run_name,
            "timestamp": result["end_time"],
        }  # fmt: skip


_singleton: TrainingOrchestrator | None = None


def get_training_orchestrator(
    model_config: ModelConfigV2 | Mapping[str, Any] | None = None,
    trainer_config: TrainerConfigV2 | Mapping[str, Any] | None = None,
    data_config: DataConfig | Mapping[str, Any] | None = None,
    balancing_config: BalancingConfig | Mapping[str, Any] | None = None,
    cpcv_config: Mapping[str, Any] | None = None,
    *,
    force_new: bool = False,
) -> TrainingOrchestrator:
    """The shared orchestrator; a fresh one with ``force_new`` or when any config is given."""
    global _singleton
    given = (model_config, trainer_config, data_config, balancing_config, cpcv_config)
    if _singleton is None or force_new or any(config is not None for config in given):
        _singleton = TrainingOrchestrator(*given)
    return _singleton


def _as_config(config_class: type[Any], value: Any) -> Any:
    return from_plain(config_class, value) if isinstance(value, Mapping) else value
