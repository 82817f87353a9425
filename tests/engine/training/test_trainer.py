from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from console.core.checkpoints import list_checkpoints
from console.core.configs import TrainerConfigV2
from console.core.errors import ConfigError, ConsoleError, DataError, WorkspaceError
from console.core.events import Event, visible
from console.core.presets import get_preset
from console.engine.training.checkpoint import read_model_weights
from console.engine.training.device import supported_precision
from console.engine.training.evaluation import evaluate
from console.engine.training.feeds import Feed
from console.engine.training.model_trainer_v2 import (
    EpochMetrics,
    ModelTrainerV2,
    create_trainer_v2,
)
from tests.engine.training.small_training import (
    Recorder,
    assert_same_weights,
    make_config,
    make_model,
    make_source,
    make_training,
)
from tests.engine.training.test_checkpoint import largest_file

CHANGES = {
    "learning_rate": 1e-3, "min_learning_rate": 2.9e-3, "batch_size": 64, "weight_decay": 0.5,
    "grad_clip_value": 0.01, "gradient_accumulation_steps": 2, "label_smoothing": 0.3,
    "use_augmentation": False, "gaussian_noise_std": 0.1, "mixup_alpha": 2.0, "mixup_prob": 1.0,
    "time_mask_ratio": 0.5, "feature_dropout_ratio": 0.5, "direction_loss_weight": 0.2,
    "confidence_loss_weight": 0.0, "return_loss_weight": 0.0, "use_focal_loss": False,
    "focal_gamma": 1.0, "use_class_weights": True, "seed": 1, "scheduler_type": "exponential",
    "scheduler_T_0": 1, "scheduler_T_mult": 5, "scheduler_eta_min": 2.9e-3,
}  # fmt: skip


def test_that_an_epoch_is_measured_and_the_record_reads_like_a_dict() -> None:
    training = make_training()
    history = training.run()
    trainer = training.trainer
    assert history is trainer.history
    assert [metrics.epoch for metrics in history] == [1, 2, 3]
    last = history[-1]
    assert isinstance(last, EpochMetrics)
    assert last["val_acc"] == last.val_accuracy == dict(last)["val_accuracy"]
    assert last.step == 30
    assert np.sum(last.val_confusion) == 166
    assert last.gradient_norm > 0
    assert last.samples_per_second > 0
    assert trainer.best_val_loss == min(metrics.val_loss for metrics in history)
    assert trainer.best_val_f1 == max(metrics.val_f1 for metrics in history)
    assert trainer.stop_reason == "completed"
    assert sum(metrics.is_best for metrics in history) >= 1
    assert trainer.test_results["num_samples"] == 193


def test_that_it_learns() -> None:
    training = make_training(epochs=25, learning_rate=0.01)
    history = training.run()
    assert history[-1].train_loss < 0.8 * history[0].train_loss
    assert training.trainer.test_results["accuracy"] > 0.55
    assert training.trainer.test_results["mcc"] > 0.3


def test_that_the_best_epochs_weights_are_what_is_judged_and_left_in_the_model(
    tmp_path: Path,
) -> None:
    training = make_training(tmp_path / "checkpoints", learning_rate=0.05, epochs=8)
    history = training.run()
    trainer = training.trainer
    best = history[trainer.best_epoch - 1]
    assert best.val_loss == trainer.best_val_loss
    assert trainer.best_epoch < 8, "the example must not be best at its end"
    feed = Feed(
        make_source(327, 500),
        name="validation",
        batch_size=32,
        num_classes=3,
        device=trainer.device,
    )
    loss, scores = evaluate(
        trainer.model, feed, trainer.criterion, num_classes=3, device=trainer.device
    )
    assert (loss, scores.f1) == (best.val_loss, best.val_f1)
    saved = next(info for info in list_checkpoints(tmp_path) if info.is_best)
    assert saved.epoch == trainer.best_epoch
    assert_same_weights(read_model_weights(saved.path), training.weights)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_that_every_setting_of_the_loss_and_the_optimisation_acts(name: str) -> None:
    values = {"epochs": 4, "mixup_prob": 0.5}
    if name == "scheduler_T_mult":
        values["scheduler_T_0"] = 1
    changed = make_training(**{**values, name: CHANGES[name]})
    changed.run()
    usual = make_training(**values)
    usual.run()
    weights, others = changed.weights, usual.weights
    assert any(not weights[key].equal(others[key]) for key in weights)


