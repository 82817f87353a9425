"""A resumed training equals the uninterrupted one, byte for byte."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from console.core.checkpoints import list_checkpoints
from console.core.errors import CheckpointError
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from tests.engine.training.small_training import (
    Recorder,
    Training,
    assert_same_weights,
    make_config,
    make_model,
    make_source,
    make_training,
    reproducible,
)

EVERYTHING = {
    "mixup_prob": 0.5, "gaussian_noise_std": 0.05, "time_mask_ratio": 0.2,
    "feature_dropout_ratio": 0.1, "gradient_accumulation_steps": 3, "use_class_weights": True,
}  # fmt: skip
REPO = Path(__file__).resolve().parents[3]


def stopped_at(step: int, folder: Path, **changes: object) -> Training:
    recorder = Recorder({step: [{"command": "stop_now"}]})
    training = make_training(folder, recorder, oversample=True, **changes)
    training.run()
    assert training.trainer.stop_reason == "stopped"
    return training


@pytest.mark.parametrize("step", [1, 5, 14])
@pytest.mark.parametrize(
    "changes",
    [EVERYTHING, {"scheduler_type": "one_cycle"}, {"scheduler_type": "reduce_on_plateau"}],
    ids=["everything", "one_cycle", "plateau"],
)
def test_that_a_resumed_training_equals_the_uninterrupted_one(
    step: int, changes: dict[str, object], tmp_path: Path
) -> None:
    whole = make_training(tmp_path / "whole" / "checkpoints", oversample=True, **changes)
    expected = whole.run()
    folder = tmp_path / "parts" / "checkpoints"
    stopped_at(step, folder, **changes)
    recorder = Recorder()
    resumed = make_training(folder, recorder, oversample=True, **changes)
    torch.rand(17)
    history = resumed.run(resume=True)
    assert reproducible(history) == reproducible(expected)
    assert_same_weights(resumed.weights, whole.weights)
    assert resumed.trainer.test_results == whole.trainer.test_results
    (announced,) = recorder.of("resumed")
    assert announced["exact"], announced["reasons"]
    assert announced["from_step"] == step
    newest = [
        list_checkpoints(path.parent)[0].path for path in (folder, whole.trainer.checkpoint_dir)
    ]
    for name in ("model", "optim"):
        first, second = ((path / f"{name}.safetensors").read_bytes() for path in newest)
        assert first == second


def test_that_evaluating_saving_and_pausing_change_nothing(tmp_path: Path) -> None:
    plain = make_training(**EVERYTHING)
    plain.run()
    plan = {3: [{"command": "pause"}], 5: [{"command": "save"}, {"command": "resume"}]}
    recorder = Recorder({**plan, 7: [{"command": "save"}]})
    busy = make_training(tmp_path / "checkpoints", recorder, **EVERYTHING)
    busy.run()
    assert_same_weights(busy.weights, plain.weights)
    assert reproducible(busy.trainer.history) == reproducible(plain.trainer.history)


def test_that_the_same_seed_repeats_a_training_and_another_does_not() -> None:
    first, second, other = make_training(), make_training(), make_training(seed=7)
    for training in (first, second, other):
        training.run()
    assert_same_weights(first.weights, second.weights)
    assert not first.weights["lstm.weight_ih_l0"].equal(other.weights["lstm.weight_ih_l0"])


@pytest.mark.parametrize("loader", ["list", "dataloader"])
def test_that_other_loaders_resume_exactly_too(loader: str, tmp_path: Path) -> None:
    source = make_source(0, 327)
    sequences, labels = (source.batch(torch.arange(320))[key] for key in ("sequence", "label"))
    items = [{"sequence": x, "label": y} for x, y in zip(sequences, labels, strict=True)]

    def batches() -> object:
        if loader == "dataloader":
            return torch.utils.data.DataLoader(items, batch_size=32, shuffle=True)
        return [torch.utils.data.default_collate(items[i : i + 32]) for i in range(0, 320, 32)]

    whole = ModelTrainerV2(make_model(), make_config())
    whole.train(batches(), batches())
    folder, recorder = tmp_path / "checkpoints", Recorder({13: [{"command": "stop_now"}]})
    part = ModelTrainerV2(make_model(), make_config(), checkpoint_dir=folder, hooks=recorder.hooks)
    part.train(batches(), batches())
    resumed = ModelTrainerV2(make_model(), make_config(), checkpoint_dir=folder)
    resumed.train(batches(), batches(), resume=True)
    assert_same_weights(resumed.model.state_dict(), whole.model.state_dict())


def test_that_a_killed_process_loses_nothing_but_time(tmp_path: Path) -> None:
    whole = make_training(tmp_path / "whole" / "checkpoints", **EVERYTHING)
    whole.run()
    folder = tmp_path / "run" / "checkpoints"
    command = [sys.executable, "-m", "tests.engine.training.child_training", str(folder)]
    child = subprocess.Popen(
        [*command, json.dumps(EVERYTHING)], cwd=REPO, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "step 6":
            child.send_signal(signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    resumed = make_training(folder, **EVERYTHING)
    assert reproducible(resumed.run(resume=True)) == reproducible(whole.trainer.history)
    assert_same_weights(resumed.weights, whole.weights)


def test_that_a_finished_training_is_only_loaded(tmp_path: Path) -> None:
    first = make_training(tmp_path / "checkpoints")
    first.run()
    recorder = Recorder()
    again = make_training(tmp_path / "checkpoints", recorder)
    history = again.run(resume=True)
    assert history == first.trainer.history
    assert again.trainer.stop_reason == "completed"
    assert again.trainer.test_results == first.trainer.test_results
    assert recorder.kinds("epoch_started", "step", "checkpoint_saved") == []
    assert_same_weights(again.weights, first.weights)


def test_that_more_epochs_continue_a_finished_training_exactly(tmp_path: Path) -> None:
    whole = make_training(epochs=5)
    whole.run()
    make_training(tmp_path / "checkpoints", epochs=2).run()
    recorder = Recorder()
    longer = make_training(tmp_path / "checkpoints", recorder, epochs=5)
    assert reproducible(longer.run(resume=True)) == reproducible(whole.trainer.history)
    assert_same_weights(longer.weights, whole.weights)
    assert recorder.of("resumed")[0]["exact"]


def test_that_an_early_stopped_training_stays_stopped_until_given_more_patience(
    tmp_path: Path,
) -> None:
    impatient = {"early_stopping_patience": 1, "early_stopping_delta": 1.0, "epochs": 9}
    first = make_training(tmp_path / "checkpoints", **impatient)
    assert len(first.run()) == 2
    assert first.trainer.stop_reason == "early_stopped"
    again = make_training(tmp_path / "checkpoints", **impatient)
    assert len(again.run(resume=True)) == 2
    patient = make_training(tmp_path / "checkpoints", **{**impatient, "early_stopping_patience": 3})
    assert len(patient.run(resume=True)) == 4


def test_that_what_makes_a_resume_inexact_is_said(tmp_path: Path) -> None:
    stopped_at(4, tmp_path / "checkpoints", epochs=1)
    recorder = Recorder()
    other = make_training(
        tmp_path / "checkpoints", recorder, oversample=True, num_threads=2, learning_rate=1e-3,
        batch_size=64, epochs=1,
    )  # fmt: skip
    assert len(other.run(resume=True)) == 1
    (announced,) = recorder.of("resumed")
    assert not announced["exact"]
    text = "; ".join(announced["reasons"])
    assert "the number of CPU threads was 1, is now 2" in text
    assert "learning_rate was 0.003, is now 0.001" in text
    assert "batch_size was 32, is now 64" in text
    assert "the epoch in progress begins anew" in text


def test_that_the_newest_whole_checkpoint_is_taken_and_damaged_ones_are_named(
    tmp_path: Path,
) -> None:
    whole = make_training()
    whole.run()
    stopped_ = make_training(tmp_path / "checkpoints", epochs=2)
    stopped_.run()
    newest = list_checkpoints(tmp_path)[0].path / "model.safetensors"
    os.truncate(newest, newest.stat().st_size - 100)
    recorder = Recorder()
    resumed = make_training(tmp_path / "checkpoints", recorder)
    resumed.run(resume=True)
    (warning,) = recorder.of("warning")[:1]
    assert warning["code"] == "checkpoint_rejected"
    assert "step-000000020" in warning["message"]
    assert "model.safetensors is truncated" in warning["message"]
    assert recorder.of("resumed")[0]["from_step"] == 10
    assert_same_weights(resumed.weights, whole.weights)
    assert newest.parent not in [info.path for info in list_checkpoints(tmp_path)]


def test_that_a_folder_of_damaged_checkpoints_is_an_error_with_every_reason(tmp_path: Path) -> None:
    make_training(tmp_path / "checkpoints", epochs=1).run()
    infos = list_checkpoints(tmp_path)
    (infos[0].path / "manifest.json").unlink()
    (infos[1].path / "state.json").write_text("{}")
    with pytest.raises(CheckpointError) as caught:
        make_training(tmp_path / "checkpoints").run(resume=True)
    assert "manifest.json is missing" in caught.value.message
    assert "state.json is truncated" in caught.value.message
    assert caught.value.remedy


def test_that_a_checkpoint_of_another_model_names_both(tmp_path: Path) -> None:
    make_training(tmp_path / "checkpoints", epochs=1).run()
    wider = ModelTrainerV2(
        make_model(lstm_hidden=12), make_config(), checkpoint_dir=tmp_path / "checkpoints"
    )
    with pytest.raises(CheckpointError, match="lstm_hidden 6 there, 12 here"):
        wider.train(make_source(0, 327), make_source(327, 500), resume=True)


def test_that_a_new_training_refuses_the_folder_of_another(tmp_path: Path) -> None:
    make_training(tmp_path / "checkpoints", epochs=1).run()
    with pytest.raises(CheckpointError, match="already holds"):
        make_training(tmp_path / "checkpoints").run()


def test_that_resuming_without_a_folder_is_an_error_and_without_a_checkpoint_a_beginning(
    tmp_path: Path,
) -> None:
    with pytest.raises(CheckpointError, match="nothing to resume"):
        make_training().run(resume=True)
    recorder = Recorder()
    recorder.emit("run_started", 0, 0, {})
    started = make_training(tmp_path / "checkpoints", recorder, epochs=1)
    assert len(started.run(resume=True)) == 1
    assert recorder.of("resumed")[0] == {
        "from_step": 0, "after_seq": 1, "exact": True, "epoch": 0,
        "reasons": ["the training had not begun when it ended"],
    }  # fmt: skip


def test_that_the_best_epoch_survives_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    judged = {"early_stopping_metric": "val_f1", "learning_rate": 0.02}
    whole = make_training(epochs=6, **judged)
    whole.run()
    for _ in range(6):
        recorder = Recorder({7: [{"command": "stop"}]})
        part = make_training(folder, recorder, epochs=6, **judged)
        part.run(resume=folder.exists())
    assert part.trainer.best_epoch == whole.trainer.best_epoch
    assert_same_weights(part.weights, whole.weights)


def test_that_a_lost_best_checkpoint_is_said_and_replaced(tmp_path: Path) -> None:
    first = make_training(tmp_path / "checkpoints", epochs=2)
    first.run()
    best = next(info for info in list_checkpoints(tmp_path) if info.is_best)
    (best.path / "model.safetensors").unlink()
    recorder = Recorder()
    resumed = make_training(tmp_path / "checkpoints", recorder, epochs=4)
    resumed.run(resume=True)
    codes = [warning["code"] for warning in recorder.of("warning")]
    if best.step == 20:
        assert "checkpoint_rejected" in codes
    else:
        assert "best_checkpoint_lost" in codes
    assert resumed.trainer.best_epoch > 0
    assert any(info.is_best for info in list_checkpoints(tmp_path))
