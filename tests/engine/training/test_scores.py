from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from console.engine.training.metrics import NUM_BINS, MetricSums, Scores

CPU = torch.device("cpu")


def scored(logits: torch.Tensor, labels: torch.Tensor, batch_size: int = 50) -> Scores:
    sums = MetricSums(3, CPU)
    for part, truth in zip(logits.split(batch_size), labels.split(batch_size), strict=True):
        sums.add(part, truth)
    return sums.scores()


def predictions(seed: int = 0, count: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 3, (count,), generator=generator)
    logits = torch.randn(count, 3, generator=generator)
    return logits + torch.nn.functional.one_hot(labels, 3), labels


@given(seed=st.integers(0, 1000), count=st.integers(1, 300))
def test_that_scores_agree_with_scikit_learn(seed: int, count: int) -> None:
    logits, labels = predictions(seed, count)
    ours, truth, guess = scored(logits, labels), labels.numpy(), logits.argmax(1).numpy()
    options = {"labels": [0, 1, 2], "zero_division": 0}
    assert ours.num_samples == count
    assert ours.accuracy == pytest.approx(reference.accuracy_score(truth, guess))
    assert np.array_equal(
        ours.confusion, reference.confusion_matrix(truth, guess, labels=[0, 1, 2])
    )
    for name, score in (
        ("precision", reference.precision_score),
        ("recall", reference.recall_score),
        ("f1", reference.f1_score),
    ):
        assert getattr(ours, name) == pytest.approx(score(truth, guess, average="macro", **options))
        per_class = score(truth, guess, average=None, **options)
        assert getattr(ours, f"class_{name}") == pytest.approx(per_class)
    recalls = [(guess[truth == c] == c).mean() for c in range(3) if (truth == c).any()]
    assert ours.balanced_accuracy == pytest.approx(np.mean(recalls))
    probs = logits.double().softmax(1).numpy()
    assert ours.nll == pytest.approx(reference.log_loss(truth, probs, labels=[0, 1, 2]), rel=1e-4)
    one_hot = np.eye(3)[truth]
    assert ours.brier == pytest.approx(((probs - one_hot) ** 2).sum(1).mean(), rel=1e-4)


@given(seed=st.integers(0, 100))
def test_that_the_correlation_agrees_with_scikit_learn(seed: int) -> None:
    logits, labels = predictions(seed)
    expected = reference.matthews_corrcoef(labels.numpy(), logits.argmax(1).numpy())
    assert scored(logits, labels).mcc == pytest.approx(expected)


def test_that_the_calibration_error_follows_its_definition() -> None:
    logits, labels = predictions()
    probs = logits.softmax(1).numpy()
    sure, right = probs.max(1), probs.argmax(1) == labels.numpy()
    edges = np.linspace(0, 1, NUM_BINS + 1)
    by_hand = 0.0
    for low, high in itertools.pairwise(edges):
        inside = (sure > low) & (sure <= high)
        if inside.any():
            by_hand += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    assert scored(logits, labels).ece == pytest.approx(by_hand, rel=1e-4)


def test_that_a_single_answer_is_seen_as_such() -> None:
    labels = torch.tensor([1] * 70 + [0] * 20 + [2] * 10)
    ours = scored(torch.tensor([[0.0, 9.0, 0.0]]).repeat(100, 1), labels)
    assert ours.dominant_share == 1.0
    assert ours.majority_floor == ours.accuracy == 0.7
    assert ours.mcc == 0.0
    assert ours.class_f1[0] == ours.class_f1[2] == 0.0


def test_that_scores_do_not_depend_on_how_samples_were_batched() -> None:
    logits, labels = predictions()
    assert scored(logits, labels, 7).confusion == scored(logits, labels, 400).confusion
    assert scored(logits, labels, 7).f1 == scored(logits, labels, 400).f1


def test_that_no_predictions_are_not_scored() -> None:
    with pytest.raises(ValueError, match="no predictions"):
        MetricSums(3, CPU).scores()
