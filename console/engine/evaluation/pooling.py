"""One judgement over the test windows of all folds, from counts that are added up.

Macro F1 of the pool comes from the pooled confusion matrix; the mean of the folds' F1s would weigh
a fold of few windows like one of many (Forman and Scholz 2010, "Apples-to-apples in
cross-validation studies"). A window that several folds test counts once: its probabilities are
averaged over them first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch

from console.core.datasets import CLASS_NAMES
from console.engine.evaluation.predictions import PROBABILITIES
from console.engine.training.metrics import MetricSums, Scores

SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Pooled:
    """The pool: scores of all windows, and how it came about.

    ``num_predictions`` counts the folds' predictions, ``scores.num_samples`` the windows;
    ``num_relabelled`` windows had other labels in other folds, where the label rule is fitted on
    the training part, and keep that of the last fold. Persistence answers with the newest label of
    the same symbol whose outcome was known when the window ended.
    """

    scores: Scores
    num_folds: int
    num_predictions: int
    num_relabelled: int
    persistence: Scores | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        floor = self.persistence
        return {
            **self.scores.to_dict(), "num_folds": self.num_folds,
            "num_predictions": self.num_predictions, "num_relabelled": self.num_relabelled,
            "persistence_floor": floor.accuracy if floor else None,
            "persistence_f1": floor.f1 if floor else None,
            "persistence_mcc": floor.mcc if floor else None,
            "persistence_windows": floor.num_samples if floor else 0,
        }  # fmt: skip


def pool(folds: Sequence[pl.DataFrame], horizon_rows: int) -> Pooled:
    """Judge the predictions of all ``folds`` (see ``write_predictions``) as one.

    ``horizon_rows`` is how many rows ahead the label looks.
    """
    together = pl.concat(
        fold.with_columns(fold=pl.lit(place, pl.Int32)) for place, fold in enumerate(folds)
    ).sort("row", "fold")
    windows = together.group_by("row", maintain_order=True).agg(
        pl.col("symbol").last(), pl.col("label").last(),
        (pl.col("label").n_unique() > 1).alias("relabelled"),
        *(pl.col(name).cast(pl.Float64).mean() for name in PROBABILITIES),
    )  # fmt: skip
    probabilities = windows.select(PROBABILITIES).to_numpy()
    labels = windows["label"].to_numpy().astype(np.int64)
    return Pooled(
        scores=scores_of(probabilities, labels),
        num_folds=len(folds),
        num_predictions=len(together),
        num_relabelled=int(windows["relabelled"].sum()),
        persistence=_persistence(windows, horizon_rows),
    )


def scores_of(probabilities: np.ndarray, labels: np.ndarray) -> Scores:
    """Scores of probabilities (N, 3) against labels (N,)."""
    sums = MetricSums(len(CLASS_NAMES), torch.device("cpu"))
    shares = np.maximum(probabilities, SMALLEST)
    sums.add(torch.from_numpy(np.log(shares)), torch.from_numpy(labels))
    return sums.scores()


def _persistence(windows: pl.DataFrame, horizon_rows: int) -> Scores | None:
    """How good it is to answer with the newest known label; None where none is ever known."""
    known = windows.select(
        "symbol", pl.col("row") + horizon_rows, pl.col("label").alias("newest")
    )  # a label is known when the rows it looks at have passed
    pairs = windows.select("symbol", "row", "label").join_asof(
        known, on="row", by="symbol", strategy="backward", check_sortedness=False
    )
    pairs = pairs.drop_nulls("newest")
    if pairs.is_empty():
        return None
    answers = np.eye(len(CLASS_NAMES))[pairs["newest"].to_numpy()]
    return scores_of(answers, pairs["label"].to_numpy().astype(np.int64))
