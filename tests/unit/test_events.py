"""The event file: complete lines, strictly counted, readable while it grows."""

from __future__ import annotations

import json
import math
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core import appending
from console.core.errors import WorkspaceError
from console.core.events import (
    KINDS,
    Event,
    EventReader,
    EventWriter,
    follow,
    parse_event,
    visible,
)
from tests.faults.limits import largest_file

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def write(path: Path, *kinds: str) -> EventWriter:
    writer = EventWriter(path, "run")
    for kind in kinds:
        writer.emit(kind)
    return writer


@given(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=8), JSON_VALUES, max_size=4))
def test_that_an_event_survives_its_line(kind: str, data: dict[str, object]) -> None:
    event = Event(kind, "run", 2, 7, "2026-01-01T00:00:00.000Z", 3, 4, data)
    line = event.to_json()
    assert "\n" not in line
    assert parse_event(line.encode()) == event


def test_that_not_a_number_becomes_null() -> None:
    line = Event("step", data={"loss": [math.nan, 1.0, math.inf]}).to_json()
    assert json.loads(line)["data"]["loss"] == [None, 1.0, None]


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"null", b'{"kind":"later"}', b'{"kind":"step"}', b"\xff\xfe"]
)
def test_that_foreign_lines_are_no_events(line: bytes) -> None:
    assert parse_event(line) is None


def test_that_counting_goes_on_over_attempts(path: Path) -> None:
    write(path, "run_started", "epoch_started").close()
    again = write(path, "resumed")
    again.close()
    events = EventReader(path).read()
    assert [(event.seq, event.attempt) for event in events] == [(1, 1), (2, 1), (3, 2)]


@pytest.mark.parametrize("padding", [10, 70_000, 300_000])
def test_that_counting_goes_on_behind_a_foreign_tail(path: Path, padding: int) -> None:
    writer = write(path, "run_started")
    writer.emit("data_summary", data={"text": "x" * padding})
    writer.close()
    with open(path, "ab") as stream:
        stream.write(b'"seq"\n[]\nnull\n' + b"\xff" * padding + b"\n" + b'{"seq":99,"att')
    again = write(path, "resumed")
    again.close()
    assert (again.seq, again.attempt) == (3, 2)
    assert EventReader(path).read()[-1].seq == 3


def test_that_the_number_of_an_event_of_a_later_version_is_not_given_again(path: Path) -> None:
    write(path, "run_started").close()
    with open(path, "ab") as stream:
        stream.write(b'{"v":2,"seq":2,"attempt":1,"kind":"later"}\n')
    again = write(path, "resumed")
    again.close()
    assert again.seq == 3


def test_that_threads_write_whole_lines_in_the_order_of_their_numbers(path: Path) -> None:
    writer = write(path, "run_started")
    begin = threading.Barrier(4)

    def emit_many() -> None:
        begin.wait()
        for number in range(200):
            writer.emit("step", step=number, data={"text": "x" * number})

    threads = [threading.Thread(target=emit_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert [event.seq for event in EventReader(path).read()] == list(range(1, 802))


def test_that_a_torn_last_line_waits_for_its_end(path: Path) -> None:
    write(path, "run_started").close()
    line = Event("finished", attempt=1, seq=2).to_json().encode() + b"\n"
    reader = EventReader(path)
    assert len(reader.read()) == 1
    with open(path, "ab") as stream:
        stream.write(line[:20])
    assert reader.read() == []
    with open(path, "ab") as stream:
        stream.write(line[20:])
    assert [event.kind for event in reader.read()] == ["finished"]


def test_that_a_line_torn_by_a_crash_is_left_behind(path: Path) -> None:
    write(path, "run_started").close()
    with open(path, "ab") as stream:
        stream.write(b'{"v":1,"run":"run","attempt":1,"seq":2,"kind":"st')
    writer = write(path, "resumed")
    writer.close()
    assert [event.kind for event in EventReader(path).read()] == ["run_started", "resumed"]


def test_that_a_reader_goes_on_from_a_remembered_offset(path: Path) -> None:
    writer = write(path, "run_started", "epoch_started")
    first = EventReader(path)
    first.read()
    writer.emit("finished")
    assert [event.kind for event in EventReader(path, first.offset).read()] == ["finished"]
    writer.close()


def test_that_a_reader_in_small_blocks_loses_nothing(path: Path) -> None:
    write(path, *["step"] * 50).close()
    reader, found = EventReader(path), []
    while events := reader.read(max_bytes=300):
        found += events
    assert [event.seq for event in found] == list(range(1, 51))


def test_that_a_missing_file_is_an_empty_one(path: Path) -> None:
    assert EventReader(path).read() == []


def test_that_a_resume_hides_what_it_superseded() -> None:
    events = [
        Event("run_started", seq=1),
        Event("epoch_metrics", seq=2, epoch=1),
        Event("checkpoint_saved", seq=3),
        Event("step", seq=4, epoch=2),
        Event("resumed", seq=5, attempt=2, data={"after_seq": 3}),
        Event("step", seq=6, epoch=2, attempt=2),
        Event("resumed", seq=7, attempt=3, data={"after_seq": 3}),
        Event("step", seq=8, epoch=2, attempt=3),
    ]
    assert [event.seq for event in visible(events)] == [1, 2, 3, 7, 8]


def test_that_following_delivers_what_is_written_meanwhile(path: Path) -> None:
    writer = write(path, "run_started")
    ended, seen = threading.Event(), []

    def on_event(event: Event) -> None:
        seen.append(event.kind)
        if event.kind == "run_started":
            writer.emit("epoch_started")
        elif event.kind == "epoch_started":
            writer.emit("finished")
            ended.set()

    offset = follow(path, on_event, until=ended.is_set, interval_s=0.001)
    writer.close()
    assert seen == ["run_started", "epoch_started", "finished"]
    assert offset == path.stat().st_size


def test_that_events_wait_for_room_and_none_is_lost_or_torn(path: Path) -> None:
    writer = write(path, "run_started")
    with largest_file(path.stat().st_size + 30):  # room for a part of a line
        for _ in range(5):
            writer.emit("epoch_metrics")
        assert writer.num_waiting == 5
        assert len(EventReader(path).read()) == 1
    writer.emit("finished")
    assert writer.num_waiting == 0
    writer.close()
    assert [event.seq for event in EventReader(path).read()] == list(range(1, 8))
    assert all(parse_event(line) is not None for line in path.read_bytes().splitlines())


def test_that_waiting_events_are_written_without_a_new_one(path: Path) -> None:
    writer = write(path, "run_started")
    with largest_file(path.stat().st_size):
        writer.emit("paused")
        with pytest.raises(OSError, match="large"):
            writer.retry()
    writer.retry()
    assert [event.kind for event in EventReader(path).read()] == ["run_started", "paused"]
    writer.close()


def test_that_only_steps_are_given_up_when_too_much_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "WAITING_BYTES", 4000)
    writer = write(path, "run_started")
    with largest_file(path.stat().st_size + 10):
        for number in range(100):
            writer.emit("epoch_metrics" if number % 10 == 0 else "step")
    writer.close()
    kinds = [event.kind for event in EventReader(path).read()]
    assert kinds.count("epoch_metrics") == 10
    assert 0 < kinds.count("step") < 90


def test_that_events_left_over_at_the_end_are_an_error_in_words(path: Path) -> None:
    writer = write(path, "run_started")
    with largest_file(path.stat().st_size):
        writer.emit("finished")
        with pytest.raises(WorkspaceError, match="could not be written"):
            writer.close()
