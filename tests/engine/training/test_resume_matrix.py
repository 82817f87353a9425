"""Whatever is switched on and wherever a training ends, it resumes to the same whole checkpoint.

The full table of settings and places is slow; the richest settings at one place, and each place
with everything switched on, are not.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
import torch

from console.core.presets import get_preset
from console.engine.training.device import supported_precision
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from tests.engine.training.small_training import (
    Recorder,
    Training,
    assert_same_weights,
    make_config,
    make_model,
    reproducible,
)
from tests.engine.training.whole_checkpoints import Dying, Killed, assert_same_checkpoints

NOISY = {
    "mixup_prob": 0.5, "gaussian_noise_std": 0.05, "time_mask_ratio": 0.2,
    "feature_dropout_ratio": 0.1,
}  # fmt: skip
IMPATIENT = {"epochs": 8, "early_stopping_patience": 2, "learning_rate": 0.03}


@dataclass(frozen=True)
class Case:
    """Settings of the trainer and of the model that differ from the small training's."""

    trainer: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    oversample: bool = False
    from_disk: bool = False
    one_class: bool = False


CASES = {
    "everything": Case({**NOISY, "gradient_accumulation_steps": 3, "use_class_weights": True},
                       oversample=True),
    "accumulation": Case({"gradient_accumulation_steps": 4}),
    "disk": Case(NOISY, oversample=True, from_disk=True),
    "bf16": Case({**NOISY, "use_mixed_precision": "bf16"}),
    "warm_restarts": Case({"scheduler_T_0": 1}),
    "cosine": Case({"scheduler_type": "cosine"}),
    "one_cycle": Case({"scheduler_type": "one_cycle"}),
    "plateau": Case({"scheduler_type": "reduce_on_plateau", "scheduler_patience": 0, "epochs": 5,
                     "learning_rate": 0.02}),
    "exponential": Case({"scheduler_type": "exponential", "scheduler_gamma": 0.5}),
    "constant": Case({"scheduler_type": "constant"}),
    **{f"stops_on_{name}": Case({**IMPATIENT, "early_stopping_metric": name})
       for name in ("val_loss", "val_f1", "val_accuracy", "val_mcc")},
    "collapse": Case({"stop_on_collapse": True, "collapse_grace_epochs": 2, "epochs": 6,
                      "learning_rate": 1e-6}, one_class=True),
    "squeeze_and_depth": Case(NOISY, {
        "use_se_block": True, "stochastic_depth_prob": 0.3, "cnn_channels": (8, 8),
        "cnn_kernel_sizes": (3, 5), "lstm_layers": 2, "lstm_dropout": 0.4,
    }),
    "checkpointing": Case({}, {"use_gradient_checkpointing": True, "stochastic_depth_prob": 0.3}),
    "bilinear": Case({}, {"input_norm": "bin", "init_method": "orthogonal"}),
    "per_window": Case({}, {"input_norm": "revin", "use_residual": False}),
    "flattened": Case({}, {"cnn_layout": "flattened"}),
    "additive": Case({}, {"use_multi_head_attention": False, "attention_dropout": 0.3,
                          "use_layer_norm": False}),
}  # fmt: skip
RICHEST = ("everything", "disk", "bf16", "one_cycle", "plateau", "stops_on_val_f1",
           "squeeze_and_depth", "checkpointing")  # fmt: skip
PLACES: dict[str, dict[str, Any]] = {
    "mid_epoch": {"plan": {13: [{"command": "stop_now"}]}},
    "epoch_end": {"plan": {10: [{"command": "stop"}]}},
    "step_before_the_end": {"plan": {9: [{"command": "stop_now"}]}},
    "step_after_the_end": {"plan": {11: [{"command": "stop_now"}]}},
    "killed_in_the_epoch": {"at_look": 7},
    "killed_after_an_evaluation": {"at_kind": "epoch_metrics", "at_count": 2},
    "killed_after_a_save": {"at_kind": "checkpoint_saved", "at_count": 3},
    "killed_while_paused": {"plan": {14: [{"command": "pause"}]}, "at_look": 16},
}


def training_of(case: Case, folder: Path, recorder: Recorder | None = None) -> Training:
    """A fresh training, as a fresh process makes it."""
    model = make_model(**case.model)
    if case.one_class:
        with torch.no_grad():
            model.direction_head[-1].bias.copy_(torch.tensor([0.0, 9.0, 0.0]))
    trainer = ModelTrainerV2(
        model, make_config(**case.trainer), checkpoint_dir=folder,
        hooks=recorder.hooks if recorder else None,
    )  # fmt: skip
    return Training(trainer, case.oversample, folder.parent if case.from_disk else None)


def draw_alike() -> None:
    """The generators of a process that has just begun."""
    random.seed(3)
    np.random.seed(3)
    torch.manual_seed(3)


@cache
def uninterrupted(name: str) -> Training:
    """The training of a case from beginning to end."""
    draw_alike()
    folder = Path(mkdtemp(prefix=f"whole-{name}-")) / "checkpoints"
    training = training_of(CASES[name], folder)
    training.run()
    return training


def check(name: str, place: str, folder: Path) -> None:
    """Interrupt the training of ``name`` at ``place``, go on, and compare everything."""
    if name == "bf16" and supported_precision("bf16", torch.device("cpu")) == "off":
        pytest.skip("this machine has no bfloat16 arithmetic")
    whole, case = uninterrupted(name), CASES[name]
    draw_alike()
    try:
        training_of(case, folder, Dying(**PLACES[place])).run()
    except Killed:
        pass
    random.seed(8)  # another process has drawn other numbers
    np.random.seed(8)
    torch.manual_seed(8)
    recorder = Recorder()
    resumed = training_of(case, folder, recorder)
    resumed.run(resume=True)
    (announced,) = recorder.of("resumed")
    assert announced["exact"], announced["reasons"]
    assert resumed.trainer.stop_reason == whole.trainer.stop_reason
    assert resumed.trainer.test_results == whole.trainer.test_results
    assert reproducible(resumed.trainer.history) == reproducible(whole.trainer.history)
    assert_same_weights(resumed.weights, whole.weights)
    assert whole.trainer.checkpoint_dir is not None
    assert_same_checkpoints(folder, whole.trainer.checkpoint_dir)