def test_that_an_epoch_with_fewer_batches_than_the_accumulation_still_steps() -> None:
    training = make_training(gradient_accumulation_steps=64, epochs=2)
    before = {name: tensor.clone() for name, tensor in training.weights.items()}
    history = training.run()
    assert [metrics.step for metrics in history] == [1, 2]
    assert not training.weights["lstm.weight_ih_l0"].equal(before["lstm.weight_ih_l0"])


def test_that_accumulated_batches_give_the_gradient_of_one_large_batch() -> None:
    plain = {
        "use_augmentation": False, "epochs": 1, "grad_clip_value": 0.0, "return_loss_weight": 0.0,
    }  # fmt: skip

    def train(**changes: object) -> dict[str, torch.Tensor]:
        model = make_model(dropout=0.0, lstm_dropout=0.0, attention_dropout=0.0)
        model.blocks[0].norm = torch.nn.Identity()  # batch statistics depend on the batch
        trainer = ModelTrainerV2(model, make_config(**{**plain, **changes}))
        trainer.optimizer = torch.optim.SGD(model.parameters())  # its step is the gradient
        trainer.train(make_source(0, 107), make_source(327, 500))
        return trainer.model.state_dict()

    small = train(batch_size=30, gradient_accumulation_steps=4)
    large = train(batch_size=120)
    for name in small:
        torch.testing.assert_close(small[name], large[name], atol=1e-8, rtol=1e-5)


def test_that_decay_spares_norms_and_biases() -> None:
    trainer = make_training().trainer
    decayed, plain = trainer.optimizer.param_groups
    names = {parameter: name for name, parameter in trainer.model.named_parameters()}
    assert decayed["weight_decay"] == 0.01
    assert plain["weight_decay"] == 0.0
    assert all("bias" in names[p] or "norm" in names[p] for p in plain["params"])
    assert not any("bias" in names[p] or "norm" in names[p] for p in decayed["params"])
    assert len(names) == len(decayed["params"]) + len(plain["params"])


def test_that_a_loss_that_is_no_number_is_an_error_before_the_weights_suffer(
    tmp_path: Path,
) -> None:
    training = make_training(tmp_path / "checkpoints", Recorder(), epochs=3)
    source = make_source(0, 327)
    calls = 0
    plain_batch = source.batch

    def poisoned(index: torch.Tensor) -> dict[str, torch.Tensor]:
        nonlocal calls
        calls += 1
        batch = plain_batch(index)
        return {**batch, "sequence": batch["sequence"] * float("nan")} if calls == 15 else batch

    source.batch = poisoned  # type: ignore[method-assign]
    with pytest.raises(ConsoleError, match=r"loss is not a finite number in epoch 2, step 15") as e:
        training.trainer.train(source, make_source(327, 500))
    assert "Lower the learning rate" in e.value.remedy
    assert all(torch.isfinite(p).all() for p in training.trainer.model.parameters())
    resumed = make_training(tmp_path / "checkpoints")
    whole = make_training()
    whole.run()
    resumed.run(resume=True)
    assert_same_weights(resumed.weights, whole.weights)


def test_that_an_untrained_network_that_predicts_one_class_is_no_reason_to_stop() -> None:
    recorder = Recorder()
    source = make_source(0, 327)
    validation = make_source(327, 500)
    training = make_training(None, recorder, learning_rate=1e-6, epochs=3, stop_on_collapse=True)
    with torch.no_grad():
        training.trainer.model.direction_head[-1].bias.copy_(torch.tensor([0.0, 9.0, 0.0]))
    training.trainer.train(source, validation)
    assert training.trainer.stop_reason == "completed"
    assert recorder.of("warning") == []


def test_that_a_collapse_after_the_grace_is_told_and_stops_when_asked(recorder: Recorder) -> None:
    training = make_training(
        None, recorder, learning_rate=1e-6, epochs=9, stop_on_collapse=True, collapse_grace_epochs=2
    )
    with torch.no_grad():
        training.trainer.model.direction_head[-1].bias.copy_(torch.tensor([0.0, 9.0, 0.0]))
    assert len(training.run()) == 3
    assert training.trainer.stop_reason == "collapsed"
    assert [warning["code"] for warning in recorder.of("warning")] == ["class_collapse_total"]


def test_that_patience_zero_trains_to_the_end() -> None:
    training = make_training(early_stopping_patience=0, early_stopping_delta=1.0, epochs=5)
    assert len(training.run()) == 5


