"""The reader of windows: one process, the newest request, and life after its death."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from console.core.inspection import InspectedData, InspectedWindow
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.runtime.window_reader import WindowReader

READY_MS = 60_000
SAMPLE = ["data", "inspect", "sample", "--sequence-length", "30"]


@pytest.fixture
def jobs(qapp, workspace):
    runner = JobRunner(workspace=workspace)
    yield runner
    runner.shutdown()
    assert children() == []


@pytest.fixture
def reader(jobs, workspace):
    ensure_sample(workspace)
    return WindowReader(jobs)


def children() -> list[int]:
    """Our own child processes that are alive."""
    found = psutil.Process().children()
    return [child.pid for child in found if child.status() != psutil.STATUS_ZOMBIE]


def opened(qtbot, reader: WindowReader) -> InspectedData:
    with qtbot.waitSignal(reader.ready, timeout=READY_MS) as ready:
        reader.open(SAMPLE)
    return ready.args[0]


def asked(qtbot, reader: WindowReader, **request) -> InspectedWindow:
    with qtbot.waitSignal(reader.answered, timeout=READY_MS) as answered:
        reader.ask(request)
    return answered.args[0]


def test_that_windows_arrive_as_arrays(qtbot, reader):
    about = opened(qtbot, reader)
    assert about.sequence_length == 30 and len(about.features) == len(about.groups)
    shown = asked(qtbot, reader, part="test", at=4)
    assert shown.scaled.shape == shown.raw.shape == (30, len(about.features))
    assert (shown.part, shown.at) == ("test", 4)
    assert asked(qtbot, reader, part="left_out", **{"class": "SELL"}).reason


def test_that_only_the_newest_of_many_requests_is_asked(qtbot, reader):
    opened(qtbot, reader)
    shown = []
    reader.answered.connect(shown.append)
    for place in range(50):
        reader.ask({"place": place})
    qtbot.waitUntil(lambda: bool(shown) and shown[-1].place == 49, timeout=READY_MS)
    assert [window.place for window in shown] == [0, 49]


def test_that_a_request_made_too_early_is_answered_once_ready(qtbot, reader):
    reader.open(SAMPLE)
    assert reader.is_preparing
    assert asked(qtbot, reader, place=3).place == 3


def test_that_a_wrong_request_is_refused_and_the_next_answered(qtbot, reader):
    opened(qtbot, reader)
    with qtbot.waitSignal(reader.refused, timeout=READY_MS) as refused:
        reader.ask({"part": "test", "at": 10**9})
    assert "no window 1000000000" in refused.args[0]["message"]
    assert asked(qtbot, reader, place=0).place == 0


def test_that_a_killed_process_is_told_and_started_again(qtbot, reader):
    opened(qtbot, reader)
    with qtbot.waitSignal(reader.failed, timeout=READY_MS) as failed:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
    assert failed.args[0]["message"]
    assert not reader.is_open
    assert asked(qtbot, reader, place=7).place == 7


def test_that_data_that_cannot_be_prepared_say_why(qtbot, reader):
    with qtbot.waitSignal(reader.failed, timeout=READY_MS) as failed:
        reader.open([*SAMPLE, "--set", "data.label=label_11"])
    assert "Did you mean 'label_10'?" in failed.args[0]["message"]


def test_that_another_choice_ends_the_first_process(qtbot, reader):
    opened(qtbot, reader)
    first = children()
    with qtbot.waitSignal(reader.ready, timeout=READY_MS) as ready:
        reader.open([*SAMPLE[:-1], "12"])
    assert ready.args[0].sequence_length == 12
    qtbot.waitUntil(lambda: not set(first) & set(children()), timeout=READY_MS)
    reader.close()
    qtbot.waitUntil(lambda: children() == [], timeout=READY_MS)
    reader.ask({"place": 0})
    assert not reader.is_open


def test_that_closing_while_preparing_leaves_no_process(qtbot, reader):
    reader.open(SAMPLE)
    reader.close()
    qtbot.waitUntil(lambda: children() == [], timeout=READY_MS)
