"""Compactions killed at any step, or met by readers and writers, keep each row once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from console.core.errors import DataError
from console.engine.feature_store.day_folder import LEFTOVER_AFTER_S, MANIFEST, DayFolder
from console.engine.feature_store.store import FeatureStore
from console.engine.feature_store.stored_days import rows_per_symbol
from tests.engine.feature_store.layouts import SCHEMA, START, table

DATE = "2023-11-15"
# Compacts, and kills itself when the file system is asked for the n-th change.
KILLED_AT_STEP = """
import os, signal, sys
from console.engine.feature_store.store import FeatureStore

store = FeatureStore.open(sys.argv[1])
left = int(sys.argv[2])

def count(event, arguments):
    global left
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
    if event in ("os.rename", "os.remove") or writes:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
store.compact("AAA", "2023-11-15")
"""

# Appends a new row for a time that is stored already. When the file is about to be renamed, two
# other appends and a compaction overtake it; it arrives after or while files are merged.
ARRIVES_LATE = """
import sys, threading
from console.engine.feature_store.appending import last_of_each_time
from console.engine.feature_store.day_folder import DayFolder
from console.engine.feature_store.store import FeatureStore, _parquet
from console.engine.feature_store.stored_days import read_files
from tests.engine.feature_store.layouts import table

store, moment = FeatureStore.open(sys.argv[1]), sys.argv[2]
[folder] = store.root.glob("symbol=AAA/date=*")
late = threading.Thread(target=lambda: store.append(table([0], value=77.0)))
ready, go = threading.Event(), threading.Event()

def hold(event, arguments):
    if event == "os.rename" and threading.current_thread() is late and not ready.is_set():
        ready.set()
        go.wait()

def merge(files):
    if moment == "while":
        go.set()
        late.join()
    rows = read_files(files, store.schema.columns)
    return _parquet(last_of_each_time(rows))

