"""The rules about learning fire on trainings that are really ill, and on no healthy one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import torch

from console.core.diagnosis import Diagnosis
from console.core.doctor import Doctor
from console.core.events import Event
from console.core.files import jsonable
from console.engine.data.windows import WindowSource
from console.engine.training.model_trainer_v2 import ModelTrainerV2, TrainingHooks
from tests.engine.training.small_training import FEATURES, ROWS, make_config, make_model

NUM_WINDOWS = 400


def windows(
    seed: int = 0, *, labels: str = "drift", count: int = NUM_WINDOWS, gaps: bool = False
) -> WindowSource:
    """Windows whose labels follow the features, are random, or are all HOLD."""
    generator = np.random.default_rng(seed)
    matrix = generator.standard_normal((count + ROWS - 1, FEATURES), dtype=np.float32)
    drift = matrix[:, 0] + matrix[:, 1]
    ends = np.arange(ROWS - 1, len(matrix))
    classes = np.digitize(drift, [-0.6, 0.6])[ends]
    if labels == "random":
        classes = generator.integers(0, 3, len(ends))
    elif labels == "hold":
        classes = np.ones(len(ends), dtype=int)
    if gaps:
        matrix[::60] = np.nan
    return WindowSource(torch.from_numpy(matrix), ends, ROWS, classes, drift[ends] * 1e-4)


def diagnose(
    train: WindowSource, validation: WindowSource, *, model: Mapping[str, Any] | None = None,
    **changes: Any,
) -> list[Diagnosis]:  # fmt: skip
    """Train, and everything that the doctor tells of it."""
    config = make_config(**changes)
    doctor, told = Doctor(config), []

    def emit(kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        now = datetime.now(UTC).isoformat()
        told.extend(doctor.apply(Event(kind, "", 1, 1, now, epoch, step, jsonable(dict(data)))))

    trainer = ModelTrainerV2(
        make_model(**(model or {})), config, hooks=TrainingHooks(emit, list, int),
        return_scale=1e-4,
    )  # fmt: skip
    trainer.train(train, validation)
    return told


def codes(told: list[Diagnosis]) -> set[str]:
    return {diagnosis.code for diagnosis in told if diagnosis.active}


def test_that_a_training_that_learns_troubles_nobody() -> None:
    told = diagnose(windows(0), windows(1), epochs=12)
    assert [diagnosis for diagnosis in told if diagnosis.level != "info"] == []


def test_that_a_huge_learning_rate_is_noticed() -> None:
    told = diagnose(
        windows(0), windows(1), epochs=12, learning_rate=0.1, scheduler_type="constant",
        grad_clip_value=0.0,
    )  # fmt: skip
    assert codes(told) & {"learning_rate_exploding", "gradient_exploding", "loss_oscillating"}
    worst = next(d for d in told if "explod" in d.code or "oscill" in d.code)
    assert worst.action.name == "learning_rate" and worst.action.value < 0.1


def test_that_a_tiny_learning_rate_is_noticed() -> None:
    told = diagnose(
        windows(0), windows(1), epochs=15, learning_rate=1e-7, scheduler_type="constant"
    )
    assert "learning_rate_dead" in codes(told)


def test_that_labels_of_one_class_are_noticed() -> None:
    told = diagnose(windows(0, labels="hold"), windows(1, labels="hold"), epochs=2)
    assert codes(told) == {"one_class_labels"}


def test_that_learning_by_heart_is_noticed() -> None:
    told = diagnose(
        windows(0, labels="random", count=64), windows(1, labels="random"), epochs=40,
        learning_rate=1e-2, use_augmentation=False, label_smoothing=0.0, scheduler_type="constant",
        early_stopping_patience=0, model={"dropout": 0.0, "lstm_dropout": 0.0, "lstm_hidden": 16},
    )  # fmt: skip
    assert "overfit" in codes(told)


def test_that_values_that_are_no_numbers_are_noticed() -> None:
    told = diagnose(
        windows(0, gaps=True), windows(1), epochs=2, batch_size=8, non_finite_policy="skip",
        max_skipped_steps=1000,
    )  # fmt: skip
    assert "skipped_steps" in codes(told)
    assert next(d for d in told if d.code == "skipped_steps").cause.startswith("Single windows")


@pytest.mark.parametrize("grace", [2, 13])
def test_that_a_collapse_is_noticed_after_its_grace(grace: int) -> None:
    class Stubborn(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = make_model()
            self.config = self.inner.config
            self.bias = torch.tensor([0.0, 30.0, 0.0])

        def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            outputs = self.inner(x)
            return {**outputs, "direction_logits": outputs["direction_logits"] + self.bias}

    config = make_config(epochs=12, batch_size=8, collapse_grace_epochs=grace)
    doctor, told = Doctor(config), []

    def emit(kind: str, epoch: int, step: int, data: Mapping[str, Any]) -> None:
        told.extend(doctor.apply(Event(kind, "", 1, 1, "", epoch, step, jsonable(dict(data)))))

    trainer = ModelTrainerV2(Stubborn(), config, hooks=TrainingHooks(emit, list, int))
    trainer.train(windows(0), windows(1))
    assert ("class_collapse" in codes(told)) is (grace == 2)
