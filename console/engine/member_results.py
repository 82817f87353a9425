"""What a run of several trainings adds up to: spread, pooled judgement, and the model to keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from console.core.rundir import RunDir
from console.engine.evaluation.pooling import Pooled, pool
from console.engine.evaluation.predictions import read_predictions
from console.engine.evaluation.spread import spread
from console.engine.run_members import Member
from console.engine.run_plan import RunPlan
from console.engine.run_results import MODEL_NAME, write_model

Why = Literal["best_validation", "newest_data", "stopped"]
_KEPT = ("data_stats", "data_analysis", "training_results", "best_metrics", "test_metrics")


@dataclass(frozen=True)
class MemberResult:
    """One training that has ended, or was stopped, with its ``result.json``."""

    member: Member
    run: RunDir
    result: dict[str, Any]
    finished: bool

    @property
    def best_metrics(self) -> dict[str, Any]:
        """The figures of its best epoch; empty when it was stopped before its first."""
        return dict(self.result.get("best_metrics") or {})

    @property
    def test_metrics(self) -> dict[str, Any]:
        """How it did on its test windows; empty when it was stopped."""
        return dict(self.result.get("test_metrics") or {})

    def to_plain(self) -> dict[str, Any]:
        """One entry of ``members`` in the result of the whole run."""
        training = self.result["training_results"]
        return {
            **self.member.to_plain(), "state": "finished" if self.finished else "stopped",
            "stop_reason": training["stop_reason"], "epochs_trained": training["epochs_trained"],
            "best_epoch": training["best_epoch"], "best_metrics": self.best_metrics,
            "test_metrics": self.test_metrics,
            "days": self.result["data_stats"].get("part_days", {}),
        }  # fmt: skip


def choose_member(results: Sequence[MemberResult], plan: RunPlan) -> tuple[MemberResult, Why]:
    """The training whose model is kept, and why.

    Of several seeds, the one with the best validation figure: test figures never choose. Of folds,
    the one that trains on the newest data: the last, or, where folds leave blocks out to test
    them (combinatorial), the first, which tests the oldest.
    """
    finished = [result for result in results if result.finished]
    if not finished:
        return results[-1], "stopped"
    if finished[0].member.kind == "seed":
        return max(finished, key=lambda result: _validation_figure(result, plan)), "best_validation"
    newest_first = plan.data.split_method == "combinatorial"
    return finished[0 if newest_first else -1], "newest_data"


def pooled_judgement(results: Sequence[MemberResult]) -> Pooled | None:
    """The test windows of all finished folds judged as one; None where there are none.

    Raises:
        RunError: the predictions of a fold cannot be read.
    """
    judged = [result for result in results if result.finished and result.test_metrics]
    if not judged or judged[0].member.kind != "fold":
        return None
    horizon = int(judged[-1].result["data_stats"]["label"]["horizon_rows"])
    return pool([read_predictions(result.run.path) for result in judged], horizon)


def whole_result(
    run: RunDir,
    output_dir: Path,
    plan: RunPlan,
    results: Sequence[MemberResult],
    pooled: Pooled | None,
    *,
    stopped: bool,
) -> dict[str, Any]:
    """The result of the whole run: that of the chosen training, with what only several tell.

    Raises:
        ExportError, WorkspaceError: the model cannot be written.
    """
    chosen, why = choose_member(results, plan)
    finished = [result.result for result in results if result.finished]
    metrics = pooled.to_dict() if pooled else chosen.test_metrics
    saved: dict[str, Any] = {"model_name": MODEL_NAME, "version": run.id, "metrics": metrics}
    saved |= {"model_path": "", "metadata_path": ""}
    if chosen.best_metrics:
        saved = write_model(run, chosen.run, output_dir, metrics)
    result = {
        "status": "stopped" if stopped else "success",
        **{name: chosen.result.get(name) for name in _KEPT},
        "save_results": saved,
        "model_path": saved["model_path"],
        "mlflow_run_id": chosen.result.get("mlflow_run_id", ""),
        "members": [entry.to_plain() for entry in results],
        "members_planned": chosen.member.total,
        "chosen_member": chosen.run.path.name,
        "chosen": {"index": chosen.member.index, "name": chosen.member.name, "why": why},
        "spread": spread(finished) if finished else None,
        "pooled": pooled.to_dict() if pooled else None,
    }
    reason = "stopped" if stopped else "all_members"
    result["training_results"] = {**chosen.result["training_results"], "stop_reason": reason}
    return result


def _validation_figure(result: MemberResult, plan: RunPlan) -> float:
    """The figure that chose its best epoch, turned so that larger is better."""
    name = plan.trainer.early_stopping_metric
    value = result.best_metrics.get(name)
    if value is None or not math.isfinite(value):
        return -math.inf
    return -float(value) if name == "val_loss" else float(value)