sys.addaudithook(hold)
late.start()
ready.wait()
store.append(table([50]))
store.append(table([51]))
DayFolder(folder).compact(merge)
go.set()
late.join()
"""
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path: Path) -> FeatureStore:
    """Five appends of one day; three rows were appended twice."""
    store = FeatureStore.create(tmp_path / "store", SCHEMA)
    for number in range(5):
        store.append(table([3 * number + second for second in range(4)], value=number / 10))
    return store


def files_of(store: FeatureStore) -> list[Path]:
    return sorted(store.root.rglob("*.parquet"))


def test_that_many_files_become_one(store: FeatureStore) -> None:
    before = store.load().fingerprint
    assert store.compact("AAA", DATE) == 5
    assert len(files_of(store)) == 1
    assert store.load().fingerprint == before
    assert store.rows_per_symbol() == {"AAA": 16}
    assert store.compact("AAA", DATE) == 0
    assert store.compact("nothing", DATE) == 0
    store.append(table([0], value=50.0))
    assert store.load().matrix[0, 0] == 50.0
    assert store.compact("AAA", DATE) == 2
    assert store.load().matrix[:, 0].tolist()[:2] == [50.0, 1.0]


def test_that_a_compaction_killed_at_any_step_leaves_each_row_once(
    store: FeatureStore, tmp_path: Path
) -> None:
    expected = store.load().fingerprint
    steps = 0
    while True:
        steps += 1
        copy = shutil.copytree(store.root, tmp_path / f"killed at {steps}")
        script = [sys.executable, "-c", KILLED_AT_STEP, str(copy), str(steps)]
        code = subprocess.run(script, check=False).returncode
        found = FeatureStore.open(copy)
        rows = found.load()
        assert rows.fingerprint == expected, steps
        found.append(table([100]))  # what comes next is numbered above everything
        found.compact("AAA", DATE)
        assert len(files_of(found)) == 1, steps
        assert len(found.load()) == 17
        assert found.load().matrix[:16].tobytes() == rows.matrix.tobytes()
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert steps > 8  # merged file, manifest and five replaced files were all met


def test_that_a_lost_manifest_loses_no_rows(store: FeatureStore, tmp_path: Path) -> None:
    expected = store.load().fingerprint
    copy = shutil.copytree(store.root, tmp_path / "copy")
    store.compact("AAA", DATE)
    for path in files_of(FeatureStore.open(copy)):  # replaced, but not deleted yet
        shutil.copy(path, files_of(store)[0].parent)
    assert store.rows_per_symbol() == {"AAA": 16}
    next(store.root.rglob(MANIFEST)).unlink()
    assert store.rows_per_symbol() == {"AAA": 36}
    assert len(files_of(store)) == 6
    assert store.load().fingerprint == expected
    assert store.compact("AAA", DATE) == 6
    assert store.load().fingerprint == expected


def test_that_a_damaged_manifest_is_named(store: FeatureStore) -> None:
    store.compact("AAA", DATE)
    next(store.root.rglob(MANIFEST)).write_text("{")
    with pytest.raises(DataError, match=r"compacted\.json is damaged.*Delete it"):
        store.load()


def test_that_files_of_other_programs_are_never_touched(store: FeatureStore) -> None:
    own = files_of(store)
    foreign = own[0].with_name("part-0.parquet")
    shutil.copy(own[0], foreign)
    expected = store.load().fingerprint
    assert store.compact("AAA", DATE) == 5
    assert foreign.exists()
    assert store.load().fingerprint == expected


def test_that_leftovers_of_dead_writers_are_swept_when_old(store: FeatureStore) -> None:
    own = files_of(store)[0]
    fresh, old = (own.with_name(f".{own.name}.{end}") for end in ("aaaaaa", "bbbbbb"))
    for path in (fresh, old):
        path.write_bytes(b"half")
    moment = old.stat().st_mtime - 2 * LEFTOVER_AFTER_S
    os.utime(old, (moment, moment))
    store.compact("AAA", DATE)
    assert fresh.exists() and not old.exists()


@pytest.mark.parametrize("moment", ["before", "while"])
def test_that_an_append_that_arrives_late_is_newer_than_what_was_compacted(
    store: FeatureStore, moment: str
) -> None:
    script = [sys.executable, "-c", ARRIVES_LATE, str(store.root), moment]
    subprocess.run(script, check=True, timeout=60, env={**os.environ, "PYTHONPATH": str(PROJECT)})
    for _ in range(2):
        rows = store.load()
        assert rows.matrix[rows.time == START, 0].tolist() == [77.0]
        assert len(rows) == 18
        store.compact("AAA", DATE)
    assert len(files_of(store)) == 1


def test_that_a_reader_whose_files_are_compacted_away_begins_again(store: FeatureStore) -> None:
    expected = store.load().fingerprint
    listed = store.days()
    attempts = []

    def read() -> str:
        attempts.append(1)
        if len(attempts) == 1:  # listed before a compaction, opened after it
            stale = store.days()
            store.compact("AAA", DATE)
            rows_per_symbol(stale)
        return store.load().fingerprint

    assert store._retried(read) == expected
    assert len(attempts) == 2 and len(listed[0].files) == 5


def test_that_readers_see_each_row_once_while_others_append_and_compact(
    store: FeatureStore,
) -> None:
    appended = threading.Event()
    counts = [16]
    failures: list[BaseException] = []

    def append() -> None:
        try:
            for second in range(100, 220):
                store.append(table([second]))
                counts[0] += 1
        except BaseException as error:
            failures.append(error)
        finally:
            appended.set()

    def compact() -> None:
        try:
            while not appended.is_set():
                store.compact("AAA", DATE)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=append), threading.Thread(target=compact)]
    for thread in threads:
        thread.start()
    while not appended.is_set():
        least = counts[0]
        rows = store.load()
        most = counts[0] + 1
        assert least <= len(rows) <= most
        assert rows.warnings == ()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(store.load()) == 136


def test_that_an_append_is_numbered_above_all_before_it(tmp_path: Path) -> None:
    folder = DayFolder(tmp_path / "symbol=AAA" / f"date={DATE}")
    added = [folder.add(b"content") for _ in range(3)]
    assert folder.files() == tuple(added)
    assert folder.compact(lambda files: b"".join(path.read_bytes() for path in files)) == 3
    [merged] = folder.files()
    assert merged.read_bytes() == b"content" * 3
    merged.unlink()  # even of a folder whose files were lost
    assert folder.add(b"more").name > merged.name