@pytest.mark.parametrize("name", RICHEST)
def test_that_the_richest_settings_resume_exactly_within_an_epoch(
    name: str, tmp_path: Path
) -> None:
    check(name, "mid_epoch", tmp_path / "checkpoints")


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"mid_epoch"}))
def test_that_every_place_resumes_exactly_with_everything_on(place: str, tmp_path: Path) -> None:
    check("everything", place, tmp_path / "checkpoints")


@pytest.mark.slow
@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("name", sorted(CASES))
def test_that_every_setting_resumes_exactly_at_every_place(
    name: str, place: str, tmp_path: Path
) -> None:
    check(name, place, tmp_path / "checkpoints")


@pytest.mark.slow
def test_that_the_cases_do_what_they_are_called_after() -> None:
    for metric in ("val_loss", "val_f1", "val_accuracy", "val_mcc"):
        stopped = uninterrupted(f"stops_on_{metric}").trainer
        assert stopped.stop_reason == "early_stopped" and 2 < len(stopped.history) < 8
        assert len(stopped.history) - stopped.best_epoch >= 1
    assert uninterrupted("collapse").trainer.stop_reason == "collapsed"
    rates = [metrics.learning_rate for metrics in uninterrupted("plateau").trainer.history]
    assert min(rates) < max(rates)


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["val_loss", "val_f1", "val_accuracy", "val_mcc"])
def test_that_patience_runs_on_through_one_interruption_per_epoch(
    metric: str, tmp_path: Path
) -> None:
    case, folder = CASES[f"stops_on_{metric}"], tmp_path / "checkpoints"
    whole = uninterrupted(f"stops_on_{metric}").trainer
    part = training_of(case, folder, Recorder({6: [{"command": "stop"}]}))
    draw_alike()
    part.run()
    while part.trainer.stop_reason == "stopped":
        part = training_of(case, folder, Recorder({6: [{"command": "stop"}]}))
        part.run(resume=True)
    assert part.trainer.stop_reason in ("early_stopped", "stopped")
    assert len(part.trainer.history) == len(whole.history)
    assert_same_weights(part.weights, whole.model.state_dict())


def test_that_saving_more_often_changes_no_weight(tmp_path: Path) -> None:
    draw = random.Random(5)
    changes = dict(CASES["everything"].trainer)
    whole = uninterrupted("everything")
    for number, every in enumerate((1, 2, 10)):
        plan = {look: [{"command": "save"}] for look in draw.sample(range(1, 25), 8)}
        case = Case({**changes, "save_every_n_epochs": every}, oversample=True)
        draw_alike()
        often = training_of(case, tmp_path / str(number) / "checkpoints", Recorder(plan))
        often.run()
        assert_same_weights(often.weights, whole.weights)
        assert reproducible(often.trainer.history) == reproducible(whole.trainer.history)


@pytest.mark.slow
@pytest.mark.parametrize(
    "preset", ["production_small", "production_large", "conservative", "quick_experiment"]
)
def test_that_the_shapes_of_the_presets_resume_exactly(preset: str, tmp_path: Path) -> None:
    config = get_preset("model", preset).config()
    shape = {
        name: getattr(config, name)
        for name in (
            "use_residual", "use_se_block", "lstm_layers", "use_layer_norm", "dropout",
            "use_multi_head_attention", "stochastic_depth_prob", "lstm_dropout", "input_norm",
            "attention_dropout", "cnn_layout", "init_method", "use_gradient_checkpointing",
        )
    }  # fmt: skip
    case = Case(NOISY | {"epochs": 2}, shape)
    folders = [tmp_path / part / "checkpoints" for part in ("whole", "parts")]
    draw_alike()
    training_of(case, folders[0]).run()
    draw_alike()
    training_of(case, folders[1], Recorder({7: [{"command": "stop_now"}]})).run()
    training_of(case, folders[1]).run(resume=True)
    assert_same_checkpoints(*folders)


def test_that_a_gradient_scaler_comes_back_as_it_was() -> None:
    """GradScaler acts on a CPU too: its scale and growth survive, and so do the steps it skips."""
    grown = torch.amp.GradScaler("cpu", init_scale=2.0**12, growth_interval=3)
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.SGD([weight], lr=0.1)

    def step(scaler: torch.amp.GradScaler, factor: float) -> None:
        optimizer.zero_grad()
        scaler.scale((weight * factor).sum()).backward()
        scaler.step(optimizer)
        scaler.update()

    for factor in (1.0, 1.0, 1.0, float("inf"), 1.0, 1.0):
        step(grown, factor)
    before, state = weight.detach().clone(), grown.state_dict()
    fresh = torch.amp.GradScaler("cpu")
    fresh.load_state_dict(state)
    scales = []
    for scaler in (grown, fresh):
        with torch.no_grad():
            weight.copy_(before)
        for factor in (1.0, float("inf"), 1.0):
            step(scaler, factor)
        scales.append((scaler.get_scale(), weight.detach().clone()))
    assert scales[0][0] == scales[1][0] == 2.0**12  # without its growth count: 2.0**11
    assert scales[0][1].equal(scales[1][1])
