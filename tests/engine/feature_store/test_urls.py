"""Stores on object storage and on web servers are read where they are, without a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from console.core.errors import DataError
from console.engine.feature_store import old_store
from console.engine.feature_store.old_store import load_feature_store
from console.engine.feature_store.remote_store import RemoteStore
from console.engine.feature_store.store import FeatureStore
from tests.engine.feature_store.layouts import DAY, SCHEMA, store_frame, table, write_store
from tests.engine.feature_store.object_storage import served


def use_bucket(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    settings = {
        "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "eu-1",
        "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is also s3://bucket."""
    with served(tmp_path) as address:
        use_bucket(monkeypatch, address)
        yield tmp_path


@pytest.fixture
def store(tmp_path: Path) -> FeatureStore:
    store = FeatureStore.create(tmp_path / "store", SCHEMA)
    for number in range(3):
        store.append(pl.concat([table([number, DAY + number]), table([number], "B/B")]))
    return store


@pytest.mark.parametrize("scheme", ["file", "s3"])
def test_that_a_store_behind_a_url_reads_the_same(
    bucket: Path, store: FeatureStore, scheme: str
) -> None:
    url = "s3://bucket/store/" if scheme == "s3" else store.root.as_uri()
    remote = RemoteStore.open(url)
    assert remote is not None and remote.schema == SCHEMA
    assert remote.rows_per_symbol() == store.rows_per_symbol() == {"AAA": 6, "B/B": 3}
    assert remote.load().fingerprint == store.load().fingerprint
    assert remote.load().name == "store"
    assert remote.load(("B/B",), 1).fingerprint == store.load(("B/B",), 1).fingerprint
    assert RemoteStore.open(url.rstrip("/") + "/nothing") is None
    with pytest.raises(DataError, match="Did you mean 'AAA'"):
        remote.load(("AA",))


def without_data(content: bytes) -> bytes:
    """A Parquet file of which only the end, which a listing reads, is whole."""
    end = int.from_bytes(content[-8:-4], "little") + 8
    return bytes(len(content) - end) + content[-end:]


def test_that_only_the_files_of_the_asked_days_are_fetched(
    bucket: Path, store: FeatureStore
) -> None:
    for path in store.root.rglob("*.parquet"):
        if "symbol=AAA" not in str(path) or path.parent.name != "date=2023-11-16":
            path.write_bytes(without_data(path.read_bytes()))
    remote = RemoteStore.open("s3://bucket/store")
    assert remote is not None
    assert len(remote.load(("AAA",), 1)) == 3
    with pytest.raises(DataError, match=r"s3://bucket/.*parquet cannot be read"):
        remote.load()


def test_that_a_half_copied_compaction_repeats_no_row(bucket: Path, store: FeatureStore) -> None:
    expected = store.load().fingerprint
    replaced = {path: path.read_bytes() for path in store.root.rglob("*.parquet")}
    store.compact("AAA", "2023-11-15")
    for path, content in replaced.items():
        path.write_bytes(content)
    remote = RemoteStore.open("s3://bucket/store")
    assert remote is not None
    rows = remote.load()
    assert (rows.fingerprint, rows.warnings) == (expected, ())


@pytest.mark.parametrize("scheme", ["file", "s3"])
def test_that_an_old_store_behind_a_url_reads_the_same(bucket: Path, scheme: str) -> None:
    root = write_store(bucket / "old", [store_frame(day, 20, ("AAA", "B/B")) for day in range(3)])
    url = "s3://bucket/old" if scheme == "s3" else root.as_uri()
    assert old_store.available_symbols(url) == {"AAA": 60, "B/B": 60}
    assert load_feature_store(url).fingerprint == load_feature_store(root).fingerprint
    assert len(load_feature_store(url, ("AAA",), 1)) == 20


def test_that_a_web_server_gives_one_file_but_no_store(tmp_path: Path) -> None:
    store_frame(0, 20, ("AAA",)).write_parquet(tmp_path / "rows.parquet")
    with served(tmp_path) as address:
        assert len(load_feature_store(f"{address}/rows.parquet")) == 20
        with pytest.raises(DataError, match="does not list its files") as caught:
            old_store.available_symbols(address)
        assert RemoteStore.open(address) is None
        with pytest.raises(DataError, match=r"nothing\.parquet cannot be read: HTTP Error 404"):
            old_store.available_symbols(f"{address}/nothing.parquet")
    assert "one .parquet file" in caught.value.remedy


def test_that_a_storage_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use_bucket(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(DataError, match=r"s3://bucket/store.* cannot be read: ") as caught:
        RemoteStore.open("s3://bucket/store")
    assert "credentials" in caught.value.remedy