def test_that_events_tell_the_whole_story_in_order(recorder: Recorder, tmp_path: Path) -> None:
    history = make_training(tmp_path / "checkpoints", recorder).run()
    steps = [number for data in recorder.of("step") for number in data["steps"]]
    assert steps == list(range(1, 31))
    losses = [loss for data in recorder.of("step") for loss in data["loss"]]
    norms = [norm for data in recorder.of("step") for norm in data["gradient_norm"]]
    assert len(norms) == 30 and sum(norms[:10]) / 10 == pytest.approx(history[0].gradient_norm)
    assert len(losses) == 30
    assert all(math.isfinite(loss) for loss in losses)
    last = recorder.of("step")[-1]
    assert (last["done"], last["steps_per_epoch"]) == (10, 10)
    assert last["samples_per_second"] > 0
    assert recorder.kinds("epoch_started", "epoch_metrics", "checkpoint_saved") == [
        "checkpoint_saved", *["epoch_started", "epoch_metrics", "checkpoint_saved"] * 3,
    ]  # fmt: skip
    assert recorder.of("epoch_started")[1]["epoch"] == 2
    assert [EpochMetrics.from_dict(d) for d in recorder.of("epoch_metrics")] == history
    saved = recorder.of("checkpoint_saved")
    assert [data["reason"] for data in saved] == ["start", "epoch", "epoch", "epoch"]
    assert [data["best"] for data in saved[1:]] == [metrics.is_best for metrics in history]
    assert recorder.of("best_changed")[0]["metric"] == "val_loss"
    assert recorder.of("evaluated")[0]["split"] == "test"
    assert {event[1] for event in recorder.events if event[0] == "step"} == {1, 2, 3}


def test_that_step_events_are_few_however_fast_the_steps_are(recorder: Recorder) -> None:
    make_training(None, recorder, epochs=1, batch_size=8).run()
    assert sum(len(data["steps"]) for data in recorder.of("step")) == 40
    assert len(recorder.of("step")) <= 10


def test_that_curves_join_after_a_crash(tmp_path: Path) -> None:
    class Crashing(Recorder):
        def take(self) -> list[dict[str, object]]:
            if self.num_looks == 16:
                raise InterruptedError
            return super().take()

    crashing = Crashing()
    with pytest.raises(InterruptedError):
        make_training(tmp_path / "checkpoints", crashing).run()
    again = Recorder(events=crashing.events)
    make_training(tmp_path / "checkpoints", again).run(resume=True)
    events = [
        Event(kind, seq=number, epoch=epoch, step=step, data=data)
        for number, (kind, epoch, step, data) in enumerate(again.events, start=1)
    ]
    shown = visible(events)
    steps = [number for e in shown if e.kind == "step" for number in e.data["steps"]]
    assert steps == list(range(1, 31))
    assert [e.epoch for e in shown if e.kind == "epoch_metrics"] == [1, 2, 3]


def test_that_kept_checkpoints_are_every_nth_epoch_the_newest_and_the_best(tmp_path: Path) -> None:
    training = make_training(tmp_path / "checkpoints", epochs=9, save_every_n_epochs=2, keep_last=2)
    training.run()
    epochs = {info.epoch for info in list_checkpoints(tmp_path)}
    assert epochs == {9, 8, 6, training.trainer.best_epoch}


def test_that_a_full_disk_is_told_and_training_goes_on(tmp_path: Path) -> None:
    class FullForTwoEpochs(Recorder):
        def emit(self, kind: str, epoch: int, step: int, data: object) -> None:
            super().emit(kind, epoch, step, data)
            if kind == "epoch_started" and epoch == 1:
                limit.__enter__()
            if kind == "epoch_started" and epoch == 3:
                limit.__exit__(None, None, None)

    limit, recorder = largest_file(3000), FullForTwoEpochs()
    training, plain = make_training(tmp_path / "checkpoints", recorder), make_training()
    training.run()
    plain.run()
    failures = recorder.of("checkpoint_failed")
    assert len(failures) == 2
    assert failures[0]["error"]["remedy"]
    assert recorder.kinds("checkpoint_failed", "checkpoint_saved") == [
        "checkpoint_saved", "checkpoint_failed", "checkpoint_failed", "checkpoint_saved",
    ]  # fmt: skip
    assert_same_weights(training.weights, plain.weights)
    left = {path.name for path in (tmp_path / "checkpoints").iterdir()}
    assert left == {"step-000000000", "step-000000030"}


