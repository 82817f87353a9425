"""``train --seeds`` and ``train --folds``, and ``runs show`` of their trainings."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from console.cli.output import Output
from console.cli.progress import line_of, watch
from console.core.events import Event
from tests.cli.conftest import Command
from tests.cli.test_train_command import QUICK

FOLD = {"member": 2, "members": 5, "member_name": "fold-2", "member_seq": 9}
DAYS = {"train": {"first": 1, "last": 8, "count": 8}, "validation": None, "test": {"count": 2}}
STORY = [
    Event("member_started", data={"index": 2, "total": 5, "name": "fold-2", "days": DAYS}),
    Event("run_started", data={"epochs": 3, "steps_per_epoch": 4, **FOLD}),
    Event("epoch_metrics", epoch=3, data={"val_loss": 0.75, "val_f1": 0.5, **FOLD}),
    Event(
        "member_finished",
        data={
            "index": 2, "total": 5, "name": "fold-2", "state": "finished", "best_epoch": 3,
            "metrics": {"val_f1": 0.5}, "test_metrics": {"f1": 0.25},
        },
    ),
]  # fmt: skip


def test_that_lines_say_which_training_they_are_of() -> None:
    lines = [line_of(event) for event in STORY]
    assert lines[0] == "fold 2 of 5 begins: 8 days of training, 0 of validation, 2 of test"
    assert lines[2].startswith("fold 2 of 5, epoch 3: loss - / 0.7500")
    expected = "fold 2 of 5 finished: best epoch 3, validation F1 0.500, test F1 0.250"
    assert lines[3] == expected


def test_that_a_terminal_shows_a_bar_of_trainings() -> None:
    output, screen = Output(), io.StringIO()
    output.console = Console(file=screen, force_terminal=True, width=120, color_system=None)
    with watch(output) as on_event:
        for event in STORY[:3]:
            on_event(event)
    text = screen.getvalue()
    assert "Trainings" in text and "1/5" in text and "3/3" in text


def test_that_seeds_train_as_one_run_and_are_shown(cli: Command) -> None:
    answer = cli(*QUICK, "--epochs", 1, "--seeds", 2)
    assert answer.code == 0, answer.out
    progress = [line["progress"] for line in answer.lines[:-1]]
    epochs = [line for line in progress if line["kind"] == "epoch_metrics"]
    assert [(line["member"], line["members"]) for line in epochs] == [(1, 2), (2, 2)]
    assert answer.result["spread"]["test"]["f1"]["count"] == 2
    shown = cli("runs", "show", "last", "--json").result
    assert [entry["name"] for entry in shown["members"]] == ["seed-42", "seed-43"]
    assert shown["spread"] == answer.result["spread"]
    words = cli("runs", "show", "last").out
    assert "seed 43, 2 of 2" in words and "±" in words and "the best on validation" in words
    assert "2 of 2: 1 of 1" in cli("runs", "list").out
    member = cli("runs", "show", "last:2", "--json").result
    assert member["run"].endswith("-02-seed-43") and len(member["epochs_done"]) == 1


def test_that_folds_walk_forward_unless_told_otherwise(cli: Command) -> None:
    dry = cli(*QUICK, "--folds", "--dry-run").result
    assert dry["data"]["split_method"] == "walk_forward"
    combinatorial = "data.split_method=combinatorial"
    assert cli(*QUICK, "--folds", "--set", combinatorial, "--dry-run").code == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("--folds", "--seeds", 3), "not both"),
        (("--seeds", 1), "greater than or equal to 2"),
        (("--folds", "--set", "data.split_method=chronological"), "walk_forward"),
    ],
)
def test_that_a_wrong_choice_of_trainings_is_answered(
    cli: Command, words: tuple[object, ...], answer: str
) -> None:
    refused = cli(*QUICK, *words, "--dry-run")
    assert refused.code == 2
    error = refused.result["error"]
    assert answer in error["message"] + error["remedy"]
