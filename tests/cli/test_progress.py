"""What a person sees of a training on a terminal and in a log file."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from console.cli.output import Output
from console.cli.progress import line_of, watch
from console.core.events import Event

STORY = [
    Event("stage", data={"name": "train", "index": 5, "total": 6}),
    Event("run_started", data={"epochs": 2, "steps_per_epoch": 4, "num_parameters": 1234}),
    Event("epoch_started", epoch=1, data={"steps": 4}),
    Event("step", epoch=1, step=2, data={"done": 2, "steps_per_epoch": 4, "loss": [0.9]}),
    Event("epoch_metrics", epoch=1, data={"epoch": 1, "val_loss": 0.7512, "is_best": True}),
    Event("warning", data={"message": "Loss [is] high.", "remedy": "Lower the rate."}),
    Event("setting_changed", data={"name": "epochs", "before": 2, "after": 3}),
    Event("resumed", data={"from_step": 4, "exact": False, "reasons": ["other threads"]}),
]


@pytest.fixture
def screen() -> Iterator[io.StringIO]:
    with io.StringIO() as stream:
        yield stream


def show(screen: io.StringIO, terminal: bool) -> str:
    output = Output()
    output.console = Console(file=screen, force_terminal=terminal, width=120, color_system=None)
    with watch(output) as on_event:
        for event in STORY:
            on_event(event)
    return screen.getvalue()


def test_that_a_terminal_shows_bars_a_table_and_warnings(screen: io.StringIO) -> None:
    text = show(screen, terminal=True)
    assert "All epochs" in text and "This epoch" in text
    assert "1/3" in text  # the number of epochs was changed on the way
    assert "0.7512" in text
    assert "Loss [is] high. Lower the rate." in text


def test_that_a_log_file_gets_one_line_each(screen: io.StringIO) -> None:
    lines = show(screen, terminal=False).splitlines()
    assert lines[0] == "[5/6] Training"
    assert lines[2].startswith("epoch 1: loss - / 0.7512") and lines[2].endswith("best")
    assert lines[-1] == "Goes on from step 4, not bit for bit: other threads"


def test_that_most_events_are_not_worth_a_line() -> None:
    assert [line_of(Event(kind)) for kind in ("heartbeat", "step", "best_changed")] == [""] * 3
