"""How many bytes a window of a flattened network takes while training, in a process of its own:
one that has worked before has free memory to hand and would show no growth.

usage: window_memory.py [--recompute]
"""

from __future__ import annotations

import sys

import torch

from console.core.configs import ModelConfigV2
from console.engine.estimate.batch_memory import measure_batches
from console.engine.estimate.memory import PeakMemory
from console.engine.models.hybrid_cnn_lstm_v2 import HybridCNNLSTMv2
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.rehearsal import rehearse
from tests.engine.training.small_training import FEATURES, ROWS, make_config, make_source

FREE_BYTES = 64 * 10**9


def main() -> None:
    """Measure and print."""
    torch.manual_seed(0)
    model = ModelConfigV2(
        input_features=FEATURES, sequence_length=ROWS, cnn_layout="flattened",
        cnn_channels=(512, 512), cnn_kernel_sizes=(3, 3), pooling=(False, True), lstm_hidden=4,
        lstm_layers=1, attention_heads=1, use_gradient_checkpointing="--recompute" in sys.argv,
    )  # fmt: skip
    trainer = ModelTrainerV2(HybridCNNLSTMv2(model), make_config(batch_size=256))
    with rehearse(trainer, make_source(0, 327), make_source(327, 500)) as rehearsal:
        print(measure_batches(rehearsal, PeakMemory(), FREE_BYTES).sample_bytes)


if __name__ == "__main__":
    main()
