"""Timing on a copy: nothing of the training is touched, and the choice follows the figures."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from console.core.configs import TrainerConfigV2
from console.engine.run_machine import choose
from console.engine.training import threads
from console.engine.training.compilation import compile_problem, try_compiling
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.rehearsal import Rehearsal, rehearse
from console.engine.training.rng import capture_rng
from console.engine.training.threads import ThreadTiming, best_threads, thread_counts, time_threads
from tests.engine.training.small_training import (
    Recorder,
    assert_same_weights,
    make_config,
    make_model,
    make_source,
    make_training,
    reproducible,
)

EVERYTHING = {
    "mixup_prob": 0.5, "gaussian_noise_std": 0.05, "feature_dropout_ratio": 0.1,
    "gradient_accumulation_steps": 3, "use_class_weights": True,
}  # fmt: skip


@pytest.fixture
def short_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fraction of a second is enough for a network this small."""
    monkeypatch.setattr(threads, "BUDGET_S", 0.1)
    monkeypatch.setattr(threads, "_ROUND_S", 0.01)


def test_that_a_rehearsal_leaves_model_optimizer_and_generators_as_they_were(
    short_timing: None, tmp_path: Path
) -> None:
    trainer = make_training(**EVERYTHING).trainer
    weights = copy.deepcopy(trainer.model.state_dict())
    random.seed(3)
    np.random.seed(4)
    torch.manual_seed(5)
    generators = capture_rng()
    train, validation = make_source(0, 327, oversample=True), make_source(327, 500)
    with rehearse(trainer, train, validation, checkpoint_dir=tmp_path / "checkpoints") as copied:
        time_threads(copied, [1])
        copied.evaluate(copied.val_feed.evaluation())
        copied.save()
    assert_same_weights(trainer.model.state_dict(), weights)
    assert trainer.optimizer.state_dict()["state"] == {}
    assert trainer.history == []
    after = capture_rng()
    assert all(after[name].equal(generators[name]) for name in generators if "gauss" not in name)
    assert torch.get_num_threads() == 1


def test_that_a_training_is_the_same_after_a_timing_and_without_one(short_timing: None) -> None:
    plain = make_training(**EVERYTHING)
    plain.run()
    timed = make_training(num_threads=0, **EVERYTHING)
    train, validation = make_source(0, 327), make_source(327, 500)
    with rehearse(timed.trainer, train, validation) as copied:
        time_threads(copied, [1])
    timed.trainer.config.num_threads = 1
    assert reproducible(timed.run()) == reproducible(plain.trainer.history)
    assert_same_weights(timed.weights, plain.weights)


def test_that_steps_of_a_rehearsal_do_not_move_even_the_copy() -> None:
    trainer = make_training(learning_rate=0.1).trainer
    with rehearse(trainer, make_source(0, 327), make_source(327, 500)) as copied:
        group = next(copied.groups())
        for _ in range(5):
            assert copied.step(group) > 0.0
        parameters = dict(copied.model.named_parameters())
        for name, parameter in trainer.model.named_parameters():
            assert parameter.equal(parameters[name]), name


@pytest.mark.parametrize(
    ("speeds", "chosen"),
    [
        ({1: 100.0, 2: 109.0}, 1),  # not clearly faster
        ({1: 100.0, 2: 111.0}, 2),
        ({1: 100.0, 2: 40.0}, 1),
        ({1: 100.0, 2: 180.0, 4: 190.0, 8: 150.0}, 2),
        ({1: 100.0, 2: 180.0, 4: 300.0}, 4),
    ],
)
def test_that_fewer_threads_are_preferred_unless_more_are_clearly_faster(
    speeds: dict[int, float], chosen: int
) -> None:
    assert best_threads([ThreadTiming(*pair) for pair in speeds.items()]) == chosen


def test_that_threads_asked_for_or_alone_are_not_timed() -> None:
    source = make_source(0, 327)
    fixed = make_training(num_threads=3).trainer
    assert choose(fixed, source, source).to_plain() == {
        "threads": 3, "threads_timed": [], "compile": None,
    }  # fmt: skip
    alone = choose(make_training(num_threads=0).trainer, source, source)  # one thread is allowed
    assert (alone.threads, alone.threads_timed) == (1, [])


def test_that_threads_are_timed_where_there_is_a_choice(short_timing: None) -> None:
    torch.set_num_threads(2)
    counts = thread_counts()
    trainer = make_training(num_threads=0).trainer
    choice = choose(trainer, make_source(0, 327), make_source(327, 500))
    assert choice.threads in counts
    if len(counts) > 1:
        assert [timing["threads"] for timing in choice.threads_timed] == counts
        assert all(timing["samples_per_second"] > 0 for timing in choice.threads_timed)
    assert torch.get_num_threads() == 2
    choice.apply(trainer)
    assert trainer.config.num_threads == choice.threads


def test_that_compiling_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    assert "CUDA device" in compile_problem("cuda_graphs", cpu)
    assert "Apple" in compile_problem("compiled", torch.device("mps"))
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CXX", raising=False)
    assert "no C++ compiler" in compile_problem("compiled", cpu)
    source = make_source(0, 327)
    trainer = make_training(compile_model="compiled").trainer
    choice = choose(trainer, source, source)
    assert choice.compilation is not None
    assert choice.compilation.used == "off"
    assert "no C++ compiler" in choice.compilation.reason
    choice.apply(trainer)
    assert trainer.compile_mode == "off"


def test_that_a_change_of_compilation_is_said_at_a_resume(tmp_path: Path) -> None:
    first = make_training(tmp_path / "checkpoints", epochs=1)
    first.trainer.compile_mode = "compiled"  # as after use_compiled, without a compiler
    first.run()
    recorder = Recorder()
    make_training(tmp_path / "checkpoints", recorder, epochs=2).run(resume=True)
    (announced,) = recorder.of("resumed")
    assert announced["reasons"] == ["the compilation was compiled, is now off"]


def test_that_the_wish_alone_makes_no_resume_inexact(tmp_path: Path) -> None:
    make_training(tmp_path / "checkpoints", epochs=1).run()
    recorder = Recorder()
    again = make_training(tmp_path / "checkpoints", recorder, epochs=2, compile_model="compiled")
    again.run(resume=True)
    assert recorder.of("resumed")[0]["exact"]


@pytest.mark.slow
@pytest.mark.skipif(
    bool(compile_problem("compiled", torch.device("cpu"))), reason="no C++ compiler here"
)
def test_that_a_compiled_training_learns_the_same_under_the_plain_names(tmp_path: Path) -> None:
    config = make_config(epochs=1, use_augmentation=False)
    source, validation = make_source(0, 327), make_source(327, 500)
    calm = {"dropout": 0.0, "lstm_dropout": 0.0, "attention_dropout": 0.0}
    eager = ModelTrainerV2(make_model(**calm), TrainerConfigV2(**vars(config)))
    report = try_compiling(
        "compiled", Rehearsal(eager, source, validation), Rehearsal(eager, source, validation)
    )
    assert report.samples_per_second > 0, report.reason
    assert report.eager_samples_per_second > 0
    names = list(eager.model.state_dict())
    compiled = ModelTrainerV2(make_model(**calm), config, checkpoint_dir=tmp_path / "checkpoints")
    compiled.use_compiled("compiled")
    compiled.train(source, validation)
    eager.train(source, validation)
    assert list(compiled.model.state_dict()) == names
    for name, tensor in eager.model.state_dict().items():
        torch.testing.assert_close(compiled.model.state_dict()[name], tensor, rtol=1e-2, atol=1e-3)
