"""Damaged files: cut off, with bytes changed, with garbage between, empty."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
from hypothesis import strategies as st

from console.core.errors import DataError
from console.engine.feature_store.importers.base import Importer, ImportLog

GARBAGE = (
    b"", b"\x00\xff\xfe", b"\n\n\n", b"not,a,row\n", b'{"a":', b"[[[[", b"nan", b"-1e308",
    b"9" * 40,
    "\u0446\u0435\u043d\u0430".encode("cp1251"), b'"', b"null", b",,,,,,,,,,,,",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """``content`` after one to three of: cut, overwritten, garbage put in, a piece doubled."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(content)))
        kind = draw(st.sampled_from(("cut", "overwrite", "insert", "double")))
        garbage = draw(st.sampled_from(GARBAGE) | st.binary(max_size=12))
        if kind == "cut":
            content = content[:place]
        elif kind == "overwrite":
            content = content[:place] + garbage + content[place + len(garbage) :]
        elif kind == "insert":
            content = content[:place] + garbage + content[place:]
        else:
            content = content[:place] + content[max(0, place - 60) :]
    return content


def write_packed(path: Path, content: bytes) -> Path:
    """Write ``content``, gzip-packed when the name says so."""
    path.write_bytes(gzip.compress(content, 1) if path.name.endswith(".gz") else content)
    return path


def require_answer(importer: Importer, paths: list[Path]) -> pl.DataFrame | None:
    """Rows that keep the promises of the canonical table, or one clear error (None)."""
    log = ImportLog()
    try:
        frames = list(importer.rows(paths, log, lambda share, text: None))
    except DataError as error:
        assert "\n" not in error.text and error.remedy
        return None
    if not frames:
        return None
    rows = pl.concat(frames)
    for part in rows.partition_by("symbol"):
        assert part["time_ns"].null_count() == 0
        assert (part["time_ns"].diff().drop_nulls() > 0).all()
    assert all(sentence for sentence in log.sentences())
    return rows
