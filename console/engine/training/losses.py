"""The losses of the three heads, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from console.core.configs import TrainerConfigV2

_EDGE = 1e-7


@dataclass(frozen=True)
class MixedTargets:
    """Targets of a batch, mixed with those of a second batch by MixUp (Zhang et al. 2018).

    Without MixUp ``share`` is 1 and ``second`` is None. Labels (B,) int64; returns (B,) or None.
    """

    first: Tensor
    returns: Tensor | None = None
    share: float = 1.0
    second: Tensor | None = None
    second_returns: Tensor | None = None


def focal_loss(
    logits_bc: Tensor,
    labels_b: Tensor,
    *,
    gamma: float,
    smoothing: float = 0.0,
    class_weights: Tensor | None = None,
) -> Tensor:
    """Focal loss over smoothed targets, a scalar (Lin et al. 2017, eq. 5).

    Sum over classes of q_c * w_c * (1 - p_c)^gamma * (-log p_c), with q the one-hot target
    smoothed by ``smoothing`` / C. As in PyTorch's cross-entropy, the batch mean is weighted by
    w of the true class; with gamma 0 both are equal.
    """
    log_probs = functional.log_softmax(logits_bc, dim=-1)
    terms = -log_probs
    if gamma > 0:
        # 1 - p through expm1 keeps its digits, and its gradient, when p is close to 1
        remainder = (-torch.expm1(log_probs)).clamp_min(torch.finfo(log_probs.dtype).tiny)
        terms = terms * remainder.pow(gamma)
    if class_weights is not None:
        terms = terms * class_weights
    true_terms = terms.gather(1, labels_b.unsqueeze(1)).squeeze(1)
    losses = (1.0 - smoothing) * true_terms + smoothing * terms.mean(dim=1)
    if class_weights is None:
        return losses.mean()
    return losses.sum() / class_weights.index_select(0, labels_b).sum()


def confidence_loss(confidence_b: Tensor, logits_bc: Tensor, labels_b: Tensor) -> Tensor:
    """Binary cross-entropy of the confidence against "was the direction right", a scalar.

    The target carries no gradient: the direction head is not rewarded for being sure. PyTorch's
    own function aborts the process on a GPU when it meets NaN, before our check can explain it.
    """
    was_right = logits_bc.detach().argmax(dim=-1) == labels_b
    sure = confidence_b.clamp(_EDGE, 1.0 - _EDGE)
    return -torch.where(was_right, sure, 1.0 - sure).log().mean()


def return_loss(predicted_b: Tensor, returns_b: Tensor | None, scale: float) -> Tensor:
    """Smooth L1 between the prediction and return / ``scale``, over the known returns; a scalar.

    Unknown returns are NaN; when none is known the loss is 0.
    """
    if returns_b is None:
        return predicted_b.sum() * 0.0
    known = torch.isfinite(returns_b)
    target = torch.where(known, returns_b, 0.0).to(predicted_b.dtype) / scale
    losses = functional.smooth_l1_loss(predicted_b, target, reduction="none")
    return (losses * known).sum() / known.sum().clamp_min(1)


class MultiTaskLoss(nn.Module):
    """Weighted sum of direction, confidence and return losses, of one or two mixed targets."""

    class_weights: Tensor | None

    def __init__(
        self,
        config: TrainerConfigV2,
        class_weights: Sequence[float] | Tensor | None = None,
        return_scale: float = 1.0,
    ) -> None:
        super().__init__()
        if not return_scale > 0:
            raise ValueError(f"return_scale must be positive, not {return_scale}")
        self.gamma = config.focal_gamma if config.use_focal_loss else 0.0
        self.smoothing = config.label_smoothing
        self.weights = (
            config.direction_loss_weight,
            config.confidence_loss_weight,
            config.return_loss_weight,
        )
        self.return_scale = return_scale
        weights = None if class_weights is None else torch.as_tensor(class_weights).float()
        self.register_buffer("class_weights", weights)

    def forward(self, outputs: Mapping[str, Tensor], targets: MixedTargets) -> Tensor:
        """The total loss of a batch, a scalar, computed in float32."""
        loss = self._of(outputs, targets.first, targets.returns)
        if targets.second is None:
            return loss
        other = self._of(outputs, targets.second, targets.second_returns)
        return targets.share * loss + (1.0 - targets.share) * other

    def _of(self, outputs: Mapping[str, Tensor], labels: Tensor, returns: Tensor | None) -> Tensor:
        logits = outputs["direction_logits"].float()
        direction, confidence, expected = self.weights
        total = direction * focal_loss(
            logits, labels, gamma=self.gamma, smoothing=self.smoothing,
            class_weights=self.class_weights,
        )  # fmt: skip
        if confidence > 0:
            sure = outputs["confidence"].float().squeeze(-1)
            total = total + confidence * confidence_loss(sure, logits, labels)
        if expected > 0:
            predicted = outputs["expected_return"].float().squeeze(-1)
            total = total + expected * return_loss(predicted, returns, self.return_scale)
        return total


def num_right(logits_bc: Tensor, targets: MixedTargets) -> Tensor:
    """How many predictions agree with their target, in the shares of a mixed batch; a scalar."""
    predicted = logits_bc.detach().argmax(dim=-1)
    right = (predicted == targets.first).sum()
    if targets.second is None:
        return right
    return targets.share * right + (1.0 - targets.share) * (predicted == targets.second).sum()
