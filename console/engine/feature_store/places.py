"""Parquet files on a disk or behind a URL, read through the dataframe library's own readers.

``s3://``, ``gs://``, ``az://`` and ``file://`` folders are listed with a glob; ``https://`` can
name one Parquet file, because a web server does not list its files. Credentials come from where
the storage's own tools take them (environment variables such as ``AWS_ACCESS_KEY_ID``, profiles).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import polars as pl

from console.core.errors import DataError
from console.core.paths import is_url
from console.engine.data.rows import reading

Place = str | Path
DAMAGED = "The file may be cut off or of another kind; copy it again, or move it away."
PATIENCE: dict[str, Any] = {
    "connect_timeout": "5s", "timeout": "30s", "max_retries": 2, "retry_timeout_ms": 15_000,
}  # fmt: skip
WEB_TIMEOUT_S = 10.0
WEB = ("http://", "https://")
_PATH = "__path"


def scan(places: Sequence[Place]) -> pl.LazyFrame:
    """The rows of ``places`` (all on disk, or all behind URLs) in that order, nothing read yet."""
    if not is_url(str(places[0])):
        return pl.scan_parquet(
            [Path(place) for place in places], hive_partitioning=False, glob=False
        )
    urls = [str(place) for place in places]
    if not urls[0].startswith(WEB):  # the library decodes "%2F", but not in what a glob finds
        urls = [url.replace("%", "*") for url in urls]
    return pl.scan_parquet(urls, hive_partitioning=False, storage_options=PATIENCE)


@contextmanager
def reading_from(place: Place) -> Iterator[None]:
    """Turn refusals while reading ``place`` into a ``DataError``."""
    if not is_url(str(place)):
        with reading(Path(place), DAMAGED):
            yield
        return
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # credential chains of the storages raise what they like
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DataError(
            "{path} cannot be read: {reason}.",
            remedy="Check the address, the network, and the storage's credentials in the "
            "environment.",
            path=place, reason=lines[0].rstrip("."),
        ) from error  # fmt: skip


def one_file(url: str) -> str:
    """``url`` of one Parquet file, once its web server has answered.

    Raises:
        DataError: it has not; the library itself would wait for it without end.
    """
    if url.startswith(WEB):
        with reading_from(url):
            urlopen(Request(url, method="HEAD"), timeout=WEB_TIMEOUT_S).close()
    return url


def find(url: str, pattern: str) -> list[str]:
    """URLs of the Parquet files below ``url`` that fit ``pattern``, in name order; may be none.

    The library lists by looking at the end of every file; their rows are not read.

    Raises:
        DataError: the place cannot be reached, or cannot be listed.
    """
    if url.startswith(WEB):
        raise DataError(
            "{url} is on a web server, which does not list its files.",
            remedy="Name one .parquet file, or bring the store to a disk or to object storage.",
            url=url,
        )
    listing = pl.scan_parquet(
        f"{url.rstrip('/')}/{pattern}", hive_partitioning=False, include_file_paths=_PATH,
        storage_options=PATIENCE, missing_columns="insert", extra_columns="ignore",
    )  # fmt: skip
    with reading_from(url):
        try:
            found = listing.select(pl.col(_PATH).unique()).collect()
        except pl.exceptions.ComputeError as error:
            if "expanded paths were empty" in str(error):
                return []
            raise
    return sorted(found[_PATH].to_list())


def read_text(url: str) -> str:
    """The text behind ``url``, empty when there is no such file.

    Raises:
        DataError: the place cannot be reached.
    """
    with reading_from(url):
        try:
            return "\n".join(pl.read_lines(url, storage_options=PATIENCE)["line"])
        except FileNotFoundError:
            return ""
