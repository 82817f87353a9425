"""A full disk under a feature store: what was acknowledged stays, and work goes on after."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.errors import WorkspaceError
from console.engine.feature_store.store import FeatureStore
from tests.engine.feature_store.layouts import SCHEMA, table
from tests.faults.test_disk_trouble import fill


def test_that_a_full_disk_keeps_what_was_acknowledged(small_disk: Path) -> None:
    store = FeatureStore.create(small_disk / "store", SCHEMA)
    for number in range(3):
        store.append(table([number]))
    fill(small_disk)
    expected = store.load().fingerprint
    with pytest.raises(WorkspaceError, match="disk is full"):
        store.append(table([3]))
    with pytest.raises(WorkspaceError, match="disk is full"):
        store.compact("AAA", "2023-11-15")
    assert store.load().fingerprint == expected
    (small_disk / "filler").unlink()
    store.append(table([3]))
    assert store.compact("AAA", "2023-11-15") == 4
    assert len(store.load()) == 4
