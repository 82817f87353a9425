"""LOBSTER: pairs, books alone, messages alone; the rebuilt book against the recorded one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.feature_store.importers.base import ImportLog, ImportOptions
from console.engine.feature_store.importers.book_tape import BookTape
from console.engine.feature_store.importers.lobster import LobsterImporter, _message_scan
from console.engine.feature_store.importers.lobster_replay import Replay
from console.engine.feature_store.importers.run import import_raw
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer

MESSAGES = (
    "34200.001,1,1,10,1000000,1\n34200.002,1,2,5,1000200,-1\n34200.002,1,3,7,1000100,-1\n"
    "34200.003,4,3,7,1000100,-1\n34200.004,2,1,4,1000000,1\n34200.005,1,4,9,999900,1\n"
    "34200.006,5,0,3,1000100,1\n34200.007,3,1,6,1000000,1\n34200.008,3,99,6,990000,1\n"
)  # fmt: skip
BOOKS = (
    "9999999999,0,1000000,10\n1000200,5,1000000,10\n1000100,7,1000000,10\n1000200,5,1000000,10\n"
    "1000200,5,1000000,6\n1000200,5,1000000,6\n1000200,5,1000000,6\n1000200,5,999900,9\n"
    "1000200,5,999900,9\n"
)  # fmt: skip
STEM = "AAA_2012-06-21_34200000_57600000"


def write_pair(folder: Path, messages: str = MESSAGES, books: str = BOOKS) -> tuple[Path, Path]:
    """A message and an orderbook file of one level."""
    first, second = folder / f"{STEM}_message_1.csv", folder / f"{STEM}_orderbook_1.csv"
    first.write_text(messages, "utf-8")
    second.write_text(books, "utf-8")
    return first, second


def test_that_a_pair_gives_books_at_the_times_of_the_messages(
    convert: Convert, tmp_path: Path
) -> None:
    write_pair(tmp_path)
    rows, log = convert("lobster", [tmp_path])
    assert rows["symbol"].unique().to_list() == ["AAA"]
    assert rows["ask_p1"].to_list() == [100.01, 100.02, 100.02, 100.02, 100.02, 100.02, 100.02]
    assert rows["bid_s1"].to_list() == [10, 10, 6, 6, 6, 9, 9]
    midnight = pl.Series(["2012-06-21"]).str.to_date().cast(pl.Datetime("ns")).dt.epoch("ns")[0]
    assert rows["time_ns"][0] - midnight == 34_200_002_000_000
    assert ("too_few" in {reason for reason, _ in log.counts}) and sum(log.folded.values()) == 1


def test_that_messages_alone_are_replayed_into_the_same_book(
    convert: Convert, tmp_path: Path
) -> None:
    messages, books = write_pair(tmp_path)
    recorded, _ = convert("lobster", [messages, books])
    replayed, _log = convert("lobster", [messages], ImportOptions(levels=1))
    beside = replayed.join(recorded, on="time_ns", suffix="_recorded")
    assert beside.height >= 4
    for name in ("ask_p1", "ask_s1", "bid_p1", "bid_s1"):
        assert np.allclose(beside[name], beside[f"{name}_recorded"], atol=1e-9)


def test_that_a_book_without_times_is_numbered_and_says_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    _messages, books = write_pair(tmp_path)
    info = import_raw("lobster", [books], "mine", workspace)
    assert info.row_interval_s == pytest.approx(0.001, rel=1e-3)
    assert any("has no times" in words for words in info.warnings)


def test_that_a_pair_stays_in_step_over_many_batches(convert: Convert, tmp_path: Path) -> None:
    count = 210_003
    write_pair(
        tmp_path,
        "".join(f"{34200 + i / 1000:.6f},1,{i},10,1000000,1\n" for i in range(count)),
        "".join(f"1000100,{i + 1},1000000,3\n" for i in range(count)),
    )
    rows, log = convert("lobster", [tmp_path])
    assert rows["ask_s1"].to_list() == list(range(1, count + 1))
    assert (rows["time_ns"].diff().drop_nulls() == 1_000_000).all() and not log.sentences()


def test_that_files_of_two_downloads_are_refused(convert: Convert, tmp_path: Path) -> None:
    write_pair(tmp_path, messages=MESSAGES[: MESSAGES.rindex("34200.008")])
    with pytest.raises(DataError, match="same number of rows; they part after 8"):
        convert("lobster", [tmp_path])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (f"{STEM}_orderbook_1.csv", "1,2,3\n", "3 columns, not four per level"),
        (f"{STEM}_message_1.csv", "1,2,3\n", "3 columns, not six"),
        ("other.csv", "1,2,3\n", "neither _message nor _orderbook"),
        (f"{STEM}_orderbook_1.csv", "", "is empty"),
    ],
)
def test_that_another_file_is_refused(
    convert: Convert, tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(DataError, match=words):
        convert("lobster", [tmp_path / name])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    messages=damaged(MESSAGES.encode()) | st.just(MESSAGES.encode()),
    books=damaged(BOOKS.encode()) | st.just(BOOKS.encode()) | st.none(),
)
def test_that_damaged_files_give_an_answer(
    tmp_path: Path, messages: bytes, books: bytes | None
) -> None:
    first, second = write_pair(tmp_path)
    first.write_bytes(messages)
    second.write_bytes(books or b"")
    require_answer(LobsterImporter(), [first] if books is None else [first, second])


@pytest.mark.market_data
def test_that_a_real_pair_is_read_as_recorded(convert: Convert, market_data: Path) -> None:
    folder = market_data / "lobster_20120621"
    pair = sorted(folder.glob("AAPL_first998_*_10.csv"))
    rows, log = convert("lobster", pair)
    assert rows.height + sum(log.folded.values()) == 999 and not log.counts
    assert rows.row(0)[2:6] == (585.94, 200.0, 585.33, 18.0)


@pytest.mark.market_data
def test_that_a_rebuilt_book_has_the_recorded_best_quotes(market_data: Path) -> None:
    folder = market_data / "lobster_20120621"
    log = ImportLog()
    path = folder / "AAPL_2012-06-21_34200000_37800000_message_50.csv"
    replay, messages = Replay(1, path, log), _message_scan(path).collect()
    replay.learn_opening(messages)
    replay.open()
    tape = BookTape(1)
    for row in replay.changes(messages, 1):
        tape.add(row, replay.book, row)
    ours = changes(tape.read()[1].tolist())
    recorded = pl.read_csv(
        folder / "AAPL_2012-06-21_34200000_57600000_orderbook_1.csv", has_header=False
    ).to_numpy()
    theirs = changes((recorded / [10_000, 1, 10_000, 1]).tolist())
    matched, num_compared = in_step(ours, theirs)
    assert num_compared > 20_000
    assert matched / num_compared >= 0.99
    assert len(ours) < 1.01 * num_compared


def changes(states: list[list[float]]) -> list[tuple[float, ...]]:
    """States that differ from the one before."""
    rounded = [tuple(round(value, 4) for value in state) for state in states]
    return [state for i, state in enumerate(rounded) if not i or state != rounded[i - 1]]


def in_step(
    ours: list[tuple[float, ...]], theirs: list[tuple[float, ...]], reach: int = 60
) -> tuple[int, int]:
    """How many of ``theirs`` also occur in ``ours``, in order, and how many were gone through."""
    i = j = matched = 0
    while i < len(ours) and j < len(theirs):
        steps = (
            (x, total - x)
            for total in range(reach)
            for x in range(total + 1)
            if ours[i + x : i + x + 1] == theirs[j + total - x : j + total - x + 1] != []
        )
        x, y = next(steps, (1, 1))
        found = (x, y) != (1, 1) or ours[i + 1 : i + 2] == theirs[j + 1 : j + 2]
        i, j, matched = i + x + found, j + y + found, matched + found
    return matched, j
