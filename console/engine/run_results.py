"""The parts of a run's result: data figures, training figures, the saved model."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from console.core.files import write_json_atomic
from console.core.rundir import RunDir
from console.engine.data.prepare import PreparedData
from console.engine.data.rows import MarketRows
from console.engine.export.exporter import export_run
from console.engine.training.model_trainer_v2 import ModelTrainerV2

MODEL_NAME = "hybrid_cnn_lstm"
FEW_SAMPLES_PER_PARAMETER = 0.1
STRONG_IMBALANCE = 3.0


def data_stats(rows: MarketRows, prepared: PreparedData) -> dict[str, Any]:
    """Which rows the run uses and what became of them."""
    return {**prepared.summary, "fingerprint": rows.fingerprint}


def data_analysis(prepared: PreparedData, trainer: ModelTrainerV2) -> dict[str, Any]:
    """Samples against parameters, and what follows from them."""
    counts = prepared.train.class_counts()
    parameters = sum(parameter.numel() for parameter in trainer.model.parameters())
    samples, batch = len(prepared.train), trainer.config.batch_size
    imbalance = max(counts) / max(min(counts), 1)
    analysis = {
        "total_samples": samples + len(prepared.validation) + len(prepared.test),
        "num_classes": len(counts),
        "class_distribution": list(counts),
        "imbalance_ratio": imbalance,
        "estimated_params": parameters,
        "samples_per_param": samples / parameters,
        "train_batches": math.ceil(prepared.train.num_samples / batch),
        "val_batches": math.ceil(len(prepared.validation) / batch),
    }
    return {**analysis, "recommendations": _recommendations(samples / parameters, imbalance)}


def training_results(trainer: ModelTrainerV2) -> dict[str, Any]:
    """How the training went; ``best_metrics`` are those of the epoch whose weights are kept."""
    history = [metrics.to_dict() for metrics in trainer.history]
    best = next((m for m in history if m["epoch"] == trainer.best_epoch), {})
    return {
        "epochs_trained": len(history),
        "stop_reason": trainer.stop_reason,
        "best_epoch": trainer.best_epoch,
        "best_val_loss": trainer.best_val_loss,
        "best_val_f1": trainer.best_val_f1,
        "best_metrics": best,
        "final_metrics": history[-1] if history else {},
        "history": history,
    }


def save_model(run: RunDir, output_dir: Path, trainer: ModelTrainerV2) -> dict[str, Any]:
    """Write the best epoch's weights, named after the run so that no two runs ever meet.

    A run stopped before its first checkpoint has nothing to save; its paths are empty.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    metrics = dict(trainer.test_results or {})
    saved = {"model_name": MODEL_NAME, "version": run.id, "metrics": metrics}
    if not trainer.history:
        return {**saved, "model_path": "", "metadata_path": ""}
    return write_model(run, run, output_dir, metrics)


def write_model(
    run: RunDir, source: RunDir, output_dir: Path, metrics: dict[str, Any]
) -> dict[str, Any]:
    """Write the best weights of ``source`` as the model of ``run``, with ``metrics`` beside it.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    saved = {"model_name": MODEL_NAME, "version": run.id, "metrics": metrics}
    folder = output_dir.expanduser().resolve() / MODEL_NAME
    model_path = folder / f"{run.id}.pt"
    result = export_run(source, "pt", model_path)
    metadata_path = folder / f"{run.id}.json"
    content = {**saved, "run": run.id, "sha256": result.sha256, "model_path": str(model_path)}
    write_json_atomic(metadata_path, content)
    return {**saved, "model_path": str(model_path), "metadata_path": str(metadata_path)}


def _recommendations(samples_per_parameter: float, imbalance: float) -> list[str]:
    found = []
    if samples_per_parameter < FEW_SAMPLES_PER_PARAMETER:
        found.append(
            f"Only {samples_per_parameter:.3f} training windows per parameter: take more days, "
            "a smaller model, or stronger regularisation."
        )
    if imbalance > STRONG_IMBALANCE:
        found.append(
            f"The largest class is {imbalance:.1f} times the smallest: use oversampling or class "
            "weights, and judge by macro F1."
        )
    return found
