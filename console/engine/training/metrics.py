"""How good predictions are, from one confusion matrix and a few sums that stay on the device."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

NUM_BINS = 15


@dataclass(frozen=True)
class Scores:
    """Figures of one set of predictions. ``confusion``: rows true, columns predicted, in counts.

    ``precision``, ``recall`` and ``f1`` are macro averages; classes that never occur count as 0.
    ``ece`` uses 15 bins of equal width (Guo et al. 2017); ``brier`` is the sum over classes of the
    squared error; ``nll`` is in nats. ``majority_floor`` is the accuracy of always answering the
    most frequent class, ``dominant_share`` the share of the most predicted one.
    """

    num_samples: int
    accuracy: float
    precision: float
    recall: float
    f1: float
    mcc: float
    balanced_accuracy: float
    class_precision: tuple[float, ...]
    class_recall: tuple[float, ...]
    class_f1: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    majority_floor: float
    dominant_share: float
    ece: float
    brier: float
    nll: float

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        return dataclasses.asdict(self)


class MetricSums:
    """Collects predictions batch by batch without leaving the device."""

    def __init__(self, num_classes: int, device: torch.device) -> None:
        self.num_classes = num_classes
        self.exact = exact = torch.float32 if device.type == "mps" else torch.float64
        self.confusion = torch.zeros(num_classes**2, dtype=torch.int64, device=device)
        self._bins = torch.zeros(3, NUM_BINS, dtype=exact, device=device)
        self._brier_nll = torch.zeros(2, dtype=exact, device=device)

    def add(self, logits_bc: Tensor, labels_b: Tensor) -> None:
        """Count a batch: logits (B, C), labels (B,) int64."""
        log_probs = logits_bc.float().log_softmax(dim=-1)
        probs = log_probs.exp()
        confidence, predicted = probs.max(dim=-1)
        cells = labels_b * self.num_classes + predicted
        self.confusion += torch.bincount(cells, minlength=self.num_classes**2)
        true_probs = probs.gather(1, labels_b.unsqueeze(1)).squeeze(1)
        true_log_probs = log_probs.gather(1, labels_b.unsqueeze(1))
        self._brier_nll[0] += (probs.square().sum(dim=1) - 2.0 * true_probs + 1.0).sum()
        self._brier_nll[1] -= true_log_probs.sum()
        self._add_to_bins(confidence, predicted == labels_b)

    def tensors(self) -> tuple[Tensor, ...]:
        """All sums, to be added up over several processes in place."""
        return self.confusion, self._bins, self._brier_nll

    def scores(self) -> Scores:
        """The figures of all that was added.

        Raises:
            ValueError: nothing was added.
        """
        size = self.num_classes
        rows = self.confusion.view(size, size).tolist()
        total = sum(map(sum, rows))
        if total == 0:
            raise ValueError("no predictions were added")
        per_class = [_class_scores(rows, index) for index in range(size)]
        precision, recall, f1 = zip(*per_class, strict=True)
        true_counts = [sum(row) for row in rows]
        predicted_counts = [sum(column) for column in zip(*rows, strict=True)]
        present = [r for r, count in zip(recall, true_counts, strict=True) if count]
        brier, nll = self._brier_nll.tolist()
        return Scores(
            num_samples=total,
            accuracy=sum(rows[index][index] for index in range(size)) / total,
            precision=sum(precision) / size,
            recall=sum(recall) / size,
            f1=sum(f1) / size,
            mcc=_matthews(rows, true_counts, predicted_counts, total),
            balanced_accuracy=sum(present) / len(present),
            class_precision=precision,
            class_recall=recall,
            class_f1=f1,
            confusion=tuple(tuple(row) for row in rows),
            majority_floor=max(true_counts) / total,
            dominant_share=max(predicted_counts) / total,
            ece=self._calibration_error(total),
            brier=brier / total,
            nll=nll / total,
        )

    def _add_to_bins(self, confidence: Tensor, correct: Tensor) -> None:
        bins = (confidence * NUM_BINS).ceil().long().sub_(1).clamp_(0, NUM_BINS - 1)
        kind = self._bins.dtype
        self._bins[0].index_add_(0, bins, torch.ones_like(confidence, dtype=kind))
        self._bins[1].index_add_(0, bins, confidence.to(kind))
        self._bins[2].index_add_(0, bins, correct.to(kind))

    def _calibration_error(self, total: int) -> float:
        _counts, confidences, corrects = self._bins.tolist()
        gaps = (abs(sure - right) for sure, right in zip(confidences, corrects, strict=True))
        return float(sum(gaps)) / total


def _class_scores(rows: list[list[int]], index: int) -> tuple[float, float, float]:
    hits = rows[index][index]
    actual = sum(rows[index])
    predicted = sum(row[index] for row in rows)
    return (
        hits / predicted if predicted else 0.0,
        hits / actual if actual else 0.0,
        2.0 * hits / (actual + predicted) if actual + predicted else 0.0,
    )


def _matthews(
    rows: list[list[int]], true_counts: list[int], predicted_counts: list[int], total: int
) -> float:
    """The multi-class correlation coefficient (Gorodkin 2004); 0 when it is not defined."""
    hits = sum(rows[index][index] for index in range(len(rows)))
    chance = sum(t * p for t, p in zip(true_counts, predicted_counts, strict=True))
    spread = (total**2 - sum(p * p for p in predicted_counts)) * (
        total**2 - sum(t * t for t in true_counts)
    )
    return (hits * total - chance) / math.sqrt(spread) if spread else 0.0
