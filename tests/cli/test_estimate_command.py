"""``estimate``: the answer is complete, leaves nothing behind, and refuses what cannot fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command

SMALL = (
    "estimate", "--data", "sample", "--set", "data.days=3", "--set", "trainer.num_threads=1",
    "--set", "model.cnn_channels=8,8", "--set", "model.cnn_kernel_sizes=3,3", "--set",
    "model.lstm_hidden=8", "--set", "model.sequence_length=20",
)  # fmt: skip
KEYS = {
    "status", "fits", "seconds_per_epoch", "seconds_per_epoch_range", "epochs",
    "total_seconds_range", "samples_per_second", "peak_memory_bytes", "memory_available_bytes",
    "checkpoint_bytes", "checkpoints_kept", "disk_bytes", "disk_free_bytes", "threads",
    "threads_timed", "batch_size", "device", "num_parameters", "windows", "compile", "problems",
    "notes", "num_trainings", "gpu_peak_bytes",
}  # fmt: skip


def test_that_an_estimate_answers_everything_and_leaves_nothing(
    cli: Command, tmp_path: Path
) -> None:
    answer = cli(*SMALL, "--epochs", 30, "--patience", 4, "--json")
    assert answer.code == 0, answer.out
    result = answer.result
    assert result.keys() == KEYS
    assert result["status"] == "estimated"
    assert result["fits"] is True
    assert result["problems"] == []
    low, high = result["seconds_per_epoch_range"]
    assert 0 < low <= result["seconds_per_epoch"] <= high
    shortest, longest = result["total_seconds_range"]
    assert 5 * low <= shortest < longest
    assert longest >= 30 * high
    assert result["windows"].keys() == {"train", "validation", "test"}
    assert result["peak_memory_bytes"] > 100_000_000
    assert result["checkpoint_bytes"] > 12 * result["num_parameters"]  # weights and two moments
    assert result["disk_bytes"] == result["checkpoints_kept"] * result["checkpoint_bytes"]
    assert (result["threads"], result["threads_timed"]) == (1, [])
    stages = [line["progress"]["message"] for line in answer.lines if "progress" in line]
    assert stages == ["load", "memory", "threads", "speed"]
    assert list((tmp_path / "workspace" / "runs").iterdir()) == []
    people = cli(*SMALL, "--epochs", 30)
    assert people.code == 0
    assert "An epoch takes" in people.out and "Memory at its peak" in people.out


def test_that_a_wrong_dataset_or_setting_is_said_as_train_says_it(cli: Command) -> None:
    missing = cli("estimate", "--data", "nothing", "--json")
    assert missing.code == 1
    assert missing.result["error"]["type"] == "DataError"
    wrong = cli("estimate", "--data", "sample", "--set", "trainer.epochs=0", "--json")
    assert wrong.code == 2


@pytest.mark.parametrize("device", ["cuda:7", "mps"])
def test_that_a_device_that_is_not_here_is_an_error_with_what_is(cli: Command, device: str) -> None:
    answer = cli(*SMALL, "--device", device, "--json")
    assert answer.code == 1
    assert f"The device '{device}' is not available here" in answer.result["error"]["message"]
