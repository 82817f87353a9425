"""Training from rows on disk: exact resume, and the same judgement as in memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from console.engine.training.evaluation import evaluate
from console.engine.training.feeds import Feed
from console.engine.training.losses import MultiTaskLoss
from tests.engine.training.small_training import (
    Recorder,
    assert_same_weights,
    make_config,
    make_model,
    make_source,
    make_training,
    reproducible,
)

BUSY = {"mixup_prob": 0.5, "gaussian_noise_std": 0.05, "gradient_accumulation_steps": 2}
REPO = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("step", [1, 4, 9])
def test_that_a_training_from_disk_resumes_exactly_within_an_epoch(
    step: int, tmp_path: Path
) -> None:
    whole = make_training(oversample=True, disk=tmp_path / "a", **BUSY)
    expected = whole.run()
    folder = tmp_path / "checkpoints"
    recorder = Recorder({step: [{"command": "stop_now"}]})
    make_training(folder, recorder, oversample=True, disk=tmp_path / "b", **BUSY).run()
    resumed = make_training(folder, oversample=True, disk=tmp_path / "c", **BUSY)
    assert reproducible(resumed.run(resume=True)) == reproducible(expected)
    assert_same_weights(resumed.weights, whole.weights)
    assert resumed.trainer.test_results == whole.trainer.test_results
    assert not [t for t in threading.enumerate() if t.name == "block-reader"]


def test_that_a_killed_training_from_disk_goes_on_exactly(tmp_path: Path) -> None:
    changes = {**BUSY, "disk": str(tmp_path / "rows")}
    whole = make_training(**changes)
    whole.run()
    folder = tmp_path / "checkpoints"
    command = [sys.executable, "-m", "tests.engine.training.child_training", str(folder)]
    child = subprocess.Popen(
        [*command, json.dumps(changes)], cwd=REPO, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "step 8":  # three steps into the second epoch
            child.send_signal(signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    resumed = make_training(folder, **changes)
    assert reproducible(resumed.run(resume=True)) == reproducible(whole.trainer.history)
    assert_same_weights(resumed.weights, whole.weights)


def test_that_the_same_weights_are_judged_alike_from_disk_and_from_memory(tmp_path: Path) -> None:
    model, config = make_model(), make_config()
    criterion = MultiTaskLoss(config)
    found = []
    for disk in (None, tmp_path):
        feed = Feed(
            make_source(327, 700, disk=disk), name="test", batch_size=50, num_classes=3,
            device=torch.device("cpu"),
        )  # fmt: skip
        loss, scores = evaluate(model, feed, criterion, num_classes=3, device=torch.device("cpu"))
        found.append((loss, scores.to_dict()))
    assert found[0] == found[1]
