"""Files appear whole or not at all, and refusals name the place."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from console.core import files
from console.core.errors import WorkspaceError
from console.core.files import (
    disk_errors,
    jsonable,
    write_bytes_atomic,
    write_json_atomic,
    write_text_atomic,
)


def test_that_writing_makes_the_folder_and_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_text_atomic(path, "one")
    write_text_atomic(path, "two")
    assert path.read_text() == "two"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.txt"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_that_a_full_disk_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "b.txt"
    write_text_atomic(path, "before")

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, step, full)
    with pytest.raises(WorkspaceError, match="disk is full"):
        write_text_atomic(path, "after")
    monkeypatch.undo()
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.txt"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EACCES, "read-only"),
        (errno.EROFS, "read-only"),
        (errno.ENOTDIR, "Not a directory"),
    ],
)
def test_that_refusals_are_told_with_place_and_remedy(number: int, words: str) -> None:
    place = Path("some") / "file"
    with pytest.raises(WorkspaceError) as caught, disk_errors(place):
        raise OSError(number, os.strerror(number))
    assert words in caught.value.message
    assert str(place) in caught.value.message
    assert caught.value.remedy


def test_that_json_has_no_values_json_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json_atomic(path, {1: (float("nan"), Path("p")), "é": [float("inf"), 1.5]})
    assert path.read_text("utf-8") == (
        '{\n  "1": [\n    null,\n    "p"\n  ],\n  "é": [\n    null,\n    1.5\n  ]\n}\n'
    )
    assert jsonable(True) is True


def test_that_an_interrupt_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes_atomic(tmp_path / "x", b"content")
    assert list(tmp_path.iterdir()) == []
