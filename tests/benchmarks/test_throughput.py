"""Ratios measured in one run, so that a busy or slow machine shifts both sides alike."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from console.core.configs import ModelConfigV2, TrainerConfigV2
from console.core.presets import get_preset
from console.engine.data.windows import WindowSource
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.model_trainer_v2 import ModelTrainerV2

NUM_FEATURES, SEQUENCE_LENGTH, BATCH_SIZE = 110, 60, 256
STEPS_PER_ROUND = 12
ROUNDS = 8


def source(num_windows: int) -> WindowSource:
    generator = np.random.default_rng(0)
    num_rows = num_windows + SEQUENCE_LENGTH - 1
    matrix = generator.standard_normal((num_rows, NUM_FEATURES), dtype=np.float32)
    ends = np.arange(SEQUENCE_LENGTH - 1, num_rows)
    labels = generator.integers(0, 3, num_windows)
    returns = generator.standard_normal(num_windows).astype(np.float32)
    return WindowSource(
        torch.from_numpy(matrix), ends, SEQUENCE_LENGTH, labels, returns, batch_size=BATCH_SIZE
    )


def network(**changes: object) -> HybridCNNLSTMv2:
    torch.manual_seed(0)
    return HybridCNNLSTMv2(ModelConfigV2(input_features=NUM_FEATURES, **changes))


def bare_loop(batches: list[tuple[Tensor, Tensor]]) -> Callable[[], float]:
    """Samples per second of one round: forward, cross-entropy, backward, fused AdamW."""
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)

    def run() -> float:
        begun = time.perf_counter()
        for sequence, label in batches:
            optimizer.zero_grad(set_to_none=True)
            outputs = model(sequence)
            loss = functional.cross_entropy(outputs["direction_logits"], label)
            loss = loss + outputs["confidence"].mean() + outputs["expected_return"].mean()
            loss.backward()
            optimizer.step()
        return len(batches) * BATCH_SIZE / (time.perf_counter() - begun)

    return run


def trainer_loop(config: TrainerConfigV2, model: HybridCNNLSTMv2, windows: int) -> float:
    """Samples per second of one epoch of the real trainer, as it reports it."""
    trainer = ModelTrainerV2(model, config)
    history = trainer.train(source(windows), source(config.batch_size))
    return history[-1].samples_per_second


@pytest.mark.slow
def test_that_the_trainer_keeps_nine_tenths_of_a_bare_loops_throughput() -> None:
    """The best of interleaved rounds on each side: another process can only slow a round down."""
    config = get_preset("trainer", "production_small").config()
    config.epochs = 1
    windows = STEPS_PER_ROUND * BATCH_SIZE
    run_bare = bare_loop([(batch["sequence"], batch["label"]) for batch in source(windows)])
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(run_bare())
        ours.append(trainer_loop(config, network(), windows))
    print(f"bare loop {max(bare):.0f}, trainer {max(ours):.0f} samples/s")
    assert max(ours) >= 0.90 * max(bare), (bare, ours)


@pytest.mark.slow
def test_that_the_temporal_layout_trains_a_hundred_times_as_fast_as_the_flattened_one() -> None:
    config = get_preset("trainer", "production_small").config()
    config.epochs = 1
    temporal = max(trainer_loop(config, network(), 4 * BATCH_SIZE) for _ in range(3))
    config.batch_size = 8
    flattened = trainer_loop(config, network(cnn_layout="flattened"), 16)
    print(f"temporal {temporal:.0f}, flattened {flattened:.1f} samples/s")
    assert temporal >= 100 * flattened
