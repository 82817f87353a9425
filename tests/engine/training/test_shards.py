"""Batches cut into shards: every window once, whatever the number of processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from console.engine.training.distributed import World
from console.engine.training.feeds import Feed, Portion
from console.engine.training.model_trainer_v2 import ModelTrainerV2
from console.engine.training.shards import Shards
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

CPU = torch.device("cpu")


def all_of(count: int, num_processes: int) -> list[Shards]:
    return [Shards(count, World(rank, num_processes)) for rank in range(num_processes)]


@given(st.integers(0, 300), st.integers(1, 40), st.integers(1, 9))
def test_that_processes_share_a_batch_as_array_split_cuts_it(
    num_samples: int, count: int, num_processes: int
) -> None:
    expected = [part for part in np.array_split(np.arange(num_samples), count) if len(part)]
    found = []
    for shards in all_of(count, num_processes):
        begin, end = shards.span(num_samples)
        own = np.arange(begin, end)
        found += [own[a:b] for _shard, (a, b) in sorted(shards.pieces(num_samples).items())]
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert 0 in all_of(count, num_processes)[0].own


def feed(shards: Shards, loader: Any) -> Feed:
    return Feed(loader, name="test", batch_size=32, num_classes=3, device=CPU, shards=shards)


def windows_of(portion: Portion) -> dict[int, torch.Tensor]:
    return {shard: batch.sequence for shard, batch in portion.shards.items()}


@pytest.mark.parametrize("kind", ["memory", "disk", "list"])
@pytest.mark.parametrize("num_processes", [1, 2, 3, 5])
def test_that_any_number_of_processes_reads_the_same_shards(
    kind: str, num_processes: int, tmp_path: Path
) -> None:
    source = make_source(0, 114, oversample=True, disk=tmp_path if kind == "disk" else None)
    order = source.order(1, 2)
    assert 0 < len(order) % 32 < 24  # the last batch has fewer windows than shards
    loader: Any = source if kind != "list" else [source.batch(i) for i in order.split(32)]
    feeds = [feed(shards, loader) for shards in all_of(24, num_processes)]
    start = 1
    epochs = [list(each.training(1, 2, start)) for each in feeds]
    assert {len(epoch) for epoch in epochs} == {len(order.split(32)) - start}
    for index, portions in zip(order.split(32)[start:], zip(*epochs, strict=True), strict=True):
        assert {len(portion) for portion in portions} == {len(index)}
        found: dict[int, torch.Tensor] = {}
        for portion in portions:
            found |= windows_of(portion)
        whole = torch.cat([found[shard] for shard in sorted(found)])
        assert whole.equal(source.batch(index)["sequence"])


def test_that_processes_share_the_batches_of_an_evaluation() -> None:
    source = make_source(0, 400)
    for num_processes in (1, 2, 3, 20):
        seen = [
            batch.label
            for shards in all_of(1, num_processes)
            for batch in feed(shards, source).evaluation()
        ]
        assert torch.cat(seen).equal(source.labels.long())
        assert {len(label) for label in seen[:-1]} == {32}


class Still(torch.nn.BatchNorm1d):
    """Batch norm that never looks at its batch."""

    def train(self, mode: bool = True) -> Still:
        return super().train(False)


def calm_training(num_shards: int) -> Training:
    """A training in which a window changes nothing for the others of its batch."""
    model = make_model(
        dropout=0.0, lstm_dropout=0.0, attention_dropout=0.0, stochastic_depth_prob=0.0
    )
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.__class__ = Still
    config = make_config(
        use_augmentation=False, epochs=1, batch_size=64, gradient_shards=num_shards,
        return_loss_weight=0.0,
    )  # fmt: skip
    return Training(ModelTrainerV2(model, config))


def test_that_shards_leave_the_sum_of_their_gradients() -> None:
    one, four = calm_training(1), calm_training(4)
    (ours,), (theirs,) = one.run(), four.run()
    assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-5)
    assert ours.gradient_norm == pytest.approx(theirs.gradient_norm, rel=1e-4)


@pytest.mark.parametrize("changes", [
    {"gradient_shards": 3, "gradient_accumulation_steps": 3, "mixup_prob": 0.5},
    {"gradient_shards": 64},
], ids=["groups", "more shards than windows"])  # fmt: skip
def test_that_a_sharded_training_resumes_exactly(
    changes: dict[str, object], tmp_path: Path
) -> None:
    whole = make_training(tmp_path / "whole" / "checkpoints", oversample=True, **changes)
    expected = whole.run()
    folder = tmp_path / "parts" / "checkpoints"
    stopped = Recorder({5: [{"command": "stop_now"}]})
    make_training(folder, stopped, oversample=True, **changes).run()
    recorder = Recorder()
    resumed = make_training(folder, recorder, oversample=True, **changes)
    assert reproducible(resumed.run(resume=True)) == reproducible(expected)
    assert_same_weights(resumed.weights, whole.weights)
    assert recorder.of("resumed")[0]["exact"]


def test_that_batch_norm_takes_the_mean_of_its_shards() -> None:
    training = make_training(gradient_shards=4, epochs=1)
    training.run()
    one = make_training(epochs=1)
    one.run()
    (count,) = (name for name in one.weights if "num_batches_tracked" in name)
    assert training.weights[count] == one.weights[count]  # once a batch, not once a shard
    names = [name for name in one.weights if "running_mean" in name]
    for name in names:
        assert torch.isfinite(training.weights[name]).all()
        assert not training.weights[name].equal(one.weights[name])
