"""``queue`` and ``train --queue``; the queue is held, so that nothing is trained."""

from __future__ import annotations

import pytest

from console.core.paths import Workspace
from console.core.queue import RunQueue
from console.core.rundir import RunDir, create_run
from tests.cli.conftest import Answer, Command
from tests.cli.test_train_command import QUICK


@pytest.fixture(autouse=True)
def held(workspace: Workspace) -> RunQueue:
    queue = RunQueue(workspace)
    queue.hold()
    return queue


@pytest.fixture
def runs(workspace: Workspace) -> list[RunDir]:
    return [create_run(workspace, name, config={}, details={}) for name in ("one", "two", "three")]


def order(answer: Answer) -> list[str]:
    assert answer.code == 0, answer.out
    return [entry["run_id"] for entry in answer.result["entries"] if entry["state"] == "waiting"]


def test_that_the_queue_is_ordered_by_command(cli: Command, runs: list[RunDir]) -> None:
    one, two, three = (run.id for run in runs)
    cli("queue", "add", one)
    cli("queue", "add", two)
    added = cli("queue", "add", three, "--top", "--json")
    assert added.result["position"] == 1
    assert order(added) == [three, one, two]
    assert order(cli("queue", "move", two, 1, "--json")) == [two, three, one]
    assert order(cli("queue", "remove", three, "--json")) == [two, one]
    assert cli("queue", "parallel", 3, "--json").result["parallel"] == 3
    listed = cli("queue", "list")
    assert two in listed.out and "held" in listed.out
    assert cli("queue", "list", "--json").result["runner"] is False


def test_that_wrong_words_are_answered(cli: Command, runs: list[RunDir]) -> None:
    assert cli("queue", "parallel", 9, "--json").code == 2
    assert cli("queue", "retry", runs[0].id, "--json").code == 1
    answer = cli("queue", "remove", runs[0].id, "--json")
    assert answer.code == 1
    assert "does not wait" in answer.result["error"]["message"]


def test_that_a_training_is_added_instead_of_started(cli: Command, workspace: Workspace) -> None:
    answer = cli(*QUICK, "--epochs", 2, "--queue")
    assert answer.code == 0, answer.out
    assert answer.result["status"] == "queued"
    run = RunDir(workspace.runs / answer.result["run"])
    assert run.status().state == "queued"
    assert run.read_run()["config"]["trainer"]["epochs"] == 2
    assert order(cli("queue", "list", "--json")) == [run.id]
    ended = cli("queue", "run", "--until-empty", "--json")
    assert (ended.code, ended.result["done"]) == (0, 0)