def test_that_a_folder_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    with pytest.raises(WorkspaceError, match="checkpoints") as caught:
        make_training(tmp_path / "checkpoints").run()
    assert caught.value.remedy


def test_that_empty_and_malformed_data_are_refused_with_the_part_that_is_wrong() -> None:
    trainer = make_training().trainer
    good = make_source(0, 327)
    with pytest.raises(DataError, match="no validation windows"):
        trainer.train(good, make_source(327, 327 + 7))
    with pytest.raises(DataError, match="no training windows"):
        trainer.train([], good)
    with pytest.raises(DataError, match="without 'sequence' and 'label'"):
        trainer.train([{"x": torch.zeros(1)}], good)
    x = torch.zeros(4, 8, 5)
    with pytest.raises(DataError, match="4 windows with 3 labels"):
        trainer.train([{"sequence": x, "label": torch.zeros(3)}], good)
    with pytest.raises(DataError, match="has the label -1"):
        trainer.train([{"sequence": x, "label": torch.tensor([0, 1, -1, 2])}], good)
    with pytest.raises(ConsoleError, match=r"set up for 5 features, but the data has 6"):
        trainer.train([{"sequence": torch.zeros(4, 8, 6), "label": torch.zeros(4)}], good)


def test_that_double_compensation_is_warned_of(recorder: Recorder) -> None:
    make_training(None, recorder, oversample=True, use_class_weights=True, epochs=1).run()
    assert "double_compensation" in [warning["code"] for warning in recorder.of("warning")]


def test_that_class_weights_are_counted_without_repeats() -> None:
    training = make_training(use_class_weights=True, epochs=1, oversample=True)
    training.run()
    weights = training.trainer.criterion.class_weights
    assert weights.mean().item() == pytest.approx(1.0)
    counts = torch.tensor(make_source(0, 327).class_counts())
    assert int(weights.argmax()) == int(counts.argmin())


def test_that_half_precision_without_hardware_is_said_and_switched_off(recorder: Recorder) -> None:
    training = make_training(None, recorder, use_mixed_precision="fp16", epochs=1, device="cpu")
    training.run()
    assert next(w["code"] for w in recorder.of("warning")) == "precision_unsupported"
    plain = make_training(epochs=1)
    plain.run()
    assert_same_weights(training.weights, plain.weights)


def test_that_bfloat16_trains_close_to_float32_where_the_machine_has_it() -> None:
    if supported_precision("bf16", torch.device("cpu")) == "off":
        pytest.skip("this processor has no bfloat16 instructions")
    half, full = make_training(use_mixed_precision="bf16"), make_training()
    half_losses = [metrics.train_loss for metrics in half.run()]
    full_losses = [metrics.train_loss for metrics in full.run()]
    assert half_losses != full_losses
    assert half_losses == pytest.approx(full_losses, rel=0.02)


def test_that_the_callers_config_is_left_alone(recorder: Recorder) -> None:
    config = make_config()
    recorder.plan[3] = [{"command": "set", "learning_rate": 1e-3}]
    trainer = ModelTrainerV2(make_model(), config, hooks=recorder.hooks)
    trainer.train(make_source(0, 327), make_source(327, 500))
    assert config.learning_rate == 3e-3
    assert trainer.config.learning_rate == 1e-3


def test_that_training_twice_begins_a_new_history() -> None:
    training = make_training(epochs=1)
    training.run()
    assert len(training.run()) == 1


def test_that_the_factory_uses_presets_and_refuses_unknown_ones() -> None:
    trainer = create_trainer_v2(make_model())
    expected = get_preset("trainer", "production_small").config()
    assert trainer.config == expected
    assert trainer.config.focal_gamma == 2.5
    own = TrainerConfigV2(epochs=7)
    assert create_trainer_v2(make_model(), own).config.epochs == 7
    with pytest.raises(ConfigError, match="production_small"):
        create_trainer_v2(make_model(), preset="production_smal")


def test_that_all_attributes_exist_before_training() -> None:
    trainer = make_training().trainer
    assert trainer.history == []
    assert trainer.best_val_loss == math.inf
    assert trainer.best_val_f1 == 0.0
    assert trainer.test_results == {}
    assert trainer.scheduler.rate(0) == 3e-3
    assert not trainer.early_stopping.should_stop
    assert not trainer.scaler.is_enabled()
