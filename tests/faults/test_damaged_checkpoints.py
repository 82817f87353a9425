"""Whatever lies in a folder of checkpoints: the newest valid one, or a refusal in words."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import torch

from console.core.checkpoints import checkpoint_paths, checkpoint_problem, list_checkpoints
from console.core.errors import CheckpointError, ConsoleError
from console.engine.training.checkpoint import CheckpointStore, read_model_weights
from tests.engine.training.small_training import (
    Recorder,
    Training,
    assert_same_weights,
    make_model,
    make_training,
    reproducible,
)
from tests.faults.checkpoint_damage import DAMAGES, Scene

EPOCHS = 2
NUM_CASES = 200
FAST_CASES = len(DAMAGES)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three finished runs: "mine", "other" of another seed, "model" of another network."""
    folder = tmp_path_factory.mktemp("runs")
    for name in ("mine", "other", "model"):
        (folder / name).mkdir()
        (folder / name / "run.json").write_text(json.dumps({"id": name}))
        training = make_training(folder / name / "checkpoints", epochs=EPOCHS)
        if name == "other":
            training = make_training(folder / name / "checkpoints", epochs=EPOCHS + 1, seed=7)
        if name == "model":
            training.trainer.__init__(  # type: ignore[misc]
                make_model(lstm_hidden=4), training.trainer.config,
                checkpoint_dir=folder / name / "checkpoints",
            )  # fmt: skip
        training.run()
    return folder


@pytest.fixture(scope="module")
def whole() -> Training:
    """The training that nobody disturbed."""
    training = make_training(epochs=EPOCHS)
    training.run()
    return training


def damaged(number: int, runs: Path, tmp_path: Path) -> Path:
    """A copy of the run in which something is wrong."""
    shutil.copytree(runs / "mine", tmp_path / "mine")
    scene = Scene(tmp_path / "mine", runs / "other", runs / "model", random.Random(number))
    DAMAGES[number % len(DAMAGES)](scene)
    return scene.run


def check(run: Path, whole: Training) -> str:
    """Look at the run and resume it; what came of it in one word."""
    listed = list_checkpoints(run)
    assert all(info.step >= 0 and info.path.parent == run / "checkpoints" for info in listed)
    for info in listed:
        with suppress(CheckpointError):
            tensors = read_model_weights(info.path)
            assert not checkpoint_problem(info.path, only="model.safetensors")
            assert all(isinstance(tensor, torch.Tensor) for tensor in tensors.values())
    recorder = Recorder()
    training = make_training(run / "checkpoints", recorder, epochs=EPOCHS)
    try:
        history = training.run(resume=True)
    except ConsoleError as error:
        assert error.message and error.remedy
        assert "Traceback" not in error.text
        return "refused"
    assert reproducible(history) == reproducible(whole.trainer.history)
    codes = [warning["code"] for warning in recorder.of("warning")]
    if "best_checkpoint_lost" in codes:  # said, and nothing else is taken for it
        assert training.trainer.best_epoch == 0
        return "best lost"
    assert_same_weights(training.weights, whole.weights)
    assert not any(name.startswith((".tmp-", ".del-")) for name in os.listdir(run / "checkpoints"))
    return "passed over" if codes else "whole"


@pytest.mark.parametrize("number", range(FAST_CASES), ids=lambda n: DAMAGES[n].__name__)
def test_that_damage_is_passed_over_or_refused(
    number: int, runs: Path, whole: Training, tmp_path: Path
) -> None:
    check(damaged(number, runs, tmp_path), whole)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(FAST_CASES, NUM_CASES))
def test_that_damage_of_every_kind_is_passed_over_or_refused(
    number: int, runs: Path, whole: Training, tmp_path: Path
) -> None:
    check(damaged(number, runs, tmp_path), whole)


def test_that_a_whole_older_checkpoint_saves_the_run(
    runs: Path, whole: Training, tmp_path: Path
) -> None:
    for number, damage in enumerate(DAMAGES):
        if damage.__name__ in ("truncated", "of_another_run", "wrong_type_in_manifest"):
            assert check(damaged(number, runs, tmp_path / damage.__name__), whole) != "refused"


def test_that_another_model_is_refused_and_named(runs: Path, tmp_path: Path) -> None:
    number = next(n for n, damage in enumerate(DAMAGES) if damage.__name__ == "of_another_model")
    run = damaged(number, runs, tmp_path)
    with pytest.raises(ConsoleError, match="lstm_hidden 4 there, 6 here"):
        make_training(run / "checkpoints", epochs=EPOCHS).run(resume=True)


@contextmanager
def nobody() -> Iterator[None]:
    """The process has the rights of nobody; only root can give its own up."""
    if os.geteuid() != 0:
        pytest.skip("giving up rights needs root")
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["file", "checkpoint", "folder"])
def test_that_what_may_not_be_read_is_said_in_words(
    what: str, runs: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = tmp_path / "mine"
    shutil.copytree(runs / "mine", run)
    folder = run / "checkpoints"
    newest = checkpoint_paths(folder)[0]
    for parent in (
        tmp_path_factory.getbasetemp().parents[0],
        tmp_path_factory.getbasetemp(),
        tmp_path,
    ):
        parent.chmod(0o755)
    {"file": newest / "model.safetensors", "checkpoint": newest, "folder": folder}[what].chmod(0)
    with nobody():
        listed = list_checkpoints(run)
        problem = checkpoint_problem(newest)
        with pytest.raises(ConsoleError):
            CheckpointStore(folder / "deeper").prepare()
    assert problem
    assert (listed == []) == (what == "folder")
